"""A whole bag from a publication: records, works, protocols, codes, and what describes them."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from latitude.artifacts.orders import LedgerEntry
from latitude.artifacts.repository import Repository
from latitude.core.clean import clean_line
from latitude.index.codes import CodeRow
from latitude.index.follow import Progress
from latitude.publish.bag.writing import BagWriter
from latitude.publish.manifest import Published
from latitude.publish.packing import BUNDLE, Packer
from latitude.publish.publication import Publication
from latitude.publish.scratch import scratch_folder
from latitude.publish.versions import check_reason, keep_version


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
    """Make the bag in ``folder``, a new one. The same version and codes give the same bytes.

    ``codes`` are those of its sessions; what is taken out of a session is taken out of them here.
    The version is written down in the home before the bag gets its name, so that no two bags have
    one number. Raises ``UsageError`` (the folder holds something, nobody gave a reason, or a
    session waits for a decision), ``RecordBroken`` or ``HomeUnusable``, and then there is no bag.
    """
    manifest = publication.manifest
    check_reason(manifest)
    with BagWriter(folder) as writer:
        packer = Packer(writer)
        for done, row in enumerate(manifest.sessions, start=1):
            packer.session(row, publication.edition(row).matter)
            if progress is not None:
                progress(done, len(manifest.sessions))
        with writer.stream(BUNDLE) as file:
            await _bundle(publication, file.write)
        packer.bundle(file.size)
        packer.rest(manifest, _csv(_taken(publication, codes)))
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
    return Bagged(folder, len(packer.files), sum(file.size for file in packer.files))


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


async def _bundle(publication: Publication, write: Callable[[bytes | memoryview], None]) -> None:
    """Write the bundle of every session that goes out."""
    late = {entry.session for entry in await publication.source.ledger() if entry.late}
    with scratch_folder(publication.home.state) as folder:
        repository = await Repository.borrow(folder, publication.copied.folder)
        try:
            await repository.gather_in(
                [entry_of(row, late=row.id in late) for row in publication.manifest.sessions]
            )
            await repository.bundle(write)
        finally:
            await repository.close()


def entry_of(row: Published, *, late: bool) -> LedgerEntry:
    """Return what the ledger of a publication says of a session."""
    return LedgerEntry(
        session=row.id,
        fingerprint=row.fingerprint,
        tip=row.tip,
        model=row.model,
        closed=datetime.fromisoformat(row.closed),
        late=late,
    )
