"""SWHIDs: names for bytes, folders and commits that follow from their content.

The format is ISO/IEC 18670, version 1: ``swh:1:<kind>:<hex>``, where the hex is the id that git
gives the same object in a repository of SHA-1. A repository of SHA-256 has no such names.
"""

import hashlib
import re

_ID = re.compile(r"[0-9a-f]{40}")


def swhid_content(data: bytes) -> str:
    """Return the SWHID of the bytes of a file."""
    blob = hashlib.sha1(b"blob %d\0" % len(data), usedforsecurity=False)
    blob.update(data)
    return f"swh:1:cnt:{blob.hexdigest()}"


def swhid_directory(tree: str) -> str:
    """Return the SWHID of a folder, given the id of its tree; ``ValueError`` if it is none."""
    return f"swh:1:dir:{_checked(tree)}"


def swhid_revision(commit: str) -> str:
    """Return the SWHID of a commit, given its id; ``ValueError`` if it is none."""
    return f"swh:1:rev:{_checked(commit)}"


def _checked(name: str) -> str:
    if not _ID.fullmatch(name):
        raise ValueError(f"{name[:80]!r} is no SHA-1 id of git")
    return name
