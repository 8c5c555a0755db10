"""A reply's Markdown as rows of the terminal: plain, left-aligned, nothing in it live."""

from collections.abc import Iterable
from copy import copy
from typing import ClassVar

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich import markdown
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.text import Text

from latitude.core.clean import clean

DEEPEST = 14
"""Levels of tokens; a list takes two. What nests deeper is shown as it was written: it leaves no
room for words, and the parser drops what lies below level 20."""

Row = list[Segment]


class _Heading(markdown.Heading):
    LEVEL_ALIGN: ClassVar[dict[str, JustifyMethod]] = {}


class _Code(markdown.CodeBlock):
    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        style = console.get_style("markdown.code_block")
        yield Padding(Text(str(self.text).rstrip("\n"), style), (0, 0, 0, 2))


class _Page(markdown.Markdown):
    elements: ClassVar[dict[str, type[markdown.MarkdownElement]]] = {
        **markdown.Markdown.elements,
        "heading_open": _Heading,
        "fence": _Code,
        "code_block": _Code,
    }


# What streams is parsed thirty times a second, and making a parser takes longer than a paragraph.
_PARSER = MarkdownIt().enable(["strikethrough", "table"])
_EMPTY = _Page("", hyperlinks=False)


def markdown_rows(text: str, width: int, console: Console) -> list[Row] | None:
    """Return ``text`` laid out ``width`` cells wide; ``None`` when it nests too deeply.

    Entities turn into characters only after the text was cleaned, so all of it is cleaned again.
    """
    page = copy(_EMPTY)
    page.parsed = _PARSER.parse(text)
    if max((token.level for token in page.parsed), default=0) > DEEPEST:
        return None
    _clean(page.parsed)
    options = console.options.update(width=width, height=None)
    return console.render_lines(page, options, pad=False)


def _clean(tokens: Iterable[Token]) -> None:
    for token in tokens:
        token.content = clean(token.content)
        for name, value in token.attrs.items():
            if isinstance(value, str):
                token.attrs[name] = clean(value)
        if token.children:
            _clean(token.children)
