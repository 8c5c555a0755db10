"""Studies on a stage: files, homes, arms that cost what a test says, quick sessions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from msgspec.structs import replace

from latitude.config import Home
from latitude.core.events import AnyEvent, End, SessionClosed, SessionOpened, Summary
from latitude.core.spec import Conditions, Limits, ModelAsked, StudyMark
from latitude.core.stream import Tokens
from latitude.journal.line import FIRST_PREV, encode_event
from latitude.journal.paths import JOURNAL
from latitude.journal.reader import read
from latitude.session.stop import Stop
from latitude.study.check import Checked, check
from latitude.study.design import Arm, Study
from latitude.study.file import load_study
from latitude.study.plan import Plan, encode, hash_of, plan_of
from latitude.study.runner import Server
from latitude.study.seams import Ended, Ready
from tests.journal.samples import opened as an_opening

HEAD = """
name: play
version: 1
question: Does it matter?
models: [rehearsal/leaves]
repeats: 2
seed: 7
"""


def write(folder: Path, text: str, name: str = "play") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def study(folder: Path, more: str = "", **instead: str) -> Study:
    """A study file with ``more`` at its end, and other values ``instead`` of its usual ones."""
    lines = [
        f"{name}: {instead.get(name, value)}"
        for name, value in (line.split(": ", 1) for line in HEAD.split("\n") if line)
    ]
    return load_study(write(folder, "\n".join([*lines, more]), instead.get("name", "play")))


@dataclass(frozen=True)
class Cheap:
    """An arm that nobody asks a provider about."""

    opened: SessionOpened
    notes: tuple[str, ...] = ()
    each: float | None = 0.0
    """US dollars for whatever is read and written."""

    def price(self, read: int, written: int) -> float | None:
        return self.each


def opening(arm: Arm, study: Study) -> SessionOpened:
    """How an arm might render: what is given follows from its label, a duplicate's is the same."""
    provider, _, name = arm.model.name.partition("/")
    sample = an_opening(provider=provider, name=name)
    host = urlsplit(arm.model.base_url or "").netloc
    return replace(
        sample,
        model=replace(sample.model, host=host),
        given=(arm.duplicate_of or arm.label).encode().hex()[:64],
        limits=Limits(**study.limits),
        conditions=Conditions(attended=arm.attended),
    )


def cheap(each: float | None = 0.0) -> Callable:
    async def prepare(study: Study, arm: Arm) -> Cheap:
        return Cheap(opening(arm, study), each=each)

    return prepare


async def planned(study: Study, each: float | None = 0.0) -> tuple[Checked, Plan, str]:
    checked = await check(study, cheap(each))
    plan = plan_of(study, checked.planned)
    return checked, plan, hash_of(encode(plan))


def closing(end: End = "model-exit", cost: float | None = 0.0, written: int = 3) -> SessionClosed:
    summary = Summary(
        turns=1,
        steps=min(written, 1),
        files=0,
        tokens=Tokens(input=5, output=written),
        model="m",
        cost=cost,
    )
    return SessionClosed(end=end, detail="it ended", summary=summary)


def servers(**at_once: int) -> dict[Server, int]:
    """Sessions ``at_once`` of providers that no arm gives an address for."""
    return {Server(provider, ""): number for provider, number in at_once.items()}


_ids = iter(range(10**6))


def put_session(
    sessions: Path, mark: StudyMark | None, closed: SessionClosed | None, model: str = "a/b"
) -> str:
    """Write the journal of a session with a first line, and a last one if it is ``closed``."""
    number = next(_ids)
    session = f"20261120-{number // 3600 % 24:02}{number // 60 % 60:02}{number % 60:02}-k3f9w2"
    provider, _, name = model.partition("/")
    first = replace(
        an_opening(session, provider, name), model=ModelAsked(provider=provider, name=name)
    )
    if mark is not None:
        conditions = replace(
            first.conditions,
            study=mark.study,
            plan=mark.plan,
            arm=mark.arm,
            repeat=mark.repeat,
            seed=mark.seed,
        )
        first = replace(first, conditions=conditions)
    folder = sessions / session
    folder.mkdir(parents=True)
    at = "2026-11-20T23:15:02.125Z"
    lines = [encode_event(0, at, FIRST_PREV, first)[0]]
    if closed is not None:
        lines.append(encode_event(1, at, FIRST_PREV, closed)[0])
    (folder / JOURNAL).write_bytes(b"".join(line + b"\n" for line in lines))
    return session


@dataclass
class Played:
    """A ``RunSession`` that remembers its cells, and ends each as it was told."""

    end: Callable[[StudyMark], SessionClosed] = lambda _: closing()
    marks: list[StudyMark] = field(default_factory=list)

    async def __call__(self, ready: Ready, mark: StudyMark, stop: Stop) -> Ended:
        self.marks.append(mark)
        return Ended(f"session-{len(self.marks)}", self.end(mark))


class Nobody:
    """A board that nobody looks at."""

    def began(self, *_: object) -> None: ...
    def ended(self, *_: object) -> None: ...
    def broke_off(self, *_: object) -> None: ...


def home_in(folder: Path) -> Home:
    for part in ("prompts", "sessions", "artifacts"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    return Home(root=folder, state=folder / "state")


def events(home: Home, session: str) -> list[AnyEvent]:
    return [record.event for record in read(home.session(session) / JOURNAL)]
