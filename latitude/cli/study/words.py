"""What the verbs of a study say alike: tables with a long last column, money, and the flow."""

import sys
from collections.abc import Sequence

from latitude.cli.column import columns_of
from latitude.cli.output import say, style_for
from latitude.core.clean import clean, clean_line
from latitude.core.events import SessionOpened
from latitude.core.text import counted
from latitude.study.design import Arm
from latitude.study.flow import Count, Flow

LONGEST_LABEL = 1_000
COUNTS = (
    "planned",
    "done",
    "running",
    "interrupted",
    "failed",
    "refused",
    "empty",
    "excluded",
    "left",
)
"""The columns of a flow table, in their order; each is a field of a ``Count``."""
_ALWAYS = ("planned", "done", "left")


def print_counts(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print columns of short cells, right-aligned, and a last one that may be of any length.

    On a terminal that is too narrow the last cell stands on a line of its own, under the others.
    """
    style = style_for(sys.stdout)
    cells = [[clean_line(cell, LONGEST_LABEL) for cell in row] for row in rows]
    columns = list(zip(head, *cells, strict=True))[:-1]
    widths = [max(map(len, column)) for column in columns]
    room = columns_of(sys.stdout)
    longest = max(len(row[-1]) for row in (head, *cells))
    folded = room is not None and sum(widths) + 2 * len(widths) + longest > room
    for number, row in enumerate((head, *cells)):
        short = "  ".join(cell.rjust(width) for cell, width in zip(row[:-1], widths, strict=True))
        line = f"{short}\n    {row[-1]}" if folded else f"{short}  {row[-1]}"
        print(style.dim(line) if number == 0 else line)


def print_arms(arms: Sequence[Arm], opened: Sequence[SessionOpened], repeats: int) -> None:
    """One line an arm; its label begins with the model."""
    rows = [
        (one.given[:12], f"{repeats:,}", arm.label) for arm, one in zip(arms, opened, strict=True)
    ]
    print_counts(("given", "n", "arm"), rows)


def print_flow(flow: Flow) -> None:
    """Print what the sessions of each arm came to; columns of nothing but 0 are named below."""
    total = flow.total
    shown = [name for name in COUNTS if name in _ALWAYS or getattr(total, name)]
    rows = [_cells(count, shown, label) for label, count in flow.arms.items()]
    if len(rows) > 1:
        rows.append(_cells(total, shown, "all"))
    print_counts((*shown, "arm"), rows)
    none = [name for name in COUNTS if name not in shown]
    if none:
        say(f"None {none[0]}." if len(none) == 1 else f"None {', '.join(none[:-1])} or {none[-1]}.")


def flow_row(label: str | None, count: Count) -> dict[str, object]:
    """One line of the flow table, for JSON."""
    return {"arm": label, **{name: getattr(count, name) for name in COUNTS}}


def tell_notes(notes: Sequence[str]) -> None:
    """Say aside what a person may not expect of the sessions."""
    for note in notes:
        print(f"note: {clean(note)}", file=sys.stderr)


def dollars(usd: float) -> str:
    """Return "$0.41", or more digits for less than a cent."""
    return f"${usd:,.2f}" if usd >= 0.01 or not usd else f"${usd:.4f}"


def size_of(arms: int, repeats: int) -> str:
    """Return "4 arms × 10 repeats = 40 sessions"."""
    each = f"{counted(arms, 'arm')} × {counted(repeats, 'repeat')}"
    return f"{each} = {counted(arms * repeats, 'session')}"


def _cells(count: Count, names: Sequence[str], label: str) -> list[str]:
    return [*(f"{getattr(count, name):,}" for name in names), label]
