"""How two versions of a file differ, line by line, in a time that no text can stretch.

Lines are compared as they are and cleaned when they are shown, so that a change of hidden
characters is a change too.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from latitude.core.clean import LONGEST_LINE, clean

Sign = Literal["same", "added", "removed", "note"]

MOST_BYTES = 512 * 1024
"""Of each side; larger files are told by their sizes alone."""
_MOST_LINES = 20_000
_MOST_SHOWN = 2_000
_CONTEXT = 3
_SNIFF = 8_000
"""Bytes in which git looks for a NUL to tell text from the rest."""
_CLOSELY = 1_000
"""Lines that difflib gets at once. Over lines that are much alike its time is quadratic; this many
took it a tenth of a second at the worst."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file, of a difference, or a remark of ours."""

    sign: Sign
    text: str
    """Clean, without its line feed."""


@dataclass(frozen=True, slots=True)
class Contents:
    """A file, or the beginning of one."""

    data: bytes
    size: int
    """Bytes of the whole file."""

    @property
    def cut(self) -> bool:
        """Whether the file goes on behind ``data``."""
        return self.size > len(self.data)


class Counts(NamedTuple):
    """How many lines came and went."""

    added: int
    removed: int


class _Step(NamedTuple):
    """Lines ``old`` to ``old_end`` became lines ``new`` to ``new_end``."""

    same: bool
    old: int
    old_end: int
    new: int
    new_end: int


def text_of(data: bytes, *, cut: bool = False) -> str | None:
    """Return the text of a file, or ``None`` when it is not text.

    ``cut`` says that ``data`` ends before the file does, perhaps within a character.
    """
    if b"\0" in data[:_SNIFF]:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if cut and error.end == len(data) and len(data) - error.start < 4:
            return data[: error.start].decode("utf-8")
        return None


def counted(old: Contents | None, new: Contents | None) -> Counts | None:
    """Count the lines that came and went; ``None`` where it cannot be said in lines."""
    sides = _sides(old, new)
    if sides is None:
        return None
    changed = [step for step in _steps(*sides) if not step.same]
    return Counts(
        added=sum(step.new_end - step.new for step in changed),
        removed=sum(step.old_end - step.old for step in changed),
    )


def compared(old: Contents | None, new: Contents | None) -> tuple[Line, ...]:
    """Return the lines that differ, each change with three lines around it.

    ``None`` is a file that is not there.
    """
    if old == new and not (old and old.cut):
        return (Line("note", "Nothing in it changed."),)
    sides = _sides(old, new)
    if sides is None:
        return (Line("note", _by_size(old, new)),)
    lines: list[Line] = []
    for line in _told(*sides):
        if len(lines) == _MOST_SHOWN:
            lines.append(Line("note", f"… only the first {_MOST_SHOWN:,} lines are shown"))
            break
        lines.append(line)
    if not lines:
        lines = [Line("note", "It was empty." if new is None else "There is nothing in it.")]
    return tuple(lines)


def _sides(old: Contents | None, new: Contents | None) -> tuple[list[str], list[str]] | None:
    sides = []
    for contents in (old, new):
        text = "" if contents is None else _comparable(contents)
        if text is None:
            return None
        sides.append(_lines(text))
    return sides[0], sides[1]


def _comparable(contents: Contents) -> str | None:
    if contents.cut or contents.size > MOST_BYTES:
        return None
    text = text_of(contents.data)
    return None if text is None or text.count("\n") > _MOST_LINES else text


def _lines(text: str) -> list[str]:
    """Cut at line feeds alone, which stay: ``splitlines`` would also cut at signs of the text."""
    *lines, last = text.split("\n")
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def _by_size(old: Contents | None, new: Contents | None) -> str:
    before = f"{old.size:,} bytes" if old else ""
    now = f"{new.size:,} bytes" if new else ""
    if before and now:
        told = f"{now}, before {before}"
    else:
        told = f"new, {now}" if now else f"deleted, it was {before}"
    texts = [contents is None or text_of(contents.data, cut=True) for contents in (old, new)]
    why = "Not text" if None in texts else "Too large to compare line by line"
    return f"{why}: {told}."


def _told(old: list[str], new: list[str]) -> Iterator[Line]:
    """Tell every change with its surroundings, and how much is passed over between."""
    steps = _steps(old, new)
    show_ends = _has_both_ends(old, new)
    for at, step in enumerate(steps):
        if not step.same:
            yield from _changed("removed", old[step.old : step.old_end], show_ends)
            yield from _changed("added", new[step.new : step.new_end], show_ends)
            continue
        before = _CONTEXT if at else 0
        after = _CONTEXT if at < len(steps) - 1 else 0
        run = new[step.new : step.new_end]
        passed = len(run) - before - after
        if passed <= 1:
            yield from (Line("same", _shown(line)) for line in run)
            continue
        yield from (Line("same", _shown(line)) for line in run[:before])
        yield Line("note", f"⋯ {passed:,} lines the same")
        yield from (Line("same", _shown(line)) for line in run[len(run) - after :])


def _changed(sign: Sign, lines: Sequence[str], show_ends: bool) -> Iterator[Line]:
    for line in lines:
        end = "␍" if show_ends and line.endswith("\r\n") else ""
        yield Line(sign, _shown(line) + end)
        if not line.endswith("\n"):
            yield Line("note", "(no line feed at the end)")


def _shown(line: str) -> str:
    return clean(line.removesuffix("\r\n").removesuffix("\n")[: LONGEST_LINE * 2])


def _has_both_ends(old: list[str], new: list[str]) -> bool:
    ends = {line.endswith("\r\n") for line in (*old, *new) if line.endswith("\n")}
    return len(ends) == 2


def _steps(old: list[str], new: list[str]) -> list[_Step]:
    """Return the way from ``old`` to ``new``: runs that are the same, and changes between."""
    steps: list[_Step] = []
    at_old = at_new = 0
    for one, two, size in [*_matches(old, new), (len(old), len(new), 0)]:
        if one > at_old or two > at_new:
            steps.append(_Step(False, at_old, one, at_new, two))
        at_old, at_new = one + size, two + size
        if size and steps and steps[-1].same:
            last = steps.pop()
            steps.append(_Step(True, last.old, at_old, last.new, at_new))
        elif size:
            steps.append(_Step(True, one, at_old, two, at_new))
    return steps


def _matches(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int]]:
    """Yield runs of equal lines, in order: where in ``old``, where in ``new``, how many."""
    start = _alike(old, new)
    if start:
        yield 0, 0, start
    end = _alike(old[start:][::-1], new[start:][::-1])
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    at_old = at_new = 0
    anchors = _anchors(middle_old, middle_new) if _is_long(middle_old, middle_new) else []
    for one, two in [*anchors, (len(middle_old), len(middle_new))]:
        for a, b, size in _close(middle_old[at_old:one], middle_new[at_new:two]):
            yield start + at_old + a, start + at_new + b, size
        if one < len(middle_old):
            yield start + one, start + two, 1
        at_old, at_new = one + 1, two + 1
    if end:
        yield len(old) - end, len(new) - end, end


def _close(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int]]:
    # A long stretch without one line to hold on to is told as replaced: true, if not the shortest.
    if old and new and not _is_long(old, new):
        for one, two, size in SequenceMatcher(None, old, new).get_matching_blocks():
            if size:
                yield one, two, size


def _is_long(old: list[str], new: list[str]) -> bool:
    return max(len(old), len(new)) > _CLOSELY


def _alike(old: list[str], new: list[str]) -> int:
    """How many lines both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (one, two) in pairs if one != two), min(len(old), len(new)))


def _anchors(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Pair the lines that each side has once, as many of them as stand in the same order."""
    once = [{line for line, times in Counter(side).items() if times == 1} for side in (old, new)]
    both = once[0] & once[1]
    places = {line: at for at, line in enumerate(new) if line in both}
    return _rising([(at, places[line]) for at, line in enumerate(old) if line in both])


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest choice of ``pairs``, sorted by their first, in which the second rises too."""
    ends: list[int] = []
    chosen: list[int] = []
    before: list[int | None] = []
    for at, (_, second) in enumerate(pairs):
        length = bisect_left(ends, second)
        before.append(chosen[length - 1] if length else None)
        ends[length : length + 1] = [second]
        chosen[length : length + 1] = [at]
    run: list[tuple[int, int]] = []
    here = chosen[-1] if chosen else None
    while here is not None:
        run.append(pairs[here])
        here = before[here]
    return run[::-1]
