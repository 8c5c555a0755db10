"""Every screen of the app in its states, as pictures: wide in both themes, narrow in the dark one.

A scene (``scenes/played.py``) plays a session that is described once (``scenes/told.py``) up to a
moment, and what stands on the terminal then must be the picture in ``scenes/pictures``. After a
change that is meant, make the pictures anew with one command, and look at what it changed before
you commit it; they are SVG and open in a browser::

    UPDATE_SCENES=1 .venv/bin/python -m pytest -n 2 --dist worksteal tests/tui/test_scenes.py

Some pictures stand in ``docs/`` as well and are made by the same command. Without the switch no
picture is ever written: one that is missing fails.
"""

import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from latitude.config import Home
from latitude.core.events import End
from latitude.tui.themes import DARK
from tests.tui.scenes.pictures import KEPT, ROOT, SWITCH, check, rows, tidied, updating
from tests.tui.scenes.played import ENDINGS, SCENES, read_the_endings
from tests.tui.scenes.stage import NARROW, WIDE, Scene, Stage, fix_the_machine

PLAYED = [
    pytest.param(scene, size, id=f"{scene.name}-{size}") for scene in SCENES for size in scene.sizes
]
CELLS = {"120x32": (120, 32), "80x24": (80, 24)}


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Home]:
    yield fix_the_machine(monkeypatch, tmp_path)
    monkeypatch.undo()
    time.tzset()


def name_of(scene: Scene, size: str, theme: str) -> str:
    return f"{scene.name}.{size}.{theme.removeprefix('latitude-')}.svg"


@pytest.mark.parametrize(("scene", "size"), PLAYED)
async def test_it_looks_as_it_is_kept(scene: Scene, size: str, home: Home, tmp_path: Path) -> None:
    async with AsyncExitStack() as open_things:
        stage = Stage(home, CELLS[size], open_things)
        await stage.build()
        await scene.play(stage)
        pictures = {theme: tidied(await stage.picture(theme)) for theme in scene.themes(size)}
        await stage.leave()
    for theme, svg in pictures.items():
        check(svg, KEPT / name_of(scene, size, theme), tmp_path)
    if scene.paper and size == WIDE:
        check(pictures[DARK.name], ROOT / "docs" / scene.paper, tmp_path)


async def test_each_ending_looks_as_it_is_kept(home: Home, tmp_path: Path) -> None:
    async with AsyncExitStack() as open_things:
        stage = Stage(home, CELLS[NARROW], open_things)
        await stage.build()
        pictures = {
            end: tidied(await stage.picture(DARK.name)) async for end in read_the_endings(stage)
        }
    assert pictures.keys() == set(ENDINGS)
    for end, svg in pictures.items():
        check(svg, KEPT / ending_name(end), tmp_path)


def ending_name(end: End) -> str:
    return f"end-{end}.{NARROW}.dark.svg"


def test_every_picture_has_its_scene() -> None:
    meant = {
        name_of(scene, size, theme)
        for scene in SCENES
        for size in scene.sizes
        for theme in scene.themes(size)
    } | set(map(ending_name, ENDINGS))
    for path in KEPT.iterdir():
        if path.name not in meant and updating():
            path.unlink()
    assert {path.name for path in KEPT.iterdir()} - meant == set()


def test_no_picture_asks_anybody_or_tells_of_this_machine() -> None:
    for path in [*KEPT.iterdir(), *(ROOT / "docs").glob("*.svg")]:
        svg = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        words = " ".join(rows(svg).values())
        assert all(way not in svg for way in ("url(http", "href", "@import", "@font-face")), path
        assert all(name not in words for name in ("/tmp", "pytest", str(ROOT))), path


def test_a_changed_word_and_a_missing_picture_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SWITCH, raising=False)
    kept = KEPT / "help.80x24.dark.svg"
    svg = kept.read_text(encoding="utf-8")
    check(svg, kept, tmp_path)
    changed = svg.replace("Everywhere", "Anywhere", 1)
    with pytest.raises(pytest.fail.Exception, match=r"row 2\n  -    Everywhere\n  \+    Anywhere"):
        check(changed, kept, tmp_path)
    assert (tmp_path / kept.name).read_text(encoding="utf-8") == changed
    with pytest.raises(pytest.fail.Exception, match="There is no picture"):
        check(svg, KEPT / "nothing.svg", tmp_path)
    assert not (KEPT / "nothing.svg").exists()
