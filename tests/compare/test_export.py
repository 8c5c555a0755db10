"""What programs read: every digit, every session, and no text that a spreadsheet would run."""

import csv
import io
import json
import math
from pathlib import Path

import pytest
from hypothesis import given

from latitude.compare.export import LONGEST_CELL, csv_of, heads, json_lines, objects, write
from latitude.compare.figures import Column, Interval, Report, Row, Table
from latitude.compare.words import label
from latitude.core.text import mend_surrogates
from latitude.errors import HomeUnusable, UsageError
from tests.compare import hostile_reports, sample_reports

TIDE = Table(
    "exits",
    "Exits",
    (
        Column("arm", "arm"),
        Column("n", "n", "count"),
        Column("share", "share", "share"),
        Column("interval", "95 %", "interval"),
        Column("left", "left at all"),
    ),
    (
        Row(("tide", 20, 0.352, Interval(0.1, 1 / 3), True), ("20261120-231502-k3f9w2", "b")),
        Row(("empty", 0, None, None, None)),
    ),
)


def read(written: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(written, newline=""), strict=True))


def test_an_interval_has_a_column_for_each_end() -> None:
    assert heads(TIDE) == ["arm", "n", "share", "interval_low", "interval_high", "left"]


def test_csv_has_a_head_all_digits_and_the_sessions() -> None:
    assert read(csv_of(TIDE)) == [
        ["arm", "n", "share", "interval_low", "interval_high", "left", "session_ids"],
        ["tide", "20", "0.352", "0.1", repr(1 / 3), "true", "20261120-231502-k3f9w2 b"],
        ["empty", "0", "", "", "", "", ""],
    ]


def plain(text: str) -> str:
    """A text of a CSV file without the apostrophe that keeps spreadsheets from running it."""
    return text[1:] if text.startswith("'") else text


@given(hostile_reports.tables())
def test_csv_read_back_holds_the_values(table: Table) -> None:
    head, *lines = read(csv_of(table))
    assert [plain(name) for name in head[:-1]] == [label(name) for name in heads(table)]
    assert len(lines) == len(table.rows)
    for line, row in zip(lines, table.rows, strict=True):
        assert len(line) == len(head)
        cells = iter(line)
        for column, value in zip(table.columns, row.values, strict=True):
            if column.kind == "interval":
                ends = (value.low, value.high) if isinstance(value, Interval) else (None, None)
                assert [number(next(cells)), number(next(cells))] == list(ends)
            elif isinstance(value, str):
                assert plain(next(cells)) == label(mend_surrogates(value)[0], LONGEST_CELL)
            elif isinstance(value, bool):
                assert next(cells) == ("true" if value else "false")
            else:
                assert number(next(cells)) == (finite(value))


def number(cell: str) -> float | None:
    return float(cell) if cell else None


def finite(value: float | None) -> float | None:
    return value if value is None or math.isfinite(value) else None


@given(hostile_reports.tables())
def test_no_text_in_csv_begins_like_a_formula(table: Table) -> None:
    for line in read(csv_of(table)):
        for cell in line:
            if number_like(cell):
                continue
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t"))


def number_like(cell: str) -> bool:
    """A number of ours may be negative; it holds no letters but those of an exponent."""
    return set(cell) <= set("0123456789.-+e") and cell[-1:].isdigit() and cell[:1] in "-0123456789"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "＝1", "'quoted"])
def test_a_text_that_a_spreadsheet_would_run_bears_an_apostrophe(text: str) -> None:
    table = Table(text, text, (Column(text, text),), (Row((text,), (text,)),))
    head, line = read(csv_of(table))
    assert [cell[0] for cell in (head[0], *line)] == ["'"] * 3


@given(hostile_reports.reports())
def test_json_holds_everything_as_it_is_in_ascii(report: Report) -> None:
    written = json_lines(report)
    assert written.isascii()
    assert not set(map(ord, written)) & {*range(10), *range(11, 32), 127}
    first, *others = map(json.loads, written.splitlines())
    assert first["title"] == mend_surrogates(report.title)[0]
    assert len(first["facts"]) == len(report.facts)
    tables = [table for section in report.sections for table in section.tables]
    assert [each["title"] for each in others if each["type"] == "table"] == [
        mend_surrogates(table.title)[0] for table in tables
    ]
    lines = iter([each for each in others if each["type"] == "line"])
    for table in tables:
        for row in table.rows:
            line = next(lines)
            assert line["sessions"] == [mend_surrogates(session)[0] for session in row.sessions]
            assert list(line["values"]) == heads(table)
            assert list(line["values"].values()) == list(expected(table, row))
    assert next(lines, None) is None


def expected(table: Table, row: Row):
    for column, value in zip(table.columns, row.values, strict=True):
        if column.kind == "interval":
            yield from (value.low, value.high) if isinstance(value, Interval) else (None, None)
        elif isinstance(value, str):
            yield mend_surrogates(value)[0]
        elif isinstance(value, float):
            yield finite(value)
        else:
            yield value


def test_columns_of_one_name_are_all_kept() -> None:
    columns = (Column("n", "n", "count"), Column("n", "n", "count"), Column("n", "n", "interval"))
    assert heads(Table("a", "a", columns, ())) == ["n", "n~2", "n_low", "n_high"]


def test_a_folder_gets_a_file_for_each_table_and_two_for_the_report(tmp_path: Path) -> None:
    report = sample_reports.with_one_session()
    written = write(report, tmp_path / "new" / "folder")
    assert [path.name for path in written] == [
        *("report.jsonl", "report.csv"),
        *("flow.csv", "exits.csv", "times.csv", "pairs.csv", "made.csv"),
    ]
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == sorted(
        path.name for path in written
    )
    about = read(written[1].read_text(encoding="utf-8"))
    assert [line for line in about if line[0] == "warning"] == [
        ["warning", warning] for warning in report.warnings
    ]
    assert [json.loads(line) for line in written[0].read_text().splitlines()] == list(
        objects(report)
    )


def test_no_name_of_a_table_leads_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    for path in write(hostile_reports.hostile(), folder):
        assert path.parent == folder
        assert path.is_file()
    assert list(tmp_path.iterdir()) == [folder]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("kept")
    with pytest.raises(UsageError, match="not an empty folder"):
        write(sample_reports.empty(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageError, match="file is not an empty folder"):
        write(sample_reports.empty(), tmp_path / "file")
    with pytest.raises(HomeUnusable, match="inside"):
        write(sample_reports.empty(), tmp_path / "file" / "inside")
