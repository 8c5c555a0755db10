"""A whole site from a publication: every page of it, and nothing written that did not change."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from latitude.core.events import BlockRecorded, Record, ToolReturned
from latitude.publish.manifest import FILE as MANIFEST
from latitude.publish.manifest import Manifest, Published, encode_manifest
from latitude.publish.optout import reservation, robots
from latitude.publish.publication import Edition, Progress, Publication
from latitude.publish.site.about import about
from latitude.publish.site.beside import beside
from latitude.publish.site.feed import FILE as FEED
from latitude.publish.site.feed import feed
from latitude.publish.site.folder import SessionKept, Shown, SiteFolder, open_folder
from latitude.publish.site.gallery import gallery, works_by_session
from latitude.publish.site.history_page import history_page
from latitude.publish.site.lists import all_sessions, front, models, protocol
from latitude.publish.site.search import (
    SCRIPT,
    script,
    search_page,
    segment,
    segment_path,
    segments_of,
)
from latitude.publish.site.session_page import Neighbours, session_pages, session_path
from latitude.publish.site.shell import STYLE, Link, Sheet, render
from latitude.publish.site.style import style
from latitude.publish.site.voices import first_words
from latitude.publish.site.wording import who
from latitude.publish.site.works import (
    Work,
    file_path,
    inert_ending,
    read_works,
    title_of,
    work_pages,
    work_path,
    works_list,
)

VERSION = 1
"""Raised when pages are made otherwise, so that all of them are made anew."""
STATE = "site.json"
_EXCERPT = 400


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

    Raises ``UsageError`` (the folder holds something else), ``RecordBroken`` or ``HomeUnusable``.
    """
    manifest = publication.manifest
    state = publication.home.releases / manifest.name / STATE
    site = open_folder(folder, state, dry=dry)
    maker = _Maker(publication, site)
    rows = manifest.sessions
    for place, row in enumerate(rows):
        await maker.session(row, rows[place - 1 : place] if place else (), rows[place + 1 :][:1])
        if progress is not None:
            progress(place + 1, len(rows))
    maker.lists()
    maker.search()
    maker.rest()
    site.finish()
    pages = sum(path.endswith(".html") for path in {*site.after.files, *site.written})
    return Built(site.folder, pages, tuple(sorted(site.written)), tuple(site.removed))


class _Maker:
    """Makes the pages, in an order in which each finds what it needs."""

    def __init__(self, publication: Publication, site: SiteFolder) -> None:
        self._publication = publication
        self._manifest = publication.manifest
        self._site = site
        self._common = _digest(
            str(VERSION),
            self._manifest.title,
            self._manifest.canary,
            self._manifest.training,
            style(),
        )
        self._works: dict[str, tuple[Shown, ...]] = {}

    async def session(
        self, row: Published, before: Sequence[Published], after: Sequence[Published]
    ) -> None:
        """Make the pages of a session, unless they are there and would be the same."""
        neighbours = Neighbours(_way(before), _way(after))
        key = _digest(self._common, msgspec.json.encode(row).decode(), repr(neighbours))
        known = self._site.before.sessions.get(row.id)
        if known is None or known.key != key or not self._site.keep(known.files):
            edition = self._publication.edition(row)
            known = await _SessionMaker(self._site, self._manifest, edition).make(neighbours, key)
        self._site.after.sessions[row.id] = known
        self._works[row.id] = known.works

    def lists(self) -> None:
        """Make the pages that lead to sessions."""
        works = works_by_session(self._works)
        for sheet in (
            front(self._manifest, gallery=bool(works)),
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

    def search(self) -> None:
        """Make the search, but for the segments that would be the same."""
        parts = segments_of(self._manifest.sessions)
        self._page(search_page(len(parts)))
        self._site.put(SCRIPT, script())
        for number, rows in enumerate(parts, start=1):
            path = segment_path(number)
            key = _digest(str(VERSION), *(msgspec.json.encode(row).decode() for row in rows))
            if self._site.before.parts.get(path) != key or not self._site.keep([path]):
                pages = [(row, self._publication.edition(row).matter.records) for row in rows]
                self._site.put(path, segment(number, pages))
            self._site.after.parts[path] = key

    def rest(self) -> None:
        """Make what is no page."""
        self._site.put(STYLE, style().encode())
        self._site.put(FEED, feed(self._manifest))
        self._site.put("robots.txt", robots(self._manifest).encode())
        if (reserved := reservation(self._manifest)) is not None:
            self._site.put(".well-known/tdmrep.json", reserved)
        self._site.put(MANIFEST, encode_manifest(self._manifest))

    def _page(self, sheet: Sheet) -> None:
        self._site.put(sheet.path, render(sheet, self._manifest).encode())


class _SessionMaker:
    """Makes the pages and files of one session."""

    def __init__(self, site: SiteFolder, manifest: Manifest, edition: Edition) -> None:
        self._site = site
        self._manifest = manifest
        self._edition = edition
        self._session = edition.row.id
        self._files: list[str] = []
        self._asides = 0

    async def make(self, neighbours: Neighbours, key: str) -> SessionKept:
        """Write all of them; return what there is."""
        edition = self._edition
        works = await read_works(edition)
        listed = works_list(edition, works)
        for sheet in session_pages(edition, neighbours, listed, self._aside, self._picture):
            self._page(sheet)
        for sheet in work_pages(edition, works):
            self._page(sheet)
        if (history := await history_page(edition)) is not None:
            self._page(history)
        stills = _stills(edition.matter.records)
        shown = [self._shown(work, stills.get(work.path)) for work in works]
        self._put(f"sessions/{self._session}/journal.jsonl", edition.matter.data)
        return SessionKept(
            key=key,
            files=tuple(dict.fromkeys(self._files)),
            works=tuple(one for one in shown if one is not None),
        )

    def _shown(self, work: Work, still: str | None) -> Shown | None:
        """What a gallery shows of a work; its bytes are written here, where they are shown."""
        picture = None
        if work.ending:
            picture = self._put(file_path(self._session, work), work.data)
        if work.shown == "file":
            return None
        if work.shown == "sound":
            picture = None
        if work.shown == "page" and still is not None:
            found = self._picture(still, "image/png")
            picture = None if found is None else f"sessions/{self._session}/{found}"
        return Shown(
            path=work.path,
            title=title_of(work),
            kind=work.shown,
            href=work_path(self._session, work),
            picture=picture,
            excerpt=""
            if picture
            else first_words([work.text[:_EXCERPT]], _EXCERPT)
            if work.shown != "sound"
            else "a sound",
        )

    def _page(self, sheet: Sheet) -> None:
        self._put(sheet.path, render(sheet, self._manifest).encode())

    def _put(self, path: str, data: bytes) -> str:
        self._files.append(path)
        return self._site.put(path, data)

    def _aside(self, words: str) -> str:
        self._asides += 1
        name = f"text-{self._asides}.txt"
        self._put(f"sessions/{self._session}/{name}", words.encode("utf-8", "replace"))
        return name

    def _picture(self, blob: str, media_type: str) -> str | None:
        del media_type  # What a file begins with is believed, and nothing else.
        data = self._edition.matter.blob(blob)
        inert = inert_ending(data)
        if inert is None or inert[1] != "picture":
            return None
        name = f"blob-{blob[:16]}.{inert[0]}"
        self._put(f"sessions/{self._session}/{name}", data)
        return name


def _stills(records: Sequence[Record]) -> dict[str, str]:
    """The last picture that the model was given of each page it looked at, by path: a blob."""
    asked: dict[str, str] = {}
    stills: dict[str, str] = {}
    for record in records:
        event = record.event
        if isinstance(event, BlockRecorded) and event.name == "preview" and event.call_id:
            asked[event.call_id] = _path_in(event.arguments)
        if isinstance(event, ToolReturned) and event.call_id in asked:
            pictures = [part.blob for part in event.result if part.kind == "image" and part.blob]
            if pictures:
                stills[asked[event.call_id]] = pictures[0]
    return stills


def _path_in(arguments: str) -> str:
    try:
        found = msgspec.json.decode(arguments)
    except msgspec.DecodeError:
        return ""
    path = found.get("path") if isinstance(found, dict) else None
    return str(path).removeprefix("./") if path else ""


def _way(rows: Sequence[Published]) -> Link | None:
    return Link(session_path(rows[0].id), who(rows[0])) if rows else None


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
