"""The gallery: what was made, small, with the session that it came from."""

from collections.abc import Iterator, Mapping, Sequence

from latitude.compare.html.markup import Markup, join, tag, whole
from latitude.core.text import counted
from latitude.index.measures import kind_of
from latitude.publish.manifest import Manifest, Published
from latitude.publish.site.fitting import fill
from latitude.publish.site.folder import Shown
from latitude.publish.site.places import gallery_path, session_path
from latitude.publish.site.shell import Sheet, page_of, to, ways_around
from latitude.publish.site.wording import clock, signed, who

ROOM = 60_000
"""Bytes of things on one page, and with them the number of pictures that it loads."""
TOGETHER = 24
"""Things of one session that stand together; of a session with more, the next ones follow."""
MOST_NAMED = 20
"""Files of code that are named under their session, whose own page names all."""
_CODE = ("style", "program", "data")


def is_code(work: Shown) -> bool:
    """Whether a work is a text for machines: a style, a program or data, and no prose or page."""
    return work.kind == "text" and kind_of(work.path) in _CODE


def headline(works: Sequence[Shown]) -> str | None:
    """What a session is known by in a list: its first page, or else what is nearest to one."""
    ranks = ("page", "picture", "sound", "text")
    by_rank = sorted(works, key=lambda work: (is_code(work), ranks.index(work.kind)))
    return by_rank[0].title if by_rank else None


def gallery(works: Mapping[str, Sequence[Shown]], manifest: Manifest) -> Iterator[Sheet]:
    """Yield the pages of the gallery, newest session first; none where nothing was made.

    ``works`` are what each session made.
    """
    rows = [row for row in reversed(manifest.sessions) if works.get(row.id)]
    if not rows:
        return
    number_of = sum(not is_code(work) for row in rows for work in works[row.id])
    # All pages lie in one folder, so that each can lead where the first does.
    pages = list(fill((part for row in rows for part in _sections(row, works[row.id])), ROOM))
    for number, part in enumerate(pages, start=1):
        of = page_of(number, len(pages))
        before, after = ways_around(gallery_path, number, len(pages), ("Newer", "Older"))
        yield Sheet(
            path=gallery_path(number),
            title=f"What was made{of}",
            body=join(
                tag("h1", None, "What was made"),
                tag("p", {"class": "byline"}, f"{counted(number_of, 'thing')}{of}"),
                *part,
            ),
            before=before,
            after=after,
        )


def _sections(row: Published, works: Sequence[Shown]) -> Iterator[Markup]:
    things = [work for work in works if not is_code(work)]
    code = [work for work in works if is_code(work)]
    name = f"{who(row)}, {clock(row.opened)}"
    link = tag("a", {"href": _to(session_path(row.id))}, name)
    head = tag("h2", None, link, signed(row, ", signed "))
    for at in range(0, len(things) or 1, TOGETHER):
        items = [_item(work) for work in things[at : at + TOGETHER]]
        shown = tag("ul", {"class": "gallery"}, *items) if items else Markup()
        last = at + TOGETHER >= len(things)
        yield tag(
            "section", {"class": "made"}, head, shown, _named(code) if last and code else Markup()
        )


def _item(work: Shown) -> Markup:
    title = tag("span", {"class": "title"}, work.title)
    if work.picture is not None:
        seen = tag("img", {"src": _to(work.picture), "alt": "", "loading": "lazy"})
        named = join(seen, title)
    elif work.kind == "text" and work.excerpt:
        excerpt = tag("span", {"class": "excerpt", "aria-hidden": "true"}, whole(work.excerpt))
        named = join(excerpt, title)
    else:
        # Nobody looked at the page, or it is to be heard: its title is all that can be shown.
        named = tag("span", {"class": "cover"}, title)
    said = tag("span", {"class": "dim"}, "prose" if work.kind == "text" else work.kind)
    return tag("li", None, tag("a", {"href": _to(work.href)}, named), said)


def _named(code: Sequence[Shown]) -> Markup:
    links = [tag("a", {"href": _to(work.href)}, work.title) for work in code[:MOST_NAMED]]
    between = [piece for link in links for piece in (", ", link)][1:]
    more = f", and {len(code) - MOST_NAMED:,} more" if len(code) > MOST_NAMED else ""
    return tag("p", {"class": "note"}, "Code: ", *between, more)


def _to(href: str) -> str:
    return to(href, gallery_path(1))
