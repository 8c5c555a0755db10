"""Which works stand on a contact sheet: a few of each group, always the same ones.

The sessions are spread evenly over a group's repeats, and of each the works differ in kind where
they can. Nothing is chosen for how it looks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from latitude.compare.cohort import Cohort
from latitude.compare.works.contents import in_order, spread
from latitude.index.observation import WorkSeen
from latitude.workspace.browser.serving import kind_of as drawn_as

MOST_SESSIONS = 4
"""Of one group."""
MOST_WORKS = 3
"""Of one session."""
MOST_SHOWN = 60
"""In all; a browser takes two to three seconds for each, and so the sheet some minutes."""
_KINDS = ("page", "picture", "prose", "program", "sound", "data", "style", "other")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The works of one session that are shown."""

    group: str
    session: str
    works: tuple[WorkSeen, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What is shown, and of how much."""

    chosen: tuple[Chosen, ...]
    """Group by group."""
    groups: int
    """That made anything, as are the next two."""
    sessions: int
    works: int

    @property
    def shown(self) -> int:
        """Works on the sheet."""
        return sum(len(one.works) for one in self.chosen)

    @property
    def drawable(self) -> int:
        """Those of them that a browser can show."""
        return sum(drawn_as(work.path) is not None for one in self.chosen for work in one.works)

    def words(self) -> str:
        """What was left out, as a sentence."""
        groups = len({one.group for one in self.chosen})
        counted = (
            (self.shown, self.works, "files"),
            (len(self.chosen), self.sessions, "sessions that left any"),
            (groups, self.groups, "groups"),
        )
        shown = ", ".join(f"{some:,} of {every:,} {what}" for some, every, what in counted)
        return (
            f"Shown: {shown}. The sessions are spread evenly over the repeats, and of each the "
            "works differ in kind where they can; nothing was chosen for how it looks."
        )


def choose(cohort: Cohort) -> Choice:
    """Choose from the groups of ``cohort`` in which anything was made."""
    makers = {group.label: [one for one in in_order(group) if one.works] for group in cohort.groups}
    makers = {label: made for label, made in makers.items() if made}
    a_session = max(1, min(MOST_WORKS, MOST_SHOWN // max(len(makers), 1)))
    a_group = max(1, min(MOST_SESSIONS, MOST_SHOWN // (max(len(makers), 1) * a_session)))
    chosen = [
        Chosen(label, one.session, tuple(first_of(one.works, a_session)))
        for label, made in list(makers.items())[:MOST_SHOWN]
        for one in spread(made, a_group)
    ]
    every = [one for made in makers.values() for one in made]
    return Choice(tuple(chosen), len(makers), len(every), sum(len(one.works) for one in every))


def first_of(works: Sequence[WorkSeen], most: int) -> list[WorkSeen]:
    """Return at most ``most`` works: one of each kind first, those at the top before others."""
    ordered = sorted(works, key=_rank)
    first = {work.kind: work for work in reversed(ordered)}
    again = [work for work in ordered if work is not first[work.kind]]
    return [*sorted(first.values(), key=_rank), *again][:most]


def _rank(work: WorkSeen) -> tuple[int, bool, int, bool, str]:
    name = work.path.rpartition("/")[2]
    depth = work.path.count("/")
    return _KINDS.index(work.kind), not work.size, depth, not name.startswith("index."), work.path
