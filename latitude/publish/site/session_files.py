"""Everything of one session that lies in a site: its pages, its record, and what its pages show."""

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import msgspec

from latitude.core.clean import clean_line
from latitude.core.events import BlockRecorded, Record, ToolReturned, WorkspaceCommitted
from latitude.publish.publication import Edition
from latitude.publish.site.folder import SessionKept, Shown, SiteFolder
from latitude.publish.site.history_page import history_pages
from latitude.publish.site.session_page import Neighbours, session_pages
from latitude.publish.site.shell import Sheet, Shell
from latitude.publish.site.works import (
    Work,
    file_path,
    inert_kind,
    read_works,
    work_pages,
    work_path,
    works_list,
)

_EXCERPT = 400
"""Characters of a text that a gallery shows."""


class SessionFiles:
    """Makes the pages and files of one session; keeps what its pages need beside them."""

    def __init__(self, site: SiteFolder, shell: Shell, edition: Edition) -> None:
        self._site = site
        self._shell = shell
        self._edition = edition
        self._folder = f"sessions/{edition.row.id}"
        self._files: dict[str, None] = {}
        self._texts = 0

    async def make(self, neighbours: Neighbours, key: str) -> SessionKept:
        """Write all of them; return what there is. Raises ``RecordBroken`` and ``HomeUnusable``."""
        edition = self._edition
        works = await read_works(edition)
        history = await history_pages(edition)
        listed = works_list(edition, works)
        for sheet in session_pages(edition, neighbours, listed, history.places, self):
            self._page(sheet)
        for sheet in chain(work_pages(edition, works, self), history.sheets):
            self._page(sheet)
        self._put(f"{self._folder}/journal.jsonl", edition.matter.data)
        stills = _stills(edition.matter.records)
        shown = [self._shown(work, stills.get(work.path)) for work in works]
        return SessionKept(
            key=key,
            files=tuple(self._files),
            works=tuple(one for one in shown if one is not None),
        )

    def text(self, words: str) -> str:
        """Put a text beside the pages; return its address."""
        self._texts += 1
        name = f"text-{self._texts}.txt"
        self._put(f"{self._folder}/{name}", words.encode("utf-8", "replace"))
        return name

    def picture(self, blob: str) -> str | None:
        """Put a blob beside the pages if what it begins with is a picture's; return its address."""
        data = self._edition.matter.blob(blob)
        match inert_kind(data):
            case (ending, "picture"):
                name = f"blob-{blob[:16]}.{ending}"
                self._put(f"{self._folder}/{name}", data)
                return name
            case _:
                return None

    def words(self, blob: str) -> str:
        """Return the text that is kept as a blob."""
        return self._edition.matter.blob(blob).decode("utf-8", "replace")

    def _shown(self, work: Work, still: str | None) -> Shown | None:
        """What a gallery shows of a work; its bytes are written here, where they are shown."""
        if work.shown == "file":
            return None
        picture, excerpt = None, ""
        if work.ending:
            place = self._put(file_path(self._edition.row.id, work), work.data)
            picture = place if work.shown == "picture" else None
        if work.shown == "page" and still is not None:
            name = self.picture(still)
            picture = None if name is None else f"{self._folder}/{name}"
        if work.shown == "text":
            excerpt = clean_line(" ".join(work.text[: 2 * _EXCERPT].split()), _EXCERPT)
        return Shown(
            title=work.title,
            kind=work.shown,
            path=work.path,
            href=work_path(self._edition.row.id, work),
            picture=picture,
            excerpt=excerpt,
        )

    def _page(self, sheet: Sheet) -> None:
        self._put(sheet.path, self._shell.page(sheet))

    def _put(self, path: str, data: bytes) -> str:
        self._files[path] = None
        return self._site.put(path, data)


class _Still(NamedTuple):
    """A picture that the model was given of a page: a blob, the step, and the place of the line."""

    blob: str
    step: int
    place: int


def _stills(records: Sequence[Record]) -> dict[str, str]:
    """The last picture that the model was given of each page it looked at, by path: a blob.

    A page that was committed after that looks otherwise now, and is not in it. The commit at the
    end of the step in which the model looked holds what it saw, unless another tool came between.
    """
    asked: dict[str, str] = {}
    stills: dict[str, _Still] = {}
    changed = 0
    for place, record in enumerate(records):
        match record.event:
            case BlockRecorded(name="preview") as call if call.call_id:
                asked[call.call_id] = _path_in(call.arguments)
            case ToolReturned() as answer if answer.call_id in asked:
                pictures = [part.blob for part in answer.result if part.kind == "image"]
                if pictures and pictures[0]:
                    stills[asked[answer.call_id]] = _Still(pictures[0], answer.step, place)
            case ToolReturned():
                changed = place
            case WorkspaceCommitted() as commit:
                for path in (file.path for file in commit.files):
                    still = stills.get(path)
                    if still and (still.step != commit.step or still.place < changed):
                        del stills[path]
    return {path: still.blob for path, still in stills.items()}


def _path_in(arguments: str) -> str:
    try:
        found = msgspec.json.decode(arguments)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return ""
    path = found.get("path") if isinstance(found, dict) else None
    return str(path).removeprefix("./") if path else ""
