"""A commit per step, against git through GitPython, and in an old repository against a new one.

Run it by hand: ``python -m tests.bench.bench_artifacts``. Twenty files in the workspace, two of
5 KB change before each commit. CPU is user and system time, every process of git included.
"""

import asyncio
import random
import resource
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from latitude.artifacts.orders import CommitOrder, LedgerEntry
from latitude.artifacts.repository import Repository
from latitude.core.ids import new_session_id
from latitude.session.seams import StepMark
from latitude.workspace.folder import Workspace
from tests.bench.measure import Row, milliseconds

OLD = 10_000
PER_SESSION = 20
COMMITS = 100
ROUNDS = 7
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass(slots=True)
class Spent:
    """Seconds a commit, of each round."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def medians(self) -> tuple[float, float]:
        return statistics.median(self.cpu), statistics.median(self.wall)


def rows(old: int = OLD) -> list[Row]:
    """Measure all three in turns, in one run."""
    with tempfile.TemporaryDirectory() as place:
        spent = asyncio.run(_measure(Path(place), old))
    (git_cpu, git_wall), (new_cpu, new_wall), (old_cpu, old_wall) = (
        spent[name].medians() for name in ("git", "new", "old")
    )
    aged = f"commit in a repository of {old:,}, over a new one"
    return [
        _row("commit, CPU, over repo.git.add/commit", new_cpu, git_cpu, 0.3),
        _row("commit, wall, over repo.git.add/commit", new_wall, git_wall, 0.3),
        _row(f"{aged}, CPU", old_cpu, new_cpu, 2.0),
        _row(f"{aged}, wall", old_wall, new_wall, 2.0),
    ]


def _row(what: str, ours: float, theirs: float, goal: float) -> Row:
    return Row(what, milliseconds(ours), milliseconds(theirs), ours / theirs, goal)


async def _measure(place: Path, old: int) -> dict[str, Spent]:
    spent = {name: Spent() for name in ("git", "new", "old")}
    await _age(place / "old", place / "old-workspaces", old)
    for turn in range(ROUNDS):
        _with_git(place / f"git-{turn}", spent["git"])
        await _with_latitude(place / f"new-{turn}", place / f"new-workspace-{turn}", spent["new"])
        await _with_latitude(place / "old", place / f"old-workspace-{turn}", spent["old"])
    return spent


def _write(folder: Path, change: int) -> None:
    names = range(20) if change == 0 else ((change * 2) % 20, (change * 2 + 1) % 20)
    for name in names:
        text = random.Random(f"{change}-{name}").randbytes(2_560).hex()
        (folder / f"file-{name:02}.txt").write_text(text, encoding="ascii")


def _cpu() -> float:
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, both))


def _with_git(folder: Path, spent: Spent) -> None:
    import git

    repo = git.Repo.init(folder)
    with repo.config_writer() as config:
        config.set_value("user", "name", "bench")
        config.set_value("user", "email", "bench@bench.invalid")
    cpu = seconds = 0.0
    for change in range(COMMITS):
        _write(folder, change)
        began, used = perf_counter(), _cpu()
        repo.git.add(".")
        repo.git.commit("-m", f"Change {change}")
        seconds += perf_counter() - began
        cpu += _cpu() - used
    repo.close()
    spent.cpu.append(cpu / COMMITS)
    spent.wall.append(seconds / COMMITS)


async def _with_latitude(root: Path, folder: Path, spent: Spent) -> None:
    (root.parent / root.name).mkdir(exist_ok=True)
    await (await Repository.open(root)).close()
    began, used = perf_counter(), _cpu()
    writing = [0.0, 0.0]

    def write(change: int) -> None:
        start, before = perf_counter(), _cpu()
        _write(folder, change)
        writing[0] += perf_counter() - start
        writing[1] += _cpu() - before

    repository = await Repository.open(root)
    await _session(repository, folder, COMMITS, write)
    await repository.close()
    spent.wall.append((perf_counter() - began - writing[0]) / COMMITS)
    spent.cpu.append((_cpu() - used - writing[1]) / COMMITS)


async def _session(
    repository: Repository, folder: Path, commits: int, write: Callable[[int], None]
) -> tuple[str, str]:
    folder.mkdir(mode=0o700, parents=True)
    workspace = Workspace(folder)
    session = new_session_id(NOW)
    tip = ""
    for change in range(commits):
        write(change)
        mark = StepMark(turn=change + 1, step=1, record="ab" * 32, model="model-1")
        made = await repository.commit(CommitOrder(session, mark, NOW), workspace)
        assert made is not None
        tip = made.commit
    return session, tip


async def _age(root: Path, folders: Path, commits: int) -> None:
    repository = await Repository.open(root)
    for number in range(commits // PER_SESSION):
        folder = folders / str(number)
        session, tip = await _session(
            repository, folder, PER_SESSION, lambda change, folder=folder: _write(folder, change)
        )
        await repository.seal(LedgerEntry(session, "f" * 64, tip, "model-1", NOW))
    await repository.close()


if __name__ == "__main__":
    for row in rows():
        print(f"{row.what}: {row.ours} / {row.theirs} = {row.ratio:.2f} (goal {row.goal})")
