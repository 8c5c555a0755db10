"""Opening the chosen file: which page shows it, and what is said of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from latitude.core.clean import clean, clean_line
from latitude.core.text import counted
from latitude.tui import pixels
from latitude.tui.differences import Contents, Line, text_of
from latitude.tui.files import Files, FileShown
from latitude.tui.widgets.workspace_page import LinesPage, MarkdownPage
from latitude.tui.widgets.workspace_picture import picture_of
from latitude.tui.widgets.workspace_pixels import PicturePage
from latitude.tui.widgets.workspace_view import MakePage

Mode = Literal["diff", "source", "Markdown", "picture", ""]
"""How a file is shown; empty where there is only something to be said of it."""

_OUTSIDE = "o opens the folder outside."


@dataclass(frozen=True, slots=True)
class Wish:
    """How a person wants to see a file."""

    diff: bool
    markdown: bool = True
    """Whether Markdown is laid out."""
    picture: bool = False
    """Whether a picture is drawn: only where the terminal has the colours for it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is ready to be shown."""

    mode: Mode
    make: MakePage
    facts: str = ""
    """Its size, and what kind of picture it is; clean."""


def is_markdown(file: FileShown) -> bool:
    """Whether a file can be laid out."""
    return is_there(file) and file.path.lower().endswith((".md", ".markdown"))


def is_there(file: FileShown) -> bool:
    """Whether a file has bytes that can be read."""
    return file.kind == "file" and file.status != "deleted"


async def open_file(files: Files, file: FileShown, wish: Wish) -> Opened:
    """Open ``file`` as wished, or as it can be shown. Raises what ``files`` raises."""
    if file.kind != "file":
        return told([_what_else(file)])
    if file.status == "deleted":
        return _lined("diff", await files.diff(file.path), f"{file.size or 0:,} bytes before")
    contents = await files.read(file.path)
    facts = _facts(contents)
    text = text_of(contents.data, cut=contents.cut)
    if text is None:
        return await _open_bytes(files, file, contents, wish)
    if wish.diff:
        return _lined("diff", await files.diff(file.path), facts)
    return await asyncio.to_thread(_read, text, facts, markdown=wish.markdown and is_markdown(file))


async def _open_bytes(files: Files, file: FileShown, contents: Contents, wish: Wish) -> Opened:
    facts = _facts(contents)
    picture = picture_of(contents.data)
    said = [] if picture else ["It is not text."]
    if file.status == "changed":
        said += [line.text for line in await files.diff(file.path)]
    if picture and wish.picture and contents.size <= pixels.MOST_BYTES:
        whole = await files.read(file.path, pixels.MOST_BYTES) if contents.cut else contents
        if (decoded := await pixels.decode(whole.data)) is not None:
            return Opened("picture", partial(PicturePage, decoded), _facts(whole))
        said.append("It cannot be drawn here.")
    return told([*said, _OUTSIDE], facts)


def told(words: Sequence[str], facts: str = "") -> Opened:
    """A page with nothing but words of ours, which are cleaned here."""
    return _lined("", [Line("note", clean_line(said)) for said in words], facts)


def _read(text: str, facts: str, *, markdown: bool) -> Opened:
    if not text:
        return told(["There is nothing in it."], facts)
    shown = clean(text)
    if markdown:
        return Opened("Markdown", partial(MarkdownPage, shown), facts)
    lines = [Line("same", line) for line in shown.removesuffix("\n").split("\n")]
    return _lined("source", lines, facts)


def _lined(mode: Mode, lines: Sequence[Line], facts: str) -> Opened:
    return Opened(mode, partial(LinesPage, lines), facts)


def _facts(contents: Contents) -> str:
    size = counted(contents.size, "byte")
    if contents.cut:
        size = f"the first {len(contents.data):,} of {size}"
    picture = picture_of(contents.data)
    return picture.told(size) if picture else size


def _what_else(file: FileShown) -> str:
    match file.kind:
        case "link":
            return f"A link to {file.note}. It is not followed."
        case "folder":
            return "An empty folder."
        case _:
            return f"It is not shown: {file.note}."
