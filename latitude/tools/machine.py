"""What this machine has for the tools to work with, found out when a session first asks for it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from latitude.core.spec import SandboxUsed, ToolSchema, Withheld
from latitude.tools.base import Tool
from latitude.tools.preview import Preview
from latitude.tools.registry import Toolbox
from latitude.tools.run import Run
from latitude.workspace.browser.browser import Browser, find_browser
from latitude.workspace.sandbox.base import Missing, Sandbox
from latitude.workspace.sandbox.probe import find_sandbox


@dataclass(frozen=True, slots=True)
class Equipment:
    """The tools that one session can have, and what there is to know about them."""

    toolbox: Toolbox
    sandbox: Sandbox | None
    withheld: tuple[Withheld, ...]
    """What was asked for and is not to be had."""

    @property
    def sandbox_used(self) -> SandboxUsed | None:
        """The sandbox, as the record names it."""
        if self.sandbox is None:
            return None
        return SandboxUsed(
            name=self.sandbox.name, held=self.sandbox.held, watched=self.sandbox.watched
        )


class Machine:
    """Looks once at each thing."""

    def __init__(self, workspaces: Path) -> None:
        """Take the folder in which workspaces are made: the sandbox is tried there, and that a
        browser worked is remembered there."""
        self._workspaces = workspaces
        self._sandbox: asyncio.Task[Sandbox | Missing] | None = None
        self._browser: asyncio.Task[Browser | Missing] | None = None

    async def sandbox(self) -> Sandbox | Missing:
        """The sandbox for commands, or why there is none."""
        if self._sandbox is None:
            self._sandbox = asyncio.create_task(find_sandbox(self._workspaces))
        return await asyncio.shield(self._sandbox)

    async def browser(self) -> Browser | Missing:
        """The browser for previews, or why there is none."""
        if self._browser is None:
            self._browser = asyncio.create_task(find_browser(self._workspaces))
        return await asyncio.shield(self._browser)

    async def equip(
        self,
        groups: Iterable[str],
        *,
        network: bool = False,
        pictures: bool = False,
        provided: Iterable[ToolSchema] = (),
        withheld: Iterable[Withheld] = (),
    ) -> Equipment:
        """Return what there is of ``groups``; what none of them needs is not looked for.

        ``pictures`` says whether the model takes them; ``provided`` are the provider's own tools,
        and ``withheld`` is what it does not have.
        """
        wanted = frozenset(groups)
        tools: list[Tool] = []
        absent = list(withheld)
        sandbox = await self.sandbox() if "run" in wanted else None
        if isinstance(sandbox, Missing):
            absent.append(Withheld(tool="run", why=sandbox.why, cure=sandbox.cure))
            sandbox = None
        elif sandbox is not None:
            tools.append(Run(sandbox, network=network))
        browser = await self.browser() if "preview" in wanted else None
        if isinstance(browser, Missing):
            absent.append(Withheld(tool="preview", why=browser.why, cure=browser.cure))
        elif browser is not None:
            tools.append(Preview(browser, pictures=pictures))
        said = {one.tool: f"{one.why} {one.cure}".strip() for one in absent}
        return Equipment(Toolbox(tools, provided, said), sandbox, tuple(absent))
