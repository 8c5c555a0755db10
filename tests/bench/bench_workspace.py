"""What safe file access costs: the file tools against plain ``open``, 1,000 files, CPU time.

Run it by hand: ``python -m tests.bench.bench_workspace``. Both sides run in one process, in turns,
so that the ratios hold on a busy machine while the times themselves do not.
"""

import asyncio
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from latitude.tools.registry import Toolbox
from latitude.workspace.folder import Workspace
from tests.bench import bench_many_files
from tests.bench.measure import Row, row

MEMORY = Path("/dev/shm")
"""A file system without a disk, where there is one. What a disk's own journal does is billed to
whoever happens to wait: on ext4 the plain writes alone took from 44 to 340 ms in different runs."""
FILES = 1_000
ROUNDS = 7
CONTENT = "A line of a small file.\n" * 109 + "The last line.\n"
NAMES = [f"notes/{number:04}.md" for number in range(FILES)]
LISTS = 10
OLD, NEW = "The last line.", "The end."


def rows() -> list[Row]:
    """CPU of each operation on 1,000 files, over that of plain ``open``.

    ``write`` and ``read`` are the workspace; ``write_file`` and the others with such names are
    whole tool calls, argument JSON and answer included. A write is also set against plain ``open``
    and ``os.replace``: what one costs that a kill cannot leave half done, without any other care.
    """
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as place:
        least = _least(Path(place))
    pairs = [
        ("write", "plain write", 2),
        ("write_file", "plain write", 2),
        ("write", "atomic write", 2),
        ("read", "plain read", 2),
        ("read_file", "plain read", 2),
        ("list_files", "plain list", 2),
        ("edit_file", "plain edit", 2),
    ]
    few = [
        row(
            f"workspace, {ours} of {FILES:,} files, over {theirs}", least[ours], least[theirs], goal
        )
        for ours, theirs, goal in pairs
    ]
    return [*few, *bench_many_files.rows()]


def _least(place: Path) -> dict[str, float]:
    spent: dict[str, list[float]] = {}
    with asyncio.Runner() as runner:
        runner.get_loop()
        for turn in range(ROUNDS):
            folder = place / str(turn)
            for name, work in {**_plain(folder / "plain"), **_safe(folder, runner)}.items():
                before = time.process_time()
                work()
                spent.setdefault(name, []).append(time.process_time() - before)
            shutil.rmtree(folder)
    # Other work on the machine only ever adds, so the least is the truest.
    return {name: min(times) for name, times in spent.items()}


def _plain(root: Path) -> dict[str, Callable[[], object]]:
    """What anybody would write who trusts the names and what lies there."""
    (root / "notes").mkdir(parents=True)
    (root / "atomic" / "notes").mkdir(parents=True)
    data = CONTENT.encode()

    def write() -> None:
        for name in NAMES:
            with open(root / name, "wb") as file:
                file.write(data)

    def write_atomically() -> None:
        for name in NAMES:
            path = root / "atomic" / name
            with open(f"{path}.new", "wb") as file:
                file.write(data)
            Path(f"{path}.new").replace(path)

    def read() -> int:
        size = 0
        for name in NAMES:
            with open(root / name, "rb") as file:
                size += len(file.read())
        return size

    def list_() -> None:
        for _ in range(LISTS):
            with os.scandir(root / "notes") as found:
                sorted((one.name, one.stat(follow_symlinks=False).st_size) for one in found)

    def edit() -> None:
        for name in NAMES:
            with open(root / name, "rb") as file:
                text = file.read()
            with open(root / name, "wb") as file:
                file.write(text.replace(OLD.encode(), NEW.encode()))

    return {
        "plain write": write,
        "atomic write": write_atomically,
        "plain read": read,
        "plain list": list_,
        "plain edit": edit,
    }


def _safe(folder: Path, runner: asyncio.Runner) -> dict[str, Callable[[], object]]:
    """The workspace itself, and whole calls of the file tools."""
    for root in ("workspace", "tools"):
        (folder / root / "notes").mkdir(parents=True, mode=0o700)
    workspace, for_tools = Workspace(folder / "workspace"), Workspace(folder / "tools")
    data = CONTENT.encode()
    toolbox = Toolbox()
    offered = toolbox.offer(["files"], None)
    asked = {
        "write_file": [json.dumps({"path": name, "content": CONTENT}) for name in NAMES],
        "read_file": [json.dumps({"path": name}) for name in NAMES],
        "list_files": [json.dumps({"path": "notes"})] * LISTS,
        "edit_file": [json.dumps({"path": name, "old": OLD, "new": NEW}) for name in NAMES],
    }

    def write() -> None:
        for name in NAMES:
            workspace.write(name, data)

    def read() -> None:
        for name in NAMES:
            workspace.read(name)

    async def call(tool: str) -> None:
        for one in asked[tool]:
            await toolbox.call(tool, one, for_tools, offered)

    def all_calls(tool: str) -> Callable[[], None]:
        return lambda: runner.run(call(tool))

    return {"write": write, "read": read, **{tool: all_calls(tool) for tool in asked}}


if __name__ == "__main__":
    for line in rows():
        print(line)
