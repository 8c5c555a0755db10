import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.providers.think_tags import ThinkTags


def split(pieces: list[str]) -> tuple[str, str, str]:
    """Thinking, text, and all of it as it came."""
    tags = ThinkTags()
    found = [piece for text in pieces for piece in tags.add(text)] + tags.flush()
    thinking = "".join(piece.text for piece in found if piece.kind == "thinking")
    text = "".join(piece.text for piece in found if piece.kind == "text")
    return thinking, text, "".join(piece.verbatim for piece in found)


CASES = {
    "<think>Low tide.</think>\n\nHello.": ("Low tide.", "\n\nHello."),
    "\n <think>\nLow.\n</think>": ("\nLow.\n", ""),
    "Hello, <think> is a word.</think>": ("", "Hello, <think> is a word.</think>"),
    "<think>Unclosed </thin": ("Unclosed </thin", ""),
    "<think>a</think><think>b</think>": ("a", "<think>b</think>"),
    "<thin air": ("", "<thin air"),
    "<think></think>Yes.": ("", "Yes."),
    "  ": ("", "  "),
    "": ("", ""),
}


@pytest.mark.parametrize("reply", CASES)
def test_thinking_is_what_stands_in_the_tags_at_the_start(reply) -> None:
    assert split([reply]) == (*CASES[reply], reply)


@given(
    st.sampled_from(list(CASES)) | st.text("<>/think a", max_size=40),
    st.lists(st.integers(0, 50)),
)
def test_it_does_not_matter_where_the_stream_is_cut(reply, places) -> None:
    edges = [0, *sorted(place % (len(reply) + 1) for place in places), len(reply)]
    pieces = [reply[start:end] for start, end in itertools.pairwise(edges)]
    assert split(pieces) == split([reply])
    assert split(pieces)[2] == reply
