"""Home and Settings: where things lie, which keys there are. No work at import."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latitude.errors import HomeUnusable, ProtocolError

KEY_VARIABLES: Mapping[str, str] = {
    "anthropic": "ANTHROPIC_API_KEY",
    "openai": "OPENAI_API_KEY",
    "chat": "LATITUDE_CHAT_KEY",
}
"""Providers that can want a key, and the variable that holds it. The one of ``chat`` goes to the
address typed with it; no vendor's key does."""


@dataclass(frozen=True, slots=True)
class Home:
    """A home on disk."""

    root: Path
    state: Path
    """The user's state folder, where workspaces lie while their sessions run."""

    @property
    def prompts(self) -> Path:
        """Protocols, and below it the rehearsals."""
        return self.root / "prompts"

    @property
    def sessions(self) -> Path:
        """One folder a session."""
        return self.root / "sessions"

    @property
    def artifacts(self) -> Path:
        """The git repository of what was made."""
        return self.root / "artifacts"

    @property
    def releases(self) -> Path:
        """What was published, and what people decided about it."""
        return self.root / "releases"

    @property
    def settings_file(self) -> Path:
        """Looks and defaults; never keys or endpoints."""
        return self.root / "latitude.yaml"

    def session(self, session_id: str) -> Path:
        """The folder of one session."""
        return self.sessions / session_id

    def workspace(self, session_id: str) -> Path:
        """Where the model writes while its session runs."""
        return self.state / "workspaces" / session_id


def find_home(
    explicit: str | None, environ: Mapping[str, str] = os.environ, cwd: Path | None = None
) -> Home:
    """Return the home: ``--home``, ``$LATITUDE_HOME``, this folder if it is one, the user's."""
    import platformdirs  # 25 ms that --help need not pay

    here = cwd or Path.cwd()
    state = Path(environ.get("LATITUDE_STATE") or platformdirs.user_state_path("latitude"))
    if named := explicit or environ.get("LATITUDE_HOME"):
        root = Path(named).expanduser().absolute()
        if root.exists() and not root.is_dir():
            raise HomeUnusable(f"{root} is not a folder, so it cannot be a home. Nothing was done.")
        return Home(root=root, state=state)
    if all((here / part).is_dir() for part in ("prompts", "sessions", "artifacts")):
        return Home(root=here, state=state)
    return Home(root=Path(platformdirs.user_data_path("latitude")), state=state)


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``latitude.yaml`` may set: defaults of the command line."""

    model: str | None = None
    protocol: str = "open"
    turns: int | None = None


_SETTINGS: Mapping[str, tuple[type, str]] = {
    "model": (str, "text, such as rehearsal"),
    "protocol": (str, "text, such as open"),
    "turns": (int, "a whole number, 1 or more"),
}


def load_settings(home: Home) -> Settings:
    """Read ``latitude.yaml`` of ``home``; without one, the defaults.

    Raises ``ProtocolError`` naming line and column when it is not YAML, or holds anything else.
    """
    try:
        text = home.settings_file.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return Settings()
    except UnicodeDecodeError as error:
        raise ProtocolError(f"{home.settings_file} is not UTF-8 text: {error.reason}.") from error
    except OSError as error:
        raise HomeUnusable(f"{home.settings_file} cannot be read: {error.strerror}.") from error
    import yaml

    try:
        data: Any = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        said = getattr(error, "problem", None) or " ".join(str(error).split())
        raise ProtocolError(f"{home.settings_file}{place}: this is not YAML: {said}.") from error
    if not isinstance(data, dict):
        raise ProtocolError(f"{home.settings_file}: expected 'name: value' lines.")
    for name, value in data.items():
        if name not in _SETTINGS:
            known = ", ".join(_SETTINGS)
            raise ProtocolError(
                f"{home.settings_file}: no setting is called {name!r} (there are: {known}). "
                "Keys and endpoints are never read from a home."
            )
        kind, words = _SETTINGS[name]
        if not isinstance(value, kind) or isinstance(value, bool) or not _positive(value):
            raise ProtocolError(f"{home.settings_file}: {name} must be {words}.")
    return Settings(**data)


def _positive(value: object) -> bool:
    return value > 0 if isinstance(value, int) else bool(str(value).strip())


def find_key(vendor: str, environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the key for ``vendor`` from the environment or the OS keyring, or ``None``."""
    variable = KEY_VARIABLES[vendor]
    if key := environ.get(variable, "").strip():
        return key
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password("latitude", vendor)
    except KeyringError:
        # No usable keyring on this machine is the same as no key in it.
        return None
