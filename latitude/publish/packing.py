"""What stands in the payload of a bag, made from records: by who makes a bag and who checks one.

The payload is laid out like a home, so that what checks a home checks a bag: ``sessions/`` with
each journal, and ``artifacts.bundle`` with every version of what was made.
"""

from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from latitude.journal.paths import BLOBS, JOURNAL, TORN, TRANSCRIPT
from latitude.journal.transcript import transcript
from latitude.publish.bag.citation import citation
from latitude.publish.bag.crate import FILE as CRATE
from latitude.publish.bag.crate import CrateFile, crate
from latitude.publish.bag.swhid import swhid_content, swhid_directory, swhid_revision
from latitude.publish.card import card, codebook
from latitude.publish.given import given_words
from latitude.publish.manifest import FILE as MANIFEST
from latitude.publish.manifest import Manifest, Published, encode_manifest
from latitude.publish.matter import Matter

PAYLOAD = "data"
"""Its folder in a bag."""
BUNDLE = "artifacts.bundle"
CODES = "codes.csv"
SESSIONS = "sessions"
_MARKDOWN = "text/markdown;charset=utf-8"
_LINES = "application/jsonl"
_CSV = "text/csv;charset=utf-8"
_ANY = "application/octet-stream"


class Payload(Protocol):
    """Where files are put."""

    def add(self, path: str, data: bytes) -> None:
        """Put a file there, by its path below ``data/``. Raises as that of a bag's writer does."""


@dataclass(slots=True)
class Packer:
    """Puts a publication into a payload: its sessions, its bundle, then :meth:`rest`."""

    payload: Payload
    files: list[CrateFile] = field(default_factory=list)
    _results: dict[str, list[str]] = field(default_factory=dict)
    _protocols: dict[str, str] = field(default_factory=dict)
    """The file of the words that each session was given."""
    _given: set[str] = field(default_factory=set)
    _swhids: dict[str, dict[str, str]] = field(default_factory=dict)

    def session(self, row: Published, matter: Matter) -> None:
        """Put one session in. Raises ``RecordBroken``, too."""
        near = f"{SESSIONS}/{row.id}"
        page = transcript(matter.records).encode()
        paths = [
            self._add(f"{near}/{JOURNAL}", matter.data, _LINES, f"The record of session {row.id}."),
            self._add(f"{near}/{TRANSCRIPT}", page, _MARKDOWN, f"Session {row.id}, to be read."),
        ]
        for name in matter.blob_names():
            said = f"Bytes that the record of {row.id} names."
            paths.append(self._add(f"{near}/{BLOBS}/{name}", matter.blob(name), _ANY, said))
        if matter.torn is not None:
            said = f"What stood behind the last whole line of {row.id}."
            self._add(f"{near}/{TORN}", matter.torn, _ANY, said)
        self._results[row.id] = paths
        self._protocols[row.id] = self._protocol(row, matter)
        self._swhids[row.id] = _swhids(row, matter.data)

    def bundle(self, size: int) -> None:
        """Remember the bundle, which is written by itself; ``size`` is in bytes."""
        said = "All that was made, in git."
        self.files.append(CrateFile(BUNDLE, "application/x-git-bundle", said, size))

    def rest(self, manifest: Manifest, codes: bytes) -> None:
        """Put in the codes, as lines of CSV, and all that describes the whole."""
        ids = msgspec.json.format(msgspec.json.encode(self._swhids), indent=1) + b"\n"
        named = [one["directory"] for one in self._swhids.values() if "directory" in one]
        self._add(CODES, codes, _CSV, "Codes of the sessions.")
        self._add("codebook.md", codebook().encode(), _MARKDOWN, "What the codes mean.")
        self._add("swhids.json", ids, "application/json", "Identifiers of Software Heritage.")
        self._add(MANIFEST, encode_manifest(manifest), "application/json", "What is in it.")
        self._add("README.md", card(manifest).encode(), _MARKDOWN, "What this is.")
        cited = citation(manifest, named)
        self._add("CITATION.cff", cited, "text/x-yaml", "How to cite it.")
        described = crate(manifest, self.files, self._results, self._protocols)
        self._add(CRATE, described, "application/ld+json", "What is in it, as an RO-Crate.")

    def _add(self, path: str, data: bytes, media_type: str, said: str) -> str:
        self.payload.add(path, data)
        self.files.append(CrateFile(path, media_type, said, len(data)))
        return path

    def _protocol(self, row: Published, matter: Matter) -> str:
        path = f"protocols/{row.given}.json"
        if path not in self._given:
            self._given.add(path)
            said = f"The words of '{row.protocol}'."
            self._add(path, given_words(matter.opened), "application/json", said)
        return path


def _swhids(row: Published, journal: bytes) -> dict[str, str]:
    found = {"journal": swhid_content(journal)}
    if row.tip is not None and row.tree is not None:
        found["directory"] = swhid_directory(row.tree)
        found["revision"] = swhid_revision(row.tip)
    return found
