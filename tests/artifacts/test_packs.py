"""Packs that git wrote one by one, joined while they come."""

import hashlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.artifacts.packs import JoinedPacks


def pack(count: int, body: bytes) -> bytes:
    data = struct.pack(">4sLL", b"PACK", 2, count) + body
    return data + hashlib.sha1(data, usedforsecurity=False).digest()


def joined(packs: list[tuple[int, bytes]], cuts: list[int]) -> bytes:
    out: list[bytes] = []
    one = JoinedPacks(lambda data: out.append(bytes(data)), sum(count for count, _ in packs))
    for count, body in packs:
        one.begin()
        data, at = pack(count, body), 0
        for cut in (*cuts, len(data)):
            one.write(data[at : at + cut])
            at += cut
    one.finish()
    return b"".join(out)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.binary(max_size=90)), max_size=3),
    st.lists(st.integers(0, 40), max_size=8),
)
def test_however_the_bytes_come_it_is_one_pack_of_all(packs, cuts) -> None:
    whole = pack(sum(count for count, _ in packs), b"".join(body for _, body in packs))
    assert joined(packs, cuts) == whole


@pytest.mark.parametrize("given", [b"", b"PACK", pack(1, b"object")[:-21][:10]])
def test_a_pack_that_broke_off_is_none(given: bytes) -> None:
    one = JoinedPacks(lambda _: None, 1)
    one.begin()
    one.write(given)
    with pytest.raises(ValueError, match=r"broke off|are missing"):
        one.finish()


def test_objects_that_never_came_are_missed() -> None:
    one = JoinedPacks(lambda _: None, 3)
    one.begin()
    one.write(pack(2, b"objects"))
    with pytest.raises(ValueError, match="1 objects are missing"):
        one.finish()
