"""A whole bag from a publication: records, works, protocols, codes, and what describes them.

The payload is laid out like a home, so that what checks a home checks a bag: ``sessions/`` with
each journal, and ``artifacts.bundle`` with every version of what was made.
"""

import csv
import io
import secrets
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from latitude.artifacts.orders import LedgerEntry
from latitude.artifacts.repository import Repository
from latitude.index.codes import CodeRow
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
from latitude.publish.publication import Edition, Progress, Publication

BUNDLE = "artifacts.bundle"
SESSIONS = "sessions"
_TEXT = "text/plain;charset=utf-8"
_MARKDOWN = "text/markdown;charset=utf-8"
_LINES = "application/jsonl"


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

    Raises ``UsageError`` (the folder holds something), ``RecordBroken`` or ``HomeUnusable``, and
    then leaves nothing.
    """
    manifest = publication.manifest
    with BagWriter(folder) as writer:
        packer = _Packer(writer)
        for done, row in enumerate(manifest.sessions, start=1):
            packer.session(publication.edition(row))
            if progress is not None:
                progress(done, len(manifest.sessions))
        async with _bundled(publication) as bundle:
            packer.copy(BUNDLE, bundle, "application/x-git-bundle", "All that was made, in git.")
        packer.add("codes.csv", _csv(codes), "text/csv;charset=utf-8", "Codes of the sessions.")
        packer.add("codebook.md", codebook().encode(), _MARKDOWN, "What the codes mean.")
        ids = msgspec.json.format(msgspec.json.encode(packer.swhids), indent=1) + b"\n"
        packer.add("swhids.json", ids, "application/json", "Identifiers of Software Heritage.")
        packer.add(MANIFEST, encode_manifest(manifest), "application/json", "What is in it.")
        packer.add("README.md", card(manifest).encode(), _MARKDOWN, "What this is.")
        named = [one["directory"] for one in packer.swhids.values() if "directory" in one]
        packer.add("CITATION.cff", citation(manifest, named), "text/x-yaml", "How to cite it.")
        described = crate(manifest, packer.files, packer.results, packer.protocols)
        writer.add(CRATE, described)
        writer.finish(
            {
                "Source-Organization": "; ".join(manifest.authors),
                "Bagging-Date": manifest.released,
                "External-Identifier": f"{manifest.name} {manifest.version}",
                "External-Description": " ".join(manifest.description.split()),
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


def _csv(codes: Sequence[CodeRow]) -> bytes:
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["session", "turn", "code", "value", "kind", "coder"])
    rows.writerows(codes)
    return out.getvalue().encode("utf-8", "replace")


@asynccontextmanager
async def _bundled(publication: Publication) -> AsyncIterator[Path]:
    """The bundle of every session that goes out, in a file that is gone afterwards."""
    late = {entry.session for entry in await publication.source.ledger() if entry.late}
    folder = publication.home.state / f"bagging-{secrets.token_hex(6)}"
    try:
        repository = await Repository.borrow(folder, publication.copied.folder)
        try:
            await repository.gather_in(
                [_entry(publication.edition(row), late) for row in publication.manifest.sessions]
            )
            await repository.bundle(folder / BUNDLE)
        finally:
            await repository.close()
        yield folder / BUNDLE
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _entry(edition: Edition, late: set[str]) -> LedgerEntry:
    row = edition.row
    return LedgerEntry(
        session=row.id,
        fingerprint=row.fingerprint,
        tip=row.tip,
        model=edition.matter.closed.summary.model or edition.matter.opened.model.name,
        closed=datetime.fromisoformat(row.closed),
        late=row.id in late,
    )
