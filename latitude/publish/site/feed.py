"""The feed of a site (Atom, RFC 4287): its newest sessions."""

from datetime import datetime

from latitude.compare.html.markup import Markup, join, tag
from latitude.publish.manifest import Manifest, Published
from latitude.publish.site.places import session_path
from latitude.publish.site.wording import Names, made

FILE = "feed.xml"
NEWEST = 50


def feed(manifest: Manifest) -> bytes:
    """Return the feed. Without an address of the site its links lead nowhere but beside it."""
    root = manifest.url or ""
    closed = [row.closed for row in manifest.sessions]
    # The one that began last need not be the one that ended last.
    updated = max(closed, key=datetime.fromisoformat, default=f"{manifest.released}T00:00:00Z")
    names = Names(manifest.sessions)
    entries = [_entry(row, manifest, root, names) for row in reversed(manifest.sessions[-NEWEST:])]
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


def _entry(row: Published, manifest: Manifest, root: str, names: Names) -> Markup:
    said = f"{names.protocol(row)} · {made(row)} · {row.how}"
    return tag(
        "entry",
        None,
        tag("title", None, f"{names.model(row)}: {row.how}"),
        tag("id", None, f"urn:uuid:{manifest.canary}#{row.id}"),
        tag("published", None, row.opened),
        tag("updated", None, row.closed),
        _way(f"{root}{session_path(row.id)}"),
        tag("summary", None, said),
    )


def _way(href: str, rel: str = "alternate") -> Markup:
    return tag("link", {"rel": rel, "href": href})
