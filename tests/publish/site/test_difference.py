"""How a file changed, as a page shows it: held against git's own words about hostile files."""

import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.publish.site.difference import LONGEST_LINE, MOST_LINES, difference

HOSTILE = [
    "@@ -1,9 +1,9 @@ not a hunk",
    "--- a/other",
    "+++ b/other",
    "-- x",
    "++ x",
    "diff --git a/x b/x",
    "\\ No newline at end of file",
    "</pre></div><script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "&lt;b&gt;",
    "",
    " ",
    "\ttab",
    "a\u202eb\x1b[31m",
    "page\x0cbreak\u2028here",
]


class Block(HTMLParser):
    """The lines of a shown difference, each with its class, and the words around them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.lines: list[tuple[str, str]] = []
        self.around = ""
        self.names: list[str] = []
        self._open: list[str] = []
        self._class = ""
        self.feed(markup)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        assert tag in {"div", "pre", "p", "ins", "del", "span"}
        assert told.keys() <= {"class", "role", "aria-label"}
        self._open.append(tag)
        self.names.append(told.get("aria-label", ""))
        if tag in {"ins", "del", "span"}:
            self._class = told["class"]
            self.lines.append((self._class, ""))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open[-1] in {"ins", "del", "span"}:
            self.lines[-1] = (self._class, self.lines[-1][1] + data)
        else:
            self.around += data


def git_hunks(folder: Path, old: str, new: str) -> str:
    """What git says of two texts, from the first hunk on."""
    paths = [folder / "old", folder / "new"]
    for path, words in zip(paths, (old, new), strict=True):
        path.write_bytes(words.encode())
    done = subprocess.run(
        ["git", "diff", "--no-index", "--no-color", "--no-ext-diff", "--text", "-U1", *paths],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    said = done.stdout.decode()
    return said[said.index("\n@@ ") + 1 :]


def test_hostile_lines_are_shown_as_what_git_says_they_are(tmp_path):
    same = [f"kept {number}" for number in range(9)]
    hunks = git_hunks(
        tmp_path,
        "\n".join(["same", *HOSTILE, *same]),
        "\n".join(["same", *same[:-1], *HOSTILE[::-1], "no end"]),
    )
    block = Block(difference(hunks, "a.txt"))
    signs = {"added": "+", "removed": "-", "same": " "}
    written = hunks.removesuffix("\n").split("\n")
    assert len(block.lines) == len(written)
    for (kind, shown), line in zip(block.lines, written, strict=True):
        assert shown[:1] == line[:1]
        assert shown[:1] == signs.get(kind, line[0])
        assert kind != "place" or line.startswith(("@@ -", "\\ No newline"))
    shown = {words[1:] for kind, words in block.lines if kind == "added"}
    assert "</pre></div><script>alert(1)</script>" in shown
    assert "a‹U+202E›b␛[31m" in shown
    assert "page␌break‹U+2028›here" in shown


def test_a_change_reads_without_colour_and_says_of_which_file():
    made = difference("@@ -1,2 +1,2 @@\n a\n-b\n+c\n", 'poem "<b>".txt')
    assert made == (
        '<div class="difference" role="group"'
        ' aria-label="How poem &quot;&lt;b&gt;&quot;.txt changed">'
        "<pre>"
        '<span class="place">@@ -1,2 +1,2 @@</span>\n<span class="same"> a</span>\n'
        '<del class="removed">-b</del>\n<ins class="added">+c</ins>\n</pre></div>'
    )


def test_a_change_of_line_ends_can_be_seen(tmp_path):
    block = Block(difference(git_hunks(tmp_path, "a\n", "a\r\n"), "a.txt"))
    assert block.lines[1:] == [("removed", "-a"), ("added", "+a␍")]


@pytest.mark.parametrize(
    ("count", "said"), [(400, ""), (401, "and 1 more line"), (1_604, "and 1,204 more lines")]
)
def test_a_long_difference_is_folded_and_the_rest_counted(count, said):
    hunks = "@@ -0,0 +1,9999 @@\n" + "+x\n" * (count - 1)
    block = Block(difference(hunks, "long.txt"))
    assert len(block.lines) == min(count, MOST_LINES)
    assert block.around.strip() == said


def test_a_long_line_is_cut_where_it_can_be_seen():
    block = Block(difference(f"@@ -0,0 +1 @@\n+{'x' * 1_000_000}\n", "wide.txt"))
    kind, shown = block.lines[1]
    assert kind == "added"
    assert len(shown) == LONGEST_LINE
    assert shown.endswith("x…")


def test_a_file_that_is_not_text_and_one_without_lines_are_said():
    assert Block(difference(None, "a.png")).around == "This file is not text."
    assert Block(difference("", "empty")).around == "No line of it differs."


def test_what_stands_before_the_first_hunk_is_no_line_of_the_file():
    block = Block(difference("--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+x\n", "x"))
    assert [kind for kind, _ in block.lines] == ["place", "place", "place", "added"]


@given(st.text(max_size=200), st.text(max_size=20))
def test_whatever_a_difference_holds_its_block_is_closed(hunks, path):
    Block(difference(hunks, path))
    Block(difference(f"@@ -1 +1 @@\n{hunks}", path))
