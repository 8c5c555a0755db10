"""The choice of a model: those found, by place, and any other by its name."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from latitude.core.clean import clean_line
from latitude.tui.choices import Group, matching, typed_model
from latitude.tui.widgets.choice_list import ChoiceList, Row

_HINT = "/ finds; any PROVIDER/NAME can be typed"
_NOTHING = "nothing is called so; a name not listed is written PROVIDER/NAME"
_NAME = 100


class ChoiceInput(Input):
    """A text field of one row. What cannot be shown cannot stand in it."""

    DEFAULT_CSS = """
    ChoiceInput {
        border: none; height: 1; padding: 0 1; background: $surface; color: $foreground;
        &:focus { border: none; background: $panel; background-tint: $foreground 0%; }
        &:disabled { background: $background; }
        & > .input--placeholder { color: $text-muted; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "start")]

    def validate_value(self, value: str) -> str:
        """What is typed or pasted, with its invisible signs made visible."""
        return clean_line(value)


class _Find(ChoiceInput):
    """Where letters narrow the list, and the arrow keys go along it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "along(-1)", "up", show=False),
        Binding("down", "along(1)", "down", show=False),
        Binding("enter,tab", "take", "take"),
        Binding("enter", "submit", "start"),
        Binding("escape", "clear", "clear"),
    ]

    class Along(Message):
        """Go along the list."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def action_along(self, by: int) -> None:
        """Go along the list without leaving the field."""
        self.post_message(self.Along(by))

    async def action_take(self) -> None:
        """Take what is found, as Enter does."""
        await self.action_submit()

    def action_clear(self) -> None:
        """Take the letters away."""
        self.value = ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """With nothing in the field its own keys are everybody's again."""
        del parameters
        return bool(self.value) or action not in ("take", "clear")


class ChoiceModel(Vertical):
    """The field and the list beneath it."""

    DEFAULT_CSS = """
    ChoiceModel { & ChoiceList { height: 1fr; } }
    """

    class Chosen(Message):
        """The person chose a model, by its name with its provider."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, name: str, why: str, groups: Sequence[Group]) -> None:
        super().__init__()
        self._chosen = name
        self._why = why
        self._groups = groups

    def compose(self) -> ComposeResult:
        """Lay out the field and the list."""
        yield _Find(placeholder=_HINT)
        yield ChoiceList(id="models")

    def on_mount(self) -> None:
        """Show what is known at the start."""
        self._show_all()

    def show(self, groups: Sequence[Group]) -> None:
        """Show what has been found by now; the choice stays."""
        self._groups = groups
        if self._words:
            self._show_found()
        else:
            self._show_all()

    def find(self) -> None:
        """Go to the field."""
        self.query_one(_Find).focus()

    @property
    def _words(self) -> str:
        return self.query_one(_Find).value.strip()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.refresh_bindings()
        if self._words:
            self._show_found()
        else:
            self._show_all()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if not self._words:
            return
        event.stop()
        found = self.query_one(ChoiceList).key
        if found is not None:
            self._choose(found, "as typed" if found == typed_model(self._words) else "")
            self.query_one(ChoiceList).focus()

    @on(_Find.Along)
    def _along(self, message: _Find.Along) -> None:
        message.stop()
        choices = self.query_one(ChoiceList)
        if self._words:
            choices.move(message.by)
        else:
            choices.action_move(message.by)

    @on(ChoiceList.Moved)
    def _moved(self, message: ChoiceList.Moved) -> None:
        message.stop()
        self._choose(message.key, self._why if message.key == self._chosen else "")

    def _choose(self, name: str, why: str) -> None:
        self._chosen, self._why = name, why
        find = self.query_one(_Find)
        if find.value:
            find.value = ""
        self._show_all()
        self.post_message(self.Chosen(name))

    def _show_all(self) -> None:
        rows = list(_rows(self._groups))
        if self._chosen not in (row.key for row in rows):
            rows.insert(0, Row(self._chosen, clean_line(self._chosen, _NAME), self._why))
        self.query_one(ChoiceList).show(rows, self._chosen)

    def _show_found(self) -> None:
        rows = list(_rows(matching(self._groups, self._words)))
        typed = typed_model(self._words)
        if typed is not None and typed not in (row.key for row in rows):
            rows.append(Row(typed, clean_line(typed, _NAME), "as typed"))
        if not rows:
            rows.append(Row("", _NOTHING))
        self.query_one(ChoiceList).show(rows, None)


def _rows(groups: Iterable[Group]) -> Iterable[Row]:
    for group in groups:
        yield Row("", group.title, group.note)
        for model in group.models:
            yield Row(model.name, model.shown, model.can, wrong=model.can.startswith("✗"))
