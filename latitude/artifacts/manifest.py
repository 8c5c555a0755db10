"""``manifest.json``: what the tree of git cannot say of a workspace.

One JSON object, ``v`` and ``entries``; one entry a line, sorted by the bytes of the true path.
It names every regular file, link, empty folder and omission, with the true name of each.
"""

from typing import Literal

import msgspec

from latitude.artifacts.names import true_path
from latitude.errors import RecordBroken

MANIFEST = "manifest.json"
FILES = "files"
ATTRIBUTES = (
    b"# Bytes as they were made: nothing is converted, filtered, merged or left out.\n"
    b"* -text -filter -ident -diff -merge -working-tree-encoding -export-ignore -export-subst\n"
)
"""Our ``.gitattributes``; whatever the model wrote under that name is stored as an inert file."""


class ManifestEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One name of the workspace."""

    path: str
    type: Literal["file", "folder", "link", "special"]
    escaped: bool = False
    """True when the true name is not UTF-8: ``path`` then holds it with ``%xx`` for its bytes."""
    stored: str | None = None
    """The path of its bytes below ``files/``, where that is not ``path`` itself."""
    executable: bool = False
    size: int | None = None
    sha256: str | None = None
    target: str | None = None
    """Where a link points; links are never files of the tree."""
    target_escaped: bool = False
    omitted: str | None = None
    """Why the bytes are not here."""

    @property
    def place(self) -> str | None:
        """Where the bytes lie below ``files/``; ``None`` when they are not in the tree."""
        if self.type != "file" or self.omitted is not None:
            return None
        return self.path if self.stored is None else self.stored

    @property
    def true(self) -> bytes:
        """The true path."""
        return true_path(self.path, escaped=self.escaped)


class _Manifest(msgspec.Struct, frozen=True, kw_only=True):
    v: int
    entries: tuple[ManifestEntry, ...]


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Manifest)


def encode_manifest(entries: list[ManifestEntry]) -> bytes:
    """Return the bytes of ``manifest.json``; equal entries give equal bytes."""
    if not entries:
        return b'{"v":1,"entries":[]}\n'
    lines = b",\n".join(_encoder.encode(entry) for entry in entries)
    return b'{"v":1,"entries":[\n' + lines + b"\n]}\n"


def decode_manifest(data: bytes, where: str) -> tuple[ManifestEntry, ...]:
    """Read a manifest; raises ``RecordBroken`` naming ``where`` when it is not one."""
    try:
        manifest = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordBroken(f"{MANIFEST} of {where} cannot be read: {error}") from error
    if manifest.v != 1:
        raise RecordBroken(
            f"{MANIFEST} of {where} has version {manifest.v}; this latitude reads version 1."
        )
    return manifest.entries
