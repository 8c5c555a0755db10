"""Workspaces that were made to break git, the clone, or the one who looks."""

import errno
import hashlib
import json
import os
import subprocess
from pathlib import Path

import pytest

from latitude.artifacts.names import true_path
from latitude.artifacts.repository import Repository
from latitude.errors import RecordBroken, UsageError
from tests.artifacts.conftest import ONE, TWO, closed, order, plain_git, run_python

TRAP = "#!/bin/sh\ntouch {}\n"


def write(root, path, data):
    full = root / os.fsdecode(path)
    full.parent.mkdir(parents=True, exist_ok=True)
    full.write_bytes(data)


def hostile(root, trap):
    """Fill a workspace and return every regular file's bytes by true path."""
    ran = TRAP.format(trap).encode()
    names = [
        b"CON", b"con.txt", b"aux", b"NUL.md", b"GIT~1", b"git~1", b"dots...", b"space ", b" lead",
        b"-rf", b"--output=x", b"new\nline", b"es\x1b[31mc", b"\xe2\x80\xaebidi", b"bad\xff\xfe",
        b"A", b"a", "é".encode(), "e\u0301".encode(), b"%41", b"%2egit", b"a:b", b"back\\slash",
        b"n" * 255, b"\xff" * 255, b"manifest.json", b"files", b"*", b"?", b'"', b"'", b"$(x)",
        b"deep/" + b"/".join(b"d%d" % level for level in range(40)) + b"/end", b"files/files/x",
    ]  # fmt: skip
    files = {name: b"bytes of " + name for name in names if name != b"files"}
    files |= {
        b".gitattributes": b"* text eol=crlf filter=evil diff=evil\n" + b"x" * 3000 + b"\n",
        b".gitmodules": b'[submodule "../../x"]\n\tpath = .git\n\turl = -u./payload\n',
        b".gitignore": b"*\n",
        b"crlf.txt": b"a\r\nb\rc\n$Id$\n",
        b"utf16": "text".encode("utf-16"),
        b"binary": bytes(range(256)) * 40,
        b"empty": b"",
        b"lfs": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
        b"nested/.git/config": (
            f'[core]\n\tfsmonitor = "touch {trap}"\n\thooksPath = hooks\n'
            f'[filter "evil"]\n\tclean = "touch {trap}"\n\tsmudge = "touch {trap}"\n'
            f'[diff "evil"]\n\ttextconv = "touch {trap}"\n\tcommand = "touch {trap}"\n'
        ).encode(),
        b"nested/.git/HEAD": b"ref: refs/heads/main\n",
        b"nested/.git/objects/info/alternates": b"/etc\n",
        b"nested/.git/refs/heads/main": b"0" * 40 + b"\n",
        b"nested/.git/hooks/pre-commit": ran,
        b"nested/.git/hooks/post-index-change": ran,
        b"nested/.git/hooks/reference-transaction": ran,
        b"nested/inside": b"x",
        b".git/hooks/reference-transaction": ran,
        b".git/HEAD": b"ref: refs/heads/evil\n",
        b"bare/HEAD": b"ref: refs/heads/main\n",
        b"bare/config": f'[core]\n\tfsmonitor = "touch {trap}"\n'.encode(),
    }
    for path, data in files.items():
        write(root, path, data)
    for path in files:
        if b"hooks" in path:
            (root / os.fsdecode(path)).chmod(0o755)
    with open(root / "sparse", "wb") as sparse:
        sparse.truncate(1 << 40)
    (root / "empty folder").mkdir()
    (root / "out").symlink_to("/etc/passwd")
    (root / "in").symlink_to("crlf.txt")
    (root / "up").symlink_to("../../escape")
    (root / "link to folder").symlink_to("nested")
    (root / "badlink").symlink_to("\udcff")
    os.mkfifo(root / "fifo")
    write(root, b"hard", b"h")
    os.link(root / "hard", root / "hard2")
    return files


def is_repository(folder):
    """Ask git as somebody would who stands in ``folder``."""
    limit = os.environ | {"GIT_CEILING_DIRECTORIES": str(folder.parent.parent)}
    asked = ["git", "-C", str(folder), "rev-parse", "--git-dir"]
    return subprocess.run(asked, env=limit, capture_output=True, check=False).returncode == 0


async def test_every_byte_comes_back_and_nothing_runs(
    repository, workspace, root, tmp_path, monkeypatch
):
    trap = tmp_path / "it-ran"
    files = hostile(workspace.root, trap)
    made = await repository.commit(order(), workspace)
    await repository.seal(closed(ONE, made.commit))
    stored = await repository.files(made.commit)
    by_kind = {
        kind: {file.path for file in stored if file.kind == kind}
        for kind in ("folder", "link", "omitted")
    }
    assert by_kind["folder"] == {"empty folder"}
    assert by_kind["link"] == {"badlink", "in", "link to folder", "out", "up"}
    assert by_kind["omitted"] == {"fifo", "hard", "hard2", "sparse"}
    assert all(file.omitted for file in stored if file.kind == "omitted")
    plain_git(root, "fsck", "--strict", "--full")

    clone = tmp_path / "clone"
    plain_git(
        tmp_path, "-c", "transfer.fsckObjects=true", "-c", "protocol.file.allow=always", "clone",
        "-q", "--no-local", str(root), str(clone),
    )  # fmt: skip
    plain_git(clone, "status", "--porcelain")
    there = clone / f"m1/2026-11/{ONE}/files"
    found = {file.path: (there / file.stored).read_bytes() for file in stored if file.stored}
    assert sorted(found.values()) == sorted(files.values())

    out = tmp_path / "out"
    exported = await repository.export(made.commit, out)
    assert exported.files == len(files)
    # The name .git is first written as is taken: the model made a file of that name too.
    assert exported.renamed == ((".git", "%2egit.2"), ("nested/.git", "nested/%2egit"))
    for path, data in files.items():
        here = path.replace(b"nested/.git/", b"nested/%2egit/")
        here = here.replace(b".git/", b"%2egit.2/") if here.startswith(b".git/") else here
        assert (out / os.fsdecode(here)).read_bytes() == data, path
    assert not is_repository(out)
    assert not is_repository(out / "nested")
    assert not trap.exists()

    back = tmp_path / "back"
    restored = await repository.restore(made.commit, back)
    assert restored.renamed == ()
    assert is_repository(back / "nested"), "the check above can fail"
    for path, data in files.items():
        assert (back / os.fsdecode(path)).read_bytes() == data, path
    assert not trap.exists()


async def test_the_manifest_names_every_file_truly(repository, workspace, tmp_path, root):
    files = hostile(workspace.root, tmp_path / "trap")
    made = await repository.commit(order(), workspace)
    manifest = json.loads(plain_git(root, "show", f"{made.commit}:manifest.json"))
    named = {
        true_path(entry["path"], escaped=entry.get("escaped", False)): entry["sha256"]
        for entry in manifest["entries"]
        if "sha256" in entry
    }
    assert named == {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}


async def test_exported_links_stay_inside(repository, workspace, tmp_path):
    inside = workspace.root / "a" / "b"
    inside.mkdir(parents=True)
    (workspace.root / "top.txt").write_bytes(b"t")
    (inside / "good").symlink_to("../../top.txt")
    (inside / "long").symlink_to("../../../escape")
    # By names alone this stays inside; on the disk it counts ".." from where 'hop' leads.
    (inside / "hop").symlink_to("../../top")
    (workspace.root / "top").mkdir()
    (workspace.root / "sly").symlink_to("a/b/hop/../../escape")
    made = await repository.commit(order(), workspace)
    out = tmp_path / "out"
    exported = await repository.export(made.commit, out)
    assert {left.path for left in exported.left_out} == {"a/b/long", "sly"}
    assert (out / "a/b/good").read_bytes() == b"t"

    again = await repository.restore(made.commit, tmp_path / "ws")
    assert {left.path for left in again.left_out} == {"a/b/good", "a/b/hop", "a/b/long", "sly"}
    assert not [path for path in (tmp_path / "ws").rglob("*") if path.is_symlink()]


async def test_a_git_folder_that_is_a_file_or_a_link_is_no_repository_in_an_export(
    repository, workspace, tmp_path
):
    for path in ("a/.GIT", "b/.git.", "c/.g\u200cit", "d/.gitignore", "e/git", "real/HEAD"):
        write(workspace.root, path.encode(), b"gitdir: ../real\n")
    (workspace.root / "f").mkdir()
    (workspace.root / "f/.git").symlink_to("../real")
    made = await repository.commit(order(), workspace)
    out = tmp_path / "out"
    exported = await repository.export(made.commit, out)
    assert exported.renamed == (
        ("a/.GIT", "a/%2e%47%49%54"),
        ("b/.git.", "b/%2egit%2e"),
        ("c/.g\u200cit", "c/%2eg%e2%80%8cit"),
    )
    assert [left.path for left in exported.left_out] == ["f/.git"]
    assert (out / "d/.gitignore").is_file()
    again = await repository.restore(made.commit, tmp_path / "ws")
    assert again.renamed == ()
    assert (tmp_path / "ws/a/.GIT").is_file()


async def test_links_stay_inside_where_a_folder_has_another_name(repository, workspace, tmp_path):
    write(workspace.root, b".git/x", b"x")
    (workspace.root / "top").mkdir()
    (workspace.root / ".git/hop").symlink_to("../top")
    (workspace.root / "sly").symlink_to("%2egit/hop/../../escape")
    made = await repository.commit(order(), workspace)
    exported = await repository.export(made.commit, tmp_path / "out")
    assert [left.path for left in exported.left_out] == ["sly"]
    assert (tmp_path / "out/%2egit/hop").is_symlink()


async def test_an_export_keeps_execute_bits_and_empty_folders(repository, workspace, tmp_path):
    workspace.write("run.sh", b"#!/bin/sh\n")
    (workspace.root / "run.sh").chmod(0o755)
    (workspace.root / "none").mkdir()
    made = await repository.commit(order(), workspace)
    await repository.export(made.commit, tmp_path / "out")
    assert os.access(tmp_path / "out/run.sh", os.X_OK)
    assert (tmp_path / "out/none").is_dir()


async def test_names_that_the_disk_cannot_hold_are_escaped_and_said(
    repository, workspace, tmp_path, monkeypatch
):
    """A file system without case stands in, for none can be had here."""
    for path in ("README", "Sub/x", "readme", "sub/x"):
        write(workspace.root, path.encode(), path.encode())
    made = await repository.commit(order(), workspace)
    out = tmp_path / "out"
    real_open, real_mkdir = os.open, os.mkdir

    def taken(path):
        return os.path.lexists(path) or any(
            other.name.lower() == Path(path).name.lower() for other in Path(path).parent.iterdir()
        )

    def open_(path, flags, mode=0o777, **more):
        if str(path).startswith(str(out)) and flags & os.O_CREAT and taken(path):
            raise FileExistsError(errno.EEXIST, "exists")
        return real_open(path, flags, mode, **more)

    def mkdir(path, mode=0o777):
        if str(path).startswith(f"{out}/") and taken(path):
            raise FileExistsError(errno.EEXIST, "exists")
        return real_mkdir(path, mode)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", open_)
        patch.setattr(os, "mkdir", mkdir)
        exported = await repository.export(made.commit, out)
    assert exported.renamed == (("readme", "%72eadme"), ("sub", "%73ub"))
    assert (out / "%72eadme").read_bytes() == b"readme"
    assert (out / "%73ub/x").read_bytes() == b"sub/x"
    assert (out / "Sub/x").read_bytes() == b"Sub/x"


async def test_an_export_never_writes_into_what_is_there(repository, workspace, tmp_path):
    workspace.write("a", b"1")
    made = await repository.commit(order(), workspace)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_bytes(b"m")
    with pytest.raises(UsageError, match="not empty"):
        await repository.export(made.commit, tmp_path / "full")
    assert os.listdir(tmp_path / "full") == ["mine"]


async def test_a_manifest_that_leads_elsewhere_is_refused(repository, workspace, root, tmp_path):
    workspace.write("a", b"1")
    made = await repository.commit(order(), workspace)
    evil = plain_git(root, "show", f"{made.commit}:manifest.json").replace('"a"', '"../a"')
    blob = plain_git(root, "hash-object", "-w", "--stdin", stdin=evil.encode()).strip()
    rows = plain_git(root, "ls-tree", made.commit).replace(
        plain_git(root, "rev-parse", f"{made.commit}:manifest.json").strip(), blob
    )
    tree = plain_git(root, "mktree", stdin=rows.encode()).strip()
    commit = plain_git(root, "commit-tree", "-m", "x", tree).strip()
    with pytest.raises(RecordBroken, match="leads elsewhere"):
        await repository.export(commit, tmp_path / "out")
    assert not (tmp_path / "a").exists()


WITH_ODD_SETTINGS = """
    import asyncio, sys
    from pathlib import Path
    from latitude.artifacts.repository import Repository
    from latitude.workspace.folder import Workspace
    from tests.artifacts.conftest import TWO, closed, order

    async def main():
        repository = await Repository.open(Path(sys.argv[1]))
        space = Workspace(Path(sys.argv[2]))
        made = await repository.commit(order(TWO, model="\\N{ROCKET}"), space)
        await repository.seal(closed(TWO, made.commit))
        await repository.close()

    asyncio.run(main())
"""


@pytest.mark.parametrize("begun", [True, False])
async def test_settings_and_variables_of_a_person_do_not_matter(
    root, new_workspace, tmp_path, monkeypatch, begun
):
    if begun:
        await (await Repository.open(root)).close()
    trap = tmp_path / "it-ran"
    hooks = tmp_path / "template" / "hooks"
    hooks.mkdir(parents=True)
    for name in ("reference-transaction", "post-checkout", "pre-commit", "post-index-change"):
        (hooks / name).write_text(TRAP.format(trap))
        (hooks / name).chmod(0o755)
    settings = tmp_path / "gitconfig"
    settings.write_text(
        f"[core]\n\thooksPath = {hooks}\n\tfsmonitor = touch {trap}\n\tlogAllRefUpdates = always\n"
        f"\tautocrlf = true\n[init]\n\ttemplateDir = {hooks.parent}\n\tdefaultBranch = trunk\n"
        "\tdefaultObjectFormat = sha256\n[i18n]\n\tcommitEncoding = latin1\n"
        "[commit]\n\tgpgSign = true\n[safe]\n\tbareRepository = explicit\n[user]\n\tname = me\n"
    )
    odd = {
        "GIT_CONFIG_GLOBAL": settings,
        "GIT_DIR": tmp_path / "nowhere",
        "GIT_WORK_TREE": tmp_path,
        "GIT_OBJECT_DIRECTORY": tmp_path / "diverted",
        "GIT_INDEX_FILE": tmp_path / "index",
        "GIT_DEFAULT_HASH": "sha256",
        "GIT_TEMPLATE_DIR": hooks.parent,
        "GIT_AUTHOR_NAME": "me",
        "GIT_COMMITTER_DATE": "2001-01-01T00:00:00Z",
        "GIT_NAMESPACE": "x",
        "GIT_QUARANTINE_PATH": "x",
        "GIT_TRACE": tmp_path / "trace",
        "GIT_CEILING_DIRECTORIES": "/",
    }
    for name, value in odd.items():
        monkeypatch.setenv(name, str(value))
    space = new_workspace(TWO)
    space.write("crlf", b"a\r\n")
    done = run_python(WITH_ODD_SETTINGS, str(root), str(space.root))
    assert done.returncode == 0, done.stderr.decode()
    for name in odd:
        monkeypatch.delenv(name)
    assert not trap.exists()
    assert not (tmp_path / "diverted").exists()
    assert not (tmp_path / "trace").exists()
    assert not (root / ".git" / "hooks").exists()
    assert not (root / ".git" / "logs").exists()
    assert plain_git(root, "rev-parse", "--show-object-format", "--abbrev-ref", "HEAD").split() == [
        "sha1",
        "main",
    ]
    shown = plain_git(root, "log", "-1", "--format=%an %cn %ad", "--date=iso", f"session/{TWO}")
    assert shown.strip() == "\N{ROCKET} latitude 2026-11-20 12:00:00 +0000"
    plain_git(root, "fsck", "--strict", "--full")


async def test_settings_inside_a_home_of_somebody_else_run_nothing(
    repository, workspace, root, tmp_path
):
    trap = tmp_path / "it-ran"
    hook = root / ".git/hooks/reference-transaction"
    hook.parent.mkdir()
    hook.write_text(TRAP.format(trap))
    hook.chmod(0o755)
    settings = root / ".git/config"
    settings.write_text(
        settings.read_text()
        + (
            f"[core]\n\thooksPath = {hook.parent}\n\tfsmonitor = touch {trap}\n"
            f"\tpager = touch {trap}\n[log]\n\tshowSignature = true\n"
            f"[gpg]\n\tprogram = touch {trap}\n[diff]\n\texternal = touch {trap}\n"
        )
    )
    repository_again = await Repository.open(root)
    workspace.write("a", b"1")
    one = await repository_again.commit(order(), workspace)
    workspace.write("a", b"2")
    two = await repository_again.commit(order(step=2), workspace)
    await repository_again.seal(closed(ONE, two.commit))
    await repository_again.diff(one.commit, two.commit)
    await repository_again.ledger()
    await repository_again.close()
    assert not trap.exists()
