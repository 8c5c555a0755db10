"""What the workspace pane is made of: rows, names, long lines, the headers of pictures."""

from collections.abc import Callable

import pytest

from latitude.tui.files import FileShown
from latitude.tui.widgets.workspace_page import wrapped
from latitude.tui.widgets.workspace_picture import picture_of
from latitude.tui.widgets.workspace_rows import tree_rows
from latitude.tui.widgets.workspace_sheet import ending, fitted
from tests.tui.beside import PNG


def file(path: str, status: str = "same", kind: str = "file") -> FileShown:
    return FileShown(path, kind, status)


def test_rows_follow_the_folders():
    listing = [file("a"), file("b/c"), file("b/d/e"), file("b/f"), file("g", kind="folder")]
    assert [(row.depth, row.name) for row in tree_rows(listing, ())] == [
        (0, "a"), (0, "b"), (1, "c"), (1, "d"), (2, "e"), (1, "f"), (0, "g"),
    ]  # fmt: skip
    folded = tree_rows(listing, {"b/d/"})
    assert [row.name for row in folded] == ["a", "b", "c", "d", "f", "g"]
    assert [row.inside for row in folded if row.folded] == [1]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (PNG, "PNG image, 320 x 200, n"),
        (PNG[:18], "PNG image, n"),
        (b"GIF89a\x40\x01\xc8\x00", "GIF image, 320 x 200, n"),
        (
            b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc2\x00\x11\x08\x00\xc8\x01\x40",
            "JPEG image, 320 x 200, n",
        ),
        (b"\xff\xd8\xff\xe0\xff\xff", "JPEG image, n"),
        (
            b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x3f\x01\0\xc7\0\0",
            "WebP image, 320 x 200, n",
        ),
        (b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x3f\xc1\x31\x00", "WebP image, 320 x 200, n"),
        (
            b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x40\x01\xc8\x00",
            "WebP image, 320 x 200, n",
        ),
        (b'<?xml version="1.0"?>\n<svg width="320" height="200px">', "SVG image, 320 x 200, n"),
        (b"<svg viewBox='0 0 320 200'>", "SVG image, 320 x 200, n"),
        (
            b"<?xml version='1.0'?><!-- a <b> --> <!DOCTYPE svg>\n<svg width='4' height='2'>",
            "SVG image, 4 x 2, n",
        ),
        (b"<svg width='100%' height='5em'>", "SVG image, n"),
    ],
)
def test_pictures_are_told_by_their_first_bytes(data: bytes, told: str):
    assert picture_of(data).told("n") == told


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<p>an <svg> in a page</p>",
        b"<!doctype html>\n<title>a page</title><svg width='4' height='2'>",
        b"<!doctype html><svg>",
        b"<!-- a -->" * 700 + b"<p><svg>",
        b"RIFF\0\0\0\0WAVE",
        b"\x89P",
    ],
    ids=range(7),
)
def test_other_files_are_no_pictures(data: bytes):
    assert picture_of(data) is None


@pytest.mark.parametrize(
    ("cut", "name", "room", "shown"),
    [
        (fitted, "index.html", 10, "index.html"),
        (fitted, "a-very-long-name.html", 12, "a-very….html"),
        (fitted, "a-very-long-name", 8, "a-very-…"),
        (fitted, "漢字漢字漢字.md", 9, "漢字….md"),
        (fitted, " x ", 9, "“ x ”"),
        (fitted, "a\nb", 9, "a␊b"),
        (ending, "tides/lib/sea.js", 9, "…b/sea.js"),
        (ending, "tides", 9, "tides"),
    ],
)
def test_names_are_cut_where_they_say_least(
    cut: Callable[[str, int], str], name: str, room: int, shown: str
):
    assert cut(name, room) == shown


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", [""]),
        ("abc def ghi", ["abc ", "def ", "ghi"]),
        ("    abcdefgh", ["    a", "bcdef", "gh"]),
        ("ab cdefghij", ["ab ", "cdefg", "hij"]),
        ("漢字漢字", ["漢字", "漢字"]),
        ("abcde     f", ["abcde", "f"]),
    ],
)
def test_long_lines_go_on_in_the_next_row(text: str, rows: list[str]):
    assert list(wrapped(text, 5)) == rows
