"""The words of a site, in segments of some sessions each: what is in them, and when they change."""

import json
from pathlib import Path

from latitude.publish.decisions import Withdraw
from latitude.publish.site.search import A_SEGMENT
from tests.publish.archive import WHEN, Archive
from tests.publish.site.making import site_of


def name(number: int) -> str:
    return f"20261120-23{number:04}-k3f9w2"


def words(site: Path, segment: int) -> dict[str, list[str]]:
    """Of each word of a segment the sessions that hold it, as the script of a page reads it."""
    text = (site / "search" / f"{segment}.js").read_text(encoding="utf-8")
    call = text.removeprefix("latitudeSegment(").removesuffix(");\n")
    number, pages, lines = json.loads(f"[{call}]")
    assert number == segment
    found = {}
    for line in lines.split("\n"):
        word, places = line.split(" ")
        held = [pages[int(place, 36)][0] for place in places.split(",")]
        found[word] = [address.removeprefix("sessions/")[:22] for address in held]
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
