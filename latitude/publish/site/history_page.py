"""The page on which the work of a session grows, commit by commit, with what each one changed."""

from collections.abc import AsyncIterator

from latitude.artifacts.orders import CommitInfo
from latitude.compare.html.markup import Markup, join, tag
from latitude.publish.publication import Edition
from latitude.publish.site.difference import difference
from latitude.publish.site.session_page import history_path, session_path
from latitude.publish.site.shell import Link, Sheet
from latitude.publish.site.wording import clock, count, who

ROOM = 150_000
"""Characters of markup; what goes beyond is counted and not shown."""


async def history_page(edition: Edition) -> Sheet | None:
    """Return the page; ``None`` where nothing was made. Raises ``RecordBroken``."""
    history = await commits_of(edition)
    if not history:
        return None
    row = edition.row
    parts: list[Markup] = []
    room = ROOM
    async for part in _parts(edition, history):
        room -= len(part)
        if room < 0:
            left = count(len(history) - len(parts), "more commit")
            parts.append(tag("p", {"class": "note"}, f"And {left}; the bag holds all of them."))
            break
        parts.append(part)
    return Sheet(
        path=history_path(row.id),
        title=f"History, {who(row)}",
        body=tag(
            "article",
            {"class": "history"},
            tag("h1", None, "How it came to be"),
            tag("p", {"class": "byline"}, tag("a", {"href": "index.html"}, who(row))),
            *parts,
        ),
        before=Link(session_path(row.id), "The session"),
    )


async def commits_of(edition: Edition) -> tuple[CommitInfo, ...]:
    """The commits of a session as they go out, oldest first."""
    tip = edition.row.tip
    return () if tip is None else await edition.repository.history(edition.row.id, tip)


async def _parts(edition: Edition, history: tuple[CommitInfo, ...]) -> AsyncIterator[Markup]:
    before = history[0].parent
    for info in history:
        pieces = [
            join(tag("h3", None, f"{one.path} · {one.status}"), difference(one.text, one.path))
            for one in await edition.repository.diff(before, info.commit)
        ]
        before = info.commit
        name = f"c-{info.commit[:12]}"
        place = tag("code", {"title": info.commit}, info.commit[:12])
        files = count(len(info.changes), "file")
        said = join(f"{clock(info.when.isoformat())} · {files} · ", place)
        yield tag(
            "section",
            {"aria-labelledby": name},
            tag("h2", {"id": name}, f"Turn {info.turn}, step {info.step}"),
            tag("p", {"class": "byline"}, said),
            *pieces,
        )
