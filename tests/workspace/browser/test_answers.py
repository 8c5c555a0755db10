"""What a browser's process answers, and what is made of an answer that is not as it should be."""

import shlex
import sys
from pathlib import Path

import pytest

from latitude.workspace.browser.base import Drawn
from latitude.workspace.browser.browser import Browser


async def answered(
    answer: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Drawn, bytes]:
    """Draw with a process that takes its job, gives ``answer``, and ends."""
    said, worker = tmp_path / "answer", tmp_path / "worker"
    said.write_bytes(answer)
    worker.write_text(f"#!/bin/sh\nread job\ncat {shlex.quote(str(said))}\n")
    worker.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(worker))
    return await Browser("none", "none").draw("page", tmp_path, "a.html")


@pytest.mark.parametrize(
    "answer",
    [b"Traceback (most recent call last):\n", b'{"title":"\xff"}\n', b'{"waited":null}\n'],
    ids=["no JSON", "no text", "no number"],
)
async def test_one_that_cannot_be_read_is_told_and_not_raised(
    answer: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn, data = await answered(answer, tmp_path, monkeypatch)
    assert (drawn, data) == (Drawn(failed="the browser's answer could not be read"), b"")
