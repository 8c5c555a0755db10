"""Where protocols are found: in the home, then among those that come with latitude."""

from pathlib import Path

import latitude
from latitude.errors import UnknownName
from latitude.prompts.loader import NAME, load
from latitude.prompts.protocol import Protocol


def shipped_prompts() -> Path:
    """The folder of the protocols that come with latitude: in the wheel, else in the checkout."""
    package = Path(latitude.__file__).parent
    packed = package / "shipped"
    return packed if packed.is_dir() else package.parent / "prompts"


class Library:
    """All protocols that a person can name. A file in the home hides a shipped one of its name."""

    def __init__(self, home_prompts: Path | None = None, shipped: Path | None = None) -> None:
        folders = [home_prompts, shipped or shipped_prompts()]
        self.folders: tuple[Path, ...] = tuple(
            {folder.resolve(): folder for folder in folders if folder is not None}.values()
        )
        """The folders that are searched, first to last; one that is missing counts as empty."""

    @property
    def rehearsals(self) -> tuple[Path, ...]:
        """The folders of rehearsal scripts, in the same order."""
        return tuple(folder / "rehearsals" for folder in self.folders)

    def names(self) -> tuple[str, ...]:
        """The names there are, sorted."""
        return tuple(sorted({path.stem for folder in self.folders for path in files(folder)}))

    def path(self, name: str) -> Path:
        """The file of the protocol ``name``. Raises ``UnknownName`` with the list of names."""
        if NAME.fullmatch(name):
            for folder in self.folders:
                path = folder / f"{name}.yaml"
                if path.is_file():
                    return path
        known = ", ".join(self.names()) or "none"
        raise UnknownName(f"No protocol is called {name!r}. There are: {known}. Nothing was sent.")

    def get(self, name: str) -> Protocol:
        """Load the protocol ``name``. Raises ``UnknownName``, or ``ProtocolError``."""
        return load(self.path(name))


def files(folder: Path) -> list[Path]:
    """The protocol files of ``folder``, sorted; none where there is no such folder."""
    return sorted(path for path in folder.glob("*.yaml") if path.is_file())
