"""One call of a file tool, as the engine makes it."""

import json
from collections.abc import Mapping

from latitude.tools.base import ToolAnswer
from latitude.tools.registry import Toolbox
from latitude.workspace.folder import Workspace


async def ask(workspace: Workspace, name: str, arguments: Mapping[str, object] | str) -> ToolAnswer:
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    toolbox = Toolbox()
    return await toolbox.call(name, text, workspace, toolbox.offer(["files"], "end_session"))
