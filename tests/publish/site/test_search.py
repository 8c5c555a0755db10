"""The words of a site, in segments of some sessions each: what is in them, and when they change."""

import json
from pathlib import Path

from latitude.publish.decisions import Withdraw
from latitude.publish.site.search import A_SEGMENT
from tests.journal.samples import finished, thought
from tests.publish.archive import WHEN, Archive
from tests.publish.site.making import MODEL, site_of
from tests.publish.site.reading import Page


def name(number: int) -> str:
    return f"20261120-23{number:04}-k3f9w2"


def words(site: Path, segment: int) -> dict[str, list[str]]:
    """Of each word of a segment the sessions that hold it, as the script of a page reads it."""
    return {
        word: [address.removeprefix("sessions/")[:22] for address in held]
        for word, held in places(site, segment).items()
    }


def places(site: Path, segment: int) -> dict[str, list[str]]:
    """Of each word of a segment the pages that hold it."""
    text = (site / "search" / f"{segment}.js").read_text(encoding="utf-8")
    call = text.removeprefix("latitudeSegment(").removesuffix(");\n")
    number, sessions, lines = json.loads(f"[{call}]")
    assert number == segment
    pages = [address for addresses, _, _ in sessions for address in addresses]
    found = {}
    for line in lines.split("\n"):
        word, numbers = line.split(" ")
        found[word] = [pages[int(number, 36)] for number in numbers.split(",")]
    return found


async def test_a_new_session_changes_the_last_segment_and_one_that_goes_is_in_none(
    archive: Archive, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    for number in range(A_SEGMENT + 1):
        await archive.session(name(number), says=f"Word {number} is own{number:03}.")
    first = await site_of(archive, site)
    assert {"search/1.js", "search/2.js"} <= set(first.written)
    await archive.session(name(A_SEGMENT + 1), says="Another one.")
    again = await site_of(archive, site)
    assert [path for path in again.written if path.startswith("search/")] == ["search/2.js"]
    assert words(site, 1)["own007"] == [name(7)]
    assert words(site, 1)["own024"] == [name(A_SEGMENT - 1)]
    assert words(site, 2)["another"] == [name(A_SEGMENT + 1)]
    archive.decide(Withdraw(at=WHEN, why="Asked for.", session=name(7)))
    await site_of(archive, site)
    assert [path for path in site.rglob("*.js") if "own007" in path.read_text()] == []


async def test_words_are_found_as_they_were_written_by_whoever_wrote_them(
    archive: Archive, tmp_path: Path
) -> None:
    says = "Käse KA\u0308SE __proto__ l'heure </script> \u2028 snake_case 潮汐 x " + "w" * 60
    await archive.session(name(1), says=says, makes={"moon/tide.txt": b"unseen\n"})
    site = tmp_path / "site"
    await site_of(archive, site)
    found = words(site, 1)
    assert {"käse", "__proto__", "heure", "script", "snake_case", "潮汐", "moon", "txt"} <= {*found}
    assert "x" not in found
    assert "unseen" not in found
    text = (site / "search" / "1.js").read_text(encoding="utf-8")
    assert text.count("\n") == 1
    assert "\u2028" not in text


async def test_a_word_leads_to_the_page_that_it_stands_on(archive: Archive, tmp_path: Path) -> None:
    sitting = await archive.begin(name(1))
    await sitting.turn(f"early {'sea ' * 9_000}")
    await sitting.turn(f"later *petri*chor {'sea ' * 9_000}")
    for _ in range(3):
        await sitting.turn("tide " * 7_500)
    turn, step = await sitting.ask("Onward.")
    for index, word in enumerate(("onset", "middle", "further", "finale")):
        said = f"{word} {'wave ' * 7_500}"
        await sitting.record(thought(turn, step, said, index))
    await sitting.record(thought(turn, step, f"{'moon ' * 20_000} {'unseen'}", 4))
    await sitting.record(finished(turn, step, MODEL))
    await sitting.end()
    await archive.session(name(2), says="The neighbour.")
    site = tmp_path / "site"
    await site_of(archive, site)
    found = {
        word: [page for page in held if name(1) in page] for word, held in places(site, 1).items()
    }
    pages = sorted({page for held in found.values() for page in held}, key=len)
    assert len(pages) > 2
    for word in ("early", "petri", "onset", "middle", "further", "finale"):
        assert [word in Page(site / page).words for page in found[word]] == [True], word
    assert found["early"] != found["onset"] != found["finale"]
    assert len(found["unseen"]) == 1
    # The session itself is not made again, and its words stand where they stood.
    await archive.session(name(3), says="Another one.")
    again = await site_of(archive, site)
    assert "search/1.js" in again.written
    assert not [path for path in again.written if name(1) in path]
    held = places(site, 1)
    assert {word: [page for page in held[word] if name(1) in page] for word in found} == found
