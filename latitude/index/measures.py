"""What the record itself shows, found by rules and marked as found by rules: *automatic* codes.

Nothing here judges. Each rule is one that a reader could apply by hand and come to the same count;
``CODER`` names the rules' version and changes when one of them does.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CODER = "latitude/record 1"
"""Who gives the automatic codes."""

_KINDS = {
    "page": "html htm xhtml",
    "style": "css scss",
    "picture": "svg png jpg jpeg gif webp bmp ico",
    "sound": "wav mp3 ogg flac mid midi abc",
    "program": "py js mjs cjs ts tsx jsx sh bash c h cc cpp hpp rs go java kt rb pl lua hs ml scm "
    "lisp el clj r jl php swift zig f90 pas sql awk glsl wgsl asm s",
    "prose": "txt md markdown rst tex org fountain",
    "data": "json jsonl yaml yml toml csv tsv xml ini cfg",
}
_KIND_OF = {ending: kind for kind, endings in _KINDS.items() for ending in endings.split()}
KINDS = (*_KINDS, "other")
"""What a file can be, by the ending of its name."""

_LANGUAGES = {
    "Python": "py",
    "JavaScript": "js mjs cjs jsx",
    "TypeScript": "ts tsx",
    "HTML": "html htm xhtml",
    "CSS": "css scss",
    "SVG": "svg",
    "Shell": "sh bash",
    "C": "c h",
    "C++": "cc cpp hpp",
    "Rust": "rs",
    "Go": "go",
    "Java": "java",
    "Kotlin": "kt",
    "Ruby": "rb",
    "Perl": "pl",
    "Lua": "lua",
    "Haskell": "hs",
    "OCaml": "ml",
    "Lisp": "scm lisp el clj",
    "R": "r",
    "Julia": "jl",
    "PHP": "php",
    "Swift": "swift",
    "Zig": "zig",
    "SQL": "sql",
    "GLSL": "glsl wgsl",
    "Markdown": "md markdown",
    "TeX": "tex",
    "ABC": "abc",
}
_LANGUAGE_OF = {ending: name for name, endings in _LANGUAGES.items() for ending in endings.split()}

_FENCE = re.compile(r"^ {0,3}(```+|~~~+).*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_QUOTE = re.compile(r"^ {0,3}>.*$", re.MULTILINE)
_ADDRESS = re.compile(r"\bhttps?://\S+")
_QUESTION = re.compile(r"[?\uff1f\u061f][?!\uff1f\u061f]*[\"'”’»)\]*_]*(?=\s|$)")


def kind_of(path: str) -> str:
    """What a file is by the ending of its name: one of ``KINDS``."""
    return _KIND_OF.get(_ending(path), "other")


def language_of(path: str) -> str | None:
    """The language that a file is written in, by the ending of its name, if it names one."""
    return _LANGUAGE_OF.get(_ending(path))


def questions_in(reply: str) -> int:
    """Count the questions in a reply: question marks at the end of a word, several in a row once.

    Those in code, in quoted lines and in addresses are not asked of anybody.
    """
    if "?" not in reply and "\uff1f" not in reply and "\u061f" not in reply:
        return 0
    said = reply
    for left_out in (_FENCE, _QUOTE, _CODE, _ADDRESS):
        said = left_out.sub(" ", said)
    return len(_QUESTION.findall(said))


@dataclass(frozen=True, slots=True)
class TurnCounts:
    """What is counted of one turn."""

    turn: int
    questions: int
    first_call: str | None
    changed: int
    """Files that were added or changed in it."""
    thinking: int
    """Characters."""
    reply: int
    """Characters."""


@dataclass(frozen=True, slots=True)
class AutomaticCode:
    """One thing that the record shows of a session; a word or a number."""

    name: str
    value: str | None = None
    number: float | None = None


def codes_of(turns: Sequence[TurnCounts], works: Iterable[str]) -> tuple[AutomaticCode, ...]:
    """The automatic codes of a session from its turns, in order, and the paths of what it left.

    ========================  ==================================================================
    ``first_action``          the first tool it called, or ``talk`` where the first turn has none
    ``first_file_turn``       the first turn that added or changed a file, counted from the
                              session's own first turn as 1; missing where none did
    ``made``                  1 where files are left at the end, else 0
    ``thinking_share``        characters of readable thinking by those of thinking and reply
    ``questions``             questions in its replies
    ``files:KIND``            files left, by kind
    ``language:NAME``         files left, by language
    ========================  ==================================================================
    """
    paths = list(works)
    kinds = Counter(map(kind_of, paths))
    languages = Counter(name for path in paths if (name := language_of(path)) is not None)
    codes = [
        AutomaticCode("first_action", value=_first_action(turns)),
        AutomaticCode("made", number=float(bool(paths))),
        AutomaticCode("questions", number=float(sum(turn.questions for turn in turns))),
    ]
    written = [turn.turn - turns[0].turn + 1 for turn in turns if turn.changed]
    if written:
        codes.append(AutomaticCode("first_file_turn", number=float(written[0])))
    thinking, reply = sum(turn.thinking for turn in turns), sum(turn.reply for turn in turns)
    if thinking + reply:
        codes.append(AutomaticCode("thinking_share", number=thinking / (thinking + reply)))
    codes += [AutomaticCode(f"files:{kind}", number=float(kinds[kind])) for kind in sorted(kinds)]
    codes += [
        AutomaticCode(f"language:{name}", number=float(languages[name]))
        for name in sorted(languages)
    ]
    return tuple(codes)


def _first_action(turns: Sequence[TurnCounts]) -> str:
    if not turns:
        return "nothing"
    return turns[0].first_call or ("talk" if turns[0].reply else "nothing")


def _ending(path: str) -> str:
    # By hand: a path object takes ten times as long, and a load asks for each file twice.
    stem, _, ending = path.rpartition("/")[2].rpartition(".")
    return ending.lower() if stem else ""
