"""The terminal app, in a real pseudo-terminal of 120 by 40, against the least that could do it.

``python -m tests.bench.bench_app``. All is wall time from the start of a process (or from a key)
until the words looked for have reached the terminal, but for the streams: there it is the CPU of
the process that shows them, its own 4 ms ticker and its feeding included on both sides.

- **First frame.** The home's own words, with a few sessions in it, over an app of one ``Static``
  (``app_plain.py``), and over elia, which pins an older Textual and so has an environment of its
  own that ``make bench`` makes. elia is spared looking for prices on the network.
- **Streams.** 5,000 deltas of four characters, 500 a second (``app_stream.py``), over a plain view:
  a ``ScrollView`` with ``render_line`` that wraps text and draws at 30 frames a second. A stall is
  how late a tick of 4 ms comes.
- **Opening.** Enter on a session of 2 MB, from its journal to its first words in sight; the plain
  view reads the same texts from a file. The app also loads what reading a session needs.
- **Ten thousand sessions.** From the start of the process to the first screenful, and until all
  are listed, over a process that reads the first lines of the 10,000 journals.
"""

import json
import os
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from time import perf_counter

from tests.bench.app_pty import Terminal
from tests.bench.app_text import FIRST_WORDS, plain, recorded
from tests.bench.measure import ROOT, Row, milliseconds, python, row
from tests.journal.samples import ID, closed, opened, said
from tests.journal.shelf import copy_many, shelve

STARTS, STREAMS, OPENINGS = 15, 3, 5
"""Rounds of each; what is kept is the median."""
MANY = 10_000
TWO_MB = 2_000_000
SHOWN: Mapping[int, str] = {0: "nothing", 200_000: "200 KB", TWO_MB: "2 MB"}
STALL = 0.016
"""Seconds that the 99th percentile may be over the plain view's."""
ELIA = ROOT / ".venv-elia"
FIRST_LINES = (
    "import os, sys\n"
    "for entry in os.scandir(sys.argv[1]):\n"
    "    with open(entry.path + '/journal.jsonl', 'rb') as file: file.readline()"
)

Work = Callable[[], float]
"""Does it once, and returns the seconds that it took."""


def rows() -> list[Row]:
    """Every comparison, each pair in turns."""
    with tempfile.TemporaryDirectory(prefix="bench") as place:
        folder = Path(place)
        os.environ["LATITUDE_STATE"] = str(folder / "state")
        return [
            *_first_frames(folder),
            *_streams(folder / "spent.json"),
            *_openings(folder),
            *_homes(folder),
        ]


def _first_frames(place: Path) -> Iterator[Row]:
    home = _home(place / "few", 5)
    works: dict[str, Work] = {
        "home": lambda: _seen(_latitude(home), "how it ended"),
        "trivial": lambda: _seen(python("-m", "tests.bench.app_plain"), "hello"),
        "sessions": lambda: _seen(_latitude(home), ID),
    }
    missing = _why_no_elia()
    if missing is None:
        works["elia"] = lambda: _seen([str(ELIA / "bin" / "elia")], "History", _settings(place))
    took = _in_turns(works, STARTS)
    yield row("first frame, wall, over a trivial app's", took["home"], took["trivial"], 1.4)
    what = "first frame, wall, over elia's"
    if missing is None:
        yield row(what, took["home"], took["elia"], 0.5)
    else:
        yield Row(what, milliseconds(took["home"]), "", None, 0.5, f"not measured: {missing}")
    yield _known("sessions in sight, wall, over a trivial app", took["sessions"], took["trivial"])


def _why_no_elia() -> str | None:
    if (ELIA / ".ready").exists():
        return None
    log = ELIA / "pip.log"
    if not log.exists():
        return "`make bench` makes its environment"
    said_last = log.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line for line in reversed(said_last) if line.strip()), "pip said nothing")


def _settings(place: Path) -> dict[str, str]:
    """elia's own folders, and no look at the network."""
    folders = {name: str(place / "elia") for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    return {"HOME": str(place / "elia"), "LITELLM_LOCAL_MODEL_COST_MAP": "True", **folders}


def _streams(file: Path) -> Iterator[Row]:
    cpu: dict[tuple[str, int], list[float]] = {}
    stall: dict[tuple[str, int], list[float]] = {}
    for _ in range(STREAMS):
        for shown in SHOWN:
            for whose in ("ours", "plain"):
                module = python("-m", "tests.bench.app_stream", whose, str(shown), str(file))
                Terminal(module).wait()
                came = json.loads(file.read_bytes())
                cpu.setdefault((whose, shown), []).append(came["cpu"])
                stall.setdefault((whose, shown), []).append(came["stall"])
    yield from _cpu_rows({key: statistics.median(took) for key, took in cpu.items()})
    yield from _stall_rows({key: statistics.median(took) for key, took in stall.items()})


def _cpu_rows(cpu: Mapping[tuple[str, int], float]) -> Iterator[Row]:
    for shown, name in SHOWN.items():
        what = f"1,000 deltas with {name} shown, over a plain view"
        yield row(what, cpu["ours", shown], cpu["plain", shown], 1.5)
    what = "1,000 deltas with 2 MB shown, over nothing shown"
    yield row(what, cpu["ours", TWO_MB], cpu["ours", 0], 1.2)


def _stall_rows(stall: Mapping[tuple[str, int], float]) -> Iterator[Row]:
    for shown, name in SHOWN.items():
        ours, theirs = stall["ours", shown], stall["plain", shown]
        what = f"99th percentile stall with {name} shown: what it is over a plain view's, by 16 ms"
        ratio = max(0.0, ours - theirs) / STALL
        yield Row(what, milliseconds(ours), milliseconds(theirs), ratio, 1.0)


def _openings(place: Path) -> Iterator[Row]:
    home, events = _home(place / "long", 0), recorded(TWO_MB)
    shelve(home / "sessions" / ID, *events)
    text = place / "long.txt"
    text.write_text(plain(events), encoding="utf-8")
    works: dict[str, Work] = {
        "ours": lambda: _opened(_latitude(home), ID),
        "plain": lambda: _opened(python("-m", "tests.bench.app_plain", str(text)), "hello"),
    }
    took = _in_turns(works, OPENINGS)
    yield _known("a session of 2 MB opens, wall, over a plain view", took["ours"], took["plain"])
    yield _by_a_second("a session of 2 MB opens, wall, by one second", took["ours"])


def _homes(place: Path) -> Iterator[Row]:
    home = _home(place / "many", MANY)
    works: dict[str, Work] = {
        "first": lambda: _seen(_latitude(home), ID),
        "all": lambda: _seen(_latitude(home), f"{MANY:,} sessions"),
        "lines": lambda: _ran(python("-c", FIRST_LINES, str(home / "sessions"))),
    }
    took = _in_turns(works, OPENINGS)
    floor = "over reading their first lines"
    many = f"home of {MANY:,} sessions"
    yield _known(f"{many}, first screenful, wall, {floor}", took["first"], took["lines"])
    yield _by_a_second(f"{many}, first screenful, wall, by one second", took["first"])
    yield _known(f"{many}, all of them listed, wall, {floor}", took["all"], took["lines"])


def _home(folder: Path, sessions: int) -> Path:
    for name in ("prompts", "sessions", "artifacts"):
        (folder / name).mkdir(parents=True)
    if sessions:
        newest = folder / "sessions" / ID
        shelve(newest, opened(), *map(said, range(1, 20)), closed("turn-limit"))
        copy_many(newest, sessions - 1)
    return folder


def _latitude(home: Path) -> list[str]:
    return python("-m", "latitude", "--home", str(home))


def _seen(command: list[str], words: str, environ: dict[str, str] | None = None) -> float:
    terminal = Terminal(command, environ)
    try:
        return terminal.seen(words) - terminal.began
    finally:
        terminal.kill()


def _opened(command: list[str], ready: str) -> float:
    terminal = Terminal(command)
    try:
        terminal.seen(ready)
        pressed = terminal.press("\r")
        return terminal.seen(FIRST_WORDS) - pressed
    finally:
        terminal.kill()


def _ran(command: list[str]) -> float:
    began = perf_counter()
    subprocess.run(command, check=True)
    return perf_counter() - began


def _in_turns(works: Mapping[str, Work], rounds: int) -> dict[str, float]:
    """Median seconds of each, A B A B … after one warm-up each."""
    spent: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            seconds = work()
            if number:
                spent[name].append(seconds)
    return {name: statistics.median(took) for name, took in spent.items()}


def _known(what: str, ours: float, theirs: float) -> Row:
    return Row(what, milliseconds(ours), milliseconds(theirs), ours / theirs)


def _by_a_second(what: str, ours: float) -> Row:
    return Row(what, milliseconds(ours), "1 s", ours, 1.0)


if __name__ == "__main__":
    for line in rows():
        print(line)
