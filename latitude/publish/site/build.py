"""A whole site from a publication: every page of it, and nothing written that did not change."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from latitude.index.follow import Progress
from latitude.publish.manifest import FILE as MANIFEST
from latitude.publish.manifest import Published, encode_manifest
from latitude.publish.optout import reservation, robots
from latitude.publish.publication import Publication
from latitude.publish.site.about import about
from latitude.publish.site.beside import beside, beside_links, check_groups
from latitude.publish.site.feed import FILE as FEED
from latitude.publish.site.feed import feed
from latitude.publish.site.folder import Shown, SiteFolder, open_folder
from latitude.publish.site.gallery import gallery, works_by_session
from latitude.publish.site.lists import all_sessions, front, models, protocol
from latitude.publish.site.living import guard
from latitude.publish.site.places import session_path
from latitude.publish.site.search import (
    SCRIPT,
    script,
    search_page,
    segment,
    segment_path,
    segments_of,
    words_of,
)
from latitude.publish.site.session_files import SessionFiles
from latitude.publish.site.session_page import Neighbours
from latitude.publish.site.shell import STYLE, Link, Sheet, Shell
from latitude.publish.site.style import style
from latitude.publish.site.wording import who

VERSION = 2
"""Raised when pages are made otherwise, so that all of them are made anew."""
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
        self._shell = Shell(publication.manifest)
        self._common = _digest(
            str(VERSION),
            self._manifest.title,
            self._manifest.canary,
            self._manifest.training,
            style(),
            guard(),
        )
        self._neighbours = _neighbours(self._manifest.sessions)
        self._works: dict[str, tuple[Shown, ...]] = {}
        self._words: dict[str, Collection[str]] = {}
        """Of sessions that were read, until they stand in their segment of the search."""

    async def session(self, row: Published) -> None:
        """Make the pages of a session, unless they are there and would be the same."""
        neighbours = self._neighbours[row.id]
        key = _digest(self._common, msgspec.json.encode(row).decode(), repr(neighbours))
        known = self._site.before.sessions.get(row.id)
        if known is None or known.key != key or not self._site.keep(known.files):
            edition = self._publication.edition(row)
            known = await SessionFiles(self._site, self._shell, edition).make(neighbours, key)
            self._words[row.id] = words_of(edition.matter.records)
        self._site.after.sessions[row.id] = known
        self._works[row.id] = known.works

    def lists(self) -> None:
        """Make the pages that lead to sessions."""
        works = works_by_session(self._works)
        for sheet in (
            front(self._manifest, beside_links(self._publication), gallery=bool(works)),
            *all_sessions(self._manifest),
            *models(self._manifest),
            *gallery(works, self._manifest),
            *beside(self._publication),
            about(self._manifest),
        ):
            self._page(sheet)
        self._protocols()

    def _protocols(self) -> None:
        first: dict[str, Published] = {}
        for row in self._manifest.sessions:
            first.setdefault(row.given, row)
        for given, row in first.items():
            opened = self._publication.edition(row).matter.opened
            for sheet in protocol(given, opened, self._manifest):
                self._page(sheet)

    def segment(self, number: int, rows: Sequence[Published]) -> None:
        """Make a segment of the search, unless it is there and would be the same."""
        path = segment_path(number)
        key = _digest(str(VERSION), *(msgspec.json.encode(row).decode() for row in rows))
        if self._site.before.parts.get(path) != key or not self._site.keep([path]):
            self._site.put(path, segment(number, [(row, self._words_of(row)) for row in rows]))
        self._site.after.parts[path] = key
        self._words.clear()

    def _words_of(self, row: Published) -> Collection[str]:
        known = self._words.get(row.id)
        return words_of(self._publication.edition(row).matter.records) if known is None else known

    def rest(self, segments: int) -> None:
        """Make the page of the search, and what is no page."""
        self._page(search_page(segments))
        self._site.put(SCRIPT, script())
        self._site.put(STYLE, style().encode())
        self._site.put(FEED, feed(self._manifest))
        self._site.put("robots.txt", robots(self._manifest).encode())
        if (reserved := reservation(self._manifest)) is not None:
            self._site.put(".well-known/tdmrep.json", reserved)

    def _page(self, sheet: Sheet) -> None:
        self._site.put(sheet.path, self._shell.page(sheet))


def _neighbours(rows: Sequence[Published]) -> dict[str, Neighbours]:
    ways = [None, *(Link(session_path(row.id), who(row)) for row in rows), None]
    return {row.id: Neighbours(ways[at], ways[at + 2]) for at, row in enumerate(rows)}


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
