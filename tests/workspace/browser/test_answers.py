"""What a browser's process answers, and what is made of an answer that is not as it should be."""

import io
import shlex
import sys
from pathlib import Path

import msgspec
import pytest
from PIL import Image as Pillow

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


def picture() -> bytes:
    buffer = io.BytesIO()
    Pillow.effect_noise((64, 64), 100).save(buffer, "png")
    return buffer.getvalue()


async def test_a_picture_comes_through_only_when_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = picture()
    told = Drawn(media_type="image/png", size=len(whole))
    head = msgspec.json.encode(told) + b"\n"
    assert await answered(head + whole, tmp_path, monkeypatch) == (told, whole)
    for part in (whole[:-1], whole[:100], b"", whole + b"more"):
        drawn, data = await answered(head + part, tmp_path, monkeypatch)
        assert (drawn, data) == (Drawn(failed="its picture did not come whole"), b"")


@pytest.mark.parametrize(("media_type", "data"), [("image/png", b""), ("", b"a")])
async def test_what_is_no_picture_is_not_passed_on(
    media_type: str, data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = msgspec.json.encode(Drawn(media_type=media_type, size=len(data))) + b"\n"
    answer = await answered(head + data, tmp_path, monkeypatch)
    assert answer == (Drawn(failed="what the browser drew is no picture"), b"")
