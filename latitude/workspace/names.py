"""Paths as a model writes them: taken apart, checked, and shown without harm."""

import json
import re
import unicodedata
from collections.abc import Sequence

from latitude.errors import ToolFailed
from latitude.workspace.entry import Caps

MOST_SHOWN = 240
"""Characters of a path that a message repeats."""

UNFINISHED = re.compile(r"\.unfinished-[0-9a-f]{16}")
"""The name of a file while it is being written. A kill in that moment leaves it behind."""

_FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def shown(path: str) -> str:
    """Return ``path`` for a message: as it is, or as a JSON string where it could mislead.

    Control, format and line-breaking characters, and bytes that are not UTF-8, come out escaped;
    a very long path is cut. The result is always one line of text that UTF-8 can hold.
    """
    cut = path if len(path) <= MOST_SHOWN else path[:MOST_SHOWN]
    clear = cut.isprintable() and '"' not in cut and cut == cut.strip()
    text = cut if clear else json.dumps(cut)
    return text if cut is path else f"{text}…"


def split(path: str, *, folder: bool = False) -> tuple[str, ...]:
    """Take ``path`` apart into its names.

    One leading ``./`` is taken off. With ``folder``, one trailing ``/`` is too, and ``""``, ``.``
    and ``./`` are the top of the workspace, which comes out as ``()``. Raises ``ToolFailed`` for
    anything that is not a plain relative path.
    """
    if "\0" in path:
        raise ToolFailed(f"{shown(path)} holds a NUL character, which no path can.")
    if not _can_be_a_path(path):
        raise ToolFailed(f"{shown(path)} holds half a character, which no path can.")
    if path.startswith("/"):
        raise ToolFailed(
            f"{shown(path)} is an absolute path. Paths are relative to the top of the workspace."
        )
    rest = path.removeprefix("./")
    if folder:
        if rest in {"", "."}:
            return ()
        rest = rest.removesuffix("/")
    elif rest.endswith("/"):
        raise ToolFailed(f"{shown(path)} ends with a slash, so it names a folder, not a file.")
    if rest == "":
        raise ToolFailed("The path is empty.")
    parts = tuple(rest.split("/"))
    for part in parts:
        if part in {"", ".", ".."}:
            what = "an empty part" if part == "" else f"the part {part}"
            raise ToolFailed(f"{shown(path)} has {what}, which paths here cannot have.")
    return parts


def check_length(parts: Sequence[str], caps: Caps) -> None:
    """Raise ``ToolFailed`` when a path is too deep or too long to be written."""
    path = "/".join(parts)
    if len(parts) > caps.depth:
        raise ToolFailed(f"{shown(path)} has {len(parts)} parts; at most {caps.depth} are allowed.")
    if path.isascii() and len(path) <= caps.path_bytes:
        return
    if (size := len(composed(path).encode("utf-8", "surrogateescape"))) > caps.path_bytes:
        raise ToolFailed(
            f"{shown(path)} is {size:,} bytes long; at most {caps.path_bytes:,} are allowed."
        )


def new_name(name: str, caps: Caps) -> str:
    """Return ``name`` as it will stand on the disk (NFC), if such a name may be made.

    A name that begins with ``-`` would be read as an option by commands, and control or format
    characters could forge lines wherever names are listed. Raises ``ToolFailed``.
    """
    plain = composed(name)
    if plain.startswith("-"):
        raise ToolFailed(f"{shown(name)} begins with a hyphen, which new names cannot.")
    if not plain.isprintable():
        for char in plain:
            if unicodedata.category(char) in _FORBIDDEN:
                raise ToolFailed(
                    f"{shown(name)} holds the character U+{ord(char):04X}, a control, format or "
                    "line-breaking character, which new names cannot."
                )
    if (size := len(plain.encode())) > caps.name_bytes:
        raise ToolFailed(
            f"{shown(name)} is {size:,} bytes long; one part of a path may have at most "
            f"{caps.name_bytes}."
        )
    if UNFINISHED.fullmatch(plain):
        raise ToolFailed(f"{plain} is a name that files have only while they are being written.")
    return plain


def composed(name: str) -> str:
    """Return ``name`` in Unicode's composed form, NFC."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def folded(name: str) -> str:
    """Return the form in which names that macOS takes for one and the same are equal."""
    if name.isascii():
        return name.lower()
    return composed(composed(name).casefold())


def _can_be_a_path(path: str) -> bool:
    if path.isascii():
        return True
    # U+DC80 to U+DCFF stand for bytes of a name that is not UTF-8; other surrogates for nothing.
    try:
        path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True
