"""A workspace as full as one may be: what a look, a list and a commit cost with 20,000 files.

Run it by hand: ``python -m tests.bench.bench_many_files``.
"""

import asyncio
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from latitude.artifacts.orders import CommitOrder
from latitude.artifacts.repository import Repository
from latitude.core.ids import new_session_id
from latitude.session.seams import StepMark
from latitude.tools.registry import Toolbox
from latitude.workspace.folder import Workspace
from tests.bench.measure import Row, row

FILES = 20_000
FOLDERS = 20
ROUNDS = 5
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def rows() -> list[Row]:
    """Wall time of each, over what anybody would do without the care."""
    with tempfile.TemporaryDirectory() as place:
        spent = asyncio.run(_measure(Path(place)))
    half = {name: statistics.median(times) for name, times in spent.items()}
    many = f"of {FILES:,} files"
    return [
        row(f"workspace, scan {many}, wall, over a plain walk", half["scan"], half["walk"], 2),
        row(f"list_files {many}, wall, over a plain list", half["list_files"], half["list"], 2),
        row(f"commit, none {many} changed, wall, over git's", half["none"], half["git none"], None),
        row(f"commit, 2 {many} changed, wall, over git's", half["two"], half["git two"], None),
    ]


async def _measure(place: Path) -> dict[str, list[float]]:
    import git

    root = place / "workspace"
    root.mkdir(mode=0o700)
    _fill(root)
    workspace = Workspace(root)
    repository = await Repository.open(place / "artifacts")
    plain = git.Repo.init(place / "plain")
    with plain.config_writer() as config:
        config.set_value("user", "name", "bench")
        config.set_value("user", "email", "bench@bench.invalid")
    _fill(place / "plain")
    toolbox = Toolbox()
    offered = toolbox.offer(["files"], None)
    session = new_session_id(NOW)
    spent: dict[str, list[float]] = {}

    def with_git() -> None:
        plain.git.add(".")
        plain.git.commit("-m", "Change", "--allow-empty")

    async def with_latitude(turn: int) -> None:
        mark = StepMark(turn=turn, step=1, record="ab" * 32, model="model-1")
        await repository.commit(CommitOrder(session, mark, NOW), workspace)

    with_git()
    await with_latitude(1)
    for turn in range(2, 2 + ROUNDS):
        _timed(spent, "walk", lambda: sum(1 for _ in _walk(str(root))))
        _timed(spent, "scan", workspace.scan)
        _timed(spent, "list", lambda: _list(root / "all"))
        began = perf_counter()
        await toolbox.call("list_files", '{"path":"all"}', workspace, offered)
        spent.setdefault("list_files", []).append(perf_counter() - began)
        for name, change in (("none", None), ("two", turn)):
            if change is not None:
                _change(root, change)
                _change(place / "plain", change)
            began = perf_counter()
            await with_latitude(turn)
            spent.setdefault(name, []).append(perf_counter() - began)
            _timed(spent, f"git {name}", with_git)
    await repository.close()
    plain.close()
    return spent


def _timed(spent: dict[str, list[float]], name: str, work: Callable[[], object]) -> None:
    began = perf_counter()
    work()
    spent.setdefault(name, []).append(perf_counter() - began)


def _fill(root: Path) -> None:
    """Half of the files in one folder, the others in several."""
    for number in range(FILES):
        folder = root / ("all" if number % 2 else f"{number // 2 % FOLDERS}")
        folder.mkdir(exist_ok=True)
        (folder / f"{number:05}.txt").write_text(f"File {number}.\n" * 20, encoding="utf-8")


def _change(root: Path, change: int) -> None:
    for number in (2 * change, 2 * change + 1):
        path = root / ("all" if number % 2 else f"{number // 2 % FOLDERS}") / f"{number:05}.txt"
        path.write_text(f"Change {change}.\n", encoding="utf-8")


def _walk(root: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(root) as found:
        for one in found:
            if one.is_dir(follow_symlinks=False):
                yield from _walk(one.path)
            else:
                yield one.path, one.stat(follow_symlinks=False)


def _list(folder: Path) -> list[tuple[str, int]]:
    with os.scandir(folder) as found:
        return sorted((one.name, one.stat(follow_symlinks=False).st_size) for one in found)


if __name__ == "__main__":
    for line in rows():
        print(line)
