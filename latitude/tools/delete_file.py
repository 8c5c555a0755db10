"""``delete_file``: a file or an empty folder away."""

from collections.abc import Mapping
from typing import Any

from latitude.tools.base import ToolAnswer, text_schema
from latitude.workspace.folder import Workspace
from latitude.workspace.names import shown


class DeleteFile:
    """Deletes a file, a link itself, or a folder with nothing in it."""

    schema = text_schema(
        "delete_file",
        "Delete a file, or a folder that is empty, from the workspace.",
        path="The file or folder, relative to the top of the workspace.",
    )

    async def run(self, arguments: Mapping[str, Any], workspace: Workspace) -> ToolAnswer:
        """Delete what is at ``path``."""
        workspace.delete(arguments["path"])
        return ToolAnswer(True, f"Deleted {shown(arguments['path'])}.")
