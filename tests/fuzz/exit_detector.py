"""The exit: any reply is read, in time, and one that is only the phrase always opens it."""

import json
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from latitude.session.exit import ExitMentioned, ExitTaken, find_exit

PHRASES = ("stopping now", "I'm done", "ich höre auf", "我到此为止", "/exit", "<end>", "انتهيت")
CASES = Path(__file__).parents[1] / "session" / "exit_cases.jsonl"
#: The first byte of an input chooses what is made of the rest, the second one the phrase.
ANY, ONLY, LONG = range(3)

_SHORT = 2_000
_GROWTH = 8
_LEAST_SECONDS = 0.25


def seeds() -> Iterator[bytes]:
    """The labelled cases with their phrases, and wrappings."""
    for row in CASES.read_text("utf-8").split("\n"):
        if row:
            case = json.loads(row)
            known = [phrase for phrase in case["phrases"] if phrase in PHRASES]
            number = PHRASES.index(known[0]) if known else 0
            yield bytes([ANY, number]) + case["reply"].encode()
    for number in range(len(PHRASES)):
        for around in ("**|**", "> |", "```\n|\n```", "“|”", "- |.", "🌿 | 🌿", "<|>", "&|;"):
            yield bytes([ONLY, number]) + around.encode()
    for unit in ("stopping now, ", '`"“- |> ', "If not ", "\n\n", "x: ", "```\n"):
        yield bytes([LONG, 0]) + unit.encode()


def check(data: bytes) -> None:
    """Hold the laws for one input."""
    if len(data) < 2:
        return
    phrase = PHRASES[data[1] % len(PHRASES)]
    text = data[2:].decode("utf-8", "replace")
    match data[0] % 3:
        case 0:
            _any_reply(text, phrase)
        case 1:
            _nothing_but_the_phrase(text, phrase)
        case _:
            _long_reply(text, phrase)


def _any_reply(reply: str, phrase: str) -> None:
    found = find_exit(reply, [phrase, "another phrase"])
    assert found is None or isinstance(found, ExitTaken | ExitMentioned)
    if found is not None:
        assert found.line in reply.splitlines()
        assert found.phrase in (phrase, "another phrase")
        assert found.rule
    assert find_exit(reply, []) is None
    if "\r" not in reply:
        assert find_exit(reply.replace("\n", "\r\n"), [phrase, "another phrase"]) == found
    spaced = find_exit(f"{reply} \n\t\n", [phrase, "another phrase"])
    assert type(spaced) is type(found)


def _nothing_but_the_phrase(around: str, phrase: str) -> None:
    """Signs on both sides of the phrase, and no letter or digit in any reading of them."""
    before, _, after = around.partition("|")
    if _has_word(before) or _has_word(after):
        return
    reply = f"{before}{phrase}{after}"
    if "|" in around and _stands_apart(before, after):
        found = find_exit(reply, [phrase])
        assert isinstance(found, ExitTaken), (reply, found)
        assert found.rule == "alone"


def _has_word(signs: str) -> bool:
    plain = unicodedata.normalize("NFKC", signs)
    return any(c.isalnum() or unicodedata.category(c)[0] == "M" for c in signs + plain)


def _stands_apart(before: str, after: str) -> bool:
    """Whether the signs cannot be part of a longer word, path or name, as in ``~/exit``."""
    joined = set("/\\<&-_~.@#$%'’")
    return before[-1:] not in joined and after[:1] not in joined


def _long_reply(unit: str, phrase: str) -> None:
    """Eight times the text takes about eight times as long."""
    if not unit or len(unit) > 200:
        return
    short = (unit * (_SHORT // len(unit) + 1))[:_SHORT]
    if (slow := _seconds(short * _GROWTH, phrase)) < _LEAST_SECONDS:
        return
    again = min(_seconds(short * _GROWTH, phrase) for _ in range(2))
    quick = min(_seconds(short, phrase) for _ in range(3))
    assert min(slow, again) < 3 * _GROWTH * quick, (unit, quick, slow)


def _seconds(reply: str, phrase: str) -> float:
    began = time.process_time()
    find_exit(reply, [phrase])
    return time.process_time() - began
