"""The words that a model was given by us, as a file of their own."""

import msgspec

from latitude.core.events import SessionOpened


def given_words(opened: SessionOpened) -> bytes:
    """Return the protocol's words, the tools and the ways out, as JSON (UTF-8).

    They stand as the first line of the record has them, with the hash ``given``.
    """
    words = {
        "given": opened.given,
        "protocol": opened.protocol,
        "tools": opened.tools,
        "exit": opened.exit,
    }
    return msgspec.json.format(msgspec.json.encode(words), indent=1) + b"\n"
