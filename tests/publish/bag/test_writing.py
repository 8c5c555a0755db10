"""Bags are written whole or not at all, and other people's programs read them."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.errors import RecordBroken, UsageError
from latitude.publish.bag.checking import check_bag
from latitude.publish.bag.writing import BagWriter
from tests.publish.bag.made import (
    FILES,
    INFO,
    bagit_finds,
    bagit_utils_finds,
    bytes_below,
    sha512sum_finds,
    write_bag,
)


def test_three_readers_of_others_and_our_own_find_a_bag_sound(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / "release")
    assert bagit_finds(bag) is None
    assert bagit_utils_finds(bag) == []
    assert sha512sum_finds(bag) == ""
    assert check_bag(bag) == []
    assert (bag / "bag-info.txt").read_text(encoding="utf-8").splitlines() == [
        "Bagging-Date: 2026-11-22",
        "External-Identifier: archive-1",
        f"Payload-Oxum: {sum(map(len, FILES.values()))}.{len(FILES)}",
        "Source-Organization: Ada",
        "Source-Organization: Grace, of the café",
    ]


def test_files_that_come_in_pieces_are_the_same_as_added_ones_in_any_order(tmp_path: Path) -> None:
    big = os.urandom(700_000)
    with BagWriter(tmp_path / "one") as bag:
        with bag.stream("big") as file:
            for at in range(0, len(big), 99_999):
                file.write(memoryview(big)[at : at + 99_999])
        assert file.size == len(big)
        bag.add("a/small", b"x")
        bag.finish(INFO)
    with BagWriter(tmp_path / "two") as bag:
        bag.add("a/small", b"x")
        bag.add("big", big)
        bag.finish(dict(reversed(INFO.items())))
    assert bytes_below(tmp_path / "one") == bytes_below(tmp_path / "two")
    assert check_bag(tmp_path / "one") == []


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o000])
def test_everybody_may_read_a_bag_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        bag = write_bag(tmp_path / "release")
    finally:
        os.umask(before)
    modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in [bag, *bag.rglob("*")]}
    assert modes == {(True, 0o755), (False, 0o644)}


def test_nothing_is_left_of_a_bag_that_was_not_finished(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), BagWriter(tmp_path / "release") as bag:
        bag.add("a/b", b"x")
        assert len(list(tmp_path.iterdir())) == 1
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


BEGINS = """
import sys
from pathlib import Path
from latitude.publish.bag.writing import BagWriter
BagWriter(Path(sys.argv[1])).add("a.txt", b"begun")
print("begun", flush=True)
sys.stdin.read()
"""


def test_what_a_killed_process_left_of_a_bag_is_removed_by_the_next_one(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BEGINS, str(tmp_path / "bag")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as killed:
        assert killed.stdout.readline() == b"begun\n"
        with BagWriter(tmp_path / "bag"):
            assert len(list(tmp_path.iterdir())) == 2
        killed.kill()
    assert len(list(tmp_path.iterdir())) == 1
    with BagWriter(tmp_path / "bag") as writer:
        writer.finish({})
    assert [path.name for path in tmp_path.iterdir()] == ["bag"]


def test_a_folder_that_holds_anything_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(UsageError, match="not empty"):
        BagWriter(tmp_path)
    with pytest.raises(UsageError, match="not empty"):
        BagWriter(tmp_path / "mine")
    assert bytes_below(tmp_path) == {"mine": b"x"}


def test_an_empty_folder_becomes_the_bag_unless_it_is_filled_meanwhile(tmp_path: Path) -> None:
    place = tmp_path / "release"
    place.mkdir()
    assert check_bag(write_bag(place)) == []
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(UsageError, match="not empty"), BagWriter(other) as bag:
        bag.add("a", b"x")
        (other / "mine").write_text("x")
        bag.finish(INFO)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "release"]
    assert bytes_below(other) == {"mine": b"x"}


@pytest.mark.parametrize(
    "path",
    [
        *("", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a\\b", "a\nb", "a\x7f", "50%"),
        *("e\u0301", "a\u2028b", "a ", "a\u3000", "\ud800"),
    ],
)
def test_names_that_readers_would_disagree_on_are_refused(tmp_path: Path, path: str) -> None:
    with BagWriter(tmp_path / "release") as bag, pytest.raises(ValueError, match=r"cannot|NFC"):
        bag.add(path, b"")


@pytest.mark.parametrize(
    ("first", "second"),
    [("a", "a"), ("a", "A"), ("a/b", "A/c"), ("a", "a/b"), ("a/b", "a"), ("a", "A/b")],
)
def test_names_that_some_file_system_takes_for_one_are_refused(
    tmp_path: Path, first: str, second: str
) -> None:
    with BagWriter(tmp_path / "release") as bag:
        bag.add(first, b"1")
        with pytest.raises(ValueError, match="taken"):
            bag.add(second, b"2")
        bag.finish(INFO)
    assert (tmp_path / "release/data" / first).read_bytes() == b"1"
    assert check_bag(tmp_path / "release") == []


@pytest.mark.parametrize(
    "info",
    [
        *({"Payload-Oxum": "1.1"}, {"payload-oxum": "1.1"}, {"A:B": "x"}, {" A": "x"}, {"": "x"}),
        *({"A": "x\ny"}, {"A": ["x", "y\x85"]}),
    ],
)
def test_what_one_line_of_bag_info_cannot_hold_is_refused(tmp_path: Path, info: dict) -> None:
    with BagWriter(tmp_path / "release") as bag, pytest.raises(ValueError, match=r"bag-info"):
        bag.finish(info)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_broke_off_ends_the_bag(tmp_path: Path) -> None:
    with BagWriter(tmp_path / "release") as bag:
        with pytest.raises(RecordBroken), bag.stream("a") as file:
            file.write(b"the first half")
            raise RecordBroken("The other half is missing.")
        with pytest.raises(ValueError, match="not written whole"):
            bag.finish(INFO)
    assert not (tmp_path / "release").exists()


def test_a_finished_bag_takes_no_more(tmp_path: Path) -> None:
    with BagWriter(tmp_path / "release") as bag:
        bag.finish(INFO)
        with pytest.raises(ValueError, match="finished"):
            bag.add("a", b"")
    assert bagit_finds(tmp_path / "release") is None
    assert check_bag(tmp_path / "release") == []


PARTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=6)
PATHS = st.lists(PARTS, min_size=1, max_size=3).map("/".join)


@given(files=st.dictionaries(PATHS, st.binary(max_size=40), min_size=1, max_size=5), data=st.data())
def test_what_is_written_is_sound_and_any_one_changed_byte_is_found(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes], data: st.DataObject
) -> None:
    place = tmp_path_factory.mktemp("law") / "release"
    with BagWriter(place) as writer:
        for path, content in files.items():
            try:
                writer.add(path, content)
            except ValueError:
                continue  # a name that is not taken; which those are is held above
        writer.finish(INFO)
    assert check_bag(place) == []
    assert bagit_finds(place) is None
    assert bagit_utils_finds(place) == []
    whole = [path for path in sorted(place.rglob("*")) if path.is_file() and path.stat().st_size]
    victim = data.draw(st.sampled_from(whole))
    content = bytearray(victim.read_bytes())
    where = data.draw(st.integers(0, len(content) - 1))
    content[where] ^= data.draw(st.integers(1, 255))
    victim.write_bytes(content)
    assert check_bag(place) != []
