"""File names as git and every file system can hold them.

A name of the workspace is any bytes but ``/`` and NUL. Its stored form keeps ASCII letters, digits,
``_``, ``.`` and ``-``; every other byte becomes ``%xx``, and so do a leading ``.`` or ``-``, a
trailing ``.``, and the first byte of a device name of Windows. ``.git`` is stored as ``%2egit``.
Unescaping needs no context; the stored form of two names is never the same, also where upper and
lower case are one.
"""

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache

LONGEST = 200
"""Bytes of a stored component; a longer one is stored as ``%h`` and the SHA-256 of its bytes."""

_PLAIN = re.compile(rb"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_DEVICE = re.compile(rb"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)
_KEPT = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")
_UPPER = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_IGNORED = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
"""Characters that HFS+ leaves out when it compares names."""
_ESCAPE = re.compile(rb"%([0-9a-f]{2})")


def _percent(name: bytes, kept: frozenset[int]) -> str:
    last = len(name) - 1
    device = _DEVICE.match(name) is not None
    out = []
    for place, byte in enumerate(name):
        at_edge = (place == 0 and (byte in b".-" or device)) or (place == last and byte in b".")
        out.append(chr(byte) if byte in kept and not at_edge else f"%{byte:02x}")
    return "".join(out)


@lru_cache(maxsize=8192)
def escape(name: bytes, *, upper: bool = False, longest: int | None = LONGEST) -> str:
    """Return the stored form of one component.

    ``upper`` escapes capital letters too, for names that differ from a sibling by case alone.
    ``longest=None`` never shortens, so that :func:`unescape` gives back every name.
    """
    if not upper and len(name) <= LONGEST and _PLAIN.fullmatch(name) and not _DEVICE.match(name):
        return name.decode("ascii")
    text = _percent(name, _KEPT - _UPPER if upper else _KEPT)
    if longest is not None and len(text) > longest:
        return f"%h{hashlib.sha256(name).hexdigest()}"
    return text


def other_form(name: bytes) -> str:
    """Return a stored form that differs from ``name`` in more than case, and unescapes to it.

    For a file system that refuses the name itself, or holds it already in another case.
    """
    text = escape(name, upper=True)
    return f"%{name[0]:02x}{text[1:]}" if text.encode() == name else text


def is_git_folder(name: bytes) -> bool:
    """Say whether git may find a repository under ``name``: ``.git``, in any case.

    Also what some file system opens as ``.git``: with trailing dots and spaces, with a stream
    after a colon (NTFS), or with characters that count for nothing (HFS+).
    """
    text = _IGNORED.sub("", name.decode("utf-8", "replace"))
    return text.partition(":")[0].rstrip(". ").lower() == ".git"


def unescape(stored: str) -> bytes:
    """Return the bytes of a component, given a stored form that was not shortened."""
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), stored.encode("ascii"))


def stored_names(siblings: Iterable[bytes]) -> dict[bytes, str]:
    """Return the stored form of each name of one folder.

    Capitals stay readable (``README.md``) unless a sibling differs from it by case alone: then all
    of those have their capitals escaped, so that a checkout on any file system holds every one.
    """
    plain = {name: escape(name) for name in siblings}
    folded: dict[str, int] = {}
    for text in plain.values():
        key = text.lower()
        folded[key] = folded.get(key, 0) + 1
    if len(folded) == len(plain):
        return plain
    return {
        name: text if folded[text.lower()] == 1 else escape(name, upper=True)
        for name, text in plain.items()
    }


def readable_path(path: bytes) -> tuple[str, bool]:
    """Return a path as JSON can hold it, and whether it had to be escaped (it is not UTF-8)."""
    try:
        return path.decode("utf-8"), False
    except UnicodeDecodeError:
        return "/".join(escape(part, longest=None) for part in path.split(b"/")), True


def true_path(path: str, *, escaped: bool) -> bytes:
    """Return the bytes of a path that :func:`readable_path` made."""
    if not escaped:
        return path.encode("utf-8")
    return b"/".join(unescape(part) for part in path.split("/"))
