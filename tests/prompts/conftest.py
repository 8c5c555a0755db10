"""A protocol file to spoil: ``open``, with one place changed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from latitude.prompts.library import shipped_prompts

Edited = Callable[..., Path]


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    """Write ``open`` with each ``old`` replaced by its ``new`` and return the file."""

    def write(*changes: tuple[str, str], name: str = "open") -> Path:
        text = (shipped_prompts() / "open.yaml").read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, f"open.yaml holds no {old!r}"
            text = text.replace(old, new)
        path = tmp_path / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
