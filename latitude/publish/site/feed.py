"""The feed of a site (Atom, RFC 4287): its newest sessions."""

from latitude.compare.html.markup import Markup, join, tag
from latitude.publish.manifest import Manifest, Published
from latitude.publish.site.places import session_path
from latitude.publish.site.wording import made, who

FILE = "feed.xml"
NEWEST = 50


def feed(manifest: Manifest) -> bytes:
    """Return the feed. Without an address of the site its links lead nowhere but beside it."""
    root = manifest.url or ""
    entries = [_entry(row, manifest, root) for row in reversed(manifest.sessions[-NEWEST:])]
    updated = (
        manifest.sessions[-1].closed if manifest.sessions else f"{manifest.released}T00:00:00Z"
    )
    body = join(
        tag("title", None, manifest.title),
        tag("id", None, f"urn:uuid:{manifest.canary}"),
        tag("updated", None, updated),
        tag("author", None, tag("name", None, ", ".join(manifest.authors))),
        tag("rights", None, manifest.license),
        _way(root or "index.html"),
        *([_way(f"{root}{FILE}", "self")] if root else []),
        *entries,
    )
    whole = tag("feed", {"xmlns": "http://www.w3.org/2005/Atom"}, body)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{whole}\n'.encode()


def _entry(row: Published, manifest: Manifest, root: str) -> Markup:
    said = f"{row.protocol} · {made(row)} · {row.how}"
    return tag(
        "entry",
        None,
        tag("title", None, f"{who(row)}: {row.how}"),
        tag("id", None, f"urn:uuid:{manifest.canary}#{row.id}"),
        tag("published", None, row.opened),
        tag("updated", None, row.closed),
        _way(f"{root}{session_path(row.id)}"),
        tag("summary", None, said),
    )


def _way(href: str, rel: str = "alternate") -> Markup:
    return tag("link", {"rel": rel, "href": href})
