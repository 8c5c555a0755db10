"""Markdown as rows: plain, and safe whatever stands in it."""

import gc
import time

import pytest
from rich.style import Style

from latitude.tui.widgets.look import PARTS, Look
from latitude.tui.widgets.markdown import markdown_rows

CONSOLE = Look(**dict.fromkeys(PARTS, Style())).console()


def rows(text: str, width: int = 60) -> list[str]:
    found = markdown_rows(text, width, CONSOLE)
    assert found is not None
    return ["".join(segment.text for segment in row).rstrip() for row in found]


def test_a_heading_stands_left_and_a_list_has_bullets() -> None:
    assert rows("# Tides\n\n- one\n- two\n\n1. first") == [
        "Tides", "", " • one", " • two", "", " 1 first",
    ]  # fmt: skip


def test_code_is_indented_and_kept_line_by_line() -> None:
    assert rows("```python\nx = 1\n\n  y = 2\n```") == ["  x = 1", "", "    y = 2"]


def test_a_link_shows_where_it_leads_and_leads_nowhere() -> None:
    found = markdown_rows("[here](http://a.example/b)", 60, CONSOLE)
    assert found is not None
    assert "http://a.example/b" in "".join(segment.text for segment in found[0])
    assert not any(segment.style and segment.style.link for row in found for segment in row)


@pytest.mark.parametrize(
    "text",
    [
        "&#x202e;hidden", "# &#8294;a", "[a&ZeroWidthSpace;b](http://x/&rlm;)", "|a&#x200b;|\n|--|",
        "![&#x202e;](x)", "`&#x202e;`", "<b>&lrm;</b>", "\x1b]0;T\x07", "```\n\x9bE\n```",
        "[a](http://x/\u202e)", "```\u202e\nx\n```",
    ],
)  # fmt: skip
def test_entities_bring_nothing_hidden_back(text: str) -> None:
    shown = "\n".join(rows(text))
    assert not set(shown) & set("\x1b\x07\x9b\u202e\u2066\u200b\u200e\u200f")


def test_what_nests_too_deeply_is_left_as_it_is() -> None:
    assert markdown_rows("> " * 60 + "deep", 60, CONSOLE) is None


@pytest.mark.parametrize(
    "hostile", ["[", "![", "*a ", "`", "|a", "_a ", "**a", "[x](", "<", "&#8;"]
)
def test_hostile_markdown_costs_no_more_than_its_length(hostile: str) -> None:
    def seconds(length: int) -> float:
        text = (hostile * length)[:length]
        began = time.thread_time()
        markdown_rows(text, 80, CONSOLE)
        return time.thread_time() - began

    # What the collector does in between belongs to the heap of the whole suite.
    gc.disable()
    try:
        few, many = (min(seconds(length) for _ in range(3)) for length in (500, 6_000))
    finally:
        gc.enable()
    # Twelve times as long: a square would be 144 times as slow.
    assert many < 60 * max(few, 0.002)
