"""``list_files``: what one folder holds."""

from collections.abc import Mapping
from typing import Any

from latitude.core.text import counted
from latitude.tools.base import ToolAnswer, text_schema
from latitude.workspace.entry import Entry
from latitude.workspace.folder import Workspace
from latitude.workspace.names import shown

MOST_LINES = 1_000


class ListFiles:
    """Lists one folder, a path a line; names that could forge a line come out escaped."""

    schema = text_schema(
        "list_files",
        "List what is in one folder of the workspace: a path a line, with sizes. "
        "Folders end with a slash.",
        optional=("path",),
        path="The folder, relative to the top of the workspace. Without it, the top is listed.",
    )

    async def run(self, arguments: Mapping[str, Any], workspace: Workspace) -> ToolAnswer:
        """List the folder ``path``."""
        path = arguments.get("path", "")
        entries = workspace.list(path)
        if not entries:
            top = path in {"", ".", "./"}
            return ToolAnswer(True, f"{'The workspace' if top else shown(path)} is empty.")
        lines = [_line(entry) for entry in entries[:MOST_LINES]]
        if (left := len(entries) - len(lines)) == 0:
            return ToolAnswer(True, "\n".join(lines))
        lines.append(f"[{left:,} more of {len(entries):,} are not shown.]")
        return ToolAnswer(True, "\n".join(lines), cut=f"{left:,} of {len(entries):,} paths")


def _line(entry: Entry) -> str:
    path = shown(entry.path)
    if not _is_utf8(entry.path):
        path += "  (not a UTF-8 name; the file tools cannot open it)"
    match entry.kind:
        case "file":
            line = f"{path}  {counted(entry.size, 'byte')}"
        case "folder":
            line = f"{path}/"
        case "link":
            line = f"{path}  link to {shown(entry.target or '')}; the file tools do not follow it"
        case "special":
            line = f"{path}  not a regular file"
    return line if entry.omitted is None else f"{line}  ({entry.omitted})"


def _is_utf8(name: str) -> bool:
    if name.isascii():
        return True
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
