"""Every table of a report as files for other programs: CSV for spreadsheets, JSON for the rest.

JSON holds values and texts as they are, in ASCII. CSV is opened by spreadsheets, which run what
begins like a formula, so there a text that begins so bears an apostrophe before it, and hidden
characters are shown as signs. Numbers have all their digits in both; a per cent is a share of 1.
"""

import csv
import io
import json
import math
from collections.abc import Iterator
from pathlib import Path

from latitude.compare.figures import Interval, Report, Row, Table, Value
from latitude.compare.html.markup import anchors
from latitude.compare.words import label
from latitude.core.text import mend_surrogates
from latitude.errors import HomeUnusable, UsageError

SESSIONS = "session_ids"
"""The last column of each CSV file: the sessions behind the line, a space between them."""
ABOUT = "report"
"""The stem of the files that tell what the report is: its warnings, its facts, all its tables."""
LONGEST_CELL = 32_000
"""Characters of a text in CSV: spreadsheets hold no more. JSON holds the whole."""

_LIKE_FORMULAS = tuple("=+-@＝＋－＠'")

Plain = str | int | float | bool | None


def write(report: Report, folder: Path) -> tuple[Path, ...]:
    """Write ``report.jsonl``, ``report.csv`` and a CSV file for each table; return their paths.

    The folder is new or empty: what another report left there would be taken for this one's.
    Raises ``UsageError`` when it holds anything, and ``HomeUnusable`` when the disk refuses.
    """
    tables = [table for section in report.sections for table in section.tables]
    names = anchors((table.name for table in tables), taken={ABOUT})
    files = {f"{ABOUT}.jsonl": json_lines(report), f"{ABOUT}.csv": _about(report)}
    files |= {f"{name}.csv": csv_of(table) for name, table in zip(names, tables, strict=True)}
    refuse_full(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_text(content, encoding="utf-8", newline="")
    except OSError as error:
        raise HomeUnusable(
            f"{folder} cannot be written: {error.strerror}. What was written so far is there; no "
            "session was touched. Make room or choose another folder, and write it again."
        ) from error
    return tuple(folder / name for name in files)


def refuse_full(folder: Path) -> None:
    """Raise ``UsageError`` when ``folder`` holds anything, or is a file."""
    try:
        full = any(folder.iterdir())
    except FileNotFoundError:
        return
    except NotADirectoryError:
        full = folder.exists()
    except OSError as error:
        raise HomeUnusable(f"{folder} cannot be read: {error.strerror}.") from error
    if full:
        raise UsageError(f"{folder} is not an empty folder. Nothing was written. Name a new one.")


def csv_of(table: Table) -> str:
    """Return ``table`` as CSV: a head, a line for each row, and the ids behind each."""
    lines: list[list[str]] = [[_text(name) for name in (*heads(table), SESSIONS)]]
    for row in table.rows:
        values = [_cell(value) for value in _values(table, row)]
        lines.append([*values, _text(" ".join(row.sessions), None)])
    return _csv(lines)


def json_lines(report: Report) -> str:
    """Return all of ``report`` but its plots, one JSON object a line."""
    return "".join(json.dumps(each, allow_nan=False) + "\n" for each in objects(report))


def objects(report: Report) -> Iterator[dict[str, object]]:
    """Yield the report, then each table, each followed by its lines, as plain values for JSON.

    ``type`` says which it is: ``report``, ``table`` or ``line``.
    """
    yield {
        "type": "report",
        "title": _whole(report.title),
        "warnings": [_whole(warning) for warning in report.warnings],
        "facts": [[_whole(named), _whole(value)] for named, value in report.facts],
    }
    for section in report.sections:
        for table in section.tables:
            names = heads(table)
            yield {
                "type": "table",
                "table": _whole(table.name),
                "section": _whole(section.name),
                "title": _whole(table.title),
                "standing": table.standing,
                "columns": names,
                "notes": [_whole(note) for note in table.notes],
            }
            for number, row in enumerate(table.rows, 1):
                yield {
                    "type": "line",
                    "table": _whole(table.name),
                    "line": number,
                    "values": dict(zip(names, _values(table, row), strict=True)),
                    "sessions": [_whole(session) for session in row.sessions],
                }


def heads(table: Table) -> list[str]:
    """Return the names of the columns in files: an interval has two, its low and its high end."""
    names: list[str] = []
    for column in table.columns:
        both = column.kind == "interval"
        for name in [f"{column.name}_low", f"{column.name}_high"] if both else [column.name]:
            number = sum(name == other or other.startswith(f"{name}~") for other in names)
            names.append(_whole(f"{name}~{number + 1}" if number else name))
    return names


def _values(table: Table, row: Row) -> list[Plain]:
    values: list[Plain] = []
    for column, value in zip(table.columns, row.values, strict=True):
        if column.kind == "interval":
            both = value if isinstance(value, Interval) else Interval(math.nan, math.nan)
            values += [_plain(both.low), _plain(both.high)]
        else:
            assert not isinstance(value, Interval), column.name
            values.append(_plain(value))
    return values


def _plain(value: Value) -> Plain:
    """A number without end, or that is none, cannot stand in JSON: it is missing."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return _whole(value) if isinstance(value, str) else value


def _cell(value: Plain) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value) if isinstance(value, str) else repr(value)


def _text(words: str, longest: int | None = LONGEST_CELL) -> str:
    shown = label(words, longest)
    return f"'{shown}" if shown.lstrip().startswith(_LIKE_FORMULAS) else shown


def _about(report: Report) -> str:
    pairs = [("title", report.title), *(("warning", said) for said in report.warnings)]
    return _csv([["label", "value"], *([_text(a), _text(b)] for a, b in [*pairs, *report.facts])])


def _csv(lines: list[list[str]]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows(lines)
    return written.getvalue()


def _whole(words: str) -> str:
    """The text as it is, but for halves of characters, which UTF-8 cannot hold."""
    return mend_surrogates(words)[0]
