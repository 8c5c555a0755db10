"""Reports whose every word is an attack, and random ones."""

from functools import cache

from hypothesis import strategies as st

from latitude.compare.figures import (
    Column,
    ColumnKind,
    Curve,
    Curves,
    Estimate,
    Estimates,
    Interval,
    Matrix,
    Picture,
    Profile,
    Profiles,
    Report,
    Row,
    Section,
    Sheet,
    Step,
    Table,
)
from tests.compare.sample_sections import png

ATTACKS = (
    "<script>document.title = 'taken'</script>",
    '"><img src="http://127.0.0.1:9/pixel" onerror="document.title = \'taken\'">',
    "' onmouseover='document.title=1' autofocus onfocus='document.title=1",
    "</style><script>fetch('http://127.0.0.1:9/')</script>",
    "</title></svg></desc><script>alert(1)</script>",
    "]]><!-- <![CDATA[ --> &amp;lt; &#60; &lt;b&gt;",
    "javascript:alert(1)",
    "url(http://127.0.0.1:9/style)",
    "nul\x00, bell\x07, escape\x1b]0;title\x07, delete\x7f, c1\x9b2J",
    "evil\u202egnp.exe \u2066isolate \u200bzero",
    "half \ud83d, none \ufffe \uffff",
    "line\nline\r\nline\u2028line",
    '=HYPERLINK("http://127.0.0.1:9/")',
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "'quoted",
    "＝1",
    "../../../etc/passwd",
    "long " + "x" * 20_000,
    "many words " * 2_000,
    "שלום world مرحبا",
    "世界" * 200,
    "e" + "\u0301" * 50,
    "",
    " ",
)

SVG_THAT_ACTS = (
    b'<svg xmlns="http://www.w3.org/2000/svg" onload="parent.document.title=\'taken\'">'
    b'<script>parent.document.title = "taken"; fetch("http://127.0.0.1:9/")</script>'
    b'<image href="http://127.0.0.1:9/inner.png" width="9" height="9"/>'
    b'<style>@import url(http://127.0.0.1:9/inner.css);</style><rect width="9" height="9"/></svg>'
)


@cache
def hostile() -> Report:
    """Every name, caption, note, session, path, kind and picture is an attack."""
    half = Interval(0.25, 0.75)
    columns = tuple(
        Column(attack, attack, kind)
        for attack, kind in zip(ATTACKS, ("text", "count", "share", "interval", "p"), strict=False)
    )
    rows = tuple(Row((attack, 1, 0.5, half, 0.5), (attack,) * 40) for attack in ATTACKS)
    table = Table(ATTACKS[0], ATTACKS[1], columns, rows, ATTACKS)
    pictures = tuple(
        Picture(attack, attack, attack, media_type, data, said)
        for attack in ATTACKS
        for media_type, data, said in (
            ("image/svg+xml", SVG_THAT_ACTS, ""),
            ("image/png", png(200, 100, 50), ""),
            ("image/png", b"<script>alert(1)</script>", ""),
            ("text/html", b"<script>alert(1)</script>", ""),
            (f"image/png{attack}", png(1, 2, 3), ""),
            ("text/plain", b"", attack),
        )
    )
    share = 1 / len(ATTACKS)
    plots = (
        Estimates(ATTACKS[1], tuple(Estimate(attack, 20, 0.5, half) for attack in ATTACKS)),
        Curves(
            ATTACKS[1],
            ATTACKS[0],
            20,
            tuple(Curve(attack, 9, (Step(0, 1), Step(4, 0.5, 0.2, 0.8))) for attack in ATTACKS),
        ),
        Curves(ATTACKS[1], ATTACKS[0], 20, (Curve(ATTACKS[1], 9, (Step(0, 1),), (3.0,)),)),
        Profiles(
            ATTACKS[1],
            ATTACKS,
            tuple(Profile(attack, 1, (share,) * len(ATTACKS)) for attack in ATTACKS),
        ),
        Matrix(ATTACKS[1], ATTACKS, ((0.5,) * len(ATTACKS),) * len(ATTACKS)),
        Sheet(((ATTACKS[1], pictures),)),
    )
    captioned = tuple((ATTACKS[at], plot) for at, plot in enumerate(plots))
    section = Section(ATTACKS[1], ATTACKS[0], ATTACKS, (table, table), captioned)
    facts = tuple((attack, attack) for attack in ATTACKS)
    return Report(ATTACKS[3], ATTACKS, facts, (section, section))


words = st.one_of(st.sampled_from(ATTACKS), st.text(st.characters(), max_size=30))
shares = st.floats(0, 1)
numbers = st.one_of(st.floats(-1e9, 1e9), st.integers(-(10**9), 10**9))
counts = st.integers(0, 10**7)
intervals = st.tuples(numbers, numbers).map(lambda ends: Interval(min(ends), max(ends)))
KINDS: tuple[ColumnKind, ...] = ("text", "count", "share", "number", "p", "interval", "money")


def _values(kind: ColumnKind) -> st.SearchStrategy[object]:
    known: dict[str, st.SearchStrategy[object]] = {
        "text": st.one_of(words, st.booleans()),
        "count": counts,
        "share": shares,
        "number": st.one_of(numbers, st.sampled_from([float("inf"), float("nan")])),
        "p": shares,
        "interval": intervals,
        "money": st.floats(0, 1e6),
    }
    return st.one_of(st.none(), known[kind])


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A table of any kinds of columns."""
    kinds = draw(st.lists(st.sampled_from(KINDS), max_size=6))
    columns = (
        Column("what", draw(words)),
        Column("n", "n", "count"),
        *(Column(f"column_{at}", draw(words), kind) for at, kind in enumerate(kinds)),
    )
    rows = draw(
        st.lists(
            st.builds(
                Row,
                st.tuples(words, counts, *map(_values, kinds)),
                st.lists(words, max_size=30).map(tuple),
            ),
            max_size=5,
        )
    )
    notes = draw(st.lists(words, max_size=2))
    return Table(draw(words), draw(words), columns, tuple(rows), tuple(notes))


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """A report of random tables."""
    sections = draw(
        st.lists(
            st.builds(
                Section,
                words,
                words,
                st.lists(words, max_size=2).map(tuple),
                st.lists(tables(), max_size=3).map(tuple),
            ),
            max_size=3,
        )
    )
    facts = st.lists(st.tuples(words, words), max_size=3).map(tuple)
    return Report(
        draw(words), draw(st.lists(words, max_size=2).map(tuple)), draw(facts), tuple(sections)
    )


plots = st.one_of(
    st.builds(
        Estimates,
        words,
        st.lists(
            st.builds(Estimate, words, counts, st.none() | shares, st.none() | intervals),
            max_size=5,
        ).map(tuple),
        st.sampled_from([-1.0, 0.0]),
        st.sampled_from([1.0, 20.0]),
        st.sampled_from(["share", "number"]),
    ),
    st.builds(
        Curves,
        words,
        words,
        st.sampled_from([0.0, 1.0, 20.0, 1e6]),
        st.lists(
            st.builds(
                Curve,
                words,
                counts,
                st.lists(
                    st.builds(
                        Step, st.floats(0, 20), shares, st.none() | shares, st.none() | shares
                    ),
                    max_size=6,
                ).map(lambda steps: tuple(sorted(steps, key=lambda step: step.time))),
                st.lists(st.floats(0, 20), max_size=4).map(tuple),
            ),
            max_size=6,
        ).map(tuple),
    ),
    st.integers(0, 5).flatmap(
        lambda many: st.builds(
            Profiles,
            words,
            st.tuples(*[words] * many),
            st.lists(
                st.builds(
                    Profile, words, counts, st.tuples(*[st.floats(0, 1 / max(many, 1))] * many)
                ),
                max_size=4,
            ).map(tuple),
        )
    ),
    st.integers(0, 6).flatmap(
        lambda many: st.builds(
            Matrix,
            words,
            st.tuples(*[words] * many),
            st.tuples(*[st.tuples(*[st.none() | shares] * many)] * many),
        )
    ),
)
