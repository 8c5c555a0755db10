"""What every page of a site has in common: its head, its policy, its way back and its foot."""

import posixpath
from dataclasses import dataclass
from urllib.parse import quote

from latitude.compare.html.markup import Markup, tag
from latitude.publish.manifest import Manifest

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


def to(href: str, path: str) -> str:
    """Return the address of ``href`` as a page at ``path`` names it, both from the root."""
    place, _, fragment = href.partition("#")
    near = posixpath.relpath(place, posixpath.dirname(path) or ".") if place else ""
    return quote(near) + (f"#{quote(fragment)}" if fragment else "")


def render(sheet: Sheet, manifest: Manifest) -> str:
    """Return the whole page, to be kept as UTF-8."""
    main = tag("main", {"id": "main"}, sheet.body)
    body = tag(
        "body",
        None,
        tag("a", {"class": "skip", "href": "#main"}, "To the text"),
        _top(sheet, manifest),
        main,
        _ways(sheet),
        _foot(sheet),
    )
    return "<!doctype html>\n" + tag("html", {"lang": "en"}, _head(sheet, manifest), body) + "\n"


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
        tag("meta", {"name": "robots", "content": robots}) if robots else Markup(),
        tag("meta", {"name": "canary", "content": manifest.canary}),
        tag("link", {"rel": "icon", "href": "data:,"}),
        tag("title", None, f"{sheet.title} · {manifest.title}"),
        style,
        sheet.extra or Markup(),
    )


def _top(sheet: Sheet, manifest: Manifest) -> Markup:
    if sheet.path == "index.html":
        return Markup()
    home = tag("a", {"href": to("index.html", sheet.path)}, manifest.title)
    return tag("header", {"class": "top"}, tag("nav", {"aria-label": "Contents"}, home))


def _ways(sheet: Sheet) -> Markup:
    ways = [
        tag("a", {"href": to(link.href, sheet.path), "rel": rel, "class": rel}, link.words)
        for rel, link in (("prev", sheet.before), ("next", sheet.after))
        if link is not None
    ]
    return tag("nav", {"class": "ways", "aria-label": "Pages"}, *ways) if ways else Markup()


def _foot(sheet: Sheet) -> Markup:
    # Nothing here changes from version to version, so that a page stays as it is.
    about = tag("a", {"href": to("about.html", sheet.path)}, "About this archive")
    search = tag("a", {"href": to("search.html", sheet.path)}, "Search")
    return tag("footer", {"class": "foot"}, tag("p", None, about, " · ", search))
