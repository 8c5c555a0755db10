"""What went out: the manifest that stands in every site and bag as ``release.json``.

A manifest says which version of a publication this is, which sessions are in it and which are
held back and why, and what changed since the version before. It is one JSON object, with the
fields of :class:`Manifest`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from latitude.core.events import End
from latitude.errors import RecordBroken

FILE = "release.json"
VERSION = 1
"""``v`` of the format."""

Training = Literal["allow", "reserve"]
Because = Literal[
    "wish",  # the model wished that it is not shown
    "withdrawn",  # a person withdrew it
]


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken out of one session, by one rule."""

    rule: str
    """The rule of the gate, such as ``e-mail``."""
    count: int
    """Places; a file that stands unchanged in several commits counts once."""
    why: str
    """In the words of the person who decided it; several reasons stand one behind the other."""


class Published(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One session that is in the release."""

    id: str
    fingerprint: str
    """SHA-256 (hex) of the last line of the journal as it goes out."""
    original: str | None = None
    """The fingerprint of the journal at home, where this is a redacted copy of it."""
    taken_out: tuple[Taken, ...] = ()
    provider: str
    model: str
    """As returned; as asked for where nothing came back."""
    protocol: str
    """Its label, with the name of what a study made of it."""
    given: str
    """SHA-256 (hex) of all that the model was given by us."""
    opened: str
    """RFC 3339, UTC."""
    closed: str
    end: End
    how: str
    """How it ended, in a few words."""
    ended: str
    """How it ended, in one sentence."""
    turns: int
    files: int
    tip: str | None = None
    """The last commit of its branch in the bundle; ``None`` when it made nothing."""
    tree: str | None = None
    """The tree of that commit."""
    signature: str | None = None
    """How the model wished to be signed."""
    overridden: str | None = None
    """Why it is shown although the model wished otherwise, in the words of the person."""


class Withheld(msgspec.Struct, frozen=True, kw_only=True):
    """One session that is held back: the tombstone."""

    id: str
    because: Because
    why: str
    """In plain words, for whoever looks for it."""


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What is other than in the version before; ids of sessions, sorted."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    """Fields of the release itself, such as ``title``."""

    @property
    def any(self) -> bool:
        """Whether there is any."""
        return bool(self.added or self.changed or self.removed or self.settings)


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a publication."""

    v: int = VERSION
    name: str
    version: int
    """1, 2, 3 …"""
    released: str
    """The day, ``2026-11-22``."""
    title: str
    description: str
    authors: tuple[str, ...]
    """Who publishes it."""
    license: str
    """An SPDX identifier or an address."""
    training: Training
    canary: str
    """A GUID that stands on every page of a site and in what describes it or a bag, so that copies
    can be found. Records and works are as they were, and do not bear it."""
    url: str | None
    """Where it will be found, if that is known."""
    why: str
    """Why this version was made."""
    changes: Changes
    sessions: tuple[Published, ...]
    """Oldest first."""
    withheld: tuple[Withheld, ...]
    """Oldest first."""
    ledger: str | None
    """The tip of the home's ledger when this version was made."""
    latitude: str
    """The version of the software."""


_SETTINGS = ("title", "description", "authors", "license", "training", "canary", "url")


def encode_manifest(manifest: Manifest) -> bytes:
    """Return the bytes of ``release.json``: equal manifests give equal bytes."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def read_manifest(path: Path) -> Manifest:
    """Read a ``release.json``.

    Raises ``RecordBroken`` when it is missing, is none, or was written by a newer latitude.
    """
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except OSError as error:
        raise RecordBroken(f"{path} cannot be read: {error.strerror}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordBroken(f"{path} is no manifest of a release: {error}.") from error
    if manifest.v != VERSION:
        raise RecordBroken(
            f"{path} is of format v{manifest.v}, and this latitude reads v{VERSION}: a newer "
            "latitude wrote it, and a newer one reads it."
        )
    return manifest


def changes_between(old: Manifest | None, new: Manifest) -> Changes:
    """Return what is in ``new`` that is not so in ``old``; ``None`` is nothing at all."""
    if old is None:
        return Changes(added=tuple(sorted(one.id for one in new.sessions)))
    before, after = _by_id(old), _by_id(new)
    both = before.keys() & after.keys()
    return Changes(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        changed=tuple(sorted(name for name in both if before[name] != after[name])),
        settings=tuple(name for name in _SETTINGS if getattr(old, name) != getattr(new, name)),
    )


def _by_id(manifest: Manifest) -> Mapping[str, Published | Withheld]:
    shown: dict[str, Published | Withheld] = {one.id: one for one in manifest.sessions}
    return shown | {one.id: one for one in manifest.withheld}
