"""Makes the payload of a bag again from its own records, and tells where it is other than it lies.

Journals, blobs, codes and the bundle are taken as they are: others check them. All else in a bag
is made from them, and the same version of latitude makes the same bytes of them.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from latitude.config import Home
from latitude.core.clean import clean_line
from latitude.errors import RecordBroken
from latitude.publish.bag.checking import BagProblem
from latitude.publish.manifest import Manifest
from latitude.publish.matter import read_matter
from latitude.publish.packing import BUNDLE, CODES, PAYLOAD, Packer


class _Compared:
    """A payload that is compared with the one in ``folder``, file by file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.made = {BUNDLE}
        self.other: dict[str, str] = {}
        """What is wrong, by path."""

    def add(self, path: str, data: bytes) -> None:
        """Compare a file."""
        self.made.add(path)
        if not (self._folder / path).is_file():
            self.other[path] = "the records of the bag make this file, and it is missing"
        elif _bytes_of(self._folder / path) != data:
            self.other[path] = "it is not what the records of the bag make"


def differences(bag: Path, manifest: Manifest) -> Iterator[BagProblem]:
    """Yield each file that is missing, or more, or other than what its records make.

    For a bag that holds only folders and regular files, and whose records are sound. Raises
    ``RecordBroken``.
    """
    payload = bag / PAYLOAD
    home = Home(root=payload, state=payload)
    compared = _Compared(payload)
    packer = Packer(compared)
    for row in manifest.sessions:
        packer.session(row, read_matter(home, row.id))
    packer.bundle((payload / BUNDLE).stat().st_size)
    packer.rest(manifest, _bytes_of(payload / CODES))
    problems = compared.other | dict(_strangers(payload, compared.made))
    for path in sorted(problems):
        yield BagProblem(clean_line(f"{PAYLOAD}/{path}"), problems[path])


def _strangers(payload: Path, made: set[str]) -> Iterator[tuple[str, str]]:
    """Files, and folders without any, that no record makes."""
    for above, folders, files in os.walk(payload):
        near = os.path.relpath(above, payload)
        paths = [name if near == "." else f"{near}/{name}" for name in files]
        if not folders and not files:
            yield near, "no record of the bag makes this folder"
        for path in paths:
            if path not in made:
                yield path, "no record of the bag makes this file"


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RecordBroken(f"{path} cannot be read: {error.strerror}.") from error
