"""Makes a report and shows it: on the terminal, as a page, as tables."""

import asyncio
from pathlib import Path
from typing import TextIO

from latitude.cli.column import columns_of
from latitude.cli.filters import index_of
from latitude.cli.output import style_for
from latitude.compare.cohort import Planned
from latitude.compare.export import json_lines, write
from latitude.compare.figures import Report
from latitude.compare.html import page
from latitude.compare.report import compare
from latitude.compare.terminal import lines
from latitude.config import Home
from latitude.core.clean import clean_line
from latitude.errors import HomeUnusable
from latitude.index.filters import Filter


async def report_on(
    home: Home,
    which: Filter,
    *,
    rehearsals: bool,
    html: Path | None,
    csv: Path | None,
    as_json: bool,
    pictures: bool,
    out: TextIO,
    planned: Planned | None = None,
) -> int:
    """Compare the sessions of ``home`` that ``which`` lets through, and show what was found.

    Raises ``UsageError`` where there are none, and ``HomeUnusable`` where a file cannot be
    written; what was written before is kept.
    """
    del pictures

    def make() -> Report:
        with index_of(home) as index:
            return compare(index.connection, which, rehearsals=rehearsals, planned=planned)

    report = await asyncio.to_thread(make)
    if as_json:
        out.write(json_lines(report))
    else:
        for line in lines(report, columns_of(out), style_for(out)):
            out.write(f"{line}\n")
    try:
        if html is not None:
            html.write_text(page(report), encoding="utf-8")
        tables = () if csv is None else write(report, csv)
    except OSError as error:
        raise HomeUnusable(
            f"The report could not be written: {error.strerror} ({error.filename}). No record was "
            "touched. Name another place."
        ) from error
    if not as_json:
        if html is not None:
            out.write(f"\npage    {clean_line(str(html))}\n")
        if csv is not None:
            out.write(f"tables  {clean_line(str(csv))} ({len(tables):,} files)\n")
    return 0
