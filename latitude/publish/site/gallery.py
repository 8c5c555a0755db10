"""The gallery: what was made, small, each with the session that it came from."""

from collections.abc import Iterator, Mapping, Sequence

from latitude.compare.html.markup import Markup, join, tag, whole
from latitude.journal.margin import counted
from latitude.publish.manifest import Manifest, Published
from latitude.publish.site.folder import Shown
from latitude.publish.site.places import gallery_path, session_path
from latitude.publish.site.shell import Link, Sheet, to
from latitude.publish.site.wording import signed, who

A_PAGE = 60


def gallery(works: Sequence[tuple[str, Shown]], manifest: Manifest) -> Iterator[Sheet]:
    """Yield the pages of the gallery; none where nothing was made."""
    rows = {row.id: row for row in manifest.sessions}
    pages = [works[at : at + A_PAGE] for at in range(0, len(works), A_PAGE)]
    for number, part in enumerate(pages, start=1):
        path = gallery_path(number)
        of = f", page {number} of {len(pages)}" if len(pages) > 1 else ""
        shown = [_item(rows[session], work, path) for session, work in part]
        yield Sheet(
            path=path,
            title=f"What was made{of}",
            body=join(
                tag("h1", None, "What was made"),
                tag("p", {"class": "byline"}, f"{counted(len(works), 'thing')}{of}"),
                tag("ul", {"class": "gallery"}, *shown),
            ),
            before=Link(gallery_path(number - 1), "Newer") if number > 1 else None,
            after=Link(gallery_path(number + 1), "Older") if number < len(pages) else None,
        )


def works_by_session(works: Mapping[str, Sequence[Shown]]) -> list[tuple[str, Shown]]:
    """Everything that was made, newest session first."""
    return [(name, work) for name in sorted(works, reverse=True) for work in works[name]]


def _item(row: Published, work: Shown, path: str) -> Markup:
    if work.picture is not None:
        seen = tag("img", {"src": to(work.picture, path), "alt": "", "loading": "lazy"})
    else:
        excerpt = whole(work.excerpt or f"a {work.kind}")
        seen = tag("span", {"class": "excerpt", "aria-hidden": "true"}, excerpt)
    named = tag("a", {"href": to(work.href, path)}, seen, work.title)
    session = tag("a", {"href": to(session_path(row.id), path)}, who(row))
    said = tag("span", {"class": "dim"}, f"{work.kind} · ", session, signed(row, ", signed "))
    return tag("li", None, named, said)
