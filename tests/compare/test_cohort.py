"""Which sessions are pooled, which are left out, and what is said of it."""

import pytest

from latitude.compare.cohort import NOISE_FLOOR, Planned, flow_table, gather
from latitude.index.observation import Observation
from tests.compare.observed import many, seen

PLAN = Planned(
    study="wording",
    plan="9" * 64,
    question="Does it?",
    outcomes=("exit",),
    exclude=("interrupted",),
    arms={
        "claude · plain": {"model": "claude", "wording": "plain"},
        "claude · warm": {"model": "claude", "wording": "warm"},
        "gpt · plain": {"model": "gpt", "wording": "plain"},
        "claude · plain · again": {"model": "claude", "wording": "plain"},
    },
    duplicates=(("claude · plain", "claude · plain · again"),),
    sessions=8,
    seed=3,
)


def test_only_the_same_model_and_the_same_words_are_pooled() -> None:
    cohort = gather(
        [
            *many(2),
            *many(3, 10, given="2" * 64),
            *many(4, 20, model="gpt-x"),
            *many(5, 30, attended=True),
        ]
    )
    assert [(group.label, group.n) for group in cohort.groups] == [
        ("claude-x · open 11111111", 2),
        ("claude-x · open 11111111 · attended", 5),
        ("claude-x · open 22222222", 3),
        ("gpt-x · open 11111111", 4),
    ]
    assert "A person answered in some sessions and not in others." in cohort.warnings[0]


def test_a_model_is_what_came_back_and_not_what_was_asked() -> None:
    cohort = gather(
        [seen(1, asked="anthropic/claude-x"), seen(2, "claude-y", asked="anthropic/claude-x")]
    )
    assert [group.traits["model"] for group in cohort.groups] == ["claude-x", "claude-y"]


def test_a_model_that_was_asked_with_other_settings_is_not_pooled() -> None:
    low, high = '{"effort":"low","max_tokens":9}', '{"effort":"high","max_tokens":9}'
    cohort = gather([*many(2, settings=low), *many(3, 10, settings=high)])
    assert [(group.label, group.n) for group in cohort.groups] == [
        ("claude-x · open · effort high", 3),
        ("claude-x · open · effort low", 2),
    ]
    assert [name for _, _, name in cohort.pairs()] == ["settings"]


def test_a_session_that_carries_on_another_is_no_new_one() -> None:
    first, second = seen(1), seen(2, parent=seen(1).session)
    cohort = gather([first, second])
    assert cohort.left_out == {"carries on another session": (second.session,)}
    assert [group.sessions for group in cohort.groups] == [(first.session,)]


def test_sessions_with_other_room_for_turns_are_told_of() -> None:
    cohort = gather([seen(1, turn_limit=4), seen(2, turn_limit=20)])
    (said,) = cohort.warnings
    assert said == (
        "The sessions had room for different numbers of turns (4 to 20). More turns are more "
        "occasions to leave and to make something."
    )


def test_rehearsals_count_only_when_they_are_asked_for() -> None:
    sessions = [seen(1), seen(2, rehearsal=True, model="rehearsal/page")]
    left = gather(sessions)
    assert left.left_out == {"rehearsal, not a model": (sessions[1].session,)}
    assert left.warnings == ()
    nothing = gather(sessions[1:])
    assert nothing.warnings[0].startswith("Nothing is compared: 1 of the 1 sessions are")
    counted = gather(sessions, rehearsals=True)
    assert len(counted.members) == 2
    assert counted.warnings[0].startswith("1 of the 2 sessions here are rehearsals")
    assert gather(sessions[1:], rehearsals=True).warnings[0].startswith("All sessions here are")


def test_nothing_is_left_out_without_being_counted() -> None:
    sessions = [
        seen(1),
        seen(2, end="interrupted"),
        seen(3, end="harness-failed"),
        seen(4, end=None),
        seen(5, end="refused"),
        seen(6, end="provider-failed", turns=0),
    ]
    cohort = gather(sessions)
    assert [member.end for member in cohort.members] == ["model-exit", "refused", "provider-failed"]
    rows = {row.values[0]: row.values[1] for row in flow_table(cohort).rows}
    assert rows == {
        "looked at": 6,
        "left out: harness-failed": 1,
        "left out: interrupted": 1,
        "left out: not closed": 1,
        "claude-x · open": 3,
    }


def arms(*labels: str, **traits: object) -> list:
    return [seen(number, arm=label, repeat=1, **traits) for number, label in enumerate(labels)]


def test_a_study_is_grouped_by_its_arms_in_the_order_of_its_plan() -> None:
    cohort = gather(arms(*reversed(PLAN.arms)), planned=PLAN)
    assert [group.label for group in cohort.groups] == list(PLAN.arms)


def test_groups_that_differ_in_one_thing_are_held_against_each_other() -> None:
    cohort = gather(arms(*PLAN.arms), planned=PLAN)
    assert [(one.label, other.label, name) for one, other, name in cohort.pairs()] == [
        ("claude · plain", "gpt · plain", "model"),
        ("claude · plain", "claude · warm", "wording"),
        ("claude · plain", "claude · plain · again", NOISE_FLOOR),
    ]


def test_a_study_that_is_not_over_says_so() -> None:
    running = gather(arms("claude · plain", "gpt · plain"), planned=PLAN)
    assert running.warnings[0].startswith("The study is not over: 2 of its 8 sessions are done.")
    once_more = [
        seen(number, arm=label, repeat=repeat, end=end)
        for number, (label, repeat, end) in enumerate(
            [("claude · plain", 1, "interrupted"), ("claude · plain", 1, "model-exit")]
        )
    ]
    assert (
        gather(once_more, planned=PLAN).warnings[0].startswith("The study is not over: 1 of its 8")
    )


def test_an_arm_that_came_back_from_another_model_is_not_pooled() -> None:
    sessions = [
        seen(1, "claude-1", arm="claude · plain", repeat=1),
        seen(2, "claude-2", arm="claude · plain", repeat=2),
    ]
    cohort = gather(sessions, planned=PLAN)
    assert [group.n for group in cohort.groups] == [1, 1]
    assert "They are not pooled: claude · plain · claude-1" in cohort.warnings[1]
    assert "claude · plain · claude-2" in cohort.warnings[1]


def failed(number: int, **traits: object) -> Observation:
    """A session that broke off before its first response: nothing says which model it was."""
    asked = "anthropic/claude-x"
    return seen(number, asked, asked=asked, came_back=False, end="provider-failed", **traits)


def test_a_session_to_which_no_model_came_back_stays_with_those_asked_alike() -> None:
    cohort = gather([*many(3), failed(9)])
    assert [(group.label, group.n) for group in cohort.groups] == [("claude-x · open", 4)]
    plain = {"arm": "claude · plain", "repeat": 1}
    sessions = [*many(2, **plain), failed(8, **plain), *many(2, 20, arm="claude · warm")]
    study = gather(sessions, planned=PLAN)
    assert [(group.label, group.n) for group in study.groups] == [
        ("claude · plain", 3),
        ("claude · warm", 2),
    ]
    assert [name for _, _, name in study.pairs()] == ["wording"]


def test_where_several_models_or_none_came_back_it_stands_by_itself() -> None:
    alone = gather([failed(9)])
    assert [group.label for group in alone.groups] == ["anthropic/claude-x · open"]
    among = gather([seen(1, "claude-1", asked="anthropic/claude-x"), *many(1), failed(9)])
    assert [group.n for group in among.groups] == [1, 1, 1]


def test_arms_that_came_back_from_two_models_are_compared_model_by_model() -> None:
    labels = ("claude · plain", "claude · warm")
    sessions = [
        seen(10 * place + number, model, arm=label, repeat=number)
        for place, label in enumerate(labels)
        for number, model in enumerate(("claude-1", "claude-2"))
    ]
    found = gather([*sessions, *arms("gpt · plain")], planned=PLAN).pairs()
    assert sorted((one.label, other.label, name) for one, other, name in found) == [
        ("claude · plain · claude-1", "claude · plain · claude-2", "returned"),
        ("claude · plain · claude-1", "claude · warm · claude-1", "wording"),
        ("claude · plain · claude-1", "gpt · plain", "model"),
        ("claude · plain · claude-2", "claude · warm · claude-2", "wording"),
        ("claude · plain · claude-2", "gpt · plain", "model"),
        ("claude · warm · claude-1", "claude · warm · claude-2", "returned"),
    ]


@pytest.mark.parametrize("rehearsals", [True, False])
def test_no_session_at_all(rehearsals: bool) -> None:
    cohort = gather([], rehearsals=rehearsals)
    assert cohort.groups == ()
    assert cohort.pairs() == []
