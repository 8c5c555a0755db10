"""What a pattern needs is read from the pattern, and stands in whatever it is found in."""

import re

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from latitude.publish.anchors import Anchors, needs
from latitude.publish.candidate_language import SHOWING, SIGNING, WEAK_SHOWING
from latitude.publish.candidate_phrases import PUBLISH, SIGNATURE
from tests.publish.test_candidate_phrases import plain

PATTERNS = [*(form for _, form in PUBLISH), *SIGNATURE, SHOWING, WEAK_SHOWING, SIGNING]


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("publish it", {"publish"}),
        ("(?:publish|show) (?:it|these)", {"publish", "show", "these"}),
        (r"(?:do not )?(?:sign|mark) \w+", {"sign", "mark"}),
        ("colou?r", {"colour", "color"}),
        (r"\w+ (?:a|the) name", {"name"}),
        (r"[ab]lpha(?: \w+){0,3}", {"alpha", "blpha"}),
        (r"(?:so )+(?:quiet|\w+) night", {"night"}),
        (r"on the web", {"web"}),
        ("(?=name)x{2}", None),
        (r"(?:show)?|\w", None),
        (r"(?:name|\w+)", None),
    ],
)
def test_what_a_pattern_needs_is_read_from_it(pattern: str, needed: set[str] | None) -> None:
    assert needs(pattern) == needed


def test_each_phrase_needs_some_word() -> None:
    """One that needs none is tried in every sentence, and takes as long as many others."""
    assert [form.pattern for form in PATTERNS if needs(form.pattern) is None] == []


def passed_over(form: re.Pattern[str]) -> set[str]:
    """Texts in which a pattern is found and would not be tried."""
    found: set[str] = set()
    anchors = Anchors([form.pattern])

    @seed(1)
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(plain(form), fullmatch=True))
    def look(sentence: str) -> None:
        said = form.search(sentence)
        if said is not None and not anchors.of(re.findall(r"\w+", said[0])):
            found.add(said[0])

    look()
    return found


@pytest.mark.slow
@pytest.mark.promise("wishes-carried")
def test_each_form_is_tried_wherever_it_stands() -> None:
    assert set().union(*map(passed_over, (SHOWING, WEAK_SHOWING, SIGNING))) == set()


def test_a_pattern_that_needs_nothing_is_always_tried() -> None:
    anchors = Anchors([r"\w+", "night"])
    assert anchors.of([]) == 0b01
    assert anchors.of(["tonight"]) == 0b11
    assert anchors.of(["a" * 100_000 + "night"]) == 0b11
