"""Pages on which chosen sessions stand beside each other, turn by turn."""

from collections.abc import Iterator

from latitude.compare.html.markup import Markup, join, tag, whole
from latitude.core.events import BlockRecorded, MessageSent
from latitude.errors import UnknownName
from latitude.publish.publication import Edition, Publication
from latitude.publish.site.prose import prose
from latitude.publish.site.session_page import session_path
from latitude.publish.site.shell import Sheet, to
from latitude.publish.site.wording import day, who

ROOM = 40_000
"""Characters of markup of one session; the rest stands on its own page."""


def beside_path(number: int) -> str:
    """Where such a page lies; counted from 1."""
    return f"side-by-side/{number}.html"


def beside(publication: Publication) -> Iterator[Sheet]:
    """Yield a page for each group that the release names.

    Raises ``UnknownName`` when a session of a group is not in the release.
    """
    rows = {row.id: row for row in publication.manifest.sessions}
    for number, group in enumerate(publication.release.side_by_side, start=1):
        for name in group:
            if name not in rows:
                raise UnknownName(
                    f"Session {name} is to stand beside another one, and is not in the release. "
                    "Nothing was published. Correct 'side_by_side' in the release file."
                )
        path = beside_path(number)
        columns = [_column(publication.edition(rows[name]), path) for name in group]
        yield Sheet(
            path=path,
            title="Side by side",
            body=join(
                tag("h1", None, "Side by side"),
                tag(
                    "div",
                    {
                        "class": "beside",
                        "tabindex": "0",
                        "role": "region",
                        "aria-label": "Sessions beside each other",
                    },
                    *columns,
                ),
            ),
        )


def _column(edition: Edition, path: str) -> Markup:
    row = edition.row
    link = tag("a", {"href": to(session_path(row.id), path)}, who(row))
    parts = [
        tag("h2", None, link),
        tag("p", {"class": "byline"}, f"{row.protocol} · {day(row.opened)}"),
    ]
    room = ROOM
    for record in edition.matter.records:
        match record.event:
            case MessageSent() as message:
                voice = tag("p", {"class": "voice"}, message.author)
                words = tag("div", {"class": "plain"}, whole(message.text))
                part = tag("div", {"class": "ours"}, voice, words)
            case BlockRecorded(kind="text") as block if block.text.strip():
                part = tag("div", {"class": "reply"}, prose(block.text))
            case _:
                continue
        room -= len(part)
        if room < 0:
            parts.append(tag("p", {"class": "note"}, "The rest stands on its own page."))
            break
        parts.append(part)
    parts.append(tag("p", {"class": "ending"}, row.ended))
    return tag("section", None, *parts)
