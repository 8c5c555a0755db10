"""A stage for the engine: a real journal, a scripted provider, real tools; nobody commits."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from latitude.core.events import AnyEvent, Record, ResponseFailed, SessionOpened
from latitude.core.fold import SessionState
from latitude.core.spec import (
    Conditions,
    ExitTerms,
    Limits,
    ModelAsked,
    Offer,
    ProtocolUsed,
    Texts,
    Versions,
)
from latitude.journal.reader import read, read_ends
from latitude.journal.writer import Recorder
from latitude.providers.base import Wishes
from latitude.providers.rehearsal import Rehearsal
from latitude.session.companion import ProtocolWords
from latitude.session.engine import Engine, Parts
from latitude.session.seams import Committed, Companion, StepMark
from latitude.session.stop import Stop
from latitude.tools.base import ToolAnswer
from latitude.tools.registry import Toolbox
from latitude.workspace.folder import Workspace

SESSION = "20261120-231502-k3f9w2"


class NobodyCommits:
    """A keeper that only notes which steps it was asked to keep."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.asked: list[StepMark] = []

    async def commit(self, step: StepMark) -> Committed | None:
        self.asked.append(step)
        return None

    async def count_files(self) -> int:
        return sum(1 for entry in self._workspace.scan() if entry.kind == "file")


class ToolHands:
    def __init__(self, workspace: Workspace, opened: SessionOpened, toolbox: Toolbox) -> None:
        self._workspace = workspace
        self._offered = opened.tools
        self._toolbox = toolbox

    async def call(self, name: str, arguments: str) -> ToolAnswer:
        return await self._toolbox.call(name, arguments, self._workspace, self._offered)


@dataclass
class Somebody:
    """A person who says prepared things; ``None`` leaves."""

    says: list[str | None] = field(default_factory=list)
    again: list[bool] = field(default_factory=list)
    asked: list[ResponseFailed] = field(default_factory=list)

    async def next_message(self, state: SessionState) -> str | None:
        return self.says.pop(0) if self.says else None

    async def try_again(self, state: SessionState, failure: ResponseFailed) -> bool | None:
        self.asked.append(failure)
        return self.again.pop(0)


class Stage:
    """One session, from a script in YAML to the journal's events."""

    keeper_class = NobodyCommits

    def __init__(self, folder: Path, steps: str, **settings: object) -> None:
        self.folder = folder
        self.scripts = folder / "rehearsals"
        self.scripts.mkdir(parents=True, exist_ok=True)
        script = {
            "name": "scene",
            "summary": "A scene for a test.",
            "repeat": settings.pop("repeat", False),
            "steps": yaml.safe_load(textwrap.dedent(steps)),
        }
        (self.scripts / "scene.yaml").write_text(yaml.safe_dump(script), encoding="utf-8")
        self.stop = Stop()
        self.settings = settings
        self.provider = Rehearsal([self.scripts])
        self.journal = folder / "sessions" / SESSION / "journal.jsonl"

    async def opened(self) -> SessionOpened:
        s = self.settings
        asked = await self.provider.settle("scene", Wishes())
        exit_terms = ExitTerms(
            phrases=tuple(s.get("phrases", ("stopping now",))),
            tool=s.get("exit_tool", "end_session"),
        )
        return SessionOpened(
            id=SESSION,
            protocol=ProtocolUsed(
                name="scene",
                version=1,
                sha256="0" * 64,
                texts=Texts(
                    opening="What would you like to do?",
                    script=tuple(s.get("script", ())),
                    offer=s.get("offer"),
                    between=s.get("between", "This message is automatic."),
                ),
            ),
            given="0" * 64,
            model=ModelAsked(
                provider="rehearsal", name="scene", parameters=asked.parameters, takes_tools=True
            ),
            tools=s.get("toolbox", Toolbox()).offer(s.get("tools", ("files",)), exit_terms.tool),
            limits=s.get("limits", Limits()),
            exit=exit_terms,
            conditions=Conditions(attended=s.get("attended", False)),
            versions=Versions(latitude="0", sdk="", python="3"),
        )

    async def play(self, companion: Companion | None = None) -> list[AnyEvent]:
        """Run the session and return its events as they stand in the journal."""
        opened = await self.opened()
        recorder = await Recorder.create(self.journal.parent, opened)
        workspace_root = self.folder / "workspace"
        workspace_root.mkdir(mode=0o700, exist_ok=True)
        self.workspace = Workspace(workspace_root)
        self.keeper = self.keeper_class(self.workspace)
        first, _ = read_ends(self.journal)
        for watch in self.settings.get("watchers", ()):
            recorder.watch(watch)
        for watch_delta in self.settings.get("delta_watchers", ()):
            recorder.watch_deltas(watch_delta)
        parts = Parts(
            sink=recorder,
            provider=self.provider,
            hands=ToolHands(self.workspace, opened, self.settings.get("toolbox", Toolbox())),
            keeper=self.keeper,
            companion=companion or ProtocolWords(),
            stop=self.stop,
        )
        try:
            await Engine(parts, first).run()
        finally:
            await recorder.close()
        return self.events()

    def records(self) -> list[Record]:
        return list(read(self.journal))

    def events(self) -> list[AnyEvent]:
        return [record.event for record in self.records()]


def types(events: Sequence[AnyEvent]) -> list[str]:
    """The line types, in order."""
    return [event.__struct_config__.tag for event in events]


def offer_at(turn: int, text: str) -> Offer:
    return Offer(text=text, turn=turn)
