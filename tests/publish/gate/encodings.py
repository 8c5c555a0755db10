"""Ways in which a text can be written so that a plain search passes it over."""

import html
import json
from collections.abc import Callable
from urllib.parse import quote


def as_json(text: str) -> str:
    return json.dumps(text)


def as_json_twice(text: str) -> str:
    return json.dumps({"content": json.dumps({"content": text})})


def as_json_four_times(text: str) -> str:
    return as_json_twice(as_json_twice(text))


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(char):04x}" if ord(char) < 0x10000 else char for char in text)


def escaped_in_json(text: str) -> str:
    return json.dumps({"content": escaped(text)})


def with_strokes(text: str) -> str:
    return json.dumps(text).replace("/", "\\/")


def percent(text: str) -> str:
    return quote(text, safe="")


def percent_all(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def percent_twice(text: str) -> str:
    return quote(percent_all(text), safe="")


def entities(text: str) -> str:
    return html.escape(text, quote=True)


def decimal_entities(text: str) -> str:
    return "".join(f"&#{ord(char)};" for char in text)


def hexadecimal_entities(text: str) -> str:
    return "".join(f"&#x{ord(char):X};" for char in text)


def page_in_json(text: str) -> str:
    return json.dumps({"html": html.escape(decimal_entities(text))})


ENCODINGS: tuple[Callable[[str], str], ...] = (
    as_json,
    as_json_twice,
    as_json_four_times,
    escaped,
    escaped_in_json,
    with_strokes,
    percent,
    percent_all,
    percent_twice,
    entities,
    decimal_entities,
    hexadecimal_entities,
    page_in_json,
)
