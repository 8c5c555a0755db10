"""A page that a model made, with the files beside it drawn into it, so that it needs no other.

On a site it lives in a frame that can load nothing. What it names of its own workspace (a style
sheet, a script, a picture, a font) is put into it as ``data:`` addresses; anything else stays
named, and does not come.
"""

import base64
import mimetypes
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote

MOST = 4_000_000
"""Bytes that are put into one page; more would make it slow to open."""

_TAG = re.compile(
    r"<(?:link|script|img|source|audio|video|image|use|input|track|embed)\b[^>]{0,5000}>",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"(\b(?:src|href|poster|xlink:href)\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s>\"']+)", re.IGNORECASE
)
_STYLE = re.compile(r"(<style\b[^>]{0,2000}>)(.*?)(</style)", re.IGNORECASE | re.DOTALL)
_URL = re.compile(r"url\(\s*(\"[^\"]{0,2000}\"|'[^']{0,2000}'|[^)\s\"']{1,2000})\s*\)")
_IMPORT = re.compile(r"@import\s+(\"[^\"]{0,2000}\"|'[^']{0,2000}')")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#|$", re.IGNORECASE)
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".woff2": "font/woff2"}


@dataclass(slots=True)
class Inliner:
    """Puts the files of one workspace into its pages."""

    files: Mapping[str, bytes]
    """By path."""
    _left: int = field(default=MOST)

    def page(self, html: str, path: str) -> str:
        """Return the page at ``path``, whose text is ``html``, with what it names put into it."""
        self._left = MOST
        near = posixpath.dirname(path)
        styled = _STYLE.sub(lambda it: it[1] + self._css(it[2], near) + it[3], html)
        return _TAG.sub(lambda it: self._tag(it[0], near), styled)

    def _tag(self, tag: str, near: str) -> str:
        return _REFERENCE.sub(lambda it: it[1] + self._attribute(it[2], near), tag)

    def _attribute(self, value: str, near: str) -> str:
        bare = value[1:-1] if value[:1] in "\"'" else value
        address = self._address(unescape(bare), near)
        return value if address is None else f'"{address}"'

    def _css(self, css: str, near: str) -> str:
        def put(found: re.Match[str], shape: str) -> str:
            address = self._address(found[1].strip("\"'"), near)
            return found[0] if address is None else shape.format(address)

        css = _URL.sub(lambda it: put(it, 'url("{}")'), css)
        return _IMPORT.sub(lambda it: put(it, '@import "{}"'), css)

    def _address(self, named: str, near: str) -> str | None:
        """Return a file of the workspace as a ``data:`` address; ``None`` leaves it named."""
        named = named.strip()
        if _ELSEWHERE.match(named):
            return None
        place = unquote(named.partition("#")[0].partition("?")[0])
        path = posixpath.normpath(posixpath.join(near, place.lstrip("/")))
        data = self.files.get(path)
        if data is None or len(data) > self._left:
            return None
        self._left -= len(data)
        ending = posixpath.splitext(path)[1].lower()
        media_type = _TYPES.get(ending) or mimetypes.guess_type(path)[0] or "text/plain"
        if media_type == "text/css":
            css = self._css(data.decode("utf-8", "replace"), posixpath.dirname(path))
            data = css.encode()
        return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
