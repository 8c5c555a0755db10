"""What a tool is: a schema that the model is shown, and something that answers its calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from msgspec import Struct

from latitude.core.events import Wish
from latitude.core.spec import ToolSchema
from latitude.core.text import counted
from latitude.workspace.folder import Workspace


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that goes to the model beside the text."""

    media_type: str
    data: bytes


class ToolAnswer(Struct, frozen=True):
    """What the model is given back; a Struct is made in a tenth of a dataclass's time."""

    ok: bool
    text: str
    cut: str | None = None
    """What was left out of ``text``, if anything was; ``text`` says so too."""
    pictures: tuple[Picture, ...] = ()
    """After the text, and only for a model that takes pictures."""
    wish: Wish | None = None
    """What the model said of showing and signing, to be recorded."""


class Tool(Protocol):
    """Something the model may do."""

    @property
    def schema(self) -> ToolSchema:
        """The tool as it is offered."""
        ...

    async def run(self, arguments: Mapping[str, Any], workspace: Workspace) -> ToolAnswer:
        """Do it. ``arguments`` fit the schema. Raises ``ToolFailed`` with nothing done.

        The file tools do not await: a cancelled session never leaves one half done.
        """
        ...


def text_schema(
    name: str, description: str, optional: tuple[str, ...] = (), **fields: str
) -> ToolSchema:
    """Return the schema of a tool that takes strings: each of ``fields`` with its description.

    All are required but those named in ``optional``.
    """
    parameters: dict[str, Any] = {
        "type": "object",
        "properties": {
            field: {"type": "string", "description": words} for field, words in fields.items()
        },
        "additionalProperties": False,
    }
    if required := [field for field in fields if field not in optional]:
        parameters["required"] = required
    return ToolSchema(name=name, description=description, parameters=parameters)


def measured(data: bytes) -> str:
    """Return how long a text is: ``84 lines, 2,113 bytes``."""
    lines = data.count(b"\n") + (not data.endswith(b"\n") and data != b"")
    return f"{counted(lines, 'line')}, {counted(len(data), 'byte')}"
