"""Where the workspace pane gets its files from: a folder, a commit, and what changed in them."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.errors import HomeUnusable, ToolFailed, UnknownName
from latitude.tui import files as files_module
from latitude.tui.differences import (
    MOST_BYTES,
    Contents,
    Line,
    compared,
    counted,
    text_of,
)
from latitude.tui.files import MOST_READ, CommitFiles, FileShown, FolderFiles
from tests.tui.beside import commit

NAMES = ["a\x1b]0;PWNED\x07b", "\u202egpj.exe", "[x=]", "\u200b", " lead", "é", "漢字.md", "%ff"]


def short(listing: tuple[FileShown, ...]) -> dict[str, tuple]:
    return {file.path: (file.status, file.added, file.removed) for file in listing}


def sides(old: str | None, new: str | None) -> tuple[Contents | None, Contents | None]:
    return whole(old), whole(new)


def whole(text: str | bytes | None) -> Contents | None:
    if text is None:
        return None
    data = text.encode() if isinstance(text, str) else text
    return Contents(data, len(data))


def drawn(lines: tuple[Line, ...]) -> list[str]:
    signs = {"same": " ", "added": "+", "removed": "-", "note": "~"}
    return [signs[line.sign] + line.text for line in lines]


async def test_a_folder_tells_what_became_of_each_file(repository, workspace):
    workspace.write("same.txt", b"same\n")
    workspace.write("poem.txt", b"one\ntwo\nthree\n")
    workspace.write("picture", b"\0\1\2")
    workspace.write("gone.txt", b"bye\nnow\n")
    base = await commit(repository, workspace, 1)
    workspace.write("poem.txt", b"one\n2\nthree\nfour\n")
    workspace.write("picture", b"\0\1\3")
    workspace.delete("gone.txt")
    workspace.write("deep/er/new.txt", b"hello\n")
    workspace.write("same.txt", b"same\n")
    assert short(await FolderFiles(workspace.root, repository, base).listing()) == {
        "deep/er/new.txt": ("new", 1, 0),
        "gone.txt": ("deleted", 0, 2),
        "picture": ("changed", None, None),
        "poem.txt": ("changed", 2, 1),
        "same.txt": ("same", None, None),
    }


async def test_without_a_commit_everything_is_new(repository, workspace):
    assert await FolderFiles(workspace.root, repository, None).listing() == ()
    workspace.write("a", b"1\n2")
    assert short(await FolderFiles(workspace.root, repository, None).listing()) == {
        "a": ("new", 2, 0)
    }


async def test_a_change_within_the_same_size_and_stamp_is_seen(repository, workspace):
    workspace.write("a", b"one")
    base = await commit(repository, workspace, 1)
    files = FolderFiles(workspace.root, repository, base)
    first = (await files.listing())[0]
    assert first.status == "same"
    # In place and at once, as a program may write: the file keeps its number.
    (workspace.root / "a").write_bytes(b"two")
    second = (await files.listing())[0]
    assert (second.status, second.added, second.removed) == ("changed", 1, 1)


async def test_the_same_folder_can_be_seen_beside_another_commit(repository, workspace):
    workspace.write("a", b"one")
    one = await commit(repository, workspace, 1)
    workspace.write("a", b"two")
    two = await commit(repository, workspace, 2)
    files = FolderFiles(workspace.root, repository, one)
    assert short(await files.listing()) == {"a": ("changed", 1, 1)}
    assert short(await files.beside(two).listing()) == {"a": ("same", None, None)}


async def test_nothing_is_followed_and_all_of_it_is_told(repository, workspace, tmp_path):
    (tmp_path / "secret").write_text("not the model's")
    (workspace.root / "link").symlink_to(tmp_path / "secret")
    (workspace.root / "empty").mkdir()
    os.mkfifo(workspace.root / "pipe")
    workspace.write(".unfinished", b"a name like another")
    (workspace.root / f".unfinished-{'0' * 16}").write_bytes(b"half")
    files = FolderFiles(workspace.root, repository, None)
    told = {file.path: (file.kind, file.note) for file in await files.listing()}
    assert told == {
        ".unfinished": ("file", ""),
        "empty": ("folder", ""),
        "link": ("link", str(tmp_path / "secret")),
        "pipe": ("other", "not a regular file"),
    }
    for path in ("link", "pipe", "empty", "../secret", str(tmp_path / "secret")):
        with pytest.raises(ToolFailed):
            await files.read(path)


async def test_a_commit_tells_what_the_folder_told(repository, workspace):
    workspace.write("kept/a.txt", b"1\n2\n3\n")
    workspace.write("script", b"#!/bin/sh\n")
    workspace.write("to-file", b"x")
    (workspace.root / "to-fill").mkdir()
    (workspace.root / "link").symlink_to("kept")
    one = await commit(repository, workspace, 1)
    for name in NAMES:
        (workspace.root / name).write_bytes(b"new\n")
    (workspace.root / os.fsdecode(b"\xff\xfe.txt")).write_bytes(b"new\n")
    workspace.write("kept/a.txt", b"1\n3\n4\n5\n")
    (workspace.root / "script").chmod(0o755)
    (workspace.root / "link").unlink()
    (workspace.root / "link").symlink_to("elsewhere")
    workspace.delete("to-file")
    (workspace.root / "to-file").symlink_to("script")
    workspace.write("to-fill/b", b"\0")
    folder = await FolderFiles(workspace.root, repository, one).listing()
    two = await commit(repository, workspace, 2)
    stored = await CommitFiles(repository, two, one).listing()

    def told(file: FileShown) -> tuple:
        return file.kind, file.status, file.size, file.added, file.removed, file.note

    assert sorted(map(told, folder), key=str) == sorted(map(told, stored), key=str)
    paths = [{file.path for file in listing} for listing in (folder, stored)]
    assert paths[0] ^ paths[1] == {"\udcff\udcfe.txt", "%ff%fe.txt"}
    assert short(stored)["kept/a.txt"] == ("changed", 2, 1)
    assert short(stored)["script"] == ("changed", 0, 0)
    assert short(stored)["link"][0] == short(stored)["to-file"][0] == "changed"
    assert "to-fill" not in short(stored), "it is not empty any more, and not gone"


async def test_a_commit_before_the_first_is_empty(repository, workspace):
    workspace.write("a", b"1\n")
    one = await commit(repository, workspace, 1)
    assert await CommitFiles(repository, None, None).listing() == ()
    assert short(await CommitFiles(repository, None, one).listing()) == {"a": ("deleted", 0, 1)}
    assert short(await CommitFiles(repository, one, None).listing()) == {"a": ("new", 1, 0)}


async def test_a_file_is_read_up_to_the_cap(repository, workspace):
    workspace.write("small", b"12")
    workspace.write("large", b"x" * (MOST_READ + 5))
    one = await commit(repository, workspace, 1)
    for files in (
        FolderFiles(workspace.root, repository, None),
        CommitFiles(repository, one, None),
    ):
        small, large = await files.read("small"), await files.read("large")
        assert (small.data, small.cut) == (b"12", False)
        assert (len(large.data), large.size, large.cut) == (MOST_READ, MOST_READ + 5, True)


async def test_what_has_gone_is_said(repository, workspace):
    workspace.write("a", b"1\n")
    one = await commit(repository, workspace, 1)
    workspace.delete("a")
    files = FolderFiles(workspace.root, repository, one)
    assert drawn(await files.diff("a")) == ["-1"]
    with pytest.raises(ToolFailed, match="no file a"):
        await files.read("a")
    with pytest.raises(UnknownName, match="no such file at this turn"):
        await CommitFiles(repository, one, None).read("b")
    workspace.root.rmdir()
    with pytest.raises(HomeUnusable, match="cannot be opened"):
        await files.listing()


async def test_a_file_that_became_a_link_has_lost_its_lines(repository, workspace):
    workspace.write("a", b"1\n")
    one = await commit(repository, workspace, 1)
    workspace.delete("a")
    (workspace.root / "a").symlink_to("b")
    with pytest.raises(ToolFailed, match="is a link"):
        await FolderFiles(workspace.root, repository, one).diff("a")
    two = await commit(repository, workspace, 2)
    assert drawn(await CommitFiles(repository, two, one).diff("a")) == ["-1"]


async def test_lines_are_counted_in_so_many_files_only(repository, workspace, monkeypatch):
    monkeypatch.setattr(files_module, "_MOST_COUNTED", 2)
    for name in "abc":
        workspace.write(name, b"1\n")
    workspace.write("0-large", b"x" * (MOST_BYTES + 1))
    listing = await FolderFiles(workspace.root, repository, None).listing()
    assert short(listing) == {
        "0-large": ("new", None, None),
        "a": ("new", 1, 0),
        "b": ("new", 1, 0),
        "c": ("new", None, None),
    }


def test_a_change_is_shown_with_three_lines_around_it():
    old = "".join(f"{number}\n" for number in range(20))
    new = old.replace("10\n", "ten\n").replace("19\n", "19\n20\n")
    assert drawn(compared(*sides(old, new))) == [
        "~⋯ 7 lines the same",
        *[" 7", " 8", " 9"],
        "-10",
        "+ten",
        " 11",
        " 12",
        " 13",
        "~⋯ 3 lines the same",
        " 17",
        " 18",
        " 19",
        "+20",
    ]


def test_hidden_characters_and_line_ends_are_changes_that_can_be_seen():
    assert drawn(compared(*sides("a\nb\n", "a\nb\u200b\n"))) == [" a", "-b", "+b‹U+200B›"]
    assert drawn(compared(*sides("a\n", "a\r\n"))) == ["-a", "+a␍"]
    assert drawn(compared(*sides("a\r\n", "a\r\nb\r\n"))) == [" a", "+b"]
    assert drawn(compared(*sides("a\n", "a"))) == ["-a", "+a", "~(no line feed at the end)"]
    assert drawn(compared(*sides("\x1b[2J\u2028x", None)))[0] == "-␛[2J‹U+2028›x"


def test_what_has_no_lines_is_told_by_its_size():
    said = compared(whole(b"\0" * 3_000), whole(b"\0" * 4_096))
    assert drawn(said) == ["~Not text: 4,096 bytes, before 3,000 bytes."]
    large = Contents(b"x" * MOST_BYTES, 9_000_000)
    assert drawn(compared(None, large)) == [
        "~Too large to compare line by line: new, 9,000,000 bytes."
    ]
    assert drawn(compared(large, None)) == [
        "~Too large to compare line by line: deleted, it was 9,000,000 bytes."
    ]
    assert counted(large, large) is None
    assert drawn(compared(*sides("a", "a"))) == ["~Nothing in it changed."]
    assert drawn(compared(*sides(None, ""))) == ["~There is nothing in it."]
    assert drawn(compared(*sides("", None))) == ["~It was empty."]


def test_a_long_difference_is_cut_and_says_so():
    lines = drawn(compared(*sides(None, "line\n" * 3_000)))
    assert (len(lines), lines[-1]) == (2_001, "~… only the first 2,000 lines are shown")
    assert len(compared(*sides(None, "x" * 100_000))[0].text) < 2_100


def test_a_few_changes_in_a_long_file_are_found():
    old = [f"line {number}\n" for number in range(15_000)]
    new = list(old)
    new[3] = new[7_000] = new[14_990] = "other\n"
    assert counted(*sides("".join(old), "".join(new))) == (3, 3)


def test_a_character_that_the_cap_cut_in_two_is_no_reason_to_call_it_no_text():
    assert text_of("aé".encode()[:2], cut=True) == "a"
    assert text_of("aé".encode()[:2]) is None
    assert text_of(b"a\xff\xffb", cut=True) is None
    assert text_of(b"a\0b") is None


_TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n", "d"]), max_size=7).map("".join)


@given(_TEXTS, _TEXTS)
def test_a_difference_holds_both_sides(old: str, new: str):
    counts = counted(*sides(old, new))
    lines = drawn(compared(*sides(old, new)))
    assert counts is not None
    assert counts.added == sum(line.startswith("+") for line in lines)
    assert counts.removed == sum(line.startswith("-") for line in lines)
    told = [line for line in lines if not line.startswith("~")]
    if len(told) == len(lines) and old != new:
        before = "\n".join(line[1:] for line in told if line[0] in " -")
        after = "\n".join(line[1:] for line in told if line[0] in " +")
        assert (before, after) == (old.removesuffix("\n"), new.removesuffix("\n"))
