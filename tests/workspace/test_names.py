import json
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.errors import ToolFailed
from latitude.workspace.entry import Caps
from latitude.workspace.names import folded, new_name, shown, split


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("a.md", ("a.md",)),
        ("notes/a.md", ("notes", "a.md")),
        ("./notes/a.md", ("notes", "a.md")),
        (" spaced / name ", (" spaced ", " name ")),
        ("...", ("...",)),
        (".hidden", (".hidden",)),
        (r"back\slash", (r"back\slash",)),
        ("~/a", ("~", "a")),
    ],
)
def test_a_path_is_its_names(path: str, parts: tuple[str, ...]) -> None:
    assert split(path) == parts


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "The path is empty."),
        ("./", "The path is empty."),
        (".", "has the part ."),
        ("..", "has the part .."),
        ("../ws2/secret", "has the part .."),
        ("a/../../secret", "has the part .."),
        ("a/./b", "has the part ."),
        ("././a", "has the part ."),
        ("/etc/passwd", "is an absolute path"),
        ("/", "is an absolute path"),
        ("a//b", "has an empty part"),
        (".//a", "has an empty part"),
        ("a/", "ends with a slash"),
        ("a\0b", "NUL"),
        ("\ud800", "half a character"),
    ],
)
def test_a_path_that_is_not_plain_is_refused(path: str, words: str) -> None:
    with pytest.raises(ToolFailed) as refusal:
        split(path)
    assert words in str(refusal.value)


@pytest.mark.parametrize("path", ["", ".", "./"])
def test_the_top_is_a_folder(path: str) -> None:
    assert split(path, folder=True) == ()


@pytest.mark.parametrize("path", ["notes/", "./notes/", "notes"])
def test_a_folder_may_end_with_one_slash(path: str) -> None:
    assert split(path, folder=True) == ("notes",)


@pytest.mark.parametrize("path", ["notes//", "/", "//", "..", "../", "a/../"])
def test_a_folder_is_held_to_the_same_rules(path: str) -> None:
    with pytest.raises(ToolFailed):
        split(path, folder=True)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("-rf", "begins with a hyphen"),
        ("a\nb", "U+000A"),
        ("\x1b[2J", "U+001B"),
        ("a\u202etxt.exe", "U+202E"),
        ("zero\u200bwidth", "U+200B"),
        ("line\u2028break", "U+2028"),
        ("half\udcff", "U+DCFF"),
        ("é" * 101, "202 bytes"),
        (".unfinished-0123456789abcdef", "while they are being written"),
    ],
)
def test_a_name_that_could_mislead_is_not_made(name: str, words: str) -> None:
    with pytest.raises(ToolFailed) as refusal:
        new_name(name, Caps())
    assert words in str(refusal.value)


@pytest.mark.parametrize("name", ["a", "naïve.md", "詩.txt", "🦊", ".git", "con", "a b", "é" * 100])
def test_other_names_are_made_as_they_are(name: str) -> None:
    assert new_name(name, Caps()) == name


def test_a_decomposed_name_is_made_composed() -> None:
    assert new_name(unicodedata.normalize("NFD", "café"), Caps()) == "café"


def test_names_that_macos_takes_for_one_fold_alike() -> None:
    assert folded("README") == folded("readme")
    assert folded("É") == folded("e\u0301")
    assert folded("straße") == folded("STRASSE")
    assert folded("a") != folded("b")


def test_a_plain_path_is_shown_as_it_is() -> None:
    assert shown("notes/naïve 詩.md") == "notes/naïve 詩.md"


def test_a_path_that_could_mislead_is_shown_as_json() -> None:
    assert shown("a\nb.md  3 bytes") == r'"a\nb.md  3 bytes"'
    assert shown("\udcff") == r'"\udcff"'
    assert shown('"quoted"') == r'"\"quoted\""'
    assert shown("\u202etxt") == r'"\u202etxt"'


@given(st.text(st.characters()) | st.text('\ud800\udfff\udcff\n\0\x1b\u202e\u2028 é"'))
def test_whatever_is_shown_is_one_short_printable_line(path: str) -> None:
    line = shown(path)
    assert line.isprintable()
    assert line.encode().decode() == line
    assert len(line) <= 240 * 6 + 3


paths = st.text(st.characters()) | st.lists(
    st.sampled_from(
        ["a", "É", "e\u0301", "..", ".", "", "~", " ", "-", "\udcff", "\0", "ﬁ", "İ", "ς"]
    )
).map("/".join)


@given(paths)
def test_two_paths_are_never_shown_alike(path: str) -> None:
    line = shown(path)
    if not line.endswith("…"):
        assert (json.loads(line) if line.startswith('"') else line) == path


@given(paths, st.booleans())
def test_what_split_takes_is_a_way_down_and_no_other(path: str, folder: bool) -> None:
    with suppress(ToolFailed):
        parts = split(path, folder=folder)
        assert not {"", ".", ".."} & set(parts)
        assert not any("/" in part or "\0" in part for part in parts)
        assert folder or parts
        kept = path.removeprefix("./")
        assert "/".join(parts) == (kept.removesuffix("/") if folder else kept).removeprefix(
            "." if folder and kept == "." else ""
        )
        assert split("/".join(parts), folder=folder) == parts


@given(st.text(st.characters(), max_size=60))
def test_a_new_name_is_one_that_may_be_given_again(name: str) -> None:
    with suppress(ToolFailed):
        made = new_name(name, Caps())
        assert new_name(made, Caps()) == made
        assert made == unicodedata.normalize("NFC", name)
        assert len(made.encode()) <= Caps().name_bytes
        assert shown(made) == made or made.strip() != made or '"' in made or not made.isprintable()


@given(st.text(st.characters(), max_size=20))
def test_names_fold_alike_in_any_form(name: str) -> None:
    once = folded(name)
    assert folded(once) == once
    assert folded(unicodedata.normalize("NFD", name)) == once
    assert folded(unicodedata.normalize("NFC", name)) == once
    assert folded(name.casefold()) == once
