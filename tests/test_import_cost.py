"""Import cost is a feature: what a verb does not use, it does not load."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

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
print("\\n" + json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
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
    for folder in ("prompts", "sessions", "artifacts"):
        (tmp_path / folder).mkdir()
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "LATITUDE_HOME": str(tmp_path), "LATITUDE_STATE": str(tmp_path / "s")},
    )
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert loaded & HEAVY == set()
