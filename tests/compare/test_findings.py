"""Every outcome is tested between groups that differ in one thing, and corrected together."""

import pytest

from latitude.compare.cohort import Planned, gather
from latitude.compare.estimators.correction import benjamini_hochberg, holm
from latitude.compare.estimators.proportions import fisher_exact
from latitude.compare.findings import OUTCOMES, Drawing, Findings, kinds_of
from latitude.compare.likeness import by_session, distance, mean_likeness
from tests.compare.observed import many, seen

FEW = Drawing(m=199, seed=1)


def two_models() -> list:
    leaves = [
        seen(n, "leaves", turns=2, files=0, numbers={"questions": 0.0, "thinking_share": 0.2})
        for n in range(12)
    ]
    stays = [
        seen(
            50 + n,
            "stays",
            end="turn-limit",
            turns=10,
            files=2,
            numbers={"questions": 10.0, "thinking_share": 0.2, "files:page": 2.0},
        )
        for n in range(12)
    ]
    return leaves + stays


def words_of(cohort) -> dict:
    words = [frozenset({m.model, f"w{m.session[-3:]}"}) for m in cohort.members]
    return dict(by_session([m.session for m in cohort.members], words))


def test_what_differs_is_found_and_what_does_not_is_not() -> None:
    cohort = gather(two_models())
    findings = Findings(cohort, words_of(cohort), FEW)
    assert [finding.outcome for finding in findings.all] == list(OUTCOMES)
    found = {finding.outcome: finding.corrected <= 0.05 for finding in findings.all}
    assert found == {
        "exit": True,
        "made": True,
        "turns": True,
        "files": True,
        "thinking": False,
        "questions": True,
        "kinds": True,
        "likeness": True,
    }
    exits = findings.of("exit")[0]
    assert (exits.difference, exits.ns, exits.standing) == (1.0, (12, 12), "exploratory")
    assert exits.p == fisher_exact(12, 12, 0, 12)
    assert findings.of("files")[0].difference == -2.0
    assert findings.of("turns")[0].difference == 8.0, "exits took eight turns from each of them"
    assert findings.of("questions")[0].difference == -1.0, "a turn, averaged within the session"


def test_a_session_that_said_nothing_is_left_out_of_likeness_alone() -> None:
    cohort = gather(two_models())
    words = words_of(cohort)
    silent = cohort.groups[0].members[0].session
    del words[silent]
    (told,) = Findings(cohort, words, FEW).of("likeness")
    assert told.ns == (11, 12)
    assert told.p is not None


def test_what_was_planned_and_cannot_be_tested_has_a_line() -> None:
    arms = {"a": {"model": "a"}, "b": {"model": "b"}}
    plan = Planned("s", "9" * 64, "?", ("exit", "likeness"), (), arms)
    sessions = [*many(3, arm="a"), *many(3, 10, "gpt-x", arm="b")]
    findings = Findings(gather(sessions, planned=plan), {}, FEW)
    assert [(f.outcome, f.p) for f in findings.all if f.standing == "planned"] == [
        ("exit", 1.0),
        ("likeness", None),
    ]
    assert findings.counted("planned") == 1


def test_two_models_that_came_back_for_one_are_never_planned() -> None:
    plan = Planned("s", "9" * 64, "?", ("exit",), (), {"a": {"model": "a"}})
    sessions = [*many(3, arm="a"), *many(3, 10, "claude-y", arm="a")]
    findings = Findings(gather(sessions, planned=plan), None, FEW)
    assert {f.standing for f in findings.of("exit")} == {"exploratory"}


def test_each_test_says_the_least_p_that_it_can_give() -> None:
    findings = Findings(gather([*many(3), *many(3, 10, "gpt-x", end="turn-limit")]), None, FEW)
    (exits,) = findings.of("exit")
    assert (exits.p, exits.floor) == (0.1, 0.1)
    (turns,) = findings.of("turns")
    assert turns.floor == pytest.approx(0.1)


def test_the_planned_are_corrected_by_holm_and_the_others_apart() -> None:
    plan = Planned(
        "s", "9" * 64, "?", ("exit", "made"), (), {"a": {"model": "a"}, "b": {"model": "b"}}
    )
    sessions = [
        seen(
            m.turns * 1000 + n, m.model, **{**fields(m), "arm": "a" if m.model == "leaves" else "b"}
        )
        for n, m in enumerate(two_models())
    ]
    findings = Findings(gather(sessions, planned=plan), None, FEW)
    planned = [f for f in findings.all if f.standing == "planned"]
    assert [f.outcome for f in planned] == ["exit", "made"]
    assert [f.corrected for f in planned] == list(holm([f.p for f in planned]))
    others = [f for f in findings.all if f.standing == "exploratory"]
    assert [f.corrected for f in others] == list(benjamini_hochberg([f.p for f in others]))
    assert (findings.counted("planned"), findings.counted("exploratory")) == (2, len(others))


def fields(one) -> dict:
    return {"end": one.end, "turns": one.turns, "files": one.files, "numbers": one.numbers}


def test_what_is_the_same_on_purpose_is_neither_planned_nor_exploratory() -> None:
    plan = Planned(
        *("s", "9" * 64, "?", ("exit",), ()),
        {"a": {"model": "a"}, "a · again": {"model": "a"}},
        (("a", "a · again"),),
    )
    sessions = [*many(5, arm="a"), *many(5, 10, arm="a · again")]
    findings = Findings(gather(sessions, planned=plan), None, FEW)
    assert {f.standing for f in findings.all} == {"descriptive"}
    assert {f.corrected for f in findings.all} == {None}


def test_one_session_a_side_is_no_test_of_anything() -> None:
    findings = Findings(gather([seen(1, "a"), seen(2, "b", end="turn-limit")]), None, FEW)
    assert all(finding.p == 1.0 for finding in findings.all if finding.p is not None)


def test_nobody_left_and_nobody_wrote() -> None:
    sessions = [*many(3, end="turn-limit"), *many(3, 10, model="b", end="turn-limit")]
    findings = Findings(gather(sessions), {}, FEW)
    assert findings.of("turns")[0].p == 1.0
    assert findings.of("thinking") == ()
    assert findings.of("likeness") == ()


def test_the_kinds_of_a_session_weigh_the_same_however_many_files_it_left() -> None:
    assert sum(kinds_of(seen(numbers={"files:page": 8.0, "files:prose": 2.0}))) == pytest.approx(1)
    assert kinds_of(seen())[-1] == 1.0, "nothing is an outcome like others"


def test_likeness() -> None:
    sea, tide, none = frozenset({"sea", "grey"}), frozenset({"sea", "tide"}), frozenset()
    assert distance(sea, sea) == 0
    assert distance(sea, tide) == pytest.approx(2 / 3)
    assert distance(sea, frozenset({"loom"})) == distance(none, none) == 1
    table = by_session(["a", "b", "c"], [sea, tide, sea])
    order = {"a": 0, "b": 1, "c": 2}
    assert mean_likeness(table, order, ["a"], ["c"]) == 1
    assert mean_likeness(table, order, ["a", "b"], ["a", "b"]) == pytest.approx(1 / 3)
    assert mean_likeness(table, order, ["a"], ["a"]) is None
