"""A release file, ``releases/NAME.yaml``: what a publication is, as the person wrote it."""

import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from latitude.core.clean import clean_line
from latitude.errors import HomeUnusable, ProtocolError, UnknownName, UsageError
from latitude.index.filters import Filter
from latitude.journal.blobs import write_durably
from latitude.prompts.loader import NAME
from latitude.prompts.reader import Fields, Source, refuse
from latitude.publish.bag.citation import quoted
from latitude.publish.manifest import Training

USUAL_NAME = "archive"
TRAINING: tuple[Training, ...] = ("allow", "reserve")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_URL = re.compile(r"https?://[^\s<>\"'\\]+")


@dataclass(frozen=True, slots=True)
class Release:
    """What is published, and on what terms."""

    name: str
    title: str
    description: str
    authors: tuple[str, ...]
    license: str
    training: Training
    canary: str
    url: str | None
    """Where the site will be found, ending in a stroke."""
    which: Filter
    ids: tuple[str, ...]
    """Only these, if there are any; whole ids."""
    leave_out: tuple[str, ...]
    """Whole ids of sessions that are not in it, without a word about them."""
    side_by_side: tuple[tuple[str, ...], ...]
    """Groups of sessions, each of which gets a page that shows them beside each other."""


def release_path(releases: Path, name: str) -> Path:
    """Where the release file called ``name`` lies."""
    return releases / f"{name}.yaml"


def find_release(releases: Path, name: str | None) -> Path:
    """Return the release file that is meant; ``None`` means the only one there is.

    Raises ``UnknownName`` with the list of names, or what to do when there is none.
    """
    known = sorted(path.stem for path in releases.glob("*.yaml"))
    if name is None and len(known) == 1:
        name = known[0]
    if name is not None and name in known:
        return release_path(releases, name)
    if not known:
        raise UnknownName(
            f"There is no release file in {releases} yet. Nothing was published. "
            "`latitude publish new` makes one."
        )
    asked = "Which release is meant?" if name is None else f"No release is called {name!r}."
    raise UnknownName(f"{asked} There are: {', '.join(known)}. Nothing was published.")


def load_release(path: Path) -> Release:
    """Read a release file. Raises ``ProtocolError`` with file, line and column of each fault."""
    source = Source(path)
    root = source.root()
    if root is None:
        refuse(source.findings)
    assert root is not None
    release = _release(source, root)
    root.done()
    refuse(sorted(source.findings, key=lambda one: (one.mark.line, one.mark.column)))
    return release


def _release(source: Source, root: Fields) -> Release:
    inner = root.fields("sessions") if root.has("sessions") else None
    which = Filter(rehearsals=False)
    ids: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    if inner is not None:
        which = _which(source, inner)
        ids = inner.texts("ids") if inner.has("ids") else ()
        leave_out = inner.texts("leave_out") if inner.has("leave_out") else ()
        inner.done()
    return Release(
        name=source.path.stem,
        title=_said(source, root, "title"),
        description=_said(source, root, "description"),
        authors=_authors(source, root),
        license=_said(source, root, "license"),
        training=cast("Training", root.choice("training", TRAINING)),
        canary=_matching(source, root, "canary", _GUID, "a GUID of small letters and digits"),
        url=_url(source, root),
        which=which,
        ids=ids,
        leave_out=leave_out,
        side_by_side=_groups(source, root),
    )


def _which(source: Source, fields: Fields) -> Filter:
    def text(name: str) -> str | None:
        value = fields.text_or_null(name) if fields.has(name) else None
        try:
            Filter(**{name: value})  # type: ignore[arg-type]
        except UsageError as error:
            said = str(error).replace(f"--{name}", f"'sessions.{name}'")
            source.blame_field(f"sessions.{name}", said)
            return None
        return value

    return Filter(
        models=fields.texts("models") if fields.has("models") else (),
        protocol=text("protocol"),
        study=text("study"),
        end=text("end"),
        tags=fields.texts("tags") if fields.has("tags") else (),
        since=text("since"),
        until=text("until"),
        rehearsals=None if fields.has("rehearsals") and fields.flag("rehearsals") else False,
    )


def _said(source: Source, root: Fields, name: str) -> str:
    text = root.text(name)
    if root.has(name) and not text.strip():
        source.blame_field(name, f"'{name}' is empty.", "Write what it is.")
    return text.strip()


def _authors(source: Source, root: Fields) -> tuple[str, ...]:
    authors = tuple(author.strip() for author in root.texts("authors"))
    if root.has("authors") and (not authors or not all(authors)):
        source.blame_field("authors", "Nobody is named.", "Name who publishes this.")
    return authors


def _url(source: Source, root: Fields) -> str | None:
    if not root.has("url") or (url := root.text_or_null("url")) is None:
        return None
    if not _URL.fullmatch(url):
        source.blame_field("url", f"{clean_line(url)!r} is no address.", "It begins with https://.")
    return url if url.endswith("/") else f"{url}/"


def _matching(source: Source, root: Fields, name: str, shape: re.Pattern[str], what: str) -> str:
    text = root.text(name)
    if root.has(name) and not shape.fullmatch(text):
        source.blame_field(name, f"'{name}' must be {what}.")
    return text


def _groups(source: Source, root: Fields) -> tuple[tuple[str, ...], ...]:
    if not root.has("side_by_side"):
        return ()
    groups = []
    for place, text in enumerate(root.texts("side_by_side")):
        ids = tuple(text.split())
        if not 2 <= len(ids) <= 4 or len(set(ids)) < len(ids):
            source.blame_field(
                f"side_by_side[{place}]", "Two to four sessions stand beside each other."
            )
        groups.append(ids)
    return tuple(groups)


_TEMPLATE = """\
# A publication. `latitude publish check --release {name}` says what would go out, and what stands
# in its way.
title: {title}
description: {description}
# Who publishes this. The models are named by their sessions.
authors: [{authors}]
# An SPDX identifier such as CC-BY-4.0, or an address.
license: {license}
# allow or reserve: whether others may train models on it. `reserve` asks; it cannot enforce.
training: {training}
# Stands in every page, so that copies can be found. Never change it.
canary: {canary}
# Where the site will be found, such as https://example.org/archive/; feeds need it.
url: null
# Which sessions; without anything here, all that are closed.
sessions:
  rehearsals: {rehearsals}
  # models: [opus]
  # protocol: open
  # tags: [public]
  # ids: [20261120-231502-k3f9w2]
  # leave_out: []
# Two to four sessions in a line get a page that shows them beside each other.
# side_by_side:
#   - 20261120-231502-k3f9w2 20261121-090000-p7d2qa
"""


def new_release(
    releases: Path,
    name: str,
    *,
    title: str,
    description: str,
    authors: tuple[str, ...],
    license_: str,
    training: Training,
    rehearsals: bool,
) -> Path:
    """Write a release file to read and change; return its path.

    Raises ``UsageError`` when the name is none or there is one already, ``ProtocolError`` for
    what a release cannot hold, and ``HomeUnusable``.
    """
    if not NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name for a release: use small letters, digits and hyphens."
        )
    path = release_path(releases, name)
    if path.exists():
        raise UsageError(f"{path} is there already. Nothing was changed. Edit it.")
    text = _TEMPLATE.format(
        name=name,
        title=quoted(title.strip()),
        description=quoted(description.strip()),
        authors=", ".join(quoted(author.strip()) for author in authors),
        license=quoted(license_.strip()),
        training=training,
        canary=uuid.uuid4(),
        rehearsals=str(rehearsals).lower(),
    )
    try:
        releases.mkdir(parents=True, exist_ok=True)
        write_durably(path, text.encode("utf-8"))
    except OSError as error:
        raise HomeUnusable(f"{path} could not be written: {error.strerror}.") from error
    try:
        load_release(path)
    except ProtocolError:
        path.unlink()
        raise
    return path
