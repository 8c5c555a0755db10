"""Sessions as a comparison sees them."""

from pathlib import Path

from latitude.core.spec import ModelAsked, Parent
from latitude.index.filters import Filter
from latitude.index.follow import open_index
from latitude.index.observation import Observation
from latitude.index.observing import observe
from tests.index.journals import Growing, left, wrote
from tests.journal.samples import closed


def observed(sessions: Path) -> tuple[Observation, ...]:
    index = open_index(sessions)
    try:
        return observe(index.connection, Filter())
    finally:
        index.close()


def test_what_a_session_did_and_made_is_seen(sessions: Path) -> None:
    journal = Growing(sessions, "a")
    journal.turn(1, "Is it high?", *wrote(1, "tide.html", "high"))
    journal.turn(2, "Stopping now.", left(2))
    journal.add(closed("model-exit"))
    (one,) = observed(sessions)
    assert (one.session, one.exited, one.attended) == (journal.id, True, False)
    assert one.numbers["questions"] == 1
    assert one.counts("files:") == {"page": 1}
    (work,) = one.works
    assert (work.path, work.kind, work.size) == ("tide.html", "page", 4)


def test_settings_are_those_of_the_request_without_its_seed(sessions: Path) -> None:
    parameters = {"seed": 7, "output_config": {"effort": "low"}, "max_tokens": 9}
    asked = ModelAsked(provider="anthropic", name="claude", parameters=parameters)
    Growing(sessions, "a", asked=asked)
    Growing(sessions, "b", asked=ModelAsked(provider="rehearsal", name="x"))
    assert [one.settings for one in observed(sessions)] == [
        '{"max_tokens":9,"output_config":{"effort":"low"}}',
        "",
    ]


def test_a_session_that_carries_on_names_the_one_before(sessions: Path) -> None:
    first = Growing(sessions, "a")
    Growing(sessions, "b", parent=Parent(id=first.id, fingerprint="7" * 64, seq=4, turn=1))
    assert [one.parent for one in observed(sessions)] == [None, first.id]
