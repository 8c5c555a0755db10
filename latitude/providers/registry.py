"""The providers by name. Nothing here loads an SDK before a provider is opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from latitude.config import find_key
from latitude.errors import UnknownName, UsageError
from latitude.providers.base import Provider, Wire
from latitude.providers.endpoint import (
    READ_TIMEOUT,
    VENDOR_URLS,
    KeyLookup,
    endpoint_for,
)
from latitude.providers.names import DEFAULT_REHEARSAL, LOCAL_URLS

Family = Literal["anthropic", "openai", "chat", "rehearsal"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One name before the slash."""

    family: Family
    """The wire it speaks."""
    url: str | None = None
    """Where it is unless ``--base-url`` says otherwise."""


PROVIDERS: dict[str, Entry] = {
    "anthropic": Entry("anthropic", VENDOR_URLS["anthropic"]),
    "openai": Entry("openai", VENDOR_URLS["openai"]),
    "chat": Entry("chat"),
    **{name: Entry("chat", url) for name, url in LOCAL_URLS.items()},
    "rehearsal": Entry("rehearsal"),
}

_WIRES: dict[Family, tuple[str, str]] = {
    "anthropic": ("latitude.providers.anthropic_wire", "AnthropicWire"),
    "openai": ("latitude.providers.openai_wire", "OpenAIWire"),
    "chat": ("latitude.providers.chat_wire", "ChatWire"),
    "rehearsal": ("latitude.providers.rehearsal", "RehearsalWire"),
}
_DOORS: dict[Family, tuple[str, str]] = {
    "anthropic": ("latitude.providers.anthropic", "Anthropic"),
    "openai": ("latitude.providers.openai", "OpenAI"),
    "chat": ("latitude.providers.chat", "Chat"),
    "rehearsal": ("latitude.providers.rehearsal", "Rehearsal"),
}


def split_model(text: str) -> tuple[str, str]:
    """Return provider and model of ``PROVIDER/NAME``; ``rehearsal`` alone has a default script.

    The name may hold more slashes. Raises ``UnknownName`` for a provider that does not exist and
    ``UsageError`` when the name is missing.
    """
    provider, slash, model = text.strip().partition("/")
    entry_of(provider)
    if provider == "rehearsal" and not slash:
        return provider, DEFAULT_REHEARSAL
    if not model:
        raise UsageError(
            f"--model {text!r} does not name a model: write {provider}/NAME. "
            "`latitude models` lists what there is."
        )
    return provider, model


def entry_of(provider: str) -> Entry:
    """Return the entry of ``provider``; raises ``UnknownName`` and lists what exists."""
    if provider not in PROVIDERS:
        forms = ", ".join(f"{name}/NAME" for name in PROVIDERS)
        raise UnknownName(f"No provider is called {provider!r}. There are: {forms}.")
    return PROVIDERS[provider]


def wire_of(provider: str) -> Wire:
    """Return the pure half of ``provider``; loads no SDK."""
    wire: Wire = _load(_WIRES[entry_of(provider).family])()
    return wire


def open_provider(
    provider: str,
    *,
    base_url: str | None = None,
    key_for: KeyLookup = find_key,
    rehearsals: Sequence[Path] = (),
    paced: bool = False,
    read_timeout: float = READ_TIMEOUT,
) -> Provider:
    """Return ``provider``, ready to settle and answer.

    Loads its SDK the first time, which takes a second or more of CPU. ``rehearsals`` are the
    folders with rehearsal scripts, and ``paced`` lets them come at a model's pace. Raises
    ``UnknownName``, ``UsageError`` (no address, or a broken one) or ``ProviderUnavailable`` (a
    vendor's host and no key).
    """
    entry = entry_of(provider)
    if entry.family == "rehearsal":
        rehearsal: Provider = _load(_DOORS["rehearsal"])(rehearsals, paced)
        return rehearsal
    endpoint = endpoint_for(
        provider,
        default_url=entry.url,
        typed_url=base_url,
        key_for=key_for,
        read_timeout=read_timeout,
    )
    door: Provider = _load(_DOORS[entry.family])(endpoint)
    return door


def _load(place: tuple[str, str]) -> Any:
    module, name = place
    return getattr(import_module(module), name)
