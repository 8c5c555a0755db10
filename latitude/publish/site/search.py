"""The search of a site: it works from a disk, without a server, and only its page has a script.

The words of the sessions lie in segments of some sessions each, so that a new session changes the
last segment and no other. A segment is a script that calls ``latitudeSegment(number, pages,
words)``: ``pages`` are address, title and a few words of each session, ``words`` is a line for each
word with the numbers of the pages that hold it, in base 36.
"""

import re
from collections.abc import Collection, Iterator, Sequence
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
from latitude.publish.site.wording import day, who

A_SEGMENT = 25
SCRIPT = "search.js"
_WORD = re.compile(r"\w{2,40}")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


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


def segment(number: int, pages: Sequence[tuple[Published, Collection[str]]]) -> bytes:
    """Return the script of a segment; with each session its words, as :func:`words_of` has them."""
    postings: dict[str, str] = {}
    for place, (_, words) in enumerate(pages):
        digits = f",{_base36(place)}"
        for word in words:
            # Texts, and no lists: of so many, Python's own upkeep would take as long as the work.
            postings[word] = postings.get(word, "") + digits
    lines = "\n".join([f"{word} {postings[word][1:]}" for word in sorted(postings)])
    rows = [(session_path(row.id), who(row), _about(row)) for row, _ in pages]
    arguments = f"{number},{_literal(rows)},{_literal(lines)}"
    return f"latitudeSegment({arguments});\n".encode()


def words_of(records: Sequence[Record]) -> frozenset[str]:
    """Return the words of a session: what was said, thought and written, and names of files."""
    return frozenset().union(*map(_split, _texts(records)))


def _about(row: Published) -> str:
    return clean_line(f"{row.protocol} · {day(row.opened)} · {row.how}")


def _texts(records: Sequence[Record]) -> Iterator[str]:
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
