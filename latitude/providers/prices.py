"""The door of genai-prices: what a response cost, from a table that ships with the package.

It is never updated over the network, so a price has the version of the installed package.
"""

from importlib.metadata import version
from typing import Any

import msgspec

from latitude.core.events import Cost
from latitude.providers.json_text import Malformed, decode

_FLAVORS = {"anthropic": "default", "openai": "responses"}
"""Vendors with a price, and what genai-prices calls the shape of their usage. It maps cached tokens
itself: Anthropic's input count leaves them out, OpenAI's holds them."""


def price(provider: str, model: str, usage: msgspec.Raw, searches: int | None = 0) -> Cost | None:
    """Return what a response with ``usage``, as the provider sent it, cost; ``None`` if unknown.

    ``searches`` come on top of those in ``usage``; ``None`` is an unknown number of them.
    """
    flavor = _FLAVORS.get(provider)
    try:
        told = decode(usage)
    except Malformed:
        return None
    if flavor is None or not isinstance(told, dict) or searches is None:
        return None
    amount = _calculate(provider, flavor, model, _without_nulls(told), searches)
    return None if amount is None else Cost(usd=amount, prices=_table())


def is_priced(provider: str, model: str, *, web: bool = False) -> bool:
    """Say whether the table has a price for ``model``, and with ``web`` for its searches."""
    flavor = _FLAVORS.get(provider)
    usage = {"input_tokens": 1, "output_tokens": 1}
    return flavor is not None and _calculate(provider, flavor, model, usage, int(web)) is not None


def _calculate(
    provider: str, flavor: str, model: str, usage: dict[str, Any], searches: int
) -> float | None:
    import genai_prices  # 100 ms and pydantic, for sessions with a price only

    told = {"model": model, "usage": usage}
    try:
        extracted = genai_prices.extract_usage(told, provider_id=provider, api_flavor=flavor)
        extracted.usage.web_searches = (extracted.usage.web_searches or 0) + searches
        priced = extracted.calc_price()
    except (LookupError, ValueError):
        return None
    if extracted.usage.web_searches and not priced.model_price.web_searches_kcount:
        # The table would count what it has no price for as free.
        return None
    return float(priced.total_price)


def _without_nulls(told: dict[str, Any]) -> dict[str, Any]:
    """The table's reader takes an absent count for none, and a null for an error."""
    return {
        name: _without_nulls(value) if isinstance(value, dict) else value
        for name, value in told.items()
        if value is not None
    }


def _table() -> str:
    return f"genai-prices {version('genai-prices')}"
