"""The names that are taken in a folder, known without reading it again for each new file."""

import os
from dataclasses import dataclass, field

from latitude.workspace.names import folded

_MOST_FOLDERS = 256


@dataclass(slots=True)
class Names:
    """The names in one folder."""

    key: tuple[int, int]
    """Of the folder: device and inode."""
    exact: set[str]
    folded: set[str]

    def clash(self, name: str) -> str | None:
        """Return a name that differs from ``name`` only in case or composition, if there is one."""
        if name in self.exact or (key := folded(name)) not in self.folded:
            return None
        return next((other for other in self.exact if folded(other) == key), None)


@dataclass(slots=True)
class Siblings:
    """The names of each folder written to lately.

    What is remembered of a folder counts while its mtime stands still. Linux moves it in ticks of
    1 to 10 ms, so whoever changes a folder in this process says so with :meth:`add` or
    :meth:`drop`; a command in the sandbox takes longer than a tick to start.
    """

    _known: dict[tuple[int, int], tuple[int, Names]] = field(default_factory=dict)

    def look(self, fd: int) -> Names:
        """Return the names in the open folder ``fd``."""
        info = os.fstat(fd)
        key = info.st_dev, info.st_ino
        known = self._known.get(key)
        if known is not None and known[0] == info.st_mtime_ns:
            return known[1]
        exact = set(os.listdir(fd))
        names = Names(key, exact, {folded(name) for name in exact})
        if len(self._known) >= _MOST_FOLDERS:
            self._known.clear()
        self._known[key] = info.st_mtime_ns, names
        return names

    def add(self, fd: int, names: Names, name: str) -> None:
        """Note that this process has just put ``name`` into ``fd``, where ``names`` were."""
        if name not in names.exact:
            names.exact.add(name)
            names.folded.add(folded(name))
        self._known[names.key] = os.fstat(fd).st_mtime_ns, names

    def drop(self, fd: int) -> None:
        """Note that this process has just taken something out of ``fd``."""
        info = os.fstat(fd)
        self._known.pop((info.st_dev, info.st_ino), None)

    def clear(self) -> None:
        """Forget everything."""
        self._known.clear()
