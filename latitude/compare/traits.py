"""Names for what sets groups of sessions apart: our words, and the settings of the model."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from latitude.index.observation import Observation

_LONGEST_SETTING = 24
"""Characters; of a longer value, such as a hash, the beginning is enough to tell it from others."""
_BEGINNING = 8


def wordings(sessions: Iterable[Observation]) -> dict[str, str]:
    """A name for each ``given``: the protocol's, and where that says too little, its hash."""
    names = {one.given: one.protocol for one in sessions}
    often = Counter(names.values())
    return {
        given: name if often[name] == 1 else f"{name} {given[:8]}" for given, name in names.items()
    }


def settings(sessions: Iterable[Observation]) -> dict[tuple[str, str], str]:
    """By model and settings, those settings that are not the same in all sessions of the model.

    Empty for a model that was asked with the same settings throughout.
    """
    leaves: dict[str, dict[str, dict[str, str]]] = {}
    for one in sessions:
        leaves.setdefault(one.model, {}).setdefault(one.settings, _leaves_of(one.settings))
    found = {}
    for model, each in leaves.items():
        names = {name for held in each.values() for name in held}
        unlike = sorted(
            name for name in names if len({held.get(name) for held in each.values()}) > 1
        )
        for raw, held in each.items():
            told = (f"{name} {held.get(name, 'not set')}" for name in unlike)
            found[model, raw] = ", ".join(told)
    return found


def _leaves_of(raw: str) -> dict[str, str]:
    return dict(_leaves(msgspec.json.decode(raw))) if raw else {}


def _leaves(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Every value in a JSON value, by the keys that lead to it."""
    if isinstance(value, Mapping) and value:
        for key, held in value.items():
            yield from _leaves(held, f"{name}.{key}" if name else str(key))
        return
    shown = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    yield name, shown if len(shown) <= _LONGEST_SETTING else f"{shown[:_BEGINNING]}…"
