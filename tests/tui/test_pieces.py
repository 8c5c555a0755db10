"""A long text is cut where it can be laid out by itself."""

from hypothesis import given
from hypothesis import strategies as st

from latitude.tui.widgets.pieces import MOST, WORTH, Piece, pieces

LINES = st.lists(
    st.sampled_from(["", "words " * 30, "```", "```python", "~~~~", "> q", "- item", "x" * 9_000]),
    max_size=60,
).map("\n".join)


@given(LINES)
def test_nothing_is_lost_and_no_piece_is_long(text: str) -> None:
    cut = pieces(text)
    assert "".join(piece.text for piece in cut) == text
    assert all(len(piece.text) < 2 * MOST for piece in cut)


@given(LINES, st.integers(0, 400))
def test_what_comes_in_two_halves_loses_nothing_either(text: str, at: int) -> None:
    *done, last = pieces(text[:at])
    rest = pieces(last.text + text[at:], last)
    assert "".join(piece.text for piece in (*done, *rest)) == text


def test_short_paragraphs_stay_together_and_long_ones_part_at_a_blank_line() -> None:
    short, long = "One.\n\nTwo.\n", "words " * (WORTH // 6 + 1) + "\n\n"
    assert pieces(short) == [Piece(short)]
    assert pieces(long + "After.") == [Piece(long), Piece("After.", gap=True)]


def test_a_code_fence_is_never_cut_at_a_blank_line() -> None:
    fence = "```python\n" + "x = 1\n\n" * (WORTH // 7 + 5) + "```\n"
    assert len(pieces(fence)) == 1


def test_a_very_long_fence_is_cut_and_each_piece_knows_its_fence() -> None:
    fence = "~~~js\n" + "let moon = 1;\n" * 2_000 + "~~~\nAfter."
    cut = pieces(fence)
    assert len(cut) > 3
    assert all(piece.fence == "~~~js" for piece in cut[1:-1])
    assert cut[1].whole.startswith("~~~js\nlet moon")


def test_backticks_in_a_line_open_no_fence() -> None:
    text = "``` not `a` fence\n" + "words " * WORTH + "\n\nAfter."
    assert pieces(text)[-1].fence == ""
