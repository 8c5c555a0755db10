"""Nothing that passes ``clean()`` can act on a terminal or hide from a reader."""

import unicodedata

import pytest
from hypothesis import given
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


@given(st.lists(st.text(st.sampled_from("a\r\n\t\x1b\ud83d\ude00b"), max_size=4), max_size=8))
def test_pieces_are_cleaned_like_the_whole(pieces: list[str]) -> None:
    cleaner = StreamCleaner()
    streamed = "".join(cleaner.feed(piece) for piece in pieces) + cleaner.flush()
    # Tabs depend on the column, which a piece does not know; all else is the same.
    assert streamed.replace(" ", "") == clean("".join(pieces)).replace(" ", "")
