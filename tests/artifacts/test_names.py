"""Names that any file system can hold, and the way back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.artifacts.names import (
    escape,
    other_form,
    readable_path,
    stored_names,
    true_path,
    unescape,
)

NAMES = st.binary(min_size=1, max_size=255).filter(
    lambda name: b"/" not in name and b"\0" not in name and name not in (b".", b"..")
)
"""What a file of Linux can be called."""

CASES = st.text(alphabet="aAbB%4.", min_size=1, max_size=4).map(str.encode)
"""Short names that come close to one another."""

DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        (b"README.md", "README.md"),
        (b".git", "%2egit"),
        (b".gitattributes", "%2egitattributes"),
        (b"GIT~1", "GIT%7e1"),
        (b"CON", "%43ON"),
        (b"con.txt", "%63on.txt"),
        (b"console", "console"),
        (b"-rf", "%2drf"),
        (b"dots..", "dots.%2e"),
        (b"a b", "a%20b"),
        (b"%41", "%2541"),
        (b"line\nbreak", "line%0abreak"),
        ("é".encode(), "%c3%a9"),
        (b"\xff", "%ff"),
        (b"x" * 200, "x" * 200),
    ],
)
def test_stored_forms(name, stored):
    assert escape(name) == stored
    assert unescape(stored) == name


def test_a_long_name_is_stored_by_its_hash():
    assert re.fullmatch(r"%h[0-9a-f]{64}", escape(b"x" * 201))
    assert unescape(escape(b"\xff" * 201, longest=None)) == b"\xff" * 201


@given(NAMES, st.booleans())
def test_every_name_comes_back(name, upper):
    assert unescape(escape(name, upper=upper, longest=None)) == name


@given(NAMES)
def test_every_stored_name_is_harmless_everywhere(name):
    stored = escape(name)
    assert re.fullmatch(r"[A-Za-z0-9_%][A-Za-z0-9_.%-]*", stored)
    assert len(stored) <= 200
    assert not stored.endswith(".")
    assert not DEVICE.match(stored)


@given(st.sets(st.one_of(NAMES, CASES), min_size=1, max_size=12))
def test_no_two_siblings_meet_even_where_case_does_not_count(names):
    stored = stored_names(names)
    assert stored.keys() == names
    assert len({text.lower() for text in stored.values()}) == len(names)
    assert stored == stored_names(sorted(names, reverse=True))


def test_capitals_stay_unless_a_sibling_has_the_same_letters():
    assert stored_names([b"README", b"Notes"]) == {b"README": "README", b"Notes": "Notes"}
    assert stored_names([b"A", b"a", b"B"]) == {b"A": "%41", b"a": "a", b"B": "B"}


@given(NAMES.filter(lambda name: len(name) < 60))
def test_the_other_form_of_a_name_is_never_the_name_and_comes_back(name):
    assert unescape(other_form(name)) == name
    assert other_form(name).lower().encode() != name.lower()


@given(st.lists(NAMES, min_size=1, max_size=4).map(b"/".join))
def test_every_path_can_be_written_down_and_comes_back(path):
    text, escaped = readable_path(path)
    assert text.encode("utf-8")
    assert true_path(text, escaped=escaped) == path
