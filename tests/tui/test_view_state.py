"""Events become a column of entries; pieces make them grow; nothing leaves uncleaned."""

import msgspec
import pytest

from latitude.core.clean import clean
from latitude.core.events import (
    BlockRecorded,
    ExitMentioned,
    FileChange,
    KnownEvent,
    MessageSent,
    PersonChose,
    Record,
    ResponseFailed,
    UnknownEvent,
    WishRecorded,
    WorkspaceCommitted,
)
from latitude.core.stream import TextDelta, ThinkingDelta, ToolArgsDelta
from latitude.tui.view_state import Entry, Grow, Put, ViewState
from tests.journal.samples import answered, called, closed, finished, opened, replied, said, started

HOSTILE = "A\x1b]52;c;cHduZWQ=\x07\x9bE\x00\u202eG[/x][@click=app.quit]q[/]"


def taken(*events: KnownEvent, view: ViewState | None = None) -> ViewState:
    view = view or ViewState()
    begun = 0 if view.session is None else 1
    for seq, event in enumerate((opened(), *events) if not begun else events):
        view.take(Record(seq, "2026-11-20T23:15:02.125Z", event, f"{seq:064x}"))
    return view


def shown(view: ViewState) -> list[tuple[str, str, str]]:
    return [(entry.voice, entry.title, entry.text) for entry in view.entries]


def thinking(text: str, provenance: str) -> BlockRecorded:
    return BlockRecorded(turn=1, step=1, index=0, kind="thinking", text=text, provenance=provenance)


def failed(*, retried: bool) -> ResponseFailed:
    return ResponseFailed(
        turn=1,
        step=1,
        attempt=1,
        error="overloaded",
        message="The provider is overloaded.",
        retried=retried,
        request_sha256="3" * 64,
        wait_seconds=8.0 if retried else None,
    )


def test_a_turn_is_our_words_then_what_the_model_did() -> None:
    commit = WorkspaceCommitted(
        turn=1,
        step=1,
        commit="a41c9e" + "0" * 34,
        tree="b" * 40,
        files=(FileChange(path="tides/index.html", status="added", size=2048, sha256="c" * 64),),
    )
    arguments = msgspec.json.encode({"path": "tides/index.html", "content": "<p>\n</p>\n"}).decode()
    call = called(1, 1, "write_file", arguments, index=1)
    view = taken(
        said(1), started(1, 1), replied(1, 1, "*Hello.*"), call, finished(1, 1),
        answered(1, 1, call.call_id, "Written."), commit,
    )  # fmt: skip
    assert shown(view) == [
        ("ours", "protocol", "Go on."),
        ("reply", "", "*Hello.*"),
        (
            "call",
            "write_file  tides/index.html  2 lines",
            "path: tides/index.html\ncontent:\n<p>\n</p>\n\n\nWritten.",
        ),
        ("commit", "1 file  a41c9e", "added     tides/index.html  2,048 bytes"),
    ]


@pytest.mark.parametrize(
    ("provenance", "title"),
    [
        ("full", "thinking · full"),
        ("summary", "thinking · summary"),
        ("redacted", "thinking · redacted"),
        ("tagged", "thinking · from <think> tags"),
    ],
)
def test_thinking_says_how_it_reached_us(provenance: str, title: str) -> None:
    view = taken(said(1), started(1, 1), thinking("Hm.", provenance))
    assert view.entries[-1] == Entry("thinking", 1, 1, title, "Hm.", folded=True)


def test_thinking_that_is_withheld_tells_its_size_once_that_is_known() -> None:
    view = taken(said(1), started(1, 1), thinking("", "omitted"))
    assert view.entries[-1].title == "thinking · withheld"
    tokens = msgspec.structs.replace(finished(1, 1).tokens, thinking=1204)
    end = msgspec.structs.replace(finished(1, 1), tokens=tokens)
    assert taken(end, view=view).entries[-1].title == "thinking · withheld, 1,204 tokens"


def test_a_block_grows_in_its_place_and_is_then_put_whole() -> None:
    view = taken(said(1), started(1, 1))
    assert view.grow(1, 1, ThinkingDelta(0, "Hm")) == [
        Put(1, Entry("thinking", 1, 1, "thinking", streaming=True)),
        Grow(1, "Hm"),
    ]
    assert view.grow(1, 1, TextDelta(1, "Hel"))[1] == Grow(2, "Hel")
    assert view.grow(1, 1, ThinkingDelta(0, "m.")) == [Grow(1, "m.")]
    assert view.grow(1, 1, TextDelta(1, "lo")) == [Grow(2, "lo")]
    whole = view.take(Record(9, "", replied(1, 1, "Hello", index=1), "9" * 64))
    assert whole == [Put(2, Entry("reply", 1, 1, text="Hello"))]


def test_a_call_that_streams_is_named_at_once() -> None:
    view = taken(said(1), started(1, 1))
    begun = view.grow(1, 1, ToolArgsDelta(0, '{"pa', "call-1-0", "write_file"))
    assert [update.entry.title for update in begun if isinstance(update, Put)] == ["write_file"]
    assert view.grow(1, 1, ToolArgsDelta(0, 'th"', "", "")) == []


def test_a_reply_that_broke_off_keeps_what_came_and_says_so() -> None:
    part = msgspec.structs.replace(replied(1, 1, "I would li"), partial=True)
    view = taken(
        said(1), started(1, 1), part, failed(retried=False),
        PersonChose(turn=1, step=1, choice="try-again"),
    )  # fmt: skip
    assert shown(view)[1:] == [
        ("reply", "", "I would li"),
        ("warning", "The reply broke off here.", ""),
        ("warning", "The provider is overloaded.", ""),
        ("note", "You chose to try again.", ""),
    ]


def test_a_retry_says_when() -> None:
    view = taken(said(1), failed(retried=True))
    assert shown(view)[-1] == (
        "retry",
        "The provider is overloaded. Attempt 2 in 8 s.",
        "",
    )


def test_a_wish_is_shown_as_it_was_said_and_cleaned() -> None:
    wish = WishRecorded(turn=1, step=1, call_id="c", publish="no", words=HOSTILE)
    entry = taken(said(1), started(1, 1), finished(1, 1), wish).entries[-1]
    assert (entry.voice, entry.title) == ("note", "A wish about showing and signing")
    assert entry.text == f"publish: no\nwords: {clean(HOSTILE)}"


def test_a_mention_is_shown_as_a_mention() -> None:
    mention = ExitMentioned(
        turn=1, step=1, line='I could say "stopping now".', phrase="stopping now", rule="quoted"
    )
    view = taken(said(1), started(1, 1), finished(1, 1), mention)
    assert shown(view)[-1][:2] == (
        "note",
        '"stopping now" mentioned, not taken as the exit: I could say "stopping now".',
    )


def test_an_end_stands_in_the_column_with_its_seal() -> None:
    view = taken(said(1), started(1, 1), finished(1, 1), closed("turn-limit"))
    entry = view.entries[-1]
    assert (entry.voice, entry.title) == ("end", "The limit of 20 messages was reached.")
    assert view.fingerprint is not None
    assert view.fingerprint[:8] in entry.text


def test_the_person_is_you_to_themselves_and_nobody_else() -> None:
    mine = MessageSent(turn=1, author="person", text="Hello")
    assert taken(mine).entries[-1].title == "you"
    other = taken(mine, view=taken(view=ViewState("The person")))
    assert other.entries[-1].title == "person"


def test_a_line_from_the_future_is_shown_and_breaks_nothing() -> None:
    view = taken(said(1))
    view.take(Record(2, "", UnknownEvent(type="dream.recorded", raw=b"{}"), "2" * 64))
    assert "dream.recorded" in view.entries[-1].title


def test_nothing_hostile_leaves_in_any_field() -> None:
    view = taken(
        said(1, HOSTILE), started(1, 1), thinking(HOSTILE, "full"),
        replied(1, 1, HOSTILE, index=1), called(1, 1, HOSTILE, HOSTILE, index=2),
        answered(1, 1, "call-1-2", HOSTILE), answered(1, 1, "nobody", HOSTILE),
        msgspec.structs.replace(failed(retried=False), message=HOSTILE),
        msgspec.structs.replace(finished(1, 1), stop="unknown", stop_reason=HOSTILE),
        ExitMentioned(turn=1, step=1, line=HOSTILE, phrase=HOSTILE, rule="quoted"),
        msgspec.structs.replace(closed("provider-failed"), detail=HOSTILE),
    )  # fmt: skip
    grown = view.grow(1, 1, TextDelta(9, HOSTILE)) + view.grow(
        1, 1, ToolArgsDelta(8, "", "", HOSTILE)
    )
    texts = [entry.title + entry.text for entry in view.entries]
    texts += [update.piece for update in grown if isinstance(update, Grow)]
    assert len(texts) > 10
    for text in texts:
        assert not set(text) & set("\x1b\x07\x9b\x00\u202e"), text
    titles = [entry.title for entry in view.entries]
    assert all("\n" not in title for title in titles)
