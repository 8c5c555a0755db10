"""Sessions that made something: real files, committed to a real repository."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from latitude.artifacts.repository import Repository
from latitude.compare.cohort import Cohort, gather
from latitude.config import Home
from latitude.index.measures import kind_of, language_of
from latitude.index.observation import Observation, WorkSeen
from latitude.workspace.folder import Workspace
from tests.artifacts.conftest import order
from tests.compare.observed import seen


@dataclass
class Makers:
    """A home, its repository, and the sessions that made something in it."""

    home: Home
    repository: Repository
    sessions: list[Observation] = field(default_factory=list)

    async def make(
        self, files: dict[str, bytes | str], model: str = "claude-x", **traits: object
    ) -> Observation:
        """One more session, which left these files; a link is a text that begins with ``->``."""
        number = len(self.sessions)
        session = seen(number, model, **traits)
        root = self.home.workspace(session.session)
        root.mkdir(mode=0o700, parents=True)
        for path, content in files.items():
            _lay(root / path, content)
        committed = await self.repository.commit(order(session.session), Workspace(root))
        works = () if committed is None else await self.works(committed.commit)
        self.sessions.append(replace(session, works=works, files=len(works)))
        return self.sessions[-1]

    async def works(self, commit: str) -> tuple[WorkSeen, ...]:
        """What the index would say of a commit."""
        return tuple(
            WorkSeen(
                *(file.path, kind_of(file.path), language_of(file.path), file.size or 0),
                *(file.sha256 or "", commit),
            )
            for file in await self.repository.files(commit)
            if file.kind == "file"
        )

    def cohort(self) -> Cohort:
        """All of them, to be compared."""
        return gather(self.sessions)

    def left(self) -> list[str]:
        """What lies in the state folder beside the workspaces and what is known of a browser."""
        usual = {"workspaces", "browser-that-worked"}
        return sorted({path.name for path in self.home.state.iterdir()} - usual)


def _lay(place: Path, content: bytes | str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, str) and content.startswith("->"):
        place.symlink_to(content.removeprefix("->"))
    else:
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
