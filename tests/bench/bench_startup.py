"""Starting the command, against importing what such a command could hardly do without."""

import os
import tempfile
from pathlib import Path

from tests.bench.measure import Row, in_turns, python, row

FLOOR = "import typer, sqlite3, msgspec"


def rows() -> list[Row]:
    """CPU of whole processes, medians of nine, in turns."""
    with tempfile.TemporaryDirectory(prefix="bench") as place:
        for folder in ("prompts", "sessions", "artifacts"):
            (Path(place) / folder).mkdir()
        os.environ["LATITUDE_STATE"] = place
        cpu = in_turns(
            {
                "floor": python("-c", FLOOR),
                "help": python("-m", "latitude", "--help"),
                "list": python("-m", "latitude", "--home", place, "list"),
            },
            rounds=9,
        )
    return [
        row(f"latitude {verb} over '{FLOOR}'", cpu[name], cpu["floor"], 1.3)
        for name, verb in (("help", "--help"), ("list", "list"))
    ]


if __name__ == "__main__":
    for line in rows():
        print(line)
