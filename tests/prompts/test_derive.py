"""Derived protocols: what a study changes, and what stays as it is."""

from dataclasses import replace
from pathlib import Path

import pytest

from latitude.core.spec import Limits
from latitude.errors import ProtocolError
from latitude.prompts.check import nominal_tools
from latitude.prompts.derive import NO_CHANGES, Changes, ExitTool, derive
from latitude.prompts.library import Library
from latitude.prompts.protocol import Protocol
from latitude.prompts.reader import Mark
from latitude.prompts.rendering import render, try_render
from latitude.prompts.rules import contradictions
from tests.prompts.conftest import Edited

LIBRARY = Library()
OPEN = LIBRARY.get("open")


def opening(protocol: Protocol, limits: Limits = Limits()) -> str:  # noqa: B008
    return render(protocol, nominal_tools(protocol), limits).texts.opening


@pytest.mark.parametrize("name", LIBRARY.names())
def test_nothing_changed_is_the_protocol_itself(name: str) -> None:
    protocol = LIBRARY.get(name)
    same = Changes(
        offer=protocol.exit.offer,
        tool=ExitTool(protocol.exit.tool),
        between=protocol.between,
        disclose=protocol.disclose,
    )
    assert derive(protocol, NO_CHANGES) == derive(protocol, same) == protocol


def test_a_wording_changes_the_offer_and_nothing_else() -> None:
    changed = derive(OPEN, Changes(offer='Write "stopping now", or call end_session.'))
    assert changed == replace(OPEN, exit=replace(OPEN.exit, offer=changed.exit.offer))
    assert contradictions(changed) == []
    assert opening(changed).endswith('like to do?\n\nWrite "stopping now", or call end_session.')


def test_the_tool_is_renamed_where_it_stands_as_a_word(edited: Edited) -> None:
    from latitude.prompts.loader import load

    path = edited(
        ("There is an empty folder", "Mind end_session_2 and re-end_session. There is a folder"),
        ("This message is automatic;", "Still end_session:"),
        ("script: []", "script: [Call end_session., Bend_session.]"),
    )
    changed = derive(load(path), Changes(tool=ExitTool("finish")))
    assert changed.exit.tool == "finish"
    assert changed.exit.offer.endswith("or call the tool finish.")
    assert changed.between == "Still finish: no person sent it."
    assert changed.script == ("Call finish.", "Bend_session.")
    assert "Mind end_session_2 and re-end_session." in changed.opening
    told = derive(LIBRARY.get("open-tool-exit"), Changes(tool=ExitTool("finish"))).person.reminder
    assert told == "You can still end the session with the tool finish, and you do not have to."


@pytest.mark.parametrize("name", [r"a\d", r"\1", r"\g<0>"])
def test_a_name_with_a_backslash_is_put_in_as_it_is_and_found_to_be_none(name: str) -> None:
    changed = derive(OPEN, Changes(tool=ExitTool(name)))
    assert changed.exit.offer.endswith(f"or call the tool {name}.")
    assert f"{name!r} is no name for a tool." in [one.what for one in contradictions(changed)]


def test_a_wording_may_name_the_tool_of_the_file() -> None:
    words = 'Write "stopping now", or call end_session.'
    changed = derive(OPEN, Changes(offer=words, tool=ExitTool("finish")))
    assert changed.exit.offer == 'Write "stopping now", or call finish.'


def test_without_the_tool_no_word_may_name_it() -> None:
    with pytest.raises(ProtocolError, match=r"exit\.offer' tells of the tool end_session"):
        derive(OPEN, Changes(tool=ExitTool(None)))
    changed = derive(OPEN, Changes(tool=ExitTool(None), offer='Write "stopping now" to end it.'))
    assert changed.exit.tool is None
    assert contradictions(changed) == []
    only = LIBRARY.get("open-tool-exit")
    gone = derive(only, Changes(tool=ExitTool(None), offer="There is a way out."))
    assert [one.what for one in contradictions(gone)] == ["There is no exit."]
    assert gone.person.reminder == ""


def test_a_protocol_without_a_tool_can_be_given_one() -> None:
    changed = derive(LIBRARY.get("open-phrase-exit"), Changes(tool=ExitTool("leave")))
    assert (changed.exit.tool, contradictions(changed)) == ("leave", [])


def test_limits_that_are_no_longer_told_lose_their_sentences() -> None:
    base = LIBRARY.get("empty-repository")
    fewer = derive(base, Changes(disclose=("steps",)))
    assert contradictions(fewer) == []
    assert "Responses from you: at most 200." in opening(fewer)
    assert "Messages to you" not in opening(fewer)
    none = derive(base, Changes(disclose=()))
    assert contradictions(none) == []
    begins = "Here is an empty repository. Changes to it are committed.\n\nYou can end"
    assert opening(none).startswith(begins)


def test_open_time_still_tells_every_limit() -> None:
    silent = derive(OPEN, Changes(disclose=("turns",)))
    _, findings = try_render(silent, nominal_tools(silent), Limits())
    assert ["limits that it does not tell: steps" in one.what for one in findings] == [True]


def test_an_opening_without_room_keeps_its_line_breaks() -> None:
    base = replace(
        OPEN, opening="\nTwo lines.\n", room={}, disclose=(), exit=replace(OPEN.exit, told=2)
    )
    assert derive(base, Changes(disclose=())).opening == "\nTwo lines.\n"


def test_a_fault_is_told_where_the_words_were_written() -> None:
    place = (Path("studies/wording.yaml"), Mark(9, 7))
    changes = Changes(tool=ExitTool("no tool"), places={"exit.tool": place})
    (fault,) = contradictions(derive(OPEN, changes))
    assert str(fault).startswith("studies/wording.yaml:9:7: 'no tool' is no name for a tool.")
    (other,) = contradictions(
        derive(OPEN, Changes(offer="Write it.", places={"exit.offer": place}))
    )
    assert str(other).startswith(f"{OPEN.path}:")
