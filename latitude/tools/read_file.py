"""``read_file``: the text of a file."""

import codecs
import json
from collections.abc import Mapping
from typing import Any

from latitude.core.text import counted
from latitude.errors import ToolFailed
from latitude.tools.base import ToolAnswer, text_schema
from latitude.workspace.folder import Workspace
from latitude.workspace.names import shown

MOST_BYTES = 256 * 1024


class ReadFile:
    """Returns a text exactly as it stands in the file."""

    schema = text_schema(
        "read_file",
        "Return the text of a file in the workspace. Only UTF-8 text is returned, and of a longer "
        f"file the first {MOST_BYTES:,} bytes.",
        path="The file, relative to the top of the workspace.",
    )

    async def run(self, arguments: Mapping[str, Any], workspace: Workspace) -> ToolAnswer:
        """Read the file ``path``."""
        path = arguments["path"]
        data, size = workspace.head(path, MOST_BYTES)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            # A character that the cut goes through is left out whole.
            text = decoder.decode(data, final=size <= MOST_BYTES)
        except UnicodeDecodeError:
            raise ToolFailed(
                f"{shown(path)} is not UTF-8 text ({counted(size, 'byte')})."
            ) from None
        if size > len(data):
            kept = len(data) - len(decoder.getstate()[0])
            return ToolAnswer(
                True,
                f"{text}\n[The file goes on: these are the first {kept:,} of {size:,} bytes.]",
                cut=f"all after the first {kept:,} of {size:,} bytes",
            )
        if not text:
            return ToolAnswer(True, f"{shown(path)} is empty (0 bytes).")
        if text.isspace():
            # Some providers refuse a text that is nothing but white space.
            return ToolAnswer(True, f"{shown(path)} holds only white space: {json.dumps(text)}")
        return ToolAnswer(True, text)
