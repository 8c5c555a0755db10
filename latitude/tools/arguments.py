"""The arguments of a call as the model wrote them, checked against the tool's schema."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from latitude.core.spec import ToolSchema
from latitude.errors import ToolFailed
from latitude.workspace.names import shown

_TYPES: dict[str, tuple[type, str]] = {
    "string": (str, "a string"),
    "integer": (int, "a whole number"),
}
"""JSON Schema's types, as far as the tools use them."""

_decode_strings = msgspec.json.Decoder(dict[str, str]).decode


def parse(text: str, schema: ToolSchema) -> dict[str, Any]:
    """Return the arguments in ``text``; an empty text is no arguments.

    Raises ``ToolFailed`` when they are not JSON, not an object, or not what ``schema`` asks for;
    and when a string holds half a character, which no UTF-8 file or path can.
    """
    if (plain := _plain(text, schema)) is not None:
        return plain
    try:
        given = json.loads(text, object_pairs_hook=_once_each) if text.strip() else {}
    except RecursionError:
        raise ToolFailed("The arguments are nested too deeply.") from None
    except json.JSONDecodeError as error:
        raise ToolFailed(
            f"The arguments are not valid JSON ({error.msg}, character {error.pos + 1:,})."
        ) from None
    except ValueError:
        # Python reads no integer of more than 4,300 digits.
        raise ToolFailed("The arguments hold a number that is too long.") from None
    if not isinstance(given, dict):
        raise ToolFailed("The arguments are JSON, but not an object.")
    fields: dict[str, dict[str, Any]] = schema.parameters.get("properties", {})
    takes = f"{schema.name} takes {_listed(list(fields))}"
    if unexpected := [name for name in given if name not in fields]:
        are = "is not an argument" if len(unexpected) == 1 else "are not arguments"
        raise ToolFailed(f"{_listed(unexpected)} {are}: {takes}.")
    if missing := [name for name in schema.parameters.get("required", ()) if name not in given]:
        are = "is" if len(missing) == 1 else "are"
        raise ToolFailed(f"{_listed(missing)} {are} missing: {takes}.")
    for name, value in given.items():
        _check(name, value, fields[name]["type"])
    return given


def _plain(text: str, schema: ToolSchema) -> dict[str, Any] | None:
    """Return the arguments of a call with nothing unusual about it, in a third of the time.

    ``None`` where anything is wrong, or might be: :func:`parse` finds out what.
    """
    try:
        given = _decode_strings(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None
    # Each name and each value stands between two marks, and a mark in a value is another one,
    # unless it is spelled by its number. With more marks than that, a name may stand there twice.
    marks = 4 * len(given)
    for value in given.values():
        if '"' in value:
            marks += value.count('"')
    if text.count('"') != marks or (marks > 4 * len(given) and "\\u0022" in text):
        return None
    fields: dict[str, dict[str, Any]] = schema.parameters.get("properties", {})
    for name in given:
        if name not in fields or fields[name]["type"] != "string":
            return None
    for name in schema.parameters.get("required", ()):
        if name not in given:
            return None
    return given


def _check(name: str, value: Any, wanted: str) -> None:
    kind, words = _TYPES[wanted]
    # To Python, true is a number.
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ToolFailed(f'"{name}" must be {words}.')
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise ToolFailed(
                f'"{name}" holds half a character (an unpaired surrogate, '
                f"\\u{ord(value[error.start]):04x}, as character {error.start + 1:,}), which "
                "UTF-8 cannot hold."
            ) from None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    given = dict(pairs)
    if len(given) < len(pairs):
        raise ToolFailed("The arguments name the same thing twice.")
    return given


def _listed(names: Sequence[str]) -> str:
    quoted = [f'"{name}"' if name.isidentifier() else shown(name) for name in names[:5]]
    if len(names) > 5:
        quoted.append(f"{len(names) - 5:,} more")
    if len(quoted) < 2:
        return quoted[0] if quoted else "no arguments"
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"
