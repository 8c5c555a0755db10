"""A whole bag is checked down to each line and commit, by whoever does not trust it.

Whoever changes a bag here knows the format: every list of hashes is made anew afterwards.
"""

import json
import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.errors import UsageError
from latitude.publish.bag.writing import BagWriter
from latitude.publish.checking import CheckedBag, check, fingerprints_in
from latitude.publish.manifest import encode_manifest, read_manifest
from latitude.publish.packing import BUNDLE
from tests.custody.sitting import FIRST, SECOND
from tests.publish.archive import Archive, git
from tests.publish.bag.made import bagit_finds


@pytest.fixture
async def bag(archive: Archive, tmp_path: Path) -> Path:
    await archive.session(FIRST, says="The sea is wide.", makes={"a.txt": b"a"})
    await archive.session(SECOND, makes={"b.txt": b"b"})
    await archive.bag(tmp_path / "bag")
    return tmp_path / "bag"


def resealed(bag: Path) -> Path:
    """Make all lists anew, as somebody does who knows the format."""
    sealed = bag.with_name("resealed")
    payload = bag / "data"
    with BagWriter(sealed) as writer:
        for path in payload.rglob("*"):
            if path.is_file():
                writer.add(str(path.relative_to(payload)), path.read_bytes())
        writer.finish({"Bagging-Date": "2026-11-22"})
    assert bagit_finds(sealed) is None
    return sealed


def said(checked: CheckedBag) -> str:
    findings = () if checked.verdict is None else checked.verdict.findings
    return "\n".join(
        [
            *(f"{one.path}: {one.what}" for one in checked.problems),
            *(f"{one.kind}: {one.text}" for one in findings if not one.ok),
        ]
    )


def change_row(bag: Path, **fields: object) -> None:
    path = bag / "data/release.json"
    manifest = read_manifest(path)
    first, *others = manifest.sessions
    changed = msgspec.structs.replace(first, **fields)
    path.write_bytes(
        encode_manifest(msgspec.structs.replace(manifest, sessions=(changed, *others)))
    )


def journal(bag: Path) -> Path:
    return bag / "data/sessions" / FIRST / "journal.jsonl"


def one_word(bag: Path) -> None:
    journal(bag).write_bytes(journal(bag).read_bytes().replace(b"wide", b"deep"))


def one_word_and_its_chain(bag: Path) -> None:
    lines, prev = [], "0" * 64
    for line in journal(bag).read_bytes().replace(b"wide", b"deep").splitlines():
        old = json.loads(line)["prev"].encode()
        lines.append(line.replace(old, prev.encode(), 1))
        prev = sha256(lines[-1]).hexdigest()
    journal(bag).write_bytes(b"\n".join(lines) + b"\n")
    change_row(bag, fingerprint=prev)


def a_session_more(bag: Path) -> None:
    folder = bag / "data/sessions" / FIRST
    shutil.copytree(folder, folder.with_name(f"{FIRST[:-6]}zzzzzz"))


def a_session_less(bag: Path) -> None:
    shutil.rmtree(bag / "data/sessions" / FIRST)


def a_session_less_in_the_manifest(bag: Path) -> None:
    path = bag / "data/release.json"
    manifest = read_manifest(path)
    path.write_bytes(
        encode_manifest(msgspec.structs.replace(manifest, sessions=manifest.sessions[1:]))
    )


def another_branch(bag: Path) -> None:
    """What is held back must not come in the bundle."""
    clone = bag.with_name("another")
    bundle = bag / "data" / BUNDLE
    git(bag, "clone", "-q", "--mirror", str(bundle), str(clone))
    git(clone, "branch", f"session/{FIRST[:-6]}zzzzzz", f"session/{FIRST}")
    bundle.unlink()
    git(clone, "bundle", "create", "-q", str(bundle), "--all", "HEAD")


def row(**fields: object) -> Callable[[Path], None]:
    return lambda bag: change_row(bag, **fields)


def written(path: str, data: bytes) -> Callable[[Path], None]:
    def change(bag: Path) -> None:
        place = bag / "data" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

    return change


def another_main(bag: Path) -> None:
    """It is what a clone shows first."""
    clone = bag.with_name("another")
    bundle = bag / "data" / BUNDLE
    git(bag, "clone", "-q", "--mirror", str(bundle), str(clone))
    git(clone, "update-ref", "refs/heads/main", f"refs/heads/session/{FIRST}")
    bundle.unlink()
    git(clone, "bundle", "create", "-q", str(bundle), "--all", "HEAD")


CHANGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "a word of a journal": (one_word, f"{FIRST}/journal.jsonl, line 4"),
    "a word, the chain, and the manifest": (
        one_word_and_its_chain,
        "It was changed after the close",
    ),
    "a session more": (a_session_more, "release.json does not name it"),
    "a session less": (a_session_less, "release.json names this session, and it is not there"),
    "a session less in the manifest": (
        a_session_less_in_the_manifest,
        *("release.json does not name it",),
    ),
    "a branch more": (another_branch, "zzzzzz ends at"),
    "how it ended": (row(end="model-exit"), "as end 'model-exit', and it has 'person-end'"),
    "which model": (row(model="another"), "as model 'another', and it has 'claude-opus-5-5'"),
    "what it was copied from": (row(original="0" * 64), "as original '000"),
    "the fingerprint": (row(fingerprint="0" * 64), "as fingerprint '000"),
    "the last commit": (row(tip="0" * 40), "release.json says 000"),
    "the tree": (row(tree="0" * 40), "but the record says 000"),
    "a transcript": (
        written(f"sessions/{FIRST}/transcript.md", b"# It said something else\n"),
        f"{FIRST}/transcript.md: it is not what the records of the bag make",
    ),
    "what it is called": (written("README.md", b"# Other\n"), "data/README.md: it is not what"),
    "a file more": (written("more.html", b"<p>"), "data/more.html: no record of the bag makes"),
    "the main branch": (another_main, "refs/heads/main is "),
    "no commits at all": (row(tip=None, tree=None), "release.json says None"),
}


@pytest.mark.parametrize("name", CHANGES)
async def test_whatever_was_changed_is_found_though_all_lists_agree(name: str, bag: Path) -> None:
    assert (await check(bag)).ok
    change, where = CHANGES[name]
    change(bag)
    checked = await check(resealed(bag))
    assert not checked.ok
    assert where in said(checked)


async def test_the_bundle_of_another_home_is_found(bag: Path, tmp_path: Path) -> None:
    home = Home(root=tmp_path / "other/home", state=tmp_path / "other/state")
    for part in (home.prompts, home.sessions, home.artifacts):
        part.mkdir(parents=True)
    repository = await Repository.open(home.artifacts)
    other = Archive(home, repository)
    await other.session(FIRST, makes={"a.txt": b"something else"})
    await other.session(SECOND, makes={"b.txt": b"b"})
    await other.bag(tmp_path / "other/bag")
    await repository.close()
    shutil.copy(tmp_path / "other/bag/data" / BUNDLE, bag / "data" / BUNDLE)
    checked = await check(resealed(bag))
    assert not checked.ok
    assert f"the branch of {FIRST} ends at" in said(checked)
    assert "the commit is missing" in said(checked)


def a_tree_with_a_git_folder(clone: Path) -> None:
    blob = git(clone, "hash-object", "-w", "--stdin", stdin=b"[core]\n").decode().strip()
    inner = git(clone, "mktree", stdin=f"100644 blob {blob}\tconfig\n".encode()).decode().strip()
    row = b"40000 .git\0" + bytes.fromhex(inner)
    tree = git(clone, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=row)
    move(clone, "main", f"tree {tree.decode().strip()}\n{WHO}\nhostile\n")


def a_day_that_never_comes(clone: Path) -> None:
    tip = git(clone, "rev-parse", "ledger").decode().strip()
    data = git(clone, "cat-file", "commit", tip).decode()
    move(clone, "ledger", "".join(later(line) for line in data.splitlines(keepends=True)))


def later(line: str) -> str:
    if line.startswith(("author ", "committer ")):
        return line.rpartition(" ")[0].rpartition(" ")[0] + " 99999999999999 +0000\n"
    return line


WHO = "author a <a@b.invalid> 0 +0000\ncommitter a <a@b.invalid> 0 +0000\n"


def move(clone: Path, branch: str, commit: str) -> None:
    made = git(
        clone, "hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=commit.encode()
    )
    git(clone, "update-ref", f"refs/heads/{branch}", made.decode().strip())


def no_entry_in_the_ledger(clone: Path) -> None:
    tree = git(clone, "rev-parse", "ledger^{tree}").decode().strip()
    move(clone, "ledger", f"tree {tree}\n{WHO}\nLatitude-Session: ../../etc\n")


def no_ledger(clone: Path) -> None:
    git(clone, "update-ref", "-d", "refs/heads/ledger")


HOSTILE = {
    "a tree with a .git": (a_tree_with_a_git_folder, "hasDotgit"),
    "a day that never comes": (a_day_that_never_comes, "data/: "),
    "no entry": (no_entry_in_the_ledger, "is not an entry"),
    "no ledger": (no_ledger, "unledgered"),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_bundle_does_no_harm_and_is_named(
    name: str, bag: Path, tmp_path: Path
) -> None:
    change, where = HOSTILE[name]
    bundle, clone = bag / "data" / BUNDLE, tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--mirror", str(bundle), str(clone))
    change(clone)
    bundle.unlink()
    git(clone, "bundle", "create", "-q", str(bundle), "--all")
    checked = await check(resealed(bag))
    assert not checked.ok
    assert where in said(checked)


async def test_refs_beside_the_branches_are_not_taken_in_and_named(
    bag: Path, tmp_path: Path
) -> None:
    """``refs/replace`` would show another object in the place of one."""
    bundle, clone = bag / "data" / BUNDLE, tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--mirror", str(bundle), str(clone))
    first, second = (git(clone, "rev-parse", f"session/{one}") for one in (FIRST, SECOND))
    git(clone, "update-ref", f"refs/replace/{first.decode().strip()}", second.decode().strip())
    git(clone, "tag", "v1", "main")
    bundle.unlink()
    git(clone, "bundle", "create", "-q", str(bundle), "--all")
    checked = await check(resealed(bag))
    assert {one.path for one in checked.problems} == {"data/artifacts.bundle"}
    assert "refs/replace/" in said(checked)
    assert "refs/tags/v1" in said(checked)


async def test_a_folder_that_no_record_makes_is_named(bag: Path) -> None:
    (bag / "data" / "hidden" / "deep").mkdir(parents=True)
    assert "data/hidden/deep: no record of the bag makes this folder" in said(await check(bag))


async def test_what_another_version_made_is_not_taken_for_changed(bag: Path) -> None:
    path = bag / "data/release.json"
    older = msgspec.structs.replace(read_manifest(path), latitude="0.0.1")
    path.write_bytes(encode_manifest(older))
    written("README.md", b"# As it was written then")(bag)
    checked = await check(resealed(bag))
    assert checked.ok
    assert "It was made by latitude 0.0.1" in checked.notes[0]


@pytest.mark.parametrize("data", [b"", b"# v2 git bundle\n", b"# v3 git bundle\n@filter=x\n\n"])
async def test_a_bundle_that_is_none_is_named(data: bytes, bag: Path) -> None:
    (bag / "data" / BUNDLE).write_bytes(data)
    checked = await check(resealed(bag))
    assert not checked.ok
    assert BUNDLE in said(checked)


@pytest.mark.parametrize("name", ["ext::sh -c touch% pwned", "--upload-pack=touch pwned;"])
async def test_the_name_of_a_folder_is_never_a_command(
    name: str, bag: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bag.rename(tmp_path / name)
    checked = await check(Path(name))
    assert checked.ok, checked
    assert not list(tmp_path.rglob("pwned*"))


def endless(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("change", [endless, pipe])
@pytest.mark.parametrize("path", ["release.json", BUNDLE, f"sessions/{FIRST}/journal.jsonl"])
async def test_links_and_pipes_are_named_and_never_read(
    path: str, change: Callable[[Path], None], bag: Path
) -> None:
    change(bag / "data" / path)
    checked = await check(bag)
    assert not checked.ok
    assert checked.verdict is None
    assert [one for one in checked.problems if one.path == f"data/{path}"]


async def test_a_folder_that_is_no_bag_and_one_that_is_empty(tmp_path: Path, bag: Path) -> None:
    with pytest.raises(UsageError, match="is not a bag"):
        await check(tmp_path / "nothing")
    shutil.rmtree(bag / "data")
    checked = await check(bag)
    assert not checked.ok
    assert checked.verdict is None


async def test_fingerprints_are_believed_only_of_a_whole_bag(archive: Archive, bag: Path) -> None:
    first, second = read_manifest(bag / "data/release.json").sessions
    assert fingerprints_in(bag) == {FIRST: first.fingerprint, SECOND: second.fingerprint}
    one_word(bag)
    with pytest.raises(Exception, match="is not as it was made"):
        fingerprints_in(bag)
