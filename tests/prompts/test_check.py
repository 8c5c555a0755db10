"""``latitude prompts check``: all protocols of a folder, held against each other and the lock."""

from hashlib import sha256
from pathlib import Path

from latitude.prompts.check import add_versions, check, not_locked
from latitude.prompts.library import Library, shipped_prompts
from latitude.prompts.lock import LOCK
from tests.prompts.conftest import Edited


def told(*folders: Path) -> list[str]:
    return [str(finding) for finding in check(folders)]


def test_the_shipped_protocols_are_faultless() -> None:
    assert told(shipped_prompts()) == []
    assert not_locked([shipped_prompts()]) == []


def test_each_fault_is_a_finding_and_none_hides_another(edited: Edited, tmp_path: Path) -> None:
    edited(("name: open", "name: bad"), ("version: 1", "version: x"), name="bad")
    edited(
        ("name: open", "name: mute"), ("[stopping now]", "[]"), ("end_session", "null"), name="mute"
    )
    edited(("name: open", "name: bare"), ("[files, run", "[wish"), name="bare")
    (tmp_path / "old.yml").write_text("name: old\n")
    lines = told(tmp_path)
    for place, words in [
        ("bad.yaml:2:10", "'version' must be a whole number"),
        ("mute.yaml:11:3", "There is no exit."),
        ("bare.yaml:27:27", "'bare' promises 'work-kept', but no tool is offered that can write"),
        ("old.yml:1:1", "Files that end in .yml are not read. Call it old.yaml."),
    ]:
        assert any(line.startswith(f"{tmp_path}/{place}: {words}") for line in lines), lines


def test_two_names_for_the_same_bytes(edited: Edited, tmp_path: Path) -> None:
    edited()
    edited(("name: open", "name: plain"), ("summary: One", "summary: 1"), name="plain")
    add_versions(tmp_path)
    assert told(tmp_path) == [
        (
            f"{tmp_path}/plain.yaml:1:7: 'plain' gives the model the very same bytes as 'open'. "
            "Change its words, or take one of the two away."
        )
    ]


def test_a_changed_protocol_needs_a_new_version(edited: Edited, tmp_path: Path) -> None:
    edited()
    assert [added.name for added in add_versions(tmp_path)] == ["open"]
    before = (tmp_path / LOCK).read_bytes()
    edited(("What would you like", "What will you like"))
    (line,) = told(tmp_path)
    assert line.startswith(
        f"{tmp_path}/open.yaml:2:10: The file changed, and is still called version 1."
    )
    assert "Raise 'version' to 2" in line
    assert add_versions(tmp_path) == []
    assert (tmp_path / LOCK).read_bytes() == before


def test_a_new_version_is_added_and_the_old_one_stays(edited: Edited, tmp_path: Path) -> None:
    edited()
    add_versions(tmp_path)
    before = (tmp_path / LOCK).read_bytes()
    path = edited(("version: 1", "version: 2"))
    assert told(tmp_path) == []
    assert [str(note) for note in not_locked([tmp_path])] == [
        (
            f"{path}:2:10: open version 2 is not in versions.lock yet. "
            "`latitude prompts check --write` adds it."
        )
    ]
    add_versions(tmp_path)
    assert not_locked([tmp_path]) == []
    digest = sha256(path.read_bytes()).hexdigest()
    assert (tmp_path / LOCK).read_bytes() == before + f"open 2 {digest}\n".encode()
    assert told(tmp_path) == []


def test_a_faulty_protocol_is_never_locked(edited: Edited, tmp_path: Path) -> None:
    edited(("version: 1", "version: x"))
    assert add_versions(tmp_path) == []
    assert not (tmp_path / LOCK).exists()


def test_a_protocol_that_does_not_do_what_it_tells_is_never_locked(
    edited: Edited, tmp_path: Path
) -> None:
    edited(("  steps: ", "  #"))
    (line,) = told(tmp_path)
    assert "The limit 'steps' (200) is to be told, and no words tell it." in line
    assert add_versions(tmp_path) == []
    assert not_locked([tmp_path]) == []


def test_a_lock_without_a_last_line_break_is_not_spoiled(edited: Edited, tmp_path: Path) -> None:
    edited()
    (tmp_path / LOCK).write_text(f"other 1 {'0' * 64}")
    add_versions(tmp_path)
    lines = (tmp_path / LOCK).read_text().splitlines()
    assert lines[0] == f"other 1 {'0' * 64}"
    assert lines[1].startswith("open 1 ")


def test_a_spoiled_lock_is_told_by_line(edited: Edited, tmp_path: Path) -> None:
    edited()
    add_versions(tmp_path)
    with (tmp_path / LOCK).open("a") as lock:
        lock.write(f"open one\nopen 1 {'0' * 64}\n")
    assert told(tmp_path) == [
        (
            f"{tmp_path}/versions.lock:3:1: This is not 'NAME VERSION SHA256'. "
            "Put the line back as it was."
        ),
        (
            f"{tmp_path}/versions.lock:4:1: open version 1 stands here with a second hash. "
            "Take the wrong line out."
        ),
    ]


def test_a_home_may_not_say_other_words_under_a_shipped_version(
    edited: Edited, tmp_path: Path
) -> None:
    edited(("What would you like", "What will you like"))
    add_versions(tmp_path)
    library = Library(tmp_path)
    (line,) = told(*library.folders)
    assert line.startswith(f"{tmp_path}/open.yaml:2:10: {shipped_prompts()}/open.yaml is version 1")


def test_a_copy_of_the_shipped_protocols_is_faultless(edited: Edited, tmp_path: Path) -> None:
    for path in shipped_prompts().iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    assert told(tmp_path, shipped_prompts()) == []
