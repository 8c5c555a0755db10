"""What safe file access costs: the file tools against plain ``open``, 1,000 files, CPU time.

Run it by hand: ``python -m tests.bench.bench_workspace``. Both sides run in one process, in turns,
so that the ratios hold on a busy machine while the times themselves do not.
"""

import asyncio
import json
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from latitude.tools import registry
from latitude.workspace.folder import Workspace
from tests.bench.measure import Row, row

MEMORY = Path("/dev/shm")
"""A file system without a disk, where there is one. What a disk's own journal does is billed to
whoever happens to wait: on ext4 the plain writes alone took from 44 to 340 ms in different runs."""
FILES = 1_000
ROUNDS = 7
CONTENT = "A line of a small file.\n" * 110


def rows() -> list[Row]:
    """CPU of each operation on 1,000 files, over that of plain ``open``.

    ``write`` and ``read`` are the workspace; ``write_file`` and ``read_file`` are whole tool calls,
    argument JSON and answer included. A write is also set against plain ``open`` and
    ``os.replace``: what one costs that a kill cannot leave half done, without any other care.
    """
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as place:
        least = _least(Path(place))
    pairs = [
        *((name, "plain write") for name in ("write", "write_file")),
        ("write", "atomic write"),
        *((name, "plain read") for name in ("read", "read_file")),
    ]
    return [
        row(f"workspace, {ours} of {FILES:,} files, over {theirs}", least[ours], least[theirs], 2)
        for ours, theirs in pairs
    ]


def _least(place: Path) -> dict[str, float]:
    spent: dict[str, list[float]] = {}
    for turn in range(ROUNDS):
        folder = place / str(turn)
        for name, work in _operations(folder).items():
            before = time.process_time()
            work()
            spent.setdefault(name, []).append(time.process_time() - before)
        shutil.rmtree(folder)
    # Other work on the machine only ever adds, so the least is the truest.
    return {name: min(times) for name, times in spent.items()}


def _operations(folder: Path) -> dict[str, Callable[[], object]]:
    roots = {name: folder / name for name in ("plain", "atomic", "workspace", "tools")}
    for root in roots.values():
        (root / "notes").mkdir(parents=True, mode=0o700)
    workspace, for_tools = Workspace(roots["workspace"]), Workspace(roots["tools"])
    names = [f"notes/{number:04}.md" for number in range(FILES)]
    data = CONTENT.encode()

    def plain_write() -> None:
        for name in names:
            with open(roots["plain"] / name, "wb") as file:
                file.write(data)

    def atomic_write() -> None:
        for name in names:
            with open(f"{roots['atomic'] / name}.new", "wb") as file:
                file.write(data)
            Path(f"{roots['atomic'] / name}.new").replace(roots["atomic"] / name)

    def plain_read() -> int:
        size = 0
        for name in names:
            with open(roots["plain"] / name, "rb") as file:
                size += len(file.read())
        return size

    def write() -> None:
        for name in names:
            workspace.write(name, data)

    def read() -> None:
        for name in names:
            workspace.read(name)

    asked = {
        "write_file": [json.dumps({"path": name, "content": CONTENT}) for name in names],
        "read_file": [json.dumps({"path": name}) for name in names],
    }

    def calls(tool: str) -> None:
        offered = registry.offer(["files"], None)

        async def run() -> None:
            for one in asked[tool]:
                await registry.call(tool, one, for_tools, offered)

        asyncio.run(run())

    return {
        "plain write": plain_write,
        "atomic write": atomic_write,
        "write": write,
        "write_file": lambda: calls("write_file"),
        "plain read": plain_read,
        "read": read,
        "read_file": lambda: calls("read_file"),
    }


if __name__ == "__main__":
    for line in rows():
        print(line)
