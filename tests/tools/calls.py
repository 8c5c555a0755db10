"""One call of a tool, as the engine makes it."""

import json
from collections.abc import Mapping

from latitude.tools.base import ToolAnswer
from latitude.tools.registry import Toolbox
from latitude.workspace.folder import Workspace

FILES_ONLY = Toolbox()


async def ask(
    workspace: Workspace,
    name: str,
    arguments: Mapping[str, object] | str,
    toolbox: Toolbox = FILES_ONLY,
) -> ToolAnswer:
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return await toolbox.call(name, text, workspace, toolbox.offer("all", "end_session"))
