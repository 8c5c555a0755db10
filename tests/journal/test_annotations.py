"""Tags and notes: kept beside the record, never lost to each other, never in the journal."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from latitude.errors import HomeUnusable, RecordBroken, UsageError
from latitude.journal.annotations import Annotations, add_note, add_tag, read, remove_tag
from latitude.journal.paths import ANNOTATIONS, JOURNAL
from tests.journal.samples import closed, opened
from tests.journal.shelf import shelve
from tests.journal.test_dying import room_for


@pytest.fixture
def session(folder: Path) -> Path:
    return shelve(folder, opened(), closed())


def kept(session: Path) -> list[bytes]:
    return (session / ANNOTATIONS).read_bytes().splitlines()


def test_without_a_file_there_is_nothing(session: Path) -> None:
    assert read(session) == Annotations()


def test_tags_come_and_go_and_notes_stay(session: Path) -> None:
    add_tag(session, "tide")
    add_tag(session, " for the talk ")
    add_note(session, "It drew the moon first.\nThen the sea.")
    found = remove_tag(session, "tide")
    assert found == read(session)
    assert found.tags == ("for the talk",)
    [note] = found.notes
    assert note.text == "It drew the moon first.\nThen the sea."
    assert note.at.endswith("Z")
    assert add_tag(session, "tide").tags == ("for the talk", "tide")


def test_each_line_is_one_object_and_lines_are_only_added(session: Path) -> None:
    before = b""
    for change in (lambda: add_tag(session, "ä"), lambda: add_note(session, "n")):
        change()
        now = (session / ANNOTATIONS).read_bytes()
        assert now.startswith(before)
        before = now
    rows = [json.loads(line) for line in kept(session)]
    assert [list(row) for row in rows] == [["at", "kind", "text"]] * 2
    assert [(row["kind"], row["text"]) for row in rows] == [("tag", "ä"), ("note", "n")]


def test_what_changes_nothing_is_not_written(session: Path) -> None:
    remove_tag(session, "tide")
    assert not (session / ANNOTATIONS).exists()
    add_tag(session, "tide")
    add_tag(session, "tide")
    assert len(kept(session)) == 1


def test_the_journal_is_not_touched(session: Path) -> None:
    before = (session / JOURNAL).read_bytes()
    add_tag(session, "tide")
    add_note(session, "n")
    assert (session / JOURNAL).read_bytes() == before


def test_lines_of_others_are_passed_over_and_kept(session: Path) -> None:
    theirs = (
        b'{"kind":"code","of":[1]}\nnot json\n\xff\xfe\n[]\n{"at":"x","kind":"tag","text":"old"}\n'
    )
    (session / ANNOTATIONS).write_bytes(theirs)
    assert add_tag(session, "new").tags == ("old", "new")
    assert (session / ANNOTATIONS).read_bytes().startswith(theirs)


def test_a_torn_line_takes_none_with_it(session: Path) -> None:
    add_tag(session, "tide")
    with (session / ANNOTATIONS).open("ab") as file:
        file.write(b'{"at":"2026-11-20T23:15:02.125Z","kind":"no')
    assert add_tag(session, "moon").tags == ("tide", "moon")
    assert kept(session)[1] == b'{"at":"2026-11-20T23:15:02.125Z","kind":"no'


@pytest.mark.parametrize(
    ("tag", "why"),
    [
        ("", "is empty"),
        ("  \t", "is empty"),
        ("x" * 61, "has 61 characters, and 60 are the most"),
        ("two\nlines", "holds a line break"),
        ("hid\u202eden", "cannot be seen: hid‹U\\+202E›den"),
        ("esc\x1b[31m", "cannot be seen"),
    ],
)
def test_a_tag_is_one_clean_phrase(session: Path, tag: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        add_tag(session, tag)
    assert not (session / ANNOTATIONS).exists()


def test_an_empty_note_is_refused(session: Path) -> None:
    with pytest.raises(UsageError, match="empty"):
        add_note(session, " \n ")


def test_half_a_character_does_not_lose_a_note(session: Path) -> None:
    assert add_note(session, "half \ud83d here").notes[0].text == "half � here"


def test_many_writers_lose_nothing(session: Path) -> None:
    with ThreadPoolExecutor(8) as writers:
        list(writers.map(lambda number: add_tag(session, f"tag {number}"), range(64)))
    assert set(read(session).tags) == {f"tag {number}" for number in range(64)}
    assert len(kept(session)) == 64


def test_a_full_disk_keeps_what_was_there(session: Path) -> None:
    add_tag(session, "tide")
    before = (session / ANNOTATIONS).read_bytes()
    with room_for(len(before) + 20), pytest.raises(HomeUnusable, match="What it held is kept"):
        add_note(session, "A note that finds no room.")
    assert (session / ANNOTATIONS).read_bytes() == before


def test_where_there_is_no_session_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(HomeUnusable, match="could not be written: No such file"):
        add_tag(tmp_path / "20261120-231502-k3f9w2", "tide")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_is_named(session: Path) -> None:
    (session / ANNOTATIONS).mkdir()
    with pytest.raises(RecordBroken, match=ANNOTATIONS):
        read(session)
