"""The pages on which the work of a session grows, commit by commit, with what each one changed."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

from latitude.artifacts.orders import CommitInfo, FileDiff
from latitude.compare.html.markup import Markup, join, tag
from latitude.compare.words import label
from latitude.core.text import counted
from latitude.publish.publication import Edition
from latitude.publish.site.difference import difference
from latitude.publish.site.fitting import weight
from latitude.publish.site.places import session_path
from latitude.publish.site.shell import Link, Sheet, page_of, ways_around
from latitude.publish.site.wording import clock, who

ROOM = 120_000
"""Bytes of commits on one page."""
A_COMMIT = 60_000
"""Bytes of one commit; of a larger one the first files are shown, and the others counted."""


@dataclass(frozen=True, slots=True)
class History:
    """The pages of a session's commits, and where on them each commit stands."""

    sheets: Sequence[Sheet] = ()
    """None where nothing was made."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Addresses, as the session's own pages name them, by commit."""


async def history_pages(edition: Edition) -> History:
    """Return the pages. Raises ``RecordBroken``."""
    if edition.row.tip is None:
        return History()
    session = edition.row.id
    commits = await edition.repository.history(session, edition.row.tip)
    pages: list[list[Markup]] = [[]]
    places: dict[str, str] = {}
    room = ROOM
    async for info, part in _parts(edition, commits):
        size = weight(part)
        if pages[-1] and size > room:
            pages.append([])
            room = ROOM
        pages[-1].append(part)
        room -= size
        places[info.commit] = f"{_name(len(pages))}#{_anchor(info)}"
    sheets = [_sheet(edition, number, pages) for number in range(1, len(pages) + 1)]
    return History(sheets, places)


def _name(number: int) -> str:
    return "history.html" if number == 1 else f"history-{number}.html"


def _anchor(info: CommitInfo) -> str:
    return f"c-{info.commit[:12]}"


def _sheet(edition: Edition, number: int, pages: Sequence[Sequence[Markup]]) -> Sheet:
    session, row = edition.row.id, edition.row
    folder = f"sessions/{session}"
    of = page_of(number, len(pages))
    before, after = ways_around(lambda one: f"{folder}/{_name(one)}", number, len(pages))
    return Sheet(
        path=f"{folder}/{_name(number)}",
        title=f"History, {who(row)}{of}",
        body=tag(
            "article",
            {"class": "history"},
            tag("h1", None, "How it came to be"),
            tag("p", {"class": "byline"}, tag("a", {"href": "index.html"}, who(row)), of),
            *pages[number - 1],
        ),
        before=before or Link(session_path(session), "The session"),
        after=after,
    )


async def _parts(
    edition: Edition, commits: Sequence[CommitInfo]
) -> AsyncIterator[tuple[CommitInfo, Markup]]:
    before = commits[0].parent if commits else None
    for info in commits:
        diffs = await edition.repository.diff(before, info.commit)
        before = info.commit
        place = tag("code", {"title": info.commit}, info.commit[:12])
        files = counted(len(info.changes), "file")
        yield (
            info,
            tag(
                "section",
                {"aria-labelledby": _anchor(info)},
                tag("h2", {"id": _anchor(info)}, f"Turn {info.turn}, step {info.step}"),
                tag(
                    "p",
                    {"class": "byline"},
                    f"{clock(info.when.isoformat())} · {files} · ",
                    place,
                ),
                *_changes(diffs),
            ),
        )


def _changes(diffs: Sequence[FileDiff]) -> list[Markup]:
    parts: list[Markup] = []
    room = A_COMMIT
    for one in diffs:
        heading = tag("h3", None, f"{label(one.path)} · {one.status}")
        part = join(heading, difference(one.text, one.path))
        room -= weight(part)
        if room < 0:
            left = counted(len(diffs) - len(parts), "more file")
            said = f"{left} of this commit, too long to stand here; the bag holds all of it."
            return [*parts, tag("p", {"class": "note"}, said)]
        parts.append(part)
    return parts
