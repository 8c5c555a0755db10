"""What the gate finds, and what it leaves alone."""

import json
import random
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.publish.gate.finding import Found, Gate, finding_id, masked
from latitude.publish.gate.rules import RULES, Person, Secret, replacement
from tests.publish.gate import table
from tests.publish.gate.encodings import ENCODINGS, as_json_twice
from tests.publish.gate.table import CLEAN, FOUND, SECRET, VERA

GATE = Gate([SECRET], VERA)
NOBODY = Person("", "", "")
CODECS = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"),
    *("utf-32", "utf-32-le", "utf-32-be"),
)


@pytest.mark.parametrize(("text", "rule", "value"), FOUND)
def test_it_finds_what_must_not_go_out(text: str, rule: str, value: str) -> None:
    assert Found(rule, value) in GATE.text(text)


@pytest.mark.parametrize(("text", "rule", "value"), FOUND)
def test_it_finds_nothing_else_there(text: str, rule: str, value: str) -> None:
    """A second finding of the same thing would ask a person twice."""
    others = {one for one in GATE.text(text) if one.value not in value and value not in one.value}
    assert others == set()


# What stands before a thing can tell that it is none: not so from within another text.
BEFORE = ("version ", "Chrome/", "release: ", "M10 10L", "https://git", "a", "-----BEGIN ", "\\")
PLAIN = sorted({text for text, _, _ in FOUND if text.isascii()})


@given(st.sampled_from(PLAIN), st.sampled_from((*BEFORE, *CLEAN)), st.sampled_from(CLEAN))
def test_a_look_at_many_at_once_misses_none(text: str, before: str, after: str) -> None:
    around = (before.encode("ascii", "replace"), text.encode(), after.encode("ascii", "replace"))
    assert GATE.text(text)
    assert not GATE.is_clean(around)


def test_clean_ones_are_clean_together() -> None:
    assert GATE.is_clean([text.encode() for text in CLEAN if text.isascii()])


@pytest.mark.parametrize("text", CLEAN)
def test_it_raises_no_false_alarm(text: str) -> None:
    assert GATE.text(text) == set()
    assert GATE.text(json.dumps({"content": text})) == set()


@pytest.mark.parametrize("encode", ENCODINGS)
def test_no_encoding_hides_anything(encode: Callable[[str], str]) -> None:
    missed = [
        (rule, value)
        for _, rule, value in FOUND
        if Found(rule, value) not in GATE.text(f"so: {encode(f'« {value} »')} and on")
    ]
    # What such a thing is, is told by what stands before it.
    told = {"bearer-token", "basic-login", "password", "aws-secret"}
    assert [value for rule, value in missed if rule not in told] == []


COLOURS = (
    *("\x1b[01;32m", "\x1b[m", "\x1b[K", "\x1b[38;5;196m", "\x1b(B", "\x1b[0;34m\x1b[1m"),
    *(r"\u001b[32m", r"\x1b[32m", r"\033[32m", r"\e[0m", "^[[1;31m", "%1B[32m", "&#27;[32m", "=3D"),
)
"""What stands before a word without a space, and ends in a letter."""


@pytest.mark.parametrize("colour", COLOURS)
def test_a_colour_before_a_word_hides_nothing(colour: str) -> None:
    missed = []
    for _, rule, value in FOUND:
        for text in (f"in {colour}{value}\x1b[m and", f"in{colour}{value}"):
            for written in (text, json.dumps({"content": text}), as_json_twice(text)):
                if Found(rule, value) not in GATE.text(written):
                    missed.append((rule, written))
    told = {"bearer-token", "basic-login", "password", "aws-secret"}
    assert [one for one in missed if one[0] not in told] == []


def test_a_colour_before_an_address_is_no_part_of_it() -> None:
    for colour in COLOURS:
        assert GATE.text(f"by {colour}anna@mill.org") == {Found("e-mail", "anna@mill.org")}
    assert GATE.text("[01;32manna@mill.org") == {Found("e-mail", "anna@mill.org")}
    assert GATE.text("[michael@mill.org]") == {Found("e-mail", "michael@mill.org")}


def test_a_colour_within_a_word_hides_nothing() -> None:
    """A search in colours marks the part of a key that it was asked for."""
    for value in (table.GITHUB, table.AWS, SECRET.value, "192.168.1.23", "anna@mill.org"):
        for at in (2, 4, len(value) // 2):
            text = f"see \x1b[01;31m\x1b[K{value[:at]}\x1b[m\x1b[K{value[at:]} there"
            for written in (text, json.dumps(text), as_json_twice(text)):
                assert value in {one.value for one in GATE.text(written)}


@given(st.text(), st.text(), st.sampled_from(ENCODINGS))
def test_a_kept_key_is_found_wherever_it_stands(before, after, encode) -> None:
    text = f"{before} {encode(f' {SECRET.value} ')} {after}"
    assert Found("kept-key", SECRET.value) in GATE.text(text)
    assert Found("kept-key", SECRET.value) in GATE.data(text.encode("utf-8", "replace"))


@given(st.text(st.sampled_from("abXY09-_+/=&;\\\"'<>\n é"), min_size=8, max_size=20))
def test_a_kept_key_of_any_signs_is_found_in_json(value) -> None:
    gate = Gate([Secret("MY_PASSWORD in the environment", value)], NOBODY)
    for text in (value, json.dumps(value), json.dumps(json.dumps({"a": value}))):
        assert "kept-key" in {found.rule for found in gate.text(text)}


@pytest.mark.parametrize("codec", CODECS)
def test_bytes_are_read_in_their_encoding(codec: str) -> None:
    text = f"Notes by anna@mill.org — {table.ANTHROPIC}\n" * 3
    assert GATE.data(text.encode(codec)) == {
        Found("e-mail", "anna@mill.org"),
        Found("anthropic-key", table.ANTHROPIC),
    }


def test_what_lies_in_a_binary_is_found() -> None:
    around = bytes(range(256))
    secret, key = SECRET.value, table.ANTHROPIC
    assert Found("kept-key", secret) in GATE.data(around + secret.encode() + around)
    assert Found("anthropic-key", key) in GATE.data(around + key.encode() + around)
    assert Found("anthropic-key", key) in GATE.data(b"\x01" + key.encode("utf-16-le") + around)
    assert Found("anthropic-key", key) in GATE.data(b"\x01" + key.encode("utf-32-le") + around)
    assert Found("user-name", "verasmith") in GATE.data(b"\0\0verasmith\0\0" + around)
    german = Gate([Secret("PIN", "Schlüssel-für-alles")], NOBODY)
    assert german.data(around + "Schlüssel-für-alles".encode() + around)


@pytest.mark.parametrize("mail", ["a@b.io", "me@x.de", "Vera@FIRMA.DE", "anna@mill.org"])
def test_an_address_in_a_binary_is_found_however_short(mail: str) -> None:
    assert GATE.data(f"\x01\0 {mail} \0\3".encode()) == {Found("e-mail", mail)}


def test_random_bytes_hold_nothing() -> None:
    assert GATE.data(random.Random(7).randbytes(3_000_000)) == set()


def test_a_name_is_found_only_as_a_whole_word_and_only_where_it_tells_something() -> None:
    mark = Gate([], Person("/home/mark", "mark", "localhost"))
    assert mark.text("mark wrote it") == {Found("user-name", "mark")}
    assert mark.text("markdown, bookmark, remark_1, Mark, localhost") == set()
    root = Gate([], Person("/root", "root", "ubuntu"))
    assert root.text("root@ubuntu:/root# ls /root/x") == set()


def test_a_name_within_something_else_that_was_found_is_not_found_again() -> None:
    assert GATE.text("/home/verasmith/x") == {Found("home-path", "/home/verasmith")}
    assert GATE.text("verasmith@mill.org") == {Found("e-mail", "verasmith@mill.org")}


def test_what_stands_for_something_is_never_found() -> None:
    """Not even on a machine whose names are those words."""
    for rule in RULES:
        sign = replacement(rule)
        for name in (*rule.split("-"), rule, "redacted", "mail", "held"):
            assert Gate([], Person(f"/x/{name}", name, name)).text(f"{sign} {sign}") == set()
        assert Gate([Secret("A_KEY", rule)], NOBODY).text(sign) == set()


def test_the_stamp_changes_with_all_that_is_searched_for() -> None:
    gates = [
        GATE,
        Gate([], VERA),
        Gate([Secret("A_KEY", SECRET.value + "1")], VERA),
        Gate([SECRET], Person(VERA.home, VERA.user, "elsewhere")),
        Gate([SECRET], NOBODY),
    ]
    assert len({gate.stamp for gate in gates}) == len(gates)
    other = Secret("B_KEY in the environment", "other-value-9")
    assert Gate([SECRET, other], VERA).stamp == Gate([other, SECRET], VERA).stamp


def test_a_person_sees_enough_of_a_finding_and_no_secret() -> None:
    shown = masked(Found("anthropic-key", table.ANTHROPIC))
    assert shown == f"sk-ant…{table.ANTHROPIC[-2:]} ({len(table.ANTHROPIC)} characters)"
    assert masked(Found("kept-key", "hunter2!")) == "hu… (8 characters)"
    assert masked(Found("e-mail", "anna@mill.org")) == "anna@mill.org"
    assert "\x1b" not in masked(Found("user-name", "a\x1b[31m"))
    assert GATE.says(Found("kept-key", SECRET.value)) == f"the value of {SECRET.name}"
    assert GATE.says(Found("e-mail", "anna@mill.org")) == "an e-mail address"


def test_a_finding_has_a_name_of_its_own() -> None:
    mail = Found("e-mail", "anna@mill.org")
    assert finding_id(mail) == finding_id(Found("e-mail", "anna@mill.org"))
    assert len(finding_id(mail)) == 10
    assert finding_id(mail) != finding_id(Found("user-name", "anna@mill.org"))
    assert finding_id(Found("user-name", "\ud800"))


HOSTILE = (
    *("a@a@a@", "a@a.a@", "@" + "a" * 63, "1.1.1.1.", "1.1.1.1 ", "M1.5.5.2.3"),
    *(
        "eyJ",
        "eyJ-",
        "eyJaaaa.",
        ".eyJ",
        "\\",
        "\\u",
        "\\\\u",
        "\\/",
        "&amp;",
        "&#",
        "%25",
        "%2525",
    ),
    *("-----BEGIN PRIVATE KEY-----", "://a:", "x://a:b@", "Bearer 1", "sk-", "sk-a-", "xoxb-"),
    *(
        "\x1b",
        "\x1b[",
        "\x1b[0",
        "\x1b[0m",
        "\x1b[0m1.1.1.1",
        "^[[",
        "\\e[",
        "=3D",
        "password=",
        "pplx-",
    ),
    *("/home/a", ":a:", "::", "fe80::1 ", ":aa", "-aa", "\\nverasmith", "verasmith"),
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_makes_it_slow(piece: str) -> None:
    """Twice the text takes about twice the time; four times is room for a busy machine."""
    short = piece * (30_000 // len(piece))
    assert _least_time(short * 4) < 16 * _least_time(short) + 0.02


def test_a_megabyte_of_hostile_text_is_searched_in_seconds() -> None:
    for piece in ("a@a@a@", "1.1.1.1.", "eyJ", "\\\\\\"):
        assert _least_time(piece * (1_000_000 // len(piece)), 1) < 5


def _least_time(text: str, times: int = 3) -> float:
    least = float("inf")
    for _ in range(times):
        started = time.perf_counter()
        GATE.text(text)
        least = min(least, time.perf_counter() - started)
    return least
