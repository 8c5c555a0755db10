"""The contact sheet: which works stand on it, and that no work can end it or act on it."""

import asyncio
import io
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from PIL import Image

from latitude.compare.cohort import gather
from latitude.compare.figures import Picture, Report, Sheet
from latitude.compare.html.page import page
from latitude.compare.sections.works import contact_sheet
from latitude.compare.works import contact_sheet as sheets
from latitude.compare.works.choosing import MOST_SHOWN, choose, first_of
from latitude.compare.works.contact_sheet import Room, draw_sheet
from latitude.compare.works.contents import Read
from latitude.compare.works.layout import FOLDER, own_folder, sweep
from latitude.compare.works.looking import Looked, look
from latitude.index.measures import kind_of
from latitude.index.observation import WorkSeen
from latitude.workspace.browser.base import Drawn, Kind
from latitude.workspace.browser.browser import Browser
from latitude.workspace.sandbox.base import Missing
from tests.compare.made import Makers
from tests.compare.observed import seen
from tests.compare.reader import Reader
from tests.programs import needs

PATIENT = Room(loading=10, patience=28)
NONE = Missing("Chromium is not installed.", "Install it.")


@pytest.fixture
def browser() -> Browser:
    return Browser(needs("chromium", "google-chrome-stable"), needs("bwrap"))


async def drawn(
    makers: Makers, browser: Browser | Missing | None, **how: object
) -> tuple[dict[str, Picture], tuple[str, ...]]:
    """The pictures by path, of a home in which no two sessions use one path."""
    state = makers.home.state
    sheet, said = await draw_sheet(
        choose(makers.cohort()), makers.repository, browser, state, **how
    )
    return {made.path: made for _, group in sheet.groups for made in group}, said


def work(path: str, size: int = 5) -> WorkSeen:
    return WorkSeen(path, kind_of(path), None, size, "1" * 64, "2" * 40)


def test_works_of_one_session_differ_in_kind_where_they_can() -> None:
    paths = ("deep/index.html", "a.html", "index.html", "b.md", "a.md", "sea.svg", "empty.css")
    works = [work(path, 0 if path == "empty.css" else 5) for path in paths]
    assert [one.path for one in first_of(works, 3)] == ["index.html", "sea.svg", "a.md"]
    assert [one.path for one in first_of(works, 6)] == [
        *("index.html", "sea.svg", "a.md", "empty.css", "a.html", "deep/index.html"),
    ]


def test_sessions_are_spread_over_the_repeats_and_the_rest_is_counted() -> None:
    sessions = [
        seen(number, repeat=20 - number, works=(work("a.md"),) if number % 2 else ())
        for number in range(20)
    ]
    choice = choose(gather(sessions))
    repeats = {one.session: one.repeat for one in sessions}
    assert [repeats[one.session] for one in choice.chosen] == [1, 7, 13, 19]
    assert choice.words().startswith(
        "Shown: 4 of 10 files, 4 of 10 sessions that left any, 1 of 1 groups."
    )
    assert choose(gather(list(reversed(sessions)))) == choice


@pytest.mark.parametrize("groups", [1, 7, 19, 20, 21, 59, 60, 61, 200])
def test_however_many_groups_there_are_the_sheet_stays_small(groups: int) -> None:
    works = tuple(work(f"{name}.md") for name in "abcde")
    sessions = [seen(number, f"m{number % groups}", works=works) for number in range(groups * 5)]
    choice = choose(gather(sessions))
    shown = {one.group for one in choice.chosen}
    assert len(shown) == min(groups, MOST_SHOWN)
    assert choice.shown == min(groups * 12, MOST_SHOWN // len(shown) * len(shown)) or groups < 20
    assert choice.shown <= MOST_SHOWN


async def test_without_a_browser_it_says_why_once_and_shows_how_texts_begin(
    makers: Makers,
) -> None:
    await makers.make({"poem.md": "Ebb\n" * 500, "index.html": "<h1>Tide</h1>", "a.wav": b"RIFF\0"})
    await makers.make(
        {"empty.txt": "", "b.png": b"\x89PNG\0", "old.csv": "caf\xe9".encode("latin-1")}
    )
    pictures, said = await drawn(makers, NONE)
    [why] = said[1:]
    assert why == (
        "No browser drew anything, so only the beginnings of texts stand here. Chromium is not "
        "installed. Install it."
    )
    assert {path: picture.said for path, picture in pictures.items()} == {
        "poem.md": ("Ebb\n" * 500)[: sheets.LONGEST],
        "index.html": "<h1>Tide</h1>",
        "a.wav": "A sound of 5 bytes, and no text.",
        "empty.txt": "An empty file.",
        "b.png": "A picture of 5 bytes, and no text.",
        "old.csv": "A file of 4 bytes, and no text.",
    }
    assert not any(picture.data for picture in pictures.values())
    assert makers.left() == []


async def test_bytes_that_are_lost_are_said_in_their_place(
    makers: Makers, browser: Browser
) -> None:
    one = await makers.make({"a.html": "<h1>lost</h1>", "b.md": "kept"})
    [a, b] = one.works
    makers.sessions[0] = replace(one, works=(replace(a, commit="0" * 40), b))
    pictures, _ = await drawn(makers, browser)
    lost = "not to be read from the repository"
    assert pictures["a.html"].said == f"Not drawn: {lost}.\n\nA file of 13 bytes: {lost}."
    assert pictures["b.md"].said == "kept"


async def test_when_the_time_is_over_the_rest_is_said(makers: Makers, browser: Browser) -> None:
    await makers.make({"a.html": "<h1>late</h1>"})
    pictures, _ = await drawn(makers, browser, room=Room(seconds=0))
    assert pictures["a.html"].said == (
        "Not drawn: the 0 seconds for all pictures were over.\n\n<h1>late</h1>"
    )


async def test_a_state_folder_that_cannot_be_used_is_said_once(
    makers: Makers, browser: Browser, tmp_path: Path
) -> None:
    await makers.make({"a.html": "<h1>Tide</h1>"})
    (tmp_path / "file").write_text("")
    choice = choose(makers.cohort())
    sheet, said = await draw_sheet(choice, makers.repository, browser, tmp_path / "file")
    assert said[1].startswith("Nothing was drawn, because files cannot be laid out")
    assert sheet.groups[0][1][0].said == "<h1>Tide</h1>"


def test_a_folder_is_gone_at_the_end_and_one_in_use_is_never_swept(tmp_path: Path) -> None:
    with own_folder(tmp_path) as one:
        (one / "works").mkdir()
        with own_folder(tmp_path) as other:
            sweep(tmp_path)
            assert one.is_dir()
            assert other.is_dir()
        assert not other.exists()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_swept_by_the_next(tmp_path: Path) -> None:
    code = """
        import sys, time
        from pathlib import Path
        from latitude.compare.works.layout import own_folder
        with own_folder(Path(sys.argv[1])) as folder:
            (folder / "works").mkdir()
            (folder / "works" / "a.html").write_text("left")
            print("there", flush=True)
            time.sleep(600)
        """
    command = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"there\n"
        sweep(tmp_path)
        [left] = tmp_path.glob(f"{FOLDER}*")
        process.send_signal(signal.SIGKILL)
    assert (left / "works" / "a.html").exists()
    with own_folder(tmp_path):
        assert not left.exists()


def pixel(picture: Picture, x: int, y: int) -> tuple[int, ...]:
    with Image.open(io.BytesIO(picture.data)) as image:
        found = image.convert("RGB").getpixel((x, y))
    assert isinstance(found, tuple)
    return found


@pytest.mark.slow
async def test_a_page_finds_its_own_files_and_a_sound_is_drawn(
    makers: Makers, browser: Browser
) -> None:
    page = (
        "<link rel=stylesheet href=style/a.css><img src='../pics/red.svg'>"
        "<script src=js.js></script>"
    )
    red = (
        "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='90'>"
        "<rect width='90' height='90' fill='red'/></svg>"
    )
    sound = (
        b"RIFF"
        + (36 + 8000).to_bytes(4, "little")
        + b"WAVEfmt \x10\0\0\0\1\0\1\0@\x1f\0\0@\x1f\0\0\1\0\x08\0data"
    )
    await makers.make(
        {
            "site/index.html": page,
            "site/style/a.css": "body { margin: 0; background: #0a0 } img { display: block }",
            "site/js.js": "document.body.style.borderTop = '300px solid #00f'",
            "pics/red.svg": red,
        }
    )
    hum = sound + (8000).to_bytes(4, "little") + bytes([100, 156] * 4000)
    await makers.make({"hum.wav": hum})
    pictures, said = await drawn(makers, browser, room=PATIENT)
    assert len(said) == 1
    shown = pictures["site/index.html"]
    assert (shown.label, shown.media_type, shown.said) == ("page", "image/png", "")
    assert pixel(shown, 600, 100) == (0, 0, 255)
    assert pixel(shown, 45, 345) == (255, 0, 0)
    assert pixel(shown, 600, 700) == (0, 170, 0)
    assert pixel(pictures["pics/red.svg"], 5, 5) == (255, 0, 0)
    assert pictures["hum.wav"].data
    assert makers.left() == []


@pytest.mark.slow
async def test_a_picture_that_takes_too_much_is_drawn_again_and_smaller(
    makers: Makers, browser: Browser
) -> None:
    noise = """<canvas id=c width=1200 height=800></canvas><style>body { margin: 0 }</style><script>
        const it = c.getContext("2d"), all = it.createImageData(1200, 800);
        let seed = 1;
        for (let i = 0; i < all.data.length; i++)
          all.data[i] = i % 4 === 3 ? 255 : (seed = seed * 16807 % 2147483647) & 255;
        it.putImageData(all, 0, 0)</script>"""
    await makers.make({"noise.html": noise})
    pictures, _ = await drawn(makers, browser, room=replace(PATIENT, size=600_000))
    with Image.open(io.BytesIO(pictures["noise.html"].data)) as image:
        assert image.size == (480, 320)
    assert makers.left() == []


@dataclass(frozen=True, slots=True)
class Unyielding(Browser):
    """A browser whose pictures do not get smaller."""

    async def draw(self, kind: Kind, root: Path, path: str) -> tuple[Drawn, bytes]:
        del self, kind, root, path
        return Drawn(media_type="image/png"), bytes(1_000)


async def test_a_picture_that_cannot_be_made_small_enough_is_told_of(
    makers: Makers, browser: Browser
) -> None:
    await makers.make({"noise.html": "<h1>noise</h1>"})
    unyielding = Unyielding(browser.program, browser.bwrap)
    pictures, _ = await drawn(makers, unyielding, room=replace(PATIENT, size=999))
    assert "its picture takes 1,000 bytes, too many for this page" in pictures["noise.html"].said
    assert pictures["noise.html"].data == b""
    assert makers.left() == []


@dataclass(frozen=True, slots=True)
class Telling(Browser):
    """A browser that says when it begins to draw."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def draw(self, kind: Kind, root: Path, path: str) -> tuple[Drawn, bytes]:
        self.begun.set()
        return await Browser.draw(self, kind, root, path)


@pytest.mark.slow
async def test_cancelling_leaves_nothing(makers: Makers, browser: Browser) -> None:
    await makers.make({"loop.html": "<script>for (;;);</script>"})
    telling = Telling(browser.program, browser.bwrap)
    drawing = asyncio.create_task(drawn(makers, telling))
    await telling.begun.wait()
    assert list(makers.home.state.glob(f"{FOLDER}*/works/loop.html"))
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing
    assert makers.left() == []


HOSTILE: dict[str, Callable[[], bytes | str]] = {
    "act.svg": lambda: (
        '<svg xmlns="http://www.w3.org/2000/svg" onload="parent.document.title=\'taken\'"><script>'
        'parent.document.title = "taken"; fetch("http://127.0.0.1:9/")</script>'
        '<image href="http://127.0.0.1:9/inner.png" width="9" height="9"/></svg>'
    ),
    "none.png": lambda: "<script>document.title = 'taken'</script>",
    "</style><script>document.title='taken'<!--/a.md": lambda: (
        "</style></div><script>document.title='taken'</script>\x1b]0;t\x07\u202e\0"[:-1]
    ),
    '"><img src=x onerror=alert(1)>.md': lambda: "named",
    "\x1b]0;title\x07\u202egnp.html": lambda: "<h1>a name that new files cannot have</h1>",
    "-rf.html": lambda: "<h1>hyphen</h1>",
    "out.html": lambda: "->/etc/passwd",
    "round.html": lambda: "->round.html",
    "nothing.html": lambda: "",
    "nothing.md": lambda: "",
    "large.html": lambda: b"<h1>large</h1>".ljust(17 * 1024 * 1024),
    "large.md": lambda: b"x" * (5 * 1024 * 1024),
}


@pytest.mark.slow
async def test_hostile_works_neither_end_the_report_nor_reach_its_page(
    makers: Makers, browser: Browser, tmp_path: Path
) -> None:
    for place, (path, content) in enumerate(HOSTILE.items()):
        await makers.make({path: content()}, model=f"m{place:02}")
    cohort = makers.cohort()
    pictures, said = await drawn(makers, browser)
    assert makers.left() == []
    links = {"out.html", "round.html"}
    assert pictures.keys() == HOSTILE.keys() - links
    told = {path: picture.said for path, picture in pictures.items() if not picture.data}
    assert told.keys() >= {"none.png", "nothing.md", "large.html", "large.md"}
    assert told["none.png"].startswith("Not drawn: it is no picture that can be decoded.")
    assert told["large.md"] == "A file of 5,242,880 bytes, not opened here."
    assert "at most 16,777,216 can be drawn" in told["large.html"]
    assert pictures["act.svg"].data
    assert {picture.media_type for picture in pictures.values() if picture.data} == {"image/png"}
    for named, path in (("control", "\x1b]0;title\x07\u202egnp.html"), ("hyphen", "-rf.html")):
        assert told[path].startswith("Not drawn: it cannot be laid out"), named
        assert "<h1>" in told[path]

    sheet = Sheet((("all of them", tuple(pictures.values())),))
    section = contact_sheet(Looked(cohort, Read({}, ()), sheet, said))
    assert section is not None
    written = page(Report("Hostile", (), (), (section,)))
    assert len(written) < 8_000_000
    assert "<script" not in written.replace("&lt;script", "")
    place = tmp_path / "report.html"
    place.write_text(written, encoding="utf-8")
    with Reader(tmp_path / "profile") as reader:
        reader.read(place)
        assert reader.run("return document.title") == "Hostile · latitude"
        assert reader.faults() == []
        assert reader.asked_for() == []


@pytest.mark.slow
async def test_one_look_reads_and_draws(makers: Makers, browser: Browser) -> None:
    await makers.make({"index.html": "<h1>Tide</h1>", "a.md": "Ebb"})
    await makers.make({"b.md": "Flood", "c.md": "Slack"})
    told: list[tuple[int, int]] = []
    looked = await look(
        makers.home, makers.cohort(), draw=True, progress=lambda *done: told.append(done)
    )
    assert told == [(1, 2), (2, 2), (1, 4), (2, 4), (3, 4), (4, 4)]
    assert looked.sheet is not None
    [(label, made)] = looked.sheet.groups
    assert label == "claude-x · open"
    assert [(one.path, bool(one.data)) for one in made] == [
        ("index.html", True),
        ("a.md", False),
        ("b.md", False),
        ("c.md", False),
    ]
    section = contact_sheet(looked)
    assert section is not None
    assert section.plots[0][0] == "4 files; n = 2 sessions."
    undrawn = await look(makers.home, makers.cohort(), draw=False)
    assert (undrawn.sheet, undrawn.said) == (None, ())
    assert contact_sheet(undrawn) is None
