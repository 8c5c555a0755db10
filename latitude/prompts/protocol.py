"""A protocol: every word that a session of it can give the model, before limits are filled in.

In ``opening``, ``exit.offer``, ``between`` and ``script`` the placeholders
``{turns}``, ``{steps}``, ``{tokens}``, ``{minutes}`` and ``{cost}`` become the session's limits;
every other brace is literal. ``room`` maps a limit to a sentence with its placeholder; the
sentences of the limits that are in ``disclose`` and set in the session are joined by a space and
stand where ``opening`` has ``{room}``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from latitude.core.spec import LimitName
from latitude.prompts.reader import Finding, Mark

ToolSet = Literal["files", "run", "preview", "wish", "web"]

TOOL_SETS: Mapping[ToolSet, tuple[str, ...]] = {
    "files": (
        "list_files",
        "read_file",
        "write_file",
        "edit_file",
        "move_file",
        "delete_file",
    ),
    "run": ("run",),
    "preview": ("preview",),
    "wish": ("wish",),
    "web": ("web_search", "web_fetch"),
}
"""The names that a protocol's ``tools`` may list, and the tools each of them stands for.

``web`` stands for tools that the provider runs; one that only searches offers no ``web_fetch``.
"""

LIMIT_NAMES: tuple[LimitName, ...] = get_args(LimitName)

Place = tuple[Path, Mark]
"""A file, and where in it."""


@dataclass(frozen=True, slots=True)
class ExitWords:
    """The ways out, and how they are told."""

    phrases: tuple[str, ...] = ()
    tool: str | None = None
    offer: str = ""
    """How the exit is told; empty says nothing of it."""
    told: int = 1
    """The turn with which ``offer`` comes; 1 is the opening."""


@dataclass(frozen=True, slots=True)
class PersonWords:
    """Phrases that an attending person has at hand; never sent by themselves."""

    reminder: str = ""
    closing: str = ""


@dataclass(frozen=True, slots=True)
class Protocol:
    """A protocol as its file says it, before any limit is filled in."""

    name: str
    version: int
    summary: str
    opening: str
    exit: ExitWords
    between: str = ""
    script: tuple[str, ...] = ()
    tools: tuple[ToolSet, ...] = ()
    disclose: tuple[LimitName, ...] = ()
    promises: tuple[str, ...] = ()
    person: PersonWords = PersonWords()
    room: Mapping[LimitName, str] = field(default_factory=dict)
    sha256: str = ""
    """Of the file's bytes (hex)."""
    path: Path = Path("protocol.yaml")
    marks: Mapping[str, Mark] = field(default_factory=dict, compare=False, repr=False)
    """Where each field's value stands in the file, by dotted name."""
    elsewhere: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)
    """Where a field's value stands that comes from another file: a study's."""

    def finding(self, name: str, what: str, cure: str) -> Finding:
        """Say what is wrong with the field ``name`` (dotted), at its place in its file."""
        whole = name.partition("[")[0]
        mark = self.marks.get(name) or self.marks.get(whole) or Mark()
        path, mark = self.elsewhere.get(whole, (self.path, mark))
        return Finding(path=path, mark=mark, what=what, cure=cure)

    def templates(self) -> dict[str, str]:
        """Every text that may hold limits, but ``room``, by dotted field name."""
        texts = {"opening": self.opening, "exit.offer": self.exit.offer, "between": self.between}
        texts.update({f"script[{place}]": text for place, text in enumerate(self.script)})
        return texts
