"""The host's processes, as ``/proc`` has them; see proc(5)."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Running:
    """One process at the moment it was looked at."""

    pid: int
    parent: int
    group: int
    pages: int
    """Pages of memory that are resident."""


def running() -> Iterator[Running]:
    """Yield every process; one that ends meanwhile is passed over."""
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            line = Path("/proc", name, "stat").read_bytes()
        except OSError:
            continue
        # The program's name, in brackets, is the command's to choose.
        fields = line[line.rfind(b")") + 2 :].split()
        yield Running(int(name), int(fields[1]), int(fields[2]), int(fields[21]))


def with_all_below(firsts: Iterable[int], every: Iterable[Running]) -> list[Running]:
    """Return those of ``every`` that are among ``firsts``, or below one of them, each once."""
    known = {one.pid: one for one in every}
    children: defaultdict[int, list[int]] = defaultdict(list)
    for one in known.values():
        children[one.parent].append(one.pid)
    found: dict[int, Running] = {}
    waiting = list(firsts)
    while waiting:
        pid = waiting.pop()
        if pid in known and pid not in found:
            found[pid] = known[pid]
            waiting += children[pid]
    return list(found.values())
