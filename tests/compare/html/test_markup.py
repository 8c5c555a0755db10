"""Markup cannot be broken out of, whatever is put into it."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.compare.html.markup import Markup, anchors, breakable, join, tag
from latitude.compare.words import label, passage
from tests.compare.hostile_reports import ATTACKS, words


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_stays_text(attack: str) -> None:
    made = ET.fromstring(tag("p", {"title": attack}, attack))
    assert made.text == (passage(attack) or None)
    assert made.attrib == {"title": label(attack, None)}
    assert list(made) == []


@given(words, words)
def test_any_words_come_back_as_they_were_cleaned(attribute: str, content: str) -> None:
    made = ET.fromstring(tag("p", {"title": attribute}, content))
    assert (made.text or "") == passage(content)
    assert made.attrib["title"] == label(attribute, None)


def test_only_markup_is_taken_as_it_is() -> None:
    assert join("<b>", Markup("<i></i>")) == "&lt;b&gt;<i></i>"


@pytest.mark.parametrize("name", ["p onclick=x", "", "a>", 'a"', "1"])
def test_names_of_elements_and_attributes_are_ours(name: str) -> None:
    with pytest.raises(AssertionError):
        tag(name)
    with pytest.raises(AssertionError):
        tag("p", {name: "x"})


def test_numbers_are_short() -> None:
    assert tag("i", {"x": 1.005, "y": 3.0, "z": None, "n": 7}) == '<i x="1" y="3" n="7"></i>'


@given(st.lists(words, max_size=20))
def test_anchors_are_plain_and_all_different(names: list[str]) -> None:
    given_ = anchors(names, taken={"contents"})
    assert len({*given_, "contents"}) == len(names) + 1
    for anchor in given_:
        assert set(anchor) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")
        assert not anchor.startswith("-")


def test_a_slug_is_its_own_anchor() -> None:
    assert anchors(["end_reasons", "when-left", "end_reasons"]) == [
        *("end_reasons", "when-left", "end_reasons-2"),
    ]


@given(words)
def test_a_breakable_name_is_the_same_name(name: str) -> None:
    assert "".join(ET.fromstring(f"<p>{breakable(name)}</p>").itertext()) == label(name)


def test_a_name_breaks_after_its_hyphens_and_not_within_a_word() -> None:
    assert breakable("ollama/qwen3-8b") == "ollama/<wbr/>qwen3-<wbr/>8b"
    assert breakable("x" * 50).split("<wbr/>") == ["x" * 24, "x" * 24, "xx"]
