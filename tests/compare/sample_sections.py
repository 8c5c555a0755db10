"""The sections of reports that are made up: see ``sample_reports.py``."""

import math
import random
import struct
import zlib
from itertools import pairwise
from statistics import NormalDist

from latitude.compare.figures import (
    Column,
    Curve,
    Curves,
    Estimate,
    Estimates,
    Interval,
    Matrix,
    Picture,
    Profile,
    Profiles,
    Row,
    Section,
    Sheet,
    Step,
    Table,
)

CATEGORIES = ("pages", "pictures", "programs", "stories and poems", "notes", "data", "nothing")


def wilson(count: int, n: int) -> Interval | None:
    """The interval that shares are shown with."""
    if n == 0:
        return None
    z = NormalDist().inv_cdf(0.975)
    share, scale = count / n, 1 + z * z / n
    middle = (share + z * z / (2 * n)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Interval(max(middle - half, 0.0), min(middle + half, 1.0))


def png(red: int, green: int, blue: int, side: int = 24) -> bytes:
    """A picture with a darker square in it."""
    rows = b"".join(
        b"\0"
        + b"".join(
            bytes(part // (2 if 6 < x < 16 and 6 < y < 16 else 1) for part in (red, green, blue))
            for x in range(side)
        )
        for y in range(side)
    )
    pieces = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in pieces
    )


Arm = tuple[tuple[str, ...], int]
"""The ids of its sessions, and how many of them the model left."""


def arm(chance: random.Random, repeats: int) -> Arm:
    ids = tuple(_session_id(chance) for _ in range(repeats))
    left = sum(chance.random() < chance.choice((0.25, 0.6)) for _ in range(repeats))
    return ids, left


def _session_id(chance: random.Random) -> str:
    time = "".join(f"{chance.randrange(most):02}" for most in (24, 60, 60))
    return (
        f"202611{chance.randint(18, 21)}-{time}-{''.join(chance.choices('0123456789abcxyz', k=6))}"
    )


def flow(made: dict[str, Arm]) -> Section:
    columns = (
        Column("arm", "model · wording"),
        Column("started", "started", "count"),
        Column("failed", "failed", "count"),
        Column("refused", "refused", "count"),
        Column("excluded", "excluded", "count"),
        Column("n", "analysed", "count"),
    )
    rows = tuple(
        Row(
            (arm, len(ids) + (at == 0) * 3, int(at == 0), int(at == 0), int(at == 0), len(ids)), ids
        )
        for at, (arm, (ids, _)) in enumerate(made.items())
    )
    note = "Excluded by the plan: sessions that were interrupted or that the harness broke off."
    return Section(
        "flow",
        "Which sessions are counted?",
        ("The unit is the session. Every session that was begun is in this table once.",),
        (Table("flow", "From started to analysed", columns, rows, (note,)),),
    )


def exits(made: dict[str, Arm]) -> Section:
    columns = (
        Column("arm", "model · wording"),
        Column("n", "n", "count"),
        Column("left", "chose to leave", "count"),
        Column("share", "share", "share"),
        Column("interval", "95 % interval", "interval"),
        Column("usually", "usual way"),
    )
    rows = tuple(
        Row((arm, len(ids), left, left / len(ids), wilson(left, len(ids)), "phrase"), ids)
        for arm, (ids, left) in made.items()
    )
    points = tuple(
        Estimate(arm, len(ids), left / len(ids), wilson(left, len(ids)))
        for arm, (ids, left) in made.items()
    )
    n = sum(len(ids) for ids, _ in made.values())
    return Section(
        "exits",
        "How often does a model choose to leave?",
        (
            "The share of its sessions that the model ended itself, by the phrase or by the tool.",
            "A session that reached its limit of turns was not left.",
        ),
        (
            Table(
                "exits",
                "Sessions that the model chose to leave",
                columns,
                rows,
                ("Wilson intervals at 95 %.", "Wordings are not pooled."),
                "planned",
            ),
        ),
        (
            (
                f"Share of sessions left by choice, with 95 % Wilson intervals; n = {n} sessions.",
                Estimates("share of sessions that the model left", points),
            ),
        ),
    )


def _steps(chance: random.Random, n: int, left: int) -> tuple[tuple[Step, ...], tuple[float, ...]]:
    level, at_risk, steps = 1.0, n, [Step(0, 1.0, 1.0, 1.0)]
    for time in sorted(chance.randint(1, 20) for _ in range(left)):
        level *= 1 - 1 / at_risk
        at_risk -= 1
        band = wilson(round(level * n), n)
        assert band is not None
        steps.append(Step(time, level, band.low, band.high))
    return tuple(steps), tuple(float(chance.randint(3, 20)) for _ in range(min(2, n - left)))


def times(chance: random.Random, made: dict[str, Arm]) -> Section:
    curves = []
    for arm, (ids, left) in made.items():
        steps, censored = _steps(chance, len(ids), left)
        curves.append(Curve(arm, len(ids), steps, censored))
    columns = (
        Column("arm", "model · wording"),
        Column("n", "n", "count"),
        Column("median", "median turns", "number"),
        Column("mean", "mean turns to the cap of 20", "number"),
        Column("mean_interval", "95 % interval", "interval"),
        Column("still", "still there at turn 20", "share"),
    )
    rows = tuple(
        Row(
            (
                arm,
                len(ids),
                7 if left > len(ids) / 2 else None,
                (mean := chance.uniform(7, 19)),
                Interval(mean - 2.31, mean + 2.62),
                1 - left / len(ids),
            ),
            ids,
        )
        for arm, (ids, left) in made.items()
    )
    n = sum(len(ids) for ids, _ in made.values())
    return Section(
        "times",
        "When does it leave?",
        ("Kaplan-Meier curves; the limit of 20 turns is where sight ends, not an exit.",),
        (
            Table(
                "times",
                "Turns until the model left",
                columns,
                rows,
                ("— : fewer than half left, so there is no median.",),
                "planned",
            ),
        ),
        (
            (
                f"Bands: 95 % (log-log); ticks: sessions lost from sight; n = {n} sessions.",
                Curves("turns", "share of sessions still going", 20, tuple(curves)),
            ),
        ),
    )


def causes(chance: random.Random, made: dict[str, Arm]) -> Section:
    curves = []
    for cause, most in (("model-exit", 0.45), ("token-limit", 0.2), ("refused", 0.03)):
        level, steps = 0.0, [Step(0, 0.0, 0.0, 0.0)]
        for time in range(1, 21, 2):
            level += most / 10 * chance.uniform(0.4, 1.6)
            steps.append(Step(time, level, max(level - 0.04, 0), level + 0.05))
        curves.append(Curve(cause, 40, tuple(steps)))
    return Section(
        "causes",
        "What ends a session first?",
        ("Cumulative incidence of each cause. With the share still going they sum to 1.",),
        (),
        (
            (
                "All arms of claude-opus-5-5; n = 40 sessions.",
                Curves("turns", "share of sessions that ended so", 20, tuple(curves)),
            ),
        ),
    )


def pairs(chance: random.Random, made: dict[str, Arm]) -> Section:
    columns = (
        Column("pair", "pair"),
        Column("n_first", "n, first", "count"),
        Column("n_second", "n, second", "count"),
        Column("difference", "difference", "share"),
        Column("difference_interval", "95 % interval", "interval"),
        Column("p", "p", "p"),
        Column("p_floor", "smallest possible p", "p"),
        Column("p_holm", "p, Holm", "p"),
    )
    arms = list(made)
    rows, points = [], []
    for first, second in list(pairwise(arms))[:6]:
        (a, left_a), (b, left_b) = made[first], made[second]
        difference = left_a / len(a) - left_b / len(b)
        ends = Interval(difference - 0.24, difference + 0.22)
        p = chance.choice((0.00021, 0.001, 0.0482, 0.31, 1.0))
        rows.append(
            Row(
                (
                    f"{first} − {second}",
                    len(a),
                    len(b),
                    difference,
                    ends,
                    p,
                    0.001 if p == 0.001 else 0.00001,
                    min(p * 6, 1.0),
                ),
                a + b,
            )
        )
        points.append(Estimate(f"{first} − {second}", len(a) + len(b), difference, ends))
    table = Table(
        "pairs",
        "Differences between arms",
        columns,
        tuple(rows),
        ("Fisher's exact test, two-sided; Newcombe intervals; 6 tests were run.",),
        "exploratory",
    )
    plot = Estimates("difference of shares", tuple(points), -1.0, 1.0)
    return Section(
        "pairs",
        "Which differences are real?",
        ("Each arm against the next, corrected for how many were tried.",),
        (table,),
        (("Differences with 95 % intervals; n is that of both arms.", plot),),
    )


def profiles(chance: random.Random, made: dict[str, Arm]) -> Section:
    columns = (
        Column("arm", "model · wording"),
        Column("n", "n", "count"),
        *(Column(name.split()[0], name, "share") for name in CATEGORIES),
    )
    rows, profiles = [], []
    for arm, (ids, _) in made.items():
        weights = [chance.random() ** 3 for _ in CATEGORIES]
        shares = tuple(weight / sum(weights) * 0.96 for weight in weights)
        rows.append(Row((arm, len(ids), *shares), ids))
        profiles.append(Profile(arm, len(ids), shares))
    return Section(
        "made",
        "What do they make?",
        ("The share of each kind among the files of a session, averaged over sessions.",),
        (
            Table(
                "made",
                "Kinds of files",
                columns,
                tuple(rows),
                ("Automatic: kinds are told by the names of files.",),
            ),
        ),
        (
            (
                "Mean shares of kinds; n is the number of sessions of each arm.",
                Profiles("share of files, mean over sessions", CATEGORIES, tuple(profiles)),
            ),
        ),
    )


def likeness(chance: random.Random, made: dict[str, Arm]) -> Section:
    n = sum(len(ids) for ids, _ in made.values())
    arms = tuple(made)
    values = tuple(
        tuple(
            None
            if one == other and len(made[one][0]) < 2
            else 1.0
            if one == other
            else round(chance.random() ** 2, 3)
            for other in arms
        )
        for one in arms
    )
    return Section(
        "likeness",
        "How alike is what they write?",
        ("Likeness of the texts of sessions, averaged over pairs of sessions.",),
        (),
        (
            (
                f"Mean likeness between sessions of two arms, 0 to 1; n = {n} sessions.",
                Matrix("mean likeness of two sessions", arms, values),
            ),
        ),
    )


def sheet(chance: random.Random, made: dict[str, Arm]) -> Section:
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 24">'
        b'<circle cx="20" cy="12" r="9" fill="#2c6a5c"/></svg>'
    )
    groups = []
    for arm, (ids, _) in list(made.items())[:3]:
        shown = [
            Picture(
                "page",
                ids[0],
                "tides/index.html",
                "image/png",
                png(*(chance.randint(60, 250) for _ in range(3))),
            ),
            Picture("drawing", ids[-1], "sketch.svg", "image/svg+xml", svg),
            Picture(
                "note",
                ids[0],
                "notes/on the sea.md",
                "text/markdown",
                b"",
                "Two small things move the sea, and they almost never agree.\n\nThe moon is one. "
                * 4,
            ),
            Picture(
                "program",
                ids[-1],
                "loom.py",
                "text/x-python",
                b"",
                "def weave(rows):\n    for row in rows:\n        yield row[::-1]\n",
            ),
        ]
        groups.append((arm, tuple(shown * 2)))
    return Section(
        "sheet",
        "What was made, seen together",
        ("Pages are shown as a browser without network shows them.",),
        (),
        (("A contact sheet; n = 3 arms.", Sheet(tuple(groups))),),
    )
