"""What the first bytes of a picture say of it. No picture is decoded: the bytes are a model's."""

import re
from dataclasses import dataclass

_SVG = re.compile(rb"<svg\b[^>]{0,4000}", re.IGNORECASE)
_BEFORE = re.compile(
    rb"(?>\s+|<!--.*?-->|<\?.*?\?>|<!doctype\s+svg\b[^>]*>)*+", re.IGNORECASE | re.DOTALL
)
"""What may stand before it; an HTML page may hold an ``<svg`` too."""
_SIZE = re.compile(rb"""\s(width|height)\s*=\s*["']\s*(\d{1,6})(?:\.\d*)?\s*(?:px)?\s*["']""")
_BOX = re.compile(
    rb"""\sviewBox\s*=\s*["'][\s,]*(?:-?[\d.]+[\s,]+){2}(\d{1,6})[\d.]*[\s,]+(\d{1,6})"""
)
_SNIFF = 8_000
"""Bytes in which the ``<svg`` of an SVG file is looked for."""

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of JPEG that begin a frame, whose header has the size."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by its header."""

    kind: str
    """``PNG``, ``JPEG``, ``GIF``, ``WebP`` or ``SVG``."""
    width: int | None = None
    """Pixels, as the header has it; ``None`` when it does not say, or not in pixels."""
    height: int | None = None

    def told(self, size: str) -> str:
        """The picture in a line, ``size`` at its end: ``PNG image, 320 x 200, 4,096 bytes``."""
        across = f"{self.width} x {self.height}" if self.width and self.height else ""
        parts = [f"{self.kind} image", across, size]
        return ", ".join(part for part in parts if part)


def picture_of(data: bytes) -> Picture | None:
    """Return what picture a file is that begins with ``data``; ``None`` for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Picture("PNG", *_big(data, 16, 4, data[12:16] == b"IHDR"))
    if data.startswith((b"GIF87a", b"GIF89a")):
        return Picture("GIF", *_little(data, 6, 2))
    if data.startswith(b"\xff\xd8\xff"):
        return Picture("JPEG", *_jpeg_size(data))
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Picture("WebP", *_webp_size(data))
    return _svg(data)


_Size = tuple[int, int] | tuple[None, None]


def _big(data: bytes, at: int, length: int, known: bool = True) -> _Size:
    if not known or len(data) < at + 2 * length:
        return None, None
    first, second = data[at : at + length], data[at + length : at + 2 * length]
    return int.from_bytes(first, "big"), int.from_bytes(second, "big")


def _little(data: bytes, at: int, length: int, more: int = 0, mask: int = -1) -> _Size:
    if len(data) < at + 2 * length:
        return None, None
    first, second = data[at : at + length], data[at + length : at + 2 * length]
    width, height = int.from_bytes(first, "little"), int.from_bytes(second, "little")
    return (width & mask) + more, (height & mask) + more


def _jpeg_size(data: bytes) -> _Size:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _FRAMES:
            height, width = _big(data, at + 5, 2)
            return (width, height) if width is not None and height is not None else (None, None)
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None, None


def _webp_size(data: bytes) -> _Size:
    match data[12:16]:
        case b"VP8X":
            return _little(data, 24, 3, more=1)
        case b"VP8 ":
            return _little(data, 26, 2, mask=0x3FFF)
        case b"VP8L" if len(data) >= 25:
            bits = int.from_bytes(data[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case _:
            return None, None


def _svg(data: bytes) -> Picture | None:
    tag = _SVG.search(data[:_SNIFF])
    if tag is None or not _BEFORE.fullmatch(data[: tag.start()].removeprefix(b"\xef\xbb\xbf")):
        return None
    sizes = {name: int(number) for name, number in _SIZE.findall(tag.group())}
    if box := _BOX.search(tag.group()):
        sizes = {b"width": int(box[1]), b"height": int(box[2])} | sizes
    return Picture("SVG", sizes.get(b"width"), sizes.get(b"height"))
