"""A pack of whole objects, and its index.

Formats: gitformat-pack, versions 2 of both. GitPython's own writer copies every object through
four layers of streams, which cost more than the compression.
"""

import hashlib
import struct
import zlib
from collections.abc import Callable, Mapping

Write = Callable[[bytes | memoryview], object]

_HEADER, _CHECKSUM = 12, 20
"""Bytes before the first object of a pack, and behind the last one."""
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


class JoinedPacks:
    """Writes packs of different objects as one, while they come, keeping next to nothing of them.

    Places within a pack are told from one object back to another, so they hold wherever all of it
    stands. What git's output is to be copied to: :meth:`begin`, then :meth:`write`, for each pack.
    """

    def __init__(self, write: Write, count: int) -> None:
        """``count`` is the number of objects of all packs together."""
        self._write = write
        self._left = count
        self._body = hashlib.sha1(usedforsecurity=False)
        self._head = b""
        self._held = b""
        """The last bytes that came: they may be the pack's own checksum."""
        self._put(struct.pack(">4sLL", b"PACK", 2, count))

    def begin(self) -> None:
        """Begin with the next pack. Raises ``ValueError`` when the one before is not whole."""
        if self._head and (len(self._head) < _HEADER or len(self._held) < _CHECKSUM):
            raise ValueError("a pack broke off")
        self._head = self._held = b""

    def write(self, data: bytes) -> int:
        """Take the next bytes of a pack."""
        taken = len(data)
        if len(self._head) < _HEADER:
            missing = _HEADER - len(self._head)
            self._head, data = self._head + data[:missing], data[missing:]
            if len(self._head) == _HEADER:
                self._left -= struct.unpack(">4sLL", self._head)[2]
        if len(data) >= _CHECKSUM:
            self._put(self._held)
            self._put(memoryview(data)[:-_CHECKSUM])
            self._held = data[-_CHECKSUM:]
        else:
            held = self._held + data
            self._put(held[:-_CHECKSUM])
            self._held = held[-_CHECKSUM:]
        return taken

    def finish(self) -> None:
        """Write the checksum. Raises ``ValueError`` when objects are missing."""
        self.begin()
        if self._left:
            raise ValueError(f"{self._left} objects are missing")
        self._write(self._body.digest())

    def _put(self, data: bytes | memoryview) -> None:
        self._body.update(data)
        self._write(data)


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
