"""UTF-8 holds whole characters; halves are joined, or replaced and counted."""

from hypothesis import given
from hypothesis import strategies as st

from latitude.core.text import mend_surrogates


def test_halves_that_met_are_one_character() -> None:
    assert mend_surrogates("\ud83d\ude00") == ("😀", 0)


def test_a_lone_half_is_replaced_and_counted() -> None:
    assert mend_surrogates("a\ud800b\udc00") == ("a�b�", 2)


@given(st.text())
def test_whole_text_is_left_alone(text: str) -> None:
    assert mend_surrogates(text) == (text, 0)


@given(st.text(st.characters()))
def test_the_result_is_always_utf8(text: str) -> None:
    mend_surrogates(text)[0].encode("utf-8")
