"""The pixels of a picture that a model made, decoded at a distance."""

import asyncio
import sys
from dataclasses import dataclass

WIDEST, TALLEST = 160, 320
"""Pixels of the largest picture that is asked for: two pixels stand in a cell of the terminal."""
MOST_BYTES = 16 * 1024 * 1024
"""Of a file; larger ones are only told of."""
_PATIENCE = 10.0
"""Seconds after which a decoder is given up."""
_RGBA = 4

Pixel = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Pixels:
    """A small picture."""

    width: int
    height: int
    data: bytes
    """Row by row, four bytes (red, green, blue, alpha) a pixel."""

    def fitted(self, width: int, ground: Pixel) -> list[list[Pixel]]:
        """The picture at most ``width`` pixels wide on a ``ground``, row by row.

        A pixel is the mean of those that it stands for.
        """
        across = max(1, min(width, self.width))
        down = max(1, round(self.height * across / self.width))
        xs, ys = _cuts(self.width, across), _cuts(self.height, down)
        return [[self._mean(x, y, ground) for x in xs] for y in ys]

    def _mean(self, xs: range, ys: range, ground: Pixel) -> Pixel:
        sums, alpha, count = [0, 0, 0], 0, len(xs) * len(ys)
        for y in ys:
            for x in xs:
                at = (y * self.width + x) * _RGBA
                cover = self.data[at + 3]
                alpha += cover
                for part in range(3):
                    sums[part] += self.data[at + part] * cover
        bare = 255 * count - alpha
        red, green, blue = (
            (total + bare * under) // (255 * count)
            for total, under in zip(sums, ground, strict=True)
        )
        return red, green, blue


def _cuts(length: int, parts: int) -> list[range]:
    """``length`` places cut into ``parts`` ranges as even as can be; none is empty."""
    return [range(at * length // parts, (at + 1) * length // parts) for at in range(parts)]


async def decode(data: bytes) -> Pixels | None:
    """Decode PNG, JPEG, GIF or WebP; ``None`` for what no decoder could make a picture of.

    It is done by another process; see :mod:`latitude.tui.picture_decoder`.
    """
    module = "latitude.tui.picture_decoder"
    try:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-m", module, str(WIDEST), str(TALLEST)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
        )
    except OSError:
        # No process is to be had now; the picture is told of in words.
        return None
    try:
        async with asyncio.timeout(_PATIENCE):
            out, _ = await child.communicate(data)
    except TimeoutError:
        return None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return _read(out)


def _read(out: bytes) -> Pixels | None:
    """What a decoder wrote, which was in the hands of a model's bytes: believed only as far as
    it is a picture."""
    head, _, data = out.partition(b"\n")
    numbers = head.split(b" ")
    if len(numbers) != 2 or not all(number.isdigit() and len(number) < 4 for number in numbers):
        return None
    width, height = (int(number) for number in numbers)
    fits = 0 < width <= WIDEST and 0 < height <= TALLEST
    return Pixels(width, height, data) if fits and len(data) == width * height * _RGBA else None
