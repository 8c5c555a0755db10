"""A person beside the workspace pane, in an app that has nothing else."""

import struct

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from latitude.artifacts.repository import Repository
from latitude.tui.themes import DARK, LIGHT
from latitude.tui.widgets.workspace import WorkspacePane
from latitude.tui.widgets.workspace_tree import FileTree
from latitude.workspace.folder import Workspace
from tests.artifacts.conftest import order

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 320, 200, 8, 2, 0, 0, 0)


class Beside(App[None]):
    """An app that has nothing but the pane, and no second line against hostile text."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self) -> None:
        super().__init__()
        self.told = 0
        """How often another program was asked for."""

    def compose(self) -> ComposeResult:
        yield WorkspacePane()

    def on_mount(self) -> None:
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        self.theme = DARK.name

    def on_workspace_pane_open_outside(self) -> None:
        self.told += 1

    @property
    def pane(self) -> WorkspacePane:
        return self.query_one(WorkspacePane)


class Person:
    """Looks at the pane and presses keys."""

    def __init__(self, app: Beside, pilot: Pilot) -> None:
        self.app, self.pilot = app, pilot

    async def press(self, *keys: str) -> str:
        await self.pilot.press(*keys)
        return await self.look()

    async def look(self) -> str:
        """What stands on the screen, once everything that was asked for is there."""
        while self.app.workers:
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()
        await self.pilot.pause()
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    async def choose(self, path: str) -> str:
        await self.look()
        tree = self.app.query_one(FileTree)
        self.app.pane.enter()
        await self.pilot.press("home")
        while tree._row().path != path:
            before = tree.cursor
            await self.pilot.press("down")
            assert tree.cursor != before, f"no {path}"
        return await self.look()


async def commit(repository: Repository, workspace: Workspace, turn: int) -> str:
    done = await repository.commit(order(turn=turn, step=turn), workspace)
    assert done is not None
    return done.commit


def line_with(screen: str, words: str) -> str:
    return next(line for line in screen.splitlines() if words in line)
