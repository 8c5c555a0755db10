"""Work that is asked for more often than it can be done."""

from collections.abc import Awaitable, Callable

from textual.widget import Widget
from textual.worker import WorkType


class Errand:
    """Does something for a widget, one time after the other; what is asked meanwhile is one."""

    def __init__(self, widget: Widget, do: Callable[[], Awaitable[None]]) -> None:
        self._widget = widget
        self._do = do
        self._ready = self._asked = self._busy = False

    def begin(self) -> None:
        """Do what was asked until now, and from now on: the widget is there."""
        self._ready = True
        self._resume()

    def ask(self) -> None:
        """See to it that ``do`` begins once more from now on."""
        self._asked = True
        self._resume()

    def _resume(self) -> None:
        if self._ready and self._asked and not self._busy:
            self._busy = True
            # The worker calls it: one that never begins would leave a coroutine behind.
            run: WorkType[None] = self._run
            self._widget.run_worker(run)

    async def _run(self) -> None:
        try:
            while self._asked:
                self._asked = False
                await self._do()
        finally:
            self._busy = False
