"""What is there: keys, local servers that answer, and the models each of them lists.

Nothing here loads an SDK; all places are asked at once, each with a short time-out.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import httpx2

from latitude.config import KEY_VARIABLES, find_key
from latitude.providers.endpoint import VENDOR_URLS, KeyLookup
from latitude.providers.failures import Scrubber, from_status
from latitude.providers.json_text import Malformed, decode
from latitude.providers.local import ModelFacts, entries, facts, listed, plain_client
from latitude.providers.names import LOCAL_URLS

LOCAL_SECONDS = 2.0
REMOTE_SECONDS = 15.0
_PAGE = 1000
"""The most models a page of Anthropic's list can hold."""


@dataclass(frozen=True, slots=True)
class ModelFound:
    """A model that a place lists."""

    name: str
    """As it is written on the command line, with its provider: ``ollama/qwen3:8b``."""
    thinking: Literal["shown", "summarized", "hidden", "none"] | None
    """How its thinking comes; ``None`` where nobody says."""
    tools: bool | None
    """Whether it takes tools; ``None`` where nobody says."""


@dataclass(frozen=True, slots=True)
class Place:
    """A vendor or a local server, and what was found there."""

    provider: str
    address: str
    state: Literal["answers", "no key", "silent", "refuses"]
    note: str
    """Why there are no models, in words for a person; empty when there are."""
    models: tuple[ModelFound, ...] = ()


async def discover(
    key_for: KeyLookup = find_key,
    local_urls: Mapping[str, str] = LOCAL_URLS,
    vendor_urls: Mapping[str, str] = VENDOR_URLS,
) -> tuple[Place, ...]:
    """Ask all vendors with a key and all local servers, and return what each said, in order."""
    local = [_local(provider, url) for provider, url in local_urls.items()]
    vendors = [_vendor(provider, url, key_for) for provider, url in vendor_urls.items()]
    return tuple(await asyncio.gather(*vendors, *local))


async def _local(provider: str, url: str) -> Place:
    async with plain_client(LOCAL_SECONDS) as client:
        try:
            response = await client.get(f"{url}/models")
            names = listed(decode(response.raise_for_status().content))
        except (httpx2.HTTPError, Malformed):
            return Place(provider, url, "silent", "nobody answers there")
        known = await asyncio.gather(*(facts(provider, url, name, client) for name in names))
    models = [_local_model(provider, *pair) for pair in zip(names, known, strict=True)]
    return Place(provider, url, "answers", "" if models else "lists no model", tuple(models))


def _local_model(provider: str, name: str, told: ModelFacts) -> ModelFound:
    thinking: Literal["shown", "none"] | None = None
    if told.thinking is not None:
        thinking = "shown" if told.thinking else "none"
    return ModelFound(f"{provider}/{name}", thinking, told.tools)


async def _vendor(provider: str, url: str, key_for: KeyLookup) -> Place:
    # A keyring may ask the desktop, and wait for it.
    key = await asyncio.to_thread(key_for, provider)
    if key is None:
        return Place(provider, url, "no key", f"set {KEY_VARIABLES[provider]} to use it")
    headers = {"authorization": f"Bearer {key}"}
    if provider == "anthropic":
        headers["anthropic-version"] = "2026-10-21"
        path = f"/v1/models?limit={_PAGE}"
    else:
        path = "/models"
    async with httpx2.AsyncClient(timeout=REMOTE_SECONDS, headers=headers) as client:
        try:
            response = await client.get(f"{url}{path}")
            if response.is_error:
                failure = from_status(response.status_code, response.headers, response.content)
                said = Scrubber((key,)).text(failure.message)
                return Place(provider, url, "refuses", f"status {response.status_code}: {said}")
            told = decode(response.content)
        except (httpx2.HTTPError, Malformed) as error:
            said = Scrubber((key,)).text(str(error)) or type(error).__name__
            return Place(provider, url, "silent", said)
    found = [entry for entry in entries(told) if isinstance(entry.get("id"), str)]
    found.sort(key=lambda entry: str(entry["id"]))
    models = tuple(_vendor_model(provider, entry) for entry in found)
    return Place(provider, url, "answers", "" if models else "lists no model", models)


def _vendor_model(provider: str, entry: Mapping[str, Any]) -> ModelFound:
    name = f"{provider}/{entry['id']}"
    if provider != "anthropic":
        # OpenAI's list holds names only: pictures, speech and embeddings among them.
        return ModelFound(name, None, None)
    types: Any = entry
    for part in ("capabilities", "thinking", "types"):
        types = types.get(part) if isinstance(types, Mapping) else None
    types = types if isinstance(types, Mapping) else {}
    modes = [mode for mode in ("adaptive", "enabled") if _supported(types.get(mode))]
    known = bool(types)
    return ModelFound(name, "summarized" if modes else "none" if known else None, tools=True)


def _supported(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("supported") is True
