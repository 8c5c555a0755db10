"""Rehearsal scripts: what is played in place of a model, read from one YAML file.

The format, every field but ``name``, ``summary`` and ``steps`` optional::

    name: page                # the file is page.yaml
    summary: …                # one line
    repeat: false             # true: the last step is played again and again
    steps:                    # one a response, in order
      - thinking: …           # blocks come in this order: thinking, text, calls
        text: …
        calls:
          - name: write_file
            arguments: {path: …, content: …}    # or a text, sent as it stands, JSON or not
        stop: length          # how it ends; without it: tool_calls where there are calls, else end
        delay: 0.05           # seconds before each delta
        fail:                 # breaks off in place of the ending
          kind: overloaded
          message: …
          after: 12           # deltas that come first (default 0)
          times: 1            # how often; then the step succeeds (default: every time)
          retry_after: 2      # seconds that the provider asks us to wait
      - one_of:               # one of these steps, drawn by the session's seed
          - weight: 3         # how often, against the others (default 1)
            text: …           # and every field of a step
          - said: stopping    # only where our words so far hold this text, letter for letter
            calls: …

As in a protocol, the line breaks at the end of ``thinking`` and ``text`` are dropped; arguments
keep theirs, because a file's last line break belongs to the file.

Which of the possible steps in ``one_of`` is played follows from the file's bytes, the session's
seed and the number of replies so far, and from nothing else: with the same seed the same step is
played, and another seed is another draw. A session without a seed has 0. One step at least has no
``said``, so that there always is one.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import cast, get_args

from latitude.core.stream import FailureKind, StopKind
from latitude.prompts.loader import NAME
from latitude.prompts.reader import Fields, Source, refuse


@dataclass(frozen=True, slots=True)
class ScriptedCall:
    """A tool call, with its arguments as JSON text."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ScriptedFailure:
    """A response that breaks off."""

    kind: FailureKind
    message: str
    after: int = 0
    times: int | None = None
    """How many attempts fail; ``None`` is all of them."""
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class ScriptedStep:
    """One response."""

    thinking: str = ""
    text: str = ""
    calls: tuple[ScriptedCall, ...] = ()
    stop: StopKind = "end"
    delay: float | None = None
    fail: ScriptedFailure | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of the steps that a draw is between."""

    step: ScriptedStep
    weight: int = 1
    said: str = ""
    """What our words must hold for this one to be possible; empty for nothing."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """A response that is drawn."""

    alternatives: tuple[Alternative, ...]
    """At least one of them is always possible."""

    def draw(self, chance: int, said: Sequence[str]) -> ScriptedStep:
        """Return the step for ``chance``, a number below 2 ** 64 of which all are as likely."""
        possible = [one for one in self.alternatives if any(one.said in text for text in said)]
        possible = possible or [one for one in self.alternatives if not one.said]
        place = chance * sum(one.weight for one in possible) >> 64
        for one in possible[:-1]:
            place -= one.weight
            if place < 0:
                return one.step
        return possible[-1].step


AFTER_THE_END = ScriptedStep(text="The script has no further step.")
"""What a rehearsal says once its script has been played."""


@dataclass(frozen=True, slots=True)
class Script:
    """A rehearsal: its responses in order."""

    name: str
    summary: str
    steps: tuple[ScriptedStep | OneOf, ...]
    repeat: bool = False
    sha256: str = ""
    """Of the file's bytes (hex)."""

    def step(self, replies: int, seed: int = 0, said: Sequence[str] = ()) -> ScriptedStep:
        """Return the response that comes after ``replies`` earlier ones.

        ``said`` are our words so far, each text by itself.
        """
        if replies >= len(self.steps) and not self.repeat:
            return AFTER_THE_END
        step = self.steps[min(replies, len(self.steps) - 1)]
        if isinstance(step, OneOf):
            return step.draw(self._chance(seed, replies), said)
        return step

    def _chance(self, seed: int, replies: int) -> int:
        drawn = sha256(f"{self.sha256} {seed} {replies}".encode("ascii")).digest()
        return int.from_bytes(drawn[:8], "big")


def load_script(path: Path) -> Script:
    """Read the rehearsal in ``path``.

    Raises ``ProtocolError`` with one line ``file:line:column: …`` for each fault.
    """
    source = Source(path)
    root = source.root()
    script = None if root is None else _script(source, root)
    refuse(source.findings)
    assert script is not None
    return script


def _script(source: Source, root: Fields) -> Script:
    name = root.text("name")
    if name and (name != source.path.stem or not NAME.fullmatch(name)):
        source.blame_field(
            "name",
            f"The name is '{name}' and the file is {source.path.name}.",
            "Give both one name, of small letters, digits and hyphens.",
        )
    summary = root.text("summary")
    repeat = root.has("repeat") and root.flag("repeat")
    steps = tuple(_step_or_draw(source, fields) for fields in root.each("steps"))
    if not steps:
        source.blame_field("steps", "A rehearsal needs at least one step.")
    root.done()
    return Script(name=name, summary=summary, steps=steps, repeat=repeat, sha256=source.sha256)


def _step_or_draw(source: Source, fields: Fields) -> ScriptedStep | OneOf:
    if not fields.has("one_of"):
        return _step(fields)
    alternatives = tuple(_alternative(one) for one in fields.each("one_of"))
    if all(one.said for one in alternatives):
        source.blame_field(
            fields.dotted("one_of"),
            "There may be nothing to draw from.",
            "Give at least one step without 'said'.",
        )
    fields.done()
    return OneOf(alternatives)


def _alternative(fields: Fields) -> Alternative:
    weight = fields.whole("weight", least=1) if fields.has("weight") else 1
    said = fields.text("said") if fields.has("said") else ""
    return Alternative(step=_step(fields), weight=weight, said=said)


def _step(fields: Fields) -> ScriptedStep:
    calls = tuple(_call(call) for call in fields.each("calls")) if fields.has("calls") else ()
    stop = "tool_calls" if calls else "end"
    step = ScriptedStep(
        thinking=fields.text("thinking") if fields.has("thinking") else "",
        text=fields.text("text") if fields.has("text") else "",
        calls=calls,
        stop=cast(
            "StopKind", fields.choice("stop", get_args(StopKind)) if fields.has("stop") else stop
        ),
        delay=fields.number("delay") if fields.has("delay") else None,
        fail=_failure(fields.fields("fail")) if fields.has("fail") else None,
    )
    fields.done()
    return step


def _call(fields: Fields) -> ScriptedCall:
    name = fields.text("name")
    arguments = fields.value("arguments") if fields.has("arguments") else {}
    fields.done()
    if not isinstance(arguments, str):
        arguments = json.dumps(arguments, ensure_ascii=False)
    return ScriptedCall(name=name, arguments=arguments)


def _failure(fields: Fields | None) -> ScriptedFailure | None:
    if fields is None:
        return None
    failure = ScriptedFailure(
        kind=cast("FailureKind", fields.choice("kind", get_args(FailureKind))),
        message=fields.text("message"),
        after=fields.whole("after") if fields.has("after") else 0,
        times=fields.whole("times", least=1) if fields.has("times") else None,
        retry_after=fields.number("retry_after") if fields.has("retry_after") else None,
    )
    fields.done()
    return failure
