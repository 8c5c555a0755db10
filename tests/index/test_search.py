"""Searching: where words stand, in which order they come, and what may be asked."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.errors import UsageError
from latitude.index.filters import Filter
from latitude.index.search import OFF, ON, Hit, Query, expression, search
from tests.index.conftest import Opens
from tests.index.journals import START, Growing, left, wrote
from tests.journal.samples import (
    answered,
    called,
    closed,
    finished,
    replied,
    said,
    started,
    thought,
)


@pytest.fixture
def harbour(sessions: Path) -> Growing:
    """A session in which each voice says a word of its own, and all of them say *tide*."""
    session = Growing(sessions, "a")
    session.add(
        said(1, "ours tide"),
        started(1, 1),
        thought(1, 1, "pensive tide", index=0),
        replied(1, 1, "spoken tide, stopping soon but not now", index=1),
        called(1, 1, "read_file", '{"path": "called tide"}', index=2),
        answered(1, 1, "call-1-2", "answered tide"),
        *wrote(1, "poems/named.md", "written tide"),
        finished(1, 1),
    )
    return session


def found(opens: Opens, words: str, **asked: object) -> list[Hit]:
    return list(search(opens().connection, Query(words, **asked)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("word", "voice"),
    [
        ("ours", "ours"),
        ("pensive", "thinking"),
        ("spoken", "reply"),
        ("called", "tools"),
        ("answered", "tools"),
        ("written", "files"),
    ],
)
def test_each_voice_is_searched_and_can_be_asked_for(
    harbour: Growing, opens: Opens, word: str, voice: str
) -> None:
    [hit] = found(opens, word, voices=(voice,))
    assert (hit.session, hit.turn) == (harbour.id, 1)
    assert [one.voice for one in hit.found] == [voice]
    assert f"{ON}{word}{OFF}" in hit.found[0].text
    others = {"ours", "thinking", "reply", "tools", "files"} - {voice}
    assert found(opens, word, voices=tuple(others)) == []


def test_a_path_is_found_where_it_was_called_and_where_it_was_kept(
    harbour: Growing, opens: Opens
) -> None:
    [hit] = found(opens, "named")
    assert [one.voice for one in hit.found] == ["files", "tools"]


def test_what_was_written_into_a_file_is_no_tools_text(harbour: Growing, opens: Opens) -> None:
    [hit] = found(opens, "tide")
    assert [one.voice for one in hit.found] == ["reply", "thinking", "ours", "files", "tools"]
    assert found(opens, "written", voices=("tools",)) == []


def test_the_newest_come_first_and_the_best_on_request(sessions: Path, opens: Opens) -> None:
    for number, reply in enumerate(["tide tide tide", "a long tale of the sea and one tide " * 3]):
        session = Growing(sessions, f"s{number}", begun=START + timedelta(hours=number))
        session.turn(1, reply)
        session.add(left(1), closed("model-exit"))
    newest = [hit.session for hit in found(opens, "tide")]
    assert newest == sorted(newest, reverse=True)
    assert [hit.session for hit in found(opens, "tide", ranked=True)] == newest[::-1]
    assert len(found(opens, "tide", limit=1)) == 1


def test_words_phrases_beginnings_and_either(sessions: Path, opens: Opens) -> None:
    session = Growing(sessions, "a")
    session.turn(1, "The files are saved. Stopping now.")
    session.turn(2, "Now I am stopping the loom.")
    turns = {
        'stopping now': [2, 1],
        '"stopping now"': [1],
        "stop*": [2, 1],
        '"stopping n"*': [1],
        "loom OR saved": [2, 1],
        "SAVED": [1],
        "saved loom": [],
        "saved AND files": [1],
    }  # fmt: skip
    assert {words: [hit.turn for hit in found(opens, words)] for words in turns} == turns


def test_accents_and_scripts(sessions: Path, opens: Opens) -> None:
    session = Growing(sessions, "a")
    session.turn(1, "Où est la mer, Ærø ☾ море")
    for words in ("ou", "ærø", "море", "МОРЕ"):
        assert [hit.turn for hit in found(opens, words)] == [1], words


def test_a_filter_goes_with_the_words(sessions: Path, opens: Opens) -> None:
    kept, other = Growing(sessions, "a", model="kept"), Growing(sessions, "b", model="other")
    kept.turn(1, "tide")
    other.turn(1, "tide")
    [hit] = found(opens, "tide", which=Filter(models=("kept",)))
    assert hit.session == kept.id


@pytest.mark.parametrize("words", ["", "  ", '""', "OR", "*", "?!", '"', "AND OR"])
def test_words_that_say_nothing_are_refused(words: str) -> None:
    with pytest.raises(UsageError, match="no word to look for"):
        expression(words)


@given(st.text(max_size=40), st.sampled_from([(), ("reply",), ("tools", "files")]))
def test_nothing_that_is_typed_is_taken_for_the_languages_own(words: str, voices: tuple) -> None:
    """Whatever the words are, SQLite reads them as words, or we refuse them."""
    import sqlite3

    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(ours, thinking, reply, tools, files)")
    try:
        asked = expression(words, voices)
    except UsageError:
        return
    connection.execute("SELECT * FROM t WHERE t MATCH ?", (asked,)).fetchall()
    connection.close()
