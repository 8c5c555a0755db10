"""A model's reply, which is Markdown, as HTML that is safe whatever it holds.

markdown-it-py (CommonMark 0.31, with the tables and the strikethrough of GFM) finds the parts; its
renderer is not used. Each element is built by ``markup``, which cleans and escapes all words.
Where Markdown would drop words they stay, as text: raw HTML, definitions of links, the titles of
links, the addresses of pictures, and what stands in a table beyond its last column.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from latitude.compare.html.markup import Attribute, Markup, join, tag, whole
from latitude.core.clean import clean

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

DEEPEST = 30
"""Levels of quotes and lists; a list takes two. What lies deeper stands as it was written."""
DEEPEST_INLINE = 45
"""Levels of elements; emphasis and links that lie deeper are left out, and their words stay."""

_LONGEST_SIGN = 9
_LANGUAGE = re.compile(r"[a-z0-9+-]{1,20}")
# All of it is ASCII or letters: a sign that `clean` left in place of a hidden character is neither.
_LINKED = re.compile(
    r"(?:(?P<web>https?)://[\w\[][\w.~:/?#\[\]@!$&'()*+,;=%-]*"
    r"|(?P<mail>mailto):[\w.!#$&'*+/=^{|}~%-]+@[\w.-]+(?:\?[\w.~:/?@!$&'()*+,;=%-]*)?)",
    re.IGNORECASE,
)
_CELL_ENDS = re.compile(r"(?<!\\)\|")
_HEADING_LEVELS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}


def prose(words: str) -> Markup:
    """Return a reply as HTML: headings from h3 on, paragraphs, lists, quotes, code and tables.

    Line ends within a paragraph stay line ends; to be seen they need ``white-space: pre-line``.
    Links lead to http, https and mail addresses only, and nothing is ever loaded.
    """
    builder = _Builder()
    for token in _parser().parse(_cleaned(words)):
        if token.type == "inline":
            for child in token.children or ():
                builder.take(child)
        else:
            builder.take(token)
    return builder.built()


@dataclass(slots=True)
class _Element:
    """An element that is not closed yet; one without a name is only its content."""

    name: str | None = None
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    content: list[Markup] = field(default_factory=list)
    after: str = ""
    """Words that stand behind it."""
    number: int = 1
    """Of an ordered list: what its next item is counted as."""

    def closed(self) -> Markup:
        content = join(*self.content)
        if self.name == "a" and not content.strip():
            content = whole(str(self.attributes["href"]))
        element = content if self.name is None else tag(self.name, self.attributes, content)
        return join(element, whole(self.after))


class _Builder:
    """Builds elements from the tokens of Markdown, without recursion."""

    def __init__(self) -> None:
        self._open = [_Element()]

    def built(self) -> Markup:
        """Return all that was taken."""
        return join(*self._open[0].content)

    def take(self, token: "Token") -> None:
        """Take the next token: a beginning, an end, or something that has no parts."""
        if token.nesting > 0:
            self._open.append(self._element(token))
        elif token.nesting < 0:
            self._add(self._open.pop().closed())
        else:
            self._add(_leaf(token))

    def _add(self, piece: Markup) -> None:
        self._open[-1].content.append(piece)

    def _element(self, token: "Token") -> _Element:
        deep = len(self._open) > DEEPEST_INLINE
        match token.type:
            case "link_open":
                return _link(token, deep=deep)
            case "ordered_list_open":
                start = int(token.attrs.get("start", 1))
                return _Element("ol", {"start": start if start != 1 else None}, number=start)
            case "list_item_open":
                return self._item(token)
            case "heading_open":
                return _Element(_HEADING_LEVELS[token.tag])
            case "th_open":
                return _Element("th", {"scope": "col"})
            case _:
                return _Element(None if token.hidden or deep else token.tag)

    def _item(self, token: "Token") -> _Element:
        """A list keeps the numbers it was written with: a countdown is not counted up."""
        if not token.info:
            return _Element("li")
        parent, number = self._open[-1], int(token.info)
        expected, parent.number = parent.number, number + 1
        return _Element("li", {"value": number if number != expected else None})


def _leaf(token: "Token") -> Markup:
    match token.type:
        case "softbreak":
            return Markup("\n")
        case "hardbreak":
            return tag("br")
        case "hr":
            return tag("hr")
        case "code_inline":
            return tag("code", {}, whole(token.content))
        case "fence" | "code_block":
            return _code(token)
        case "image":
            address = _and_title(str(token.attrs["src"]), token)
            return whole(f"picture: {token.content} ({address})")
        case _:
            return whole(token.content)


def _code(token: "Token") -> Markup:
    info = token.info.strip()
    language = _LANGUAGE.fullmatch(info.lower())
    attributes = {"class": f"language-{language[0]}"} if language else {}
    told = Markup() if language or not info else tag("p", {}, whole(info))
    return join(told, tag("pre", {}, tag("code", attributes, whole(token.content))))


def _link(token: "Token", *, deep: bool) -> _Element:
    address = str(token.attrs["href"])
    found = None if deep else _LINKED.fullmatch(address)
    if found is None:
        # Such an address is its own text where it stood in <>.
        shown = "" if token.markup == "autolink" else _and_title(address, token)
        return _Element(after=f" ({shown})" if shown else "")
    scheme = found["web"] or found["mail"]
    href = scheme.lower() + address.removeprefix(scheme)
    title = str(token.attrs.get("title", ""))
    return _Element(
        "a",
        {"href": href, "rel": "nofollow noopener noreferrer"},
        after=f" ({title})" if title else "",
    )


def _and_title(address: str, token: "Token") -> str:
    return " ".join(filter(None, (address, str(token.attrs.get("title", "")))))


def _cleaned(words: str) -> str:
    """Clean all of a reply, and cut nothing; what Markdown makes of it is cleaned once more.

    So a hidden character of an address is a sign in it, and such an address is no link.
    """
    return clean(words, len(words), len(words) * _LONGEST_SIGN + 1)


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    class Parser(MarkdownIt):
        """Leaves addresses as they were written; they are judged when a link is built."""

        def normalizeLink(self, url: str) -> str:  # noqa: N802 (the name is the library's)
            return url

        def normalizeLinkText(self, link: str) -> str:  # noqa: N802 (the name is the library's)
            return link

        def validateLink(self, url: str) -> bool:  # noqa: N802, ARG002 (likewise)
            return True

    parser = Parser("commonmark", {"html": False, "maxNesting": DEEPEST + 10})
    parser.enable(["table", "strikethrough"])
    # Words in the place of an address would make a line a definition, which is not shown.
    parser.disable(["reference", "html_block", "html_inline"])
    parser.block.ruler.at("table", _whole_table(), {"alt": ["paragraph", "reference"]})
    parser.block.ruler.before("table", "depth", _too_deep)
    parser.block.ruler.push("unmarked", _ends_quote, {"alt": ["blockquote"]})
    return parser


def _too_deep(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
    """Take the rest as one paragraph where it nests too deeply: markdown-it would drop it."""
    if silent or state.level < DEEPEST:
        return False
    last = start + 1
    while last < end and (state.isEmpty(last) or state.sCount[last] >= state.blkIndent):
        last += 1
    state.push("paragraph_open", "p", 1)
    inline = state.push("inline", "", 0)
    inline.content = state.getLines(start, last, state.blkIndent, False).strip()
    inline.children = []
    state.push("paragraph_close", "p", -1)
    state.line = last
    return True


def _ends_quote(state: "StateBlock", _start: int, _end: int, silent: bool) -> bool:
    """End a quote at a line that is not marked as one, as Markdown does not.

    What a model did not mark as quoted is not shown as quoted. And markdown-it looks for the end
    of each quote through all lines that follow, which takes quadratic time where there are many.
    """
    return silent and state.parentType == "blockquote"


def _whole_table() -> "Callable[[StateBlock, int, int, bool], bool]":
    from markdown_it.rules_block import table

    def rule(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
        """Read a table; cells beyond its last column stand in that column."""
        before = len(state.tokens)
        if not table(state, start, end, silent):
            return False
        cells = [token for token in state.tokens[before:] if token.type == "inline" and token.map]
        last = {token.map[0]: token for token in cells if token.map}
        columns = sum(token.map == [start, start + 1] for token in cells)
        for line, token in last.items():
            row = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()
            beyond = _CELL_ENDS.split(row.removeprefix("|").removesuffix("|"))[columns:]
            token.content = " | ".join([token.content, *(cell.strip() for cell in beyond)])
        return True

    return rule
