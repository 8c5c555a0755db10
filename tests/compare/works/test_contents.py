"""What stands in files, counted in their bytes: exact, bounded, and said where it is not told."""

import asyncio
import tracemalloc
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.compare.figures import Section, Table
from latitude.compare.sections.works import works as section_of
from latitude.compare.works import contents as works
from latitude.compare.works.contents import Read, Written, read_works, spread, text_of
from latitude.compare.works.looking import Looked, look
from tests.compare.made import Makers

ONE_OF_EACH = {
    "index.html": "<p>one\n<p>two\n",
    "style.css": "p { color: red }",
    "notes/a.md": "# Ebb\r\n\r\nTwo small things",
    "notes/b.md": "Ærø\n",
    "loom.py": "def weave():\n    pass\n\n",
    "plain.txt": "\n",
    "empty.txt": "",
    "picture.png": b"\x89PNG\r\n\x1a\n\0\0\0",
    "latin.txt": "caf\xe9\n".encode("latin-1"),
    "wide.txt": "two\n".encode("utf-16"),
}


async def read(makers: Makers) -> Read:
    return await read_works(makers.cohort(), makers.repository)


async def section(makers: Makers) -> Section:
    cohort = makers.cohort()
    return section_of(cohort, Looked(cohort, await read_works(cohort, makers.repository)))


def rows(section: Section, name: str) -> list[dict[str, object]]:
    found = table(section, name)
    keys = [column.name for column in found.columns]
    return [dict(zip(keys, row.values, strict=True)) for row in found.rows]


def table(section: Section, name: str) -> Table:
    [found] = [each for each in section.tables if each.name == name]
    return found


async def test_lines_and_characters_are_those_that_one_counts_by_hand(makers: Makers) -> None:
    one = await makers.make(ONE_OF_EACH)
    found = (await read(makers)).sessions[one.session]
    assert found.by_kind() == {
        "page": Written(1, 2, 14),
        "style": Written(1, 1, 16),
        "prose": Written(4, 3 + 1 + 1 + 0, 25 + 4 + 1),
        "program": Written(1, 3, 23),
    }
    assert found.by_language() == {
        "HTML": Written(1, 2, 14),
        "CSS": Written(1, 1, 16),
        "Markdown": Written(2, 4, 29),
        "Python": Written(1, 3, 23),
    }
    assert (found.other, found.unread) == (3, {})


@given(st.text())
def test_every_text_is_text_unless_it_holds_a_nul(text: str) -> None:
    assert text_of(text.encode()) == (None if "\0" in text else text)


@given(st.binary())
def test_bytes_are_text_only_if_they_come_back(data: bytes) -> None:
    text = text_of(data)
    assert text is None or text.encode() == data


async def test_sessions_are_the_unit_and_one_without_files_counts_as_nought(
    makers: Makers,
) -> None:
    await makers.make({"a.md": "one\ntwo\n", "b.md": "three\n"})
    await makers.make({"a.py": "pass\n"})
    await makers.make({})
    told = await section(makers)
    [lines] = rows(told, "lines")
    assert (lines["n"], lines["mean"]) == (3, 4 / 3)
    assert lines["interval"] is not None
    prose, program = (rows(told, "lines-by-kind")[place] for place in (1, 0))
    assert (prose["part"], prose["n"], prose["sessions"], prose["files"]) == ("prose", 3, 1, 2)
    assert (prose["lines"], prose["mean"]) == (3, 1.0)
    assert (program["part"], program["lines"]) == ("program", 1)
    assert [row["part"] for row in rows(told, "lines-by-language")] == ["Markdown", "Python"]
    assert [row["lines"] for row in rows(told, "texts")] == [3, 1, 0]
    assert not [each for each in told.tables if each.name == "unread"]
    marked = [each.name for each in told.tables if "Automatic" in " ".join(each.notes)]
    assert marked == [
        *("lines", "characters", "lines-by-kind", "lines-by-language", "identical", "texts"),
    ]


async def test_every_line_names_the_sessions_behind_it(makers: Makers) -> None:
    await makers.make({"a.md": "one two three\n", "b.md": "three\n"})
    await makers.make({"a.md": "one two three\n"})
    await makers.make({}, model="other")
    for each in (await section(makers)).tables:
        counted = [column.name for column in each.columns]
        for row in each.rows:
            n = row.values[counted.index("n")] if "n" in counted else 1
            assert row.sessions, each.name
            assert len(row.sessions) == n or "sessions" in counted, each.name


async def test_what_is_over_a_bound_is_not_read_and_is_said(
    makers: Makers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(works, "MOST_FILE", 10)
    monkeypatch.setattr(works, "MOST_FILES", 4)
    monkeypatch.setattr(works, "MOST_SESSION", 20)
    files = {"a": "1234567890", "b": "12345678901", "c": "123456", "d": "12345", "e": "", "f": "1"}
    one = await makers.make({f"{name}.txt": text for name, text in files.items()})
    found = (await read(makers)).sessions[one.session]
    assert found.whole == Written(2, 2, 16)
    assert found.unread == {works.TOO_LARGE: 1, works.TOO_MUCH: 1, works.TOO_MANY: 2}
    told = await section(makers)
    assert [(row["n"], row["files"]) for row in rows(told, "unread")] == [(1, 2), (1, 1), (1, 1)]
    assert [row["mean"] for row in rows(told, "lines")] == [2.0]


async def test_memory_does_not_grow_with_what_was_made(makers: Makers) -> None:
    await makers.make({"large.bin": bytes(64 * works.MIB), "a.md": "kept\n"})
    text = "".join(f"word{number} " for number in range(150_000))
    for number in range(12):
        await makers.make({f"{part}.md": text + str((number, part)) for part in range(3)})
    cohort = makers.cohort()
    tracemalloc.start()
    try:
        found = await read_works(cohort, makers.repository)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 24 * works.MIB
    first = found.sessions[cohort.members[0].session]
    assert (first.whole.files, first.unread) == (1, {works.TOO_LARGE: 1})


async def test_bytes_that_are_lost_or_others_are_said_and_the_rest_is_told(
    makers: Makers,
) -> None:
    good = await makers.make({"a.md": "one\n"})
    lost = await makers.make({"a.md": "two\n", "b.md": "three\n"})
    [a, b] = lost.works
    broken = [
        replace(a, commit="0" * 40),
        replace(a, commit="not a\ncommit"),
        replace(a, path="gone.md"),
        replace(a, path="half\ud800.md"),
        replace(a, sha256=sha256(b"other").hexdigest()),
    ]
    for place, work in enumerate(broken, 1):
        makers.sessions.append(
            replace(lost, session=f"20261121-00000{place}-bbbbbb", works=(work, b))
        )
    found = (await read(makers)).sessions
    assert [one.unread for one in found.values()] == [
        {},
        {},
        *[{works.NOT_THERE: 1}] * 4,
        {works.NOT_SAME: 1},
    ]
    told = await section(makers)
    [lines] = rows(told, "lines")
    assert (lines["n"], lines["mean"]) == (2, 1.5)
    assert {row["n"] for row in rows(told, "lines-by-kind")} == {2}
    assert sum(row["files"] for row in rows(told, "unread")) == 5
    assert found[good.session].whole.lines == 1


async def test_a_home_that_lost_its_repository_still_has_a_report(makers: Makers) -> None:
    one = await makers.make({"a.md": "one\n"})
    (makers.home.sessions / one.session).mkdir()
    (makers.home.artifacts / ".git").rename(makers.home.artifacts / "elsewhere")
    looked = await look(makers.home, makers.cohort(), draw=True)
    assert "holds no repository" in looked.unopened
    assert looked.sheet is None
    told = section_of(looked.cohort, looked)
    assert told.words[-1].startswith("Nothing could be read. There are sessions in")
    assert [(row["n"], row["mean"]) for row in rows(told, "lines")] == [(0, None)]


async def test_where_nothing_was_made_no_repository_is_needed(makers: Makers) -> None:
    await makers.make({})
    (makers.home.artifacts / ".git").rename(makers.home.artifacts / "elsewhere")
    looked = await look(makers.home, makers.cohort(), draw=True)
    assert (looked.unopened, looked.sheet) == ("", None)
    assert [row["mean"] for row in rows(section_of(looked.cohort, looked), "lines")] == [0.0]


async def test_likeness_is_of_sessions_and_by_kind(makers: Makers) -> None:
    await makers.make({"a.md": "the grey tide", "a.html": "<p>Sea"})
    await makers.make({"b.md": "THE grey", "c.md": "tide of it"})
    await makers.make({"d.md": "wholly other words"})
    await makers.make({"a.md": "the grey tide"}, model="other")
    page, prose, alone = (await read(makers)).alike
    assert (page.kind, page.pairs, page.mean) == ("page", 0, None)
    assert (prose.kind, len(prose.sessions), prose.pairs) == ("prose", 3, 3)
    assert prose.mean == pytest.approx(1 / 3)
    assert (alone.group, alone.pairs) == ("other · open", 0)
    shown = rows(await section(makers), "alike")
    assert [(row["kind"], row["n"], row["pairs"]) for row in shown] == [
        *(("page", 1, 0), ("prose", 3, 3), ("prose", 1, 0)),
    ]


async def test_the_same_bytes_in_several_sessions_are_counted_and_listed(makers: Makers) -> None:
    page = "<h1>Tide</h1>"
    await makers.make({"index.html": page, "own.md": "mine", "empty.txt": ""})
    await makers.make({"index.html": page, "copy.html": page, "empty.txt": ""})
    await makers.make({"other.html": page}, model="other")
    await makers.make({"own.md": "its own"}, model="other")
    told = await section(makers)
    counted = [(row["n"], row["within"], row["beyond"]) for row in rows(told, "identical")]
    assert counted == [(2, 2, 2), (2, 0, 1)]
    [listed] = rows(told, "identical-files")
    assert (listed["path"], listed["bytes"], listed["n"]) == ("index.html", len(page), 3)
    assert listed["groups"] == "2 groups"
    [line] = table(told, "identical-files").rows
    assert line.sessions == tuple(one.session for one in makers.sessions[:3])


async def test_it_counts_what_was_done_and_can_be_cancelled(makers: Makers) -> None:
    for number in range(5):
        await makers.make({"a.md": f"{number}\n"})
    told: list[tuple[int, int]] = []
    await read_works(makers.cohort(), makers.repository, lambda *done: told.append(done))
    assert told == [(number, 5) for number in range(1, 6)]
    begun = asyncio.Event()
    reading = asyncio.create_task(
        read_works(makers.cohort(), makers.repository, lambda *_: begun.set())
    )
    await begun.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert (await read(makers)).sessions


@given(st.integers(0, 300), st.integers(1, 50))
def test_those_that_are_chosen_are_spread_from_the_first_to_the_last(many: int, most: int) -> None:
    chosen = spread(range(many), most)
    assert len(chosen) == len(set(chosen)) == min(many, most)
    assert list(chosen) == sorted(chosen)
    if 1 < most < many:
        steps = {after - before for before, after in pairwise(chosen)}
        assert (chosen[0], chosen[-1]) == (0, many - 1)
        assert max(steps) - min(steps) <= 1
