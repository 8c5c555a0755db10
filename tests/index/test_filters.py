"""Filters and lists: the same rows as the journals' ends give, and only those asked for."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from latitude.core.spec import Conditions
from latitude.errors import UsageError
from latitude.index.filters import Filter
from latitude.index.listing import newest
from latitude.journal.annotations import add_tag
from latitude.journal.listing import listed
from latitude.journal.lock import Hold
from tests.index.conftest import Opens
from tests.index.journals import START, Growing, left, wrote
from tests.journal.samples import closed, opened


@pytest.fixture
def four(sessions: Path) -> list[str]:
    """Four sessions, an hour apart; returns their ids, oldest first."""
    walks = Conditions(study="wording", arm="open · plain", repeat=1)
    leaves = Growing(sessions, "a", model="leaves")
    leaves.turn(1, "Stopping now.")
    leaves.add(left(1), closed("model-exit"))
    later = START + timedelta(hours=1)
    made = Growing(sessions, "b", "claude-x", "anthropic", begun=later, conditions=walks)
    made.turn(1, "Here.", *wrote(1, "sea.html", "tide"))
    made.add(closed("turn-limit"))
    broken = Growing(sessions, "c", begun=START + timedelta(hours=2))
    broken.path.write_bytes(b"{\n")
    still = Growing(sessions, "d", "gpt-x", "openai", begun=START + timedelta(hours=3))
    still.turn(1, "Well.")
    add_tag(made.folder, "sea")
    add_tag(leaves.folder, "sea")
    add_tag(leaves.folder, "loom")
    return [leaves.id, made.id, broken.id, still.id]


def test_a_list_from_the_index_is_the_list_from_the_journals(
    sessions: Path, four: list[str], opens: Opens
) -> None:
    rows = list(newest(opens().connection, sessions, Filter()))
    assert [row.id for row in rows] == four[::-1]
    assert rows == list(listed(sessions))


def test_the_newest_few_are_found_without_sorting_them_all(
    sessions: Path, four: list[str], opens: Opens
) -> None:
    connection = opens().connection
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    assert [row.id for row in newest(connection, sessions, Filter(), 2)] == [four[3], four[2]]
    connection.set_trace_callback(None)
    plan = [step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {asked[0]}")]
    assert plan[0] == "SCAN session USING INDEX ix_session_newest"
    assert plan[-1] != "USE TEMP B-TREE FOR ORDER BY"


def test_one_that_is_running_is_called_so(sessions: Path, four: list[str], opens: Opens) -> None:
    index = opens()
    with Hold.take(sessions / four[3] / "journal.jsonl"):
        assert next(newest(index.connection, sessions, Filter(end="open"))).end == "running"
    assert next(newest(index.connection, sessions, Filter(end="open"))).end.startswith("not closed")


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (Filter(models=("leaves",)), [0]),
        (Filter(models=("claude", "gpt")), [3, 1]),
        (Filter(models=("*x",)), [3, 1]),
        (Filter(models=("nothing?",)), []),
        (Filter(protocol="open"), [3, 1, 0]),
        (Filter(study="wording"), [1]),
        (Filter(arm="open · plain"), [1]),
        (Filter(end="model-exit"), [0]),
        (Filter(end="open"), [3, 2]),
        (Filter(tags=("sea",)), [1, 0]),
        (Filter(tags=("sea", "loom")), [0]),
        (Filter(since="2026-11-21"), [3, 1]),
        (Filter(until="2026-11-20"), [0]),
        (Filter(until="2026-11"), [3, 1, 0]),
        (Filter(since="2026-11-21T00", until="2026-11-21T00:15"), [1]),
        (Filter(since="2027"), []),
        (Filter(rehearsals=True), [0]),
        (Filter(rehearsals=False), [3, 2, 1]),
        (Filter(rehearsals=False, end="turn-limit"), [1]),
    ],
    ids=str,
)
def test_what_is_asked_for(
    sessions: Path, four: list[str], opens: Opens, asked: Filter, wanted: list[int]
) -> None:
    rows = newest(opens().connection, sessions, asked)
    assert [row.id for row in rows] == [four[place] for place in wanted]


def test_what_a_study_made_of_a_protocol_is_found_by_its_name(sessions: Path, opens: Opens) -> None:
    used = opened().protocol
    ids = {
        name: Growing(sessions, key, protocol=replace(used, name=name)).id
        for key, name in (("a", "open"), ("b", "open~20f10816"), ("c", "opened"))
    }
    rows = newest(opens().connection, sessions, Filter(protocol="open"))
    assert {row.id for row in rows} == {ids["open"], ids["open~20f10816"]}
    [row] = newest(opens().connection, sessions, Filter(protocol="open~20f10816"))
    assert row.id == ids["open~20f10816"]


def test_halves_of_characters_are_looked_for_like_any_other(
    sessions: Path, four: list[str], opens: Opens
) -> None:
    """A shell hands on whatever bytes were typed."""
    half = "\udcff"
    add_tag(sessions / four[0], "\ufffd")
    connection = opens().connection
    [row] = newest(connection, sessions, Filter(tags=(half,)))
    assert row.id == four[0]
    everywhere = Filter((half,), half, half, half, half, tags=(half,))
    assert list(newest(connection, sessions, everywhere)) == []
    assert "tags \ufffd" in everywhere.words()


@pytest.mark.parametrize(
    "wrong",
    [
        *({"end": "bored"}, {"since": "yesterday"}, {"until": "2026-1"}, {"since": "'; --"}),
        *({"since": "2026-11-31"}, {"until": "2026-13"}, {"since": "0000"}),
    ],
)
def test_what_there_is_not_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        Filter(**wrong)  # type: ignore[arg-type]
