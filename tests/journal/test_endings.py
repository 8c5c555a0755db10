"""Each ending has its own words, and none is dressed as a choice."""

from typing import get_args

import msgspec
import pytest

from latitude.core.events import End
from latitude.core.spec import Limits
from latitude.journal.endings import ENDINGS, ending_sentence, model_label
from tests.journal.samples import closed, opened


def test_every_end_has_a_sentence_of_its_own() -> None:
    assert set(ENDINGS) == set(get_args(End))
    assert len(set(ENDINGS.values())) == len(ENDINGS)


@pytest.mark.promise("record-complete")
@pytest.mark.parametrize("end", get_args(End))
def test_only_an_exit_is_called_a_choice(end: End) -> None:
    model = opened(provider="anthropic", name="claude-opus-5-5")
    sentence = ending_sentence(closed(end), model)
    assert ("chose to stop" in sentence) == (end == "model-exit")
    rehearsal = ending_sentence(closed(end), opened())
    assert "chose to stop" not in rehearsal


def test_limits_are_named_with_their_figures() -> None:
    sentence = ending_sentence(closed("turn-limit"), opened())
    assert sentence == "The limit of 20 messages was reached."
    limits = Limits(turns=1, minutes=60.0, tokens=1_500_000, cost=0.5)
    session = msgspec.structs.replace(opened(), limits=limits)
    figures = {
        "turn-limit": "1 message ",
        "time-limit": "60 minutes",
        "token-limit": "1,500,000 tokens",
        "cost-limit": "0.50 US dollars",
    }
    for end, figure in figures.items():
        assert figure in ending_sentence(closed(end), session)


def test_the_person_is_you_to_themselves_only() -> None:
    assert ending_sentence(closed("person-end"), opened()) == "You ended the session."
    told = ending_sentence(closed("person-end"), opened(), person="The person")
    assert told == "The person ended the session."


def test_an_exit_sealed_by_recovery_says_so() -> None:
    sentence = ending_sentence(closed("model-exit", "recovered"), opened(provider="openai"))
    assert sentence.startswith("m chose to stop. The close was written by recovery")


def test_a_rehearsal_never_passes_for_a_model() -> None:
    assert model_label("rehearsal", "first") == "first (rehearsal, not a model)"
    assert model_label("openai", "gpt-6") == "openai/gpt-6"
    taken = ending_sentence(closed("model-exit"), opened())
    assert taken == "The script took the exit (rehearsal, not a model)."
