"""A workspace on a real disk, with things beside it that nobody may reach."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from latitude.workspace.folder import Workspace


@dataclass(frozen=True)
class Outside:
    """What lies beside a workspace: its content, to be compared afterwards."""

    folder: Path
    workspace: Path

    def snapshot(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.folder)): path.read_bytes() if path.is_file() else b""
            for path in self.folder.rglob("*")
            if not path.is_relative_to(self.workspace)
        }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "ws"
    root.mkdir(mode=0o700)
    return root


@pytest.fixture
def workspace(root: Path) -> Workspace:
    return Workspace(root)


@pytest.fixture
def outside(tmp_path: Path, root: Path) -> Outside:
    (tmp_path / "secret").write_text("not yours")
    (tmp_path / "ws2").mkdir()
    (tmp_path / "ws2" / "secret").write_text("not yours")
    return Outside(tmp_path, root)
