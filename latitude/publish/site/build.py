"""A whole site from a publication: every page of it, and nothing written that did not change."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import count, takewhile
from pathlib import Path

import msgspec

from latitude import __version__
from latitude.errors import HomeUnusable
from latitude.index.follow import Progress
from latitude.publish.given import given_words
from latitude.publish.manifest import FILE as MANIFEST
from latitude.publish.manifest import Published, encode_manifest
from latitude.publish.optout import reservation, robots
from latitude.publish.publication import Publication
from latitude.publish.site.about import about
from latitude.publish.site.beside import beside, beside_links, check_groups
from latitude.publish.site.feed import FILE as FEED
from latitude.publish.site.feed import feed
from latitude.publish.site.folder import Shown, SiteFolder, open_folder
from latitude.publish.site.gallery import gallery, headline
from latitude.publish.site.held import all_held_back, held_back, tombstones
from latitude.publish.site.lists import Lists
from latitude.publish.site.living import guard
from latitude.publish.site.places import given_path, is_transcript, session_path
from latitude.publish.site.protocol_page import protocol_words
from latitude.publish.site.search import (
    SCRIPT,
    Words,
    script,
    search_page,
    segment,
    segment_path,
    segments_of,
    words_of,
    words_of_pages,
)
from latitude.publish.site.session_files import SessionFiles
from latitude.publish.site.session_page import Neighbours
from latitude.publish.site.shell import STYLE, Link, Sheet, Shell
from latitude.publish.site.style import style
from latitude.publish.site.wording import clock, who

VERSION = 3
"""Raised when pages are made otherwise, so that all of them are made anew; a new latitude makes
them anew at any rate."""
STATE = "site.json"


@dataclass(frozen=True, slots=True)
class Built:
    """What became of a site."""

    folder: Path
    pages: int
    written: tuple[str, ...]
    removed: tuple[str, ...]


async def build(
    publication: Publication,
    folder: Path,
    *,
    dry: bool = False,
    progress: Progress | None = None,
) -> Built:
    """Make the site in ``folder``; with ``dry`` find out what would be written, and write nothing.

    Raises ``UsageError`` (the folder holds something else), ``UnknownName`` (a session that is to
    stand beside another is not in the release), ``RecordBroken`` or ``HomeUnusable``.
    """
    check_groups(publication)
    manifest = publication.manifest
    state = publication.home.releases / manifest.name / STATE
    site = open_folder(folder, state, manifest, dry=dry)
    maker = _Maker(publication, site)
    # First, for it tells that the folder is a site, though publishing be stopped halfway.
    site.put(MANIFEST, encode_manifest(manifest))
    done = 0
    parts = segments_of(manifest.sessions)
    for number, part in enumerate(parts, start=1):
        for row in part:
            await maker.session(row)
            done += 1
            if progress is not None:
                progress(done, len(manifest.sessions))
        maker.segment(number, part)
    maker.lists()
    maker.rest(len(parts))
    site.finish()
    pages = sum(path.endswith(".html") for path in site.after.files)
    return Built(site.folder, pages, tuple(sorted(site.written)), tuple(site.removed))


class _Maker:
    """Makes the pages: first each session and its segment of the search, then what leads to them.

    Each method raises as :func:`build` does.
    """

    def __init__(self, publication: Publication, site: SiteFolder) -> None:
        self._publication = publication
        self._manifest = publication.manifest
        self._site = site
        self._bodies: dict[str, str] = {}
        """Of the pages of the session that is being made, by their paths."""
        self._shell = Shell(publication.manifest, self._saw)
        # Not what the manifest says: without a change, a newer latitude makes no new one.
        self._code = f"{VERSION} {__version__}"
        self._common = _digest(
            self._code,
            self._manifest.title,
            self._manifest.canary,
            self._manifest.training,
            style(),
            guard(),
        )
        self._neighbours = _neighbours(publication)
        self._works: dict[str, tuple[Shown, ...]] = {}
        self._words: dict[str, Sequence[Words]] = {}
        """Of sessions that were read, until they stand in their segment of the search."""

    async def session(self, row: Published) -> None:
        """Make the pages of a session, unless they are there and would be the same."""
        neighbours = self._neighbours[row.id]
        key = _digest(self._common, msgspec.json.encode(row).decode(), repr(neighbours))
        known = self._site.before.sessions.get(row.id)
        if known is None or known.key != key or not self._site.keep(known.files):
            edition = self._publication.edition(row)
            self._bodies.clear()
            known = await SessionFiles(self._site, self._shell, edition).make(neighbours, key)
            bodies = [self._bodies[path] for path in _pages(row.id, self._bodies)]
            self._words[row.id] = words_of_pages(edition.matter.records, bodies)
        self._site.after.sessions[row.id] = known
        self._works[row.id] = known.works

    def _saw(self, sheet: Sheet) -> None:
        if is_transcript(sheet.path):
            self._bodies[sheet.path] = sheet.body

    def lists(self) -> None:
        """Make the pages that lead to sessions, and those in the place of what is held back."""
        manifest = self._manifest
        titles = {name: headline(works) for name, works in self._works.items()}
        lists = Lists(manifest, {name: title for name, title in titles.items() if title})
        for sheet in (
            lists.front(beside_links(self._publication), gallery=any(self._works.values())),
            *lists.all_sessions(held_back(manifest)),
            *all_held_back(manifest),
            *tombstones(manifest),
            *lists.models(),
            *lists.protocols(),
            *gallery(self._works, manifest),
            *beside(self._publication),
            about(manifest),
        ):
            self._page(sheet)
        self._protocols(lists)

    def _protocols(self, lists: Lists) -> None:
        by_given: dict[str, list[Published]] = {}
        for row in self._manifest.sessions:
            by_given.setdefault(row.given, []).append(row)
        for rows in by_given.values():
            opened = self._publication.edition(rows[0]).matter.opened
            self._put(given_path(rows[0]), given_words(opened))
            for sheet in lists.protocol(rows, protocol_words(rows[0], opened)):
                self._page(sheet)

    def segment(self, number: int, rows: Sequence[Published]) -> None:
        """Make a segment of the search, unless it is there and would be the same."""
        path = segment_path(number)
        key = _digest(self._code, *(msgspec.json.encode(row).decode() for row in rows))
        if self._site.before.parts.get(path) != key or not self._site.keep([path]):
            self._put(path, segment(number, [(row, self._words_of(row)) for row in rows]))
        self._site.after.parts[path] = key
        self._words.clear()

    def _words_of(self, row: Published) -> Sequence[Words]:
        known = self._words.get(row.id)
        if known is not None:
            return known
        records = self._publication.edition(row).matter.records
        pages = _pages(row.id, self._site.after.sessions[row.id].files)
        if len(pages) == 1:
            return [words_of(records)]
        # They were kept, and so they are there.
        return words_of_pages(records, [_read(self._site.folder / path) for path in pages])

    def rest(self, segments: int) -> None:
        """Make the page of the search, and what is no page."""
        self._page(search_page(segments))
        self._put(SCRIPT, script())
        self._put(STYLE, style().encode())
        self._put(FEED, feed(self._manifest))
        self._put("robots.txt", robots(self._manifest).encode())
        # Without it GitHub Pages leaves out what begins with a dot or an underscore.
        self._put(".nojekyll", b"")
        if (reserved := reservation(self._manifest)) is not None:
            self._put(".well-known/tdmrep.json", reserved)

    def _page(self, sheet: Sheet) -> None:
        self._put(sheet.path, self._shell.page(sheet))

    def _put(self, path: str, data: bytes) -> None:
        if path in self._site.after.files:
            raise ValueError(f"two files of the site would lie at {path}")
        self._site.put(path, data)


def _pages(session: str, files: Container[str]) -> list[str]:
    """Those of ``files`` that are the pages of a transcript, in order."""
    numbers = takewhile(lambda number: session_path(session, number) in files, count(1))
    return [session_path(session, number) for number in numbers]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise HomeUnusable(
            f"{path} cannot be read any more: {error}. The site is not whole. Publish again."
        ) from error


def _neighbours(publication: Publication) -> dict[str, Neighbours]:
    rows = publication.manifest.sessions
    names = (Link(session_path(row.id), f"{who(row)}, {clock(row.opened)}") for row in rows)
    ways = [None, *names, None]
    line = {row.id: Link(session_path(row.id), row.id) for row in rows}
    parents = {row.id: publication.review.examined[row.id].parent for row in rows}
    children: dict[str | None, list[Link]] = {}
    for name, parent in parents.items():
        children.setdefault(parent, []).append(line[name])
    return {
        row.id: Neighbours(
            ways[at],
            ways[at + 2],
            line.get(parents[row.id] or ""),
            tuple(children.get(row.id, ())),
        )
        for at, row in enumerate(rows)
    }


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
