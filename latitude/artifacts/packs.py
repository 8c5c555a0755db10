"""A pack of whole objects, and its index.

Formats: gitformat-pack, versions 2 of both. GitPython's own writer copies every object through
four layers of streams, which cost more than the compression.
"""

import hashlib
import os
import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import BinaryIO

Write = Callable[[bytes], object]

_HEADER, _CHECKSUM = 12, 20
"""Bytes before the first object of a pack, and behind the last one."""
_PIECE = 1024 * 1024
_TYPES = {b"commit": 1, b"tree": 2, b"blob": 3}
_FARTHEST = 2**31
"""Offsets from here on would need the index's table of long ones; the caller keeps packs small."""


def write_pack(
    objects: Mapping[bytes, tuple[bytes, bytes]], write_body: Write, write_index: Write
) -> str:
    """Write ``objects`` (kind and data by 20-byte id); return the pack's checksum in hex."""
    body = hashlib.sha1(usedforsecurity=False)
    at = 0

    def put(data: bytes) -> None:
        nonlocal at
        body.update(data)
        write_body(data)
        at += len(data)

    put(struct.pack(">4sLL", b"PACK", 2, len(objects)))
    places: dict[bytes, tuple[int, int]] = {}
    for name, (kind, data) in objects.items():
        # Level 1: a later gathering compresses well, and a step should not wait for it.
        entry = _entry_header(_TYPES[kind], len(data)) + zlib.compress(data, 1)
        places[name] = (zlib.crc32(entry), at)
        put(entry)
    if at >= _FARTHEST:
        raise ValueError("a pack this large needs an index of another form")
    checksum = body.digest()
    write_body(checksum)
    table = _index(places) + checksum
    write_index(table + hashlib.sha1(table, usedforsecurity=False).digest())
    return checksum.hex()


def join_packs(packs: Iterable[BinaryIO], target: BinaryIO) -> None:
    """Write packs of different objects as one. Places within a pack are told from one object back
    to another, so they hold wherever all of it stands."""
    packs = tuple(packs)
    heads = [struct.unpack(">4sLL", pack.read(_HEADER)) for pack in packs]
    body = hashlib.sha1(usedforsecurity=False)
    head = struct.pack(">4sLL", b"PACK", 2, sum(count for _, _, count in heads))
    body.update(head)
    target.write(head)
    for pack in packs:
        left = pack.seek(0, os.SEEK_END) - _HEADER - _CHECKSUM
        pack.seek(_HEADER)
        while left and (piece := pack.read(min(left, _PIECE))):
            body.update(piece)
            target.write(piece)
            left -= len(piece)
    target.write(body.digest())


def _entry_header(kind: int, size: int) -> bytes:
    byte, size = kind << 4 | size & 0x0F, size >> 4
    header = bytearray()
    while size:
        header.append(byte | 0x80)
        byte, size = size & 0x7F, size >> 7
    header.append(byte)
    return bytes(header)


def _index(places: Mapping[bytes, tuple[int, int]]) -> bytes:
    names = sorted(places)
    fanout = [0] * 256
    for name in names:
        fanout[name[0]] += 1
    total = 0
    for first, count in enumerate(fanout):
        total += count
        fanout[first] = total
    return b"".join(
        (
            b"\xfftOc",
            struct.pack(">L", 2),
            struct.pack(">256L", *fanout),
            *names,
            struct.pack(f">{len(names)}L", *(places[name][0] for name in names)),
            struct.pack(f">{len(names)}L", *(places[name][1] for name in names)),
        )
    )
