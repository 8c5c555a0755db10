"""Pages on which chosen sessions stand beside each other, a row for each turn."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from latitude.compare.html.markup import Markup, join, tag
from latitude.core.events import BlockRecorded, MessageSent, Record
from latitude.errors import UnknownName
from latitude.publish.manifest import Published
from latitude.publish.publication import Edition, Publication
from latitude.publish.site.fitting import weight
from latitude.publish.site.places import beside_path, session_path
from latitude.publish.site.shell import Link, Sheet, to
from latitude.publish.site.voices import Voices
from latitude.publish.site.wording import clock, made, told_apart

ROOM = 40_000
"""Bytes of one session; the rest stands on its own page."""
LEFT_OUT = (
    "Here stands what was said and thought. Calls of tools and their answers, commits, and all "
    "else from the margin are left out; the session's own page has them."
)


def check_groups(publication: Publication) -> None:
    """Raise ``UnknownName`` when a session that the release sets beside another is not in it."""
    known = {row.id for row in publication.manifest.sessions}
    for name in (name for group in publication.release.side_by_side for name in group):
        if name not in known:
            raise UnknownName(
                f"Session {name} is to stand beside another one, and is not in the release. "
                "Nothing was written. Correct 'side_by_side' in the release file."
            )


def _groups(
    publication: Publication,
) -> Iterator[tuple[str, Sequence[Published], Mapping[str, str]]]:
    """Where the page of each group lies, its sessions, and a name for each of them."""
    rows = {row.id: row for row in publication.manifest.sessions}
    for number, group in enumerate(publication.release.side_by_side, start=1):
        some = [rows[name] for name in group]
        yield beside_path(number), some, told_apart(some)


def beside_links(publication: Publication) -> list[Link]:
    """Return a way to each of the pages, with the names of the sessions on it."""
    return [
        Link(path, f"Side by side: {'; '.join(names.values())}")
        for path, _, names in _groups(publication)
    ]


def beside(publication: Publication) -> Iterator[Sheet]:
    """Yield a page for each group that the release names. Raises ``RecordBroken``."""
    for path, rows, names in _groups(publication):
        columns = [_column(publication.edition(row), names[row.id], path) for row in rows]
        turns = sorted({number for column in columns for number in column.turns})
        heads = [column.head for column in columns]
        yield Sheet(
            path=path,
            title=f"{'; '.join(names.values())}: side by side",
            body=join(
                tag("h1", None, "Side by side"),
                tag("p", {"class": "note"}, LEFT_OUT),
                tag(
                    "div",
                    {"class": "beside"},
                    tag("div", {"class": "cells names"}, *heads),
                    *(_row(number, columns) for number in turns),
                    _cells("the-end", "The end", columns, [[one.end] for one in columns]),
                ),
            ),
        )


@dataclass(frozen=True, slots=True)
class _Column:
    """One session: what stands over it, in each of its turns, and at its end."""

    name: str
    head: Markup
    turns: Mapping[int, Sequence[Markup]]
    end: Markup


@dataclass(frozen=True, slots=True)
class _OwnPage:
    """What is too long to stand here is on the session's own page, or beside that."""

    address: str

    def text(self, words: str) -> str:  # noqa: ARG002
        """Return the address of the session."""
        return self.address

    def picture(self, blob: str) -> str | None:  # noqa: ARG002
        """Return ``None``: no pictures stand here."""
        return None

    def words(self, blob: str) -> str:  # noqa: ARG002
        """Return nothing: no answers of tools stand here."""
        return ""


def _column(edition: Edition, name: str, path: str) -> _Column:
    row = edition.row
    address = to(session_path(row.id), path)
    turns: dict[int, list[Markup]] = {}
    room = ROOM
    for number, part in _said(edition.matter.records, Voices({}, _OwnPage(address))):
        room -= weight(part)
        if room < 0:
            link = tag("a", {"href": address}, "its own page")
            part = tag("p", {"class": "note"}, "The rest of this session stands on ", link, ".")
        turns.setdefault(number, []).append(part)
        if room < 0:
            break
    told = f"{row.protocol} · {clock(row.opened)} · {made(row)}"
    head = tag("h2", None, tag("a", {"href": address}, name))
    return _Column(
        name,
        tag("div", None, head, tag("p", {"class": "byline"}, told)),
        turns,
        tag("p", {"class": "ending"}, row.ended),
    )


def _said(records: Sequence[Record], voices: Voices) -> Iterator[tuple[int, Markup]]:
    """What was said and thought, piece by piece, with the turn that it stands in."""
    number = 0
    for record in records:
        event = record.event
        if isinstance(event, MessageSent) and event.turn != number:
            yield from ((number, part) for part in voices.rest())
            number = event.turn
        words = isinstance(event, BlockRecorded) and event.kind in ("text", "thinking")
        if words or isinstance(event, MessageSent):
            yield from ((number, part) for part in voices.parts(record))
    yield from ((number, part) for part in voices.rest())


def _row(number: int, columns: Sequence[_Column]) -> Markup:
    parts = [column.turns.get(number, ()) for column in columns]
    return _cells(f"turn-{number}", f"Turn {number}", columns, parts)


def _cells(
    anchor: str, title: str, columns: Sequence[_Column], parts: Sequence[Sequence[Markup]]
) -> Markup:
    cells = [
        tag(
            "div",
            {"class": "cell", "role": "group", "aria-label": column.name},
            tag("p", {"class": "voice whose"}, column.name),
            *part,
        )
        if part
        else tag("div", {"class": "cell none"})
        for column, part in zip(columns, parts, strict=True)
    ]
    head = tag("h2", {"id": anchor}, title)
    inner = tag("div", {"class": "cells"}, *cells)
    return tag("section", {"class": "row", "aria-labelledby": anchor}, head, inner)
