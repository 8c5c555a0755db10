"""The page itself, where a rehearsal cannot lead it: what comes late, or again, or unheard of."""

import io
from collections.abc import Iterable

from latitude.cli.output import Style
from latitude.cli.page import Page
from latitude.core.blocks import Block
from latitude.core.events import AnyEvent, BlockRecorded, Record, ResponseFailed, UnknownEvent
from latitude.core.stream import Delta, TextDelta, ThinkingDelta, ToolArgsDelta
from tests.journal.samples import called, finished, replied, said, thought


class Window(io.StringIO):
    """Somebody watches."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return -1


def shown(*coming: AnyEvent | Delta, out: io.StringIO | None = None, **settings: bool) -> str:
    out = out or io.StringIO()
    page = Page(out, Style(on=False), **settings)
    for number, one in enumerate(coming):
        if isinstance(one, (TextDelta, ThinkingDelta, ToolArgsDelta)):
            page.delta(one)
        else:
            page.record(Record(number, "", one, ""))
    return out.getvalue()


def streamed(index: int, text: str, kind: type[Delta] = TextDelta) -> Iterable[Delta]:
    for start in range(0, len(text), 3):
        yield kind(index, text[start : start + 3])


def test_thinking_that_ends_late_does_not_tear_the_reply() -> None:
    """llama.cpp ends the thinking only after the reply has begun."""
    reply = list(streamed(1, "A whole sentence."))
    page = shown(
        *streamed(0, "A thought.", ThinkingDelta),
        *reply[:2],
        thought(1, 1, "A thought."),
        *reply[2:],
        replied(1, 1, "A whole sentence.", 1),
        finished(1, 1),
    )
    assert page == "  thinking\n  A thought.\n\nA whole sentence.\n  (thinking: full)\n"


def test_a_second_attempt_begins_anew() -> None:
    broken = Block(kind="text", text="It beg", partial=True)
    fields = {name: getattr(broken, name) for name in broken.__struct_fields__}
    page = shown(
        *streamed(0, "It beg"),
        BlockRecorded(turn=1, step=1, index=0, **fields),
        ResponseFailed(
            turn=1,
            step=1,
            attempt=1,
            error="closed_early",
            message="Gone.",
            retried=False,
            request_sha256="",
        ),
        *streamed(0, "It begins."),
        replied(1, 1, "It begins.", 0),
        finished(1, 1),
    )
    assert page == "\nIt beg\n(broke off here)\n✗ Gone.\n\nIt begins.\n"


def test_calls_that_end_together_stand_one_below_the_other() -> None:
    """Chat servers end no call before the whole answer has come."""
    reads, path = '{"path": "a.txt"}', '{"path": "b.txt"}'
    calls = (
        ToolArgsDelta(0, "", "call-1-0", "read_file"),
        ToolArgsDelta(0, reads),
        ToolArgsDelta(1, path, "call-1-1", "delete_file"),
    )
    begun = shown(*calls, out=Window())
    assert begun == "⚒ read_file …"
    ended = (called(1, 1, "read_file", reads), called(1, 1, "delete_file", path, 1))
    page = shown(*calls, *ended, finished(1, 1), out=Window())
    assert page == "⚒ read_file …  a.txt\n⚒ delete_file  b.txt\n"


def test_a_call_that_is_talked_over_is_told_whole() -> None:
    page = shown(
        ToolArgsDelta(0, '{"pa', "call-1-0", "read_file"),
        *streamed(1, "Meanwhile."),
        called(1, 1, "read_file", '{"path": "a.txt"}'),
        out=Window(),
    )
    assert page == "⚒ read_file …\n\nMeanwhile.\n⚒ read_file  a.txt\n"


def test_the_name_of_a_call_is_the_models_and_is_cleaned() -> None:
    page = shown(ToolArgsDelta(0, "", "call", "a\x1b[2J\nb"), said(1, "So."), out=Window())
    assert page.splitlines()[0] == "⚒ a␛[2J␊b …"


def test_a_line_of_a_later_version_is_named() -> None:
    assert shown(UnknownEvent("dream.recorded", b"{}")) == "? dream.recorded\n"


def test_empty_lines_never_come_twice() -> None:
    page = shown(
        said(1, "Hello."), replied(1, 1, "Hello yourself."), finished(1, 1), said(2, "So.")
    )
    assert "\n\n\n" not in page
    assert "Hello yourself.\n\n▏ " in page


def test_a_reply_made_of_hidden_characters_is_shown_as_such() -> None:
    page = shown(*streamed(0, "a\u202eb\x1b[2J\r\nc"), replied(1, 1, "…", 0), finished(1, 1))
    assert page == "\na‹U+202E›b␛[2J\nc\n"
