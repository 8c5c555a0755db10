"""The door to git: opens or makes the repository, and runs git with nobody's settings but ours.

A home may come from somebody else, and a person may have any settings: no hook, filter, helper,
pager, signature program or network protocol of either is ever run.
"""

import errno
import os
import secrets
import shutil
import signal
from pathlib import Path
from subprocess import PIPE
from typing import Any, BinaryIO, Final, Protocol

import git
from git.exc import GitCommandError, GitCommandNotFound, InvalidGitRepositoryError

from latitude.errors import HomeUnusable

OLDEST_GIT = (2, 34)
"""``repack --geometric`` and settings from the environment are both there since 2.34."""

_SETTINGS: Final = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.attributesFile": "/dev/null",
    "core.logAllRefUpdates": "false",
    "core.useReplaceRefs": "false",
    # Git waits 100 ms for a ref that a person's own git has locked, which failed under load.
    "core.filesRefLockTimeout": "5000",
    "core.packedRefsTimeout": "5000",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "i18n.logOutputEncoding": "UTF-8",
    "log.showSignature": "false",
    "color.ui": "false",
    "protocol.allow": "never",
}
_CONFIG: Final = (
    ("core", "bare", "false"),
    ("core", "logAllRefUpdates", "false"),
    ("core", "hooksPath", "/dev/null"),
    ("core", "autocrlf", "false"),
    ("gc", "auto", "0"),
    ("maintenance", "auto", "false"),
    ("i18n", "commitEncoding", "UTF-8"),
    ("i18n", "logOutputEncoding", "UTF-8"),
)


def _environment() -> dict[str, str]:
    env = {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": "/dev/null",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "HOME": "/nonexistent",
        "XDG_CONFIG_HOME": "/nonexistent",
        "GIT_CONFIG_COUNT": str(len(_SETTINGS)),
    }
    for place, (key, value) in enumerate(_SETTINGS.items()):
        env[f"GIT_CONFIG_KEY_{place}"] = key
        env[f"GIT_CONFIG_VALUE_{place}"] = value
    return env


class Target(Protocol):
    """What output is written to: a file, or what is written like one."""

    def write(self, data: bytes, /) -> int:
        """Take the next bytes; return how many."""


class Door:
    """One repository, opened for one thread."""

    def __init__(self, root: Path) -> None:
        """Open ``root/.git``; raises ``HomeUnusable`` when that is no repository."""
        self.root = root
        self.git_dir = root / ".git"
        try:
            # Given the folder itself, GitPython would look at it as a bare repository too.
            self._repo = git.Repo(root, expand_vars=False, search_parent_directories=False)
        except (InvalidGitRepositoryError, git.NoSuchPathError) as error:
            raise HomeUnusable(
                f"{root} holds no git repository that can be opened. Nothing was changed. "
                "Restore its .git folder from a copy, or move it away to begin anew."
            ) from error
        # A repository named outright is not refused for belonging to another user.
        self._repo.git.update_environment(**_environment(), GIT_DIR=str(self.git_dir))

    def run(
        self, *args: str, env: dict[str, str] | None = None, inherit: int | None = None
    ) -> bytes:
        """Run git and return its output.

        It runs in a session of its own, out of reach of Ctrl-C in a terminal. ``inherit`` is the
        descriptor of the held lock, for a git that must not outlive it: should this process be
        killed, the lock is then held until that git has ended. Raises ``GitFailed`` when its
        status is not 0.
        """
        status, out, err = self._repo.git.execute(
            [self._executable, *args],
            with_extended_output=True,
            with_exceptions=False,
            stdout_as_string=False,
            strip_newline_in_stdout=False,
            start_new_session=True,
            pass_fds=() if inherit is None else (inherit,),
            env=env,
        )
        if status != 0:
            raise GitFailed(args, int(status), _text(err))
        return out

    def start(self, *args: str) -> Any:
        """Start a git that stays, with pipes to it; the result is GitPython's process wrapper."""
        return self._repo.git.execute(
            [self._executable, *args], istream=PIPE, as_process=True, start_new_session=True
        )

    def pour(self, *args: str, source: BinaryIO, target: "Target") -> None:
        """Run git on what stands in the file ``source``, and write its output to ``target``.

        Raises as :meth:`run`.
        """
        status, _, err = self._repo.git.execute(
            [self._executable, *args],
            istream=source,
            output_stream=target,
            with_extended_output=True,
            with_exceptions=False,
            start_new_session=True,
            max_chunk_size=1 << 20,
        )
        if status != 0:
            raise GitFailed(args, int(status), _text(err))

    @property
    def _executable(self) -> str:
        return str(self._repo.git.GIT_PYTHON_GIT_EXECUTABLE)

    def close(self) -> None:
        """End what GitPython keeps open."""
        self._repo.close()


def _reason(error: OSError | GitCommandError | GitCommandNotFound) -> str:
    """What went wrong, on one line: never the command that was run."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    if isinstance(error, GitCommandNotFound):
        return "git was not found"
    lines = error.stderr.removeprefix("\n  stderr: '").removesuffix("'").splitlines()
    said = next((line for line in lines if line.startswith(("error: ", "fatal: "))), "")
    # What the system said stands at the end, after files of git that mean nothing to a person.
    cause = said.rpartition(": ")[2]
    if cause in map(os.strerror, errno.errorcode):
        return cause
    if isinstance(error.status, int) and error.status < 0:
        return f"git was stopped: {signal.strsignal(-error.status)}"
    return f"git says: {said.partition(': ')[2] or 'nothing'}"


class GitFailed(HomeUnusable):
    """A git command ended with an error."""

    def __init__(self, args: tuple[str, ...], status: int, said: str) -> None:
        self.status = status
        self.said = said
        super().__init__(
            f"git {args[0]} failed in the repository of artifacts (status {status}): "
            f"{said.strip() or 'it said nothing'}. What was committed before is kept. "
            "Check that the home is writable and the disk has room."
        )


def _text(data: object) -> str:
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else str(data)


def make_repository(root: Path) -> Path:
    """Make a new repository beside ``root/.git`` and return its folder, not yet in place.

    Raises ``HomeUnusable`` when it cannot be made.
    """
    fresh = root / f".git.new-{secrets.token_hex(6)}"
    try:
        root.mkdir(parents=True, exist_ok=True)
        version = git.Git().version_info[:2]
        if version < OLDEST_GIT:
            raise HomeUnusable(
                f"git {'.'.join(map(str, version))} is too old for the repository of artifacts. "
                f"Nothing was made. Install git {'.'.join(map(str, OLDEST_GIT))} or newer."
            )
        # Without an empty template, hooks of the user's template folder would come in.
        repo = git.Repo.init(
            fresh,
            expand_vars=False,
            allow_unsafe_options=True,
            bare=True,
            template="",
            object_format="sha1",
            initial_branch="main",
            env=_environment(),
        )
        repo.close()
        # Not GitPython's writer, which on a full disk prints a traceback when it is collected.
        with (fresh / "config").open("a", encoding="utf-8") as config:
            config.writelines(f"[{part}]\n\t{name} = {value}\n" for part, name, value in _CONFIG)
    except (OSError, GitCommandError, GitCommandNotFound) as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise HomeUnusable(
            f"No repository of artifacts can be made in {root}: {_reason(error)}. "
            "Nothing was made. Make room, make the home writable, or choose another with --home."
        ) from error
    return fresh
