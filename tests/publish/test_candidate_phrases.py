"""The quick look before the close one hides nothing: what it passes over, no phrase would find."""

import re

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from latitude.publish.anchors import Anchors
from latitude.publish.candidate_phrases import PUBLISH, SIGNATURE
from latitude.publish.candidates import SHOWN, SIGNED, seems_about

SAID = {
    "publish": [pattern for _, pattern in PUBLISH],
    "signature": list(SIGNATURE),
}
BITS = {"publish": SHOWN, "signature": SIGNED}
# Whatever may stand between the words of a phrase is one word here that says nothing.
FILLED = (
    *((r"[^ ]{1,40}", "qz"), (r"\S+", "qz"), (r"[\w'-]+", "qz"), (r"\w+", "qz"), (r"[^\w ]", ",")),
    *((r"\w*", ""), (r"\w?", ""), (r" \w", " qz"), (r"\b", "")),
)


def plain(pattern: re.Pattern[str]) -> re.Pattern[str]:
    said = pattern.pattern.removeprefix(r"(?<![\w'])").removesuffix(r"(?![\w'])")
    for sign, words in FILLED:
        said = said.replace(sign, words)
    return re.compile(said)


def passed_over(about: str, pattern: re.Pattern[str]) -> set[str]:
    found: set[str] = set()
    anchors = Anchors([pattern.pattern])

    @seed(1)
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(plain(pattern), fullmatch=True))
    def look(sentence: str) -> None:
        said = pattern.search(sentence)
        if said is None:
            return
        if not seems_about(said[0]) & BITS[about] or not anchors.of(re.findall(r"\w+", said[0])):
            found.add(said[0])

    look()
    return found


@pytest.mark.slow
@pytest.mark.promise("wishes-carried")
@pytest.mark.parametrize("about", SAID)
def test_each_phrase_is_looked_for_in_every_sentence_that_holds_it(about):
    assert set().union(*(passed_over(about, pattern) for pattern in SAID[about])) == set()
