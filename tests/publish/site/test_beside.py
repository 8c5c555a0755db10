"""Sessions beside each other: what stands in which row, and what is said of the rest."""

import re
from html import unescape
from pathlib import Path

import msgspec

from tests.custody.sitting import FIRST, SECOND
from tests.journal.samples import called, finished, replied, thought
from tests.publish.archive import Archive
from tests.publish.site.making import MODEL, site_of

HEAVIEST = 200_000


def rows(text: str) -> dict[str, list[str]]:
    """Of each row the text of its cells."""
    found = {}
    for part in text.split('<section class="row"')[1:]:
        title = re.search("<h2[^>]*>(.*?)</h2>", part)[1]
        cells = re.split('<div class="cell[ "]', part.partition("</section>")[0])[1:]
        found[title] = [unescape(re.sub("<[^>]*>", " ", f"<{cell}")) for cell in cells]
    return found


async def two(archive: Archive) -> None:
    sitting = await archive.begin(FIRST)
    turn, step = await sitting.ask("This time is open.")
    await sitting.record(thought(turn, step, "The moon pulls."))
    await sitting.record(called(turn, step, "write_file", '{"path": "unseen.txt"}', 1))
    await sitting.record(finished(turn, step, MODEL))
    await sitting.answer(turn, step, "unheard")
    await sitting.start(turn, step + 1)
    await sitting.record(replied(turn, step + 1, "A whole reply."))
    await sitting.record(finished(turn, step + 1, MODEL))
    turn, step = await sitting.ask("Go on.")
    broken = msgspec.structs.replace(replied(turn, step, "And then the"), partial=True)
    await sitting.record(broken)
    await sitting.end()
    await archive.session(SECOND, says="Another one.")
    archive.release(side_by_side=[f"{FIRST} {SECOND}"])


async def test_each_turn_has_a_row_with_what_was_said_and_thought(
    archive: Archive, tmp_path: Path
) -> None:
    await two(archive)
    await site_of(archive, tmp_path / "site")
    text = (tmp_path / "site" / "side-by-side" / "1.html").read_text()
    found = rows(text)
    assert list(found) == ["Turn 1", "Turn 2", "The end"]
    assert [len(cells) for cells in found.values()] == [2, 2, 2]
    one, other = found["Turn 1"]
    for words in ("protocol", "This time is open.", "thinking · full", "The moon pulls."):
        assert words in one
    assert "A whole reply." in one
    assert "Another one." in other
    one, other = found["Turn 2"]
    assert "And then the" in one
    assert "Broken off." in one
    assert "Broken off." not in found["Turn 1"][0]
    assert "Turn" not in other
    assert "unseen.txt" not in text
    assert "unheard" not in text
    assert text.count("are left out") == 1


async def test_its_sessions_have_different_names_that_stand_in_the_title(
    archive: Archive, tmp_path: Path
) -> None:
    await two(archive)
    await site_of(archive, tmp_path / "site")
    text = (tmp_path / "site" / "side-by-side" / "1.html").read_text()
    names = re.findall("<h2><a [^>]*>(.*?)</a>", text)
    assert len(set(names)) == len(names) == 2
    title = re.search("<title>(.*?)</title>", text)[1]
    assert [name for name in names if name not in title] == []
    assert f"Side by side: {'; '.join(names)}" in (tmp_path / "site" / "index.html").read_text()


async def test_a_long_session_leads_to_its_own_page(archive: Archive, tmp_path: Path) -> None:
    sitting = await archive.begin(FIRST)
    for word in ("sea ", "moon "):
        await sitting.turn(word * 6_000)
    await sitting.end()
    await archive.session(SECOND, says="Short.")
    archive.release(side_by_side=[f"{FIRST} {SECOND}"])
    await site_of(archive, tmp_path / "site")
    page = tmp_path / "site" / "side-by-side" / "1.html"
    assert page.stat().st_size < HEAVIEST
    found = rows(page.read_text())
    assert found["Turn 1"][0].count("sea") == 6_000
    assert "Short." in found["Turn 1"][1]
    assert "moon" not in found["Turn 2"][0]
    assert "The rest of this session stands on" in found["Turn 2"][0]
