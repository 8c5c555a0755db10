"""Pages on which chosen sessions stand beside each other, turn by turn."""

from collections.abc import Iterator, Sequence

from latitude.compare.html.markup import Markup, join, tag, whole
from latitude.core.events import BlockRecorded, MessageSent, Record
from latitude.errors import UnknownName
from latitude.publish.publication import Edition, Publication
from latitude.publish.site.fitting import weight
from latitude.publish.site.places import beside_path, session_path
from latitude.publish.site.prose import prose
from latitude.publish.site.shell import Link, Sheet, to
from latitude.publish.site.wording import day, who

ROOM = 40_000
"""Bytes of one session; the rest stands on its own page."""


def check_groups(publication: Publication) -> None:
    """Raise ``UnknownName`` when a session that the release sets beside another is not in it."""
    known = {row.id for row in publication.manifest.sessions}
    for name in (name for group in publication.release.side_by_side for name in group):
        if name not in known:
            raise UnknownName(
                f"Session {name} is to stand beside another one, and is not in the release. "
                "Nothing was written. Correct 'side_by_side' in the release file."
            )


def beside_links(publication: Publication) -> list[Link]:
    """Return a way to each of the pages, with the names of the sessions on it."""
    rows = {row.id: row for row in publication.manifest.sessions}
    return [
        Link(beside_path(number), f"Side by side: {', '.join(who(rows[name]) for name in group)}")
        for number, group in enumerate(publication.release.side_by_side, start=1)
    ]


def beside(publication: Publication) -> Iterator[Sheet]:
    """Yield a page for each group that the release names. Raises ``RecordBroken``."""
    rows = {row.id: row for row in publication.manifest.sessions}
    for number, group in enumerate(publication.release.side_by_side, start=1):
        path = beside_path(number)
        columns = [_column(publication.edition(rows[name]), path) for name in group]
        region = {"role": "region", "aria-label": "Sessions beside each other", "tabindex": "0"}
        yield Sheet(
            path=path,
            title="Side by side",
            body=join(
                tag("h1", None, "Side by side"), tag("div", {"class": "beside", **region}, *columns)
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
    for author, words in _said(edition.matter.records):
        part = _part(author, words) if len(words) <= room else None
        if part is None or weight(part) > room:
            parts.append(tag("p", {"class": "note"}, "The rest stands on its own page."))
            break
        room -= weight(part)
        parts.append(part)
    parts.append(tag("p", {"class": "ending"}, row.ended))
    return tag("section", None, *parts)


def _part(author: str | None, words: str) -> Markup:
    if author is None:
        return tag("div", {"class": "reply"}, prose(words))
    voice = tag("p", {"class": "voice"}, author)
    return tag("div", {"class": "ours"}, voice, tag("div", {"class": "plain"}, whole(words)))


def _said(records: Sequence[Record]) -> list[tuple[str | None, str]]:
    """What was said, in order: by us with the author's name, or by the model with none."""
    said: list[tuple[str | None, str]] = []
    for record in records:
        match record.event:
            case MessageSent() as message:
                said.append((message.author, message.text))
            case BlockRecorded(kind="text", continues=True) as block if said:
                said[-1] = (said[-1][0], said[-1][1] + block.text)
            case BlockRecorded(kind="text") as block:
                said.append((None, block.text))
            case _:
                continue
    return [(author, words) for author, words in said if words.strip()]
