"""``preview`` in the words that a model reads; and once for each kind in the real browser."""

from pathlib import Path
from typing import Any

import pytest

from latitude.errors import ToolFailed
from latitude.tools.base import Picture, ToolAnswer
from latitude.tools.preview import Preview
from latitude.workspace.browser.base import Channel, Drawn, Image, Kind, Sound, Tone
from latitude.workspace.browser.browser import Browser
from latitude.workspace.folder import Workspace
from tests.programs import needs


class Painter:
    """Says that it drew what it was told to say."""

    def __init__(self, drawn: Drawn) -> None:
        self._drawn = drawn

    async def draw(self, kind: Kind, root: Path, path: str) -> tuple[Drawn, bytes]:
        return self._drawn, b"" if self._drawn.failed else b"\x89PNG"


async def told(
    workspace: Workspace, drawn: Drawn, path: str = "a.html", *, pictures: bool = True
) -> ToolAnswer:
    workspace.write(path, b"anything")
    return await Preview(Painter(drawn), pictures=pictures).run({"path": path}, workspace)


def page(**fields: Any) -> Drawn:
    return Drawn(width=1200, height=800, media_type="image/png", **fields)


async def test_a_page(workspace: Workspace) -> None:
    answer = await told(workspace, page(title="A loom"))
    assert answer.text == "Opened a.html: 1,200 × 800 pixels, with the title A loom."
    assert answer.pictures == (Picture("image/png", b"\x89PNG"),)
    assert (answer.ok, answer.cut) == (True, None)


async def test_a_page_with_much_to_tell(workspace: Workspace) -> None:
    drawn = Drawn(
        width=1200,
        height=5_000,
        at="b.html",
        waited=10,
        console=["error: no"],
        console_more=1_200,
        refused=["There is no file x.png."],
        media_type="image/jpeg",
    )
    answer = await told(workspace, drawn)
    assert answer.text.splitlines() == [
        "Opened a.html: 1,200 × 5,000 pixels, without a title.",
        "The page went on to b.html by itself; that is what was drawn.",
        "It had not finished loading after 10 seconds, and was drawn as it was then.",
        "The picture shows its upper left part, 1,200 × 800 pixels.",
        "Errors and warnings in the console:",
        "  error: no",
        "  [1,200 more]",
        "Not given to the page:",
        "  There is no file x.png.",
    ]
    assert answer.cut == "1,200 lines"


async def test_a_model_that_takes_no_pictures(workspace: Workspace) -> None:
    answer = await told(workspace, page(title="A loom"), pictures=False)
    assert answer.text.splitlines() == [
        "Opened a.html: 1,200 × 800 pixels, with the title A loom.",
        "There is no picture: this session's model takes none.",
    ]
    assert answer.pictures == ()


def test_the_description_says_what_comes_back() -> None:
    with_pictures = Preview(Painter(Drawn()), pictures=True).schema
    without = Preview(Painter(Drawn()), pictures=False).schema
    assert "You get a picture of at most 1200 × 800 pixels" in with_pictures.description
    assert "You get no picture, only words" in without.description
    assert with_pictures.name == without.name == "preview"
    assert with_pictures.parameters["required"] == ["path"]


async def test_what_could_not_be_drawn(workspace: Workspace) -> None:
    answer = await told(workspace, Drawn(failed="it crashed", console=["error: first"]))
    assert not answer.ok
    assert answer.text.splitlines() == [
        "a.html could not be drawn: it crashed.",
        "Errors and warnings in the console:",
        "  error: first",
    ]
    assert answer.pictures == ()


async def test_a_picture(workspace: Workspace) -> None:
    image = Image(width=16, height=16, shown_width=128, shown_height=128, clear=True)
    answer = await told(workspace, Drawn(image=image, media_type="image/png"), "a.png")
    assert answer.text == (
        "Opened a.png: 16 × 16 pixels, partly see-through (on chequered ground); shown at "
        "128 × 128."
    )


def sound_of(*channels: Channel) -> Sound:
    return Sound(
        seconds=2.5,
        rate=44_100,
        channels=list(channels),
        quiet_share=0.12,
        quiet_first=0.1,
        quiet_last=0.2,
        noise=False,
        tones=[Tone(hertz=440.04, decibels=0), Tone(hertz=1_000, decibels=-12.4)],
        top=22_050,
    )


async def test_a_sound(workspace: Workspace) -> None:
    sound = sound_of(
        Channel(peak=-0.04, level=-14.2, full=3, no_numbers=0),
        Channel(peak=None, level=None, full=0, no_numbers=0),
    )
    answer = await told(workspace, Drawn(sound=sound, media_type="image/png"), "a.wav")
    assert answer.text.splitlines() == [
        "Opened a.wav: 2.50 seconds, 2 channels, 44,100 samples a second.",
        "Channel 1: peak 0.0 dBFS, level -14.2 dBFS (RMS), 3 samples at full scale.",
        "Channel 2 is silent: every sample is zero.",
        "Under -60 dBFS for 12% of the time: 0.10 s at the beginning, 0.20 s at the end.",
        (
            "Strongest frequencies, with their level against the first: 440.0 Hz (A4) 0 dB, "
            "1,000.0 Hz -12 dB."
        ),
        (
            "The picture shows the wave above and the spectrogram below, all channels together: "
            "time goes to the right, frequency upwards (30 Hz to 22,050 Hz), and "
            "brighter is louder."
        ),
    ]


async def test_a_sound_with_samples_that_are_no_numbers(workspace: Workspace) -> None:
    sound = sound_of(
        Channel(peak=-6, level=-9, full=0, no_numbers=1),
        Channel(peak=None, level=None, full=0, no_numbers=1_200),
    )
    answer = await told(workspace, Drawn(sound=sound, media_type="image/png"), "a.wav")
    assert answer.text.splitlines()[1:5] == [
        "Channel 1 is broken: 1 sample is no finite number, taken as zero here.",
        "Channel 1: peak -6.0 dBFS, level -9.0 dBFS (RMS).",
        "Channel 2 is broken: 1,200 samples are no finite numbers, taken as zero here.",
        "Channel 2 is silent: every other sample is zero.",
    ]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("none.html", "There is no file none.html."),
        ("../a.html", "../a.html has the part .., which paths here cannot have."),
        ("folder.html", "folder.html is a folder, not a file."),
        ("link.html", "link.html is a link, and the file tools do not follow links."),
        ("a.py", "a.py has no ending that can be previewed (htm, html, svg, xhtml, apng, avif, "),
        ("big.wav", "big.wav is 1,099,511,627,776 bytes; at most 16,777,216 can be previewed."),
    ],
)
async def test_what_is_refused_before_a_browser_starts(
    workspace: Workspace, root: Path, path: str, why: str
) -> None:
    (root / "folder.html").mkdir()
    (root / "link.html").symlink_to("/etc/passwd")
    (root / "a.py").write_text("")
    with (root / "big.wav").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(ToolFailed) as failed:
        await Preview(Browser("none", "none"), pictures=True).run({"path": path}, workspace)
    assert str(failed.value).startswith(why)


async def test_a_browser_that_is_gone_is_told_and_not_raised(workspace: Workspace) -> None:
    workspace.write("a.html", b"hello")
    answer = await Preview(Browser("/none", "/none"), pictures=True).run(
        {"path": "a.html"}, workspace
    )
    assert not answer.ok
    assert answer.text.startswith("a.html could not be drawn: the browser did not start (")


@pytest.mark.slow
async def test_in_the_real_browser(workspace: Workspace) -> None:
    bwrap = needs("bwrap")
    tool = Preview(Browser(needs("chromium"), bwrap), pictures=True)
    workspace.write("a page.html", b"<title>Hello</title><script>console.error('oh')</script>")
    answer = await tool.run({"path": "./a page.html"}, workspace)
    assert answer.ok
    assert answer.text.splitlines() == [
        "Opened ./a page.html: 1,200 × 800 pixels, with the title Hello.",
        "Errors and warnings in the console:",
        "  error: oh (a page.html:1)",
    ]
    (picture,) = answer.pictures
    assert picture.media_type == "image/png"
    assert picture.data.startswith(b"\x89PNG")
