"""What a session left: how much of it is read, what stands on its pages, and how it looked."""

from pathlib import Path

import msgspec
import pytest

from latitude.core.events import ResultPart
from latitude.publish.site import works
from latitude.publish.site.folder import Kept
from latitude.publish.site.works import read_works, work_pages
from tests.custody.sitting import FIRST, Sitting
from tests.journal.samples import called, finished, replied
from tests.publish.archive import Archive
from tests.publish.site.making import MODEL, png, returned, site_of


class Beside:
    """What lies beside the pages, and nothing does."""

    def text(self, words: str) -> str:
        raise AssertionError(words)

    picture = words = text


async def pages_of(archive: Archive) -> dict[str, str]:
    """The pages of the works of the only session, by the paths of the works."""
    async with archive.publication() as publication:
        edition = publication.edition(publication.manifest.sessions[0])
        found = await read_works(edition)
        sheets = work_pages(edition, found, Beside())
        return {work.path: str(sheet.body) for work, sheet in zip(found, sheets, strict=True)}


async def test_a_page_is_headed_by_its_own_title_and_its_path_stands_under_it(
    archive: Archive,
) -> None:
    titled = b"<title>One minute\n of <b>cloth</title><p>x"
    await archive.session(FIRST, makes={"loom/index.html": titled, "plain.html": b"<p>x"})
    pages = await pages_of(archive)
    head = (
        "<h1>One minute of &lt;b&gt;cloth</h1>"
        '<p class="path"><code>loom/index.html</code></p><p class="byline">'
    )
    assert head in pages["loom/index.html"]
    assert '<h1>plain.html</h1><p class="byline">' in pages["plain.html"]


async def test_a_page_says_what_is_missing_in_its_frame(archive: Archive) -> None:
    makes = {
        "heavy.html": b"<img src=heavy.png><img src=light.png>",
        "heavy.png": png(1) + bytes(3_500_000),
        "light.html": b"<img src=light.png>",
        "light.png": png(2),
    }
    await archive.session(FIRST, makes=makes)
    pages = await pages_of(archive)
    said = "Not in the frame, for the pages would be too heavy: heavy.png."
    assert said in pages["heavy.html"]
    assert pages["heavy.html"].count("data:image/png") == 1
    assert "Not in the frame" not in pages["light.html"]


async def test_of_very_much_so_many_files_are_read_as_there_is_room_for(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(works, "MOST_READ", 250)
    await archive.session(FIRST, makes={f"{n}.txt": b"words\n" * 20 for n in range(3)})
    async with archive.publication() as publication:
        edition = publication.edition(publication.manifest.sessions[0])
        found = await read_works(edition)
    assert [(work.shown, len(work.data)) for work in found] == [
        ("text", 120),
        ("text", 120),
        ("file", 0),
    ]


async def looks(sitting: Sitting, *, first: str | None = None, then: str | None = None) -> None:
    """A turn in which the model looks at the page, and may write it before and after."""
    turn, step = await sitting.ask()
    tools = [("write_file", first), ("preview", ""), ("write_file", then)]
    tools = [(tool, text) for tool, text in tools if text is not None]
    for index, (tool, _) in enumerate(tools):
        await sitting.record(called(turn, step, tool, '{"path": "./index.html"}', index))
    await sitting.record(finished(turn, step, MODEL))
    blob = await sitting.recorder.store(png(90))
    picture = ResultPart(kind="image", media_type="image/png", blob=blob)
    words = ResultPart(kind="text", media_type="text/plain", text="Done.")
    for index, (tool, text) in enumerate(tools):
        if text:
            sitting.workspace.write("index.html", text.encode())
        part = picture if tool == "preview" else words
        await sitting.record(returned(turn, step, tool, (part,), index=index))
    await sitting.commit()
    await sitting.start(turn, step + 1)
    await sitting.record(replied(turn, step + 1, "There it is."))
    await sitting.record(finished(turn, step + 1, MODEL))


@pytest.mark.parametrize(
    ("course", "shown"),
    [
        ([{"first": "<p>1"}], True),
        ([{"first": "<p>1"}, {}], True),
        ([{"first": "<p>1", "then": "<p>2"}], False),
        ([{"first": "<p>1", "then": "<p>2"}, {}], True),
    ],
    ids=["written, looked at", "looked at again", "looked at, rewritten", "and looked at again"],
)
async def test_a_page_is_shown_as_it_looked_at_the_end_or_not_at_all(
    archive: Archive, tmp_path: Path, course: list[dict[str, str]], shown: bool
) -> None:
    sitting = await archive.begin(FIRST)
    for turn in course:
        await looks(sitting, **turn)
    await sitting.work({"other.txt": b"later\n"})
    await sitting.end()
    assert bool(await still_of(archive, tmp_path)) == shown


async def test_a_page_that_was_rewritten_later_is_not_shown_as_it_was(
    archive: Archive, tmp_path: Path
) -> None:
    sitting = await archive.begin(FIRST)
    await looks(sitting, first="<title>The first</title>")
    await sitting.work({"index.html": b"<title>The last</title>"})
    await sitting.end()
    assert await still_of(archive, tmp_path) is None


async def still_of(archive: Archive, folder: Path) -> str | None:
    """The picture with which a gallery shows the first thing of the session."""
    await site_of(archive, folder / "site")
    state = (archive.home.releases / "archive" / "site.json").read_bytes()
    return msgspec.json.decode(state, type=Kept).sessions[FIRST].works[0].picture
