"""A new session: what it is made of, what it would send, and what cannot work, before it begins."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar, Protocol, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from latitude.bootstrap import House
from latitude.config import Home
from latitude.core.clean import clean, clean_line
from latitude.errors import LatitudeError, UsageError
from latitude.preparing import Prepared
from latitude.prompts.library import Library
from latitude.providers.names import DEFAULT_REHEARSAL
from latitude.tui.choices import (
    PLACES,
    Beginning,
    Choice,
    Group,
    Look,
    asked_group,
    beginning,
    load_door,
    look_around,
    place_group,
    protocol_names,
    protocols,
    provider_of,
    rehearsal_group,
)
from latitude.tui.widgets.choice_form import ChoiceForm
from latitude.tui.widgets.choice_list import ChoiceList
from latitude.tui.widgets.choice_parts import Part, body_parts, preview
from latitude.tui.widgets.choice_preview import ChoicePreview
from latitude.tui.widgets.keys import Keys

if TYPE_CHECKING:
    from latitude.providers.discovery import Place

PAUSE = 0.15
"""Seconds without a change before a server is asked about what is chosen now."""
CANNOT = "✗ This cannot start"


class Begins(Protocol):
    """What the app does for this screen."""

    def begin_session(self, prepared: Prepared) -> None:
        """Show a session that begins now."""
        ...


class NewSessionScreen(Screen[None]):
    """A form on the left, and on the right what the model will be given."""

    CSS_PATH = "new_session.tcss"
    AUTO_FOCUS = "#models"
    # Textual's own annotation makes these attributes of an instance.
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012  (see above)
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high"), (45, "-tall")]  # noqa: RUF012  (see above)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "start", "start"),
        Binding("slash", "find", "find"),
        Binding("v", "view", "view"),
        Binding("b", "body", "request"),
        Binding("a", "turn('attended')", "attended"),
        Binding("t", "turn('tools')", "tools"),
        Binding("r", "look", "refresh"),
        Binding("q,escape", "back", "back"),
    ]

    def __init__(
        self,
        home: Home,
        house: Callable[[], Awaitable[House]],
        look: Look = look_around,
        pause: float = PAUSE,
    ) -> None:
        super().__init__()
        self._home = home
        self._house = house
        self._look = look
        self._pause = pause
        self._library = Library(home.prompts)
        self._begun, self._fault = _begin(home)
        self._rehearsals = rehearsal_group(self._library)
        self._found: dict[str, Group] = {}
        self._opening: asyncio.Future[House] | None = None
        self._prepared: Prepared | None = None
        """What can start; ``None`` while that is not known, or when nothing can."""
        self._problem = ""
        """Why what is chosen cannot start."""
        self._wanted = False
        """Whether Enter was pressed before either was known."""
        self._shows_body = False

    def compose(self) -> ComposeResult:
        """Lay out the form and the preview."""
        yield Static("new session", id="title", markup=False)
        with Horizontal(id="page"):
            yield ChoiceForm(self._begun, self._groups(), protocol_names(self._library))
            yield ChoicePreview(id="preview")
        yield Static(id="said", markup=False)
        yield Keys()

    def on_mount(self) -> None:
        """Look around, and prepare what is chosen at first."""
        self.action_look()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show no key that a text field would take for a letter."""
        del parameters
        return not (action == "find" and isinstance(self.focused, Input))

    def action_look(self) -> None:
        """Look for models, protocols and settings, again."""
        self._found = {provider: asked_group(provider) for provider in PLACES}
        _, self._fault = _begin(self._home)
        self.run_worker(self._look(self._on_place), group="look", exclusive=True)
        self.run_worker(self._read_files(), group="files", exclusive=True)
        self._prepare(pause=False)

    def action_find(self) -> None:
        """Go to the field that finds a model."""
        self._leave_preview()
        self.query_one(ChoiceForm).find()

    def action_turn(self, line: str) -> None:
        """Choose the other company, or other tools."""
        self.query_one(ChoiceForm).turn(line)

    def action_view(self) -> None:
        """Go to the preview, or come back from it."""
        if self._shows_body:
            self._shows_body = False
            self._show_preview()
            self._enter_preview()
        elif self.query_one(ChoicePreview).has_focus:
            self._leave_preview()
        else:
            self._enter_preview()

    def action_body(self) -> None:
        """Show the first request as it goes over the wire, or the words again."""
        self._shows_body = not self._shows_body
        self._show_preview()
        self._enter_preview()

    def action_back(self) -> None:
        """Leave the preview where it hides the form, else the screen."""
        if self.has_class("-previewing") and self.has_class("-narrow"):
            self._leave_preview()
        else:
            self.dismiss()

    def action_start(self) -> None:
        """Begin, or begin as soon as it is known that it can; else point at why not."""
        if self._problem:
            self.query_one(ChoicePreview).point()
            self._say_problem(pointed=True)
        elif self._prepared is not None:
            self._start(self._prepared)
        elif not self._wanted:
            self._wanted = True
            self._prepare(pause=False)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_start()

    @on(ChoiceForm.Changed)
    def _changed(self, message: ChoiceForm.Changed) -> None:
        self._wanted = False
        self._prepare(pause=message.typed)

    def _on_place(self, place: "Place") -> None:
        self._found[place.provider] = place_group(place)
        self.query_one(ChoiceForm).show_models(self._groups())

    async def _read_files(self) -> None:
        library = self._library
        self._rehearsals = await asyncio.to_thread(rehearsal_group, library, summaries=True)
        offered = await asyncio.to_thread(protocols, library)
        form = self.query_one(ChoiceForm)
        form.show_models(self._groups())
        form.show_protocols(offered)

    def _groups(self) -> list[Group]:
        """Rehearsals first, since they never come late; places without a model last."""
        places = [self._found[name] for name in PLACES if name in self._found]
        return [self._rehearsals, *sorted(places, key=lambda group: not group.models)]

    def _prepare(self, *, pause: bool) -> None:
        self._prepared, self._problem = None, ""
        choice = self.query_one(ChoiceForm).choice
        wait = self._pause if pause else 0.0
        self.run_worker(self._prepare_choice(choice, wait), group="prepare", exclusive=True)

    async def _prepare_choice(self, choice: Choice, wait: float) -> None:
        await asyncio.sleep(wait)
        self._say_waiting(choice)
        try:
            self._prepared = await self._prepare_order(choice)
        except LatitudeError as error:
            self._problem = str(error)
        if self._prepared is not None and self._wanted:
            self._start(self._prepared)
            return
        self._wanted = False
        self._show_preview()

    async def _prepare_order(self, choice: Choice) -> Prepared:
        if self._fault:
            raise UsageError(self._fault)
        order = choice.order()
        await asyncio.to_thread(load_door, choice.model)
        return await (await self._open()).prepare(order)

    async def _open(self) -> House:
        """The open house. Opening it goes on when this choice is given up for another one."""
        if self._opening is None:
            self._opening = asyncio.ensure_future(self._house())
        try:
            return await asyncio.shield(self._opening)
        except LatitudeError:
            self._opening = None
            raise

    def _start(self, prepared: Prepared) -> None:
        # It begins once: a second Enter prepares a second session.
        self._wanted, self._prepared = False, None
        cast("Begins", self.app).begin_session(prepared)

    def _say_waiting(self, choice: Choice) -> None:
        provider = provider_of(choice.model)
        if provider == "rehearsal":
            return
        said = f"Asking {clean_line(provider, 40)} about {clean_line(choice.model, 100)}…"
        self.query_one(ChoicePreview).show((Part("note", "", said),))
        self._say(Content(f"{said} It starts then." if self._wanted else said))

    def _show_preview(self) -> None:
        pane = self.query_one(ChoicePreview)
        prepared = self._prepared
        if self._problem:
            pane.show_problem(CANNOT, clean(self._problem))
            self._say_problem(pointed=False)
        elif prepared is not None:
            pane.show(body_parts(prepared) if self._shows_body else preview(prepared))
            self._say(Content())

    def _say_problem(self, *, pointed: bool) -> None:
        """Under a form that hides the preview: the first fault, and where the others are."""
        first, _, rest = clean(self._problem).partition("\n")
        more = " (v shows the rest)" if rest else ""
        style = "bold reverse $warning" if pointed else "bold $warning"
        self._say(Content.assemble((CANNOT, style), f"  {first}{more}"), wrong=True)

    def _say(self, words: Content, *, wrong: bool = False) -> None:
        said = self.query_one("#said", Static)
        said.set_class(wrong, "-wrong")
        said.update(words)

    def _enter_preview(self) -> None:
        self.add_class("-previewing")
        self.query_one(ChoicePreview).focus()

    def _leave_preview(self) -> None:
        self.remove_class("-previewing")
        self.query_one("#models", ChoiceList).focus()


def _begin(home: Home) -> tuple[Beginning, str]:
    """What is chosen at first, and what is wrong with the home."""
    try:
        return beginning(home), ""
    except LatitudeError as error:
        return Beginning(Choice(f"rehearsal/{DEFAULT_REHEARSAL}", "open"), ""), str(error)
