"""A site and a bag of 1,000 sessions, against reading and compressing or hashing the same bytes.

``python -m tests.bench.bench_publish``. A hundred rehearsals say eight things of a few hundred
words, think, write a page and change it twice; each is run ten times, so every session has a
journal, commits and a page of its own. What is compared with a site is ``tar | gzip``: over what it
is made from (sessions and artifacts), and over its own files; with a bag, ``sha512sum`` over the
bag's. Sites and bags are made by the command, its start included. The first bag is one of many
small files; the second is one of sessions whose commands made large files, where bytes count. There
git packs every object anew, so that a bag has the same bytes however they lie at home: it reads,
inflates, checks and hashes each of them, which alone takes more than the goal leaves. The words are
made of syllables: English has more of those that wishes are told by, and its sessions cost about
half as much again.
"""

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.index_texts import Texts
from tests.bench.measure import Row, cpu_of, python, row

SCRIPTS, EACH, FEW_EACH = 100, 10, 2
MANY, FEW = SCRIPTS * EACH, SCRIPTS * FEW_EACH
LARGE, LARGE_BYTES = 40, 8_000_000
ROUNDS = 3
SITE_GOAL, LINEAR_GOAL, AGAIN_GOAL, BAG_GOAL = 3.0, 1.1, 0.1, 1.5


def rows() -> list[Row]:
    """CPU, medians of three in turns, but for what is made only once."""
    with tempfile.TemporaryDirectory(prefix="bench") as place:
        os.environ["LATITUDE_STATE"] = f"{place}/state"
        return [*_sites(Path(place)), *_bags(Path(place))]


def _sites(place: Path) -> Iterator[Row]:
    few = _home(place / "few", FEW_EACH)
    many = _home(place / "many", EACH)
    ours, small, read, packed, again = [], [], [], [], []
    for number in range(ROUNDS):
        small.append(cpu_of(_fresh(few, "site")))
        ours.append(cpu_of(_fresh(many, "site")))
        read.append(cpu_of(_tar_and_gzip(many, "sessions artifacts")))
        packed.append(cpu_of(_tar_and_gzip(many / "releases" / "all" / "site", ".")))
        _one_more(many, number)
        again.append(cpu_of(_publish(many, "site", "--why", "One more.")))
    whole, source, pack, once = map(statistics.median, (ours, read, packed, again))
    per_few = statistics.median(small) / FEW
    what = f"site of {MANY:,} sessions"
    yield row(f"{what}, over tar and gzip of what it is made from", whole, source, SITE_GOAL)
    yield row(f"{what}, over tar and gzip of its own files", whole, pack, None)
    yield row(f"{what}, a session, over one of {FEW}", whole / MANY, per_few, LINEAR_GOAL)
    yield row(f"{what} again, with one more, over the first time", once, whole, AGAIN_GOAL)


def _tar_and_gzip(folder: Path, what: str) -> list[str]:
    return ["sh", "-c", f"tar -C {folder} -c {what} | gzip -6 | wc -c"]


def _bags(place: Path) -> Iterator[Row]:
    many = place / "many"
    yield _bag(many, f"bag of {MANY:,} small sessions, over sha512sum of its files", None)
    large = _home_of_large(place / "large")
    megabytes = LARGE * LARGE_BYTES // 1_000_000
    what = f"bag of {LARGE} sessions with {megabytes} MB, over sha512sum of its files"
    yield _bag(large, what, BAG_GOAL)


def _bag(home: Path, what: str, goal: float | None) -> Row:
    """The sessions have been looked through before: that is done once for sites and bags."""
    ours, hashed = [], []
    cpu_of(_publish(home, "check"))
    for number in range(ROUNDS):
        folder = home.parent / f"bag-{number}"
        ours.append(cpu_of(_publish(home, "bag", str(folder))))
        check = f"cd {folder} && sha512sum -c --quiet manifest-sha512.txt"
        hashed.append(cpu_of(["sh", "-c", check]))
        shutil.rmtree(folder)
    return row(what, statistics.median(ours), statistics.median(hashed), goal)


def _publish(home: Path, *arguments: str) -> list[str]:
    return python("-m", "latitude", "--home", str(home), "publish", *arguments)


def _fresh(home: Path, what: str) -> list[str]:
    """The command for a home in which nothing was ever looked through or published."""
    before = home / "releases"
    if before.exists():
        # Moved, not removed: some file systems make files slowly for seconds after many went.
        before.rename(home.parent / f"before-{time.monotonic_ns()}")
    terms = ("--title", "All", "--description", "All of them.", "--author", "Nobody")
    more = ("--license", "CC0-1.0", "--training", "allow", "--rehearsals")
    cpu_of(_publish(home, "new", "all", *terms, *more))
    return _publish(home, what)


def _home(home: Path, each: int) -> Path:
    cpu_of(python("-m", "latitude", "init", str(home)))
    texts = Texts()
    for number in range(SCRIPTS):
        _script(home, f"talk{number}", texts)
    _run(home, [f"talk{number}" for number in range(SCRIPTS)], each)
    return home


def _one_more(home: Path, number: int) -> None:
    cpu_of(
        python("-m", "latitude", "--home", str(home), "run", "--model", f"rehearsal/talk{number}")
    )


def _run(home: Path, names: list[str], each: int) -> None:
    models = [part for name in names for part in ("--model", f"rehearsal/{name}")]
    repeat = ("--repeat", str(each), "--parallel", "4")
    cpu_of(python("-m", "latitude", "--home", str(home), "run", *models, *repeat))


def _script(home: Path, name: str, texts: Texts) -> None:
    steps = [f"name: {name}", "summary: Talks, and makes a page.", "steps:"]
    for step in range(8):
        steps += [f"  - thinking: {_quoted(texts.text(8))}", f"    text: {_quoted(texts.text(20))}"]
        if step % 3 == 0:
            page = f"<!doctype html><title>{name}</title><p>{texts.text(40)}"
            steps += ["    calls:", "      - name: write_file", "        arguments:"]
            steps += ["          path: page.html", f"          content: {_quoted(page)}"]
    steps.append('  - text: "That was all.\\n\\nStopping now."')
    path = home / "prompts" / "rehearsals" / f"{name}.yaml"
    path.write_text("\n".join(steps) + "\n", encoding="utf-8")


def _quoted(text: str) -> str:
    signs = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{signs}"'


def _home_of_large(home: Path) -> Path:
    """Sessions whose commands made large files: each is one blob of the repository."""
    cpu_of(python("-m", "latitude", "init", str(home)))
    name = "large"
    path = home / "prompts" / "rehearsals" / f"{name}.yaml"
    command = f"head -c {LARGE_BYTES} /dev/urandom > noise.bin"
    path.write_text(
        f"name: {name}\nsummary: Makes noise.\nsteps:\n  - text: Noise.\n    calls:\n"
        f"      - name: run\n        arguments:\n          command: {_quoted(command)}\n"
        "  - text: Stopping now.\n",
        encoding="utf-8",
    )
    _run(home, [name], LARGE)
    terms = ("--title", "All", "--description", "All of them.", "--author", "Nobody")
    more = ("--license", "CC0-1.0", "--training", "allow", "--rehearsals")
    cpu_of(_publish(home, "new", "all", *terms, *more))
    return home
