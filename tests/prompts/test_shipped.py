"""The protocols that come with latitude: their words are the product."""

import re
from pathlib import Path

import pytest

from latitude.core.spec import Limits
from latitude.prompts.check import nominal_tools
from latitude.prompts.library import Library
from latitude.prompts.rendering import render
from latitude.session.exit import ExitTaken, find_exit

NAMES = Library().names()
GOLDEN = Path(__file__).parent / "golden"
USUAL = Limits()
EVERY_LIMIT = Limits(tokens=50_000, minutes=60, cost=2.5)


def rendered(name: str, limits: Limits = USUAL):
    protocol = Library().get(name)
    return render(protocol, nominal_tools(protocol), limits)


def words(name: str) -> str:
    texts = rendered(name, EVERY_LIMIT).texts
    offer = texts.offer.text if texts.offer else ""
    return "\n\n".join((texts.opening, *texts.script, offer, texts.between))


@pytest.mark.parametrize("name", NAMES)
def test_it_renders_to_these_very_bytes(name: str) -> None:
    """A protocol that is meant to change gets a new version, and new golden bytes with it."""
    assert rendered(name).preview == (GOLDEN / f"{name}.txt").read_bytes()


def test_there_is_a_golden_file_for_each_and_for_nothing_else() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(NAMES)


def test_no_two_give_the_model_the_same() -> None:
    assert len({rendered(name).given for name in NAMES}) == len(NAMES) >= 8


@pytest.mark.parametrize("name", NAMES)
def test_every_limit_that_is_set_is_told(name: str) -> None:
    assert rendered(name, EVERY_LIMIT).disclosed == ("turns", "steps", "tokens", "minutes", "cost")
    for figure in ("20", "200", "50000", "60", "2.5"):
        assert re.search(rf"at most {re.escape(figure)}\.(?:\s|$)", words(name))


LEADING = (
    r"feel|free to|enjoy|please|great|wonderful|curious|creativ|explore|surprise|express|welcome"
    r"|for example|for instance|such as|e\.g\.|because|if you|want|should|must|try|good luck|thank"
    r"|you are|your (?:thoughts|self)|conscious|aware|experience|comfortable|uncomfortable|upset|!"
)


@pytest.mark.promise("no-hidden-words")
@pytest.mark.parametrize("name", NAMES)
def test_its_words_do_not_lead(name: str) -> None:
    assert re.search(LEADING, words(name), re.IGNORECASE) is None


@pytest.mark.parametrize("name", NAMES)
def test_it_is_short(name: str) -> None:
    assert len(rendered(name).texts.opening.split()) < 90


@pytest.mark.promise("exit-honoured")
@pytest.mark.parametrize("name", NAMES)
def test_its_phrases_are_found_when_they_are_said(name: str) -> None:
    for phrase in Library().get(name).exit.phrases:
        for reply in (phrase, f"The page is done.\n\n**{phrase.title()}.**"):
            assert isinstance(find_exit(reply, [phrase]), ExitTaken)


@pytest.mark.promise("exit-honoured")
@pytest.mark.parametrize("name", sorted(set(NAMES) - {"open-unsaid-exit"}))
def test_it_tells_of_both_staying_and_leaving(name: str) -> None:
    assert re.search(r"You can end|and you can at any point", words(name))
    assert re.search(r"you do not have to|You do not have to", words(name))
