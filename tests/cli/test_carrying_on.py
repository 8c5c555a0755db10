"""``run --from``: a session goes on as a new one, with the same words, tools, model and files."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from latitude.bootstrap import open_house
from latitude.config import find_home
from latitude.core.events import SessionOpened, ToolReturned
from latitude.preparing import Order
from latitude.prompts.rendering import given_of
from tests.cli.forked import Loaded, run_and_die
from tests.cli.person import Done, Terminal, closed, events, rehearse, sessions

Here = Callable[..., Done]

STEPS = """
- text: One.
  calls: [{name: write_file, arguments: {path: a.txt, content: first}}]
- text: Made a.
- text: Two.
  calls: [{name: write_file, arguments: {path: a.txt, content: second}}]
- text: Changed a.
- text: Three.
  calls: [{name: read_file, arguments: {path: a.txt}}]
- text: Read a.
- text: Four.
- text: Stopping now.
"""


@pytest.fixture
def parent(here: Here, home_folder: Path) -> str:
    """A session that came to its limit after two messages."""
    model = rehearse(home_folder, "scene", STEPS)
    return json.loads(here("run", "--model", model, "--turns", "2", "--json").out)["id"]


def child_of(here: Here, home: Path, *arguments: str) -> str:
    before = set(sessions(home))
    done = here("run", "--from", *arguments)
    assert done.status == 0, done
    [child] = set(sessions(home)) - before
    return child


def opened(home: Path, session: str) -> SessionOpened:
    first = events(home, session)[0]
    assert isinstance(first, SessionOpened)
    return first


def texts(home: Path, session: str) -> list[str]:
    return [event.text for event in events(home, session) if getattr(event, "kind", "") == "text"]


def test_it_goes_on_where_it_stopped(here: Here, home_folder: Path, parent: str) -> None:
    child = child_of(here, home_folder, parent)
    old, new = opened(home_folder, parent), opened(home_folder, child)
    assert (new.model, new.tools, new.protocol, new.exit, new.given) == (
        old.model,
        old.tools,
        old.protocol,
        old.exit,
        old.given,
    )
    assert new.parent is not None
    last = json.loads(here("show", parent, "--json").lines[-1])
    [row] = [json.loads(line) for line in here("list", "--json").lines if parent in line[:40]]
    assert (new.parent.id, new.parent.turn) == (parent, 2)
    assert new.parent.fingerprint == row["fingerprint"]
    assert last["type"] == "session.closed"
    assert texts(home_folder, child)[:2] == ["Three.", "Read a."]
    [read] = [event for event in events(home_folder, child) if isinstance(event, ToolReturned)]
    assert "second" in (read.result[0].text or ""), "its files are as they were"
    verified = here("verify", "--requests")
    assert verified.status == 0, verified
    assert closed(home_folder, child).end == "turn-limit"


def test_it_goes_on_from_an_earlier_turn(here: Here, home_folder: Path, parent: str) -> None:
    child = child_of(here, home_folder, f"{parent}:1")
    assert texts(home_folder, child)[:2] == ["Two.", "Changed a."]
    assert opened(home_folder, child).parent.turn == 1  # type: ignore[union-attr]
    assert here("verify", "--requests").status == 0


def test_the_files_are_those_of_that_turn(here: Here, home_folder: Path) -> None:
    """The parent goes on to change its file; who carries on from before finds the old one."""
    steps = STEPS.replace(
        "- text: Two.\n  calls: [{name: write_file, arguments: {path: a.txt, content: second}}]",
        "- text: Two.\n  calls: [{name: delete_file, arguments: {path: a.txt}}]",
    )
    model = rehearse(home_folder, "scene", steps)
    here("run", "--model", model, "--turns", "2")
    [parent] = sessions(home_folder)
    gone = child_of(here, home_folder, parent, "--turns", "1")
    [read] = [event for event in events(home_folder, gone) if isinstance(event, ToolReturned)]
    assert not read.ok
    there = child_of(here, home_folder, f"{parent}:1", "--turns", "1")
    [deleted] = [event for event in events(home_folder, there) if isinstance(event, ToolReturned)]
    assert deleted.ok


def test_a_grandchild(here: Here, home_folder: Path, parent: str) -> None:
    child = child_of(here, home_folder, parent)
    grandchild = child_of(here, home_folder, child)
    assert texts(home_folder, grandchild) == ["Stopping now."]
    assert closed(home_folder, grandchild).end == "model-exit"
    assert here("verify", "--requests").status == 0
    assert here("forget", parent, "--yes").status == 2, "their history needs it"
    final = here("run", "--from", grandchild)
    assert final.status == 2
    assert "an exit is final" in final.err


def test_an_interrupted_session_is_taken_up(here: Here, home_folder: Path, loaded: Loaded) -> None:
    model = rehearse(home_folder, "scene", STEPS)
    run_and_die(loaded, "after:block:2", home_folder, "run", "--model", model)
    child = child_of(here, home_folder, "last", "--turns", "2")
    assert texts(home_folder, child)[0] == "One.", "what broke off is asked again"
    assert here("verify", "--requests").status == 0


def test_the_next_launch_closes_what_was_left_open(
    here: Here, home_folder: Path, loaded: Loaded
) -> None:
    model = rehearse(home_folder, "scene", STEPS)
    run_and_die(loaded, "after:block:2", home_folder, "run", "--model", model)
    left_open = sessions(home_folder)[0]
    done = here("run", "--model", "rehearsal/leaves")
    assert f"{left_open} had been left open. It is closed as interrupted" in done.err
    assert done.out.splitlines()[0] != left_open, "the page begins with the new session"
    assert closed(home_folder, left_open).end == "interrupted"
    assert here("verify").status == 0


def test_an_unanswered_call_gets_its_answer(here: Here, home_folder: Path, loaded: Loaded) -> None:
    model = rehearse(home_folder, "scene", STEPS)
    run_and_die(loaded, "after:response.finished", home_folder, "run", "--model", model)
    assert here("recover").status == 0
    child = child_of(here, home_folder, "last", "--turns", "1")
    answer = events(home_folder, child)[1]
    assert isinstance(answer, ToolReturned)
    assert not answer.ok
    assert answer.result[0].text == (
        "This call was not run: the session stopped before it could be."
    )
    assert texts(home_folder, child)[0] == "Made a."
    assert here("verify", "--requests").status == 0


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("PARENT:7", "has no turn '7'. It has turns 1 to 2."),
        ("PARENT:0", "has no turn '0'"),
        ("PARENT:x", "has no turn 'x'"),
        ("PARENT:", "has no turn ''"),
        ("nope", "No session begins with 'nope'"),
        ("nope:1", "No session begins with 'nope'"),
        (":1", "No session begins with ''"),
    ],
)
def test_bad_places(place: str, words: str, here: Here, home_folder: Path, parent: str) -> None:
    done = here("run", "--from", place.replace("PARENT", parent))
    assert done.status == 2
    assert words in done.err
    assert len(done.err.splitlines()) == 1
    assert sessions(home_folder) == [parent]


@pytest.mark.promise("no-hidden-words")
def test_the_room_that_was_told_stays_true(here: Here, home_folder: Path, parent: str) -> None:
    """The model was told of at most two messages, and those words stand in what is sent."""
    more = here("run", "--from", parent, "--turns", "3")
    assert more.status == 2
    assert "told of at most 2 turns" in more.err
    untold = here("run", "--from", parent, "--minutes", "5")
    assert untold.status == 2
    assert "--minutes was not among them" in untold.err
    assert sessions(home_folder) == [parent]


def test_room_and_figures_are_each_sessions_own(here: Here, home_folder: Path, parent: str) -> None:
    child = child_of(here, home_folder, parent, "--turns", "1")
    summary = closed(home_folder, child).summary
    assert (summary.turns, summary.steps) == (1, 2)
    assert closed(home_folder, child).end == "turn-limit"


async def test_company_may_change_and_given_says_so(home_folder: Path, parent: str) -> None:
    before = opened(home_folder, parent)
    async with open_house(find_home(str(home_folder))) as house:
        order = Order(model=None, protocol="open", limits={}, attended=True, carry_on=parent)
        child = (await house.prepare(order)).opened
    assert child.given != before.given
    assert child.given == given_of(child.protocol.texts, child.tools, attended=True)


def test_a_session_that_has_no_more_words_is_not_begun_in_vain(
    here: Here, home_folder: Path
) -> None:
    here("run", "--model", "rehearsal/stays", "--protocol", "open-silent")
    [parent] = sessions(home_folder)
    assert closed(home_folder).end == "no-next-message"
    done = here("run", "--from", parent)
    assert (done.status, done.out) == (2, "")
    [line] = done.err.splitlines()
    assert f"Session {parent} has said all that its protocol says when nobody answers." in line
    assert "nothing was begun and nothing sent. Give --attended" in line
    assert sessions(home_folder) == [parent]


def test_who_was_there_is_missed_when_an_attended_session_goes_on(
    here: Here, home_folder: Path
) -> None:
    """Its record holds no words for when nobody answers, and --from keeps its words."""
    model = rehearse(home_folder, "scene", STEPS)
    with Terminal(home_folder, "run", "--model", model, "--attended") as terminal:
        terminal.sees("▏ you: ")
        terminal.type("\x04")
        assert terminal.ends() == 0
    [parent] = sessions(home_folder)
    done = here("run", "--from", parent)
    assert (done.status, done.out) == (2, "")
    [line] = done.err.splitlines()
    assert f"Session {parent} was attended: a person answered, and its record has no words" in line
    assert sessions(home_folder) == [parent]


def test_a_reply_that_an_attended_session_waits_for_is_fetched(
    here: Here, home_folder: Path
) -> None:
    """What was asked is answered, whoever is there; then there are no more words."""
    model = rehearse(home_folder, "scene", "[{text: One two three four, delay: 0.3}, {text: Two.}]")
    with Terminal(home_folder, "run", "--model", model, "--attended") as terminal:
        terminal.sees("One")
        terminal.interrupt()
        assert terminal.ends() == 130
    child = child_of(here, home_folder, "last")
    assert texts(home_folder, child) == ["One two three four"]
    assert closed(home_folder, child).end == "no-next-message"
    assert here("verify", "--requests").status == 0
