"""The gate: what stands in a text or in bytes that must not go out unseen."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from latitude.core.clean import clean_line
from latitude.publish.gate.credentials import KEY_WORDS, credentials
from latitude.publish.gate.personal import Named, personal
from latitude.publish.gate.reading import in_binary, read_bytes
from latitude.publish.gate.rules import KEPT, PERSONAL, RULES, VERSION, Person, Secret, replacement
from latitude.publish.gate.views import levels

_SHORTEST_EXACT = 8
_LONG = 20
"""Characters of a secret of which eight may be shown."""
_BETWEEN = b"\n" + b"|" * 400 + b"\n"
_CHANGED_BY_ENCODING = re.compile("[\x00-\x1f\"'&<>\\\\]")
"""Characters that JSON or HTML writes in ways that hide nothing else."""
_MAIL_IN_BINARY = re.compile(
    r".{11,}(?<=\.[a-z]{2})|.{7,}\.[a-z]{3,24}|.{12,}"
    r"|.*\.(?:com|net|org|COM|NET|ORG|DE|UK"
    r"|at|au|be|ca|ch|de|es|eu|fr|io|it|jp|me|nl|no|pl|ru|se|uk|us)"
)
"""Random bytes hold ``q@G.Xr`` by chance, about once in twenty million; the endings that are most
in use are a hundred times as rare in them."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found, wherever and however often it stands."""

    rule: str
    value: str
    """Decoded."""


class Gate:
    """Searches for the keys of this machine, for what looks like a key, and for what is personal.

    What was replaced must be searched again: two harmless halves may meet where something stood.
    """

    def __init__(self, secrets: Sequence[Secret], person: Person) -> None:
        self._sources: dict[str, str] = {}
        signs = [replacement(rule) for rule in RULES]
        for secret in secrets:
            # A secret may look encoded itself, and be decoded with the text around it.
            for value in levels(secret.value, lambda _: True):
                if len(value) >= _SHORTEST_EXACT and not any(value in sign for sign in signs):
                    self._sources.setdefault(value, secret.name)
        self._named = Named(person)
        exact = [*self._sources, *self._named.exact]
        self._all_levels = any(_CHANGED_BY_ENCODING.search(value) for value in exact)
        self.stamp = _stamp(exact)
        """Changes with the rules and with every exact value, so that a text that was searched with
        others can be told. It is made of secrets: it stays at home."""

    def text(self, text: str) -> set[Found]:
        """Return what stands in ``text``, as it is or encoded."""
        found: dict[str, str] = {}
        for level in levels(text, self._is_read_whole):
            self._look(level, found)
        return {Found(rule, value) for value, rule in found.items()}

    def data(self, data: bytes) -> set[Found]:
        """Return what stands in the bytes of a file: of a text, or of a binary."""
        reading = read_bytes(data)
        found = self.text(reading.text)
        if reading.codec is None:
            found = {one for one in found if one.rule != "e-mail" or _is_meant(one.value)}
        if reading.beside:
            found |= self.text(reading.beside)
        if reading.codec is None:
            foreign = (value for value in self._sources if not value.isascii())
            found |= {Found(KEPT, one) for one in foreign if in_binary(one) in reading.text}
        return found

    def is_clean(self, texts: Sequence[bytes]) -> bool:
        """Return whether nothing stands in any of ``texts``, which are ASCII.

        One look at many small ones is quicker than one at each. What stands between them is no part
        of anything, and longer than all that the rules look back over; so this may say no of clean
        ones that seem to be more together, and never yes of one that is not.
        """
        return not self.text(_BETWEEN.join(texts).decode("ascii"))

    def says(self, found: Found) -> str:
        """Return in plain words what was found, and of a key of this machine where it is kept."""
        source = self._sources.get(found.value) if found.rule == KEPT else None
        return f"the value of {source}" if source else RULES[found.rule].says

    def _is_read_whole(self, text: str) -> bool:
        return self._all_levels or KEY_WORDS in text or "-----BEGIN" in text

    def _look(self, text: str, found: dict[str, str]) -> None:
        for value in self._sources:
            if value in text:
                found.setdefault(value, KEPT)
        spans = []
        for hits in (credentials(text), personal(text)):
            for hit in hits:
                found.setdefault(text[hit.start : hit.end], hit.rule)
                spans.append((hit.start, hit.end))
        for hit in self._named.find(text, spans):
            found.setdefault(text[hit.start : hit.end], hit.rule)


def finding_id(found: Found) -> str:
    """Return ten hex digits that name a finding on the command line and tell nothing of it."""
    return _digest([found.rule, found.value])[:10]


def masked(found: Found) -> str:
    """Return a finding as a person may see it: keys and passwords only in part."""
    value = found.value
    if found.rule in PERSONAL:
        return clean_line(value)
    first, last = (6, 2) if len(value) >= _LONG else (2, 0)
    end = value[len(value) - last :]
    return clean_line(f"{value[:first]}…{end} ({len(value)} characters)")


def _is_meant(mail: str) -> bool:
    return mail.isascii() and _MAIL_IN_BINARY.fullmatch(mail) is not None


def _stamp(exact: Iterable[str]) -> str:
    return _digest([str(VERSION), *sorted(exact)])


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
