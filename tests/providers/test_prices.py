import json

import msgspec
import pytest

from latitude.providers.prices import is_priced, price
from latitude.providers.registry import open_provider
from tests.providers.talk import KEY


def usage(**counts) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(counts).encode())


def test_cached_tokens_cost_less_and_are_counted_once() -> None:
    plain = price("anthropic", "claude-opus-5-5", usage(input_tokens=1000, output_tokens=0))
    cached = price(
        "anthropic",
        "claude-opus-5-5",
        usage(input_tokens=0, cache_read_input_tokens=1000, output_tokens=0),
    )
    assert plain is not None
    assert cached is not None
    assert 0 < cached.usd < plain.usd / 5

    details = {"input_tokens_details": {"cached_tokens": 1000}}
    half = price("openai", "gpt-5.4", usage(input_tokens=2000, output_tokens=0, **details))
    whole = price("openai", "gpt-5.4", usage(input_tokens=2000, output_tokens=0))
    assert half is not None
    assert whole is not None
    assert whole.usd / 2 < half.usd < whole.usd
    assert half.prices.startswith("genai-prices 0.")


@pytest.mark.parametrize("told", [b"null", b"{}", b"not json", b'{"input_tokens": null}'])
def test_no_usage_has_no_made_up_price(told) -> None:
    cost = price("anthropic", "claude-opus-5-5", msgspec.Raw(told))
    assert cost is None or cost.usd == 0


def test_nulls_among_the_counts_do_no_harm() -> None:
    told = usage(
        input_tokens=10,
        output_tokens=20,
        cache_creation_input_tokens=None,
        output_tokens_details=None,
        server_tool_use=None,
    )
    cost = price("anthropic", "claude-opus-5-5", told)
    assert cost is not None
    assert cost.usd == pytest.approx((10 * 4 + 20 * 20) / 1e6)


def test_a_model_without_a_price_is_unknown_and_not_free() -> None:
    assert price("anthropic", "no-such-model", usage(input_tokens=1, output_tokens=1)) is None
    assert not is_priced("anthropic", "no-such-model")
    assert is_priced("openai", "gpt-5.4")


def test_only_the_vendors_own_host_has_the_vendors_price() -> None:
    counts = usage(input_tokens=1, output_tokens=1)
    vendor = open_provider("anthropic", key_for=lambda _: KEY)
    assert vendor.is_priced("claude-opus-5-5")
    assert vendor.price("claude-opus-5-5", counts) is not None
    for provider, url in (("anthropic", "http://127.0.0.1:9"), ("ollama", None)):
        other = open_provider(provider, base_url=url)
        assert not other.is_priced("claude-opus-5-5")
        assert other.price("claude-opus-5-5", counts) is None
