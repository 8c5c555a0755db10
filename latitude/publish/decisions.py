"""What people decided before anything left the house: ``releases/decisions.jsonl``.

UTF-8, one JSON object a line, and lines are only ever added; of several on one matter the last
counts. A secret is never written here: a finding is known by a digest of it.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from latitude.core.clean import clean_line
from latitude.errors import HomeUnusable, RecordBroken, UsageError
from latitude.journal.blobs import fsync_folder
from latitude.journal.clock import Stamps

FILE = "decisions.jsonl"
_SHOWN = 200
"""Bytes that are shown of a line that was cut off."""


class Decision(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What every line has in common."""

    at: str
    """RFC 3339, UTC."""
    why: str
    """In the words of the person."""


class Redact(Decision, frozen=True, kw_only=True, tag="redact"):
    """What was found is taken out, wherever it is found."""

    finding: str
    rule: str


class Keep(Decision, frozen=True, kw_only=True, tag="keep"):
    """What was found may go out."""

    finding: str
    rule: str


class Override(Decision, frozen=True, kw_only=True, tag="override"):
    """A session is shown although the model wished that it is not."""

    session: str


class Confirm(Decision, frozen=True, kw_only=True, tag="confirm"):
    """A sentence is a wish: it binds as one that was made with the tool."""

    candidate: str
    session: str
    publish: Literal["yes", "no"] | None = None
    signature: str | None = None


class Dismiss(Decision, frozen=True, kw_only=True, tag="dismiss"):
    """A sentence is no wish about showing or signing."""

    candidate: str
    session: str


class Withdraw(Decision, frozen=True, kw_only=True, tag="withdraw"):
    """A session, or the person's own words in it, go out no more."""

    session: str
    words: bool = False
    """Only the person's words."""


class Restore(Decision, frozen=True, kw_only=True, tag="restore"):
    """What was decided about a session is taken back; each kind of it by a line of its own."""

    session: str
    what: Literal["session", "words", "override"] = "session"
    """The withdrawal of the session, that of the person's words in it, or an override."""


AnyDecision = Redact | Keep | Override | Confirm | Dismiss | Withdraw | Restore
_decoder = msgspec.json.Decoder(AnyDecision)


@dataclass(frozen=True, slots=True)
class Decisions:
    """All that was decided and still holds."""

    findings: Mapping[str, Redact | Keep] = field(default_factory=dict)
    """By finding."""
    overrides: Mapping[str, Override] = field(default_factory=dict)
    """By session."""
    candidates: Mapping[str, Confirm | Dismiss] = field(default_factory=dict)
    """By candidate."""
    withdrawn: Mapping[str, Withdraw] = field(default_factory=dict)
    """By session: all of it."""
    words_withdrawn: Mapping[str, Withdraw] = field(default_factory=dict)
    """By session: the person's words."""


def read_decisions(releases: Path) -> Decisions:
    """Return what holds. Raises ``RecordBroken`` with the line that cannot be read."""
    findings: dict[str, Redact | Keep] = {}
    overrides: dict[str, Override] = {}
    candidates: dict[str, Confirm | Dismiss] = {}
    withdrawn: dict[str, Withdraw] = {}
    words: dict[str, Withdraw] = {}
    for decision in _lines(releases / FILE):
        match decision:
            case Redact() | Keep():
                findings[decision.finding] = decision
            case Override():
                overrides[decision.session] = decision
            case Confirm() | Dismiss():
                candidates[decision.candidate] = decision
            case Withdraw():
                (words if decision.words else withdrawn)[decision.session] = decision
            case Restore():
                by_kind: Mapping[str, dict[str, Withdraw] | dict[str, Override]]
                by_kind = {"session": withdrawn, "words": words, "override": overrides}
                by_kind[decision.what].pop(decision.session, None)
    return Decisions(findings, overrides, candidates, withdrawn, words)


def now() -> str:
    """The time of a decision that is made now."""
    return Stamps().now()


def add_decisions(releases: Path, *decisions: AnyDecision) -> None:
    """Write decisions down, all or none of them, on disk before this returns.

    Raises ``UsageError`` when one has no reason, ``RecordBroken`` when the last line there was cut
    off, and ``HomeUnusable``; then nothing was written.
    """
    if any(not decision.why.strip() for decision in decisions):
        raise UsageError("A decision needs a reason. Nothing was written. Give one with --why.")
    path = releases / FILE
    data = b"".join(msgspec.json.encode(decision) + b"\n" for decision in decisions)
    try:
        releases.mkdir(parents=True, exist_ok=True)
        with path.open("ab+", buffering=0) as file:
            # Given back when the file is closed. Whoever else decides waits for one write.
            fcntl.flock(file.fileno(), fcntl.LOCK_EX)
            file.seek(0)
            _append(file.fileno(), _behind(path, file.read()) + data)
        fsync_folder(releases)
    except OSError as error:
        raise HomeUnusable(
            f"{path} could not be written: {error.strerror}. Nothing was decided. Make the home "
            "writable or make room, and try again."
        ) from error


def _behind(path: Path, before: bytes) -> bytes:
    """What has to stand between the lines that are there and new ones.

    A last line may be whole and only lack its end. One that was cut off stays as it is, for a
    person to look at, and nothing is written behind it.
    """
    *lines, last = before.split(b"\n")
    if not last:
        return b""
    try:
        _decoder.decode(last)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _cut_off(path, len(lines) + 1, last, "decided") from error
    return b"\n"


def _cut_off(path: Path, number: int, line: bytes, done: str) -> RecordBroken:
    said = clean_line(line[:_SHOWN].decode("utf-8", "replace"))
    return RecordBroken(
        f"{path}, line {number} ends in the middle: {said}… Its process was killed while it wrote, "
        f"or the file was cut short, so nobody knows what it decides. Nothing was {done}. Take "
        "that line out of the file with an editor, then decide again what it was to decide."
    )


def _append(fd: int, data: bytes) -> None:
    """Write whole lines behind the last one; what was cut short is taken back."""
    length = os.fstat(fd).st_size
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]
        os.fsync(fd)
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(fd, length)
        raise


def _lines(path: Path) -> Iterator[AnyDecision]:
    try:
        with path.open("rb") as file:
            # Whoever decides just now is let finish the line.
            fcntl.flock(file.fileno(), fcntl.LOCK_SH)
            data = file.read()
    except FileNotFoundError:
        return
    except OSError as error:
        raise RecordBroken(
            f"{path} cannot be read: {error.strerror}. Nothing was published, for nobody knows "
            "what was decided. Make it readable."
        ) from error
    lines = data.split(b"\n")
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            yield _decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if number == len(lines):
                raise _cut_off(path, number, line, "published") from error
            raise RecordBroken(
                f"{path}, line {number}: this is no decision: {error}. Nothing was published, for "
                "a decision may be lost. Correct the line or restore the file from a copy."
            ) from error
