"""On a terminal: never wider than it, plots where somebody looks, and nothing that acts on it."""

import re
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latitude.cli.output import Style
from latitude.compare.figures import (
    Column,
    Curve,
    Curves,
    Interval,
    Report,
    Row,
    Section,
    Step,
    Table,
)
from latitude.compare.terminal.printed import lines
from latitude.compare.terminal.table import table_lines
from latitude.compare.terminal.text import Plain, broken, cells, fit
from tests.compare import hostile_reports, sample_reports

SAMPLES = {
    "study": sample_reports.study(),
    "one": sample_reports.with_one_session(),
    "empty": sample_reports.empty(),
    "many": sample_reports.many(),
    "hostile": hostile_reports.hostile(),
}
each = pytest.mark.parametrize("report", SAMPLES.values(), ids=SAMPLES.keys())


@each
@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal(report: Report, width: int) -> None:
    for line in lines(report, width):
        assert cells(line) <= width, line


@each
@pytest.mark.parametrize("width", [80, None])
def test_nothing_acts_on_the_terminal(report: Report, width: int | None) -> None:
    for line in lines(report, width):
        assert all(unicodedata.category(each) not in ("Cc", "Cs") for each in line)
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", line)


def shown(report: Report, width: int | None) -> str:
    return "\n".join(lines(report, width))


@pytest.mark.parametrize("width", [60, 80, 120, None])
def test_every_value_of_every_table_is_there(width: int | None) -> None:
    text = shown(SAMPLES["many"], width)
    for section in SAMPLES["many"].sections:
        for table in section.tables:
            assert table.title in text
            for row in table.rows:
                for column, value in zip(table.columns, row.values, strict=True):
                    if column.kind == "count":
                        assert f"{value:,}" in text
    assert "· planned" in text
    assert "· exploratory" in text


def test_piped_there_are_whole_tables_and_no_plots() -> None:
    piped = shown(SAMPLES["study"], None)
    assert not re.search("[●○├┤█⠤│]", piped)
    long = sample_reports.MODELS[2]
    row = next(line for line in piped.splitlines() if line.startswith(f"{long} · open "))
    assert row.split()[-5:] == ["20", "0", "0", "0", "20"]


def test_warnings_stand_right_under_the_title() -> None:
    first = list(lines(SAMPLES["one"], 100))[:3]
    assert first == [SAMPLES["one"].title, *(f"! {said}" for said in SAMPLES["one"].warnings)]


def test_attributes_are_the_caller_s() -> None:
    assert "\x1b" not in shown(SAMPLES["one"], 80)
    painted = "\n".join(lines(SAMPLES["one"], 80, Style(on=True)))
    assert re.sub("\x1b\\[[0-9]+m", "", painted) == shown(SAMPLES["one"], 80)
    assert "\x1b[33m! 12 of these" in painted


ROWS = (
    Row(("tide", 20, 0.352, Interval(0.18, 0.57), 0.1, 0.1)),
    Row(("loom", 1, 1.0, None, 0.7, 0.1)),
)
COLUMNS = (
    Column("arm", "the model"),
    Column("n", "n", "count"),
    Column("share", "share that left", "share"),
    Column("interval", "95 %", "interval"),
    Column("p", "p", "p"),
    Column("p_floor", "smallest p", "p"),
)
TABLE = Table("exits", "Exits", COLUMNS, ROWS, (), "planned")


def test_digits_stand_under_each_other_and_what_is_beside_them_after() -> None:
    assert list(table_lines(TABLE, None, Plain())) == [
        "Exits · planned",
        "the model   n           share that left        95 %      p",
        "tide       20                      35 %  18 to 57 %  0.100 at its floor",
        "loom        1 anecdote            100 %           —  0.700 floor 0.100",
    ]


def test_titles_are_broken_before_names() -> None:
    assert list(table_lines(TABLE, 66, Plain()))[1:] == [
        "                        share that",
        "the model   n                 left        95 %      p",
        "tide       20                 35 %  18 to 57 %  0.100 at its floor",
        "loom        1 anecdote       100 %           —  0.700 floor 0.100",
    ]


def test_a_table_that_finds_no_room_is_told_line_by_line() -> None:
    assert list(table_lines(TABLE, 40, Plain()))[1:4] == [
        "tide",
        "  n: 20; share that left: 35 %;",
        "  95 %: 18 to 57 %;",
    ]


def curves(many: int) -> Report:
    steps = (Step(0, 1.0), Step(10, 0.5))
    plot = Curves(
        "turns",
        "share still going",
        20,
        tuple(Curve(f"arm {at}", 20, steps) for at in range(many)),
    )
    return Report("a", (), (), (Section("when", "When?", (), (), (("n = 20.", plot),)),))


def test_few_curves_are_drawn_in_one_panel_and_named_at_their_ends() -> None:
    text = shown(curves(2), 80)
    assert "100 %┤" in text
    assert re.search("[⠉⠒⠤⣀]", text)
    assert re.search(" {2}arm 0, n = 20$", text, re.MULTILINE)
    assert re.search(" {2}arm 1, n = 20$", text, re.MULTILINE)


def test_many_curves_are_strips_a_line_each() -> None:
    strip = next(line for line in lines(curves(5), 80) if line.startswith("arm 4"))
    assert re.fullmatch(r"arm 4 +(█+)(▄+) +50 % +n = 20", strip)
    full, half = strip.count("█"), strip.count("▄")
    assert abs(full - half) <= 2


def test_an_estimate_is_a_point_with_its_whisker() -> None:
    text = shown(SAMPLES["study"], 120)
    assert re.search(r"├─+●─+┤ +40 % +20", text)
    alone = shown(SAMPLES["one"], 120)
    assert re.search(r"─○ +100 % +1 anecdote", alone)


def test_plotext_is_loaded_only_to_draw() -> None:
    program = "import latitude.compare.terminal.printed, sys; print('plotext' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


@given(hostile_reports.reports(), st.integers(20, 200))
@settings(max_examples=60)
def test_any_report_fits(report: Report, width: int) -> None:
    assert all(cells(line) <= width for line in lines(report, width))


@given(hostile_reports.plots, st.integers(40, 200))
@settings(max_examples=100)
def test_any_plot_fits(plot, width: int) -> None:
    report = Report("a", (), (), (Section("a", "a", (), (), (("a", plot),)),))
    assert all(cells(line) <= width for line in lines(report, width))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.integers(2, 40))
def test_broken_lines_hold_every_word(text: str, width: int) -> None:
    found = broken(text, width)
    assert all(cells(line) <= width for line in found)
    assert "".join(found).replace(" ", "") == text.replace(" ", "").replace("\n", "")


@given(st.text(max_size=60), st.integers(1, 40))
def test_names_are_cut_to_their_room(text: str, width: int) -> None:
    assert cells(fit(text, width)) <= width
