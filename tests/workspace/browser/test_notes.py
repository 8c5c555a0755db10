"""What a page prints, as a model reads it."""

from latitude.workspace.browser.notes import MOST_LINES, MOST_TEXT, Lines, Notes

PAGE = "http://preview.invalid/a%20page.html"


def test_a_line_says_where_it_comes_from() -> None:
    notes = Notes()
    notes.said("warning", "careful", PAGE, 7)
    notes.said("error", "elsewhere", "https://example.com/x.js", 3)
    notes.thrown(
        "TypeError", "x is no function", "TypeError: x is no function\n    at " + PAGE + ":4:9"
    )
    notes.thrown("SyntaxError", "Unexpected end", "")
    notes.thrown("", "just a text", "")
    assert notes.console.kept() == [
        "warning: careful (a page.html:7)",
        "error: elsewhere",
        "uncaught: TypeError: x is no function (a page.html:4)",
        "uncaught: SyntaxError: Unexpected end",
        "uncaught: just a text",
    ]


def test_what_was_not_given_stands_apart_and_once() -> None:
    notes = Notes()
    policy = "violates the following Content Security Policy directive: \"default-src 'self'\"."
    notes.said("error", f"Loading the script 'https://cdn.example/x.js' {policy}", PAGE, 1)
    notes.said("error", f"Connecting to 'http://preview.invalid/data.json' {policy}", PAGE, 1)
    notes.said("error", "Fetch API cannot load http://preview.invalid/data.json.", PAGE, 1)
    notes.said("error", "Failed to load resource: net::ERR_FAILED", PAGE, 0)
    notes.said("error", "Not allowed to load local resource: file:///etc/passwd", PAGE, 2)
    assert notes.console.kept() == []
    assert notes.refused.kept() == [
        "https://cdn.example/x.js: there is no network.",
        "data.json: here, pages cannot fetch or frame anything.",
        "file:///etc/passwd: no file of this computer is given to a page.",
    ]


def test_a_line_is_one_line_and_harmless() -> None:
    notes = Notes()
    notes.said("error", "\x1b[2Ja\nb\u202ec" + "d" * 10_000_000, PAGE, 1)
    (line,) = notes.console.kept()
    assert line.startswith("error: ␛[2Ja␊b‹U+202E›cddd")
    assert line.endswith("… (a page.html:1)")
    assert len(line) <= 400


def test_a_flood_is_counted() -> None:
    lines = Lines()
    for number in range(100_000):
        lines.add(f"line {number}")
    assert lines.kept()[-1] == f"line {MOST_LINES - 1}"
    assert lines.more == 100_000 - MOST_LINES
    lines = Lines()
    for number in range(50):
        lines.add(f"{number}" + "x" * 1_000)
    assert sum(map(len, lines.kept())) <= MOST_TEXT


def test_the_same_line_again_is_told_once() -> None:
    lines = Lines()
    for _ in range(5_000):
        lines.add("again")
    lines.add("once")
    assert lines.kept() == ["again (5,000 times)", "once"]
