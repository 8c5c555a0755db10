"""A file that a person wrote: what is read from it, and how each fault is told."""

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from latitude.errors import ProtocolError
from latitude.prompts.library import shipped_prompts
from latitude.prompts.loader import examine, load
from latitude.prompts.protocol import ExitWords, PersonWords
from tests.prompts.conftest import Edited

OPEN = (shipped_prompts() / "open.yaml").read_text(encoding="utf-8")


def test_every_field_is_read() -> None:
    path = shipped_prompts() / "open.yaml"
    protocol = load(path)
    assert (protocol.name, protocol.version) == ("open", 1)
    assert protocol.opening.endswith("What would you like to do?")
    assert protocol.exit.phrases == ("stopping now",)
    assert (protocol.exit.tool, protocol.exit.told) == ("end_session", 1)
    assert protocol.tools == ("files", "run", "preview")
    assert protocol.disclose == ("turns", "steps", "tokens", "minutes", "cost")
    assert protocol.room["minutes"] == "Minutes: at most {minutes}."
    assert protocol.person.closing == "I will end the session after your next reply."
    assert protocol.sha256 == sha256(path.read_bytes()).hexdigest()


EXAMPLE = """\
name: open
version: 1
summary: One open question, the exit, and one plain sentence when nobody answers.
opening: |            # the exact first message
  {opening}
exit:
  phrases: [stopping now]
  tool: end_session   # or null
  offer: |            # how the exit is told
    To end the session, write "stopping now" on a line of its own.
  told: opening       # with the opening, or "turn 2", …
between: |            # what is said after a turn when nobody is there; "" says nothing
  This message is automatic.
script: []            # further messages in order, for protocols that are not open
tools: [files]        # files · run · preview · wish · web
disclose: [turns]     # which limits the model is told, in the protocol's own words
promises: [exit-honoured, work-kept]
person: {{reminder: You can leave., closing: I will leave.}}
"""


@pytest.mark.parametrize("opening", ["You get {turns} messages. Hello?", "Hello?"])
def test_the_example_of_the_design_is_read(tmp_path: Path, opening: str) -> None:
    path = tmp_path / "open.yaml"
    path.write_text(EXAMPLE.format(opening=opening), encoding="utf-8")
    protocol = load(path)
    assert protocol.opening == opening
    assert (protocol.disclose, protocol.room) == (("turns",), {})
    assert protocol.person == PersonWords("You can leave.", "I will leave.")


def test_a_field_that_is_left_out_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "bare.yaml"
    needed = "name: bare\nversion: 1\nsummary: Bare.\nopening: Hello.\nexit: {tool: end_session}\n"
    path.write_text(needed)
    protocol = load(path)
    assert protocol.exit == ExitWords(phrases=(), tool="end_session", offer="", told=1)
    assert (protocol.between, protocol.script, protocol.tools) == ("", (), ())
    assert (protocol.disclose, protocol.promises, protocol.person) == ((), (), PersonWords())
    path.write_text(f"{needed}person: {{closing: Bye.}}\n")
    assert load(path).person == PersonWords(reminder="", closing="Bye.")


@pytest.mark.parametrize("name", ["name", "version", "summary", "opening", "exit"])
def test_what_makes_a_protocol_one_must_be_there(tmp_path: Path, name: str) -> None:
    fields = {
        "name": "bare",
        "version": "1",
        "summary": "Bare.",
        "opening": "Hello.",
        "exit": "{tool: end_session}",
    }
    del fields[name]
    path = tmp_path / "bare.yaml"
    path.write_text("".join(f"{field}: {value}\n" for field, value in fields.items()))
    with pytest.raises(ProtocolError, match=f"1:1: The field '{name}' is missing. Add it."):
        load(path)


def test_an_exit_that_leaves_everything_out_is_no_exit(tmp_path: Path) -> None:
    path = tmp_path / "bare.yaml"
    path.write_text("name: bare\nversion: 1\nsummary: Bare.\nopening: Hello.\nexit: {}\n")
    with pytest.raises(ProtocolError, match=r"bare.yaml:5:7: There is no exit\."):
        load(path)


FAULTS = [
    ("tools: [files", "tool: [files", "19:1: No field is called 'tool'. There are: name, version"),
    ("summary: One", "sum: One", "1:1: The field 'summary' is missing. Add it."),
    ("  told: op", "  telled: op", "15:3: No field is called 'exit.telled'. There are: phrases"),
    (
        "  closing:",
        "  clsing:",
        "No field is called 'person.clsing'. There are: reminder, closing.",
    ),
    ("version: 1", "version: one", "2:10: 'version' must be a whole number, and is text."),
    ("version: 1", "version: 0", "2:10: 'version' must be a whole number from 1."),
    ("version: 1", "version: 1_0", "2:10: 'version' must be a whole number from 1."),
    ("name: open", "name: on", "1:7: 'name' must be text, and is true or false. Text that looks"),
    ("name: open", "name: Open!", "1:7: 'Open!' is no name. Use small letters, digits"),
    ("name: open", "name: shut", "1:7: The name is 'shut' and the file is open.yaml."),
    ("phrases: [stopping now]", "phrases: stop", "'exit.phrases' must be a list, and is text."),
    ("[stopping now]", "[stopping now, 5]", "'exit.phrases' holds a whole number where it must"),
    ("tool: end_session", "tool: [x]", "'exit.tool' must be text or nothing, and is a list."),
    (
        "told: opening",
        "told: turn 1",
        "'exit.told' cannot be 'turn 1'. Write 'opening', or 'turn 2'",
    ),
    ("[files, run, preview]", "[files, shell]", "'tools' knows no 'shell'. There are: files, run"),
    ("[files, run, preview]", "[run, run]", "'run' stands in 'tools' twice."),
    ("[exit-honoured, work-kept]", "[be-nice]", "'promises' knows no 'be-nice'. There are: exit-h"),
    ("script: []", "script: {}", "'script' must be a list, and is a mapping."),
    ("script: []", "script:", "'script' must be a list, and is nothing."),
    ('  turns: "Mess', '  turn: "Mess', "No field is called 'room.turn'. There are: turns, steps"),
    ("version: 1", "version: 1\nversion: 2", "3:1: 'version' stands here a second time."),
    ("version: 1", "version: &v 1\nother: *v", "This is not YAML: anchors are not used here."),
    ("version: 1", "version: [1", "3:8: This is not YAML: while parsing a flow sequence"),
    ("version: 1", "\tversion: 1", "2:1: This is not YAML: while scanning for the next token"),
    (
        "version: 1",
        "version: !!python/none x",
        "and is something of the type tag:yaml.org,2002:pyth",
    ),
    ("name: open", 'name: "\\ud800"', "1:7: 'name' holds half a character (a surrogate)."),
    (
        "name: open",
        'name: "\\U00110000"',
        "1:1: This is not YAML: an escape in it is no character.",
    ),
    ("name: open", "--- 1\n---\nname: open", "This is not YAML: expected a single document"),
]


@pytest.mark.parametrize(("old", "new", "told"), FAULTS, ids=[fault[2][:48] for fault in FAULTS])
def test_a_fault_is_told_with_file_line_and_column(
    edited: Edited, old: str, new: str, told: str
) -> None:
    path = edited((old, new))
    with pytest.raises(ProtocolError) as refused:
        load(path)
    lines = str(refused.value).splitlines()
    assert all(line.startswith(f"{path}:") for line in lines)
    assert any(told in line.removeprefix(f"{path}:") for line in lines), lines


def test_all_faults_of_a_file_are_told_at_once(edited: Edited) -> None:
    path = edited(("version: 1", "version: x"), ("told: opening", "told: never"))
    with pytest.raises(ProtocolError) as refused:
        load(path)
    assert [line.split(":")[1] for line in str(refused.value).splitlines()] == ["2", "15"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "1:1: The file is empty."),
        (b"- a\n", "1:1: The file holds a list, not 'name: value' lines."),
        (b"name: open\nsummary: \xff\n", "2:1: The file is not UTF-8. Save it as UTF-8."),
        (b"a" * 1_000_001, "1:1: The file is longer than 1000000 bytes. Shorten it."),
        (b"[" * 20_000, "1:1: The file is nested too deeply to be read."),
        (b"name: a\0b", "1:1: This is not YAML: unacceptable character #x0000"),
    ],
)
def test_bytes_that_are_no_protocol(tmp_path: Path, data: bytes, told: str) -> None:
    path = tmp_path / "open.yaml"
    path.write_bytes(data)
    with pytest.raises(ProtocolError) as refused:
        load(path)
    assert str(refused.value).startswith(f"{path}:{told}")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match="cannot be read: No such file or directory"):
        load(tmp_path / "open.yaml")


def test_windows_line_ends_make_the_same_words(tmp_path: Path) -> None:
    path = tmp_path / "open.yaml"
    path.write_bytes(OPEN.replace("\n", "\r\n").encode())
    assert load(path).opening == load(shipped_prompts() / "open.yaml").opening


SCRAPS = st.one_of(
    st.sampled_from(
        ["- ", ": ", "{", "}", "[", "]", "|\n", "&a ", "*a", "!!map ", '"', "\n  ", "? "]
    ),
    st.sampled_from(
        ["exit", "name", "null", "0x", "1:1", "2020-99-99", "<<", "%YAML 9.9\n", "..."]
    ),
    st.text(max_size=6),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(OPEN)), scraps=st.lists(SCRAPS, max_size=6), cut=st.integers(0, 40))
def test_no_garbage_gets_past_the_reader(
    tmp_path: Path, at: int, scraps: list[str], cut: int
) -> None:
    """Whatever stands in a file, a person gets lines with a place, or a protocol."""
    path = tmp_path / "open.yaml"
    text = OPEN[:at] + "".join(scraps) + OPEN[at + cut :]
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    protocol, findings = examine(path)
    assert all(str(finding).startswith(f"{path}:") for finding in findings)
    if protocol is None:
        assert findings
    else:
        assert protocol.name == "open"
        protocol.opening.encode("utf-8")


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_no_bytes_get_past_the_reader(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "open.yaml"
    path.write_bytes(data)
    with pytest.raises(ProtocolError):
        load(path)
