"""From journals to a report: what it says, in which order, and what stands behind each figure."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from latitude.compare.export import objects
from latitude.compare.figures import Report, Table
from latitude.compare.findings import Drawing
from latitude.compare.report import ask, report_of
from latitude.core.events import SessionClosed
from latitude.errors import UsageError
from latitude.index.filters import Filter
from latitude.index.follow import open_index
from tests.index.journals import START, Growing, left, wrote
from tests.journal.samples import closed

FEW = Drawing(m=99, seed=4)


def ended(end: str, model: str) -> SessionClosed:
    """The last line of a session whose model came back under this name."""
    last = closed(end)
    return replace(last, summary=replace(last.summary, model=model))


@pytest.fixture
def sessions(tmp_path: Path) -> Path:
    """Six sessions of each of two models: one leaves at once, the other writes and stays."""
    folder = tmp_path / "sessions"
    for number in range(12):
        begun = START + timedelta(minutes=number)
        leaves = number % 2 == 0
        name, provider = ("leaves", "anthropic") if leaves else ("stays", "openai")
        session = Growing(folder, f"s{number}", name, provider, begun=begun)
        if leaves:
            session.turn(1, "Nothing calls. Stopping now.")
            session.add(left(1), ended("model-exit", name))
        else:
            session.turn(1, "A page about tides?", *wrote(1, "sea.html", "<p>Grey tide.</p>"))
            session.turn(2, "Another one.")
            session.add(ended("turn-limit", name))
    return folder


def report_on(sessions: Path, which: Filter = Filter(), **how: object) -> Report:  # noqa: B008
    index = open_index(sessions)
    try:
        return report_of(ask(index.connection, which, **how), FEW)  # type: ignore[arg-type]
    finally:
        index.close()


def table(report: Report, name: str) -> Table:
    [found] = [t for section in report.sections for t in section.tables if t.name == name]
    return found


def rows(report: Report, name: str) -> list[dict[str, object]]:
    found = table(report, name)
    keys = [column.name for column in found.columns]
    return [dict(zip(keys, row.values, strict=True)) for row in found.rows]


def test_what_a_report_says(sessions: Path) -> None:
    report = report_on(sessions)
    assert [section.name for section in report.sections] == [
        *("flow", "endings", "times", "made", "manner", "likeness", "sessions"),
    ]
    assert [(row["n"], row["sessions"], row["share"]) for row in rows(report, "exits")] == [
        (6, 6, 1.0),
        (6, 0, 0.0),
    ]
    [made] = rows(report, "kinds")
    assert (made["kind"], made["sessions"], made["files"]) == ("page", 6, 6)
    [tested] = rows(report, "exit-tests")
    assert (tested["differs_in"], tested["difference"]) == ("model", 1.0)
    assert tested["p"] < 0.01


def test_every_line_of_every_table_names_the_sessions_behind_it(sessions: Path) -> None:
    for section in report_on(sessions).sections:
        for each in section.tables:
            counted = [column.name for column in each.columns]
            for row in each.rows:
                n = row.values[counted.index("n")] if "n" in counted else len(row.sessions)
                assert len(row.sessions) == n or "sessions" in counted or "ends" in counted
                assert row.sessions or n == 0, (each.name, row.values)


def test_a_filter_chooses_and_is_named(sessions: Path) -> None:
    report = report_on(sessions, Filter(models=("leaves",), until="2026-11-20"))
    assert ("chosen by", "models leaves; until 2026-11-20") in report.facts
    assert [row["group"] for row in rows(report, "exits")] == ["leaves · open"]


def test_rehearsals_are_said_before_everything_else(tmp_path: Path) -> None:
    session = Growing(tmp_path / "sessions", "a")
    session.turn(1, "Stopping now.")
    session.add(left(1), closed("model-exit"))
    without = report_on(tmp_path / "sessions")
    assert without.warnings[0].startswith("Nothing is compared")
    assert [section.name for section in without.sections] == ["flow", "sessions"]
    assert rows(without, "flow")[1] == {"group": "left out: rehearsal, not a model", "sessions": 1}
    counted = report_on(tmp_path / "sessions", rehearsals=True)
    assert counted.warnings[0].startswith("All sessions here are rehearsals")
    assert next(iter(objects(counted)))["warnings"] == list(counted.warnings)


def test_one_session_is_an_anecdote_and_compared_with_nothing(tmp_path: Path) -> None:
    session = Growing(tmp_path / "sessions", "a", "x", "anthropic")
    session.turn(1, "Well.")
    session.add(closed("turn-limit"))
    report = report_on(tmp_path / "sessions")
    assert rows(report, "exits")[0]["n"] == 1
    assert not [t for s in report.sections for t in s.tables if t.name.endswith("-tests")]


def test_the_same_sessions_and_the_same_seed_give_the_same_report(sessions: Path) -> None:
    one, other = report_on(sessions), report_on(sessions)
    assert one.sections == other.sections


def test_no_session_is_no_report_of_anything(tmp_path: Path) -> None:
    (tmp_path / "sessions").mkdir()
    report = report_on(tmp_path / "sessions")
    assert ("sessions", "0 compared in 0 groups, 0 left out") in report.facts
    with pytest.raises(UsageError):
        report_on(tmp_path / "sessions", Filter(end="bored"))


def test_sessions_that_were_chosen_by_what_came_of_them_are_told_of(sessions: Path) -> None:
    assert report_on(sessions).warnings == ()
    (said,) = report_on(sessions, Filter(end="model-exit")).warnings
    assert said.startswith("These sessions were chosen by how they ended, so what is told")
    (said,) = report_on(sessions, Filter(made=True)).warnings
    assert "chosen by whether they left files" in said


def test_how_many_tests_were_made_is_told_on_the_way(sessions: Path) -> None:
    index = open_index(sessions)
    told: list[tuple[int, int]] = []
    try:
        asked = ask(index.connection, Filter())
    finally:
        index.close()
    report_of(asked, FEW, progress=lambda *done: told.append(done))
    assert told == [(done, 8) for done in range(1, 9)]
