"""The files of a session that a person sits in, turn by turn; knows nothing of the terminal."""

from pathlib import Path

from latitude.bootstrap import House
from latitude.core.fold import SessionState
from latitude.tui.files import CommitFiles, Files, FolderFiles
from latitude.tui.outside import open_commit, open_folder
from latitude.tui.recorded import commit_at
from latitude.tui.sitting import Sitting


class SittingFiles:
    """What there is to see of the work: the folder while it changes, commits of what was kept."""

    def __init__(self, house: House, sitting: Sitting) -> None:
        self._house = house
        self._sitting = sitting
        self._folder: FolderFiles | None = None

    def at(self, turn: int) -> Files:
        """The files as they were after ``turn``, beside those of the turn before."""
        repository, before = self._house.repository, commit_at(self._state, turn - 1)
        if not self._is_now(turn):
            return CommitFiles(repository, commit_at(self._state, turn), before)
        if self._folder is None:
            self._folder = FolderFiles(self._root, repository, before)
        else:
            # What was read of the folder for another turn is not read again.
            self._folder = self._folder.beside(before)
        return self._folder

    async def open_outside(self, turn: int) -> None:
        """Open them in what the person looks at folders with.

        Raises ``LatitudeError`` when that cannot be done.
        """
        commit = commit_at(self._state, turn)
        if self._is_now(turn):
            open_folder(self._root)
        elif commit is not None:
            await open_commit(self._house.repository, commit)

    def _is_now(self, turn: int) -> bool:
        return turn == self._state.turn and not self._sitting.over

    @property
    def _state(self) -> SessionState:
        state = self._sitting.view.session
        assert state is not None
        return state

    @property
    def _root(self) -> Path:
        return self._house.home.workspace(self._state.opened.id)
