"""What sets groups of sessions apart, in words for a label."""

from latitude.compare.traits import settings, wordings
from tests.compare.observed import seen

LOW = '{"max_tokens":9,"output_config":{"effort":"low"}}'
HIGH = '{"max_tokens":9,"output_config":{"effort":"high"},"thinking":{"type":"adaptive"}}'
SCRIPT = '{"script_sha256":"' + "ab" * 32 + '"}'
OTHER = '{"script_sha256":"' + "cd" * 32 + '"}'


def test_a_wording_is_called_by_its_protocol_or_else_by_its_hash() -> None:
    assert wordings([seen(given="1" * 64), seen(given="2" * 64, protocol="warm")]) == {
        "1" * 64: "open",
        "2" * 64: "warm",
    }
    assert set(wordings([seen(given="1" * 64), seen(given="2" * 64)]).values()) == {
        "open 11111111",
        "open 22222222",
    }


def test_only_settings_that_are_not_the_same_throughout_are_named() -> None:
    assert settings([seen(settings=LOW), seen(settings=HIGH)]) == {
        ("claude-x", LOW): "output_config.effort low, thinking.type not set",
        ("claude-x", HIGH): "output_config.effort high, thinking.type adaptive",
    }
    assert settings([seen(settings=LOW), seen(settings=LOW)]) == {("claude-x", LOW): ""}


def test_models_need_not_be_asked_alike() -> None:
    assert set(settings([seen(settings=LOW), seen(1, "gpt-x", settings="")]).values()) == {""}


def test_a_long_value_is_told_by_its_beginning() -> None:
    assert settings([seen(settings=SCRIPT), seen(settings=OTHER)]) == {
        ("claude-x", SCRIPT): "script_sha256 abababab…",
        ("claude-x", OTHER): "script_sha256 cdcdcdcd…",
    }
