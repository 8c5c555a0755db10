"""Starting the command, against importing what such a command could hardly do without.

The home holds a screenful of sessions, and its index is up to date, which each command asks.
"""

import os
import tempfile
from pathlib import Path

from tests.bench.index_texts import Texts, settle, shelve, worked
from tests.bench.measure import Row, in_turns, python, row

FLOOR = "import typer, sqlite3, msgspec"
SESSIONS, TURNS = 40, 5


def rows() -> list[Row]:
    """CPU of whole processes, medians of nine, in turns."""
    with tempfile.TemporaryDirectory(prefix="bench") as place:
        for folder in ("prompts", "sessions", "artifacts"):
            (Path(place) / folder).mkdir()
        os.environ["LATITUDE_STATE"] = place
        texts, sessions = Texts(), Path(place) / "sessions"
        for number in range(SESSIONS):
            shelve(sessions, number, TURNS, worked(texts, TURNS))
        settle(sessions)
        cpu = in_turns(
            {
                "floor": python("-c", FLOOR),
                "help": python("-m", "latitude", "--help"),
                "list": python("-m", "latitude", "--home", place, "list"),
                "search": python("-m", "latitude", "--home", place, "search", texts.words[0]),
            },
            rounds=9,
        )
    return [
        row(f"latitude {verb} over '{FLOOR}'", cpu[name], cpu["floor"], 1.3)
        for name, verb in (("help", "--help"), ("list", "list"), ("search", "search WORD"))
    ]


if __name__ == "__main__":
    for line in rows():
        print(line)
