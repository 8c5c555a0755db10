"""The anthropic SDK's one door. Import it late: it takes over a second.

The SDK brings the key, the address, the headers and the transport. Bodies and events are ours
(``anthropic_wire``, ``anthropic_reader``). What the environment holds besides the key
(``ANTHROPIC_BASE_URL``, profiles, tokens, custom headers) must not redirect or add anything, so
every value is given here.
"""

from typing import Any
from urllib.parse import quote

import anthropic

from latitude.core.spec import ModelAsked
from latitude.core.stream import Failed
from latitude.errors import UnknownName, UsageError
from latitude.providers.anthropic_reader import AnthropicReader
from latitude.providers.anthropic_wire import AnthropicWire
from latitude.providers.base import WebOffer, Wishes
from latitude.providers.door import Door
from latitude.providers.endpoint import Endpoint
from latitude.providers.line import NO_SUCH_ROUTE, USER_AGENT, Line, timeouts, unavailable
from latitude.providers.web import ANTHROPIC_WEB

MAX_TOKENS = 32_000
"""Room for one response, where the model has it. Thinking counts."""
THINKING_BUDGET = 16_000
_LEAST_BUDGET = 1_024
"""The API's own lower bound of ``budget_tokens``."""


class _Client(anthropic.AsyncAnthropic):
    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(
            api_key=endpoint.key,
            base_url=endpoint.url,
            max_retries=0,
            timeout=timeouts(endpoint),
            open_telemetry=False,
            http_client=anthropic.DefaultAioHttpClient(
                # A proxy from the environment would not reach this machine's own servers.
                trust_env=not endpoint.is_loopback,
                follow_redirects=False,
                timeout=timeouts(endpoint),
            ),
        )
        # ANTHROPIC_CUSTOM_HEADERS: nobody typed them for this.
        self._custom_headers = {}

    @property
    def user_agent(self) -> str:
        """The SDK would put this class's own name here."""
        return USER_AGENT


class Anthropic(Door):
    """Models behind the Anthropic Messages API, or a server that speaks like it."""

    def __init__(self, endpoint: Endpoint) -> None:
        line = Line(
            _Client(endpoint), endpoint, anthropic.AsyncStream[object], anthropic.AnthropicError
        )
        sdk = f"anthropic {anthropic.__version__}"
        super().__init__(line, AnthropicWire(), "/v1/messages", sdk)
        self._searches: dict[str, bool] = {}
        """Whether the API says that a model takes its web search, by model."""

    def reader(self) -> AnthropicReader:
        """Return a fresh reader for one answer."""
        return AnthropicReader()

    async def settle(self, model: str, wishes: Wishes) -> ModelAsked:
        """Ask the API what ``model`` allows and fix all parameters.

        A server that only speaks like the API has no such answer. Then thinking is asked for as
        the newer models take it, and an effort is passed on as it was asked.
        """
        told = await self._line.get(f"/v1/models/{quote(model, safe='')}")
        if isinstance(told, Failed):
            if told.kind == "not_found" and self._endpoint.is_vendor:
                raise UnknownName(
                    f"anthropic has no model {model!r}. `latitude models` lists what there is."
                )
            if self._endpoint.is_vendor or told.kind not in NO_SUCH_ROUTE:
                raise unavailable(self._endpoint, told)
        parameters = _parameters(model, {} if isinstance(told, Failed) else told, wishes)
        if (searches := _takes_search(told)) is not None:
            self._searches[model] = searches
        return ModelAsked(
            provider=self.name,
            name=model,
            parameters=parameters,
            host=self._endpoint.host,
            takes_tools=True if self._endpoint.is_vendor else None,
            takes_pictures=_takes_pictures(told, self._endpoint.is_vendor),
        )

    def web(self, asked: ModelAsked) -> WebOffer:
        """Return Anthropic's own tools unless the API said that ``asked`` does not take them.

        A server that only speaks like the API has them where it says so itself.
        """
        takes = self._searches.get(asked.name, self._endpoint.is_vendor)
        if takes:
            return WebOffer(ANTHROPIC_WEB)
        if self._endpoint.is_vendor:
            return WebOffer(
                why=f"Anthropic says that {asked.name} does not search the web.",
                cure="Choose another model.",
            )
        return super().web(asked)


def _parameters(model: str, told: Any, wishes: Wishes) -> dict[str, Any]:
    told = told if isinstance(told, dict) else {}
    most = told.get("max_tokens")
    max_tokens = min(most, MAX_TOKENS) if isinstance(most, int) and most > 0 else MAX_TOKENS
    capabilities = told.get("capabilities")
    capabilities = capabilities if isinstance(capabilities, dict) else {}
    parameters: dict[str, Any] = {"max_tokens": max_tokens}
    if thinking := _thinking(capabilities, max_tokens):
        parameters["thinking"] = thinking
    if wishes.effort is not None:
        _check_effort(model, wishes.effort, capabilities.get("effort"))
        parameters["output_config"] = {"effort": wishes.effort}
    parameters["cache_control"] = {"type": "ephemeral"}
    return parameters


def _thinking(capabilities: dict[str, Any], max_tokens: int) -> dict[str, Any] | None:
    told = capabilities.get("thinking")
    if not isinstance(told, dict) or _supported(told, "types", "adaptive"):
        # Newer models leave thinking out unless a summary is asked for. Where nobody tells what the
        # model has, a gateway to such a model is likely, and llama.cpp takes the field too.
        return {"type": "adaptive", "display": "summarized"}
    budget = min(THINKING_BUDGET, max_tokens // 2)
    if _supported(told, "types", "enabled") and budget >= _LEAST_BUDGET:
        return {"type": "enabled", "budget_tokens": budget, "display": "summarized"}
    return None


def _takes_pictures(told: Any, is_vendor: bool) -> bool | None:
    """What the API says; all of Anthropic's models take pictures where it says nothing."""
    capabilities = told.get("capabilities") if isinstance(told, dict) else None
    if isinstance(capabilities, dict) and "image_input" in capabilities:
        return _supported(capabilities, "image_input")
    return True if is_vendor else None


def _takes_search(told: Any) -> bool | None:
    """What the API says of the model's web search; ``None`` where it says nothing."""
    capabilities = told.get("capabilities") if isinstance(told, dict) else None
    tools = capabilities.get("server_tools") if isinstance(capabilities, dict) else None
    return _supported(tools, "web_search") if isinstance(tools, dict) else None


def _supported(value: Any, *path: str) -> bool:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return isinstance(value, dict) and value.get("supported") is True


def _check_effort(model: str, effort: str, levels: Any) -> None:
    """Raise ``UsageError`` when the API says that ``model`` does not have this ``effort``."""
    if not isinstance(levels, dict) or _supported(levels, effort):
        return
    names = [name for name in levels if _supported(levels, name)]
    has = f"It has: {', '.join(names)}." if names else "It has no effort setting."
    raise UsageError(f"{model} does not have --effort {effort}. {has}")
