"""What the head of a bundle says: gitformat-bundle(5), versions 2 and 3."""

from collections.abc import Mapping
from pathlib import Path

from latitude.errors import RecordBroken

_LONGEST = 100_000_000
"""Bytes of a head; one ref takes about 100."""


def refs_in(path: Path) -> Mapping[str, str]:
    """Return the refs of the bundle at ``path`` and where each points, ``HEAD`` left out.

    Raises ``RecordBroken`` when the head cannot be read, or names a ref twice.
    """
    refs: dict[str, str] = {}
    left = _LONGEST
    try:
        with path.open("rb") as file:
            while (line := file.readline(left)) not in (b"\n", b""):
                left -= len(line)
                if left <= 0 or not line.endswith(b"\n"):
                    raise RecordBroken(f"The head of {path} has no end.")
                commit, _, name = line[:-1].decode("utf-8", "replace").partition(" ")
                # The signature, capabilities and what must be there before: none is a ref.
                if line[:1] in (b"#", b"@", b"-"):
                    continue
                if refs.setdefault(name, commit) != commit:
                    raise RecordBroken(f"{path} names {name!r} twice.")
    except OSError as error:
        raise RecordBroken(f"{path} cannot be read: {error.strerror}.") from error
    refs.pop("HEAD", None)
    return refs
