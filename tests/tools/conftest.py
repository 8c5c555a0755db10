from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from latitude.tools.base import ToolAnswer
from latitude.workspace.folder import Workspace
from tests.tools.calls import ask

Ask = Callable[..., Awaitable[ToolAnswer]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "ws"
    root.mkdir(mode=0o700)
    return root


@pytest.fixture
def workspace(root: Path) -> Workspace:
    return Workspace(root)


@pytest.fixture
def tool(workspace: Workspace) -> Ask:
    """Call a tool by name, as the engine would."""

    async def call(name: str, **arguments: object) -> ToolAnswer:
        return await ask(workspace, name, arguments)

    return call
