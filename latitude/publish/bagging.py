"""A whole bag from a publication: records, works, protocols, codes, and what describes them.

The payload is laid out like a home, so that what checks a home checks a bag: ``sessions/`` with
each journal, and ``artifacts.bundle`` with every version of what was made.
"""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from latitude.artifacts.orders import LedgerEntry
from latitude.artifacts.repository import Repository
from latitude.core.clean import clean_line
from latitude.index.codes import CodeRow
from latitude.index.follow import Progress
from latitude.journal.paths import BLOBS, JOURNAL, TORN, TRANSCRIPT
from latitude.journal.transcript import transcript
from latitude.publish.bag.citation import citation
from latitude.publish.bag.crate import FILE as CRATE
from latitude.publish.bag.crate import CrateFile, crate
from latitude.publish.bag.swhid import swhid_content, swhid_directory, swhid_revision
from latitude.publish.bag.writing import BagWriter
from latitude.publish.card import card, codebook
from latitude.publish.manifest import FILE as MANIFEST
from latitude.publish.manifest import Published, encode_manifest
from latitude.publish.publication import Edition, Publication
from latitude.publish.scratch import scratch_folder
from latitude.publish.versions import check_reason, keep_version

BUNDLE = "artifacts.bundle"
SESSIONS = "sessions"
_TEXT = "text/plain;charset=utf-8"
_MARKDOWN = "text/markdown;charset=utf-8"
_LINES = "application/jsonl"
_CSV = "text/csv;charset=utf-8"


@dataclass(frozen=True, slots=True)
class Bagged:
    """A bag that was made."""

    folder: Path
    files: int
    size: int
    """Bytes of the payload."""


async def bag(
    publication: Publication,
    codes: Sequence[CodeRow],
    folder: Path,
    progress: Progress | None = None,
) -> Bagged:
    """Make the bag in ``folder``, a new one. The same publication gives the same bytes.

    ``codes`` are those of its sessions; what is taken out of a session is taken out of them here.
    The version is written down in the home before the bag gets its name, so that no two bags have
    one number. Raises ``UsageError`` (the folder holds something, nobody gave a reason, or a
    session waits for a decision), ``RecordBroken`` or ``HomeUnusable``, and then leaves nothing.
    """
    manifest = publication.manifest
    check_reason(manifest)
    with BagWriter(folder) as writer:
        packer = _Packer(writer)
        for done, row in enumerate(manifest.sessions, start=1):
            packer.session(publication.edition(row))
            if progress is not None:
                progress(done, len(manifest.sessions))
        async with _bundled(publication) as bundle:
            packer.copy(BUNDLE, bundle, "application/x-git-bundle", "All that was made, in git.")
        packer.add("codes.csv", _csv(_taken(publication, codes)), _CSV, "Codes of the sessions.")
        packer.add("codebook.md", codebook().encode(), _MARKDOWN, "What the codes mean.")
        ids = msgspec.json.format(msgspec.json.encode(packer.swhids), indent=1) + b"\n"
        packer.add("swhids.json", ids, "application/json", "Identifiers of Software Heritage.")
        packer.add(MANIFEST, encode_manifest(manifest), "application/json", "What is in it.")
        packer.add("README.md", card(manifest).encode(), _MARKDOWN, "What this is.")
        named = [one["directory"] for one in packer.swhids.values() if "directory" in one]
        packer.add("CITATION.cff", citation(manifest, named), "text/x-yaml", "How to cite it.")
        described = crate(manifest, packer.files, packer.results, packer.protocols)
        writer.add(CRATE, described)
        keep_version(publication.home.releases, manifest)
        writer.finish(
            {
                "Source-Organization": clean_line("; ".join(manifest.authors)),
                "Bagging-Date": manifest.released,
                "External-Identifier": f"{manifest.name} {manifest.version}",
                "External-Description": clean_line(" ".join(manifest.description.split())),
                "Bag-Software-Agent": f"latitude {manifest.latitude}",
            }
        )
    size = sum(file.size for file in packer.files) + len(described)
    return Bagged(folder, len(packer.files) + 1, size)


@dataclass(slots=True)
class _Packer:
    """Puts files into a bag, and remembers what a crate says of them."""

    writer: BagWriter
    files: list[CrateFile] = field(default_factory=list)
    results: dict[str, list[str]] = field(default_factory=dict)
    protocols: dict[str, str] = field(default_factory=dict)
    """The file of the words that each session was given."""
    swhids: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, path: str, data: bytes, media_type: str, said: str) -> str:
        self.writer.add(path, data)
        self.files.append(CrateFile(path, media_type, said, len(data)))
        return path

    def copy(self, path: str, source: Path, media_type: str, said: str) -> None:
        self.writer.copy(path, source)
        self.files.append(CrateFile(path, media_type, said, source.stat().st_size))

    def session(self, edition: Edition) -> None:
        """Put one session in."""
        row, matter = edition.row, edition.matter
        near = f"{SESSIONS}/{row.id}"
        page = transcript(matter.records).encode()
        paths = [
            self.add(f"{near}/{JOURNAL}", matter.data, _LINES, f"The record of session {row.id}."),
            self.add(f"{near}/{TRANSCRIPT}", page, _MARKDOWN, f"Session {row.id}, to be read."),
        ]
        for name in matter.blob_names():
            data = matter.blob(name)
            said = f"Bytes that the record of {row.id} names."
            paths.append(self.add(f"{near}/{BLOBS}/{name}", data, "application/octet-stream", said))
        if matter.torn is not None:
            said = f"What stood behind the last whole line of {row.id}."
            self.add(f"{near}/{TORN}", matter.torn, "application/octet-stream", said)
        self.results[row.id] = paths
        self.protocols[row.id] = self._protocol(edition)
        self.swhids[row.id] = _swhids(row, matter.data)

    def _protocol(self, edition: Edition) -> str:
        opened = edition.matter.opened
        path = f"protocols/{opened.given}.json"
        if path not in self.protocols.values():
            words = {
                "given": opened.given,
                "protocol": opened.protocol,
                "tools": opened.tools,
                "exit": opened.exit,
            }
            data = msgspec.json.format(msgspec.json.encode(words), indent=1) + b"\n"
            self.add(path, data, "application/json", f"The words of '{edition.row.protocol}'.")
        return path


def _swhids(row: Published, journal: bytes) -> dict[str, str]:
    found = {"journal": swhid_content(journal)}
    if row.tip is not None and row.tree is not None:
        found["directory"] = swhid_directory(row.tree)
        found["revision"] = swhid_revision(row.tip)
    return found


def _taken(publication: Publication, codes: Sequence[CodeRow]) -> Iterable[CodeRow]:
    """The codes as they go out: a tag is in the words of a person."""
    for session, turn, name, value, kind, coder in codes:
        copy = publication.copied.copies.get(session)
        if copy is not None and isinstance(value, str):
            yield session, turn, name, copy.taker.text(value)[0], kind, coder
        else:
            yield session, turn, name, value, kind, coder


def _csv(codes: Iterable[CodeRow]) -> bytes:
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["session", "turn", "code", "value", "kind", "coder"])
    rows.writerows(codes)
    return out.getvalue().encode("utf-8", "replace")


@asynccontextmanager
async def _bundled(publication: Publication) -> AsyncIterator[Path]:
    """The bundle of every session that goes out, in a file that is gone afterwards."""
    late = {entry.session for entry in await publication.source.ledger() if entry.late}
    with scratch_folder(publication.home.state) as folder:
        repository = await Repository.borrow(folder, publication.copied.folder)
        try:
            await repository.gather_in(
                [_entry(row, late=row.id in late) for row in publication.manifest.sessions]
            )
            await repository.bundle(folder / BUNDLE)
        finally:
            await repository.close()
        yield folder / BUNDLE


def _entry(row: Published, *, late: bool) -> LedgerEntry:
    return LedgerEntry(
        session=row.id,
        fingerprint=row.fingerprint,
        tip=row.tip,
        model=row.model,
        closed=datetime.fromisoformat(row.closed),
        late=late,
    )
