"""Import cost is a feature: what a verb does not use, it does not load."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journal.samples import ID, closed, opened, said
from tests.journal.shelf import shelve

HEAVY = {
    *("anthropic", "openai", "textual", "sqlmodel", "git", "genai_prices", "keyring", "httpx2"),
    *("playwright", "pyseccomp", "plotext"),
}

PROBE = """
import sys, json
from latitude.cli.main import main
try:
    status = main(sys.argv[1:])
except SystemExit as exit:
    status = exit.code
print("\\n" + json.dumps(sorted(sys.modules)))
sys.exit(status)
"""


@pytest.mark.parametrize(
    "arguments",
    [
        *(["--help"], ["--version"], ["list"], ["run", "--help"], ["artifacts", "--help"]),
        *(["search", "tide"], ["index", "rebuild"], ["study", "--help"], ["compare", "--help"]),
    ],
    ids=" ".join,
)
def test_what_needs_no_library_loads_none(arguments: list[str], tmp_path: Path) -> None:
    assert loaded(arguments, home_in(tmp_path)) & HEAVY == set()


@pytest.mark.parametrize("arguments", [["list"], ["search", "tide"]], ids=" ".join)
def test_sessions_are_found_without_what_reads_journals(
    arguments: list[str], tmp_path: Path
) -> None:
    """While the index is up to date. What was found is shown without it, too."""
    home = home_in(tmp_path)
    session = shelve(home / "sessions" / ID, opened(), said(1, "tide"), closed("person-end"))
    assert "latitude.core.events" in loaded(arguments, home, whole=True)
    for _ in range(2):
        # As if nothing had changed lately: the index makes files of its own there at first.
        os.utime(session.parent, (1, 1))
        names = loaded(arguments, home, whole=True)
    assert "latitude.core.events" not in names
    assert loaded(arguments, home) & HEAVY == set()


def home_in(folder: Path) -> Path:
    for name in ("prompts", "sessions", "artifacts"):
        (folder / name).mkdir()
    return folder


def loaded(arguments: list[str], home: Path, *, whole: bool = False) -> set[str]:
    """The modules that the command has loaded at its end: their first names, or all of them."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "LATITUDE_HOME": str(home), "LATITUDE_STATE": str(home / "s")},
        cwd=home,
    )
    names = set(json.loads(done.stdout.splitlines()[-1]))
    return names if whole else {name.split(".")[0] for name in names}
