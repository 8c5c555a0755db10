"""Wishes said in prose: what is found, where, and what is left alone.

``wish_cases.jsonl`` holds one labelled text a line. Those of round 1 were written before the
patterns; each later round was written to try patterns that stood, and they were widened after it.
"""

import gc
import json
from pathlib import Path
from time import process_time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.core.blocks import Block
from latitude.core.events import AnyEvent, BlockRecorded, Record, ResponseFailed
from latitude.core.fold import FoldError
from latitude.publish.candidates import LONGEST_SENTENCE, Candidate, candidates, wishes_in
from tests.journal.samples import ID, called, finished, opened, replied, said, started, thought

CASES = [
    json.loads(line)
    for line in Path(__file__).with_name("wish_cases.jsonl").read_text("utf-8").splitlines()
]
WISH = "I'd rather this not be shared."


def recorded(*events: AnyEvent) -> list[Record]:
    return [Record(seq, "2026-11-20T23:15:02.000Z", event, "") for seq, event in enumerate(events)]


def found_in(*blocks: BlockRecorded) -> tuple[Candidate, ...]:
    return candidates(recorded(opened(), said(1), started(1, 1), *blocks, finished(1, 1)))


@pytest.mark.promise("wishes-carried")
def test_every_labelled_wish_is_found_and_little_else():
    wishes = [case for case in CASES if case["about"]]
    others = [case for case in CASES if not case["about"]]
    assert len(wishes) >= 200
    assert len(others) >= 200
    missed = [
        case["text"]
        for case in wishes
        if case["about"] not in {about for _, about, _ in wishes_in(case["text"])}
    ]
    false = [case["text"] for case in others if list(wishes_in(case["text"]))]
    assert missed == []
    precision = len(wishes) / (len(wishes) + len(false))
    assert precision >= 0.9, false


def test_no_wish_is_read_as_its_opposite():
    opposite = {("yes", "no"), ("no", "yes")}
    wrong = [
        case["text"]
        for case in CASES
        for _, about, leans in wishes_in(case["text"])
        if about == case["about"] and (case["leans"], leans) in opposite
    ]
    assert wrong == []


def test_a_candidate_says_where_it_was_said_and_how():
    one, two = found_in(
        thought(1, 1, "Hm. I want this kept private. Yes.", index=0),
        replied(1, 1, f"Here it is.\n\n{WISH} Thank you.", index=1),
    )
    assert (one.where, one.index, one.sentence) == ("thinking", 0, "I want this kept private.")
    assert (two.session, two.turn, two.step, two.index) == (ID, 1, 1, 1)
    assert (two.where, two.sentence, two.about, two.leans) == ("reply", WISH, "publish", "no")


def test_one_sentence_may_speak_of_showing_and_of_signing_under_two_names():
    both = found_in(replied(1, 1, "You may publish this, but leave my name off it."))
    assert [one.about for one in both] == ["publish", "signature"]
    assert [one.leans for one in both] == ["yes", "unclear"]
    assert len({one.id for one in both}) == 2


def test_the_name_of_a_candidate_stays_and_is_its_own():
    first = found_in(replied(1, 1, f"{WISH} {WISH}"))
    assert len(first) == 1
    assert found_in(replied(1, 1, WISH))[0].id == first[0].id
    assert found_in(replied(1, 1, WISH, index=2))[0].id != first[0].id
    assert len(first[0].id) == 10
    assert int(first[0].id, 16) >= 0


def test_a_text_that_goes_on_in_the_next_block_is_read_as_one():
    blocks = (
        replied(1, 1, "I would rather this", index=0),
        msgspec.structs.replace(replied(1, 1, " were not", index=2), continues=True),
        msgspec.structs.replace(replied(1, 1, " published.", index=3), continues=True),
    )
    (one,) = found_in(blocks[1], blocks[0], blocks[2])
    assert one.sentence == "I would rather this were not published."
    assert one.index == 0


def test_what_was_said_before_a_reply_broke_off_counts_too():
    broken = ResponseFailed(
        turn=1,
        step=1,
        attempt=1,
        error="overloaded",
        message="",
        retried=True,
        request_sha256="3" * 64,
    )
    partial = BlockRecorded.of(Block(kind="text", text=WISH, partial=True), 1, 1, 0)
    events = (opened(), said(1), started(1, 1), partial, broken, replied(1, 1, "Hello."))
    assert [one.sentence for one in candidates(recorded(*events))] == [WISH]


def test_only_the_words_of_the_model_are_read():
    tool = called(1, 1, "write_file", json.dumps({"path": "a", "text": WISH}))
    assert candidates(recorded(opened(), said(1, WISH), started(1, 1), tool)) == ()
    assert candidates([]) == ()


def test_blocks_without_a_session_are_refused():
    with pytest.raises(FoldError):
        candidates(recorded(replied(1, 1, WISH)))


@pytest.mark.parametrize(
    "text",
    [
        f"```\n{WISH}\n```",
        f"`{WISH}`",
        f"> {WISH}",
        f"“{WISH}” said the fox.",
        f'"{WISH}" said the fox.',
        "'Keep this between us,' said the fox.",
        "Then call `publish(this)`; please publish.share(it) too.",
    ],
)
def test_code_and_quotations_are_not_the_models_own_wish(text):
    assert list(wishes_in(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "I'd *really* rather this **not** be shared.",
        "I’d rather this\nnot be shared.",
        "1. One.\n2. I'd rather this\n   not be shared.",
        "# I'd rather this not be shared",
        "| I'd rather this not be shared | yes |\n|---|---|",
        "I'D RATHER THIS NOT BE SHARED",
    ],
)
def test_a_wish_is_found_however_it_is_set(text):
    assert [(about, leans) for _, about, leans in wishes_in(text)] == [("publish", "no")]


def test_of_a_long_sentence_the_part_that_wishes_is_shown():
    (found,) = wishes_in(f"{'on and ' * 300} please don't publish this {'and on ' * 300}.")
    assert "don't publish this" in found[0]
    assert found[0].startswith("…")
    assert found[0].endswith("…")
    assert len(found[0]) <= LONGEST_SENTENCE


@given(
    st.lists(
        st.sampled_from(
            ["please", "don't", "publish", "this", "sign", "it", "my name", "I'd rather"]
        )
        | st.sampled_from(
            [".", "\n", "\n\n", "> ", "- ", "`", '"', "“", "”", "'", "_", "*", "(", "  "]
        )
        | st.text(max_size=5),
        max_size=30,
    ).map(" ".join)
)
def test_whatever_was_said_a_candidate_stands_in_it(words):
    for sentence, _, _ in wishes_in(words):
        assert 0 < len(sentence) <= LONGEST_SENTENCE
        assert sentence.strip("…") in words


@pytest.mark.parametrize(
    "motif",
    [
        "a",
        "please don't publish this ",
        "publish",
        "i'd rather this not be ",
        "my my publish ",
        "!",
        "it is not only ",
        "publish(",
        '"publish ',
        "“publish ",
        "'publish ",
        "- sign it\n",
        "`",
        "\n ",
    ],
)
def test_time_grows_with_the_length_of_hostile_words(motif):
    def taken(times: int) -> float:
        began = process_time()
        list(wishes_in("publish " + motif * times + "x"))
        return process_time() - began

    gc.collect()
    gc.disable()
    try:
        size = 4_000 // len(motif)
        ratio = min(taken(8 * size) for _ in range(2)) / max(
            min(taken(size) for _ in range(2)), 1e-3
        )
    finally:
        gc.enable()
    assert ratio < 24, "8 times the length; 64 times the time would be quadratic"


def test_a_very_long_reply_is_read_to_its_end():
    line = "The river keeps its own counsel, and I keep mine; the evening is long and quiet. "
    words = f"{line * 6_400}{WISH}"
    assert len(words) > 500_000
    assert WISH in [sentence for sentence, _, _ in wishes_in(words)]
