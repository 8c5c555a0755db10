"""What a comparison found, as plain values: tables, plots and the report that holds them.

Nothing here knows HTML, SVG or a terminal; ``html/``, ``svg/``, ``terminal/`` and ``export.py``
show the same values in their own ways.
"""

from dataclasses import dataclass
from typing import Literal

Value = str | int | float | bool | None

ColumnKind = Literal["text", "count", "share", "number", "p", "interval", "money"]
"""How a column is shown. ``share`` is 0 to 1, shown in per cent; ``interval`` holds an
:class:`Interval` in the unit of the share, number or money that stands before it; ``p`` is a
probability, and a column ``p_floor`` beside a column ``p`` says the smallest that its test can
give."""

Standing = Literal["planned", "exploratory", "descriptive"]
"""Whether a result was fixed in the plan, looked for afterwards, or tests nothing."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval; both ends in the unit of the estimate."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    """The key in JSON and the head in CSV: small letters and underscores."""
    title: str
    kind: ColumnKind = "text"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, and the sessions that it was computed from."""

    values: tuple[Value | Interval, ...]
    """One for each column, in order; ``None`` where it cannot be told."""
    sessions: tuple[str, ...] = ()
    """Ids; what stands behind the line."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every line of it counts its sessions in a column ``n``."""

    name: str
    """A slug, unique in the report: the name of its CSV file and its anchor."""
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    """Sentences under it: the method, the unit, what is left out and why."""
    standing: Standing = "descriptive"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A point with its interval."""

    label: str
    n: int
    point: float | None
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Estimates:
    """Points with whiskers on one scale from ``low`` to ``high``."""

    unit: str
    estimates: tuple[Estimate, ...]
    low: float = 0.0
    high: float = 1.0
    kind: Literal["share", "number"] = "share"
    """How the points are shown: a share in per cent, such as a difference of shares."""


@dataclass(frozen=True, slots=True)
class Step:
    """One corner of a step curve: from ``time`` on it is ``level``."""

    time: float
    level: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """A step curve, such as survival or cumulative incidence, from time 0 on."""

    label: str
    n: int
    steps: tuple[Step, ...]
    """In the order of their times; the first stands at time 0."""
    censored: tuple[float, ...] = ()
    """Times at which a session was lost from sight."""


@dataclass(frozen=True, slots=True)
class Curves:
    """Step curves on one scale; levels are 0 to 1."""

    time_unit: str
    """Such as ``turns``."""
    level_unit: str
    """Such as ``share of sessions still going``."""
    horizon: float
    curves: tuple[Curve, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares that sum to at most 1, one for each of the categories."""

    label: str
    n: int
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Profiles:
    """Profiles over the same categories, one bar each."""

    unit: str
    categories: tuple[str, ...]
    profiles: tuple[Profile, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A square of values between pairs, 0 to 1; ``None`` where a pair has none."""

    unit: str
    labels: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """One thing that was made, small."""

    label: str
    session: str
    path: str
    media_type: str
    data: bytes
    """Of a picture; empty where ``said`` stands in its place."""
    said: str = ""
    """Why there is no picture, or what the beginning of the text is."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A contact sheet: what was made, group by group."""

    groups: tuple[tuple[str, tuple[Picture, ...]], ...]


Plot = Estimates | Curves | Profiles | Matrix | Sheet


@dataclass(frozen=True, slots=True)
class Section:
    """One question of a report: its words, its table and its plots."""

    name: str
    """A slug, unique in the report."""
    title: str
    words: tuple[str, ...]
    """What is asked and how it is answered, a paragraph each."""
    tables: tuple[Table, ...] = ()
    plots: tuple[tuple[str, Plot], ...] = ()
    """Each with its caption, which names its n."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a comparison says."""

    title: str
    warnings: tuple[str, ...]
    """What must stand before everything else: rehearsals, a running study, pools that were
    refused."""
    facts: tuple[tuple[str, str], ...]
    """Label and value: the plan's hash, its question, dates, counts, the version of latitude."""
    sections: tuple[Section, ...]
