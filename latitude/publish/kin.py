"""Which sessions stand in one line: those that one of them carries on, and all that carry it on."""

from collections.abc import Collection, Iterator, Mapping, Sequence


class Kin:
    """What carries on what. A session without relatives stands in a line of its own."""

    def __init__(self, parents: Mapping[str, str | None]) -> None:
        """``parents`` gives of each session the one that it carries on, or ``None``.

        One that is only named as a parent is known by that name and no more.
        """
        self._parents: dict[str, str | None] = dict(parents)
        children: dict[str, list[str]] = {}
        for name in sorted(parents):
            if (parent := parents[name]) is not None:
                self._parents.setdefault(parent, None)
                children.setdefault(parent, []).append(name)
        self._lines: dict[str, list[str]] = {}
        """By the first of each line, the whole of it, parents before their children."""
        self._first: dict[str, str] = {}
        names = sorted(self._parents)
        for name in (*(name for name in names if self._parents[name] is None), *names):
            if name not in self._first:
                # What carries itself on has no first; the last that is met above it will do.
                top = [name, *self.above(name)][-1]
                self._lines[top] = self._below(top, children)
        self._order = {
            name: number
            for number, name in enumerate(name for line in self._lines.values() for name in line)
        }

    def _below(self, first: str, children: Mapping[str, Sequence[str]]) -> list[str]:
        line = [first]
        self._first[first] = first
        for name in line:
            for child in children.get(name, ()):
                if child not in self._first:
                    self._first[child] = first
                    line.append(child)
        return line

    def __iter__(self) -> Iterator[str]:
        """All sessions, each after the one that it carries on."""
        return iter(self._order)

    def parent(self, name: str) -> str | None:
        """The session that ``name`` carries on, if it is known."""
        return self._parents.get(name)

    def above(self, name: str) -> Iterator[str]:
        """The sessions that ``name`` carries on, the nearest first."""
        seen = {name}
        parent = self.parent(name)
        while parent is not None and parent not in seen:
            seen.add(parent)
            yield parent
            parent = self.parent(parent)

    def first(self, name: str) -> str:
        """The session with which the line of ``name`` begins: all of one line have the same."""
        return self._first.get(name, name)

    def line(self, name: str) -> Sequence[str]:
        """All that stand in one line with ``name``, itself included, parents first."""
        return self._lines.get(self.first(name), (name,))

    def parents_first(self, names: Collection[str]) -> list[str]:
        """Sort sessions so that each comes after those that it carries on.

        The ids alone do not tell: they know no less than a second.
        """
        return sorted(names, key=lambda name: (self._order.get(name, 0), name))
