"""Bags and manifests for these tests, and the programs of others that read them."""

import logging
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import bagit
from bagit_utils import Bag

from latitude.core.events import End
from latitude.publish.bag.writing import BagWriter
from latitude.publish.manifest import Changes, Manifest, Published, Taken, Withheld
from tests.programs import needs

INFO = {
    "Bagging-Date": "2026-11-22",
    "External-Identifier": "archive-1",
    "Source-Organization": ["Ada", "Grace, of the café"],
}
FILES: Mapping[str, bytes] = {
    "README.md": b"# What this is\n",
    "sessions/20261120-231502-k3f9w2/journal.jsonl": b'{"v":1}\n' * 900,
    "sessions/20261120-231502-k3f9w2/files/a name, with (signs) & é.txt": b"\x00\xff",
    "empty": b"",
}


def write_bag(folder: Path, files: Mapping[str, bytes] = FILES) -> Path:
    with BagWriter(folder) as bag:
        for path, data in files.items():
            bag.add(path, data)
        bag.finish(INFO)
    return folder


def bytes_below(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def bagit_finds(folder: Path) -> str | None:
    """What the Library of Congress's own package has to say against the bag."""
    logging.getLogger("bagit").setLevel(logging.CRITICAL)
    try:
        bagit.Bag(os.fspath(folder)).validate(fast=False)
    except bagit.BagError as error:
        return str(error)
    return None


def bagit_utils_finds(folder: Path) -> list[str]:
    """What a second, independent reader has to say; its warnings count too."""
    report = Bag(folder).validate()
    said = [issue.message for issue in report.issues]
    return said if report.valid else ["not valid", *said]


def sha512sum_finds(folder: Path) -> str:
    done = subprocess.run(
        [needs("sha512sum"), "-c", "--quiet", "--strict", "manifest-sha512.txt"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def published(number: int, end: End = "model-exit", **fields: object) -> Published:
    given = {
        "fingerprint": f"{number:064x}",
        "provider": "anthropic",
        "model": "claude-opus-5-20260901",
        "protocol": "open-time",
        "given": f"{number + 1:064x}",
        "opened": f"2026-11-20T23:{number:02}:00Z",
        "closed": f"2026-11-20T23:{number:02}:59.123456Z",
        "how": "so",
        "ended": "It ended so.",
        "turns": number,
        "files": 1,
    }
    return Published(id=f"20261120-23{number:02}00-k3f9w2", end=end, **{**given, **fields})


def manifest(sessions: tuple[Published, ...] = (), **fields: object) -> Manifest:
    given = {
        "name": "archive",
        "version": 2,
        "released": "2026-11-22",
        "title": 'Open time: "a record"',
        "description": "What models did when nothing was asked of them.",
        "authors": ("Ada", "Grace"),
        "license": "CC0-1.0",
        "training": "reserve",
        "canary": "5b0d6b0e-1111-4222-8333-444455556666",
        "url": "https://example.org/archive/",
        "why": "More sessions.",
        "changes": Changes(),
        "withheld": (Withheld(id="20261119-120000-aaaaaa", because="wish", why="It asked so."),),
        "ledger": None,
        "latitude": "0.9.0",
    }
    return Manifest(sessions=sessions, **{**given, **fields})


REDACTED = (Taken(rule="e-mail", count=2, why="They are other people's."),)
