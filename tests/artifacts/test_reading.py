"""History, differences, and the checks that verify makes."""

import zlib

import pytest

from latitude.artifacts.repository import Repository
from latitude.errors import RecordBroken, UnknownName
from tests.artifacts.conftest import NOON, ONE, RECORD, TWO, order, plain_git


async def test_history_tells_each_step(repository, workspace):
    workspace.write("a", b"1")
    one = await repository.commit(order(turn=1, step=1, model="m1"), workspace)
    workspace.write("b", b"22")
    workspace.delete("a")
    two = await repository.commit(order(turn=2, step=4, model="m1"), workspace)
    first, second = await repository.history(ONE)
    assert (first.commit, first.tree, first.turn, first.step) == (one.commit, one.tree, 1, 1)
    assert (second.commit, second.tree, second.turn, second.step) == (two.commit, two.tree, 2, 4)
    assert (second.author, second.when, second.record) == ("m1", NOON, RECORD)
    assert first.changes == one.files
    assert second.changes == two.files
    assert await repository.history(TWO) == ()
    assert await repository.commit_of_turn(ONE, 0) is None
    assert await repository.commit_of_turn(ONE, 1) == one.commit
    assert await repository.commit_of_turn(ONE, 9) == two.commit


async def test_the_commits_after_another_are_told_with_their_trees(repository, new_workspace, root):
    space = new_workspace(ONE)
    space.write("a", b"1")
    one = await repository.commit(order(), space)
    space.write("a", b"2")
    two = await repository.commit(order(step=2), space)
    space.write("a", b"3")
    three = await repository.commit(order(TWO, parent=two.commit), space)
    both = {one.commit: one.tree, two.commit: two.tree}
    assert await repository.commits_since(ONE, None) == both
    assert list(both) == list(await repository.commits_since(ONE, None))
    assert await repository.commits_since(ONE, one.commit) == {two.commit: two.tree}
    assert await repository.commits_since(ONE, two.commit) == {}
    assert await repository.commits_since(ONE, three.commit) is None
    assert await repository.commits_since(TWO, two.commit) == {three.commit: three.tree}
    assert await repository.commits_since(TWO, None) is None, "it did not begin empty"
    assert await repository.commits_since("20270101-000000-dddddd", None) == {}


async def test_what_is_not_there_is_said(repository, workspace):
    workspace.write("a", b"1")
    made = await repository.commit(order(), workspace)
    with pytest.raises(UnknownName, match="is not a file"):
        await repository.read(made.commit, "b")
    with pytest.raises(UnknownName, match="no commit"):
        await repository.files("1" * 40)
    with pytest.raises(UnknownName, match="made nothing"):
        await repository.diff(ONE, TWO)


async def test_differences_are_told_file_by_file(repository, workspace):
    workspace.write("gone.txt", b"bye\n")
    workspace.write("poem.txt", b"one\ntwo\nthree\n")
    workspace.write("picture", b"\0\1\2")
    workspace.write("same", b"same")
    old = await repository.commit(order(), workspace)
    workspace.delete("gone.txt")
    workspace.write("poem.txt", b"one\n2\nthree\ndiff --git a/x b/x\n@@ -1 +1 @@")
    workspace.write("picture", b"\0\1\3")
    workspace.write("New File.txt", b"hi\n")
    new = await repository.commit(order(step=2), workspace)
    diffs = {diff.path: diff for diff in await repository.diff(old.commit, ONE)}
    assert new.commit == await repository.tip(ONE)
    assert {path: diff.status for path, diff in diffs.items()} == {
        "New File.txt": "added",
        "gone.txt": "deleted",
        "picture": "modified",
        "poem.txt": "modified",
    }
    assert diffs["picture"].text is None
    assert diffs["New File.txt"].text == "@@ -0,0 +1 @@\n+hi\n"
    assert diffs["gone.txt"].text == "@@ -1 +0,0 @@\n-bye\n"
    assert diffs["poem.txt"].text == (
        "@@ -1,3 +1,5 @@\n one\n-two\n+2\n three\n+diff --git a/x b/x\n+@@ -1 +1 @@\n"
        "\\ No newline at end of file\n"
    )


async def test_a_file_whose_stored_name_changed_is_one_difference(repository, workspace):
    (workspace.root / "A").write_bytes(b"1\n")
    old = await repository.commit(order(), workspace)
    (workspace.root / "A").write_bytes(b"2\n")
    (workspace.root / "a").write_bytes(b"other\n")
    new = await repository.commit(order(step=2), workspace)
    assert [(c.path, c.status) for c in new.files] == [("A", "modified"), ("a", "added")]
    diffs = {diff.path: diff.text for diff in await repository.diff(old.commit, new.commit)}
    assert "-1\n" in diffs["A"]
    assert "+2\n" in diffs["A"]


async def test_a_sound_commit_has_no_problem(repository, workspace):
    workspace.write("deep/er/a", b"1")
    (workspace.root / "link").symlink_to("x")
    made = await repository.commit(order(), workspace)
    assert await repository.check_commit(made.commit, made.tree) is None


@pytest.mark.promise("record-complete")
async def test_each_thing_that_can_be_wrong_is_told(repository, workspace, root):
    workspace.write("a", b"1")
    made = await repository.commit(order(), workspace)
    missing = await repository.check_commit("1" * 40, made.tree)
    assert missing.what == "the commit is missing"
    other = await repository.check_commit(made.commit, "2" * 40)
    assert "but the record says" in other.what
    blob = await repository.check_commit(
        plain_git(root, "rev-parse", f"{made.commit}:files/a").strip(), made.tree
    )
    assert blob.what == "the commit is missing"


async def test_a_commit_whose_files_are_not_its_manifests_is_told(repository, workspace, root):
    workspace.write("a", b"1")
    workspace.write("b", b"2")
    made = await repository.commit(order(), workspace)
    rows = plain_git(root, "ls-tree", f"{made.commit}:files").splitlines()
    swapped = "\n".join(
        [rows[0].replace("\ta", "\tb"), rows[1].replace("\tb", "\ta")][::-1]
    )  # the two files, each under the other's name
    tree = make_tree(root, swapped)
    top = plain_git(root, "ls-tree", made.commit)
    root_tree = make_tree(
        root, top.replace(plain_git(root, "rev-parse", f"{made.commit}:files").strip(), tree)
    )
    forged = plain_git(root, "commit-tree", "-m", "x", root_tree).strip()
    problem = await repository.check_commit(forged, root_tree)
    assert problem.what == "the bytes of 'a' are missing or not those of the manifest"


def make_tree(root, rows):
    return plain_git(root, "mktree", stdin=rows.encode()).strip()


@pytest.mark.promise("record-complete")
async def test_damaged_bytes_are_told_and_never_handed_out(repository, workspace, root):
    workspace.write("a", b"some bytes " * 100)
    made = await repository.commit(order(), workspace)
    blob = plain_git(root, "rev-parse", f"{made.commit}:files/a").strip()
    (pack,) = [p for p in (root / ".git/objects/pack").glob("*.pack") if p.stat().st_size > 250]
    data = pack.read_bytes()
    pack.unlink()
    pack.with_suffix(".idx").unlink()
    plain_git(root, "unpack-objects", "-q", stdin=data)
    loose = root / ".git/objects" / blob[:2] / blob[2:]
    loose.chmod(0o644)
    loose.write_bytes(zlib.compress(b"blob 1100\0" + b"other byte " * 100))
    again = await Repository.open(root)
    problem = await again.check_commit(made.commit, made.tree)
    assert problem is not None
    with pytest.raises(RecordBroken):
        await again.read(made.commit, "a")
    await again.close()
