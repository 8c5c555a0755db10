"""What was found is taken out, in every encoding, and the rest stays as it was."""

import json
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.publish.gate.finding import Found, Gate
from latitude.publish.gate.rules import Person, Secret, replacement
from latitude.publish.gate.taking import Taker
from tests.publish.gate import table
from tests.publish.gate.encodings import ENCODINGS
from tests.publish.gate.table import CLEAN, FOUND, SECRET, VERA

GATE = Gate([SECRET], VERA)
MAIL = Found("e-mail", "anna@mill.org")

plain = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
found_texts = st.sampled_from([text for text, _, _ in FOUND])
pieces = st.lists(
    st.one_of(
        plain,
        found_texts,
        st.builds(lambda encode, text: encode(text), st.sampled_from(ENCODINGS), found_texts),
        st.sampled_from(CLEAN),
        st.sampled_from(
            [
                *(
                    "\\",
                    "%",
                    "&",
                    "\\n",
                    "\\u00",
                    "&amp;",
                    "%25",
                    '"',
                    "'",
                    "a",
                    "7",
                    ".",
                    "²",
                    "é",
                ),
                *("%20", "\\u00e9", "\x1b[32m", "\x1b[0m", "\\x1b[1m", "=3D", "\\f", ":"),
            ]
        ),
    ),
    max_size=6,
).map("".join)


def taker(found: set[Found]) -> Taker:
    return Taker.of({one: replacement(one.rule) for one in found})


@given(pieces)
def test_what_was_taken_out_is_not_found_again(text) -> None:
    found = GATE.text(text)
    taken, counts = taker(found).text(text)
    assert GATE.text(taken) & found == set()
    assert (taken == text) == (not found) == (not counts)


@given(pieces)
def test_in_json_too_and_it_stays_json(text) -> None:
    line = json.dumps({"text": text, "raw": json.dumps([text])})
    found = GATE.text(line) | GATE.text(text)
    taken, _ = taker(found).text(line)
    assert GATE.text(taken) & found == set()
    assert json.loads(json.loads(taken)["raw"])


@given(pieces)
def test_what_stands_in_a_line_is_gone_from_its_text(text) -> None:
    """A line is searched as it is written, and the text in it is what is changed."""

    def line(text: str) -> bytes:
        return json.dumps({"text": text}, ensure_ascii=False).encode()

    found = GATE.data(line(text)) | GATE.text(text)
    signs = {one: replacement(one.rule) for one in found}
    taken, _ = Taker.of(signs, as_written=True).text(text)
    left = {one.value for one in GATE.data(line(taken)) | GATE.text(taken)}
    assert left & {one.value for one in found} == set()
    assert (taken == text) == (not found)


def test_what_runs_into_another_is_taken_with_it() -> None:
    """Of a token that runs into a key no half of the key is left."""
    text = f"log: {table.JWT}{SECRET.value} end"
    found = GATE.text(text)
    assert {one.rule for one in found} == {"jwt", "kept-key"}
    taken, counts = taker(found).text(text)
    assert taken == "log: [redacted: jwt][redacted: kept-key] end"
    assert sorted(counts.values()) == [1, 1]


def test_a_colour_within_a_value_goes_with_it() -> None:
    text = f"see \x1b[01;31m{table.GITHUB[:4]}\x1b[m\x1b[K{table.GITHUB[4:]}\x1b[m there"
    taken, _ = taker(GATE.text(text)).text(text)
    assert taken == "see \x1b[01;31m[redacted: github-token]\x1b[m there"


def test_a_number_behind_an_escape_is_taken_as_it_was_found() -> None:
    text = "link %20192.168.7.31\\u00e9 end"
    [found] = GATE.data(json.dumps({"text": text}).encode())
    sign = {found: replacement(found.rule)}
    assert Taker.of(sign).text(text) == (text, {})
    assert Taker.of(sign, as_written=True).text(text)[0] == (
        "link %20[redacted: ip-address]\\u00e9 end"
    )


@given(
    pieces, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-32-be"])
)
def test_a_text_stays_in_its_encoding(text, codec) -> None:
    said = f"Said by anna@mill.org:\n{text}".replace("\0", " ")
    data = said.encode(codec)
    found = GATE.data(data)
    assert MAIL in found
    taken, counts = taker(found).data(data)
    assert counts[MAIL.value] >= 1
    assert GATE.data(taken) & found == set()
    if b"this file held" not in taken:
        assert taken.decode(codec).startswith("Said by [redacted: e-mail]:\n")
    assert Taker({"nowhere-at-all": "[redacted: e-mail]"}).data(data) == (data, {})


@pytest.mark.parametrize("encode", ENCODINGS)
def test_it_is_taken_out_of_every_encoding(encode: Callable[[str], str]) -> None:
    text = f"so: {encode(f'« {SECRET.value} »')} and on"
    taken, counts = Taker({SECRET.value: "[redacted: kept-key]"}).text(text)
    assert re.fullmatch(r"so: .*\[redacted: kept-key\].* and on", taken)
    assert counts == {SECRET.value: 1}
    assert GATE.text(taken) == set()


def test_the_longest_goes_first() -> None:
    taken, counts = Taker({"anna": "[a]", "anna@mill.org": "[b]", "mill.org": "[c]"}).text(
        "anna@mill.org, anna, mill.org"
    )
    assert taken == "[b], [a], [c]"
    assert counts == {"anna": 1, "anna@mill.org": 1, "mill.org": 1}


def test_names_are_taken_only_as_whole_words_and_keys_everywhere() -> None:
    names = Taker.of({Found("user-name", "mark"): "[redacted: user-name]"})
    assert names.text(r"mark, markdown, \nmark")[0] == (
        r"[redacted: user-name], markdown, \n[redacted: user-name]"
    )
    keys = Taker.of({Found("kept-key", "hunter2!x"): "[redacted: kept-key]"})
    assert keys.text("ahunter2!xa")[0] == "a[redacted: kept-key]a"


def test_a_value_found_by_two_rules_is_taken_everywhere() -> None:
    both = Taker.of(
        {Found("user-name", "verasmith"): "[name]", Found("kept-key", "verasmith"): "[key]"}
    )
    assert both.text("xverasmith")[0] == "x[key]"


def test_a_binary_that_holds_a_value_goes_as_a_whole() -> None:
    binary = bytes(range(256)) + table.GITHUB.encode() + b"\0anna@mill.org\0"
    found = GATE.data(binary)
    taken, counts = taker(found).data(binary)
    assert taken == b"[redacted: this file held e-mail, github-token]\n"
    assert counts == {table.GITHUB: 1, "anna@mill.org": 1}
    assert taker({MAIL}).data(bytes(range(256))) == (bytes(range(256)), {})


def test_a_few_bytes_cannot_pass_a_text_off_as_another() -> None:
    """Nul bytes, or the mark of UTF-16, make the same bytes read as other letters."""
    for data in (b"%b\0", b"\xff\xfe%b", b"\xfe\xff%b", b"a %b\0\0\1"):
        hidden = data % (table.GITHUB.encode() + b"  ")
        found = GATE.data(hidden)
        assert {one.value for one in found} == {table.GITHUB}
        taken, counts = taker(found).data(hidden)
        assert counts[table.GITHUB] >= 1
        assert table.GITHUB.encode() not in taken


def test_a_value_in_an_old_encoding_is_taken_out_of_it() -> None:
    data = "Grüße von anna@mill.org".encode("latin-1")
    assert taker({MAIL}).data(data)[0] == "Grüße von [redacted: e-mail]".encode("latin-1")


def test_an_escape_is_never_cut() -> None:
    r"""The ``n`` of ``\nora`` may be the end of a line, and then the name is no name."""
    gate = Gate([], Person("/home/nora", "nora", "localhost"))
    line = json.dumps("nora:\nora et labora, \\nora\\")
    found = gate.text(line)
    taken, _ = taker(found).text(line)
    assert json.loads(taken)
    assert gate.text(taken) == set()


def test_a_value_that_stands_in_its_replacement_is_refused() -> None:
    with pytest.raises(ValueError, match="holds something"):
        Taker({"mail": "[redacted: e-mail]"})


def test_a_kept_key_that_looks_encoded_is_taken_as_it_is_read() -> None:
    gate = Gate([Secret("A_KEY in the environment", "ab%20cd!xyz&amp;q")], Person("", "", ""))
    for text in ("ab%20cd!xyz&amp;q", json.dumps("ab%20cd\\u0021xyz&amp;q")):
        found = gate.text(text)
        assert found
        assert gate.text(taker(found).text(text)[0]) == set()
