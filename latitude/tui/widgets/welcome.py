"""What stands in an empty home: how to begin, and what was found on this machine."""

from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from latitude.core.clean import clean, clean_line
from latitude.providers.names import LOCAL_URLS

if TYPE_CHECKING:
    from latitude.providers.discovery import Place

Look = Callable[[Callable[["Place"], None]], Awaitable[None]]
"""Asks every place for its models, and hands each over as soon as it answers."""

_EMPTY = "No sessions yet. Press n: a rehearsal needs no key."
_SHOWN_MODELS = 3


class Welcome(Static):
    """Hidden while there are sessions."""

    DEFAULT_CSS = "Welcome { height: 1fr; padding: 1 4; }"

    def __init__(self, look: Look | None = None) -> None:
        super().__init__(markup=False)
        self._look = look
        self._places: dict[str, Place] = {}

    def begin(self) -> None:
        """Say how to begin, and look around once more."""
        self._show()
        self.run_worker(self._look_around(), exclusive=True)

    def say(self, problem: str) -> None:
        """Say instead why nothing can be shown."""
        self.workers.cancel_node(self)
        self.update(Content(clean(problem)))

    async def _look_around(self) -> None:
        from latitude.tui.choices import look_around

        await (self._look or look_around)(self._take)

    def _take(self, place: "Place") -> None:
        self._places[place.provider] = place
        self._show()

    def _show(self) -> None:
        lines = "".join(f"\n  {label:<14}{text}" for label, text in self._found())
        heading = ("On this machine", "bold")
        self.update(Content.assemble(_EMPTY, "\n\n", heading, (lines, "$text-muted")))

    def _found(self) -> Iterator[tuple[str, str]]:
        """A name and a few words for each place, and for what needs none."""
        from latitude.providers.endpoint import VENDOR_URLS

        places = self._places
        silent = [name for name in LOCAL_URLS if name in places and places[name].state == "silent"]
        for name in (*VENDOR_URLS, *LOCAL_URLS):
            if name not in silent:
                yield name, _words(places[name]) if name in places else "asking …"
        if silent:
            yield "not running", ", ".join(silent)
        yield "rehearsal", "scripts, not models: no key, no network"


def _words(place: "Place") -> str:
    if place.state == "answers" and place.models:
        names = [model.name.partition("/")[2] for model in place.models]
        more = f" and {len(names) - _SHOWN_MODELS} more" if len(names) > _SHOWN_MODELS else ""
        key = "" if place.provider in LOCAL_URLS else "key found · "
        return clean_line(f"{key}{', '.join(names[:_SHOWN_MODELS])}{more}", 200)
    return clean_line(f"{place.state} · {place.note}", 200)
