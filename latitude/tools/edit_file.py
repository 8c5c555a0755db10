"""``edit_file``: one passage of a file in place of another."""

from collections.abc import Mapping
from typing import Any

from latitude.errors import ToolFailed
from latitude.tools.base import ToolAnswer, measured, text_schema
from latitude.workspace.folder import Workspace
from latitude.workspace.names import shown

_MOST_COUNTED = 1_000


class EditFile:
    """Replaces a passage that occurs exactly once; the rest of the file stays as it was."""

    schema = text_schema(
        "edit_file",
        "Replace one passage of a file in the workspace. The old text must occur exactly once.",
        path="The file, relative to the top of the workspace.",
        old="The text to replace, exactly as it stands in the file.",
        new="The text to put in its place.",
    )

    async def run(self, arguments: Mapping[str, Any], workspace: Workspace) -> ToolAnswer:
        """Replace ``old`` by ``new`` in ``path``."""
        path = arguments["path"]
        old, new = arguments["old"].encode(), arguments["new"].encode()
        if not old:
            raise ToolFailed("The old text is empty.")
        if old == new:
            raise ToolFailed("The old and the new text are the same.")

        def changed(data: bytes) -> bytes:
            times = _count(data, old)
            if times != 1:
                many = f"more than {_MOST_COUNTED:,}" if times > _MOST_COUNTED else f"{times:,}"
                raise ToolFailed(
                    f"The old text occurs {many} times in {shown(path)}; it must occur exactly "
                    "once."
                )
            return data.replace(old, new)

        data = workspace.rewrite(path, changed)
        return ToolAnswer(True, f"Edited {shown(path)} ({measured(data)}).")


def _count(data: bytes, passage: bytes) -> int:
    """Count where ``passage`` begins, overlaps too: each would be another edit."""
    times, at = 0, data.find(passage)
    while at >= 0 and times <= _MOST_COUNTED:
        times += 1
        at = data.find(passage, at + 1)
    return times
