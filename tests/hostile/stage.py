"""Tries of a hostile model: what it does, what must hold afterwards, and the table of them all."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import yaml

from latitude.core.events import AnyEvent, BlockRecorded, ToolReturned
from latitude.journal.paths import JOURNAL
from tests.cli.person import Done, closed, events, latitude, sessions
from tests.hostile.ground import Ground, ground, writings
from tests.programs import needs

Call = tuple[str, dict[str, Any] | str]
"""A tool, and its arguments: a text is sent as it stands."""

OPTIONS = ("--tools", "files,run", "--turns", "100")


@dataclass(frozen=True)
class Row:
    """One row of the table."""

    name: str
    tried: str
    stopped_by: str
    test: str
    """``file::name`` below ``tests/``."""


@dataclass(frozen=True)
class Try:
    """One response of the model, and what must hold after the session that it was part of."""

    name: str
    tried: str
    stopped_by: str
    holds: Callable[["Seen"], None]
    calls: tuple[Call, ...] = ()
    text: str = ""
    thinking: str = ""


class Suite:
    """The tries of one file, in order; each is one response of one session."""

    def __init__(self, title: str, file: str) -> None:
        self.title = title
        self.file = f"hostile/{Path(file).name}"
        self.tries: list[Try] = []
        self._more: list[Row] = []

    def tries_to(
        self, tried: str, *calls: Call, stopped_by: str, text: str = "", thinking: str = ""
    ) -> Callable[[Callable[["Seen"], None]], Callable[["Seen"], None]]:
        """Add a try; the function it decorates says what holds when it was stopped."""

        def add(holds: Callable[[Seen], None]) -> Callable[[Seen], None]:
            name = holds.__name__
            self.tries.append(Try(name, tried, stopped_by, holds, calls, text, thinking))
            return holds

        return add

    def row(self, tried: str, *, stopped_by: str) -> Callable[[Any], Any]:
        """Add a test of its own, which is not part of the session, to the table."""

        def add(test: Any) -> Any:
            self._more.append(
                Row(test.__name__, tried, stopped_by, f"{self.file}::{test.__name__}")
            )
            return test

        return add

    def rows(self) -> list[Row]:
        test = f"{self.file}::test_it_is_stopped"
        first = [Row(one.name, one.tried, one.stopped_by, test) for one in self.tries]
        return [*first, *self._more]

    def each(self) -> Any:
        """Run a test for each try, by its name."""
        return pytest.mark.parametrize(
            "one", [pytest.param(one, id=one.name) for one in self.tries]
        )


@dataclass(frozen=True)
class Played:
    """A session that has ended, and what it left."""

    ground: Ground
    done: Done
    tries: tuple[Try, ...]

    @property
    def home(self) -> Path:
        return self.ground.home

    @cached_property
    def session(self) -> str:
        [session] = sessions(self.home)
        return session

    @property
    def journal(self) -> Path:
        return self.home / "sessions" / self.session / JOURNAL

    @cached_property
    def events(self) -> list[AnyEvent]:
        return events(self.home)

    @cached_property
    def shown(self) -> str:
        """What ``latitude show`` prints."""
        return self.ask("show", "last", "--thinking").out

    def ask(self, *words: str) -> Done:
        return latitude(self.home, *words, env=self.ground.environ)

    def seen(self, one: Try) -> "Seen":
        return Seen(self, one, self.tries.index(one) + 1)

    def clone(self) -> Path:
        """The artifacts as somebody gets them, who clones them with the person's settings."""
        place = self.ground.root / "clone"
        if not place.exists():
            strict = ("-c", "transfer.fsckObjects=true")
            self.git("clone", "-q", "--no-local", *strict, str(self.home / "artifacts"), str(place))
        return place

    def git(self, *words: str, cwd: Path | None = None) -> str:
        """Run git as the person would."""
        done = subprocess.run(
            ["git", *words], cwd=cwd, env=self.ground.environ, capture_output=True, check=False
        )
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout.decode("utf-8", "surrogateescape")


@dataclass(frozen=True)
class Seen:
    """One try, as the record tells of it."""

    played: Played
    one: Try
    step: int

    @property
    def ground(self) -> Ground:
        return self.played.ground

    @property
    def answers(self) -> list[ToolReturned]:
        every = self.played.events
        return [it for it in every if isinstance(it, ToolReturned) and it.step == self.step]

    @property
    def blocks(self) -> list[BlockRecorded]:
        every = self.played.events
        return [it for it in every if isinstance(it, BlockRecorded) and it.step == self.step]

    @property
    def said(self) -> list[str]:
        """What each call was answered with."""
        return [self._text(answer) for answer in self.answers]

    def refused(self, place: int, words: str) -> None:
        """The call at ``place`` did nothing, and was told why in ``words``."""
        assert not self.answers[place].ok, self.said[place]
        assert words in self.said[place], self.said[place]

    def _text(self, answer: ToolReturned) -> str:
        [part] = answer.result
        if part.blob is None:
            return part.text or ""
        folder = self.played.journal.parent / "blobs"
        return (folder / part.blob).read_text("utf-8")


@contextmanager
def playing(root: Path, tries: Sequence[Try], *options: str) -> Iterator[Played]:
    """Play ``tries`` as one session, and then leave.

    Latitude is started as by a careless shell, which left the person's folder open for it.
    """
    needs("bwrap")
    with ground(root) as here:
        model = script(here, "hostile", [*(_step(here, one) for one in tries), {"text": LEAVES}])
        words = ("run", "--model", model, *OPTIONS, *options)
        left_open = os.open(here.person, os.O_RDONLY)
        try:
            done = latitude(here.home, *words, env=here.environ, pass_fds=(left_open,))
        finally:
            os.close(left_open)
        yield Played(here, done, tuple(tries))


LEAVES = "Stopping now."


def script(here: Ground, name: str, steps: list[dict[str, Any]]) -> str:
    """Write a rehearsal of ``steps`` and return the model to ask for."""
    folder = here.home / "prompts" / "rehearsals"
    folder.mkdir(exist_ok=True)
    told = {"name": name, "summary": "A hostile model.", "steps": steps}
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")
    return f"rehearsal/{name}"


def sh(command: str, timeout: int = 20) -> Call:
    """A call of ``run``."""
    return ("run", {"command": command, "timeout": timeout})


def python(code: str, timeout: int = 20) -> Call:
    """A call of ``run`` that runs Python."""
    return sh(f"python3 - <<'END'\n{code}\nEND", timeout)


def _step(here: Ground, one: Try) -> dict[str, Any]:
    step: dict[str, Any] = {"delay": 0}
    if one.thinking:
        step["thinking"] = here.fill(one.thinking)
    if one.text:
        step["text"] = here.fill(one.text)
    if one.calls:
        step["calls"] = [
            {"name": here.fill(name), "arguments": _filled(here, arguments)}
            for name, arguments in one.calls
        ]
    return step


def _filled(here: Ground, arguments: dict[str, Any] | str) -> str:
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return here.fill(text)


def check_afterwards(played: Played) -> None:
    """What holds after every hostile session, whatever was tried in it."""
    here = played.ground
    assert played.done.status == 0, played.done
    assert closed(played.home).end == "model-exit"
    assert closed(played.home).summary.steps == len(played.tries) + 1, "each try was made"
    assert played.ask("verify", "--requests").status == 0
    artifacts = played.home / "artifacts"
    played.git("-C", str(artifacts), "fsck", "--strict", "--full")
    assert (here.person / "secret.txt").read_text() == f"{here.canary}\n"
    assert here.process.poll() is None
    assert list(here.marks.iterdir()) == [], "something ran on the host"
    assert list((here.state / "workspaces").iterdir()) == [], "the workspace is gone"
    said = "".join(text for one in played.tries for text in played.seen(one).said)
    assert here.canary not in said
    check_for_keys(here, played.done)


def check_for_keys(here: Ground, *said: Done) -> None:
    """No key stands in any file below the home and the state, nor in what was printed."""
    found = [
        (variable, way, place)
        for place, data in _every_byte(here, said)
        for variable, key in here.keys.items()
        for way, written in writings(key).items()
        if written in data
    ]
    assert found == [], found


def _every_byte(here: Ground, said: Sequence[Done]) -> Iterator[tuple[str, bytes]]:
    for number, done in enumerate(said):
        yield f"output {number}", f"{done.out}{done.err}".encode()
    for top in (here.home, here.state, here.person):
        for folder, folders, files in os.walk(top):
            for name in (*folders, *files):
                path = Path(folder, name)
                yield f"name {path}", os.fsencode(name)
                if path.is_file() and not path.is_symlink():
                    yield str(path), path.read_bytes()
    if (here.home / "artifacts" / ".git").exists():
        every = ("cat-file", "--batch", "--batch-all-objects", "--unordered")
        yield (
            "git objects",
            subprocess.run(
                ["git", "-C", str(here.home / "artifacts"), *every],
                capture_output=True,
                check=True,
                env=here.environ,
            ).stdout,
        )
