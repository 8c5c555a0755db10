"""The index follows the journals: whatever happens to them, it holds what they hold."""

import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from latitude.core.spec import Conditions
from latitude.core.stream import Tokens
from latitude.errors import HomeUnusable
from latitude.index import catching_up
from latitude.index.database import BUILDING, FILE
from latitude.index.entry import LARGEST
from latitude.index.follow import _is_stale, open_index, rebuild
from latitude.journal.annotations import add_tag, remove_tag
from tests.index.conftest import Opens
from tests.index.journals import START, Growing, any_events, held, left, wrote
from tests.journal.samples import closed, replied, said, started
from tests.ordinary import NOBODY, folder_of_theirs, ordinary_user

assert catching_up, "loaded while root may still read it"

FAR = 99_999_999_999_999_999_999
"""More than 64 bits."""


def made_anew(sessions: Path) -> dict[str, object]:
    rebuild(sessions)
    return held(sessions)


@pytest.mark.parametrize("seed", range(6))
def test_following_line_by_line_comes_to_what_a_new_index_holds(sessions: Path, seed: int) -> None:
    """Several sessions run at once, and somebody looks at any moment."""
    chance, now = random.Random(seed), START
    running = [
        (
            Growing(sessions, f"s{number}", begun=START + timedelta(seconds=number)),
            list(any_events(seed * 10 + number, 4)),
        )
        for number in range(3)
    ]
    while any(events for _, events in running):
        journal, events = chance.choice(running)
        if events:
            journal.now = now = now + timedelta(seconds=2)
            journal.add(events.pop(0))
        if chance.random() < 0.3:
            held(sessions)
    assert held(sessions) == made_anew(sessions)


def test_whether_it_is_up_to_date_is_found_without_reading_all_sessions(
    sessions: Path, opens: Opens
) -> None:
    Growing(sessions, "a").turn(1, "harbour")
    for _ in range(3):
        # As if nothing had changed lately: the index makes files of its own there at first.
        os.utime(sessions, (1, 1))
        opens()
    connection, asked = opens().connection, list[str]()
    connection.set_trace_callback(asked.append)
    _is_stale(connection, sessions)
    connection.set_trace_callback(None)
    steps = [step for one in asked for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {one}")]
    assert len(asked) == 2
    assert all(step.startswith("SEARCH") for step in steps), steps


def test_a_running_session_is_read_on_from_its_last_turn(sessions: Path) -> None:
    session = Growing(sessions, "a")
    session.turn(1, "harbour")
    session.add(said(2), started(2, 2))
    assert held(sessions)["harbour"] == [(session.id, 1)]
    place = read_to(sessions)
    before, behind = session.path.read_bytes()[:place], session.path.read_bytes()[place:]
    assert b'"turn":2' in behind
    assert b'"type":"message.sent","prev"' in behind.splitlines()[0]
    # What was read before is not read again: were it, this would be found out.
    session.path.write_bytes(before.replace(b"harbour", b"HARBOUR") + behind)
    session.add(replied(2, 2, "tide"))
    assert held(sessions)["tide"] == [(session.id, 2)]
    assert held(sessions)["harbour"] == [(session.id, 1)]


def read_to(sessions: Path) -> int:
    with sqlite3.connect(sessions / FILE) as connection:
        found: tuple[int] = connection.execute("SELECT read_to FROM session").fetchone()
    return found[0]


def test_a_line_that_is_being_written_waits_for_its_end(sessions: Path) -> None:
    session = Growing(sessions, "a")
    session.add(said(1, "loom"), started(1, 1))
    line = session.line(replied(1, 1, "tide"))
    with session.path.open("ab") as journal:
        journal.write(line[:-10])
        journal.flush()
        assert held(sessions)["tide"] == []
        journal.write(line[-10:])
    assert held(sessions)["tide"] == [(session.id, 1)]


def test_a_journal_that_was_written_anew_is_read_anew(sessions: Path) -> None:
    session = Growing(sessions, "a")
    session.turn(1, "harbour")
    session.turn(2, "moth")
    held(sessions)
    shutil.rmtree(session.folder)
    other = Growing(sessions, "a", model="second")
    other.turn(1, "stone")
    other.turn(2, "loom")
    other.turn(3, "loom")
    now = held(sessions)
    assert now["harbour"] == now["moth"] == []
    assert now["stone"] == [(other.id, 1)]
    assert now == made_anew(sessions)


def test_a_broken_journal_is_held_as_far_as_it_is_sound(sessions: Path) -> None:
    session = Growing(sessions, "a")
    session.turn(1, "harbour")
    session.turn(2, "moth")
    data = session.path.read_bytes()
    session.path.write_bytes(data.replace(b"moth", b"mxth"))
    now = held(sessions)
    assert now["harbour"] == [(session.id, 1)]
    assert now == made_anew(sessions)


def test_a_first_line_that_cannot_be_read_is_held_with_why(sessions: Path) -> None:
    session = Growing(sessions, "a")
    session.path.write_bytes(b"no journal\n")
    index = open_index(sessions)
    [(problem,)] = index.connection.execute("SELECT problem FROM session").fetchall()
    index.close()
    assert "journal.jsonl, line 1" in problem


def test_what_is_forgotten_is_not_found_any_more(sessions: Path) -> None:
    kept, gone = Growing(sessions, "a"), Growing(sessions, "b")
    kept.turn(1, "harbour")
    gone.turn(1, "harbour")
    assert len(held(sessions)["harbour"]) == 2  # type: ignore[arg-type]
    shutil.rmtree(gone.folder)
    assert held(sessions)["harbour"] == [(kept.id, 1)]
    assert held(sessions) == made_anew(sessions)


def test_a_closed_session_moves_below_those_that_run(sessions: Path) -> None:
    early = Growing(sessions, "a")
    late = Growing(sessions, "b", begun=START + timedelta(hours=1))
    early.turn(1, "tide")
    late.turn(1, "tide")
    assert held(sessions)["tide"] == [(late.id, 1), (early.id, 1)]
    late.add(left(1), closed("model-exit"))
    assert held(sessions)["tide"] == [(early.id, 1), (late.id, 1)]
    early.now = late.now + timedelta(minutes=1)
    early.add(left(1), closed("model-exit"))
    assert held(sessions)["tide"] == [(early.id, 1), (late.id, 1)]


def test_a_session_that_comes_late_takes_its_place_in_time(sessions: Path) -> None:
    """One that is copied from another home is older than what was found here already."""
    now = Growing(sessions, "a")
    now.turn(1, "tide")
    now.add(left(1), closed("model-exit"))
    held(sessions)
    old = Growing(sessions, "b", begun=START - timedelta(days=30))
    old.turn(1, "tide")
    old.add(left(1), closed("model-exit"))
    assert held(sessions)["tide"] == [(now.id, 1), (old.id, 1)]


def test_a_number_that_sqlite_cannot_hold_ends_nothing(sessions: Path) -> None:
    """What a server counts is its own; the journal has it as it was."""
    session = Growing(sessions, "a", conditions=Conditions(repeat=-FAR, seed=FAR))
    session.turn(FAR, "tide", *wrote(FAR, "sea.html", "tide"))
    session.turn(FAR + 1, "loom")
    now = held(sessions)
    assert now["tide"] == [(session.id, LARGEST)]
    assert now["loom"] == [(session.id, LARGEST)]
    summary = replace(closed().summary, tokens=Tokens(input=FAR, output=FAR))
    session.add(left(FAR + 1), replace(closed("model-exit"), summary=summary))
    assert held(sessions) == made_anew(sessions)
    index = open_index(sessions)
    row = index.connection.execute("SELECT repeat, seed, read, tokens FROM session").fetchone()
    index.close()
    assert row == (-LARGEST, LARGEST, LARGEST, LARGEST)
    assert str(FAR) in session.path.read_text(encoding="utf-8")


@pytest.mark.parametrize("at", ["yesterday", "2026-99-20T23:15:02.000Z", "", "0001-01-01"])
def test_a_session_whose_end_has_no_time_is_held_like_any_other(sessions: Path, at: str) -> None:
    timeless = Growing(sessions, "a")
    timeless.turn(1, "tide")
    timeless.add(left(1))
    timeless.path.write_bytes(
        timeless.path.read_bytes()
        + re.sub(rb'"at":"[^"]*"', b'"at":"' + at.encode() + b'"', timeless.line(closed()))
    )
    for number in (1, 2):
        new = Growing(sessions, f"b{number}", begun=START + timedelta(hours=number))
        new.turn(1, "loom")
        new.add(left(1), closed("model-exit"))
        now = held(sessions)
        assert now["tide"] == [(timeless.id, 1)]
        assert len(now["loom"]) == number  # type: ignore[arg-type]
    assert made_anew(sessions)["loom"] == now["loom"]


def test_tags_are_followed(sessions: Path) -> None:
    session = Growing(sessions, "a")
    held(sessions)
    add_tag(session.folder, "sea")
    add_tag(session.folder, "loom")
    assert len(held(sessions)["tag"]) == 2  # type: ignore[arg-type]
    remove_tag(session.folder, "sea")
    assert held(sessions)["tag"] == [repr([session.id, "loom"])]


@pytest.mark.parametrize("left_there", [b"", b"not a database at all" * 100, None])
def test_an_index_that_is_none_is_made_anew(sessions: Path, left_there: bytes | None) -> None:
    session = Growing(sessions, "a")
    session.turn(1, "tide")
    held(sessions)
    index = sessions / FILE
    if left_there is None:
        # Half of one: its pages are there, and are not its own.
        data = index.read_bytes()
        index.write_bytes(data[: len(data) // 2] + os.urandom(len(data) // 2))
        with sqlite3.connect(index) as connection:
            connection.execute("PRAGMA user_version = 1")
    else:
        index.write_bytes(left_there)
    assert held(sessions)["tide"] == [(session.id, 1)]


def test_another_schema_is_made_anew_and_never_migrated(sessions: Path) -> None:
    session = Growing(sessions, "a")
    session.turn(1, "tide")
    held(sessions)
    with sqlite3.connect(sessions / FILE) as connection:
        connection.execute("ALTER TABLE session ADD COLUMN extra")
        connection.execute("PRAGMA user_version = 7")
    assert held(sessions) == made_anew(sessions)


def test_what_cannot_be_kept_is_made_for_once(tmp_path: Path) -> None:
    said_so: list[str] = []
    index = open_index(tmp_path / "nowhere", unkept=said_so.append)
    assert index.connection.execute("SELECT count(*) FROM session").fetchone() == (0,)
    index.close()
    assert "there is no folder" in said_so[0]
    assert not (tmp_path / "nowhere").exists()


def test_in_a_folder_that_cannot_be_written_it_is_made_for_once() -> None:
    said_so: list[str] = []
    with folder_of_theirs() as place:
        session = Growing(place / "sessions", "a")
        session.turn(1, "tide")
        (place / "sessions").chmod(0o555)
        with ordinary_user():
            index = open_index(place / "sessions", unkept=said_so.append)
        assert index.connection.execute("SELECT reply FROM turn").fetchall() == [("tide",)]
        index.close()
        (place / "sessions").chmod(0o755)
        assert [path.name for path in (place / "sessions").iterdir()] == [session.id]
    assert said_so == [f"Permission denied ({place / 'sessions'})"]


@pytest.mark.parametrize("kept", [0o444, 0o644], ids=["file and folder", "folder"])
def test_one_that_is_behind_and_cannot_be_written_is_made_for_once(kept: int) -> None:
    said_so: list[str] = []
    with folder_of_theirs() as place:
        sessions = place / "sessions"
        session = Growing(sessions, "a")
        session.turn(1, "tide")
        open_index(sessions).close()
        session.turn(2, "loom")
        before = (sessions / FILE).read_bytes()
        for path in sessions.glob("index*"):
            path.chmod(kept)
            if path.name.endswith("-journal"):
                path.unlink()
            elif os.geteuid() == 0:
                os.chown(path, NOBODY, NOBODY)
        sessions.chmod(0o555)
        with ordinary_user():
            index = open_index(sessions, unkept=said_so.append)
        turns = index.connection.execute("SELECT reply FROM turn ORDER BY id").fetchall()
        index.close()
        assert (sessions / FILE).read_bytes() == before
    assert turns == [("tide",), ("loom",)]
    assert len(said_so) == 1


def test_many_processes_follow_one_home(sessions: Path) -> None:
    """While a session grows, four others read, and one makes the index anew again and again."""
    session = Growing(sessions, "a")
    reads = (
        "import sys, pathlib\n"
        "from latitude.index.follow import open_index, rebuild\n"
        "sessions, anew = pathlib.Path(sys.argv[1]), sys.argv[2] == 'anew'\n"
        "for line in sys.stdin:\n"
        "    if anew: rebuild(sessions)\n"
        "    index = open_index(sessions)\n"
        "    print(index.connection.execute('SELECT count(*) FROM turn').fetchone()[0], flush=True)"
        "\n    index.close()\n"
    )
    others = [
        subprocess.Popen(
            [sys.executable, "-c", reads, str(sessions), "anew" if not number else "follow"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    for turn in range(1, 21):
        session.turn(turn, "tide")
        for other in others:
            assert other.stdin is not None
            other.stdin.write("look\n")
            other.stdin.flush()
        if turn % 5 == 0:
            for other in others:
                assert other.stdout is not None
                counts = [int(other.stdout.readline()) for _ in range(5)]
                assert counts == sorted(counts)
                assert counts[-1] == turn
    for other in others:
        other.communicate()
        assert other.returncode == 0
    assert held(sessions) == made_anew(sessions)
    assert not list(sessions.glob(f"{BUILDING}*"))


KILLED = """
import os, pathlib, signal, sys
from latitude.index import catching_up, follow
left = [int(sys.argv[2])]
def put(connection, entry, put=catching_up.put):
    put(connection, entry)
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
catching_up.put = put
follow.open_index(pathlib.Path(sys.argv[1]))
"""


@pytest.mark.parametrize("after", [1, 3, 6])
@pytest.mark.parametrize("new", [True, False], ids=["made anew", "followed"])
def test_a_kill_in_the_middle_costs_nothing(sessions: Path, after: int, new: bool) -> None:
    journals = [Growing(sessions, f"s{number}") for number in range(6)]
    if not new:
        held(sessions)
    for number, journal in enumerate(journals):
        journal.add(*any_events(number, 3))
    done = subprocess.run([sys.executable, "-c", KILLED, str(sessions), str(after)], check=False)
    assert done.returncode == -signal.SIGKILL
    left_over = list(sessions.glob(f"{BUILDING}*"))
    assert bool(left_over) == new
    for half in left_over:
        os.utime(half, (0, 0))
    assert held(sessions) == made_anew(sessions)
    assert not list(sessions.glob(f"{BUILDING}*"))


def test_a_full_disk_is_said_and_nothing_is_lost(sessions: Path) -> None:
    session = Growing(sessions, "a")
    held(sessions)
    session.turn(1, "tide")
    index = open_index(sessions)
    index.connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(HomeUnusable, match="No record was touched"), index.writing():
        index.connection.execute("CREATE TABLE more (text)")
        index.connection.execute("INSERT INTO more VALUES (randomblob(10000000))")
    index.close()
    assert held(sessions)["tide"] == [(session.id, 1)]
