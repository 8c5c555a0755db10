"""Session ids: they sort by time and do not name the model, so that coding can be blind."""

import os
import re
from datetime import UTC, datetime

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_PATTERN = re.compile(r"\d{8}-\d{6}-[0-9a-z]{6}")


def new_session_id(now: datetime) -> str:
    """Return an id such as ``20261120-231502-k3f9w2`` for a session that opens at ``now``."""
    stem = now.astimezone(UTC).strftime("%Y%m%d-%H%M%S")
    # Not the secrets module: it costs every command 10 ms, and an id is no secret.
    return f"{stem}-{''.join(_ALPHABET[byte % len(_ALPHABET)] for byte in os.urandom(6))}"


def is_session_id(text: str) -> bool:
    """Say whether ``text`` has the shape of a whole session id."""
    return _PATTERN.fullmatch(text) is not None
