"""Which tools there are, which are offered, and what answers a call."""

from collections.abc import Iterable, Mapping, Sequence

from latitude.core.spec import ToolSchema
from latitude.errors import ToolFailed, UnknownName, UsageError
from latitude.prompts.protocol import TOOL_SETS
from latitude.tools.arguments import parse
from latitude.tools.base import Tool, ToolAnswer
from latitude.tools.delete_file import DeleteFile
from latitude.tools.edit_file import EditFile
from latitude.tools.end_session import end_session_schema
from latitude.tools.list_files import ListFiles
from latitude.tools.move_file import MoveFile
from latitude.tools.read_file import ReadFile
from latitude.tools.wish import MakeWish
from latitude.tools.write_file import WriteFile
from latitude.workspace.folder import Workspace
from latitude.workspace.names import shown

FILES: tuple[Tool, ...] = (
    ListFiles(), ReadFile(), WriteFile(), EditFile(), MoveFile(), DeleteFile()
)  # fmt: skip
ALL = ("files", "run", "preview")
"""The groups that ``--tools all`` stands for: what a protocol has to speak of is not among them."""

_NAMES = {name: group for group, names in TOOL_SETS.items() for name in (group, *names)}
"""The group of each name that somebody may ask for."""


class Toolbox:
    """The tools that one session can be offered, in the order in which they are."""

    def __init__(
        self,
        more: Iterable[Tool] = (),
        provided: Iterable[ToolSchema] = (),
        absent: Mapping[str, str] | None = None,
    ) -> None:
        """Take what there is beside the file tools.

        ``provided`` are tools that the provider runs itself; ``absent`` says of a group why this
        machine does not have it, and what to do about that.
        """
        self._tools = {tool.schema.name: tool for tool in (*FILES, *more, MakeWish())}
        self._provided = tuple(provided)
        self._absent = dict(absent or {})

    def offer(
        self, selection: str | Iterable[str], exit_tool: str | None
    ) -> tuple[ToolSchema, ...]:
        """Return the schemas of the tools in ``selection``, in a fixed order, then the exit's.

        ``selection`` is what ``--tools`` was given (``all``, ``none``, or names with commas
        between), or the names in a protocol; a name is a group's or a tool's. What is not to be
        had is left out for a protocol, since what cannot be done is not offered, and refused for a
        person, who asked for it. Raises ``UnknownName``; and ``UsageError`` when the exit has the
        name of another tool.
        """
        asked = self._named(selection) if isinstance(selection, str) else asked_for(selection)
        schemas = [
            *(tool.schema for tool in self._tools.values()),
            *self._provided,
        ]
        chosen = [one for one in schemas if one.name in asked or _NAMES[one.name] in asked]
        if exit_tool is not None:
            if exit_tool in _NAMES:
                raise UsageError(
                    f"The exit tool cannot be called {exit_tool!r}: another tool has that name."
                )
            chosen.append(end_session_schema(exit_tool))
        return tuple(chosen)

    async def call(
        self, name: str, arguments_json: str, workspace: Workspace, offered: Sequence[ToolSchema]
    ) -> ToolAnswer:
        """Answer a call, in words for the model whatever it asked for.

        ``offered`` is what the session offers, the exit among it; the exit itself is the engine's
        and never comes here. Raises ``HomeUnusable`` when the workspace is gone, and nothing else.
        """
        try:
            tool, schema = self._find(name, offered)
            return await tool.run(parse(arguments_json, schema), workspace)
        except ToolFailed as error:
            return ToolAnswer(False, f"{error} Nothing was done.")

    def _named(self, text: str) -> frozenset[str]:
        if text == "all":
            return frozenset(ALL)
        if text == "none":
            return frozenset()
        asked = [name.strip() for name in text.split(",") if name.strip()]
        if not asked:
            raise UnknownName(f"--tools names no tool. {_existing()}")
        wanted = asked_for(asked)
        for group in sorted({_NAMES[name] for name in wanted}):
            if group in self._absent:
                raise UsageError(
                    f"{group} cannot be offered here. {self._absent[group]} Nothing was sent."
                )
        return wanted

    def _find(self, name: str, offered: Sequence[ToolSchema]) -> tuple[Tool, ToolSchema]:
        for schema in offered:
            if schema.name == name:
                break
        else:
            there = ", ".join(schema.name for schema in offered)
            what = f"The tools are: {there}." if there else "This session has no tools."
            raise ToolFailed(f"There is no tool {shown(name) or 'without a name'}. {what}")
        if name not in self._tools:
            # Offered by another version, in a session that is carried on here.
            raise ToolFailed(f"{shown(name)} cannot be used here.")
        return self._tools[name], schema


def groups_of(selection: str | Iterable[str]) -> frozenset[str]:
    """Return the groups that ``selection`` needs something of. Raises ``UnknownName``."""
    if selection == "all":
        return frozenset(ALL)
    if selection == "none":
        return frozenset()
    names = selection.split(",") if isinstance(selection, str) else selection
    return frozenset(_NAMES[name] for name in asked_for(name.strip() for name in names))


def is_known(name: str) -> bool:
    """Say whether a tool or group is called ``name``."""
    return name in _NAMES


def asked_for(names: Iterable[str]) -> frozenset[str]:
    """Return ``names`` as a set. Raises ``UnknownName`` for one that no tool or group has."""
    wanted = frozenset(name for name in names if name)
    for name in sorted(wanted):
        if name not in _NAMES:
            raise UnknownName(f"No tool or group of tools is called {name!r}. {_existing()}")
    return wanted


def _existing() -> str:
    groups = "; ".join(
        group if names == (group,) else f"{group} ({', '.join(names)})"
        for group, names in TOOL_SETS.items()
    )
    return f"There are: {groups}."
