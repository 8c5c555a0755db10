"""Laws of the arguments of a call: one reading of each text, and nothing said twice."""

import json
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from latitude.errors import ToolFailed
from latitude.tools import arguments
from latitude.tools.base import text_schema

SCHEMA = text_schema(
    "tool", "A tool.", optional=("to",), path="A path.", content="Text.", to="More."
)
NAMES = ("path", "content", "to")


def escaped(text: str, every: bool) -> str:
    """A JSON string; with ``every``, each character is spelled by its number."""
    if not every:
        return json.dumps(text, ensure_ascii=False)
    units = text.encode("utf-16-be", "surrogatepass")
    pairs = zip(units[::2], units[1::2], strict=True)
    return '"' + "".join(f"\\u{high:02x}{low:02x}" for high, low in pairs) + '"'


texts = st.text(st.characters(), max_size=12) | st.text(st.sampled_from('"\\{}:, u02a\n'))
strings = st.builds(escaped, texts, st.booleans())
names = st.builds(escaped, st.sampled_from(NAMES), st.booleans()) | strings
others = st.sampled_from(["1", "null", "NaN", "[]", '{"a":1}', "1e999", "-0", "9" * 5_000])
spaces = st.sampled_from(["", " ", "\n", "\t ", "\u00a0"])
members = st.builds(
    lambda name, gap, value: f"{name}{gap}:{gap}{value}", names, spaces, strings | others
)
objects = st.builds(
    lambda found, gap, end: f"{gap}{{{gap}{(',' + gap).join(found)}{gap}}}{end}",
    st.lists(members, max_size=4),
    spaces,
    st.sampled_from(["", " ", ",", "{}", "\ufeff"]),
)


def reading(text: str) -> Any:
    try:
        return arguments.parse(text, SCHEMA)
    except ToolFailed as error:
        return str(error)


def by_hand(text: str) -> dict[str, str] | None:
    """The arguments as Python's own reader has them; ``None`` where they must be refused."""
    pairs: list[tuple[str, Any]] = []

    def keep(found: list[tuple[str, Any]]) -> dict[str, Any]:
        pairs[:] = found
        return dict(found)

    try:
        given = json.loads(text, object_pairs_hook=keep) if text.strip() else {}
        json.dumps(given, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, dict) or (given and len(given) < len(pairs)):
        return None
    fits = {"path", "content"} <= given.keys() <= set(NAMES)
    return given if fits and all(isinstance(value, str) for value in given.values()) else None


@given(objects | st.text(max_size=30))
@example('{"path":"","path":"","content":""}')
@example('{"path":"\\u0022\\u0022\\u0022\\u0022","path":"a","content":""}')
@example('{"path":"a","path":1,"content":"\\u0022\\u0022"}')
@example('{"content":"\\ud800","path":""}')
@example('{"content":"\ud800","path":""}')
@example("[" * 100_000)
def test_arguments_are_read_as_they_are_or_refused_in_words(text: str) -> None:
    read = reading(text)
    expected = by_hand(text)
    if expected is None:
        assert isinstance(read, str)
        assert read.endswith(".")
        read.encode()
    else:
        assert read == expected


@given(objects)
def test_both_roads_say_the_same(text: str) -> None:
    plain = arguments._plain(text, SCHEMA)
    if plain is not None:
        assert plain == by_hand(text)


@given(st.fixed_dictionaries({"path": texts, "content": texts}), st.booleans())
def test_what_a_model_usually_sends_takes_the_short_road(
    call: dict[str, str], plain_letters: bool
) -> None:
    given = {name: text.encode("utf-8", "replace").decode() for name, text in call.items()}
    text = json.dumps(given, ensure_ascii=plain_letters)
    assume("u0022" not in text)
    assert arguments._plain(text, SCHEMA) == given


def test_two_of_one_name_are_refused_however_they_are_spelled() -> None:
    for first in ('"path"', '"p\\u0061th"'):
        for value in ('""', '"\\u0022"', "0"):
            text = f'{{{first}:{value},"path":"a","content":"\\u0022\\u0022\\u0022\\u0022"}}'
            assert reading(text) == "The arguments name the same thing twice."
