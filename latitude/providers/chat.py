"""Chat Completions: any server that speaks like OpenAI's, above all local ones."""

from typing import Any

from latitude.core.spec import ModelAsked
from latitude.core.stream import Failed
from latitude.errors import UnknownName
from latitude.providers import local
from latitude.providers.base import Wishes
from latitude.providers.chat_reader import ChatReader
from latitude.providers.chat_wire import ChatWire
from latitude.providers.door import Door
from latitude.providers.endpoint import Endpoint
from latitude.providers.line import NO_SUCH_ROUTE, unavailable
from latitude.providers.openai import SDK, check_effort, open_line

_HONOURS_NAMES = ("ollama", "lmstudio", "vllm")
"""Servers that answer 404 to a model they do not list. llama.cpp takes any name."""


class Chat(Door):
    """Models behind a Chat Completions server."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(open_line(endpoint), ChatWire(), "/chat/completions", SDK)

    def reader(self) -> ChatReader:
        """Return a fresh reader for one answer."""
        return ChatReader()

    async def settle(self, model: str, wishes: Wishes) -> ModelAsked:
        """Ask whether the server is there and has ``model``, and fix all parameters.

        No limit is set for a response: servers refuse one that is more than their context.
        """
        parameters: dict[str, Any] = {}
        if wishes.effort is not None:
            check_effort(wishes.effort)
            parameters["reasoning_effort"] = wishes.effort
        told = await self._line.get("/models")
        if isinstance(told, Failed):
            if told.kind not in NO_SUCH_ROUTE:
                raise unavailable(self._endpoint, told)
        elif self.name in _HONOURS_NAMES:
            _check_listed(self.name, self._endpoint, model, local.listed(told))
        facts = await local.facts(self.name, self._endpoint.url, model)
        return ModelAsked(
            provider=self.name,
            name=model,
            parameters=parameters,
            host=self._endpoint.host,
            takes_tools=facts.tools,
            takes_pictures=facts.pictures,
        )


def _check_listed(provider: str, endpoint: Endpoint, model: str, names: tuple[str, ...]) -> None:
    # Ollama takes a name without its tag for the tag "latest".
    if not names or model in names or f"{model}:latest" in names:
        return
    raise UnknownName(
        f"{provider} at {endpoint.host} has no model {model!r}. It lists: {', '.join(names)}."
    )
