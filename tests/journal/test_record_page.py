"""``docs/record.md`` is complete and true: somebody else could write a reader from it."""

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import get_args, get_origin

import msgspec
import pytest

from latitude.core.events import (
    Cost,
    End,
    FileChange,
    KnownEvent,
    ResultPart,
    SessionClosed,
    SessionOpened,
    Summary,
)
from latitude.core.spec import (
    Conditions,
    ExitTerms,
    Limits,
    ModelAsked,
    Offer,
    Parent,
    ProtocolUsed,
    SandboxUsed,
    Texts,
    ToolSchema,
    Versions,
    Withheld,
)
from latitude.core.stream import FailureKind, StopKind, Tokens
from latitude.journal.inflight import Inflight
from latitude.journal.reader import read
from latitude.prompts.rendering import given_of

PAGE = (Path(__file__).parents[2] / "docs" / "record.md").read_text(encoding="utf-8")
EVENTS = get_args(KnownEvent)
INNER = (
    *(Conditions, Cost, ExitTerms, FileChange, Inflight, Limits, ModelAsked, Offer, Parent),
    *(ProtocolUsed, ResultPart, SandboxUsed, Summary, Texts, Tokens, ToolSchema, Versions),
    Withheld,
)


def section(title: str) -> str:
    found = re.search(rf"^### `{re.escape(title)}`$(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, f"docs/record.md has no section on {title}"
    return found[1]


def example() -> bytes:
    found = re.search(r"```jsonl\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1].encode("utf-8")


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__struct_config__.tag)
def test_every_field_of_every_event_is_told(event: type[msgspec.Struct]) -> None:
    told = section(str(event.__struct_config__.tag))
    missing = [name for name in event.__struct_fields__ if f"`{name}`" not in told]
    assert missing == []


@pytest.mark.parametrize("inner", INNER, ids=lambda inner: inner.__name__)
def test_every_field_inside_a_field_is_told(inner: type[msgspec.Struct]) -> None:
    assert [name for name in inner.__struct_fields__ if f"`{name}`" not in PAGE] == []


def test_no_struct_of_the_record_is_left_out() -> None:
    def structs(kind: object) -> set[type]:
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            inner = [structs(field.type) for field in msgspec.structs.fields(kind)]
            return {kind}.union(*inner)
        return set().union(*(structs(argument) for argument in get_args(kind)))

    assert get_origin(EVENTS[0]) is None
    reached = set().union(*(structs(event) for event in EVENTS))
    assert reached - set(EVENTS) - set(INNER) == set()


@pytest.mark.parametrize("words", [End, FailureKind, StopKind])
def test_every_word_of_a_closed_choice_is_told(words: object) -> None:
    assert [word for word in get_args(words) if f"`{word}`" not in PAGE] == []


def test_the_worked_example_is_what_the_page_says(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(example())
    first, _, last = read(path)
    assert isinstance(last.event, SessionClosed)
    hashes = re.findall(r"^- line (\d): `([0-9a-f]{64})`", PAGE, re.MULTILINE)
    lines = example().splitlines()
    assert [sha256(line).hexdigest() for line in lines] == [told for _, told in hashes]
    assert last.sha256 == hashes[-1][1]
    assert isinstance(first.event, SessionOpened)
    opened = first.event
    assert opened.given == given_of(opened.protocol.texts, opened.tools, attended=False)


def test_a_reader_of_a_few_lines_can_follow_the_page() -> None:
    """Nothing of latitude is used here: this is what the page promises to somebody else."""
    prev = "0" * 64
    for number, line in enumerate(example().split(b"\n")[:-1]):
        event = json.loads(line)
        assert list(event)[:5] == ["v", "seq", "at", "type", "prev"]
        assert (event["v"], event["seq"], event["prev"]) == (1, number, prev)
        prev = sha256(line).hexdigest()
    assert event["type"] == "session.closed"
