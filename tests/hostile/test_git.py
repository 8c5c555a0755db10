"""Workspaces that are a trap for git: what is kept is byte-exact, and nothing in it ever runs."""

import json
import os
import subprocess
from pathlib import Path

from latitude.artifacts.manifest import decode_manifest
from tests.hostile.stage import Played, Seen, Suite, Try, check_afterwards, python, sh

SUITE = Suite("Traps for git", __file__)
WRITTEN = (
    "Artifacts are written object by object; git never looks at the workspace, and names that "
    "mean something to it are kept escaped."
)
TRAP = "#!/bin/sh\ntouch @marks@/{}\n"
SETTINGS = """[core]
    repositoryformatversion = 0
    fsmonitor = "touch @marks@/fsmonitor"
    hooksPath = .git/hooks
    sshCommand = "touch @marks@/ssh"
    pager = "touch @marks@/pager"
    worktree = ../../..
[filter "evil"]
    clean = "touch @marks@/clean"
    smudge = "touch @marks@/smudge"
    process = "touch @marks@/process"
    required = true
[diff "evil"]
    textconv = "touch @marks@/textconv"
    command = "touch @marks@/diff"
[include]
    path = /etc/passwd
"""
HOOKS = ("pre-commit", "post-index-change", "reference-transaction", "post-checkout", "post-merge")

FILES: dict[str, dict[str, str]] = {
    "hooks": {f".git/hooks/{name}": TRAP.format(name) for name in HOOKS}
    | {".git/HEAD": "ref: refs/heads/evil\n", ".git/refs/heads/evil": "0" * 40 + "\n"},
    "settings": {".git/config": SETTINGS, "nested/.git/config": SETTINGS}
    | {"nested/.git/HEAD": "ref: refs/heads/main\n", "nested/inside.txt": "inside\n"},
    "attributes": {
        ".gitattributes": "* filter=evil diff=evil\n* filter=theirs text eol=crlf ident\n"
        "*.txt working-tree-encoding=UTF-16 export-ignore export-subst\n" + "x" * 3000 + "\n",
        "crlf.txt": "a\r\nb\rc\n$Id$ $Format:%H$\n",
        "info/attributes": "* filter=evil\n",
    },
    "submodules": {
        ".gitmodules": '[submodule "../x"]\n\tpath = -u./x\n\turl = ext::sh -c touch% @marks@/x\n'
    },
    "alternates": {
        ".git/objects/info/alternates": "@home@/artifacts/.git/objects\n/etc\n",
        ".git/commondir": "@home@/artifacts/.git\n",
        "nested/.git/objects/info/http-alternates": "http://127.0.0.1/\n",
    },
    "bare": {
        "bare/HEAD": "ref: refs/heads/main\n",
        "bare/config": SETTINGS + "[core]\n    bare = true\n",
        "bare/objects/info/packs": "",
        "bare/refs/heads/x": "",
        "HEAD": "ref: refs/heads/main\n",
        "config": SETTINGS,
    },
    "git_files": {
        "pointing/.git": "gitdir: @home@/artifacts/.git\n",
        "elsewhere/.git": "gitdir: ../nested/.git\n",
    },
    "names": {
        f"names/{name}": f"bytes of {name}\n"
        for name in (
            *("git~1", ".GIT ", ".Git.", "GIT~2", ".g\u200cit", "%2egit", "%2Egit", ".git%20"),
            *(".git::$INDEX_ALLOCATION", "CON", "aux.txt", "-rf", "--upload-pack=x", "a:b", "a\\b"),
            *(
                "manifest.json",
                ".gitattributes",
                ".mailmap",
                "new\nline",
                "\x1b[31m",
                "\u202e",
                " ",
            ),
            *("É", "E\u0301", "A", "a", "~", "*", "?", "$(touch @marks@/name)", "`id`", "|", ";"),
        )
    },
}
IGNORED = {".gitignore": "*\n!.gitignore\n", "ignored.txt": "still kept\n"}


def plants(files: dict[str, str]) -> tuple[str, dict[str, object]]:
    """A command that makes ``files``; scripts may be run."""
    return python(
        "import json, os\n"
        f"for name, text in json.loads({json.dumps(files)!r}).items():\n"
        " os.makedirs(os.path.dirname(name) or '.', exist_ok=True)\n"
        " open(name, 'w', newline='').write(text)\n"
        " os.chmod(name, 0o755 if text[:2] == '#!' else 0o644)"
    )


def holds_all(files: dict[str, str], seen: Seen) -> None:
    """Each of ``files`` is in a clone, byte by byte."""
    found = _in_clone(seen.played)
    for name, text in files.items():
        assert found[seen.ground.fill(name).encode()] == seen.ground.fill(text).encode(), name


def _in_clone(played: Played) -> dict[bytes, bytes]:
    [manifest] = played.clone().rglob(f"{played.session}/manifest.json")
    entries = decode_manifest(manifest.read_bytes(), "the clone")
    places = {entry.true: entry.place for entry in entries if entry.place is not None}
    return {name: (manifest.parent / "files" / it).read_bytes() for name, it in places.items()}


def _add(name: str, tried: str) -> None:
    files = FILES[name]

    def holds(seen: Seen) -> None:
        holds_all(files, seen)

    holds.__name__ = name
    SUITE.tries_to(tried, plants(files), stopped_by=WRITTEN)(holds)


_add("hooks", "A workspace that is a repository, with hooks for every occasion")
_add("settings", "Settings that run programs: fsmonitor, filters, text conversion, pager, worktree")
_add("attributes", "`.gitattributes` that ask for filters, the person's own too, and change bytes")
_add("submodules", "`.gitmodules` with a path and an address that would run something")
_add("alternates", "Objects borrowed from the artifacts' own repository, and from `/etc`")
_add("bare", "Folders that look like a bare repository, the workspace's top among them")
_add("git_files", "`.git` files that point at the artifacts' repository and at a nested one")
_add(
    "names", "Names that git or a file system takes for `.git`, for a device, an option, a command"
)


@SUITE.tries_to(
    "`.gitignore` that ignores everything, so that nothing would be kept",
    plants(IGNORED),
    stopped_by=WRITTEN,
)
def ignored(seen: Seen) -> None:
    holds_all(IGNORED, seen)


@SUITE.tries_to(
    "A real repository with work in it, and a submodule, that `git add` would keep "
    "as a mere number",
    sh(
        "git init -q real && cd real && echo kept > a.txt && git add . &&"
        " git -c user.name=a -c user.email=b commit -qm one && git clone -q . sub && echo done"
    ),
    stopped_by=WRITTEN,
)
def a_real_repository(seen: Seen) -> None:
    assert "done" in seen.said[0], "git works inside"
    found = _in_clone(seen.played)
    assert found[b"real/a.txt"] == found[b"real/sub/a.txt"] == b"kept\n"
    assert b"real/.git/HEAD" in found


@SUITE.tries_to(
    "Write into the artifacts' repository from the sandbox, by its path",
    sh(
        "git -C @home@/artifacts log; git --git-dir @home@/artifacts/.git log;"
        " git -C pointing status; git -C . -c safe.directory='*' log; git fsck"
    ),
    stopped_by="The repository is not there in the sandbox.",
)
def the_artifacts(seen: Seen) -> None:
    assert "commit " not in seen.said[0]


@SUITE.each()
def test_it_is_stopped(one: Try, played: Played) -> None:
    one.holds(played.seen(one))
    assert list(played.ground.marks.iterdir()) == []


def test_nothing_else_happened(played: Played) -> None:
    check_afterwards(played)


@SUITE.row(
    "Wait for the person: `git status`, `log`, `diff`, `checkout` and `gc` in a clone",
    stopped_by=WRITTEN,
)
def test_a_person_who_uses_git_in_a_clone_runs_nothing(played: Played) -> None:
    clone = played.clone()
    for words in ("status", "log -p --all", "diff HEAD~1 --stat", "checkout -q HEAD~1", "gc -q"):
        played.git(*words.split(), cwd=clone)
    played.git("fsck", "--strict", "--full", cwd=clone)
    for folder, _, _ in os.walk(clone):
        if ".git" not in Path(folder).parts[len(clone.parts) :]:
            asked = ["git", "status", "--porcelain"]
            subprocess.run(asked, cwd=folder, env=played.ground.environ, check=True)
    assert list(played.ground.marks.iterdir()) == []


@SUITE.row(
    "Wait for the person: `git status` in every folder of an export",
    stopped_by="An export gives `.git` another name, and says so.",
)
def test_a_person_who_uses_git_in_an_export_runs_nothing(played: Played) -> None:
    out = played.ground.root / "export"
    exported = played.ask("artifacts", "export", "last", str(out))
    assert exported.status == 0, exported
    assert "%2egit" in exported.out + exported.err
    # A bare repository's look is the model's right; git asks here that one be named.
    limits = {"GIT_CEILING_DIRECTORIES": str(out.parent), "GIT_CONFIG_COUNT": "1"}
    limits |= {"GIT_CONFIG_KEY_0": "safe.bareRepository", "GIT_CONFIG_VALUE_0": "explicit"}
    for folder, _, _ in os.walk(out):
        asked = ["git", "status", "--porcelain"]
        environ = played.ground.environ | limits
        done = subprocess.run(asked, cwd=folder, env=environ, capture_output=True, check=False)
        assert done.returncode != 0, "no folder is a repository"
    assert list(played.ground.marks.iterdir()) == []
