"""One command through the tool ``run``, against bubblewrap started by itself, in turns."""

import asyncio
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path
from time import perf_counter

from latitude.tools.registry import Toolbox
from latitude.tools.run import Run
from latitude.workspace.folder import Workspace
from latitude.workspace.sandbox.bounds import USUAL_BOUNDS
from latitude.workspace.sandbox.bubblewrap import environment, namespaces, system
from latitude.workspace.sandbox.linux import Bubblewrap
from tests.bench.measure import Row, milliseconds

TIMES = 60
CALL = '{"command": "true"}'


def rows() -> list[Row]:
    """Measure both in one run; where there is no bubblewrap, say so."""
    program = shutil.which("bwrap")
    if program is None:
        return [Row("run true, wall, over bare bwrap", "", "", None, 2.0, "bwrap is not here")]
    with tempfile.TemporaryDirectory() as place:
        ours, same, least = asyncio.run(_measure(program, Path(place)))
    return [
        _row("run true, wall, over bwrap with the same view", ours, same, 2.0),
        _row("run true, wall, over bwrap with next to no arguments", ours, least, None),
    ]


def _row(what: str, ours: float, theirs: float, goal: float | None) -> Row:
    return Row(what, milliseconds(ours), milliseconds(theirs), ours / theirs, goal)


def _alone(command: list[str]) -> float:
    began = perf_counter()
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)
    return perf_counter() - began


async def _measure(program: str, place: Path) -> tuple[float, float, float]:
    # Root's own bubblewrap would not get into the one that is handed to nobody.
    folder, other = place / "ours", place / "theirs"
    place.chmod(0o755)
    folder.mkdir(mode=0o700)
    other.mkdir(mode=0o700)
    sandbox = Bubblewrap(program, "0.8.0")
    sandbox.adopt(folder)
    workspace, toolbox = Workspace(folder), Toolbox([Run(sandbox)])
    offered = toolbox.offer("run", None)
    view = [
        program,
        *namespaces(network=False),
        *environment(),
        *system(USUAL_BOUNDS, network=False),
        *("--bind", str(other), "/ws", "--chdir", "/ws"),
        *("--", "/bin/sh", "-c", "true"),
    ]
    least = [program, "--unshare-all", "--ro-bind", "/", "/", "/bin/sh", "-c", "true"]
    spent: tuple[list[float], ...] = ([], [], [])
    for _ in range(TIMES):
        began = perf_counter()
        answer = await toolbox.call("run", CALL, workspace, offered)
        spent[0].append(perf_counter() - began)
        assert answer.text == "Exit status 0. It printed nothing.", answer
        spent[1].append(_alone(view))
        spent[2].append(_alone(least))
    ours, same, bare = map(statistics.median, spent)
    return ours, same, bare
