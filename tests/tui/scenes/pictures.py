"""Pictures on disk: kept, compared, and told apart in words."""

import html
import os
import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
KEPT = Path(__file__).with_name("pictures")
SWITCH = "UPDATE_SCENES"
COMMAND = f"{SWITCH}=1 .venv/bin/python -m pytest -n 2 --dist worksteal tests/tui/test_scenes.py"

_FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_NAME = re.compile(r"\bterminal-\d+-")
_TEXT = re.compile(r'<text [^>]*?x="([\d.]+)" y="([\d.]+)"[^>]*?clip-path[^>]*>(.*?)</text>')

_WIDE, _HIGH, _FIRST = 12.2, 24.4, 20.0
"""The width of a cell, the height of a row, and where the first row's words stand."""


def tidied(svg: str) -> str:
    """``svg`` without fonts from elsewhere, and with names that do not change with its content."""
    return _NAME.sub("scene-", _FONT.sub("", svg)).rstrip() + "\n"


def rows(svg: str) -> dict[int, str]:
    """The words of a picture by row, from 1; rows without any are not there."""
    found: dict[int, str] = defaultdict(str)
    for x, y, text in sorted(_TEXT.findall(svg), key=lambda part: float(part[0])):
        row, column = round((float(y) - _FIRST) / _HIGH) + 1, round(float(x) / _WIDE)
        found[row] = found[row].ljust(column) + html.unescape(text).replace("\xa0", " ")
    return {row: found[row].rstrip() for row in sorted(found)}


def updating() -> bool:
    """Whether pictures are made anew instead of compared."""
    return bool(os.environ.get(SWITCH))


def check(svg: str, kept: Path, folder: Path) -> None:
    """Hold ``svg`` against the picture in ``kept``, or put it there when asked to.

    A picture that differs is left in ``folder``, to be looked at beside the kept one.
    """
    if updating():
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(svg, encoding="utf-8")
        return
    if not kept.is_file():
        pytest.fail(f"There is no picture {kept}. To make it: {COMMAND}", pytrace=False)
    before = kept.read_text(encoding="utf-8")
    if svg == before:
        return
    now = folder / kept.name
    now.write_text(svg, encoding="utf-8")
    told = f"{kept.relative_to(ROOT)} is not what is shown now: {now}\n{_differences(before, svg)}"
    pytest.fail(f"{told}\nLook at both. To keep what is shown now: {COMMAND}", pytrace=False)


def _differences(before: str, now: str) -> str:
    old, new = rows(before), rows(now)
    if old == new:
        return "The words are the same; colours are not."
    return "\n".join(
        f"row {row}\n  - {old.get(row, '')}\n  + {new.get(row, '')}"
        for row in sorted(old.keys() | new.keys())
        if old.get(row) != new.get(row)
    )
