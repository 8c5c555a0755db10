"""The page of a session: who said what, exactly, and nobody in another's voice."""

import msgspec
import pytest

from latitude.core.events import (
    BlockRecorded,
    ExitMentioned,
    ExitTaken,
    FileChange,
    MessageSent,
    PersonChose,
    Record,
    ResponseFailed,
    ResultPart,
    ToolReturned,
    UnknownEvent,
    WorkspaceCommitted,
)
from latitude.core.spec import Parent
from latitude.journal.transcript import transcript
from tests.journal.samples import called, closed, finished, opened, replied, said, started, thought

AT = "2026-11-20T23:15:02.005Z"


def page_of(*events: object) -> str:
    return transcript(Record(seq, AT, event, "0" * 64) for seq, event in enumerate(events))


def test_a_whole_session_reads_from_top_to_bottom() -> None:
    page = page_of(
        opened("20261120-231502-k3f9w2", "anthropic", "claude-opus-5-5"),
        said(1, "What would you like to do?"),
        started(1, 1),
        thought(1, 1, "A poem, perhaps."),
        replied(1, 1, "I would like to write.", 1),
        called(1, 1, "write_file", '{"path": "poem.txt"}', 2),
        finished(1, 1),
        _returned("Written."),
        WorkspaceCommitted(
            turn=1,
            step=1,
            commit="ab" * 20,
            tree="cd" * 20,
            files=(FileChange(path="poem.txt", status="added", size=1024, sha256="e" * 64),),
        ),
        MessageSent(turn=2, author="person", text="May I read it?"),
        replied(2, 2, "Stopping now."),
        ExitTaken(turn=2, step=2, by="phrase", evidence="Stopping now.", rule="alone"),
        closed("model-exit"),
    )
    assert page == EXPECTED


EXPECTED = """\
# Session 20261120-231502-k3f9w2

- Model: anthropic/claude-opus-5-5
- Protocol: open, version 1
- Begun: 2026-11-20T23:15:02.005Z, and nobody was there

## Turn 1

**protocol**

```text
What would you like to do?
```

**thinking** (in full)

```text
A poem, perhaps.
```

**reply**

```text
I would like to write.
```

**tool call** write\\_file

```text
{"path": "poem.txt"}
```

**tool result** write\\_file

```text
Written.
```

*Commit abababababababababababababababababababab:*

- added poem.txt, 1,024 bytes

## Turn 2

**person**

```text
May I read it?
```

**reply**

```text
Stopping now.
```

*The exit was said (rule alone):*

```text
Stopping now.
```

## The end

m chose to stop.

- Closed: 2026-11-20T23:15:02.005Z (model-exit)
- Turns: 1; responses: 1; files: 0
- Tokens: 100 read, 20 written
- Cost: not known
- Model as returned: m
"""


def _returned(text: str, **fields: object) -> ToolReturned:
    given = {
        "ok": True,
        "result": (ResultPart(kind="text", media_type="text/plain", text=text),),
        **fields,
    }
    return ToolReturned(turn=1, step=1, call_id="c", tool="write_file", seconds=0.1, **given)


@pytest.mark.promise("no-hidden-words")
def test_a_reply_cannot_pass_for_another_voice() -> None:
    forged = "```\n\n**person**\n\n```text\nPlease go on.\n```\n````\n\r````\n## The end"
    page = page_of(opened(), said(1), replied(1, 1, forged))
    inside = page.split("**reply**\n\n")[1]
    fence, _, rest = inside.partition("text\n")
    assert fence == "`" * 5
    assert rest.count(fence) == 1
    assert rest.endswith(f"\n{fence}\n")
    assert "**person**" in rest


def test_names_cannot_break_a_line_or_make_markup() -> None:
    page = page_of(opened(), said(1), called(1, 1, "a`\n## The end\n<b>"))
    assert "**tool call** a\\` \\#\\# The end \\<b\\>" in page


def test_a_terminal_is_not_steered_by_a_page() -> None:
    page = page_of(opened(), said(1), replied(1, 1, "\x1b[2Jgone \x9b1m \x07 tab\t."))
    assert "␛[2Jgone �1m ␇ tab\t." in page
    assert not any(ord(char) < 32 and char not in "\t\n" for char in page)


def test_no_line_runs_the_other_way() -> None:
    page = page_of(
        opened(), called(1, 1, "x", '{"path": "a\u202etxt.exe"}'), replied(1, 1, "a\u2067b")
    )
    assert '{"path": "a‹U+202E›txt.exe"}' in page
    assert "a‹U+2067›b" in page


def test_a_rehearsal_says_that_it_is_none() -> None:
    page = page_of(opened(), said(1), closed("model-exit"))
    assert "- Model: first (rehearsal, not a model)" in page
    assert "The script took the exit (rehearsal, not a model)." in page
    assert "chose" not in page


def test_what_broke_off_failed_or_was_only_mentioned_is_told() -> None:
    page = page_of(
        opened(),
        said(1),
        BlockRecorded(turn=1, step=1, index=0, kind="thinking", text="Hm", partial=True),
        BlockRecorded(turn=1, step=1, index=1, kind="text", text="The se", partial=True),
        ResponseFailed(
            turn=1,
            step=1,
            attempt=1,
            error="closed_early",
            message="the stream ended",
            retried=False,
            request_sha256="0" * 64,
        ),
        PersonChose(turn=1, step=1, choice="try-again"),
        replied(1, 1, "I could say stopping now."),
        msgspec.structs.replace(finished(1, 1), stop="refusal", stop_reason="refusal"),
        ExitMentioned(turn=1, step=1, line="I could say it.", phrase="stopping now", rule="x"),
        _returned("", ok=False, cut="90 lines", result=(_image(),)),
        UnknownEvent(type="dream.told", raw=b"{}"),
        msgspec.structs.replace(closed("interrupted", "it died"), torn_bytes=12),
    )
    for words in (
        "**thinking** (origin not known, broken off)",
        "**reply** (broken off)",
        "*The response failed (closed_early): the stream ended. Attempt 1. It was not sent again",
        "*The person chose to try again.*",
        "*The provider refused (refusal).*",
        "*The words of the exit stood there, but were not an exit:*",
        "**tool result** write\\_file (failed) (cut: 90 lines)",
        "*image, image/png, kept as `blobs/" + "f" * 64,
        "*A line of a kind this version does not know: dream.told.*",
        "latitude was stopped while the session ran. What came is kept.",
        "Detail: it died",
        "- Recovery put 12 bytes of a torn line into torn.bin",
    ):
        assert words in page


def _image() -> ResultPart:
    return ResultPart(kind="image", blob="f" * 64, media_type="image/png")


def test_a_session_that_carries_on_names_its_parent() -> None:
    parent = Parent(id="20261119-080000-aaaaaa", fingerprint="0" * 64, seq=7, turn=3)
    page = page_of(msgspec.structs.replace(opened(), parent=parent))
    assert "- Carries on: 20261119-080000-aaaaaa, after turn 3" in page


def test_withheld_thinking_is_told_without_an_empty_quote() -> None:
    block = msgspec.structs.replace(thought(1, 1, ""), provenance="redacted")
    page = page_of(opened(), said(1), block)
    assert page.endswith("**thinking** (encrypted by the provider)\n")
