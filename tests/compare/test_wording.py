"""The cells of a table are told by what stands beside them."""

from latitude.compare.figures import Column, Interval, Row, Table
from latitude.compare.wording import Wording

PAIRS = Table(
    "pairs",
    "Pairs",
    (
        Column("what", "what"),
        Column("n", "n", "count"),
        Column("turns", "mean turns", "number"),
        Column("turns_interval", "95 %", "interval"),
        Column("p", "p", "p"),
        Column("p_floor", "smallest p", "p"),
        Column("made", "made anything"),
    ),
    (
        Row(("a", 20, 7.0, Interval(5.25, 8.0), 0.1, 0.1, True)),
        Row(("b", 1, None, None, 0.4, 0.1, None)),
        Row(("", 2, 11.123, Interval(9.0, 13.0), None, None, False)),
    ),
)


def test_numbers_of_a_column_agree_in_their_decimals() -> None:
    wording = Wording(PAIRS)
    assert [wording.cell(row, 2) for row in PAIRS.rows] == ["7.0", "—", "11.1"]
    assert [wording.cell(row, 3) for row in PAIRS.rows] == ["5.2 to 8.0", "—", "9.0 to 13.0"]


def test_what_cannot_be_told_is_a_dash_and_never_a_nought() -> None:
    wording = Wording(PAIRS)
    assert [wording.cell(row, 6) for row in PAIRS.rows] == ["yes", "—", "no"]
    assert wording.cell(PAIRS.rows[2], 0) == "—"
    assert wording.cell(PAIRS.rows[2], 4) == "—"


def test_a_floor_stands_beside_its_p_and_not_in_a_column() -> None:
    wording = Wording(PAIRS)
    assert [wording.beside(row, 4) for row in PAIRS.rows] == ["at its floor", "floor 0.100", ""]
    assert 5 not in wording.shown


def test_an_n_of_one_is_told_wherever_sessions_are_counted() -> None:
    wording = Wording(PAIRS)
    assert [wording.beside(row, 1) for row in PAIRS.rows] == ["", "anecdote", ""]
