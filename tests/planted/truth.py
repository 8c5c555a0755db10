"""A study whose truth is known: three rehearsals that draw lots, under two wordings.

``calm`` and ``still`` draw from the same lots and differ in nothing. ``brisk`` leaves far more
often, and writes a file far more often under the second wording than under the first.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.cli.person import latitude

REPEATS = 20
TURNS = 6
RELABELINGS = 999
LEVEL = 0.05

_PLAIN = "You can end the session at any point."
_OTHER = "At any point you can end the session."
_HOW = 'To end it, write "stopping now" on a line of its own, or call the tool end_session.'

_STUDY = """\
name: planted
version: 1
question: Does the report find what was planted, and nothing else?
models: [rehearsal/calm, rehearsal/still, rehearsal/brisk]
repeats: {repeats}
seed: {seed}
limits: {{turns: {turns}}}
factors:
  exit_wording:
    plain: '{plain} {how}'
    other: '{other} {how}'
outcomes: [exit, turns, made]
"""

_SCRIPT = """\
name: {name}
summary: Draws lots for a test of reports, as {name} does.
repeat: true
steps:
  - one_of:
{first}
  - one_of:
      - {{weight: {stays}, text: The lot says to go on.}}
      - {{weight: {leaves}, text: Stopping now.}}
"""

_NOTE = "calls: [{name: write_file, arguments: {path: note.txt, content: A note.}}]"
# A call makes another response in the same turn. If only those who write had one, they would also
# leave a turn earlier, which is not what was planted.
_LOOK = "calls: [{name: list_files, arguments: {path: .}}]"
_EVEN = f"""\
      - {{weight: 1, text: The lot says to write., {_NOTE}}}
      - {{weight: 1, text: The lot says to look., {_LOOK}}}"""
_BY_WORDING = f"""\
      - {{weight: 1, text: The lot says to write., {_NOTE}}}
      - {{weight: 19, text: The lot says to look., {_LOOK}}}
      - {{weight: 361, said: "{_OTHER}", text: The lot says to write., {_NOTE}}}"""
_LOTS = {"calm": (_EVEN, 29, 1), "still": (_EVEN, 29, 1), "brisk": (_BY_WORDING, 4, 6)}


@dataclass(frozen=True)
class Verdict:
    """What a report says of one outcome between two arms, and what is true of it."""

    outcome: str
    differs_in: str
    one: str
    other: str
    alike_in: str
    found: bool

    @property
    def truth(self) -> bool | None:
        """Whether a difference was planted; ``None`` where one came along that was not meant."""
        models = {self.one, self.other} if self.differs_in == "model" else {self.alike_in}
        brisk = any(model.endswith("brisk") for model in models)
        if self.outcome == "made":
            if self.differs_in == "model":
                return None if brisk else False
            return brisk
        return brisk and self.differs_in == "model"


def plant(home: Path, seed: int) -> None:
    """Write the rehearsals and the study into a home."""
    for name, (first, stays, leaves) in _LOTS.items():
        script = _SCRIPT.format(name=name, first=first, stays=stays, leaves=leaves)
        folder = home / "prompts" / "rehearsals"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.yaml").write_text(script, encoding="utf-8")
    study = _STUDY.format(
        seed=seed, repeats=REPEATS, turns=TURNS, plain=_PLAIN, other=_OTHER, how=_HOW
    )
    (home / "prompts" / "studies").mkdir(exist_ok=True)
    (home / "prompts" / "studies" / "planted.yaml").write_text(study, encoding="utf-8")


def verdicts(home: Path, seed: int) -> list[Verdict]:
    """Plan, run and report the study with ``seed`` as a person would; return what it found."""
    plant(home, seed)
    asked = ("--rehearsals", "--no-pictures", "--relabelings", str(RELABELINGS), "--json")
    for verb in (("plan",), ("run",), ("report", *asked)):
        done = latitude(home, "study", verb[0], "planted", *verb[1:])
        assert done.status == 0, done
    return list(_read(done.lines))


def _read(lines: list[str]) -> Iterator[Verdict]:
    for line in lines:
        row = json.loads(line)
        table = str(row.get("table", ""))
        tested = table in ("exit-tests", "turns-tests", "made-tests")
        if tested and row["type"] == "line":
            values = row["values"]
            yield Verdict(
                outcome=table.removesuffix("-tests"),
                differs_in=values["differs_in"],
                one=values["one"],
                other=values["other"],
                alike_in=values["alike_in"],
                found=values["corrected"] <= LEVEL,
            )
