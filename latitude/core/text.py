"""Text that UTF-8 can hold, and the room that it takes on a terminal."""

import unicodedata


def mend_surrogates(text: str) -> tuple[str, int]:
    """Join surrogate pairs, replace unpaired surrogates by U+FFFD, and count those.

    JSON can spell half a character (``"\\ud83d"``), and a server may cut one in two between two
    deltas. UTF-8 can hold the whole and not the half.
    """
    if text.isascii():
        return text, 0
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        unpaired = sum(1 for char in joined if "\ud800" <= char <= "\udfff")
        return "".join("�" if "\ud800" <= char <= "\udfff" else char for char in joined), unpaired
    return text, 0


def cells(text: str) -> int:
    """Return how many cells ``text`` takes on a terminal. It must be clean already."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def counted(number: int, noun: str) -> str:
    """Return ``1 file``, ``2,000 files``."""
    # A format with commas takes five times as long, and most numbers need none.
    figures = str(number) if number < 1_000 else f"{number:,}"
    return f"{figures} {noun}" if number == 1 else f"{figures} {noun}s"
