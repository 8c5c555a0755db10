"""The workspace pane: the tree, what changed, and the chosen file, as they are seen."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
from rich.cells import cell_len
from textual.app import ComposeResult

from latitude.artifacts.repository import Repository
from latitude.tui.files import CommitFiles, FileShown, FolderFiles
from latitude.tui.themes import DARK, LIGHT
from latitude.tui.widgets.workspace import EMPTY, WorkspacePane
from latitude.tui.widgets.workspace_file import Opened, told
from latitude.tui.widgets.workspace_tree import FileTree
from latitude.tui.widgets.workspace_view import FileView
from latitude.workspace.folder import Workspace
from tests.tui.beside import PNG, Beside, Person, commit, line_with

HOSTILE = "A\x1b]52;c;cHduZWQ=\x07B\x1b]0;PWNED\x07C\x1b[2JD\x9bE\u202eG[/x][@click=app.quit]q[/]"
PAGE = "<!doctype html>\n<p>one</p>\n<p>two</p>\n<p>three</p>\n<p>four</p>\n<p>five</p>\n"


@pytest.fixture
async def person(request) -> AsyncIterator[Person]:
    size = getattr(request, "param", (46, 30))
    app = Beside()
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        yield Person(app, pilot)


at_sizes = pytest.mark.parametrize("person", [(30, 30), (60, 30), (80, 24)], indirect=True)


async def after_a_turn(repository: Repository, workspace: Workspace) -> FolderFiles:
    """A folder in which a model has worked for a turn and a bit."""
    workspace.write("tides/index.html", PAGE.encode())
    workspace.write("note.md", b"# Tides\n\n- the **moon**\n")
    workspace.write("old.txt", b"bye\n")
    base = await commit(repository, workspace, 1)
    workspace.write("tides/index.html", PAGE.replace("<p>three</p>", "<p>3</p>").encode())
    workspace.write("tides/lib/sea.js", b"let sea\n" * 12)
    workspace.write("picture.png", PNG)
    workspace.delete("old.txt")
    return FolderFiles(workspace.root, repository, base)


@at_sizes
async def test_the_tree_tells_what_changed_and_the_view_shows_it(person, repository, workspace):
    person.app.pane.show(await after_a_turn(repository, workspace), "since turn 1")
    screen = await person.look()
    assert line_with(screen, "workspace").endswith("since turn 1")
    assert line_with(screen, "old.txt").endswith("deleted")
    assert line_with(screen, "picture.png").endswith("new")
    assert line_with(screen, "  index.html").endswith("+1 −1")
    assert line_with(screen, "    sea.js").endswith("new +12")
    assert line_with(screen, "note.md").split() == ["note.md"]
    screen = await person.choose("tides/index.html")
    assert line_with(screen, "tides/index.html").endswith("diff")
    assert "− <p>three</p>" in screen
    assert "+ <p>3</p>" in screen
    assert person.app.pane.chosen == "tides/index.html"


async def test_a_key_changes_between_the_difference_and_the_file(person, repository, workspace):
    person.app.pane.show(await after_a_turn(repository, workspace), "since turn 1")
    assert "+ <p>3</p>" in await person.choose("tides/index.html")
    screen = await person.press("d")
    assert line_with(screen, "tides/index.html").endswith("source")
    assert "three" not in screen
    assert "  <p>3</p>" in screen
    assert "+ <p>3</p>" in await person.press("d")


async def test_markdown_is_laid_out_and_can_be_read_as_written(person, repository, workspace):
    person.app.pane.show(await after_a_turn(repository, workspace))
    screen = await person.choose("note.md")
    assert line_with(screen, "note.md  ").endswith("Markdown")
    assert " • the moon" in screen
    screen = await person.press("v")
    assert "- the **moon**" in screen
    assert "source" in screen
    assert " • the moon" in await person.press("v")


async def test_a_picture_is_told_by_its_header_and_opened_outside(person, repository, workspace):
    person.app.pane.show(await after_a_turn(repository, workspace))
    screen = await person.choose("picture.png")
    assert f"PNG image, 320 x 200, {len(PNG)} bytes" in screen
    assert "o opens the folder outside." in screen
    await person.press("o")
    assert person.app.told == 1


async def test_what_is_not_there_cannot_be_opened(person, repository, workspace):
    person.app.pane.show(await after_a_turn(repository, workspace))
    screen = await person.choose("old.txt")
    assert "− bye" in screen
    before = person.app.told
    await person.press("o", "v", "d")
    assert person.app.told == before


async def test_an_empty_folder_says_so_and_then_shows_what_comes(person, repository, workspace):
    person.app.pane.show(FolderFiles(workspace.root, repository, None), "since the start")
    assert EMPTY in await person.look()
    workspace.write("first.md", b"# First\n")
    person.app.pane.refresh_files()
    screen = await person.look()
    assert EMPTY not in screen
    assert line_with(screen, "first.md").endswith("new +1")
    assert "First" in screen.split("first.md")[-1]


async def test_what_was_just_written_is_shown_until_somebody_chooses(person, repository, workspace):
    pane = person.app.pane
    workspace.write("a.txt", b"1\n")
    workspace.write("b.txt", b"1\n")
    pane.show(FolderFiles(workspace.root, repository, None))
    await person.look()
    assert pane.chosen == "a.txt"
    workspace.write("b.txt", b"1\n2\n")
    pane.refresh_files()
    await person.look()
    assert pane.chosen == "b.txt"
    assert person.app.told == 0
    await person.choose("a.txt")
    workspace.write("b.txt", b"1\n2\n3\n")
    pane.refresh_files()
    await person.look()
    assert pane.chosen == "a.txt"
    workspace.delete("a.txt")
    pane.refresh_files()
    await person.look()
    assert pane.chosen == "b.txt"


async def test_a_file_that_grows_does_not_move_under_the_reader(person, repository, workspace):
    pane = person.app.pane
    text = "".join(f"line {number}\n" for number in range(200))
    workspace.write("long.txt", text.encode())
    pane.show(FolderFiles(workspace.root, repository, None))
    await person.look()
    pane.query_one(FileView).focus()
    before = await person.press("pagedown", "pagedown")
    workspace.write("long.txt", f"{text}more\n".encode())
    pane.refresh_files()
    after = await person.look()
    view = pane.query_one(FileView)
    top = view.scroll_offset.y
    assert top > 0
    assert f"line {top}" in before
    assert f"line {top}" in after
    assert "new +201" in after


async def test_folders_fold(person, repository, workspace):
    person.app.pane.show(await after_a_turn(repository, workspace))
    await person.choose("tides/")
    screen = await person.press("space")
    assert line_with(screen, "tides/").endswith("▸ 2 files, 2 changed")
    assert "index.html" not in screen.split("picture.png")[0]
    assert "sea.js" in await person.press("enter")
    screen = await person.press("down", "space")
    assert line_with(screen, "tides/").endswith("▸ 2 files, 2 changed"), "from a file in it"


async def test_a_click_chooses_and_folds(person, repository, workspace):
    person.app.pane.show(await after_a_turn(repository, workspace))
    screen = (await person.look()).splitlines()
    rows = {name: next(y for y, row in enumerate(screen) if name in row) for name in ("  sea", "/")}
    await person.pilot.click(offset=(6, rows["  sea"]))
    await person.look()
    assert person.app.pane.chosen == "tides/lib/sea.js"
    await person.pilot.click(offset=(3, rows["/"]))
    assert "▸ 2 files" in await person.look()


async def test_a_recorded_session_is_read_turn_by_turn(person, repository, workspace):
    workspace.write("poem.txt", b"one\n")
    one = await commit(repository, workspace, 1)
    workspace.write("poem.txt", b"one\ntwo\n")
    two = await commit(repository, workspace, 2)
    pane = person.app.pane
    pane.show(CommitFiles(repository, two, one), "since turn 1")
    screen = await person.look()
    assert line_with(screen, "poem.txt").endswith("+1 −0")
    assert "+ two" in screen
    pane.show(CommitFiles(repository, one, None), "since the start")
    screen = await person.look()
    assert line_with(screen, "workspace").endswith("since the start")
    assert line_with(screen, "poem.txt").endswith("new +1")
    assert "two" not in screen
    pane.show(CommitFiles(repository, None, None), "since the start")
    assert EMPTY in await person.look()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("person", "theme"), [((30, 30), DARK.name), ((80, 24), LIGHT.name)], indirect=["person"]
)
async def test_nothing_that_a_model_wrote_acts_on_the_terminal(
    person, repository, workspace, theme
):
    person.app.theme = theme
    names = [
        HOSTILE.replace("/", "-"),
        "[@click=app.quit]x[-].md",
        "\u202egpj.exe",
        " ",
        "漢" * 60,
        "e\u0301" * 60,
        "\u200b",
    ]
    for name in names:
        (workspace.root / name).write_text(HOSTILE + "\n", encoding="utf-8")
    deep = "/".join("\x1b[2J" + "d" * 190 for _ in range(6))
    folder = workspace.root
    for part in deep.split("/"):
        folder = folder / part
        folder.mkdir()
    (workspace.root / "link").symlink_to("\x1b]0;x\x07")
    (workspace.root / "note.md").write_text("# &#x202e;[x](vscript:y) &ZeroWidthSpace;\n" + HOSTILE)
    person.app.pane.show(FolderFiles(workspace.root, repository, None), HOSTILE)
    tree = person.app.query_one(FileTree)
    await person.look()
    tree.focus()
    await person.press("home")
    for place in range(len(tree._rows)):
        for row in (await person.look()).splitlines():
            assert row.isprintable(), f"{row!r} at {place}"
            assert cell_len(row) <= person.app.size.width
        await person.pilot.press("down")
    for y in range(2, person.app.size.height - 2):
        await person.pilot.click(offset=(2 + y % 16, y))
    assert person.app.is_running, "no click did anything"


async def test_trouble_is_a_sentence_and_what_was_seen_stays(person, repository, workspace):
    pane = person.app.pane
    workspace.write("a.txt", b"1\n")
    pane.show(FolderFiles(workspace.root, repository, None))
    await person.look()
    workspace.delete("a.txt")
    workspace.root.rmdir()
    pane.refresh_files()
    screen = await person.look()
    assert "cannotbeopened" in "".join(screen.split()), "wherever a long path breaks the line"
    assert "a.txt" in screen


async def test_a_file_that_went_meanwhile_is_a_sentence(person, repository, workspace):
    workspace.write("a.txt", b"1\n")
    workspace.write("b.txt", b"1\n")
    person.app.pane.show(FolderFiles(workspace.root, repository, None))
    await person.look()
    workspace.delete("b.txt")
    assert "There is no file b.txt." in await person.choose("b.txt")


class Slow(FolderFiles):
    """A folder that takes as long as the test wants."""

    def __init__(self, *parts) -> None:
        super().__init__(*parts)
        self.held = threading.Event()

    async def listing(self) -> tuple[FileShown, ...]:
        await asyncio.to_thread(self.held.wait)
        return await super().listing()


async def test_files_can_be_read_while_a_slow_folder_is_looked_at(person, repository, workspace):
    workspace.write("a.txt", b"of a\n")
    workspace.write("b.txt", b"of b\n")
    slow = Slow(workspace.root, repository, None)
    slow.held.set()
    person.app.pane.show(slow)
    assert "of a" in await person.look()
    slow.held.clear()
    person.app.pane.refresh_files()
    person.app.pane.enter()
    await person.pilot.press("end")
    view = person.app.query_one(FileView)
    while "of b" not in view.render_line(0).text:
        await person.pilot.pause()
    slow.held.set()
    assert "of b" in await person.look()


async def test_a_page_is_left_while_a_file_is_read(person, repository, workspace, monkeypatch):
    workspace.write("a.txt", b"one")
    began, goes_on = asyncio.Event(), asyncio.Event()

    async def waits(*_: object) -> Opened:
        began.set()
        await goes_on.wait()
        return told(["late"])

    monkeypatch.setattr("latitude.tui.widgets.workspace.open_file", waits)
    pane = person.app.pane
    pane.show(FolderFiles(workspace.root, repository, None))
    await began.wait()
    await pane.query("#workspace-path").remove()
    goes_on.set()
    assert "late" not in await person.look()


async def test_of_several_looks_the_last_is_shown(person, repository, workspace):
    pane = person.app.pane
    workspace.write("slow.txt", b"1\n")
    slow = Slow(workspace.root, repository, None)
    pane.show(slow, "slow")
    await person.pilot.pause()
    one = await commit(repository, workspace, 1)
    pane.show(CommitFiles(repository, one, None), "fast")
    pane.refresh_files()
    slow.held.set()
    screen = await person.look()
    assert line_with(screen, "workspace").endswith("fast")
    assert "slow.txt" in screen


async def test_files_may_be_given_before_there_is_a_screen(repository, workspace):
    workspace.write("a.txt", b"of a\n")
    pane = WorkspacePane()
    pane.show(FolderFiles(workspace.root, repository, None))

    class Ready(Beside):
        def compose(self) -> ComposeResult:
            yield pane

    async with Ready().run_test(size=(46, 30)) as pilot:
        assert "of a" in await Person(pilot.app, pilot).look()


async def test_many_files_begin_with_what_changed_open(person, repository, workspace):
    for number in range(300):
        workspace.write(f"quiet/{number:03}.txt", b"1\n")
    workspace.write("loud/a.txt", b"1\n")
    base = await commit(repository, workspace, 1)
    workspace.write("loud/a.txt", b"2\n")
    person.app.pane.show(FolderFiles(workspace.root, repository, base))
    screen = await person.look()
    assert line_with(screen, "quiet/").endswith("▸ 300 files")
    assert line_with(screen, "  a.txt").endswith("+1 −1")
    await person.choose("quiet/")
    await person.press("space")
    await person.press("end")
    assert person.app.pane.chosen == "quiet/299.txt"


@at_sizes
async def test_a_page_is_laid_out_anew_for_another_look(person, repository, workspace):
    person.app.pane.show(await after_a_turn(repository, workspace))
    before = await person.choose("tides/index.html")
    person.app.theme = LIGHT.name
    assert await person.look() == before
    await person.pilot.resize_terminal(100, 40)
    assert "+ <p>3</p>" in await person.look()


async def test_text_can_be_copied(person, repository, workspace):
    workspace.write("a.txt", "one \u200b\ntwo\n".encode())
    person.app.pane.show(FolderFiles(workspace.root, repository, None))
    await person.look()
    person.app.screen.text_select_all()
    assert "one ‹U+200B›\n  two" in (person.app.screen.get_selected_text() or "")
