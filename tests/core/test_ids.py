"""Ids sort by time, are unlike each other, and say nothing of the model."""

from datetime import UTC, datetime, timedelta, timezone

from latitude.core.ids import is_session_id, new_session_id

EVENING = datetime(2026, 11, 20, 23, 15, 2, tzinfo=UTC)


def test_an_id_begins_with_the_time_in_utc() -> None:
    there = EVENING.astimezone(timezone(timedelta(hours=9)))
    assert new_session_id(there).startswith("20261120-231502-")


def test_ids_sort_by_time() -> None:
    assert new_session_id(EVENING) < new_session_id(EVENING + timedelta(seconds=1))


def test_two_sessions_of_one_second_differ() -> None:
    assert len({new_session_id(EVENING) for _ in range(1000)}) == 1000


def test_only_whole_ids_are_ids() -> None:
    assert is_session_id(new_session_id(EVENING))
    assert not is_session_id("20261120-231502")
    assert not is_session_id("../20261120-231502-k3f9w2")
