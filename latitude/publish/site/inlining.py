"""A page that a model made, with the files beside it drawn into it, so that it needs no other.

On a site it lives in a frame that can load nothing. What it names of its own workspace (a style
sheet, a script, a picture, a font) is put into it as ``data:`` addresses, where naming loads: in
the attributes of elements, in styles, and in scripts, with the elements that stand in their texts.
Words that a reader sees stay as they are.

Anything else stays named, and does not come: what a script builds the name of or fetches, what an
import map or a handler (``onclick``) names, modules that import each other in a circle, files with
a comma in their name in a ``srcset``, and what another workspace or the network has.

A hostile page may be of any shape, so each pattern here takes time that grows with the length of
the text and no faster.
"""

import posixpath
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote

from latitude.workspace.browser.serving import media_type

MOST = 4_000_000
"""Characters that are put into one page; more would make it slow to open."""
MOST_IN_ALL = 30_000_000
"""Characters that are put into all pages of one session."""
DEEPEST = 5
"""Files within files: each level makes what lies in it a third longer."""

_OPENING = re.compile(r"<(?:!--|([a-z][^\s/>]*+))", re.IGNORECASE)
_IN_TAG = re.compile(r">|=\s*+[\"']?+")
_ATTRIBUTE = re.compile(
    r"(?<![^\s\"'/=])([^\s\"'<>/=]++)(\s*+=\s*+)(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>\"']++))"
)
_LOADING = frozenset(
    {"link", "script", "img", "source", "audio", "video", "image", "input", "track"}
)
_PLACES = frozenset({"src", "href", "poster"})
_CANDIDATE = re.compile(r"((?:^|,)\s*+)([^\s,]++)")
_RAW = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp")
}
"""Elements whose content is text, and where each ends."""
_SCRIPTS = re.compile(r"|module|.*(?:java|ecma|j)script.*|.*babel.*", re.IGNORECASE)
"""Types of a script that is one."""
_TAG_IN_WORDS = re.compile(rf"<({'|'.join(sorted(_LOADING))})\b[^<>]*+>", re.IGNORECASE)
_URL = re.compile(r"\burl\(\s*+(\"[^\"\n]{0,2000}\"|'[^'\n]{0,2000}'|[^()\s\"']{1,2000})\s*+\)")
_CSS_IMPORT = re.compile(r"(@import\s*+)([\"'])([^\"'\n]{1,2000})\2")
_MODULE = re.compile(r"(?:\b(from)\s*+|\bimport\s*+(?:\(\s*+)?)([\"'])(?P<name>[^\"'\n]{1,2000})\2")
_CLAUSE = re.compile(r"[\w$*{},\s]*+")
_LONGEST_CLAUSE = 2_000
"""Characters between ``import`` or ``export`` and ``from``."""
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*+:|//|#|$", re.IGNORECASE)
_STYLES, _MODULES = "text/css", "text/javascript"
"""Types of files in which other files are named."""


@dataclass(frozen=True, slots=True)
class Inlined:
    """A page with what it names put into it."""

    html: str
    left_out: tuple[str, ...]
    """Files that it names and that would have made it, or all pages together, too heavy."""


@dataclass(slots=True)
class Inliner:
    """Puts the files of one workspace into its pages."""

    files: Mapping[str, bytes]
    """By path."""
    most: int = MOST_IN_ALL
    """Characters that are put into all pages; what was put in is taken from it."""
    _left: int = MOST
    _near: str = ""
    """The folder of the page."""
    _within: list[str] = field(default_factory=list)
    """The files that are being put into each other."""
    _left_out: dict[str, None] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict)
    """Addresses of files in which no others are named: many pages may name one picture."""

    def page(self, html: str, path: str) -> Inlined:
        """Return the page at ``path``, whose text is ``html``, with what it names put into it."""
        self._left = min(MOST, self.most)
        self._near = posixpath.dirname(path)
        self._left_out.clear()
        made = self._markup(html)
        self.most -= max(0, len(made) - len(html))
        return Inlined(made, tuple(self._left_out))

    def _markup(self, html: str) -> str:
        """Go through a page as a browser does: tags, comments, and elements that hold text."""
        parts: list[str] = []
        at = 0
        while (found := _OPENING.search(html, at)) is not None:
            parts.append(html[at : found.start()])
            if found[1] is None:
                at = _end_of_comment(html, found.start())
                parts.append(html[found.start() : at])
                continue
            name = found[1].lower()
            end = _end_of_tag(html, found.end())
            if end is None:
                at = found.start()
                break
            tag = html[found.start() : end]
            parts.append(self._tag(name, tag))
            at = end
            if name in _RAW:
                closing = _RAW[name].search(html, end)
                at = closing.start() if closing else len(html)
                parts.append(self._content(name, tag, html[end:at]))
        parts.append(html[at:])
        return "".join(parts)

    def _content(self, name: str, tag: str, words: str) -> str:
        if name == "style":
            return self._style(words, self._near)
        if name != "script":
            return words
        kind = _attributes(tag).get("type")
        if _SCRIPTS.fullmatch(_value(kind).strip() if kind else ""):
            return self._script(words, self._near)
        return self._tags_in(words)

    def _tag(self, name: str, tag: str) -> str:
        if name == "link":
            return self._link(tag)
        if name not in _LOADING and "style" not in tag.lower():
            return tag
        return _ATTRIBUTE.sub(lambda it: self._attribute(it, loading=name in _LOADING), tag)

    def _link(self, tag: str) -> str:
        """A style sheet of the workspace becomes a style: in the frame there are no links."""
        known = _attributes(tag)
        kinds = _value(known["rel"]).lower().split() if "rel" in known else []
        address = None
        if kinds[:1] == ["stylesheet"] and "href" in known:
            address = self._address(_value(known["href"]), self._near)
        if address is None:
            return tag
        media = known.get("media")
        return f'<style {media[0] if media else ""}>@import "{address}";</style>'

    def _attribute(self, found: re.Match[str], *, loading: bool) -> str:
        name, value = found[1].lower(), _value(found)
        changed: str | None = None
        if name == "style":
            changed = self._urls(value, self._near)
        elif loading and re.split("[-:]", name)[-1] in _PLACES:
            changed = self._address(value, self._near)
        elif loading and name == "srcset":
            changed = _CANDIDATE.sub(self._candidate, value)
        if changed is None:
            return found[0]
        # Its quotes stay as they are, for all of it may stand within a text of a script.
        quote = "" if found[5] else found[0][-1]
        return f"{found[1]}{found[2]}{quote}{changed}{quote}"

    def _candidate(self, found: re.Match[str]) -> str:
        address = self._address(found[2], self._near)
        return found[0] if address is None else f"{found[1]}{address}"

    def _tags_in(self, words: str) -> str:
        """Put in what elements name that stand in a text, such as one of a script."""
        return _TAG_IN_WORDS.sub(lambda it: self._tag(it[1].lower(), it[0]), words)

    def _style(self, words: str, near: str) -> str:
        def imported(found: re.Match[str]) -> str:
            address = self._address(found[3], near)
            return found[0] if address is None else f"{found[1]}{found[2]}{address}{found[2]}"

        return _CSS_IMPORT.sub(imported, self._urls(words, near))

    def _script(self, words: str, near: str) -> str:
        """What a script names as a module is near it; all else is near the page."""
        return _modules(
            self._urls(self._tags_in(words), self._near), lambda it: self._address(it, near)
        )

    def _urls(self, words: str, near: str) -> str:
        def url(found: re.Match[str]) -> str:
            address = self._address(unescape(found[1]).strip("\"'"), near)
            return found[0] if address is None else f"url({address})"

        return _URL.sub(url, words)

    def _address(self, named: str, near: str) -> str | None:
        """Return a file of the workspace as a ``data:`` address; ``None`` leaves it named."""
        named = unescape(named).strip()
        if _ELSEWHERE.match(named):
            return None
        place = unquote(named.partition("#")[0].partition("?")[0])
        root = "" if place.startswith("/") else near
        path = posixpath.normpath(posixpath.join(root, place.lstrip("/")))
        data = self.files.get(path)
        if data is None or path in self._within or len(self._within) == DEEPEST:
            return None
        address = self._encoded(path, data)
        if address is None:
            self._left_out[path] = None
        else:
            self._left -= len(address)
        return address

    def _encoded(self, path: str, data: bytes) -> str | None:
        """Return a file as an address; ``None`` where there is no room for it."""
        kind = media_type(path).replace(" ", "")
        named = kind.startswith((_STYLES, _MODULES))
        if len(data) > self._left:
            return None
        if named:
            # To look through it costs, whether it comes in or not.
            self._left -= len(data)
            self._within.append(path)
            words, near = data.decode("utf-8", "replace"), posixpath.dirname(path)
            look = self._style if kind.startswith(_STYLES) else self._script
            data = look(words, near).encode()
            self._within.pop()
        if len(data) * 4 // 3 > self._left:
            return None
        address = self._known.get(path)
        if address is None:
            address = f"data:{kind};base64,{b64encode(data).decode()}"
            if not named:
                self._known[path] = address
        return address if len(address) <= self._left else None


def _end_of_comment(html: str, at: int) -> int:
    end = html.find("-->", at + 2)
    return len(html) if end < 0 else end + 3


def _end_of_tag(html: str, at: int) -> int | None:
    """Where a tag ends whose name ends at ``at``; ``None`` where it never does."""
    while (found := _IN_TAG.search(html, at)) is not None:
        sign, at = found[0][-1], found.end()
        if sign == ">":
            return at
        if sign in "\"'":
            at = html.find(sign, at) + 1
            if not at:
                return None
    return None


def _attributes(tag: str) -> dict[str, re.Match[str]]:
    """The attributes of a tag by name; of several with one name the first counts."""
    known: dict[str, re.Match[str]] = {}
    for found in _ATTRIBUTE.finditer(tag):
        known.setdefault(found[1].lower(), found)
    return known


def _value(attribute: re.Match[str]) -> str:
    return attribute[3] or attribute[4] or attribute[5] or ""


def _modules(words: str, address_of: Callable[[str], str | None]) -> str:
    """Put addresses in the place of the names of modules; ``None`` leaves one named."""
    parts: list[str] = []
    at = last = 0
    for found in _MODULE.finditer(words):
        before = words[max(last, found.start() - _LONGEST_CLAUSE) : found.start()]
        last = found.end()
        address = None
        if not found[1] or _is_clause(before):
            address = address_of(found["name"])
        if address is not None:
            parts += [words[at : found.start("name")], address]
            at = found.end("name")
    return "".join([*parts, words[at:]])


def _is_clause(before: str) -> bool:
    """Whether what stands before ``from`` says what is imported or exported."""
    at = max(before.rfind("import"), before.rfind("export"))
    return at >= 0 and _CLAUSE.fullmatch(before, at + len("import")) is not None
