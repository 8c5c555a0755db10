"""From a study's YAML file to a :class:`~latitude.study.design.Study`.

``name``, ``version``, ``question``, ``models``, ``repeats`` and ``seed`` must be there. What a
factor does not name is as the protocol and the provider have it.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast, get_args
from urllib.parse import urlsplit

from latitude.compare.cohort import EXCLUDED
from latitude.core.clean import clean_line
from latitude.core.events import End
from latitude.core.spec import LimitName
from latitude.errors import UsageError
from latitude.prompts.loader import NAME
from latitude.prompts.protocol import LIMIT_NAMES
from latitude.prompts.reader import Fields, Mark, Source, refuse
from latitude.providers.registry import PROVIDERS, split_model
from latitude.study.design import AS_WRITTEN, FACTORS, REVERSED, Level, ModelChoice, Study
from latitude.study.outcomes import OUTCOMES

USUAL_PROTOCOL = "open"
MOST_CELLS = 1_000_000
"""More sessions in one study would only be a slip of the finger."""
_WHOLE: tuple[LimitName, ...] = ("turns", "steps", "tokens")
_LONGEST_WORD = 64
_SHOWN = 12
"""Labels that an error lists."""


def load_study(path: Path) -> Study:
    """Read the study in ``path``.

    Raises ``ProtocolError`` with one line ``file:line:column: …`` for each fault.
    """
    source = Source(path)
    root = source.root()
    if root is None:
        refuse(source.findings)
    assert root is not None
    study = _study(source, root)
    again = _again(root)
    root.done()
    refuse(sorted(source.findings, key=lambda one: (one.mark.line, one.mark.column)))
    _check_size(study)
    return _with_duplicates(study, again)


def _study(source: Source, root: Fields) -> Study:
    return Study(
        name=_name(source, root),
        version=root.whole("version", least=1),
        question=_question(source, root),
        models=_models(source, root),
        factors=_factors(source, root),
        repeats=root.whole("repeats", least=1),
        seed=root.whole("seed"),
        limits=_limits(source, root.fields("limits")) if root.has("limits") else {},
        budget=_above_zero(source, root, "budget") if root.has("budget") else None,
        parallel=_parallel(source, root.fields("parallel")) if root.has("parallel") else {},
        outcomes=root.choices("outcomes", tuple(OUTCOMES)) if root.has("outcomes") else (),
        exclude=cast(
            "tuple[End, ...]",
            root.choices("exclude", get_args(End)) if root.has("exclude") else EXCLUDED,
        ),
        duplicates=(),
        path=source.path,
        sha256=source.sha256,
        marks=source.marks,
    )


def _name(source: Source, root: Fields) -> str:
    name = root.text("name")
    if name and (name != source.path.stem or not NAME.fullmatch(name)):
        source.blame_field(
            "name",
            f"The name is '{name}' and the file is {source.path.name}.",
            "Give both one name, of small letters, digits and hyphens.",
        )
    return name


def _question(source: Source, root: Fields) -> str:
    question = root.text("question")
    if root.has("question") and not question.strip():
        source.blame_field("question", "'question' is empty.", "Write what is asked.")
    return question


def _models(source: Source, root: Fields) -> tuple[ModelChoice, ...]:
    found: dict[tuple[str, str | None], str] = {}
    faults = len(source.findings)
    for place, item in enumerate(root.each_or_text("models")):
        where = f"models[{place}]"
        if isinstance(item, str):
            name, base_url = item.strip(), None
        else:
            name = item.text("model").strip()
            base_url = item.text("base_url") if item.has("base_url") else None
            item.done()
        if name and (fault := _model_fault(name)):
            source.blame_field(where, *fault)
        elif (name, base_url) in found:
            source.blame_field(where, f"'{clean_line(name)}' stands in 'models' twice.")
        elif name:
            found[name, base_url] = where
    if not found and len(source.findings) == faults:
        source.blame_field("models", "A study needs at least one model.")
    names = [name for name, _ in found]
    choices: dict[str, ModelChoice] = {}
    for (name, url), where in found.items():
        label = _model_label(name, url, alone=names.count(name) == 1)
        if label in choices:
            source.blame_field(
                where,
                f"Two models would be called '{clean_line(label)}', for both are at one host.",
                "Keep one of them, or ask them in two studies.",
            )
        choices[label] = ModelChoice(name, label, url)
    return tuple(choices.values())


def _model_fault(name: str) -> tuple[str, str] | None:
    try:
        split_model(name)
    except UsageError as error:
        return str(error), ""
    if "·" in name or clean_line(name) != name:
        return f"The name {clean_line(name)!r} holds a character that no label can.", "Correct it."
    return None


def _model_label(name: str, base_url: str | None, *, alone: bool) -> str:
    if alone:
        return name
    return f"{name}@{_host(base_url)}" if base_url else name


def _host(base_url: str) -> str:
    """``host[:port]``, without a user name or password that may stand in the URL."""
    try:
        host = urlsplit(base_url).netloc
    except ValueError:
        host = ""
    # What is no address is refused when somebody is to be asked there.
    return (host or base_url).rpartition("@")[2]


def _factors(source: Source, root: Fields) -> Mapping[str, tuple[Level, ...]]:
    read = root.fields("factors") if root.has("factors") else None
    levels: dict[str, tuple[Level, ...]] = {}
    if read is not None:
        for name in FACTORS:
            if read.has(name):
                levels[name] = _levels(source, read, name)
        read.done()
        _check_order(source, levels)
    levels.setdefault("protocol", (Level(USUAL_PROTOCOL, USUAL_PROTOCOL, Mark()),))
    return levels


def _levels(source: Source, fields: Fields, name: str) -> tuple[Level, ...]:
    where, faults = fields.dotted(name), len(source.findings)
    levels = _READERS[name](source, fields, name)
    if not levels and len(source.findings) == faults:
        source.blame_field(where, f"'{where}' has no level.", "Give at least one, or leave it out.")
    seen: set[str] = set()
    for level in levels:
        if level.label in seen:
            source.blame(level.mark, f"'{level.label}' stands in '{where}' twice.", "Keep one.")
        seen.add(level.label)
    return levels


def _check_order(source: Source, levels: Mapping[str, tuple[Level, ...]]) -> None:
    order = levels.get("exit_order")
    if order is None:
        return
    wordings = levels.get("exit_wording", ())
    if not wordings:
        source.blame_field(
            "factors.exit_order",
            "There is no wording whose parts could be put in an order.",
            "Give 'exit_wording' with a list of parts.",
        )
    if REVERSED not in (level.value for level in order):
        return
    for wording in wordings:
        if not isinstance(wording.value, tuple) or len(wording.value) < 2:
            source.blame(
                wording.mark,
                f"The wording '{wording.label}' has no parts that could be reversed.",
                "Write it as a list of two parts or more, or take 'reversed' out.",
            )


def _mark(source: Source, name: str) -> Mark:
    return source.marks.get(name, Mark())


def _words_of(source: Source, fields: Fields, name: str) -> tuple[Level, ...]:
    """A list of plain words, where ``null`` is what there is without the factor."""
    levels = []
    for place, text in enumerate(fields.texts_or_null(name)):
        mark = _mark(source, f"{fields.dotted(name)}[{place}]")
        if text is not None and (not text.strip() or len(text) > _LONGEST_WORD or "·" in text):
            source.blame(mark, f"'{fields.dotted(name)}' cannot be {clean_line(text)!r}.")
            continue
        levels.append(Level(_LABELS[name](text), text, mark))
    return tuple(levels)


def _label_of_tools(text: str | None) -> str:
    if text is None:
        return "usual-tools"
    if text in ("all", "none"):
        return {"all": "all-tools", "none": "no-tools"}[text]
    return "+".join(part.strip() for part in text.split(","))


_LABELS: Mapping[str, Callable[[str | None], str]] = {
    "protocol": str,
    "tool_name": lambda text: text or "no-tool",
    "effort": lambda text: f"{text}-effort" if text else "usual-effort",
    "tools": _label_of_tools,
}


def _protocols(source: Source, fields: Fields, name: str) -> tuple[Level, ...]:
    levels = _words_of(source, fields, name)
    for level in levels:
        if level.value is None:
            source.blame(level.mark, "A protocol has a name.", "`latitude prompts list` has them.")
    return tuple(level for level in levels if level.value is not None)


def _orders(source: Source, fields: Fields, name: str) -> tuple[Level, ...]:
    chosen = fields.choices(name, (AS_WRITTEN, REVERSED))
    return tuple(
        Level(word, word, _mark(source, f"{fields.dotted(name)}[{place}]"))
        for place, word in enumerate(chosen)
    )


def _flags(source: Source, fields: Fields, name: str) -> tuple[Level, ...]:
    return tuple(
        Level(
            "attended" if flag else "unattended",
            flag,
            _mark(source, f"{fields.dotted(name)}[{place}]"),
        )
        for place, flag in enumerate(fields.flags(name))
    )


def _named(source: Source, fields: Fields, name: str) -> tuple[Level, ...]:
    """Levels that the person names: a text, and for a wording and a disclosure a list."""
    inner = fields.fields(name)
    if inner is None:
        return ()
    levels = []
    for label in inner.names():
        mark = _mark(source, inner.dotted(label))
        if not NAME.fullmatch(label):
            source.blame(
                mark, f"'{label}' is no name for a level.", "Use small letters, digits and hyphens."
            )
        if name == "disclosure":
            levels.append(Level(label, inner.choices(label, LIMIT_NAMES), mark))
        elif name == "exit_wording" and inner.holds(label, "seq"):
            levels.append(Level(label, inner.texts(label), mark))
        else:
            levels.append(Level(label, inner.text(label), mark))
    return tuple(levels)


_READERS: Mapping[str, Callable[[Source, Fields, str], tuple[Level, ...]]] = {
    "protocol": _protocols,
    "exit_wording": _named,
    "exit_order": _orders,
    "tool_name": _words_of,
    "between": _named,
    "attended": _flags,
    "effort": _words_of,
    "tools": _words_of,
    "disclosure": _named,
}


def _limits(source: Source, fields: Fields | None) -> Mapping[str, float]:
    limits: dict[str, float] = {}
    if fields is None:
        return limits
    for name in LIMIT_NAMES:
        if fields.has(name):
            whole = name in _WHOLE
            limits[name] = (
                fields.whole(name, least=1) if whole else _above_zero(source, fields, name)
            )
    fields.done()
    return limits


def _above_zero(source: Source, fields: Fields, name: str) -> float:
    faults = len(source.findings)
    number = fields.number(name)
    if not number and len(source.findings) == faults:
        source.blame_field(fields.dotted(name), f"'{fields.dotted(name)}' must be above 0.")
    return number


def _parallel(source: Source, fields: Fields | None) -> Mapping[str, int]:
    if fields is None:
        return {}
    at_once: dict[str, int] = {}
    for provider in fields.names():
        if provider not in PROVIDERS:
            source.blame_field(
                fields.dotted(provider),
                f"No provider is called '{provider}'.",
                f"There are: {', '.join(PROVIDERS)}.",
            )
        at_once[provider] = fields.whole(provider, least=1)
    return at_once


def _again(root: Fields) -> tuple[str, ...] | bool:
    """The labels of the arms that are run twice; ``True`` for the first of all."""
    if not root.has("duplicates"):
        return False
    if root.holds("duplicates", "bool"):
        return root.flag("duplicates")
    return root.texts("duplicates")


def _with_duplicates(study: Study, again: tuple[str, ...] | bool) -> Study:
    labels = [arm.label for arm in study.arms()]
    if isinstance(again, bool):
        return replace(study, duplicates=tuple(labels[:1]) if again else ())
    findings = []
    for place, label in enumerate(again):
        name = f"duplicates[{place}]"
        if label not in labels:
            known = "; ".join(labels[:_SHOWN]) + (" …" if len(labels) > _SHOWN else "")
            findings.append(study.finding(name, f"No arm is {label!r}.", f"There are: {known}."))
        elif label in again[:place]:
            findings.append(study.finding(name, f"{label!r} stands there twice.", "Keep one."))
    refuse(findings)
    return replace(study, duplicates=again)


def _check_size(study: Study) -> None:
    arms = math.prod(len(levels) for levels in (study.models, *study.factors.values()))
    sessions = arms * study.repeats
    if sessions > MOST_CELLS:
        what = f"This is a study of {sessions:,} sessions."
        refuse([study.finding("repeats", what, f"Keep to {MOST_CELLS:,}.")])
