"""The pages that lead to sessions: where they lie, how they read, and how much they hold."""

from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from latitude.compare.html.markup import Markup
from latitude.publish.card import card
from latitude.publish.manifest import Manifest, Published, Withheld
from latitude.publish.site import lists as module
from latitude.publish.site.about import about
from latitude.publish.site.held import all_held_back, held_back, tombstones
from latitude.publish.site.lists import Lists
from latitude.publish.site.shell import Sheet, Shell
from tests.publish.site.making import EVIL_LINE, manifest_of, row

HEAVIEST = 200_000
NONE = Markup()


def every_list(manifest: Manifest) -> list[Sheet]:
    lists = Lists(manifest, {})
    return [
        lists.front((), gallery=False),
        *lists.all_sessions(held_back(manifest)),
        *all_held_back(manifest),
        *tombstones(manifest),
        *lists.models(),
        *lists.protocols(),
    ]


def paths(manifest: Manifest) -> list[str]:
    return [sheet.path for sheet in every_list(manifest)]


def lines(*rows: Published, **titles: str) -> list[str]:
    titled = {rows[int(name[1:])].id: title for name, title in titles.items()}
    return list(Lists(manifest_of(*rows), titled).lines(rows, "index.html"))


def test_the_second_page_of_a_model_is_the_page_of_no_other() -> None:
    rows = [row(number, model="gpt-5") for number in range(200)]
    manifest = manifest_of(*rows, row(200, model="gpt-5.2"), row(201, model="gpt-5-2"))
    sheets = list(Lists(manifest, {}).models())
    assert len({sheet.path for sheet in sheets}) == len(sheets) == 4
    every = "".join(sheet.body for sheet in sheets)
    assert [one.id for one in manifest.sessions if one.id not in every] == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("a-2.A/", max_size=5), max_size=12))
def test_no_two_lists_lie_at_one_place(names: list[str]) -> None:
    rows = [
        row(number, model=name, given=f"{number % 4}" * 64)
        for number, name in enumerate([*names, *names, *names])
    ]
    withheld = [Withheld(id=row(99).id, because="wish", why="No.")] * 3
    with patch.multiple(module, A_PAGE=2, MOST_NAMED=1):
        found = paths(manifest_of(*rows, withheld=withheld[:1]))
    assert len(set(found)) == len(found)


def test_lists_of_very_many_are_several_pages_of_which_none_is_too_heavy() -> None:
    rows = [
        row(
            number,
            model=f"{number} {EVIL_LINE}",
            protocol=f"{number} {EVIL_LINE}",
            given=f"{number:08}" + "0" * 56,
            how=f"{number} {EVIL_LINE}",
            signature=EVIL_LINE * 3,
        )
        for number in range(200)
    ]
    plain = [row(number, given=f"{number:08}" + "0" * 56) for number in range(200, 2_000)]
    withheld = [
        Withheld(id=row(number).id, because="withdrawn", why=f"Asked for. {EVIL_LINE}")
        for number in range(2_000, 2_800)
    ]
    manifest = manifest_of(*rows, *plain, withheld=withheld)
    shell = Shell(manifest)
    sheets = every_list(manifest)
    weights = {sheet.path: len(shell.page(sheet)) for sheet in sheets}
    assert len(weights) == len(sheets)
    assert {path: size for path, size in weights.items() if size > HEAVIEST} == {}
    held = "".join(sheet.body for sheet in sheets if sheet.path.startswith("sessions-held-back"))
    assert [one.id for one in withheld if f"{one.id}/index.html" not in held] == []
    named = "".join(sheet.body for sheet in sheets if sheet.path.startswith("protocols/"))
    assert [one.given for one in manifest.sessions if f'"{one.given[:16]}.html"' not in named] == []
    front = sheets[0].body
    assert 'href="protocols/all--protocols.html">All 2,000 protocols</a>' in front
    assert 'href="models/all--models.html">All 201 models</a>' in front
    assert "All 800 sessions that are held back" in sheets[1].body


def test_a_list_reads_like_a_table_of_contents() -> None:
    [one, other] = lines(row(0), row(90, files=2), _1="A sea")
    assert "20 November 2026, 00:00 UTC" in one
    assert "<em>" not in one
    assert "<em>A sea</em></a>" in other
    assert "20 November 2026, 01:30 UTC · 1 turn, 2 files" in other


def test_protocols_of_one_name_are_told_apart_by_their_words() -> None:
    rows = [row(0), row(1, given="3" * 64), row(2, protocol="closed", given="4" * 64)]
    front = Lists(manifest_of(*rows), {}).front((), gallery=False).body
    for name in ("open (22222222)", "open (33333333)", ">closed<"):
        assert name in front


def test_models_of_one_name_from_two_providers_have_a_page_each() -> None:
    rows = [row(0, model="m"), row(1, model="m", provider="relay"), row(2, model="n")]
    sheets = list(Lists(manifest_of(*rows), {}).models())
    assert [sheet.title for sheet in sheets] == ["m, anthropic", "m, relay", "n"]
    assert [sum(one.id in sheet.body for one in rows) for sheet in sheets] == [1, 1, 1]


def test_what_is_held_back_has_a_page_at_its_address_that_tells_no_more_than_that() -> None:
    held = Withheld(id=row(1).id, because="withdrawn", why="Asked for. </p><b>")
    [sheet] = tombstones(manifest_of(row(0), withheld=[held]))
    assert sheet.path == f"sessions/{held.id}/index.html"
    for words in ("Held back", held.id, "Asked for. &lt;/p&gt;&lt;b&gt;"):
        assert words in sheet.body


def test_a_site_and_a_bag_say_only_of_themselves_how_they_ask_not_to_be_trained_on() -> None:
    manifest = manifest_of(row(0))
    asked = "asks that no models are trained on it"
    assert asked in card(manifest)
    assert "robots.txt" not in card(manifest)
    assert "page" not in card(manifest).split(asked)[1].split("##")[0].replace("This page", "")
    assert asked in about(manifest).body
    assert "robots.txt, each page and .well-known/tdmrep.json say so" in about(manifest).body
