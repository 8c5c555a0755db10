"""Which addresses the browser gets something for. No browser is needed to know."""

from pathlib import Path

import pytest

from latitude.errors import ToolFailed
from latitude.workspace.browser.base import Job, Kind
from latitude.workspace.browser.serving import (
    MOST_REQUESTS,
    SITE,
    Shelf,
    address_of,
    kind_of,
    path_at,
)


def shelf(root: Path, path: str = "index.html", kind: Kind = "page") -> Shelf:
    return Shelf(Job(kind=kind, launcher="", root=str(root), path=path))


@pytest.mark.parametrize(
    "path", ["a.html", "100% #1? ü b/ä&c=d.html", "a/%2e%2e/b.svg", "\udcff.html", "a+b;c.html"]
)
def test_each_name_has_an_address_and_back(path: str) -> None:
    assert path_at(address_of(path)) == path


def test_a_page_is_given_files_of_the_workspace(root: Path) -> None:
    (root / "a b").mkdir()
    (root / "a b" / "é.css").write_text("p {}")
    served = shelf(root).serve("GET", f"{SITE}a%20b/%C3%A9.css?version=2#x")
    assert served.body == b"p {}"
    assert served.headers["content-type"] == "text/css; charset=utf-8"
    assert served.headers["x-content-type-options"] == "nosniff"
    assert "connect-src 'none'; frame-src 'none'" in served.headers["content-security-policy"]


@pytest.mark.parametrize(
    "address",
    [
        "https://preview.invalid/index.html",
        "http://preview.invalid:80/index.html",
        "http://user@preview.invalid/index.html",
        "http://preview.invalid.example/index.html",
        "http://127.0.0.1/index.html",
        "file:///etc/passwd",
        "http://[/index.html",
    ],
)
def test_nothing_else_is_given(root: Path, address: str) -> None:
    (root / "index.html").write_text("hello")
    with pytest.raises(ToolFailed, match="there is no network"):
        shelf(root).serve("GET", address)


@pytest.mark.parametrize(
    "path", ["../secret", "%2e%2e/secret", "/etc/passwd", "link", "", "folder/", "a%00b", "a//b"]
)
def test_no_address_leads_out_of_the_workspace(root: Path, tmp_path: Path, path: str) -> None:
    (tmp_path / "secret").write_text("not yours")
    (root / "link").symlink_to(tmp_path / "secret")
    (root / "folder").mkdir()
    with pytest.raises(ToolFailed):
        shelf(root).serve("GET", SITE + path)


def test_only_get_is_answered(root: Path) -> None:
    (root / "index.html").write_text("hello")
    with pytest.raises(ToolFailed, match="POST is not answered here"):
        shelf(root).serve("POST", f"{SITE}index.html")


def test_a_page_of_ours_is_given_the_one_file_and_nothing_else(root: Path) -> None:
    (root / "tune.wav").write_bytes(b"RIFF")
    (root / "other").write_bytes(b"other")
    ours = shelf(root, "tune.wav", "sound")
    assert ours.serve("GET", ours.first).body.startswith(b"<!doctype html>")
    assert ours.serve("GET", f"{SITE}file").body == b"RIFF"
    for other in ("tune.wav", "other", "picture.js", "../browser.py"):
        with pytest.raises(ToolFailed):
            ours.serve("GET", SITE + other)


def test_a_page_is_given_so_many_files_and_no_more(root: Path) -> None:
    (root / "a.png").write_bytes(b"")
    one = shelf(root)
    for number in range(MOST_REQUESTS):
        one.serve("GET", f"{SITE}a.png?{number}")
    with pytest.raises(ToolFailed, match="at most 300 files"):
        one.serve("GET", f"{SITE}a.png")


def test_a_page_is_given_so_many_bytes_and_no_more(root: Path) -> None:
    with (root / "a.bin").open("wb") as file:
        file.truncate(15 * 1024 * 1024)
    one = shelf(root)
    one.serve("GET", f"{SITE}a.bin")
    one.serve("GET", f"{SITE}a.bin")
    with pytest.raises(ToolFailed, match="at most 33,554,432 bytes"):
        one.serve("GET", f"{SITE}a.bin")
    with (root / "b.bin").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(ToolFailed, match="at most 16,777,216 can be read"):
        shelf(root).serve("GET", f"{SITE}b.bin")


def test_the_kind_is_told_by_the_end_of_the_name() -> None:
    assert [kind_of(name) for name in ("a.HTML", "b/c.svg", "d.jpeg", "e.flac")] == [
        "page",
        "page",
        "picture",
        "sound",
    ]
    assert [kind_of(name) for name in ("html", "a.html/b", "a.py", "a.", "")] == [None] * 5
