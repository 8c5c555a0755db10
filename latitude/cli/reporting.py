"""Makes a report and shows it: on the terminal, as a page, as tables."""

import argparse
import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

from latitude.cli.column import columns_of
from latitude.cli.filters import answer_of
from latitude.cli.output import show_progress, style_for
from latitude.compare.cohort import Planned
from latitude.compare.export import json_lines, refuse_full, write
from latitude.compare.figures import Report
from latitude.compare.findings import Drawing
from latitude.compare.html.page import page
from latitude.compare.report import Asked, ask, report_of
from latitude.compare.terminal.printed import lines
from latitude.compare.works.looking import look
from latitude.config import Home
from latitude.core.clean import clean_line
from latitude.errors import HomeUnusable
from latitude.index.filters import Filter
from latitude.study.reporting import strayed, unfinished


async def report_on(
    home: Home, which: Filter, options: argparse.Namespace, planned: Planned | None = None
) -> int:
    """Compare the sessions of ``home`` that ``which`` lets through, and show what was found.

    ``options`` say how (``add_report_options``). Files are written first, so that they are there
    when whoever reads the rest goes away. Raises ``HomeUnusable`` where one cannot be written.
    """
    if options.csv:
        refuse_full(Path(options.csv))
    report = await _made(home, which, options, planned)
    kept = tuple(_kept(report, options))
    if options.json:
        sys.stdout.write(json_lines(report))
        return 0
    for line in lines(report, columns_of(sys.stdout), style_for(sys.stdout)):
        print(line)
    for kind, place in kept:
        print(f"{kind}  {clean_line(place)}")
    return 0


async def _made(
    home: Home, which: Filter, options: argparse.Namespace, planned: Planned | None
) -> Report:
    """Compare the sessions, and what stands in the files that they left.

    Only a page shows pictures, so only for a page are they drawn.
    """

    def asked() -> Asked:
        return answer_of(
            home, lambda index: ask(index, which, rehearsals=options.rehearsals, planned=planned)
        )

    # A connection of SQLite belongs to one thread; and nobody waits for it while files are read.
    found = await asyncio.to_thread(asked)
    pictures = bool(options.html) and not options.no_pictures
    looked = await look(home, found.cohort, draw=pictures, progress=show_progress)
    drawing = Drawing(options.relabelings, 0 if planned is None else planned.seed)
    folders = home.prompts, home.sessions
    if planned is None:
        said = unfinished(*folders, {one.plan for one in found.cohort.seen} - {None})
    else:
        said = strayed(*folders, planned.study)
    return await asyncio.to_thread(
        report_of, found, drawing, looked, tuple(said), progress=show_progress
    )


def _kept(report: Report, options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Write what was asked for as files, and yield what each is and where."""
    try:
        if options.html:
            Path(options.html).write_text(page(report), encoding="utf-8")
            yield "page  ", options.html
        if options.csv:
            written = write(report, Path(options.csv))
            yield "tables", f"{options.csv} ({len(written):,} files)"
    except OSError as error:
        raise HomeUnusable(
            f"The report could not be written: {error.strerror} ({error.filename}). No record was "
            "touched. Name another place."
        ) from error
