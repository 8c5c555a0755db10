"""The search of a site: it works from a disk, without a server, and only its page has a script.

The words of the sessions lie in segments of some sessions each, so that a new session changes the
last segment and no other. A segment is a script that calls ``latitudeSegment(number, sessions,
words)``: ``sessions`` are the addresses of the pages, title and a few words of each session,
``words`` is a line for each word with the numbers of the pages that hold it, in base 36. The pages
are counted through, from 0.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from html import unescape
from pathlib import Path
from unicodedata import normalize

import msgspec

from latitude.compare.html.markup import tag
from latitude.core.clean import clean_line
from latitude.core.events import BlockRecorded, MessageSent, Record, WorkspaceCommitted
from latitude.journal.margin import arguments_text
from latitude.publish.manifest import Published
from latitude.publish.site.places import session_path
from latitude.publish.site.shell import POLICY, Sheet
from latitude.publish.site.wording import clock, who

A_SEGMENT = 25
SCRIPT = "search.js"
_WORD = re.compile(r"\w{2,40}")
_TURN = re.compile(r'<h2 id="turn-(\d+)"')
_TAG = re.compile(r"<[^>]*>")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


Words = frozenset[str]


def search_page(segments: int) -> Sheet:
    """Return the page of the search."""
    label = tag("label", {"for": "words"}, "Words that stand in a session, or begin so")
    field = tag("input", {"id": "words", "type": "search", "autocomplete": "off"})
    form = tag("form", {"id": "search", "role": "search"}, label, field)
    script = tag("script", {"src": SCRIPT, "defer": "", "data-segments": segments})
    said = tag("noscript", None, tag("p", None, "The search needs JavaScript. Nothing else does."))
    return Sheet(
        path="search.html",
        title="Search",
        body=tag(
            "div",
            {"class": "search"},
            tag("h1", None, "Search"),
            said,
            form,
            tag("p", {"id": "state", "role": "status", "class": "note"}),
            tag("ol", {"id": "found", "class": "list"}),
        ),
        policy=f"{POLICY}; script-src 'self' file:",
        extra=script,
    )


def script() -> bytes:
    """Return the one script of a site."""
    return Path(__file__).with_name(SCRIPT).read_bytes()


def segments_of(rows: Sequence[Published]) -> list[Sequence[Published]]:
    """Return the sessions of each segment, oldest first."""
    return [rows[at : at + A_SEGMENT] for at in range(0, len(rows), A_SEGMENT)]


def segment_path(number: int) -> str:
    """Where a segment lies; counted from 1."""
    return f"search/{number}.js"


def segment(number: int, sessions: Sequence[tuple[Published, Sequence[Words]]]) -> bytes:
    """Return the script of a segment; with each session the words of each of its pages."""
    postings: dict[str, str] = {}
    for place, words in enumerate(words for _, pages in sessions for words in pages):
        digits = f",{_base36(place)}"
        # Texts, and no lists: of so many, Python's own upkeep would take as long as the work.
        known = words & postings.keys()
        for word in known:
            postings[word] += digits
        postings.update(dict.fromkeys(words - known, digits))
    lines = "\n".join([f"{word} {postings[word][1:]}" for word in sorted(postings)])
    rows = [
        ([session_path(row.id, at) for at in range(1, len(pages) + 1)], who(row), _about(row))
        for row, pages in sessions
    ]
    arguments = f"{number},{_literal(rows)},{_literal(lines)}"
    return f"latitudeSegment({arguments});\n".encode()


def words_of(records: Iterable[Record]) -> Words:
    """Return the words of a session: what was said, thought and written, and names of files."""
    return frozenset().union(*map(_split, _texts(records)))


def words_of_pages(records: Sequence[Record], pages: Sequence[str]) -> Sequence[Words]:
    """Return the words of each page of a session; ``pages`` are the texts of them, as HTML.

    Of the pages only the turns are read that begin on them. A turn that goes on on a next page
    has its words where they are seen, and those that are seen nowhere on the page it begins on.
    """
    if len(pages) < 2:
        return [words_of(records)]
    found: list[set[str]] = [set() for _ in pages]
    places: dict[int, list[int]] = {}
    for place, page in enumerate(pages):
        for turn in _TURN.findall(page):
            places.setdefault(int(turn), []).append(place)

    @cache
    def seen(place: int) -> Words:
        return frozenset(_split(unescape(_TAG.sub(" ", pages[place]))))

    for turn, words in _by_turn(records).items():
        first, *others = places.get(turn, [0])
        found[first] |= words if not others else words & seen(first)
        for place in others:
            found[place] |= words & seen(place)
        if others:
            found[first] |= words.difference(*(seen(place) for place in others))
    return [frozenset(words) for words in found]


def _about(row: Published) -> str:
    return clean_line(f"{row.protocol} · {clock(row.opened)} · {row.how}")


def _texts(records: Iterable[Record]) -> Iterator[str]:
    for record in records:
        match record.event:
            case BlockRecorded(kind="tool_call") as block:
                yield arguments_text(block)
            case BlockRecorded() as block:
                yield block.text
            case MessageSent() as message:
                yield message.text
            case WorkspaceCommitted() as commit:
                yield from (file.path for file in commit.files)
            case _:
                continue


def _by_turn(records: Iterable[Record]) -> dict[int, Words]:
    """The words of each turn, as the pages of a session are divided into turns."""
    turns: dict[int, list[Record]] = {}
    number = 0
    for record in records:
        number = record.event.turn if isinstance(record.event, MessageSent) else number
        turns.setdefault(number, []).append(record)
    return {turn: words_of(some) for turn, some in turns.items()}


def _split(text: str) -> list[str]:
    # As the script does it with what is asked for. A word never goes across a space, and most
    # stand there many times.
    low = text.lower()
    return _WORD.findall(" ".join(set((low if low.isascii() else normalize("NFC", low)).split())))


def _literal(value: object) -> str:
    """A JSON value as JavaScript takes it: two line ends of Unicode stand in no literal of old."""
    text = msgspec.json.encode(value).decode()
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if not number:
            return digits
