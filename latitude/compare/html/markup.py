"""Markup that cannot be broken out of: what is not markup already is cleaned and escaped.

All words of a report may come from a model or a file. They become part of a page only here.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape

from latitude.compare.words import label, passage
from latitude.core.clean import clean

_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9:-]*")
_VOID = frozenset({"meta", "link", "img", "wbr", "br", "hr", "input"})
_LONGEST_WORD = 24
_LONGEST_SIGN = 9
"""Characters: a hidden one is shown as ``‹U+E0041›``, a tab as four spaces."""
_WORDS = re.compile(
    rf"[^\s\-/_·,:]{{0,{_LONGEST_WORD - 1}}}[\s\-/_·,:]|[^\s\-/_·,:]{{1,{_LONGEST_WORD}}}"
)

Attribute = str | int | float | None
"""``None`` leaves it out; an empty text stands for one that has no value."""


class Markup(str):
    """Text that is markup, and safe to stand in a page as it is."""

    __slots__ = ()


Content = str | Iterable[str]


def text(words: str, longest: int | None = None) -> Markup:
    """Return ``words`` escaped; one line of at most ``longest`` characters, or all lines."""
    shown = passage(words) if longest is None else label(words, longest)
    return Markup(escape(shown, quote=True))


def whole(words: str) -> Markup:
    """Return ``words`` escaped, all lines of them and all of each, however long."""
    room = len(words) * _LONGEST_SIGN + 1
    return Markup(escape(clean(words, room, room), quote=True))


def breakable(words: str) -> Markup:
    """Return a name that a narrow cell may break, after its hyphens and strokes and not within."""
    pieces = _WORDS.findall(label(words))
    return Markup(tag("wbr").join(escape(piece, quote=True) for piece in pieces))


def tag(name: str, attributes: Mapping[str, Attribute] | None = None, *content: str) -> Markup:
    """Return an element. Of ``content``, only :class:`Markup` is taken as it is."""
    assert _NAME.fullmatch(name), name
    opened = f"<{name}{''.join(_attribute(*pair) for pair in (attributes or {}).items())}"
    if name in _VOID:
        return Markup(f"{opened}/>")
    return Markup(f"{opened}>{join(*content)}</{name}>")


def join(*content: str) -> Markup:
    """Return pieces one after the other, each escaped unless it is markup."""
    return Markup("".join(piece if isinstance(piece, Markup) else text(piece) for piece in content))


def anchors(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Return for each name one that an address or a file can bear, all of them different."""
    used, given = set(taken), []
    for name in names:
        stem = re.sub(r"[^a-z0-9_]+", "-", name.lower())[:60].strip("-_") or "unnamed"
        chosen, number = stem, 1
        while chosen in used:
            number += 1
            chosen = f"{stem}-{number}"
        used.add(chosen)
        given.append(chosen)
    return given


@lru_cache(maxsize=2_048, typed=True)
def _attribute(name: str, value: Attribute) -> str:
    # Nearly all are classes and the like, the same ones on every page.
    assert _NAME.fullmatch(name), name
    if value is None:
        return ""
    shown = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return f' {name}="{escape(label(shown, None), quote=True)}"'
