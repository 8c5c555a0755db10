"""``write_file``: a whole file, new or in place of an old one."""

from collections.abc import Mapping
from typing import Any

from latitude.tools.base import ToolAnswer, measured, text_schema
from latitude.workspace.folder import Workspace
from latitude.workspace.names import shown


class WriteFile:
    """Writes the content byte for byte."""

    schema = text_schema(
        "write_file",
        "Write a text file in the workspace. A file that is there already is replaced, and "
        "missing folders are made.",
        path="The file, relative to the top of the workspace.",
        content="The whole text of the file.",
    )

    async def run(self, arguments: Mapping[str, Any], workspace: Workspace) -> ToolAnswer:
        """Write ``content`` to ``path``."""
        data = arguments["content"].encode()
        workspace.write(arguments["path"], data)
        return ToolAnswer(True, f"Wrote {shown(arguments['path'])} ({measured(data)}).")
