"""What a list says of each session: true, in order, and as soon as it is known."""

from pathlib import Path
from typing import get_args

import msgspec
import pytest

from latitude.core.events import End
from latitude.core.spec import Limits
from latitude.errors import HomeUnusable
from latitude.journal import listing
from latitude.journal.annotations import add_tag
from latitude.journal.listed import Listed
from latitude.journal.listing import in_batches, listed, short_ending
from latitude.journal.paths import ANNOTATIONS, JOURNAL
from latitude.journal.writer import Recorder
from tests.journal.samples import ID, closed, opened, said
from tests.journal.shelf import copy_many, shelve

OPUS = opened(ID, "anthropic", "claude-opus-5-5")


def only(sessions: Path) -> Listed:
    [row] = listed(sessions)
    return row


@pytest.mark.promise("record-complete")
@pytest.mark.parametrize("end", get_args(End))
def test_only_an_exit_is_called_a_choice(end: End) -> None:
    said_of_model, said_of_script = (short_ending(closed(end), who) for who in (OPUS, opened()))
    assert ("chose" in said_of_model) == (end == "model-exit")
    assert "chose" not in said_of_script


def test_every_end_has_words_of_its_own() -> None:
    words = {short_ending(closed(end), OPUS) for end in get_args(End)}
    assert len(words) == len(get_args(End))


def test_limits_are_named_with_their_figures() -> None:
    limits = Limits(turns=1, steps=200, minutes=60.0, tokens=1_500_000, cost=0.5)
    session = msgspec.structs.replace(OPUS, limits=limits)
    assert [
        short_ending(closed(f"{name}-limit"), session)
        for name in ("turn", "step", "token", "time", "cost")
    ] == [
        "limit of 1 message",
        "limit of 200 responses",
        "limit of 1,500,000 tokens",
        "limit of 60 minutes",
        "limit of 0.50 US dollars",
    ]


def test_a_closed_session(folder: Path) -> None:
    shelve(folder, OPUS, said(1), closed("turn-limit"))
    row = only(folder.parent)
    assert (row.id, row.model, row.protocol) == (ID, "anthropic/claude-opus-5-5", "open")
    assert (row.end, row.how) == ("turn-limit", "limit of 20 messages")
    assert (row.turns, row.files, row.rehearsal) == (1, 0, False)
    assert row.fingerprint is not None
    assert row.problem is None
    assert not row.interrupted


def test_a_rehearsal_is_called_one(folder: Path) -> None:
    shelve(folder, opened(), closed("model-exit"))
    row = only(folder.parent)
    assert (row.model, row.how) == ("first (rehearsal, not a model)", "script took the exit")


async def test_running_is_not_interrupted(recorder: Recorder, folder: Path) -> None:
    row = only(folder.parent)
    assert (row.end, row.how, row.interrupted) == ("running", "running", False)
    await recorder.close()
    row = only(folder.parent)
    assert (row.how, row.interrupted) == ("not closed", True)


async def test_a_session_that_ends_while_it_is_looked_at_is_not_called_interrupted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelve(folder, OPUS)

    def ends_now(session: Path) -> bool:
        (session / JOURNAL).unlink()
        session.rmdir()
        shelve(session, OPUS, closed("person-end"))
        return False

    monkeypatch.setattr(listing, "is_running", ends_now)
    assert only(folder.parent).how == "person ended it"


def test_a_record_that_cannot_be_read_stands_in_its_place(folder: Path) -> None:
    shelve(folder, OPUS, closed())
    copy_many(folder, 2)
    (folder / JOURNAL).write_bytes(b"{}\n")
    first, *others = listed(folder.parent)
    assert first.id == ID
    assert first.end == "cannot be read; latitude verify says why"
    assert first.problem is not None
    assert f"{folder / JOURNAL}, line 1" in first.problem
    assert [row.problem for row in others] == [None, None]


def test_newest_first_by_the_second_and_then_by_the_first_line(tmp_path: Path) -> None:
    opened_at = {
        "20261120-231502-aaaaaa": "2026-11-20T23:15:02.300Z",
        "20261120-231502-zzzzzz": "2026-11-20T23:15:02.100Z",
        "20261120-231502-mmmmmm": "2026-11-20T23:15:02.200Z",
        "20261121-000000-aaaaaa": "2026-11-21T00:00:00.000Z",
        "20261119-000000-aaaaaa": "2026-11-19T00:00:00.000Z",
    }
    for name, at in opened_at.items():
        shelve(tmp_path / name, OPUS, at=at)
    assert [row.opened for row in listed(tmp_path)] == sorted(opened_at.values(), reverse=True)


def test_the_first_screenful_is_there_before_the_rest_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "NEXT_BATCH", 100)
    shelve(folder, OPUS, closed())
    copy_many(folder, 199)
    batches = in_batches(listed(folder.parent))
    first = next(batches)
    for path in folder.parent.iterdir():
        (path / JOURNAL).write_bytes(b"{}\n")
    second, third = batches
    assert [len(batch) for batch in (first, second, third)] == [64, 100, 36]
    assert {row.problem for row in first} == {None}
    assert None not in {row.problem for row in (*second, *third)}


def test_what_is_closed_is_read_once(folder: Path) -> None:
    shelve(folder, OPUS, closed())
    shelve(folder.with_name("20261121-000000-aaaaaa"), OPUS)
    known = {row.id: row for row in listed(folder.parent)}
    for path in folder.parent.iterdir():
        (path / JOURNAL).write_bytes(b"{}\n")
    still_open, sealed = listed(folder.parent, known)
    assert still_open.problem is not None
    assert sealed is known[ID]
    add_tag(folder, "tide")
    _, tagged = listed(folder.parent, known)
    assert tagged == msgspec.structs.replace(sealed, tags=("tide",))


def test_tags_that_cannot_be_read_hide_nothing_else(folder: Path) -> None:
    shelve(folder, OPUS, closed())
    (folder / ANNOTATIONS).mkdir()
    row = only(folder.parent)
    assert row.tags is None
    assert row.how == "person ended it"


def test_a_home_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "sessions").symlink_to("sessions")
    with pytest.raises(HomeUnusable, match="cannot be read"):
        next(listed(tmp_path / "sessions"))
    assert list(listed(tmp_path / "none")) == []
