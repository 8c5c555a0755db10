"""Pages, pictures and sounds in the real browser, by the pixels and figures that come back."""

import array
import asyncio
import io
import math
import random
import struct
import sys
import wave
from pathlib import Path

import pytest
from PIL import Image as Pillow

from tests.workspace.browser.conftest import Draw

pytestmark = pytest.mark.slow

Colour = tuple[int, ...]


def opened(data: bytes) -> Pillow.Image:
    return Pillow.open(io.BytesIO(data)).convert("RGB")


def colour(data: bytes, x: int, y: int) -> Colour:
    found = opened(data).getpixel((x, y))
    assert isinstance(found, tuple)
    return found


def write_wave(path: Path, *channels: list[float], rate: int = 44_100) -> None:
    samples = array.array("h")
    for moment in zip(*channels, strict=True):
        samples.extend(round(value * 32_767) for value in moment)
    if sys.byteorder == "big":
        samples.byteswap()
    write_samples(path, samples.tobytes(), len(channels), rate)


def write_samples(path: Path, samples: bytes, channels: int, rate: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples)


def write_floats(path: Path, *channels: list[float], rate: int = 44_100) -> None:
    """Write a wave of floats, which :mod:`wave` does not know."""
    count = len(channels)
    samples = array.array(
        "f", (value for moment in zip(*channels, strict=True) for value in moment)
    )
    if sys.byteorder == "big":
        samples.byteswap()
    data = samples.tobytes()
    form = struct.pack("<HHIIHH", 3, count, rate, rate * count * 4, count * 4, 32)
    pieces = b"".join(
        name + struct.pack("<I", len(piece)) + piece
        for name, piece in ((b"fmt ", form), (b"data", data))
    )
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(pieces)) + b"WAVE" + pieces)


def tone(hertz: float, size: float, seconds: float, rate: int = 44_100) -> list[float]:
    turn = 2 * math.pi * hertz / rate
    return [size * math.sin(turn * at) for at in range(round(seconds * rate))]


async def test_a_page_with_its_files_under_hard_names(draw: Draw, root: Path) -> None:
    folder = root / "100% #1? ü"
    folder.mkdir()
    (folder / "page one.html").write_text(
        '<title>Names</title><link rel="stylesheet" href="a%20%23%25.css">'
        '<script type="module" src="./m.js"></script>'
        '<img src="../dot.svg" style="position:absolute; left:600px; top:0">'
        "<div style='height:3000px'></div>",
        encoding="utf-8",
    )
    (folder / "a #%.css").write_text("html { background: #00f }")
    (folder / "m.js").write_text(
        "import { mark } from './mark.mjs'; mark(); console.warn('module')"
    )
    (folder / "mark.mjs").write_text("export const mark = () => { document.title += ' by m' }")
    (root / "dot.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="50" height="50">'
        '<rect width="50" height="50" fill="lime"/></svg>'
    )
    drawn, data = await draw("100% #1? ü/page one.html")
    assert (drawn.failed, drawn.title, drawn.at, drawn.waited) == ("", "Names by m", "", 0)
    assert (drawn.width, drawn.media_type) == (1200, "image/png")
    assert drawn.height > 3000
    assert drawn.console == ["warning: module (100% #1? ü/m.js:1)"]
    assert drawn.refused == []
    assert opened(data).size == (1200, 800)
    assert colour(data, 300, 10) == (0, 0, 255)
    assert colour(data, 610, 10) == (0, 255, 0)


async def test_what_scripts_draw_is_drawn(draw: Draw, root: Path) -> None:
    (root / "a.html").write_text(
        "<style>canvas { position: absolute; top: 0; left: 0 } #g { left: 400px }</style>"
        "<canvas id=c></canvas><canvas id=g></canvas><script>"
        "const flat = c.getContext('2d'); flat.fillStyle = 'red'; flat.fillRect(0, 0, 300, 150);"
        "const deep = g.getContext('webgl2'); deep.clearColor(0, 1, 0, 1); deep.clear(16384);"
        "new Function('document.title = 1 + 1')();"
        "setTimeout(() => missing(), 50)</script>"
    )
    drawn, data = await draw("a.html")
    assert drawn.title == "2"
    assert colour(data, 20, 20) == (255, 0, 0)
    assert colour(data, 420, 20) == (0, 255, 0)
    assert drawn.console == ["uncaught: ReferenceError: missing is not defined (a.html:1)"]


async def test_svg_by_itself(draw: Draw, root: Path) -> None:
    (root / "a.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 2"><title>A field</title>'
        '<rect width="3" height="2" fill="#f0f"/></svg>'
    )
    drawn, data = await draw("a.svg")
    assert (drawn.title, drawn.width, drawn.height) == ("A field", 1200, 800)
    assert colour(data, 600, 400) == (255, 0, 255)


async def test_an_icon_is_enlarged(draw: Draw, root: Path) -> None:
    Pillow.new("RGBA", (16, 10), (255, 0, 0, 128)).save(root / "icon.png")
    drawn, data = await draw("icon.png")
    assert drawn.image is not None
    assert (drawn.image.width, drawn.image.height, drawn.image.clear) == (16, 10, True)
    assert opened(data).size == (drawn.image.shown_width, drawn.image.shown_height) == (128, 80)


async def test_a_large_noisy_picture_is_fitted_and_small_in_bytes(draw: Draw, root: Path) -> None:
    noise = Pillow.effect_noise((1500, 1000), 100).convert("RGB")
    noise.save(root / "noise.png", compress_level=0)
    drawn, data = await draw("noise.png")
    assert drawn.image is not None
    assert (drawn.image.width, drawn.image.height, drawn.image.clear) == (1500, 1000, False)
    assert drawn.media_type == "image/jpeg"
    assert opened(data).size == (1200, 800)
    assert len(data) <= 1024 * 1024


async def test_a_picture_bomb_and_what_is_no_picture(draw: Draw, root: Path) -> None:
    Pillow.new("1", (30_000, 30_000)).save(root / "bomb.png", compress_level=1)
    (root / "text.png").write_text("<script>alert(1)</script>")
    for drawn, data in await asyncio.gather(draw("bomb.png"), draw("text.png")):
        assert drawn.failed == "it is no picture that can be decoded"
        assert data == b""


async def test_a_sound_is_measured_and_drawn(draw: Draw, root: Path) -> None:
    high = [*tone(440, 0.5, 3), *[0.0] * 44_100]
    low = [*tone(4_000, 0.05, 3), *[0.0] * 44_100]
    write_wave(root / "tune.wav", high, low)
    drawn, data = await draw("tune.wav")
    sound = drawn.sound
    assert sound is not None
    assert (sound.seconds, sound.rate, sound.top, sound.noise) == (4, 44_100, 22_050, False)
    left, right = sound.channels
    assert left.peak == pytest.approx(-6.0, abs=0.1)
    assert right.peak == pytest.approx(-26.0, abs=0.1)
    assert left.level == pytest.approx(-10.3, abs=0.1)
    assert (sound.quiet_first, sound.quiet_last) == (0, pytest.approx(1, abs=0.02))
    assert sound.quiet_share == pytest.approx(0.25, abs=0.01)
    first, second = sound.tones[:2]
    assert first.hertz == pytest.approx(440, abs=0.5)
    assert second.hertz == pytest.approx(4_000, abs=1)
    assert second.decibels == pytest.approx(-20, abs=0.5)
    picture = opened(data)
    column = picture.crop((500, 190, 501, 750)).convert("L").tobytes()
    bright = {y for y, value in enumerate(column, 190) if value > 200}
    assert bright
    assert all(abs(y - height_of(440)) < 12 for y in bright)
    assert picture.convert("L").getpixel((1150, height_of(440))) == 0


def height_of(hertz: float) -> int:
    """Where in the picture a frequency stands."""
    return round(750 - math.log(hertz / 30) / math.log(22_050 / 30) * 560)


async def test_samples_that_are_no_numbers_are_counted_and_taken_as_zero(
    draw: Draw, root: Path
) -> None:
    left, right = tone(440, 0.5, 1), [0.0] * 44_100
    left[1_000], left[2_000], left[3_000] = math.nan, math.inf, -math.inf
    right[5] = math.nan
    write_floats(root / "broken.wav", left, right)
    drawn, data = await draw("broken.wav")
    assert drawn.failed == ""
    assert drawn.sound is not None
    first, second = drawn.sound.channels
    assert (first.no_numbers, first.full) == (3, 0)
    assert first.peak == pytest.approx(-6, abs=0.1)
    assert first.level == pytest.approx(-9, abs=0.1)
    assert (second.no_numbers, second.peak) == (1, None)
    assert drawn.sound.tones[0].hertz == pytest.approx(440, abs=0.5)
    assert opened(data).size == (1200, 800)


async def test_a_sound_far_louder_than_full_scale(draw: Draw, root: Path) -> None:
    write_floats(root / "loud.wav", tone(440, 3e38, 1))
    drawn, data = await draw("loud.wav")
    assert drawn.failed == ""
    assert drawn.sound is not None
    [channel] = drawn.sound.channels
    assert channel.peak == pytest.approx(20 * math.log10(3e38), abs=0.1)
    assert drawn.sound.tones[0].hertz == pytest.approx(440, abs=0.5)
    bright = opened(data).convert("L").getpixel((600, height_of(440)))
    assert isinstance(bright, int)
    assert bright > 200


async def test_three_megabytes_of_noise(draw: Draw, root: Path) -> None:
    noise = random.Random(1).randbytes(3_000_000)
    write_samples(root / "noise.wav", noise, channels=1, rate=48_000)
    drawn, data = await draw("noise.wav")
    assert drawn.sound is not None
    assert (drawn.sound.noise, drawn.sound.rate) == (True, 48_000)
    assert drawn.sound.seconds == pytest.approx(31.25)
    assert len(data) <= 1024 * 1024


async def test_silence_and_what_is_no_sound(draw: Draw, root: Path) -> None:
    write_wave(root / "silent.wav", [0.0] * 8_000, rate=8_000)
    write_wave(root / "empty.wav", [])
    (root / "text.mp3").write_text("la la la")
    names = ("silent.wav", "empty.wav", "text.mp3")
    (silent, _), *others = await asyncio.gather(*map(draw, names))
    assert silent.sound is not None
    assert (silent.sound.channels[0].peak, silent.sound.quiet_share) == (None, 1)
    assert silent.sound.tones == []
    for drawn, data in others:
        assert drawn.failed == "it is no sound that can be decoded"
        assert data == b""
