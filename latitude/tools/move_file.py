"""``move_file``: another path for a file or a folder."""

from collections.abc import Mapping
from typing import Any

from latitude.tools.base import ToolAnswer, text_schema
from latitude.workspace.folder import Workspace
from latitude.workspace.names import shown


class MoveFile:
    """Moves or renames; nothing is ever replaced."""

    schema = text_schema(
        "move_file",
        "Move or rename a file or a folder in the workspace. Missing folders are made; what is at "
        "the new path already is not replaced.",
        path="The file or folder, relative to the top of the workspace.",
        to="Its whole new path, relative to the top of the workspace.",
    )

    async def run(self, arguments: Mapping[str, Any], workspace: Workspace) -> ToolAnswer:
        """Move ``path`` to ``to``."""
        path, to = arguments["path"], arguments["to"]
        workspace.move(path, to)
        return ToolAnswer(True, f"Moved {shown(path)} to {shown(to)}.")
