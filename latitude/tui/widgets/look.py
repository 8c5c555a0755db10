"""The styles of the column, as Rich wants them, taken from the theme of the moment."""

import io
from dataclasses import dataclass

from rich.console import Console
from rich.style import Style
from rich.theme import Theme

PARTS = ("text", "ours", "faint", "accent", "warning", "strong", "code", "match")
"""The component classes of a column that stand behind the fields of :class:`Look`."""


@dataclass(frozen=True, slots=True)
class Look:
    """How each voice is drawn; equal looks draw equal rows."""

    text: Style
    ours: Style
    faint: Style
    accent: Style
    warning: Style
    strong: Style
    code: Style
    match: Style

    def console(self) -> Console:
        """A console that draws Markdown in this look, and writes nowhere."""
        plain, strong = self.text, self.strong
        styles = {f"markdown.h{level}": strong for level in range(1, 8)}
        styles |= {
            "markdown.h1": strong + Style(underline=True),
            "markdown.code": self.code,
            "markdown.code_block": self.code,
            "markdown.block_quote": self.faint,
            "markdown.list": plain,
            "markdown.item.bullet": self.accent,
            "markdown.item.number": self.accent,
            "markdown.hr": self.faint,
            "markdown.link": plain + Style(underline=True),
            "markdown.link_url": self.faint,
            "markdown.table.border": self.faint,
            "markdown.table.header": strong,
            "markdown.kbd": self.code,
        }
        return Console(
            file=io.StringIO(),
            force_terminal=True,
            color_system="truecolor",
            theme=Theme(styles),
            highlight=False,
            markup=False,
            emoji=False,
            _environ={},
        )
