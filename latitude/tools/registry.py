"""Which tools there are, which are offered, and what answers a call."""

from collections.abc import Iterable, Sequence

from latitude.core.spec import ToolSchema
from latitude.errors import ToolFailed, UnknownName, UsageError
from latitude.tools.arguments import parse
from latitude.tools.base import Tool, ToolAnswer
from latitude.tools.delete_file import DeleteFile
from latitude.tools.edit_file import EditFile
from latitude.tools.end_session import end_session_schema
from latitude.tools.list_files import ListFiles
from latitude.tools.move_file import MoveFile
from latitude.tools.read_file import ReadFile
from latitude.tools.write_file import WriteFile
from latitude.workspace.folder import Workspace
from latitude.workspace.names import shown

GROUPS: dict[str, tuple[Tool, ...]] = {
    "files": (ListFiles(), ReadFile(), WriteFile(), EditFile(), MoveFile(), DeleteFile())
}
NOT_HERE = frozenset({"run", "preview", "wish", "web"})
"""Groups that a protocol may name and this version does not have."""

_TOOLS: dict[str, Tool] = {tool.schema.name: tool for group in GROUPS.values() for tool in group}


def offer(selection: str | Iterable[str], exit_tool: str | None) -> tuple[ToolSchema, ...]:
    """Return the schemas of the tools in ``selection``, always in the same order, then the exit's.

    ``selection`` is what ``--tools`` was given (``all``, ``none``, or names with commas between),
    or the names in a protocol; a name is a group's or a tool's. Groups that this version does not
    have are left out for a protocol, since what cannot be done is not offered, and refused for a
    person, who asked for them. Raises ``UnknownName``; and ``UsageError`` when the exit has the
    name of another tool.
    """
    asked = _named(selection) if isinstance(selection, str) else selection
    schemas = [_TOOLS[name].schema for name in _chosen(asked)]
    if exit_tool is not None:
        if exit_tool in _TOOLS:
            raise UsageError(
                f"The exit tool cannot be called {exit_tool!r}: another tool has that name."
            )
        schemas.append(end_session_schema(exit_tool))
    return tuple(schemas)


def _named(text: str) -> Iterable[str]:
    if text == "all":
        return GROUPS
    if text == "none":
        return ()
    asked = [name.strip() for name in text.split(",") if name.strip()]
    if not asked:
        raise UnknownName(f"--tools names no tool. {_existing()}")
    for name in asked:
        if name in NOT_HERE:
            raise UnknownName(f"This version of latitude does not have {name!r}. {_existing()}")
    return asked


async def call(
    name: str, arguments_json: str, workspace: Workspace, offered: Sequence[ToolSchema]
) -> ToolAnswer:
    """Answer a call, in words for the model whatever it asked for.

    ``offered`` is what the session offers, the exit among it; the exit itself is the engine's and
    never comes here. Raises ``HomeUnusable`` when the workspace is gone, and nothing else.
    """
    try:
        return await _answer(name, arguments_json, workspace, offered)
    except ToolFailed as error:
        return ToolAnswer(False, f"{error} Nothing was done.")


async def _answer(
    name: str, arguments_json: str, workspace: Workspace, offered: Sequence[ToolSchema]
) -> ToolAnswer:
    schema = next((schema for schema in offered if schema.name == name), None)
    if schema is None:
        there = ", ".join(schema.name for schema in offered)
        what = f"The tools are: {there}." if there else "This session has no tools."
        raise ToolFailed(f"There is no tool {shown(name) or 'without a name'}. {what}")
    if name not in _TOOLS:
        # Offered by another version, in a session that is carried on here.
        raise ToolFailed(f"{shown(name)} cannot be used here.")
    return await _TOOLS[name].run(parse(arguments_json, schema), workspace)


def _chosen(selection: Iterable[str]) -> tuple[str, ...]:
    wanted: set[str] = set()
    for name in selection:
        if name in GROUPS:
            wanted.update(tool.schema.name for tool in GROUPS[name])
        elif name in _TOOLS:
            wanted.add(name)
        elif name not in NOT_HERE:
            raise UnknownName(f"No tool or group of tools is called {name!r}. {_existing()}")
    return tuple(name for name in _TOOLS if name in wanted)


def _existing() -> str:
    groups = "; ".join(
        f"{group} ({', '.join(tool.schema.name for tool in tools)})"
        for group, tools in GROUPS.items()
    )
    return f"There are: {groups}."
