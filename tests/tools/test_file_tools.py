"""Each tool's good and bad roads, in the words that a model reads."""

import os
from pathlib import Path

import pytest

from latitude.tools.base import ToolAnswer
from latitude.tools.list_files import MOST_LINES
from latitude.tools.read_file import MOST_BYTES
from latitude.workspace.folder import Workspace
from tests.tools.conftest import Ask


def yes(text: str) -> ToolAnswer:
    return ToolAnswer(True, text)


def no(text: str) -> ToolAnswer:
    return ToolAnswer(False, f"{text} Nothing was done.")


async def test_write_file(tool: Ask, root: Path) -> None:
    poem = "Two lines\r\nand a \0 byte"
    assert await tool("write_file", path="notes/a.md", content=poem) == yes(
        "Wrote notes/a.md (2 lines, 23 bytes)."
    )
    assert (root / "notes/a.md").read_bytes() == poem.encode()


async def test_write_file_replaces(tool: Ask, root: Path) -> None:
    await tool("write_file", path="a", content="first\n" * 2_000)
    assert await tool("write_file", path="./a", content="é\n") == yes(
        "Wrote ./a (1 line, 3 bytes)."
    )
    assert await tool("write_file", path="a", content="") == yes("Wrote a (0 lines, 0 bytes).")
    assert (root / "a").read_bytes() == b""


async def test_write_file_refuses(tool: Ask) -> None:
    assert await tool("write_file", path="../a", content="") == no(
        "../a has the part .., which paths here cannot have."
    )
    assert await tool("write_file", path="/tmp/a", content="") == no(
        "/tmp/a is an absolute path. Paths are relative to the top of the workspace."
    )
    assert await tool("write_file", path="a\0b", content="") == no(
        r'"a\u0000b" holds a NUL character, which no path can.'
    )
    assert await tool("write_file", path="-rf", content="") == no(
        "-rf begins with a hyphen, which new names cannot."
    )


async def test_read_file(tool: Ask) -> None:
    text = "# A title\n\n\tand  text \0 with \u202e all\r\n"
    await tool("write_file", path="a.md", content=text)
    assert await tool("read_file", path="a.md") == yes(text)


async def test_read_file_says_when_there_is_no_text(tool: Ask, root: Path) -> None:
    await tool("write_file", path="empty", content="")
    await tool("write_file", path="blank", content=" \n")
    (root / "picture.png").write_bytes(b"\x89PNG\r\n")
    assert await tool("read_file", path="empty") == yes("empty is empty (0 bytes).")
    assert await tool("read_file", path="blank") == yes(r'blank holds only white space: " \n"')
    assert await tool("read_file", path="picture.png") == no(
        "picture.png is not UTF-8 text (6 bytes)."
    )
    assert await tool("read_file", path="none") == no("There is no file none.")


async def test_read_file_cuts_between_characters_and_says_so(tool: Ask) -> None:
    await tool("write_file", path="long", content="x" + "é" * MOST_BYTES)
    answer = await tool("read_file", path="long")
    letters = (MOST_BYTES - 1) // 2
    kept, size = f"{1 + 2 * letters:,}", f"{1 + 2 * MOST_BYTES:,}"
    assert answer.text == (
        "x" + "é" * letters + f"\n[The file goes on: these are the first {kept} of {size} bytes.]"
    )
    assert answer.cut == f"all after the first {kept} of {size} bytes"


async def test_read_file_takes_a_file_that_just_fits(tool: Ask) -> None:
    await tool("write_file", path="fits", content="x" * MOST_BYTES)
    assert await tool("read_file", path="fits") == yes("x" * MOST_BYTES)


async def test_read_file_does_not_swallow_a_sparse_terabyte(tool: Ask, root: Path) -> None:
    (root / "sparse").touch()
    os.truncate(root / "sparse", 1 << 40)
    answer = await tool("read_file", path="sparse")
    assert len(answer.text) < MOST_BYTES + 200
    assert answer.cut == f"all after the first {MOST_BYTES:,} of {1 << 40:,} bytes"


async def test_edit_file(tool: Ask, root: Path) -> None:
    await tool("write_file", path="a.md", content="one two three\r\n")
    assert await tool("edit_file", path="a.md", old="two ", new="") == yes(
        "Edited a.md (1 line, 11 bytes)."
    )
    assert (root / "a.md").read_bytes() == b"one three\r\n"


async def test_edit_file_wants_the_passage_exactly_once(tool: Ask, root: Path) -> None:
    await tool("write_file", path="a", content="aaa b")
    for old, times in (("aa", "2"), ("a", "3"), ("c", "0")):
        assert await tool("edit_file", path="a", old=old, new="x") == no(
            f"The old text occurs {times} times in a; it must occur exactly once."
        )
    assert await tool("edit_file", path="a", old="", new="x") == no("The old text is empty.")
    assert await tool("edit_file", path="a", old="b", new="b") == no(
        "The old and the new text are the same."
    )
    assert await tool("edit_file", path="none", old="a", new="b") == no("There is no file none.")
    assert (root / "a").read_bytes() == b"aaa b"


async def test_edit_file_does_not_count_for_ever(tool: Ask) -> None:
    await tool("write_file", path="a", content="a" * 1_000_000)
    assert "more than 1,000 times" in (await tool("edit_file", path="a", old="a", new="b")).text


async def test_edit_file_leaves_other_bytes_alone(tool: Ask, root: Path) -> None:
    (root / "mixed").write_bytes(b"\xff\xfe title \x00")
    await tool("edit_file", path="mixed", old="title", new="Titel")
    assert (root / "mixed").read_bytes() == b"\xff\xfe Titel \x00"


async def test_move_file(tool: Ask) -> None:
    await tool("write_file", path="a", content="1")
    await tool("write_file", path="b", content="2")
    assert await tool("move_file", path="a", to="b") == no("b exists already.")
    assert await tool("move_file", path="a", to="c/d") == yes("Moved a to c/d.")
    assert await tool("move_file", path="a", to="e") == no("Nothing is at a.")
    assert await tool("move_file", path="c/", to="e") == yes("Moved c/ to e.")
    assert await tool("read_file", path="e/d") == yes("1")


async def test_delete_file(tool: Ask) -> None:
    await tool("write_file", path="a/b", content="1")
    assert await tool("delete_file", path="a") == no("a is a folder that is not empty.")
    assert await tool("delete_file", path="a/b") == yes("Deleted a/b.")
    assert await tool("delete_file", path="a") == yes("Deleted a.")
    assert await tool("delete_file", path="a") == no("Nothing is at a.")


async def test_list_files(tool: Ask) -> None:
    assert await tool("list_files") == yes("The workspace is empty.")
    await tool("write_file", path="notes/b.md", content="x" * 2_113)
    await tool("write_file", path="a.md", content="x")
    assert await tool("list_files") == yes("a.md  1 byte\nnotes/")
    assert await tool("list_files", path="./") == yes("a.md  1 byte\nnotes/")
    assert await tool("list_files", path="notes/") == yes("notes/b.md  2,113 bytes")
    assert await tool("list_files", path="a.md") == no("a.md is not a folder.")
    await tool("delete_file", path="notes/b.md")
    assert await tool("list_files", path="notes") == yes("notes is empty.")


async def test_list_files_lets_no_name_forge_a_line(tool: Ask, root: Path) -> None:
    (root / "a\nforged.md  3 bytes").write_bytes(b"")
    (root / "link").symlink_to("/etc\n/passwd")
    os.mkfifo(root / "pipe")
    (root / "one").write_bytes(b"12")
    (root / "two").hardlink_to(root / "one")
    (root / "\x1b[2J").mkdir()
    assert (await tool("list_files")).text.split("\n") == [
        r'"\u001b[2J"/',
        r'"a\nforged.md  3 bytes"  0 bytes',
        r'link  link to "/etc\n/passwd"; the file tools do not follow it',
        "one  2 bytes  (has more than one hard link)",
        "pipe  not a regular file",
        "two  2 bytes  (has more than one hard link)",
    ]


async def test_list_files_shows_names_that_are_not_utf8(tool: Ask, root: Path) -> None:
    try:
        (root / os.fsdecode(b"\xff")).write_bytes(b"")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert await tool("list_files") == yes(
        r'"\udcff"  (not a UTF-8 name; the file tools cannot open it)  0 bytes'
    )


async def test_list_files_stops_and_says_so(tool: Ask, root: Path) -> None:
    for number in range(MOST_LINES + 5):
        (root / f"{number:04}").touch()
    answer = await tool("list_files")
    assert answer.text.endswith("\n0999  0 bytes\n[5 more of 1,005 are not shown.]")
    assert answer.cut == "5 of 1,005 paths"


async def test_sessions_do_not_see_each_other(tool: Ask, tmp_path: Path) -> None:
    from tests.tools.calls import ask

    (tmp_path / "other").mkdir()
    await tool("write_file", path="a", content="mine")
    other = Workspace(tmp_path / "other")
    assert await ask(other, "list_files", {}) == yes("The workspace is empty.")
