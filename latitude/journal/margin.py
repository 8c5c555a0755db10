"""The short words of the margin: titles of calls, commits, thinking and trouble, all clean."""

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from latitude.core.blocks import Block, Provenance
from latitude.core.clean import clean, clean_line
from latitude.core.events import (
    ExitMentioned,
    ExitTaken,
    FileChange,
    ResponseFailed,
    ResponseFinished,
    SessionClosed,
    ToolReturned,
    WorkspaceCommitted,
)
from latitude.core.stream import FailureKind, StopKind
from latitude.core.text import counted
from latitude.journal.provided import Page, Provided

LONGEST_TITLE = 80
_LONGEST_RESULT = 20_000
"""Characters of a tool's answer that are shown; the record has all of it."""

PROVENANCE: dict[Provenance, str] = {
    "full": "full",
    "summary": "summary",
    "omitted": "withheld",
    "redacted": "redacted",
    "tagged": "from <think> tags",
}
"""How thinking reached us, in a word."""

_STOPS: dict[StopKind, str] = {
    "length": "The response reached the limit of its length",
    "refusal": "The provider refused",
    "pause": "The provider paused here",
    "context_full": "The conversation no longer fitted the model",
    "unknown": "The response ended for a reason that latitude does not know",
}

_WAYS: dict[FailureKind | Literal["interrupted"], str] = {
    "auth": "Mend the key or the account; then `latitude run --from` carries the session on.",
    "bad_request": "The same request would fail again; another model or other settings may do.",
    "not_found": "Look at `latitude models` for the names there are.",
}
"""What a person can do where asking again cannot help."""


def thinking_title(block: Block) -> str:
    """``thinking`` and its provenance."""
    word = PROVENANCE.get(block.provenance) if block.provenance else "origin not known"
    return f"thinking · {word}"


def call_words(block: Block) -> list[str]:
    """A tool call for one line: its name, its paths, and how much it writes."""
    words = [clean_line(block.name, LONGEST_TITLE)]
    arguments = _decoded(block.arguments)
    if arguments is None:
        return [*words, "(arguments that are not JSON)"]
    if isinstance(arguments, dict):
        paths = [arguments[name] for name in ("path", "to") if name in arguments]
        words += [clean_line(str(path), LONGEST_TITLE) for path in paths]
        if isinstance(command := arguments.get("command"), str):
            words.append(clean_line(command.strip().partition("\n")[0], LONGEST_TITLE))
        content = arguments.get("content")
        if isinstance(content, str):
            lines = content.count("\n") + (not content.endswith("\n"))
            words.append(counted(lines, "line"))
    return words


def arguments_text(block: Block) -> str:
    """What a call was given: long texts as they are, all else as JSON."""
    arguments = _decoded(block.arguments)
    if not isinstance(arguments, dict):
        return clean(block.arguments)
    parts = []
    for name, value in arguments.items():
        shown = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        gap = "\n" if "\n" in shown else " "
        parts.append(f"{clean_line(str(name), LONGEST_TITLE)}:{gap}{clean(shown)}")
    return "\n".join(parts)


def result_text(event: ToolReturned) -> str:
    """What a tool answered."""
    parts = [
        clean(part.text or "", max_text=_LONGEST_RESULT)
        if part.blob is None
        else f"({part.kind}, {clean_line(part.media_type, 60)}, kept as a blob {part.blob[:8]})"
        for part in event.result
    ]
    if event.cut:
        parts.append(f"(cut: {clean_line(event.cut, 200)})")
    return "\n".join(parts)


def retry_title(event: ResponseFailed) -> str:
    """A request that failed and is sent again: why, and when."""
    message = clean_line(event.message, 300).rstrip(".")
    return f"{message}. Attempt {event.attempt + 1} in {event.wait_seconds or 0:.0f} s."


def failure_title(event: ResponseFailed) -> str:
    """A request that failed and is not sent again by itself: why, and what can be done."""
    message, way = clean_line(event.message, 300), _WAYS.get(event.error)
    return message if way is None else f"{message.rstrip('.')}. {way}"


def stop_title(event: ResponseFinished) -> str:
    """Why a response stopped where its text does not show it; else nothing."""
    if event.stop not in _STOPS:
        return ""
    return f"{_STOPS[event.stop]} ({clean_line(event.stop_reason or 'no reason given', 80)})."


def commit_title(event: WorkspaceCommitted) -> str:
    """How many files a commit changed, and its short name."""
    return f"{counted(len(event.files), 'file')}  {event.commit[:6]}"


def files_text(files: Iterable[FileChange]) -> str:
    """A line a file: what became of it, its path, its size."""
    lines = []
    for file in files:
        size = "" if file.size is None else f"  {counted(file.size, 'byte')}"
        lines.append(f"{file.status:8}  {clean_line(file.path, 200)}{size}")
    return "\n".join(lines)


def mention_title(event: ExitMentioned) -> str:
    """The exit's words that were not an exit, and where they stood."""
    phrase, line = clean_line(event.phrase, 60), clean_line(event.line, 100)
    return f'"{phrase}" mentioned, not taken as the exit: {line}'


def other_kind(block: Block) -> str:
    """What a provider calls a block of a kind that is newer than this version; maybe nothing."""
    raw = _decoded(bytes(block.raw))
    return clean_line(str(raw.get("type", "")), 60) if isinstance(raw, dict) else ""


def provided_title(said: Provided) -> str:
    """What the provider's own tool was asked, and what came of it."""
    return "  ".join(
        clean_line(words, 2 * LONGEST_TITLE) for words in (said.call, said.found) if words
    )


def provided_text(said: Provided) -> str:
    """The pages that the provider's own tool found, and the words of one that it read."""
    parts = ["\n".join(page_lines(said.pages)), clean(said.text, max_text=_LONGEST_RESULT)]
    return "\n\n".join(part for part in parts if part)


def page_lines(pages: Iterable[Page]) -> list[str]:
    """A line a page: its title and its address."""
    return [
        "  ".join(clean_line(words, longest) for words, longest in told if words)
        for told in (((page.title, LONGEST_TITLE), (page.url, 300)) for page in pages)
    ]


def end_text(closed: SessionClosed, taken: ExitTaken | None, fingerprint: str) -> str:
    """What else there is to say of an end: by which way out, how long it was, and its seal."""
    how = f"By {taken.by}, after" if taken is not None else "After"
    turns = counted(closed.summary.turns, "turn")
    # The sentence of these says all that the detail does.
    spoken = closed.end in ("model-exit", "person-end", "no-next-message") or "limit" in closed.end
    detail = "" if spoken else f"{clean_line(closed.detail, 300).rstrip('.')}.\n"
    return f"{detail}{how} {turns}. Sealed {fingerprint[:8]}…{fingerprint[-4:]}."


def _decoded(text: str | bytes) -> Any:
    try:
        return msgspec.json.decode(text or b"{}")
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return None
