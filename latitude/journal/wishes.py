"""A recorded wish in words: the same wherever one is shown."""

from latitude.core.events import Wish

WISH = "A wish about showing and signing"


def wish_text(wish: Wish) -> str:
    """Return what was said, as it was said and not cleaned: a line for each part of it.

    Only the words, which come last, may have more lines, so that none of them passes for a part.
    """
    lines = []
    if wish.publish is not None:
        lines.append(f"publish: {wish.publish}")
    if wish.signature is not None:
        lines.append(f"signature: {'␊'.join(wish.signature.splitlines())}")
    if wish.words is not None:
        lines.append(f"words: {wish.words}")
    return "\n".join(lines)
