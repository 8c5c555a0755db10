"""Signatures are made and checked by the real ssh-keygen, which never asks anybody anything."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from latitude.errors import HomeUnusable, RecordBroken, UsageError
from latitude.publish.bag.checking import check_bag
from latitude.publish.bag.signing import Signature, check_signature, sign
from tests.programs import needs
from tests.publish.bag.made import bagit_finds, bytes_below, write_bag

WHO = "ada@example.org"


def new_key(folder: Path, name: str, passphrase: str = "") -> Path:
    key = folder / name
    subprocess.run(
        [needs("ssh-keygen"), "-q", "-t", "ed25519", "-N", passphrase, "-C", "", "-f", str(key)],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return key


def fingerprint(key: Path) -> str:
    shown = subprocess.run(
        ["ssh-keygen", "-l", "-f", f"{key}.pub"], capture_output=True, text=True, check=True
    )
    return shown.stdout.split()[1]


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return new_key(tmp_path, "key")


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    return write_bag(tmp_path / "release")


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An ssh-agent of this test alone."""
    socket = f"/tmp/latitude-agent-{os.getpid()}"  # a path of pytest is too long for a socket
    program = needs("ssh-agent")
    running = subprocess.Popen([program, "-D", "-a", socket], stdout=subprocess.PIPE)
    assert running.stdout is not None
    running.stdout.readline()  # it listens now
    monkeypatch.setenv("SSH_AUTH_SOCK", socket)
    try:
        yield
    finally:
        running.terminate()
        running.wait()
        Path(socket).unlink(missing_ok=True)


def test_a_signed_bag_is_untouched_and_its_signature_holds(bag: Path, key: Path) -> None:
    before = bytes_below(bag)
    place = sign(bag, key, WHO)
    assert place == bag.parent / "release.tagmanifest.sig"
    assert check_signature(bag) == Signature(WHO, fingerprint(key))
    assert bytes_below(bag) == before
    assert check_bag(bag) == []
    assert bagit_finds(bag) is None
    listed = (bag / "tagmanifest-sha512.txt").read_bytes()
    by_hand = ["-f", "release.allowed_signers", "-I", WHO, "-n", "file", "-s", place.name]
    subprocess.run(
        ["ssh-keygen", "-Y", "verify", *by_hand],
        cwd=bag.parent,
        input=listed,
        check=True,
        capture_output=True,
    )


def test_a_bag_without_a_signature_has_none(bag: Path) -> None:
    assert check_signature(bag) is None


def test_a_signature_does_not_hold_for_a_bag_that_changed(bag: Path, key: Path) -> None:
    sign(bag, key, WHO)
    listed = bag / "tagmanifest-sha512.txt"
    listed.write_bytes(listed.read_bytes().replace(b"a", b"b", 1))
    with pytest.raises(RecordBroken, match=r"is no signature of .*tagmanifest-sha512"):
        check_signature(bag)


def test_a_list_of_ones_own_tells_whose_key_it_is(bag: Path, key: Path, tmp_path: Path) -> None:
    """Somebody else signs the bag anew, in the first person's name: the list beside it agrees."""
    sign(bag, key, WHO)
    mine = shutil.copy(bag.parent / "release.allowed_signers", tmp_path / "mine")
    assert check_signature(bag, Path(mine)) == Signature(WHO, fingerprint(key))
    other = new_key(tmp_path, "other")
    sign(bag, other, WHO)
    assert check_signature(bag) == Signature(WHO, fingerprint(other))
    with pytest.raises(RecordBroken, match=r"which .*mine does not name"):
        check_signature(bag, Path(mine))
    with pytest.raises(UsageError, match="nowhere cannot be read"):
        check_signature(bag, tmp_path / "nowhere")


def test_a_key_may_have_several_names_and_serve_for_other_things_only(
    bag: Path, key: Path, tmp_path: Path
) -> None:
    sign(bag, key, WHO)
    public = Path(f"{key}.pub").read_text(encoding="utf-8")
    (tmp_path / "several").write_text(f"ada,grace {public}", encoding="utf-8")
    assert check_signature(bag, tmp_path / "several") == Signature("ada", fingerprint(key))
    (tmp_path / "git").write_text(f'ada namespaces="git" {public}', encoding="utf-8")
    with pytest.raises(RecordBroken, match="is no signature of"):
        check_signature(bag, tmp_path / "git")


@pytest.mark.parametrize("name", ["release.tagmanifest.sig", "release.allowed_signers"])
@pytest.mark.parametrize("data", [b"", b"\xff\0garbage", b"x" * 99_999, None])
def test_garbage_beside_a_bag_is_a_broken_record(
    bag: Path, key: Path, name: str, data: bytes | None
) -> None:
    sign(bag, key, WHO)
    (bag.parent / name).unlink()
    if data is not None:
        (bag.parent / name).write_bytes(data)
    if data is None and name.endswith("sig"):
        assert check_signature(bag) is None
        return
    with pytest.raises(RecordBroken):
        check_signature(bag)


def test_a_key_with_a_passphrase_is_not_asked_for_but_an_agent_signs(
    bag: Path, tmp_path: Path, agent: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = new_key(tmp_path, "locked", "open sesame")
    asked = tmp_path / "asked"
    asked.write_text(f"#!/bin/sh\ntouch {tmp_path}/was-asked\necho open sesame\n")
    asked.chmod(0o755)
    monkeypatch.setenv("SSH_ASKPASS", str(asked))
    monkeypatch.setenv("DISPLAY", ":0")
    for named in (locked, Path(f"{locked}.pub")):
        with pytest.raises(UsageError, match=rf"(?s)passphrase.*ssh-add {locked}`.*{locked}\.pub"):
            sign(bag, named, WHO)
    assert not (tmp_path / "was-asked").exists()
    assert not (tmp_path / "release.tagmanifest.sig").exists()
    added = subprocess.run(
        [needs("ssh-add"), "-q", str(locked)],
        env={**os.environ, "SSH_ASKPASS_REQUIRE": "force"},
        stdin=subprocess.DEVNULL,
        check=False,
        capture_output=True,
    )
    assert added.returncode == 0, added.stderr
    locked.unlink()  # the agent alone has it now
    sign(bag, Path(f"{locked}.pub"), WHO)
    assert check_signature(bag) == Signature(WHO, fingerprint(locked))


def test_what_cannot_sign_says_why_and_leaves_nothing(bag: Path, key: Path, tmp_path: Path) -> None:
    for identity in ("", "two words", "a,b", "*", 'a"', "#a"):
        with pytest.raises(UsageError, match="who signs"):
            sign(bag, key, identity)
    with pytest.raises(UsageError, match="No such file or directory"):
        sign(bag, tmp_path / "nokey", WHO)
    (tmp_path / "text").write_text("no key")
    with pytest.raises(UsageError, match="could not sign"):
        sign(bag, tmp_path / "text", WHO)
    with pytest.raises(UsageError, match=r"tagmanifest-sha512\.txt cannot be read"):
        sign(tmp_path, key, WHO)
    assert sorted(path.name for path in tmp_path.glob("release*")) == ["release"]


def test_without_ssh_keygen_it_is_said_what_to_install(
    bag: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(bag, key, WHO)
    monkeypatch.setenv("PATH", "/nowhere")
    for use in (lambda: sign(bag, key, WHO), lambda: check_signature(bag)):
        with pytest.raises(HomeUnusable, match="openssh-client"):
            use()
