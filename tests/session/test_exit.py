"""The exit opens when it is taken, and not when it is talked about."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from latitude.session.exit import ExitMentioned, ExitTaken, find_exit

PHRASE = "stopping now"


class Case(NamedTuple):
    id: str
    reply: str
    phrases: list[str]
    label: str


def _cases() -> list[Case]:
    lines = Path(__file__).with_name("exit_cases.jsonl").read_text("utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line]
    return [Case(r["id"], r["reply"], r["phrases"], r["label"]) for r in rows]


CASES = _cases()
LABEL = {ExitTaken: "use", ExitMentioned: "mention", type(None): "none"}


def _label(reply: str, phrases: list[str]) -> str:
    return LABEL[type(find_exit(reply, phrases))]


@pytest.mark.promise("exit-honoured")
def test_each_labelled_case_is_read_as_people_read_it() -> None:
    read = {case.id: _label(case.reply, case.phrases) for case in CASES}
    assert read == {case.id: case.label for case in CASES}


def test_the_cases_are_many_distinct_and_of_every_label() -> None:
    assert len(CASES) >= 220
    assert len({case.id for case in CASES}) == len(CASES)
    assert {case.label for case in CASES} == {"use", "mention", "none"}


def test_the_evidence_is_a_line_of_the_reply_and_a_configured_phrase() -> None:
    for case in CASES:
        if case.label == "none":
            continue
        found = find_exit(case.reply, case.phrases)
        assert found is not None, case
        assert found.line in case.reply.splitlines(), case
        assert found.phrase in case.phrases, case
        assert found.rule, case


@pytest.mark.parametrize(
    ("reply", "rule"),
    [
        ("**Stopping now**", "alone"),
        ("It is saved.\n\nStopping now.", "own-line"),
        ("It is saved, so I'm stopping now.", "closing"),
        ('I may say "stopping now" later.', "quoted"),
        ("I may write `stopping now` later.", "code"),
        ("I'm not stopping now.", "negated"),
        ("If I were stopping now, it would be early.", "conditional"),
        ("Am I stopping now?", "question"),
        ("“On we go.” – Stopping now, said the driver.", "dialogue"),
        ("error: too many errors emitted, stopping now", "output"),
        ("- going on\n- stopping now", "list"),
        ("Chapter 1: Stopping now\n\nIt was raining.", "title"),
        ("| a | b |\n|---|---|\n| stopping now | go on |", "table"),
        ("As you wrote:\n\n> stopping now", "block-quote"),
        ("I'll end here, as you asked:\n\n> stopping now", "own-line"),
        ("The phrase stopping now is short.", "named"),
        ("Stopping now feels early.", "in-passing"),
    ],
)
def test_the_rule_that_fired_is_named(reply: str, rule: str) -> None:
    found = find_exit(reply, [PHRASE])
    assert found is not None
    assert found.rule == rule


def test_a_use_wins_over_an_earlier_mention() -> None:
    found = find_exit('You said "stopping now" is enough.\n\nStopping now.', [PHRASE])
    assert found == ExitTaken("Stopping now.", PHRASE, "own-line")


def test_of_two_phrases_that_begin_alike_the_longer_is_named() -> None:
    found = find_exit("Stopping now for good.", [PHRASE, "stopping now for good"])
    assert found == ExitTaken("Stopping now for good.", "stopping now for good", "alone")


def test_the_line_is_verbatim_although_it_was_folded_to_be_found() -> None:
    line = "＞ **Ｓｔｏｐｐｉｎｇ\u00a0now**\u200b 🌿"
    assert find_exit(line, [PHRASE]) == ExitTaken(line, PHRASE, "alone")


@pytest.mark.parametrize(
    "unit",
    [
        "The sea is wide and I write on. ",
        "I'm not stopping now.\n\n",
        "I'm not stopping now, ",
        '"stopping now" ',
        "`stopping now`` ",
        "stopping     ",
        "- stopping now\n",
        "*_`<a ",
        "```\n",
        "“«",
        "stopping now: <>\n<><><><><><><><><><><><><><><><><><><><><>\n",
    ],
)
def test_a_very_long_reply_is_read_to_its_end(unit: str) -> None:
    """Looking at a whole line again for each phrase in it made this quadratic once."""
    reply = unit * (200_000 // len(unit)) + "```\n\n\nStopping now."
    assert find_exit(reply, [PHRASE]) is not None


@pytest.mark.slow
def test_five_megabytes_of_prose_that_end_with_the_phrase_are_a_use() -> None:
    line = "I went on along the shore, and the shore went on along me. " * 170
    reply = f"{line}\n\n" * (5_000_000 // len(line)) + "Stopping now."
    assert find_exit(reply, [PHRASE]) == ExitTaken("Stopping now.", PHRASE, "own-line")


WRAPPINGS = [
    "{}", "**{}**", "*{}*", "_{}_", "~~{}~~", "`{}`", '"{}"', "“{}”", "«{}»", "「{}」", "({})",
    "[{}]", "> {}", "# {}", "- {}", "• {}", "<b>{}</b>", "{}.", "{}!", "{}…",
    "— {} —", "🌿 {} 🌿", "---\n{}\n---", "```\n{}\n```", "\n\n{}\n\n", "‘{}’", "{}\u200b",
    "| {} |",
]  # fmt: skip
CASES_OF_LETTERS = [str.lower, str.upper, str.title, str.swapcase]


@pytest.mark.promise("exit-honoured")
@given(
    st.lists(st.sampled_from(WRAPPINGS), max_size=4),
    st.sampled_from(CASES_OF_LETTERS),
    st.sampled_from(
        ["stopping now", "end session", "I'm done", "ich höre auf", "我到此为止", "/exit"]
    ),
)
@example(["_{}_"], str.lower, "/exit")
def test_the_phrase_alone_is_a_use_however_it_is_wrapped(wrappings, letters, phrase) -> None:
    reply = letters(phrase)
    for wrapping in wrappings:
        reply = wrapping.format(reply)
    found = find_exit(reply, [phrase])
    assert isinstance(found, ExitTaken)
    assert found.rule == "alone"


SENTENCES = [
    "The atlas has nine maps.", "I would add a tenth if the sea allowed it.", "Nothing is missing.",
    "Is that enough?", "I like the one with the harbour!", "It isn't finished, and it needn't be.",
    "When the tide turns, the names change.", "You said I could do anything.", "“Quiet,” she said.",
]  # fmt: skip


@pytest.mark.promise("exit-honoured")
@given(st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1), min_size=1))
def test_the_phrase_on_a_last_line_after_prose_is_a_use(paragraphs) -> None:
    prose = "\n\n".join(" ".join(sentences) for sentences in paragraphs)
    assert find_exit(prose, [PHRASE]) is None
    assert find_exit(f"{prose}\n\n{PHRASE}", [PHRASE]) == ExitTaken(PHRASE, PHRASE, "own-line")


@given(st.sampled_from(CASES), st.text(" \t\n", max_size=5))
def test_trailing_white_space_changes_nothing(case: Case, space: str) -> None:
    with_space, without = (find_exit(r, case.phrases) for r in (case.reply + space, case.reply))
    assert type(with_space) is type(without)
    if with_space is not None and without is not None:
        assert (with_space.phrase, with_space.rule) == (without.phrase, without.rule)
        assert with_space.line.rstrip() == without.line.rstrip()


@given(st.sampled_from([c for c in CASES if "\r" not in c.reply]))
def test_line_ends_of_another_system_change_nothing(case: Case) -> None:
    there = find_exit(case.reply.replace("\n", "\r\n"), case.phrases)
    assert there == find_exit(case.reply, case.phrases)


FRAGMENTS = ["stopping now", "\n", "\n\n", "```", "`", '"', "“", "”", "> ", "- ", "|", "I'm ",
             "not ", "if ", "?", ". ", ", ", "*", "«", "»", ":", "…", "🌿", "我", "ß", "İ",
             "\u0301"]  # fmt: skip


@given(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5)).map("".join), st.text(max_size=6))
def test_any_text_is_read_without_error_and_with_true_evidence(reply: str, phrase: str) -> None:
    found = find_exit(reply, [PHRASE, phrase])
    if found is not None:
        assert found.line in reply.splitlines()
        assert found.phrase in (PHRASE, phrase)
