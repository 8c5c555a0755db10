"""The page of one session: what it carries on, what answers what, and how much stands on it."""

import re
from collections.abc import Iterator

import pytest

from latitude.compare.html.markup import Markup
from latitude.core.events import ExitTaken, ResultPart
from latitude.publish.site.session_page import MOST_NAMED, Neighbours, session_pages
from latitude.publish.site.shell import Link
from tests.custody.sitting import FIRST, SECOND
from tests.journal.samples import called, finished
from tests.publish.archive import Archive
from tests.publish.site.making import MODEL, png, returned

HEAVIEST = 200_000
NO_NEIGHBOURS = Neighbours(None, None)


class Beside:
    """What lies beside the pages."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.blobs: dict[str, bytes] = {}

    def text(self, words: str) -> str:
        self.texts.append(words)
        return f"text-{len(self.texts)}.txt"

    def picture(self, blob: str) -> str | None:
        return f"blob-{blob[:16]}.png"

    def words(self, blob: str) -> str:
        return "kept as a blob"


async def pages_of(
    archive: Archive, session: str, neighbours: Neighbours = NO_NEIGHBOURS
) -> tuple[list[str], Beside]:
    beside = Beside()
    async with archive.publication() as publication:
        [row] = [row for row in publication.manifest.sessions if row.id == session]
        sheets = session_pages(publication.edition(row), neighbours, Markup(), {}, beside)
        return [str(sheet.body) for sheet in sheets], beside


def words_of(page: str) -> str:
    return re.sub(r"<[^>]*>", "", page)


async def test_a_session_that_carries_another_on_says_so_and_leads_there(archive: Archive) -> None:
    await archive.session(FIRST, says="The first.")
    sitting = await archive.begin(SECOND, FIRST)
    await sitting.turn("And on.")
    await sitting.end()
    [page], _ = await pages_of(archive, SECOND)
    said = f"This session carries on session {FIRST} after turn 1."
    assert words_of(page).index(said) < page.index("<details")
    assert f">{FIRST}</a>" not in page
    there = Neighbours(None, None, carries_on=Link(f"sessions/{FIRST}/index.html", FIRST))
    [page], _ = await pages_of(archive, SECOND, there)
    assert said in words_of(page)
    assert f'<a href="../{FIRST}/index.html">{FIRST}</a> after turn 1' in page


async def test_the_page_of_a_session_names_those_that_carry_it_on(archive: Archive) -> None:
    await archive.session(FIRST, says="The first.")
    [page], _ = await pages_of(archive, FIRST)
    assert "carrie" not in page
    names = [f"{SECOND}{number}" for number in range(MOST_NAMED + 1_200)]
    links = tuple(Link(f"sessions/{name}/index.html", name) for name in names)
    [page], _ = await pages_of(archive, FIRST, Neighbours(None, None, carried_on=links[:2]))
    assert f"This session is carried on by {names[0]}, {names[1]}." in words_of(page)
    assert f'<a href="../{names[1]}/index.html">' in page
    [page], _ = await pages_of(archive, FIRST, Neighbours(None, None, carried_on=links))
    assert f"{names[MOST_NAMED - 1]}, 1,200 more." in words_of(page)


def titles(page: str, kind: str) -> Iterator[str]:
    for found in re.finditer(rf'class="mark {kind}".*?class="voice">(.*?)</span>', page):
        yield found[1]


async def test_an_answer_is_called_as_its_call_is(archive: Archive) -> None:
    sitting = await archive.begin(FIRST)
    turn, step = await sitting.ask()
    paths = ["loom/index.html", "loom/thread.js"]
    for number, path in enumerate(paths):
        await sitting.record(called(turn, step, "edit_file", f'{{"path": "{path}"}}', number))
    await sitting.record(finished(turn, step, MODEL))
    part = ResultPart(kind="text", media_type="text/plain", text="Done.")
    for number in (1, 0, 7):
        await sitting.record(returned(turn, step, "edit_file", (part,), index=number))
    await sitting.end()
    [page], _ = await pages_of(archive, FIRST)
    assert list(titles(page, "call")) == [f"⚒ edit_file  {path}" for path in paths]
    assert list(titles(page, "result")) == [
        "↳ edit_file  loom/thread.js",
        "↳ edit_file  loom/index.html",
        "↳ edit_file",
    ]


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        (
            {"by": "phrase", "rule": "closing", "evidence": "Stopping now."},
            "The exit was said, at the end of the reply: “Stopping now.”",
        ),
        ({"by": "tool", "rule": "exit-tool", "evidence": "c"}, "The exit was called, by the tool."),
        (
            {"by": "phrase", "rule": "newer", "evidence": "Bye", "recovered": True},
            "The exit was said: “Bye” (found by recovery).",
        ),
    ],
)
async def test_the_exit_is_told_in_words(
    archive: Archive, taken: dict[str, object], said: str
) -> None:
    sitting = await archive.begin(FIRST)
    await sitting.turn()
    await sitting.record(ExitTaken(turn=1, step=1, **taken))
    await sitting.end("model-exit")
    [page], _ = await pages_of(archive, FIRST)
    assert f">{said}<" in page
    assert "rule" not in words_of(page)


async def test_an_answer_of_many_parts_is_bounded_as_a_whole_and_lies_beside_the_page(
    archive: Archive,
) -> None:
    sitting = await archive.begin(FIRST)
    turn, step = await sitting.ask()
    await sitting.record(called(turn, step, "read_file"))
    await sitting.record(finished(turn, step, MODEL))
    texts = [f"part {number} {'w<&> ' * 7_000}" for number in range(8)]
    parts = [ResultPart(kind="text", media_type="text/plain", text=text) for text in texts]
    blob = await sitting.recorder.store(png(9))
    picture = ResultPart(kind="image", media_type="image/png", blob=blob)
    await sitting.record(returned(turn, step, "read_file", (picture, *parts, picture, *parts)))
    few = (ResultPart(kind="text", media_type="text/plain", text="Whole."), picture)
    await sitting.record(returned(turn, step, "read_file", few, index=1))
    await sitting.end()
    pages, beside = await pages_of(archive, FIRST)
    assert [len(page.encode()) for page in pages if len(page.encode()) > HEAVIEST / 2] == []
    assert beside.texts == ["\n\n".join(texts * 2)]
    words = words_of("".join(pages))
    assert "part 0 w" in words
    assert f"All {len(beside.texts[0]):,} characters" in words
    assert "and 1 more part, too many to stand here" in words
    assert "".join(pages).count("<img") == 2
