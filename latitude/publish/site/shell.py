"""What every page of a site has in common: its head, its policy, its way back and its foot."""

import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from latitude.compare.html.markup import Markup, join, tag
from latitude.publish.manifest import Manifest

FIRST = "index.html"
STYLE = "style.css"
POLICY = (
    "default-src 'none'; style-src 'self' file:; img-src 'self' file: data:; "
    "media-src 'self' file: data:; base-uri 'none'; form-action 'none'"
)
"""What a page may load: what lies beside it. ``file:`` is for a copy that is read from a disk."""


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another page."""

    href: str
    """From the root of the site."""
    words: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: where it lies, and what stands on it."""

    path: str
    """From the root of the site, with ``/``."""
    title: str
    body: Markup
    before: Link | None = None
    after: Link | None = None
    policy: str = POLICY
    style: Markup | None = None
    """Its own style, in the place of the site's, where nothing may be loaded."""
    extra: Markup | None = None
    """More for its head."""


BACK_AND_ON = ("The page before", "The next page")


def page_of(number: int, pages: int) -> str:
    """Return ", page 2 of 3", to stand behind a title; nothing where there is only one page."""
    return f", page {number} of {pages}" if pages > 1 else ""


def ways_around(
    place: Callable[[int], str],
    number: int,
    pages: int,
    words: tuple[str, str] = BACK_AND_ON,
) -> tuple[Link | None, Link | None]:
    """Return the ways from a page to the one before it and to the next one, where there are any.

    ``place`` gives where each page lies, from the root; they are counted from 1.
    """
    before = Link(place(number - 1), words[0]) if number > 1 else None
    after = Link(place(number + 1), words[1]) if number < pages else None
    return before, after


def to(href: str, path: str) -> str:
    """Return the address of ``href`` as a page at ``path`` names it, both from the root."""
    place, _, fragment = href.partition("#")
    near = posixpath.relpath(place, posixpath.dirname(path) or ".") if place else ""
    return quote(near) + (f"#{quote(fragment)}" if fragment else "")


class Shell:
    """Makes the whole pages of one release."""

    def __init__(self, manifest: Manifest, seen: Callable[[Sheet], None] | None = None) -> None:
        """``seen`` is told each sheet of which a page is made."""
        self._manifest = manifest
        self._seen = seen
        self._common: dict[object, _Common] = {}

    def page(self, sheet: Sheet) -> bytes:
        """Return a page as it lies in the site."""
        if self._seen is not None:
            self._seen(sheet)
        # All of it but a few words is the same on thousands of pages.
        folder = posixpath.dirname(sheet.path)
        key = (folder, sheet.policy, sheet.style, sheet.extra, sheet.path == FIRST)
        common = self._common.get(key)
        if common is None:
            common = self._common[key] = self._of(sheet)
        title = tag("title", None, f"{sheet.title} · {self._manifest.title}")
        main = tag("main", {"id": "main"}, sheet.body)
        return join(common.before, title, common.between, main, _ways(sheet), common.after).encode()

    def _of(self, sheet: Sheet) -> "_Common":
        manifest = self._manifest
        body = tag(
            "body",
            None,
            tag("a", {"class": "skip", "href": "#main"}, "To the text"),
            _top(sheet, manifest.title),
            _HERE,
            _foot(sheet, manifest.canary),
        )
        whole = tag("html", {"lang": "en"}, _head(sheet, manifest), body)
        before, between, after = f"<!doctype html>\n{whole}\n".split(_HERE)
        return _Common(Markup(before), Markup(between), Markup(after))


_HERE = Markup("\0")
"""Where the title and the content of a page stand. Nothing else of a page can hold it."""


class _Common(NamedTuple):
    """What pages in one folder have in common."""

    before: Markup
    between: Markup
    after: Markup


def _head(sheet: Sheet, manifest: Manifest) -> Markup:
    robots = "noai, noimageai" if manifest.training == "reserve" else None
    style = (
        tag("link", {"rel": "stylesheet", "href": to(STYLE, sheet.path)})
        if sheet.style is None
        else tag("style", None, sheet.style)
    )
    return tag(
        "head",
        None,
        tag("meta", {"charset": "utf-8"}),
        tag("meta", {"http-equiv": "Content-Security-Policy", "content": sheet.policy}),
        tag("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        tag("meta", {"name": "color-scheme", "content": "light dark"}),
        tag("meta", {"name": "referrer", "content": "no-referrer"}),
        # Else a browser may look up the names in a reply's links before anybody follows one.
        tag("meta", {"http-equiv": "x-dns-prefetch-control", "content": "off"}),
        tag("meta", {"name": "robots", "content": robots}) if robots else Markup(),
        tag("meta", {"name": "canary", "content": manifest.canary}),
        tag("link", {"rel": "icon", "href": "data:,"}),
        _HERE,
        style,
        sheet.extra or Markup(),
    )


def _top(sheet: Sheet, title: str) -> Markup:
    if sheet.path == FIRST:
        return Markup()
    home = tag("a", {"href": to(FIRST, sheet.path)}, title)
    return tag("header", {"class": "top"}, tag("nav", {"aria-label": "Contents"}, home))


def _ways(sheet: Sheet) -> Markup:
    ways = [
        tag("a", {"href": to(link.href, sheet.path), "rel": rel, "class": rel}, link.words)
        for rel, link in (("prev", sheet.before), ("next", sheet.after))
        if link is not None
    ]
    return tag("nav", {"class": "ways", "aria-label": "Pages"}, *ways) if ways else Markup()


def _foot(sheet: Sheet, canary: str) -> Markup:
    # Nothing here changes from version to version, so that a page stays as it is.
    about = tag("a", {"href": to("about.html", sheet.path)}, "About this archive")
    search = tag("a", {"href": to("search.html", sheet.path)}, "Search")
    # As words too: what reads the text of a page does not read its head.
    borne = tag("p", {"class": "canary"}, f"Canary {canary}")
    return tag("footer", {"class": "foot"}, tag("p", None, about, " · ", search), borne)
