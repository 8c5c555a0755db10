"""What is seen of a study while it runs: one line that is rewritten, or a line for each end."""

import sys
from collections import Counter
from collections.abc import Callable
from typing import ClassVar

from latitude.cli.column import columns_of
from latitude.cli.output import complain, print_json, say
from latitude.cli.screen import Screen
from latitude.cli.study.words import LONGEST_LABEL, dollars
from latitude.core.clean import clean_line
from latitude.core.events import End
from latitude.errors import LatitudeError
from latitude.journal.listing import SHORT, SHORT_SCRIPT_EXIT
from latitude.study.flow import Flow
from latitude.study.order import Cell
from latitude.study.plan import Plan, PlannedArm
from latitude.study.seams import Ended

_TOLD: frozenset[End] = frozenset({"provider-failed", "harness-failed", "refused"})
"""Ends that are told with their detail, also where only one line is shown."""


class StudyScreen(Screen):
    """Standard output while a study runs: when it is lost, what runs goes on to its end."""

    after: ClassVar = "Nothing more is begun. `latitude study status` shows how far the study is."


class Progress:
    """Tells of each cell as it begins and ends. Keeps counts only, however many there are."""

    def __init__(
        self,
        plan: Plan,
        flow: Flow,
        screen: Screen,
        *,
        as_json: bool,
        rewrites: bool,
    ) -> None:
        """``flow`` is how far the plan was before.

        ``rewrites`` is whether one line may be rewritten, where there is a terminal.
        """
        self._plan = plan
        self._done = flow.total.done
        self._running = 0
        self._spent = flow.spent
        self._ends: Counter[str] = Counter()
        self._as_json = as_json
        self._rewrites = rewrites and sys.stdout.isatty() and not as_json
        self._screen = screen
        self._drawn = 0
        """Characters on the line that is rewritten."""

    def began(self, place: int, arm: PlannedArm) -> None:  # noqa: ARG002  (of the Board)
        """Count one that runs."""
        self._running += 1
        self._draw()

    def ended(self, place: int, arm: PlannedArm, cell: Cell, ended: Ended) -> None:
        """Tell how a cell ended."""
        closed = ended.closed
        self._running -= 1
        self._done += closed.end != "interrupted"
        self._spent += closed.summary.cost or 0.0
        self._ends[closed.end] += 1
        if self._as_json:
            self._write(lambda: print_json(_row(place, arm, cell, ended)))
        elif not self._rewrites:
            self._line(f"{self._name(place, arm)}  {_how(arm, closed.end)}  {ended.session}")
        if closed.end in _TOLD:
            self.tell(f"{ended.session} ended as {closed.end}: {closed.detail}")
        else:
            self._draw()

    def broke_off(self, place: int, arm: PlannedArm, error: LatitudeError) -> None:
        """Tell of a session that could not be recorded to its end."""
        self._running -= 1
        self.tell(f"{self._name(place, arm)}: {error}")

    def tell(self, said: str) -> None:
        """Say something aside."""
        self._wipe()
        complain(said)
        self._draw()

    def close(self) -> None:
        """Leave the line for what follows."""
        self._wipe()

    def _name(self, place: int, arm: PlannedArm) -> str:
        label = clean_line(arm.label, LONGEST_LABEL)
        return f"cell {place + 1:,} of {len(self._plan.order):,}  {label}"

    def _draw(self) -> None:
        if not self._rewrites:
            return
        often_first = sorted(self._ends.items(), key=lambda counted: (-counted[1], counted[0]))
        parts = [
            f"{self._done:,} of {len(self._plan.order):,} done",
            f"{self._running:,} running",
            *(
                [", ".join(f"{number:,} {end}" for end, number in often_first)]
                if often_first
                else []
            ),
            *([dollars(self._spent)] if self._spent else []),
        ]
        line = clean_line(" · ".join(parts), (columns_of(sys.stdout) or 80) - 1)
        padding = " " * max(0, self._drawn - len(line))
        self._drawn = len(line)
        self._write(lambda: sys.stdout.write(f"\r{line}{padding}\r{line}"))

    def _wipe(self) -> None:
        if self._drawn:
            # A terminal shows Ctrl-C after it.
            blank = " " * (self._drawn + len("^C"))
            self._drawn = 0
            self._write(lambda: sys.stdout.write(f"\r{blank}\r"))

    def _line(self, text: str) -> None:
        # On a terminal it stands between two sessions that a person attends.
        self._write(lambda: say(f"{text}\n" if sys.stdout.isatty() else text))

    def _write(self, show: Callable[[], object]) -> None:
        with self._screen.showing():
            show()
            sys.stdout.flush()


def _how(arm: PlannedArm, end: End) -> str:
    if end == "model-exit" and arm.model.provider == "rehearsal":
        return SHORT_SCRIPT_EXIT
    return SHORT.get(end) or f"{end.removesuffix('-limit')} limit"


def _row(place: int, arm: PlannedArm, cell: Cell, ended: Ended) -> dict[str, object]:
    closed = ended.closed
    return {
        "cell": place + 1,
        "arm": arm.label,
        "repeat": cell.repeat,
        "seed": cell.seed,
        "id": ended.session,
        "model": closed.summary.model,
        "end": closed.end,
        "detail": closed.detail,
        "summary": closed.summary,
    }
