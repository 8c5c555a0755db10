"""A page that a model made, with the files beside it drawn into it, so that it needs no other.

On a site it lives in a frame that can load nothing. What it names of its own workspace, in its
HTML, its styles and its modules (a style sheet, a script, a picture, a font), is put into it as
``data:`` addresses. Anything else stays named, and does not come: what a script builds the name of,
modules that import each other in a circle, and what another workspace or the network has.
"""

import base64
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote

from latitude.workspace.browser.serving import media_type

MOST = 4_000_000
"""Characters that are put into one page; more would make it slow to open."""
DEEPEST = 5
"""Files within files: each level makes what lies in it a third longer."""

_TAG = re.compile(
    r"<(?:link|script|img|source|audio|video|image|input|track)\b[^>]{0,5000}>", re.IGNORECASE
)
_REFERENCE = re.compile(
    r"(\b(?:src|href|poster)\s*=\s*)(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))", re.IGNORECASE
)
_STYLE_SHEET = re.compile(r"\brel\s*=\s*[\"']?\s*stylesheet\b", re.IGNORECASE)
_MEDIA = re.compile(r"\bmedia\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>\"']+)", re.IGNORECASE)
_URL = re.compile(r"\burl\(\s*(\"[^\"\n]{0,2000}\"|'[^'\n]{0,2000}'|[^)\s\"']{1,2000})\s*\)")
_IMPORT = re.compile(r"(@import\s*|\bfrom\s*|\bimport\s*\(?\s*)([\"'])([^\"'\n]{1,2000})\2")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#|$", re.IGNORECASE)
_NAMING = ("text/css", "text/javascript")
"""Types of files in which other files are named."""


@dataclass(slots=True)
class Inliner:
    """Puts the files of one workspace into its pages."""

    files: Mapping[str, bytes]
    """By path."""
    _left: int = MOST
    _within: list[str] = field(default_factory=list)
    """The files that are being put into each other."""

    def page(self, html: str, path: str) -> str:
        """Return the page at ``path``, whose text is ``html``, with what it names put into it."""
        self._left = MOST
        near = posixpath.dirname(path)
        return _TAG.sub(lambda it: self._tag(it[0], near), self._named(html, near))

    def _tag(self, tag: str, near: str) -> str:
        if tag[:5].lower() == "<link":
            return self._link(tag, near)
        return _REFERENCE.sub(lambda it: self._attribute(it, near), tag)

    def _link(self, tag: str, near: str) -> str:
        """A style sheet of the workspace becomes a style: in the frame there are no links."""
        found = _REFERENCE.search(tag) if _STYLE_SHEET.search(tag) else None
        address = self._address(found[2] or found[3] or found[4] or "", near) if found else None
        if address is None:
            return tag
        media = _MEDIA.search(tag)
        return f'<style {media[0] if media else ""}>@import "{address}";</style>'

    def _attribute(self, found: re.Match[str], near: str) -> str:
        value = found[2] or found[3] or found[4] or ""
        address = self._address(value, near)
        if address is None:
            return found[0]
        # Its quotes stay as they are, for all of it may stand within a text of a script.
        start, quote = found[0][: found.end(1) - found.start()], "" if found[4] else found[0][-1]
        return f"{start}{quote}{address}{quote}"

    def _named(self, words: str, near: str) -> str:
        """Put in what is named as styles and modules do it: such words stand anywhere in a page."""

        def url(found: re.Match[str]) -> str:
            address = self._address(unescape(found[1]).strip("\"'"), near)
            return found[0] if address is None else f"url({address})"

        def imported(found: re.Match[str]) -> str:
            address = self._address(found[3], near)
            return found[0] if address is None else f"{found[1]}{found[2]}{address}{found[2]}"

        return _IMPORT.sub(imported, _URL.sub(url, words))

    def _address(self, named: str, near: str) -> str | None:
        """Return a file of the workspace as a ``data:`` address; ``None`` leaves it named."""
        named = unescape(named).strip()
        if _ELSEWHERE.match(named):
            return None
        place = unquote(named.partition("#")[0].partition("?")[0])
        root = "" if place.startswith("/") else near
        path = posixpath.normpath(posixpath.join(root, place.lstrip("/")))
        data = self.files.get(path)
        if data is None or len(data) > self._left:
            return None
        if path in self._within or len(self._within) == DEEPEST:
            return None
        kind = media_type(path).replace(" ", "")
        if kind.startswith(_NAMING):
            # To look through it costs, whether it comes in or not.
            self._left -= len(data)
            self._within.append(path)
            words = data.decode("utf-8", "replace")
            data = self._named(words, posixpath.dirname(path)).encode()
            self._within.pop()
        address = f"data:{kind};base64,{base64.b64encode(data).decode()}"
        if len(address) > self._left:
            return None
        self._left -= len(address)
        return address
