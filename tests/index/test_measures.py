"""What the record shows by itself: rules that a reader could apply by hand."""

import pytest

from latitude.index.measures import TurnCounts, codes_of, kind_of, language_of, questions_in


@pytest.mark.parametrize(
    ("reply", "questions"),
    [
        ("", 0),
        ("I wrote a poem.", 0),
        ("What would you like to see next?", 1),
        ("Really?! Yes?? And you?", 3),
        ("He asked, \"Who is there?\" and left.", 1),
        ("> What would you like?\n\nI would like to write.", 0),
        ("```\nwhy = what?\n```\nDone.", 0),
        ("```python\nprint('why?')\n", 0),
        ("The pattern `a?` matches. See https://example.org/?q=1 for more.", 0),
        ("海を見ますか\uff1f", 1),
        ("**Shall we?**", 1),
        ("a?b:c", 0),
    ],
)  # fmt: skip
def test_questions(reply: str, questions: int) -> None:
    assert questions_in(reply) == questions


@pytest.mark.parametrize(
    ("path", "kind", "language"),
    [
        ("index.html", "page", "HTML"),
        ("tides/sketch.SVG", "picture", "SVG"),
        ("loom.py", "program", "Python"),
        ("poem.md", "prose", "Markdown"),
        ("note.txt", "prose", None),
        ("sea.wav", "sound", None),
        ("README", "other", None),
        (".hidden", "other", None),
        ("tides.py/loom", "other", None),
        ("tides/.py", "other", None),
        ("loom.", "other", None),
        ("loom.test.py", "program", "Python"),
    ],
)
def test_kinds_and_languages(path: str, kind: str, language: str | None) -> None:
    assert (kind_of(path), language_of(path)) == (kind, language)


def turn(number: int, **counts: object) -> TurnCounts:
    given = {"questions": 0, "first_call": None, "changed": 0, "thinking": 0, "reply": 10}
    return TurnCounts(turn=number, **(given | counts))  # type: ignore[arg-type]


def test_the_codes_of_a_session() -> None:
    turns = [
        turn(3, questions=2, thinking=30),
        turn(4, first_call="write_file", changed=1),
        turn(5, first_call="run", changed=2, questions=1),
    ]
    codes = {code.name: code.value or code.number for code in codes_of(turns, ["a.py", "b.py"])}
    assert codes == {
        "first_action": "talk",
        "made": 1.0,
        "questions": 3.0,
        "first_file_turn": 2.0,
        "thinking_share": 0.5,
        "files:program": 2.0,
        "language:Python": 2.0,
    }


def test_a_session_in_which_nothing_came() -> None:
    codes = {code.name: (code.value, code.number) for code in codes_of([], [])}
    assert codes == {
        "first_action": ("nothing", None),
        "made": (None, 0.0),
        "questions": (None, 0.0),
    }
