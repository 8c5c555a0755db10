"""Commit objects as bytes: who, when, a plain subject, and trailers that a program can read."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

COMMITTER = "latitude <latitude@latitude.invalid>"
"""Who commits; the author is the model."""

_LONGEST_NAME = 120
_LONGEST_TRAILER = 4_000
_TRAILER = re.compile(r"(Latitude-[A-Za-z-]+): (.*)")


@dataclass(frozen=True, slots=True)
class ParsedCommit:
    """What a commit object says."""

    tree: str
    parents: tuple[str, ...]
    author: str
    """The author's name, without the address."""
    when: datetime
    trailers: Mapping[str, str]


def ident(model: str) -> str:
    """Return ``name <name@model.invalid>`` for a model, whatever it is called.

    Git cannot hold ``<``, ``>``, NUL and line breaks in a name, and control or format characters
    could forge a line where names are listed: runs of those become one ``-``.
    """
    name = "".join(char if _harmless(char) else "\0" for char in model)
    name = (
        " ".join(re.sub(r"\0+", "-", name).split())[:_LONGEST_NAME].strip(" -") or "unknown-model"
    )
    return f"{name} <{name.replace(' ', '-')}@model.invalid>"


def _harmless(char: str) -> bool:
    return char == " " or (char not in "<>" and unicodedata.category(char)[0] not in "CZ")


def one_line(text: str) -> str:
    """Return ``text`` as the value of a trailer: one line, no control characters, bounded."""
    clean = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    return " ".join(clean.split())[:_LONGEST_TRAILER]


def commit_bytes(
    *,
    tree: str,
    parents: Sequence[str],
    author: str,
    when: datetime,
    subject: str,
    trailers: Mapping[str, str],
) -> bytes:
    """Return a commit object. Equal arguments give equal bytes, so equal ids.

    ``when`` is aware; what lies before 1970, which git refuses, is written as 1970.
    """
    if when.tzinfo is None:
        raise ValueError("a commit's time must be aware")
    seconds = max(0, int(when.timestamp()))
    lines = [f"tree {tree}"]
    lines += [f"parent {parent}" for parent in parents]
    lines += [f"author {author} {seconds} +0000", f"committer {COMMITTER} {seconds} +0000"]
    lines += ["", subject, ""]
    lines += [f"{name}: {one_line(value)}" for name, value in trailers.items()]
    return ("\n".join(lines) + "\n").encode("utf-8")


def parse_commit(data: bytes) -> ParsedCommit:
    """Read a commit object; raises ``ValueError`` when it is not one."""
    head, _, message = data.decode("utf-8", "replace").partition("\n\n")
    tree, author, seconds, parents = "", "", 0, []
    for line in head.split("\n"):
        key, _, value = line.partition(" ")
        if key == "tree":
            tree = value
        elif key == "parent":
            parents.append(value)
        elif key == "author":
            who, _, _ = value.rpartition(" ")
            who, _, stamp = who.rpartition(" ")
            author, seconds = who.partition(" <")[0], int(stamp)
    if not tree:
        raise ValueError("not a commit")
    return ParsedCommit(
        tree=tree,
        parents=tuple(parents),
        author=author,
        when=datetime.fromtimestamp(seconds, UTC),
        trailers=parse_trailers(message),
    )


def parse_trailers(message: str) -> Mapping[str, str]:
    """Return the trailers of ours in a commit message."""
    found = (_TRAILER.fullmatch(line) for line in message.split("\n"))
    return {match[1]: match[2] for match in found if match}
