"""Comparing at the command line: on the terminal, as a page, as tables."""

import csv
import json
from pathlib import Path

from tests.cli.person import latitude, rehearse, start


def test_three_ways_to_have_a_report(home_folder: Path, tmp_path: Path) -> None:
    makes = "- calls: [{name: write_file, arguments: {path: a.md, content: Sea.}}]\n"
    models = [
        rehearse(home_folder, "goes", "- text: Stopping now."),
        rehearse(home_folder, "makes", makes + "- text: Stopping now."),
    ]
    asked = [word for model in models for word in ("--model", model)]
    assert latitude(home_folder, "run", *asked, "--repeat", "3").status == 0
    page, tables = tmp_path / "report.html", tmp_path / "tables"
    counted = ("--rehearsals", "--relabelings", "99", "--html", str(page), "--csv", str(tables))
    done = latitude(home_folder, "compare", *counted)
    assert done.status == 0, done
    assert done.lines[1].startswith("! All sessions here are rehearsals")
    assert done.lines[-2] == f"page    {page}"
    assert "All sessions here are rehearsals" in page.read_text(encoding="utf-8")
    with (tables / "made.csv").open(encoding="utf-8") as file:
        made = {row["group"]: row["sessions"] for row in csv.DictReader(file)}
    assert made == {"rehearsal/goes · open": "0", "rehearsal/makes · open": "3"}
    again = latitude(home_folder, "compare", "--csv", str(tables))
    assert again.status == 2
    assert "Nothing was written." in again.err
    assert again.out == "", "it is said before anything is counted"
    kinds = [json.loads(line)["type"] for line in latitude(home_folder, "compare", "--json").lines]
    assert kinds[0] == "report"


def test_a_home_without_sessions_says_so_in_the_report(home_folder: Path) -> None:
    done = latitude(home_folder, "compare")
    assert done.status == 0
    assert "0 compared in 0 groups" in done.out


def test_files_are_there_though_nobody_reads_what_is_printed(
    home_folder: Path, tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    process = start(home_folder, "compare", "--html", str(page))
    assert process.stdout is not None
    process.stdout.close()
    process.wait()
    assert "0 compared in 0 groups" in page.read_text(encoding="utf-8")
