"""The page as people meet it: real Chromium, wide and narrow, light and dark, and on paper."""

import contextlib
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from latitude.compare.html.page import page
from latitude.compare.svg.matrix import _DARKEST as DARKEST
from tests.compare import hostile_reports, sample_reports
from tests.compare.reader import Reader

pytestmark = pytest.mark.slow

SAMPLES = {
    "study": sample_reports.study(),
    "one": sample_reports.with_one_session(),
    "empty": sample_reports.empty(),
    "many": sample_reports.many(),
    "hostile": hostile_reports.hostile(),
}
LIGHT, DARK = "rgb(250, 248, 244)", "rgb(22, 24, 26)"
each = pytest.mark.parametrize("name", SAMPLES)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with Reader(tmp_path_factory.mktemp("profile")) as reader:
        yield reader


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for name, report in SAMPLES.items():
        (folder / f"{name}.html").write_text(page(report), encoding="utf-8")
    return folder


@each
def test_nothing_fails_nothing_is_asked_for_and_nothing_runs(
    name: str, reader: Reader, folder: Path
) -> None:
    reader.look()
    reader.read(folder / f"{name}.html")
    assert "latitude" in str(reader.run("return document.title"))
    assert reader.faults() == []
    assert reader.asked_for() == []


@each
def test_the_page_is_never_wider_than_the_window(name: str, reader: Reader, folder: Path) -> None:
    reader.read(folder / f"{name}.html")
    reader.run("for (const each of document.querySelectorAll('details')) each.open = true")
    shown, whole = "return document.documentElement.clientWidth", "return document.body.scrollWidth"
    for width in (1200, 700, 400):
        reader.look(width)
        # Less than the window by a scroll bar, where there is one.
        assert reader.run(whole) == reader.run(shown) <= width
        assert reader.run("scrollTo(999, 0); return scrollX") == 0


@each
def test_all_text_can_be_read(name: str, reader: Reader, folder: Path) -> None:
    reader.read(folder / f"{name}.html")
    reader.run("for (const each of document.querySelectorAll('details')) each.open = true")
    for dark in (False, True):
        reader.look(dark=dark)
        assert reader.ground() == (DARK if dark else LIGHT)
        faint = {text: contrast for text, contrast in reader.contrasts().items() if contrast < 4.5}
        assert faint == {}, "dark" if dark else "light"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_numbers_can_be_read_on_the_darkest_cell(dark: bool, reader: Reader, folder: Path) -> None:
    reader.look(dark=dark)
    reader.read(folder / "study.html")
    ink, accent, ground = (
        colour(
            str(reader.run(f"return getComputedStyle(document.body).getPropertyValue('{name}')"))
        )
        for name in ("--ink", "--accent", "--page")
    )
    cell = [DARKEST * a + (1 - DARKEST) * b for a, b in zip(accent, ground, strict=True)]
    assert contrast(ink, cell) >= 4.5


def colour(written: str) -> list[float]:
    return [int(written.strip()[at : at + 2], 16) for at in (1, 3, 5)]


def contrast(one: list[float], other: list[float]) -> float:
    lights = sorted(
        0.2126 * red + 0.7152 * green + 0.0722 * blue
        for red, green, blue in ([linear(part / 255) for part in each] for each in (one, other))
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def linear(part: float) -> float:
    return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4


@pytest.mark.parametrize("name", ["study", "one", "many"])
def test_no_words_of_a_drawing_lie_on_each_other(name: str, reader: Reader, folder: Path) -> None:
    reader.read(folder / f"{name}.html")
    for width in (1200, 400):
        reader.look(width)
        assert reader.clashes() == [], width


def test_a_line_opens_without_a_script(reader: Reader, folder: Path) -> None:
    reader.look()
    reader.read(folder / "study.html")
    first = sample_reports.study().sections[0].tables[0].rows[0].sessions[0]
    seen = "return document.querySelector('tbody code').checkVisibility()"
    assert reader.run("return document.querySelector('tbody code').textContent") == first
    assert not reader.run(seen)
    reader.click("tbody summary")
    assert reader.run(seen)


def test_a_contents_entry_leads_to_its_section(reader: Reader, folder: Path) -> None:
    reader.look()
    reader.read(folder / "study.html")
    reader.click("nav a[href='#times']")
    assert reader.run("return document.getElementById('times').getBoundingClientRect().top") < 100


@pytest.mark.parametrize("name", ["study", "one", "empty"])
def test_it_prints_dark_on_white_whatever_the_reader_likes(
    name: str, reader: Reader, folder: Path
) -> None:
    reader.look(794, dark=True, paper=True)
    reader.read(folder / f"{name}.html")
    assert reader.ground() == "rgb(255, 255, 255)"
    assert [text for text, contrast in reader.contrasts().items() if contrast < 4.5] == []
    printed = reader.printed()
    assert printed.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) >= 1


def test_pictures_are_seen_and_do_nothing(reader: Reader, folder: Path) -> None:
    reader.look()
    reader.read(folder / "study.html")
    sizes = reader.run(
        "const width = image => image.decode().then(() => image.naturalWidth);"
        "return Promise.all([...document.images].map(width));"
    )
    assert isinstance(sizes, list)
    assert len(sizes) == 12
    assert all(size > 0 for size in sizes)


def test_what_were_let_in_by_mistake_could_do_nothing_either(
    reader: Reader, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        there = f"http://127.0.0.1:{server.getsockname()[1]}"
        let_in = (
            "<script>document.title = 'taken'</script><style>body { display: none }</style>"
            "<p style='position: fixed; inset: 0'>all over</p>"
            f"<img src='{there}/pixel'><iframe src='{there}/frame'></iframe>"
            "<img src='x' onerror=\"document.title = 'taken'\">"
            f"<form action='{there}/form'><button>send</button></form>"
        )
        broken = page(SAMPLES["study"]).replace("<main>", f"<main>{let_in}", 1)
        (tmp_path / "broken.html").write_text(broken, encoding="utf-8")
        reader.look()
        reader.read(tmp_path / "broken.html")
        reader.click("form button")
        assert asked_of(server) == b""
    assert reader.run("return document.title") == "Open time in two wordings · latitude"
    assert style(reader, "body", "display") == "block"
    assert style(reader, "main p", "position") == "static"
    refused = reader.faults()
    assert len(refused) >= 6
    assert all("Content Security Policy" in fault for fault in refused)
    reader.asked_for()


def asked_of(server: socket.socket) -> bytes:
    """What was asked of a server. Chromium may knock before it looks at what a page allows."""
    said = b""
    server.settimeout(0.3)
    with contextlib.suppress(TimeoutError):
        while True:
            caller, _ = server.accept()
            with caller, contextlib.suppress(TimeoutError):
                caller.settimeout(0.3)
                said += caller.recv(1_000)
    return said


def style(reader: Reader, selector: str, name: str) -> object:
    return reader.run(f"return getComputedStyle(document.querySelector('{selector}')).{name}")
