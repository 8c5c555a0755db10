"""The workspace pane: the tree of files, and below it the chosen one."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from latitude.core.clean import clean_line
from latitude.errors import LatitudeError
from latitude.tui.files import Files, FileShown
from latitude.tui.widgets.workspace_errand import Errand
from latitude.tui.widgets.workspace_file import (
    Opened,
    Wish,
    is_markdown,
    is_there,
    open_file,
    told,
)
from latitude.tui.widgets.workspace_rows import tree_rows
from latitude.tui.widgets.workspace_sheet import Ends
from latitude.tui.widgets.workspace_tree import FileTree
from latitude.tui.widgets.workspace_view import FileView

EMPTY = "Nothing in the folder yet."
LOOKING = "Looking into the folder."
_PARTS = (
    "#workspace-head",
    "#workspace-said",
    "FileTree",
    "#workspace-path",
    "#workspace-facts",
    "FileView",
)
PATIENCE = 0.3
"""Seconds after which it is said that the folder is being looked at."""


class WorkspacePane(Vertical):
    """Shows the files of one workspace, what changed in them, and one of them in full."""

    DEFAULT_CSS = """
    WorkspacePane {
        & #workspace-said { padding: 1 2; color: $text-muted; display: none; }
        &.-said #workspace-said { display: block; }
        & #workspace-path { border-top: solid $panel; height: 2; }
        & FileTree { max-height: 45%; margin-top: 1; }
        & FileView { margin-top: 1; }
        &.-empty FileTree, &.-empty FileView { display: none; }
        &.-empty #workspace-path, &.-empty #workspace-facts { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "toggle_diff", "diff"),
        Binding("v", "toggle_markdown", "Markdown"),
        Binding("o", "open_outside", "folder", show=False, tooltip="open the folder"),
    ]

    class OpenOutside(Message):
        """The reader wants to see these files in another program."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's own name)
        super().__init__(id=id, classes="-empty")
        self._files: Files | None = None
        self._since = ""
        self._listing: Mapping[str, FileShown] = {}
        self._chosen: FileShown | None = None
        self._by_hand = False
        """Whether a person chose the file: then no other takes its place."""
        self._wish: Wish | None = None
        """``None`` is what fits the file best."""
        self._markdown = True
        self._mode = ""
        self._shown: tuple[str, str] | None = None
        """Path and mode of the page in sight."""
        self._look = Errand(self, self._list)
        self._reading = Errand(self, self._open)

    def compose(self) -> ComposeResult:
        """Lay out the pane."""
        yield Ends("workspace", classes="-faint", id="workspace-head")
        yield Static(id="workspace-said", markup=False)
        yield FileTree()
        yield Ends(id="workspace-path")
        yield Ends(classes="-faint", id="workspace-facts")
        yield FileView()

    def on_mount(self) -> None:
        """Show what was given before there was a screen."""
        self._look.begin()
        self._reading.begin()

    @property
    def chosen(self) -> str | None:
        """The path of the file in view."""
        return None if self._chosen is None else self._chosen.path

    def show(self, files: Files, since: str = "") -> None:
        """Show other files; ``since`` says what they are compared with, as in ``since turn 2``.

        The file in view stays, if there is one of that path.
        """
        self._files, self._since = files, since
        self.refresh_files()

    def refresh_files(self) -> None:
        """Look at the files again; what was asked for meanwhile is one look."""
        self._look.ask()

    def enter(self) -> None:
        """Take the keys, where there is a file to choose."""
        self.query_one(FileTree).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the keys that do something for this file."""
        del parameters
        file = self._chosen
        match action:
            case "toggle_diff":
                return (
                    file is not None
                    and file.status in ("new", "changed")
                    and self._mode not in ("", "picture")
                )
            case "toggle_markdown":
                return file is not None and is_markdown(file)
            case "open_outside":
                return file is not None and is_there(file)
            case _:
                return True

    def action_toggle_diff(self) -> None:
        """Change between what differs and the whole file."""
        self._open_as(Wish(diff=self._mode != "diff", markdown=self._markdown))

    def action_toggle_markdown(self) -> None:
        """Change between Markdown that is laid out and as it was written."""
        self._markdown = self._mode != "Markdown"
        self._open_as(Wish(diff=False, markdown=self._markdown))

    def action_open_outside(self) -> None:
        """Ask for another program."""
        self.post_message(self.OpenOutside())

    @on(FileTree.Moved)
    def _choose(self, message: FileTree.Moved) -> None:
        message.stop()
        self._by_hand = True
        if message.file != self._chosen:
            self._take(message.file)

    @on(FileTree.Entered)
    def _read_file(self, message: FileTree.Entered) -> None:
        message.stop()
        self.query_one(FileView).focus()

    def on_descendant_focus(self) -> None:
        """Mark the part that the keys go to; who reads a file keeps it in view."""
        here = self.query_one(FileView).has_focus
        self._by_hand = self._by_hand or here
        self.query("#workspace-path").set_class(here, "-here")

    def on_descendant_blur(self) -> None:
        """Take the mark away."""
        self.query("#workspace-path").remove_class("-here")

    def _take(self, file: FileShown | None) -> None:
        if file is None or self._chosen is None or file.path != self._chosen.path:
            self._wish = None
        self._chosen = file
        self._reading.ask()

    def _open_as(self, wish: Wish) -> None:
        self._wish = wish
        self._reading.ask()

    async def _list(self) -> None:
        files = self._files
        if files is None or not self._is_whole:
            return
        self.query_one("#workspace-head", Ends).show("workspace", self._since)
        wait = self.set_timer(PATIENCE, self._say_looking)
        tree = self.query_one(FileTree)
        turned = tree.turned
        try:
            listing = await files.listing()
            rows = await asyncio.to_thread(tree_rows, listing, turned)
        except LatitudeError as error:
            if files is self._files and self._is_whole:
                self._say(str(error))
            return
        finally:
            wait.stop()
        if files is self._files and self._is_whole:
            tree.show(listing, rows if turned is tree.turned else tree_rows(listing, tree.turned))
            self._take_listing(listing)

    def _take_listing(self, listing: Sequence[FileShown]) -> None:
        before, self._listing = self._listing, {file.path: file for file in listing}
        self.set_class(not listing, "-empty")
        self._say("" if listing else EMPTY)
        last = self.chosen
        self._take(self._pick(listing, before))
        tree = self.query_one(FileTree)
        # A reader who is at a folder stays there.
        if self.chosen is not None and (self.chosen != last or tree.cursor is None):
            tree.go_to(self.chosen)
        self.refresh_bindings()

    def _pick(
        self, listing: Sequence[FileShown], before: Mapping[str, FileShown]
    ) -> FileShown | None:
        """The file to show: what a person chose, else what was just written, else any."""
        chosen = self._listing.get(self._chosen.path) if self._chosen is not None else None
        self._by_hand = self._by_hand and chosen is not None
        if self._by_hand:
            return chosen
        there = [file for file in listing if is_there(file)]
        changed = [file for file in there if file.status != "same"]
        written = (file for file in changed if before.get(file.path) != file)
        return next(chain(written, filter(None, [chosen]), changed, there, listing), None)

    async def _open(self) -> None:
        file, files = self._chosen, self._files
        if not self._is_whole:
            return
        if file is None or files is None:
            self.query_one(FileView).clear()
            self._shown = None
            return
        wish = self._wish or Wish(diff=file.status == "changed", markdown=self._markdown)
        wish = replace(wish, picture=self._draws_pictures)
        try:
            opened = await open_file(files, file, wish)
        except LatitudeError as error:
            opened = told([str(error)])
        if file is self._chosen and files is self._files and self._is_whole:
            self._show_opened(file, opened)

    def _show_opened(self, file: FileShown, opened: Opened) -> None:
        shown = file.path, opened.mode
        self.query_one("#workspace-path", Ends).show(file.path, opened.mode, is_path=True)
        self.query_one("#workspace-facts", Ends).show(opened.facts)
        self.query_one(FileView).show(opened.make, keep_place=shown == self._shown)
        self._shown, self._mode = shown, opened.mode
        self.refresh_bindings()

    @property
    def _is_whole(self) -> bool:
        """Whether all its parts are there: a page that is left loses them while a file is read."""
        return self.is_attached and all(map(self.query, _PARTS))

    @property
    def _draws_pictures(self) -> bool:
        """Whether the terminal has colours enough, and nobody asked for none."""
        return self.app.console.color_system in ("truecolor", "256") and not self.app.no_color

    def _say_looking(self) -> None:
        if not self._listing:
            self._say(LOOKING)

    def _say(self, words: str) -> None:
        self.set_class(bool(words), "-said")
        self.query_one("#workspace-said", Static).update(Content(clean_line(words, 300)))
