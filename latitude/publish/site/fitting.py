"""How much a page holds: bytes of markup, as they are sent."""

from collections.abc import Iterable, Iterator, Sequence

from latitude.compare.html.markup import Markup, whole


def weight(*markup: str) -> int:
    """Return the bytes that pieces of a page take."""
    return sum(len(piece.encode()) for piece in markup)


def fill(pieces: Iterable[Markup], most: int) -> Iterator[Sequence[Markup]]:
    """Yield pieces, as many together as weigh ``most``; a heavier one stands alone."""
    some: list[Markup] = []
    left = most
    for piece in pieces:
        size = weight(piece)
        if some and size > left:
            yield some
            some, left = [], most
        some.append(piece)
        left -= size
    yield some


def beginning(words: str, most: int) -> tuple[Markup, bool]:
    """Return ``words`` as markup of at most ``most`` bytes, and whether some of them are missing.

    What is missing is at the end; a "…" stands for it.
    """
    kept = min(len(words), most)
    while weight(shown := whole(words[:kept])) > most:
        kept = kept * 3 // 4
    missing = kept < len(words)
    return (Markup(f"{shown}…") if missing else shown), missing
