"""Pictures of a model's making: decoded by another process, drawn two pixels a cell."""

import io
import struct
import subprocess
import sys
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from latitude.tui import pixels
from latitude.tui.files import FolderFiles
from latitude.tui.pixels import WIDEST, Pixels, decode
from tests.tui.beside import Beside, Person

RED, BLUE = (255, 0, 0), (0, 0, 255)


def drawn(kind: str, size: tuple[int, int] = (8, 6), mode: str = "RGB") -> bytes:
    """A picture, red above and blue below."""
    picture = Image.new(mode, size, RED)
    picture.paste(BLUE, (0, size[1] // 2, size[0], size[1]))
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def announced(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is so large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(bytes(10_000)))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "JPEG"])
async def test_the_four_kinds_are_decoded(kind: str, mode: str) -> None:
    picture = Image.open(io.BytesIO(drawn("PNG", (16, 16)))).convert(mode)
    out = io.BytesIO()
    picture.convert("RGB" if kind == "JPEG" else mode).save(out, kind)
    found = await decode(out.getvalue())
    assert found is not None
    assert (found.width, found.height) == (16, 16)
    rows = found.fitted(16, (0, 0, 0))
    assert all(abs(one - other) < 8 for one, other in zip(rows[0][0], RED, strict=True))
    assert all(abs(one - other) < 8 for one, other in zip(rows[-1][-1], BLUE, strict=True))


async def test_a_large_one_comes_small() -> None:
    found = await decode(drawn("PNG", (3_000, 1_500)))
    assert found is not None
    assert (found.width, found.height) == (WIDEST, WIDEST // 2)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        drawn("PNG")[:60],
        announced(100_000, 100_000),
        announced(2_147_483_647, 1),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"P6 2 2 255 " + bytes(12),
    ],
    ids=["nothing", "a head", "cut", "a bomb", "a line", "SVG", "another kind"],
)
async def test_what_is_no_picture_is_none(data: bytes) -> None:
    assert await decode(data) is None


@pytest.mark.parametrize(
    "out",
    [
        b"",
        b"1 1\n",
        b"1 1\n12345",
        b"-1 1\n1234",
        b"1\n1234",
        b"999999 1\n",
        b"0 4\n",
        b"\xb2 1\n" + bytes(8),
    ],
)
def test_what_a_decoder_writes_is_not_taken_on_trust(out: bytes) -> None:
    assert pixels._read(out) is None


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="there is no /proc here")
async def test_a_decoder_is_given_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "planted-key")
    started = []
    begin = pixels.asyncio.create_subprocess_exec

    async def watched(*arguments: str, **options: object):
        child = await begin(*arguments, **options)
        started.append(Path(f"/proc/{child.pid}/environ").read_bytes())
        return child

    monkeypatch.setattr(pixels.asyncio, "create_subprocess_exec", watched)
    assert await decode(drawn("PNG")) is not None
    assert started == [b""]


def test_a_decoder_can_open_nothing_even_in_the_place_of_what_it_closed() -> None:
    code = """
import os
from latitude.tui import picture_decoder
picture_decoder._confine()
os.close(0)
try:
    os.open("/dev/null", os.O_RDONLY)
except OSError as error:
    print(type(error).__name__, error.strerror)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "OSError Too many open files\n"


def test_a_pixel_is_the_mean_of_those_it_stands_for() -> None:
    two = Pixels(2, 1, bytes([255, 0, 0, 255, 0, 0, 255, 255]))
    assert two.fitted(9, (0, 0, 0)) == [[RED, BLUE]], "it is not made larger"
    assert two.fitted(1, (0, 0, 0)) == [[(127, 0, 127)]]
    clear = Pixels(1, 1, bytes([255, 255, 255, 0]))
    assert clear.fitted(1, (1, 2, 3)) == [[(1, 2, 3)]]


@pytest.fixture
async def person(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Person]:
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("COLORTERM", "truecolor")
    app = Beside()
    async with app.run_test(size=(60, 40)) as pilot:
        yield Person(app, pilot)


async def test_a_picture_is_drawn_beside_its_name(person, repository, workspace) -> None:
    workspace.write("sea.png", drawn("PNG"))
    person.app.pane.show(FolderFiles(workspace.root, repository, None))
    screen = await person.choose("sea.png")
    assert screen.splitlines()[4].split() == ["sea.png", "picture"]
    assert "PNG image, 8 x 6" in screen
    assert screen.count("▀" * 8) == 3
    strips = person.app.screen._compositor.render_strips()
    cells = [segment for strip in strips for segment in strip if "▀" in segment.text]
    assert cells[0].style.color.triplet == RED
    assert cells[-1].style.bgcolor.triplet == BLUE


async def test_a_picture_that_cannot_be_drawn_is_told(person, repository, workspace) -> None:
    workspace.write("sea.png", announced(100_000, 100_000))
    person.app.pane.show(FolderFiles(workspace.root, repository, None))
    screen = await person.choose("sea.png")
    assert "It cannot be drawn here." in screen
    assert "o opens the folder outside." in screen


async def test_without_colours_it_is_told(person, repository, workspace) -> None:
    person.app.no_color = True
    workspace.write("sea.png", drawn("PNG"))
    person.app.pane.show(FolderFiles(workspace.root, repository, None))
    screen = await person.choose("sea.png")
    assert "▀" not in screen
    assert f"PNG image, 8 x 6, {len(drawn('PNG'))} bytes" in screen
