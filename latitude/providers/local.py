"""What local servers tell about their models, each in its own way. No SDK is needed for it.

Sources: Ollama ``POST /api/show`` (``capabilities``), LM Studio ``GET /api/v0/models``, llama.cpp
``GET /props`` (``chat_template_caps``, ``modalities``). vLLM tells nothing
beyond the list of names.
"""

import ssl
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urljoin

import httpx2

from latitude.providers.json_text import Malformed, decode

TIMEOUT = 3.0
"""Seconds for a question to a server on this machine or beside it."""


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What a server tells of one model; ``None`` where it does not say."""

    thinking: bool | None = None
    tools: bool | None = None
    pictures: bool | None = None


UNKNOWN = ModelFacts()


def plain_client(timeout: float = TIMEOUT) -> httpx2.AsyncClient:
    """Return a client for servers on this machine: no proxies, no redirects."""
    return httpx2.AsyncClient(
        timeout=timeout, trust_env=False, follow_redirects=False, verify=_certificates()
    )


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: the machine's certificates take 40 ms, and a look around asks many servers."""
    return httpx2.create_ssl_context(trust_env=False)


def listed(told: Any) -> tuple[str, ...]:
    """Return the model names of an answer to ``GET /models``."""
    return tuple(name for entry in entries(told) if isinstance(name := entry.get("id"), str))


async def facts(
    provider: str, url: str, model: str, client: httpx2.AsyncClient | None = None
) -> ModelFacts:
    """Return what the ``provider`` at ``url`` tells of ``model``; never raises for its answers."""
    if provider not in ("ollama", "lmstudio", "llamacpp"):
        return UNKNOWN
    if client is None:
        async with plain_client() as own:
            return await facts(provider, url, model, own)
    try:
        match provider:
            case "ollama":
                return _from_ollama(await _ask(client, url, "/api/show", {"model": model}))
            case "lmstudio":
                return _from_lmstudio(await _ask(client, url, "/api/v0/models"), model)
            case _:
                return _from_llamacpp(await _ask(client, url, "/props"))
    except (httpx2.HTTPError, Malformed):
        # It is a courtesy of some versions; without it the facts are unknown, and said to be.
        return UNKNOWN


async def _ask(
    client: httpx2.AsyncClient, url: str, path: str, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    method = "GET" if body is None else "POST"
    response = await client.request(method, urljoin(url, path), json=body)
    told = decode(response.raise_for_status().content)
    return told if isinstance(told, dict) else {}


def _from_ollama(told: dict[str, Any]) -> ModelFacts:
    names = told.get("capabilities")
    if not isinstance(names, list):
        return UNKNOWN
    return ModelFacts(
        thinking="thinking" in names, tools="tools" in names, pictures="vision" in names
    )


def _from_lmstudio(told: dict[str, Any], model: str) -> ModelFacts:
    for entry in entries(told):
        names = entry.get("capabilities")
        if entry.get("id") == model and isinstance(names, list):
            return ModelFacts(tools="tool_use" in names, pictures=entry.get("type") == "vlm")
    return UNKNOWN


def _from_llamacpp(told: dict[str, Any]) -> ModelFacts:
    caps = told.get("chat_template_caps")
    tools = caps.get("supports_tools") if isinstance(caps, dict) else None
    modes = told.get("modalities")
    sees = modes.get("vision") if isinstance(modes, dict) else None
    return ModelFacts(
        tools=tools if isinstance(tools, bool) else None,
        pictures=sees if isinstance(sees, bool) else None,
    )


def entries(told: Any) -> list[dict[str, Any]]:
    """Return the objects in the ``data`` of a list answer."""
    data = told.get("data") if isinstance(told, dict) else None
    return [entry for entry in data if isinstance(entry, dict)] if isinstance(data, list) else []
