"""Whatever was done to a bag is found and named, and no bag can make the check fail."""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.errors import UsageError
from latitude.publish.bag.checking import BagProblem, check_bag
from tests.publish.bag.made import bagit_finds, write_bag

PAYLOAD = "manifest-sha512.txt"
TAGS = "tagmanifest-sha512.txt"
README = "data/README.md"
JOURNAL = "data/sessions/20261120-231502-k3f9w2/journal.jsonl"
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def write(path: str, data: bytes) -> Callable[[Path], None]:
    def damage(bag: Path) -> None:
        (bag / path).parent.mkdir(parents=True, exist_ok=True)
        (bag / path).write_bytes(data)

    return damage


def change(path: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    def damage(bag: Path) -> None:
        before = (bag / path).read_bytes()
        assert old in before
        (bag / path).write_bytes(before.replace(old, new, 1))

    return damage


def resealed(*steps: Callable[[Path], None]) -> Callable[[Path], None]:
    """As somebody does it who knows the format: the list of tag files is made to agree."""

    def damage(bag: Path) -> None:
        for step in steps:
            step(bag)
        names = ["bag-info.txt", "bagit.txt", PAYLOAD]
        hashes = {name: hashlib.sha512((bag / name).read_bytes()).hexdigest() for name in names}
        (bag / TAGS).write_text("".join(f"{hashes[name]}  {name}\n" for name in names))

    return damage


def appended(line: bytes) -> Callable[[Path], None]:
    return lambda bag: (bag / PAYLOAD).write_bytes((bag / PAYLOAD).read_bytes() + line)


def first_line_twice(bag: Path) -> None:
    appended((bag / PAYLOAD).read_bytes().splitlines(keepends=True)[0])(bag)


def link(path: str, target: str) -> Callable[[Path], None]:
    def damage(bag: Path) -> None:
        (bag / path).unlink(missing_ok=True)
        (bag / path).symlink_to(target)

    return damage


def folder(path: str) -> Callable[[Path], None]:
    def damage(bag: Path) -> None:
        (bag / path).unlink()
        (bag / path).mkdir()

    return damage


ANY = b"0" * 128
DAMAGES: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "a byte of the same size": (change(README, b"What", b"Whit"), README, "SHA-512"),
    "a file is gone": (lambda bag: (bag / README).unlink(), README, "missing"),
    "a file is new": (write("data/new", b""), "data/new", "not listed"),
    "a file has another name": (
        lambda bag: (bag / README).rename(bag / "data/readme.md"),
        *("data/readme.md", "not listed"),
    ),
    "a tag file is new": (write("extra.txt", b""), "extra.txt", "not listed in tagmanifest"),
    "a tag file in a folder is new": (write("tagmanifest-x/a", b""), "tagmanifest-x/a", "not list"),
    "a tag file was changed": (change("bag-info.txt", b"11-22", b"11-21"), "bag-info.txt", "SHA"),
    "a hash was changed in both lists": (
        resealed(change(PAYLOAD, b"c", b"d")),
        *("data/", "SHA-512"),
    ),
    "the count was changed": (
        resealed(change("bag-info.txt", b"Payload-Oxum: 7", b"Payload-Oxum: 8")),
        *("bag-info.txt", "8,217 bytes in 4 files, but there are 7,217"),
    ),
    "the count is no count": (
        resealed(change("bag-info.txt", b"Payload-Oxum: 7", b"Payload-Oxum: seven")),
        *("bag-info.txt", "line 3 gives a Payload-Oxum that is not"),
    ),
    "the count is there twice": (
        resealed(change("bag-info.txt", b"Payload-Oxum", b"payload-oxum: 1.1\nPayload-Oxum")),
        *("bag-info.txt", "line 4 gives Payload-Oxum for the second time"),
    ),
    "no label": (
        resealed(change("bag-info.txt", b"Bagging-Date:", b"Bagging-Date")),
        *("bag-info.txt", "line 1 is not a label"),
    ),
    "a line twice": (resealed(first_line_twice), PAYLOAD, "line 5 names a file for the second"),
    "a link for a file": (link(README, "sessions"), README, "is a link"),
    "a link out": (link("data/out", "/etc/passwd"), "data/out", "is a link"),
    "a pipe": (lambda bag: os.mkfifo(bag / "data/pipe"), "data/pipe", "neither a file"),
    "a folder for a file": (folder(README), README, "missing"),
    "CR LF": (resealed(change(PAYLOAD, b"\n", b"\r\n")), PAYLOAD, "line 1 ends in CR LF"),
    "an absolute path": (
        resealed(appended(ANY + b"  /etc/passwd\n")),
        PAYLOAD,
        "line 5 names a pa",
    ),
    "a path that climbs": (
        resealed(appended(ANY + b"  data/../../secret\n")),
        *(PAYLOAD, "line 5 names a path that leaves the bag"),
    ),
    "a path beside the payload": (
        resealed(appended(ANY + b"  bagit.txt\n")),
        *(PAYLOAD, "line 5 names a file that is not below data/"),
    ),
    "a payload file among the tag files": (
        lambda bag: change(TAGS, b"bagit.txt", b"data/empty")(bag),
        *(TAGS, "line 2 names a file of the payload"),
    ),
    "a list of tag files that lists itself": (
        lambda bag: change(TAGS, b"bagit.txt", TAGS.encode())(bag),
        *(TAGS, "line 2 names a list of tag files"),
    ),
    "a short hash": (resealed(appended(b"0f  data/empty\n")), PAYLOAD, "line 5 is not 128"),
    "capital hex": (change(TAGS, b"a", b"A"), TAGS, "is not 128 small hex digits"),
    "an empty line": (resealed(appended(b"\n")), PAYLOAD, "line 5 is empty"),
    "not UTF-8": (resealed(appended(ANY + b"  data/\xff\n")), PAYLOAD, "line 5 is not UTF-8"),
    "no last LF": (
        lambda bag: (bag / TAGS).write_bytes((bag / TAGS).read_bytes()[:-1]),
        *(TAGS, "line 3 has no end"),
    ),
    "a huge line": (resealed(appended(b"0" * 99_999)), PAYLOAD, "line 5 is longer than"),
    "endless bad lines": (resealed(appended(b"x\n" * 9_999)), PAYLOAD, "the 100th bad one"),
    "another declaration": (
        resealed(write("bagit.txt", BAGIT.replace(b"1.0", b"2.0"))),
        *("bagit.txt", "is not the two lines"),
    ),
    "a third line in the declaration": (
        resealed(write("bagit.txt", BAGIT + b"x: y\n")),
        *("bagit.txt", "is not the two lines"),
    ),
    "a declaration of garbage": (write("bagit.txt", b"\xff\0" * 9_999), "bagit.txt", "two lines"),
    "a folder for the declaration": (folder("bagit.txt"), "bagit.txt", "is not a file"),
    "a link for the declaration": (link("bagit.txt", "/dev/zero"), "bagit.txt", "is a link"),
    "a folder for the list": (folder(PAYLOAD), ".", "has neither manifest-sha512"),
    "no list of tag files": (lambda bag: (bag / TAGS).unlink(), ".", "neither tagmanifest-sha512"),
    "a list of another kind": (write("manifest-md5.txt", b""), "manifest-md5.txt", "not checked"),
    "files that are elsewhere": (write("fetch.txt", b""), "fetch.txt", "not whole"),
    "no payload": (lambda bag: shutil.rmtree(bag / "data"), "data", "not there as a folder"),
    "a name that is no text": (
        lambda bag: Path(os.fsdecode(os.fsencode(bag) + b"/data/\xff\x1b[2J")).write_bytes(b""),
        *("data/‹U+DCFF›␛[2J", "not listed"),
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_each_damage_is_found_and_named(tmp_path: Path, name: str) -> None:
    damage, path, what = DAMAGES[name]
    bag = write_bag(tmp_path / "release")
    damage(bag)
    found = check_bag(bag)
    assert [one for one in found if one.path.startswith(path) and what in one.what], found


def test_every_byte_of_the_one_file_that_no_list_names_counts(tmp_path: Path) -> None:
    """Each is changed into what a lax reader takes for the same: a space, a star, a capital."""
    bag = write_bag(tmp_path / "release")
    whole = (bag / TAGS).read_bytes()
    for place, byte in enumerate(whole):
        for other in {*b" *\t\n\r0", byte ^ 0x20} - {byte}:
            (bag / TAGS).write_bytes(whole[:place] + bytes([other]) + whole[place + 1 :])
            assert check_bag(bag) != [], (place, other)


def test_a_bag_of_the_bagit_package_is_sound_until_it_is_changed(tmp_path: Path) -> None:
    files = {"a": b"1", "50%25 or so": b"2", "two\r\nlines": b"3", "sub/é": b"4", "\\": b"5"}
    for path, data in files.items():
        write(path, data)(tmp_path)
    bagit.make_bag(os.fspath(tmp_path), {"Contact-Name": "Ada\nLovelace"})
    assert bagit_finds(tmp_path) is None
    assert check_bag(tmp_path) == []
    (tmp_path / "data/a").write_bytes(b"9")
    assert check_bag(tmp_path) == [
        BagProblem("data/a", "was changed: its SHA-256 is not the one in manifest-sha256.txt"),
        BagProblem("data/a", "was changed: its SHA-512 is not the one in manifest-sha512.txt"),
    ]


def test_escapes_of_bagit_1_0_are_read(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / "release", {"50": b"x", "a": b"y"})
    (bag / "data/50").rename(bag / "data/50%")
    (bag / "data/a").rename(bag / "data/\r\n")
    resealed(change(PAYLOAD, b"data/50", b"data/50%25"), change(PAYLOAD, b"/a", b"/%0d%0A"))(bag)
    assert check_bag(bag) == []


@pytest.mark.parametrize("name", ["nothing", "folder", "file"])
def test_what_is_no_bag_at_all_is_said_to_be_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match=r"is not a bag: it has no bagit\.txt"):
        check_bag(tmp_path / name)


def test_what_may_not_be_read_is_a_problem_and_no_crash() -> None:
    with tempfile.TemporaryDirectory() as place:
        bag = write_bag(Path(place) / "release")
        Path(place).chmod(0o755)
        (bag / "bag-info.txt").chmod(0)
        (bag / README).chmod(0)
        (bag / "data/sessions").chmod(0)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)  # root may read everything
        try:
            found = {problem.path: problem.what for problem in check_bag(bag)}
        finally:
            if root:
                os.seteuid(0)
            (bag / "data/sessions").chmod(0o755)
    assert found["bag-info.txt"] == found[README] == "cannot be read: Permission denied"
    assert found["data/sessions"] == "cannot be looked at: Permission denied"
    assert re.match("is missing", found[JOURNAL])


@given(garbage=st.dictionaries(st.sampled_from([PAYLOAD, TAGS, "bag-info.txt"]), st.binary()))
def test_garbage_in_any_tag_file_is_named_and_never_raises(
    tmp_path_factory: pytest.TempPathFactory, garbage: dict[str, bytes]
) -> None:
    bag = write_bag(tmp_path_factory.mktemp("garbage") / "release")
    for name, data in garbage.items():
        (bag / name).write_bytes(data)
    assert {problem.path for problem in check_bag(bag)} >= {
        name for name in garbage if name != TAGS
    }
    assert bool(check_bag(bag)) == bool(garbage)
