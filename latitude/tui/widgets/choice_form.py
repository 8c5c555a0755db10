"""The form of a new session: one choice a row."""

from collections.abc import Sequence
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from latitude.core.clean import clean_line
from latitude.core.spec import Limits
from latitude.tui.choices import (
    FIELDS,
    Beginning,
    Choice,
    Group,
    ProtocolOffered,
    address_hint,
    provider_of,
)
from latitude.tui.widgets.choice_line import ChoiceLine
from latitude.tui.widgets.choice_list import ChoiceList, Row
from latitude.tui.widgets.choice_model import ChoiceInput, ChoiceModel

ATTENDED = ("yes, you write", "no, the protocol alone")
TOOLS = ("as the protocol has", "all", "none")
_SELECTIONS = (None, "all", "none")


class ChoiceForm(Vertical):
    """Holds what is chosen, and tells when it changes."""

    DEFAULT_CSS = """
    ChoiceForm {
        & .row { height: 1; }
        & .label { width: 9; color: $text-muted; }
        & .gap { margin-top: 1; }
        & .limit { width: auto; color: $text-muted; }
        & #models-row { height: 1fr; min-height: 4; }
        & ChoiceModel { width: 1fr; height: 1fr; }
        & #protocols-row { height: 5; }
        & #protocols { width: 22; height: 100%; }
        & #summary { width: 1fr; height: 100%; padding: 0 0 0 2; color: $text-muted; }
        & #address { width: 1fr; }
        & ChoiceLine { width: 1fr; }
        & #limits ChoiceInput { padding: 0; width: 5; margin-right: 1; }
        & #limits #tokens { width: 8; }
    }
    """

    class Changed(Message):
        """Something else is chosen now."""

        def __init__(self, choice: Choice, *, typed: bool) -> None:
            super().__init__()
            self.choice = choice
            self.typed = typed
            """Whether more is likely to follow at once: letters, or steps along a list."""

    def __init__(
        self, begun: Beginning, groups: Sequence[Group], offered: Sequence[ProtocolOffered]
    ) -> None:
        super().__init__()
        self.choice: Choice = begun.choice
        self._why = begun.why
        self._groups = groups
        self._offered = offered
        self._addresses: dict[str, str] = {}
        """By provider: an address typed for one must not get the key of another."""

    def compose(self) -> ComposeResult:
        """Lay out the rows."""
        choice = self.choice
        with Horizontal(id="models-row"):
            yield _label("model")
            yield ChoiceModel(choice.model, self._why, self._groups)
        yield _row("server", ChoiceInput(id="address"))
        with Horizontal(id="protocols-row", classes="gap"):
            yield _label("protocol")
            yield ChoiceList(id="protocols")
            yield Static(id="summary", markup=False)
        with Horizontal(id="limits", classes="row gap"):
            yield _label("limits")
            yield from _limit_fields(choice)
        yield _row("attended", ChoiceLine(ATTENDED, id="attended"))
        yield _row("tools", ChoiceLine(TOOLS, id="tools"))

    def on_mount(self) -> None:
        """Show what is chosen."""
        self.show_protocols(self._offered)
        self._show_address()

    def show_models(self, groups: Sequence[Group]) -> None:
        """Show what has been found by now."""
        self.query_one(ChoiceModel).show(groups)

    def show_protocols(self, offered: Sequence[ProtocolOffered]) -> None:
        """Show the protocols there are."""
        self._offered = offered
        name = self.choice.protocol
        rows = [
            Row(one.name, one.title, "✗" if one.problem else "", bool(one.problem))
            for one in offered
        ]
        if name not in (one.name for one in offered):
            rows.insert(0, Row(name, clean_line(name, 40), "✗", wrong=True))
        self.query_one("#protocols", ChoiceList).show(rows, name)
        self._show_summary()

    def find(self) -> None:
        """Go to the field that finds a model."""
        self.query_one(ChoiceModel).find()

    def turn(self, line: str) -> None:
        """Choose the next alternative of ``attended`` or ``tools``."""
        self.query_one(f"#{line}", ChoiceLine).action_turn(1)

    @on(ChoiceModel.Chosen)
    def _model(self, message: ChoiceModel.Chosen) -> None:
        message.stop()
        address = self._addresses.get(provider_of(message.name), "")
        self._change(replace(self.choice, model=message.name, address=address), typed=True)
        self._show_address()

    @on(ChoiceList.Moved, "#protocols")
    def _protocol(self, message: ChoiceList.Moved) -> None:
        message.stop()
        self._change(replace(self.choice, protocol=message.key), typed=True)
        self._show_summary()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.input.id == "address":
            self._addresses[provider_of(self.choice.model)] = event.value
            self._change(replace(self.choice, address=event.value), typed=True)
        elif event.input.id in FIELDS:
            limits = {**self.choice.limits, event.input.id: event.value}
            self._change(replace(self.choice, limits=limits), typed=True)

    @on(ChoiceLine.Chosen, "#attended")
    def _attended(self, message: ChoiceLine.Chosen) -> None:
        message.stop()
        self._change(replace(self.choice, attended=message.place == 0))

    @on(ChoiceLine.Chosen, "#tools")
    def _tools(self, message: ChoiceLine.Chosen) -> None:
        message.stop()
        self._change(replace(self.choice, tools=_SELECTIONS[message.place]))

    def _change(self, choice: Choice, *, typed: bool = False) -> None:
        if choice != self.choice:
            self.choice = choice
            self.post_message(self.Changed(choice, typed=typed))

    def _show_address(self) -> None:
        field = self.query_one("#address", ChoiceInput)
        field.placeholder = address_hint(self.choice.model)
        field.disabled = provider_of(self.choice.model) == "rehearsal"
        field.value = self.choice.address

    def _show_summary(self) -> None:
        chosen = (one for one in self._offered if one.name == self.choice.protocol)
        one = next(chosen, None)
        words = "" if one is None else "✗ its file has an error" if one.problem else one.summary
        self.query_one("#summary", Static).update(Content(words))


def _label(words: str) -> Static:
    return Static(Content(words), classes="label")


def _row(words: str, widget: Widget) -> Horizontal:
    return Horizontal(_label(words), widget, classes="row")


def _limit_fields(choice: Choice) -> Sequence[Widget]:
    widgets: list[Widget] = []
    defaults = {"turns": str(Limits().turns)}
    for name in FIELDS:
        widgets.append(
            Static(Content("cost $ " if name == "cost" else f"{name} "), classes="limit")
        )
        typed = choice.limits.get(name, "")
        hint = defaults.get(name, "–")
        widgets.append(ChoiceInput(typed, hint, restrict=r"[0-9.]*", max_length=15, id=name))
    return widgets
