"""Nothing that passes ``clean()`` can act on a terminal or hide from a reader."""

import re
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from latitude.core.clean import StreamCleaner, clean, clean_line


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b]52;c;cHduZWQ=\x07", "␛]52;c;cHduZWQ=␇"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("\x9b2J", "\ufffd2J"),
        ("overprint\rme", "overprint␍me"),
        ("a\x00b\x7f", "a␀b␡"),
        ("evil\u202egnp.exe", "evil‹U+202E›gnp.exe"),
        ("pass\u200bword", "pass‹U+200B›word"),
        ("tag\U000e0041", "tag‹U+E0041›"),
        ("half \ud83d", "half ‹U+D83D›"),
        ("line\u2028line", "line‹U+2028›line"),
    ],
)
def test_what_could_act_is_shown_as_a_sign(hostile: str, shown: str) -> None:
    assert clean(hostile) == shown


def test_ordinary_text_passes_unchanged() -> None:
    text = "Grüße, 世界! 🌊\nA second line – with “quotes”."
    assert clean(text) == text


def test_line_ends_and_tabs_become_plain() -> None:
    assert clean("one\r\ntwo\tthree") == "one\ntwo three"


def test_stacked_marks_are_thinned() -> None:
    assert clean("a" + "\u0301" * 40) == "a" + "\u0301" * 4


def test_long_lines_and_texts_are_cut_and_say_so() -> None:
    assert clean("x" * 10_000, max_line=10) == "x" * 10 + " … [line cut]"
    assert clean("x\n" * 50, max_text=10).endswith("… [text cut]")


def test_one_line_stays_one_line() -> None:
    assert clean_line("a\nb") == "a␊b"
    assert clean_line("long" * 20, 10) == "longlonglo"[:9] + "…"


@given(st.text(st.characters()))
def test_nothing_invisible_is_left(text: str) -> None:
    for char in clean(text):
        if char != "\n":
            assert unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp")
            assert char not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(st.text(st.characters(), max_size=200))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


VISIBLE_FORMATS = "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
"""Signs that Unicode counts among the format characters, and that are seen."""


@given(st.text(st.characters(categories=["Cf", "Cc", "Cs", "Zl", "Zp", "Zs"])))
def test_what_is_left_of_format_characters_can_be_seen(text: str) -> None:
    for char in clean(text):
        if unicodedata.category(char) == "Cf":
            assert re.match(f"[{VISIBLE_FORMATS}]", char), f"U+{ord(char):04X}"


@given(
    st.text(st.characters(categories=["L", "N", "P", "S"]) | st.sampled_from(" \n"), max_size=300)
)
@example("\u3164 looks like a space")
def test_letters_digits_and_signs_pass_unchanged(text: str) -> None:
    assume(not re.search("[\u115f\u1160\u3164\uffa0\ufff9-\uffff]", text))
    assert clean(text) == text


@given(st.text(st.characters(), max_size=200), st.integers(1, 50), st.integers(1, 50))
def test_nothing_grows_beyond_its_bounds(text: str, most: int, longest: int) -> None:
    shown = clean(text, max_text=most, max_line=longest)
    assert all(len(line) <= longest + len(" … [line cut]") for line in shown.split("\n"))
    assert len(shown.split("\n")) <= most + 2
    assert shown.endswith("… [text cut]") == (len(text) > most)


@given(st.text(st.characters(), max_size=100), st.integers(1, 60))
def test_a_line_stays_one_within_its_length(text: str, longest: int) -> None:
    shown = clean_line(text, longest)
    assert "\n" not in shown
    assert len(shown.splitlines()) <= 1
    assert len(shown) <= longest


@given(
    st.lists(
        st.text(st.sampled_from("a\r\n\t\x1b\ud83d\ude00b\u0301\u0301\u0308\u200d"), max_size=4),
        max_size=8,
    )
)
@example(["a\u0301\u0301\u0301"] + ["\u0301\u0308"] * 9 + ["b"])
def test_pieces_are_cleaned_like_the_whole(pieces: list[str]) -> None:
    cleaner = StreamCleaner()
    streamed = "".join(cleaner.feed(piece) for piece in pieces) + cleaner.flush()
    # Tabs depend on the column, which a piece does not know; all else is the same.
    assert streamed.replace(" ", "") == clean("".join(pieces)).replace(" ", "")
