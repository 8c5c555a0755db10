"""Decodes one picture in a process of its own: the bytes are a model's, and decoders have faults.

Run as ``python -I -m latitude.tui.picture_decoder WIDTH HEIGHT``. The picture comes on standard
input. What goes out is its size in pixels, fitted into WIDTH and HEIGHT, as two numbers and a
line feed, and then its pixels, row by row, four bytes (RGBA) each. The process can open no file,
has a bounded memory and a few seconds, and whoever starts it gives it no environment.
"""

import io
import resource
import sys

from PIL import Image, WebPImagePlugin

FORMATS = ("PNG", "JPEG", "GIF", WebPImagePlugin.WebPImageFile.format)
MOST_PIXELS = 40_000_000
SECONDS = 5
"""Of processor time."""
_MEMORY = 1 << 30
"""Bytes of address space."""


def main() -> None:
    """Decode standard input; whatever is wrong with it ends the process with a traceback."""
    width, height = int(sys.argv[1]), int(sys.argv[2])
    _load_decoders()
    _confine()
    small = _decoded(sys.stdin.buffer.read(), (width, height))
    sys.stdout.buffer.write(b"%d %d\n" % small.size + small.tobytes())


def _decoded(data: bytes, room: tuple[int, int]) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        picture.draft("RGB", room)
        small = picture.convert("RGBA")
    small.thumbnail(room)
    return small


def _load_decoders() -> None:
    """Decode one picture of each kind: what that imports is files, and soon none can be opened."""
    Image.preinit()
    for kind in FORMATS:
        sample = io.BytesIO()
        Image.new("L", (2, 2)).save(sample, kind)
        _decoded(sample.getvalue(), (1, 1))


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Not 3: whoever closes one of the three could open a file in its place.
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    if sys.platform == "linux":
        # Elsewhere the kernel keeps no such promise.
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    main()
