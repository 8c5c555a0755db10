import itertools
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.providers.json_text import Malformed, TextMender, is_object, verbatim

any_text = st.text(st.characters(), max_size=30)


@given(
    st.recursive(any_text | st.integers() | st.none(), lambda inner: st.lists(inner, max_size=4))
)
def test_what_is_kept_is_always_json_that_a_record_can_hold(value) -> None:
    raw, mended = verbatim(json.dumps(value).encode())
    assert b"\n" not in bytes(raw)
    msgspec.json.decode(raw)
    assert (mended == 0) == (value == msgspec.json.decode(raw))


def test_bytes_that_a_record_can_hold_are_not_touched() -> None:
    told = rb'{"b": 1.50,  "a": "\u2600", "c": [1e3]}'
    assert verbatim(told) == (msgspec.Raw(told), 0)


def test_half_characters_and_line_breaks_are_mended() -> None:
    assert verbatim(rb'{"a":"\ud83c"}') == (msgspec.Raw('{"a":"�"}'.encode()), 1)
    assert verbatim(b'{\n "a": "x y"\n}') == (msgspec.Raw(b'{"a":"x y"}'), 0)
    assert verbatim(b'"caf\xe9"')[0] == msgspec.Raw('"caf�"'.encode())


@pytest.mark.parametrize("told", [b"", b"{", b"<html>", b"[" * 100_000, b"{'a': 1}"])
def test_what_is_no_json_says_so(told) -> None:
    with pytest.raises(Malformed):
        verbatim(told)


@given(any_text, st.lists(st.integers(0, 60)))
def test_a_text_comes_out_the_same_however_its_pairs_are_cut(text, places) -> None:
    halves = text.encode("utf-16-le", "surrogatepass")
    units = [
        halves[at : at + 2].decode("utf-16-le", "surrogatepass") for at in range(0, len(halves), 2)
    ]
    edges = [0, *sorted(place % (len(units) + 1) for place in places), len(units)]
    mender = TextMender()
    shown = [mender.add("".join(units[start:end])) for start, end in itertools.pairwise(edges)]
    shown.append(mender.flush())
    expected = "".join("�" if "\ud800" <= char <= "\udfff" else char for char in text)
    assert "".join(shown) == mender.text == expected
    assert mender.mended == sum("\ud800" <= char <= "\udfff" for char in text)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("{}", True), ('{"a": [1]}', True), ("[]", False), ("", False), ('{"a"', False)],
)
def test_arguments_are_an_object_or_nothing(text, is_one) -> None:
    assert is_object(text) is is_one
