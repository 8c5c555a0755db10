"""The door to YAML: files that people wrote, read field by field, with the place of every fault.

A fault is a :class:`Finding`, never an exception of the parser, and reading goes on after it, so
that a person sees all of them at once. Only the safe scalar types of YAML are known here: no tags,
no anchors, no second document.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from latitude.errors import ProtocolError

MAX_BYTES = 1_000_000
"""No protocol or rehearsal is longer; a file that is would only be a mistake or an attack."""

_TAG = "tag:yaml.org,2002:"
_KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing",
    "timestamp": "a date",
    "seq": "a list",
    "map": "a mapping",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file; both count from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a file, and what to do about it."""

    path: Path
    mark: Mark
    what: str
    cure: str

    def __str__(self) -> str:
        return f"{self.path}:{self.mark.line}:{self.mark.column}: {self.what} {self.cure}".rstrip()


def refuse(findings: Sequence[Finding]) -> None:
    """Raise ``ProtocolError`` with one line for each of ``findings``, if there is one."""
    if findings:
        raise ProtocolError("\n".join(str(finding) for finding in findings))


class Source:
    """A file that is being read: where its fields stand, and what is wrong with them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sha256 = ""
        self.marks: dict[str, Mark] = {}
        self.findings: list[Finding] = []

    def blame(self, mark: Mark, what: str, cure: str = "") -> None:
        """Note that something is wrong at ``mark``."""
        self.findings.append(Finding(path=self.path, mark=mark, what=what, cure=cure))

    def blame_field(self, name: str, what: str, cure: str = "") -> None:
        """Note that something is wrong with the field ``name`` (dotted), at its value."""
        self.blame(self.marks.get(name, Mark()), what, cure)

    def root(self) -> "Fields | None":
        """Parse the file; ``None``, with a finding, when it is not one YAML mapping."""
        node = self._compose()
        if node is None:
            return None
        if _kind(node) != "map":
            self.blame(_mark(node), f"The file holds {_said(node)}, not 'name: value' lines.")
            return None
        return Fields(self, node, "")

    def _compose(self) -> Any:
        import yaml

        try:
            data = self.path.read_bytes()
            self.sha256 = sha256(data).hexdigest()
            if len(data) > MAX_BYTES:
                self.blame(Mark(), f"The file is longer than {MAX_BYTES} bytes.", "Shorten it.")
                return None
            node = yaml.compose(data.decode("utf-8-sig"), Loader=_plain_loader())
        except OSError as error:
            self.blame(Mark(), f"The file cannot be read: {error.strerror}.")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self.blame(Mark(line), "The file is not UTF-8.", "Save it as UTF-8.")
        except yaml.MarkedYAMLError as error:
            self.blame(_error_mark(error), f"This is not YAML: {_problem(error)}.")
        except yaml.YAMLError as error:
            self.blame(Mark(), f"This is not YAML: {' '.join(str(error).split())}.")
        except (ValueError, OverflowError):
            # PyYAML lets chr() and int() speak for an escape that is no character.
            self.blame(Mark(), "This is not YAML: an escape in it is no character.")
        except RecursionError:
            self.blame(Mark(), "The file is nested too deeply to be read.")
        else:
            if node is None:
                self.blame(Mark(), "The file is empty.")
            return node
        return None


class Fields:
    """The fields of one mapping. Each is asked for once, by name; the rest are unknown."""

    def __init__(self, source: Source, node: Any, prefix: str) -> None:
        self._source = source
        self._node = node
        self._prefix = prefix
        self._values: dict[str, Any] = {}
        self._keys: dict[str, Mark] = {}
        self._asked: list[str] = []
        for key, value in node.value:
            name = str(key.value) if _kind(key) not in ("seq", "map") else "?"
            if name in self._values:
                source.blame(_mark(key), f"'{prefix}{name}' stands here a second time.")
                continue
            self._values[name] = value
            self._keys[name] = _mark(key)
            source.marks[prefix + name] = _mark(value)

    def done(self) -> None:
        """Blame every field that nobody asked for."""
        known = ", ".join(self._asked)
        for name, mark in self._keys.items():
            if name not in self._asked:
                self._source.blame(
                    mark, f"No field is called '{self._prefix}{name}'.", f"There are: {known}."
                )

    def dotted(self, name: str) -> str:
        """The whole name of a field, under which the source knows its place."""
        return self._prefix + name

    def names(self) -> tuple[str, ...]:
        """The names that stand here, in their order, where a person may choose them."""
        return tuple(self._values)

    def holds(self, name: str, kind: str) -> bool:
        """Say whether the field is there and of this kind of YAML, such as ``seq`` or ``map``."""
        return self.has(name) and _kind(self._values[name]) == kind

    def has(self, name: str) -> bool:
        """Say whether the field stands in the file."""
        if name not in self._asked:
            self._asked.append(name)
        return name in self._values

    def text(self, name: str) -> str:
        """A text; the line breaks at its end, which a block scalar brings along, are not it."""
        node = self._take(name, "str")
        return "" if node is None else self._text_of(name, node)

    def text_or_null(self, name: str) -> str | None:
        """A text, or ``None`` where the file says ``null``."""
        node = self._take(name, "str", "null")
        return None if node is None or _kind(node) == "null" else self._text_of(name, node)

    def whole(self, name: str, least: int = 0) -> int:
        """A whole number, at least ``least``."""
        node = self._take(name, "int")
        if node is None:
            return least
        value = str(node.value)
        if not (value.isascii() and value.isdigit() and len(value) < 16 and int(value) >= least):
            self._blame(node, f"'{self._prefix}{name}' must be a whole number from {least}.")
            return least
        return int(value)

    def number(self, name: str) -> float:
        """A number of zero or more."""
        node = self._take(name, "int", "float")
        if node is None:
            return 0.0
        try:
            value = float(node.value)
        except ValueError:
            value = -1.0
        if not 0 <= value < 1e9:
            self._blame(node, f"'{self._prefix}{name}' must be a number from 0.")
            return 0.0
        return value

    def flag(self, name: str) -> bool:
        """``true`` or ``false``."""
        node = self._take(name, "bool")
        return node is not None and _is_true(node)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(
            self._text_of(f"{name}[{place}]", node) for place, node in self._items(name, "str")
        )

    def texts_or_null(self, name: str) -> tuple[str | None, ...]:
        """A list of texts, where ``null`` may stand for none."""
        return tuple(
            None if _kind(node) == "null" else self._text_of(f"{name}[{place}]", node)
            for place, node in self._items(name, "str", "null")
        )

    def flags(self, name: str) -> tuple[bool, ...]:
        """A list of ``yes`` and ``no``."""
        return tuple(_is_true(node) for _, node in self._items(name, "bool"))

    def choices(self, name: str, allowed: Sequence[str]) -> tuple[str, ...]:
        """A list of names out of ``allowed``, each at most once."""
        chosen: list[str] = []
        for _, node in self._items(name, "str"):
            value = str(node.value)
            if value not in allowed:
                self._blame(
                    node,
                    f"'{self._prefix}{name}' knows no '{value}'.",
                    f"There are: {', '.join(allowed)}.",
                )
            elif value in chosen:
                self._blame(node, f"'{value}' stands in '{self._prefix}{name}' twice.")
            else:
                chosen.append(value)
        return tuple(chosen)

    def choice(self, name: str, allowed: Sequence[str]) -> str:
        """One name out of ``allowed``."""
        value = self.text(name)
        if name in self._values and value not in allowed:
            self._blame(
                self._values[name],
                f"'{self._prefix}{name}' cannot be '{value}'.",
                f"It can be: {', '.join(allowed)}.",
            )
            return allowed[0]
        return value

    def fields(self, name: str) -> "Fields | None":
        """A mapping inside this one."""
        node = self._take(name, "map")
        return None if node is None else Fields(self._source, node, f"{self._prefix}{name}.")

    def each(self, name: str) -> "list[Fields]":
        """A list of mappings."""
        return [self._inner(name, place, node) for place, node in self._items(name, "map")]

    def each_or_text(self, name: str) -> "list[Fields | str]":
        """A list in which a text may stand for a mapping."""
        return [
            self._inner(name, place, node)
            if _kind(node) == "map"
            else self._text_of(f"{name}[{place}]", node)
            for place, node in self._items(name, "map", "str")
        ]

    def _inner(self, name: str, place: int, node: Any) -> "Fields":
        return Fields(self._source, node, f"{self._prefix}{name}[{place}].")

    def value(self, name: str) -> Any:
        """Anything that JSON can hold; texts as they stand, line breaks at their end included."""
        node = self._take(name, *_KINDS)
        return None if node is None else self._json(node)

    def _items(self, name: str, *kinds: str) -> list[tuple[int, Any]]:
        node = self._take(name, "seq")
        good: list[tuple[int, Any]] = []
        for place, item in enumerate(node.value if node is not None else ()):
            self._source.marks[f"{self._prefix}{name}[{place}]"] = _mark(item)
            if _kind(item) in kinds:
                good.append((place, item))
            else:
                wanted = " or ".join(_KINDS[kind] for kind in kinds)
                self._blame(
                    item,
                    f"'{self._prefix}{name}' holds {_said(item)} where it must hold {wanted}.",
                    _quote_hint(*kinds),
                )
        return good

    def _take(self, name: str, *kinds: str) -> Any:
        if not self.has(name):
            self._source.blame(
                _mark(self._node), f"The field '{self._prefix}{name}' is missing.", "Add it."
            )
            return None
        node = self._values[name]
        if _kind(node) in kinds:
            return node
        wanted = " or ".join(_KINDS[kind] for kind in kinds)
        self._blame(
            node,
            f"'{self._prefix}{name}' must be {wanted}, and is {_said(node)}.",
            _quote_hint(*kinds),
        )
        return None

    def _text_of(self, name: str, node: Any) -> str:
        text = str(node.value).rstrip("\n")
        if any("\ud800" <= char <= "\udfff" for char in text):
            self._blame(node, f"'{self._prefix}{name}' holds half a character (a surrogate).")
            return ""
        return text

    def _json(self, node: Any) -> Any:
        match _kind(node):
            case "map":
                return {str(key.value): self._json(value) for key, value in node.value}
            case "seq":
                return [self._json(item) for item in node.value]
            case "null":
                return None
            case "bool":
                return _is_true(node)
            case "int" | "float" as kind:
                try:
                    return int(node.value) if kind == "int" else float(node.value)
                except ValueError:
                    return str(node.value)
            case _:
                return str(node.value).encode("utf-8", "replace").decode("utf-8")

    def _blame(self, node: Any, what: str, cure: str = "") -> None:
        self._source.blame(_mark(node), what, cure)


def _kind(node: Any) -> str:
    return str(node.tag).removeprefix(_TAG)


def _is_true(node: Any) -> bool:
    return str(node.value).lower() in ("true", "yes", "on")


def _said(node: Any) -> str:
    return _KINDS.get(_kind(node), f"something of the type {node.tag}")


def _quote_hint(*kinds: str) -> str:
    return (
        'Text that looks like something else needs quotes; no text is "".' if "str" in kinds else ""
    )


def _mark(node: Any) -> Mark:
    return Mark(node.start_mark.line + 1, node.start_mark.column + 1)


def _error_mark(error: Any) -> Mark:
    mark = error.problem_mark or error.context_mark
    return Mark() if mark is None else Mark(mark.line + 1, mark.column + 1)


def _problem(error: Any) -> str:
    said = [part for part in (error.context, error.problem) if part]
    return " ".join(", ".join(said).split())


def _plain_loader() -> Any:
    import yaml

    class PlainLoader(yaml.SafeLoader):
        """Refuses aliases: they can make a short file endless."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise yaml.composer.ComposerError(
                    None,
                    None,
                    "anchors are not used here",
                    self.peek_event().start_mark,  # type: ignore[no-untyped-call]
                )
            return super().compose_node(parent, index)

    return PlainLoader
