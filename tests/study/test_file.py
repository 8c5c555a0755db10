"""A study file: what is read from it, and how each fault is told."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.errors import ProtocolError, UnknownName
from latitude.prompts.library import shipped_prompts
from latitude.study.file import load_study
from latitude.study.places import find_study, lock_path, plan_path
from tests.study.stage import HEAD, study, write

WHOLE = """
name: play
version: 3
question: Does it matter?
models:
  - rehearsal/leaves
  - {model: chat/small, base_url: "http://127.0.0.1:8080/v1"}
  - {model: chat/small, base_url: "http://127.0.0.1:8081/v1"}
repeats: 5
seed: 0
limits: {turns: 6, steps: 9, tokens: 4000, minutes: 1.5, cost: 0.25}
budget: 12.5
parallel: {chat: 2, rehearsal: 1}
factors:
  protocol: [open, open-silent]
  exit_wording:
    parts: ["One.", "Two."]
    others: ["Three.", "Four.", "Five."]
  exit_order: [as-written, reversed]
  tool_name: [end_session, null]
  between: {silent: "", some: "No person sent it."}
  attended: [no, yes]
  effort: [low, null]
  tools: [all, none, null, "files, run"]
  disclosure: {all: [turns, steps], nothing: []}
duplicates: ["rehearsal/leaves · open · parts · reversed · no-tool · some · unattended · \
low-effort · files+run · nothing"]
outcomes: [exit, turns]
exclude: [refused]
"""


def test_every_field_is_read(tmp_path: Path) -> None:
    read = load_study(write(tmp_path, WHOLE))
    assert (read.name, read.version, read.repeats, read.seed) == ("play", 3, 5, 0)
    assert [model.label for model in read.models] == [
        "rehearsal/leaves",
        "chat/small@127.0.0.1:8080",
        "chat/small@127.0.0.1:8081",
    ]
    assert read.models[1].base_url == "http://127.0.0.1:8080/v1"
    assert read.limits == {"turns": 6, "steps": 9, "tokens": 4000, "minutes": 1.5, "cost": 0.25}
    assert (read.budget, read.parallel) == (12.5, {"chat": 2, "rehearsal": 1})
    assert (read.outcomes, read.exclude) == (("exit", "turns"), ("refused",))
    values = {name: [level.value for level in levels] for name, levels in read.factors.items()}
    assert values == {
        "protocol": ["open", "open-silent"],
        "exit_wording": [("One.", "Two."), ("Three.", "Four.", "Five.")],
        "exit_order": ["as-written", "reversed"],
        "tool_name": ["end_session", None],
        "between": ["", "No person sent it."],
        "attended": [False, True],
        "effort": ["low", None],
        "tools": ["all", "none", None, "files, run"],
        "disclosure": [("turns", "steps"), ()],
    }
    assert len(read.arms()) == 3 * 2**8 * 4 + 1


def asked_at(*urls: str) -> str:
    return "\n" + "\n".join(f"- {{model: chat/x, base_url: '{url}'}}" for url in urls)


def test_a_label_holds_no_password(tmp_path: Path) -> None:
    models = asked_at(
        "http://me:secret@h:1/v1", "https://me:secret@g", "me:secret@f", "http://[::1"
    )
    assert [one.label for one in study(tmp_path, models=models).models] == [
        "chat/x@h:1",
        "chat/x@g",
        "chat/x@f",
        "chat/x@http://[::1",
    ]


def test_two_models_with_one_label_are_refused(tmp_path: Path) -> None:
    models = asked_at("http://h:1/a", "http://g:1", "http://me:secret@h:1/b")
    with pytest.raises(ProtocolError) as refused:
        study(tmp_path, models=models)
    assert str(refused.value) == (
        f"{tmp_path / 'play.yaml'}:7:3: Two models would be called 'chat/x@h:1', for both are at "
        "one host. Keep one of them, or ask them in two studies."
    )


def test_what_is_left_out_is_as_usual(tmp_path: Path) -> None:
    read = study(tmp_path)
    assert [arm.label for arm in read.arms()] == ["rehearsal/leaves · open"]
    assert read.exclude == ("interrupted", "harness-failed")
    assert (read.limits, read.budget, read.outcomes, read.parallel) == ({}, None, (), {})


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("factors: {colour: [red]}", "7:11: No field is called 'factors.colour'. There are: prot"),
        ("factors: {protocol: []}", "7:21: 'factors.protocol' has no level. Give at least one"),
        ("factors: {protocol: [null]}", "7:22: A protocol has a name."),
        ("factors: {protocol: [open, open]}", "7:28: 'open' stands in 'factors.protocol' twice."),
        ("factors: {exit_order: [reversed]}", "7:23: There is no wording whose parts could be"),
        ("factors: {exit_order: [up]}", "7:24: 'factors.exit_order' knows no 'up'."),
        ("factors: {exit_wording: {a: b}, exit_order: [as-written, reversed]}",
         "7:29: The wording 'a' has no parts that could be reversed."),
        ("factors: {exit_wording: {a: [b]}, exit_order: [reversed]}", "7:29: The wording 'a' has"),
        ("factors: {exit_wording: {A b: c}}", "7:31: 'A b' is no name for a level."),
        ("factors: {exit_wording: [a]}", "'factors.exit_wording' must be a mapping, and is a list"),
        ("factors: {between: {a: [b]}}", "7:24: 'factors.between.a' must be text, and is a list."),
        ("factors: {attended: [maybe]}", "'factors.attended' holds text where it must hold true"),
        ("factors: {attended: [yes, true]}", "7:27: 'attended' stands in 'factors.attended' twice"),
        ("factors: {effort: ['a · b']}", "7:20: 'factors.effort' cannot be 'a · b'."),
        ("factors: {tools: ['']}", "7:19: 'factors.tools' cannot be ''."),
        ("factors: {disclosure: {a: [years]}}", "7:28: 'factors.disclosure.a' knows no 'years'."),
        ("factors: open", "7:10: 'factors' must be a mapping, and is text."),
        ("limits: {turns: 0}", "7:17: 'limits.turns' must be a whole number from 1."),
        ("limits: {cost: 0}", "7:16: 'limits.cost' must be above 0."),
        ("limits: {years: 1}", "7:10: No field is called 'limits.years'. There are: turns, steps"),
        ("budget: 0", "7:9: 'budget' must be above 0."),
        ("budget: -1", "7:9: 'budget' must be a number from 0."),
        ("parallel: {cloud: 2}", "7:19: No provider is called 'cloud'."),
        ("parallel: {chat: 0}", "7:18: 'parallel.chat' must be a whole number from 1."),
        ("outcomes: [joy]", "7:12: 'outcomes' knows no 'joy'. There are: exit, turns, made"),
        ("exclude: [left]", "7:11: 'exclude' knows no 'left'."),
        ("duplicates: [other]", "7:14: No arm is 'other'. There are: rehearsal/leaves · open."),
        ("duplicates: [rehearsal/leaves · open, rehearsal/leaves · open]", "twice. Keep one."),
        ("speed: 3", "7:1: No field is called 'speed'."),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(tmp_path: Path, more: str, told: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        study(tmp_path, more)
    assert str(refused.value).startswith(f"{tmp_path / 'play.yaml'}:")
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("instead", "told"),
    [
        ({"name": "other"}, "name is 'other'"),
        ({"question": '" "'}, "3:11: 'question' is empty."),
        ({"models": "[]"}, "4:9: A study needs at least one model."),
        ({"models": "[cloud/x]"}, "4:10: No provider is called 'cloud'."),
        ({"models": "[chat]"}, "4:10: --model 'chat' does not name a model"),
        ({"models": "[chat/a·b]"}, "holds a character that no label can"),
        ({"models": "[rehearsal/page, rehearsal/page]"}, "'rehearsal/page' stands in 'models' tw"),
        ({"models": "[{base_url: x}]"}, "The field 'models[0].model' is missing."),
        ({"models": "[{model: chat/x, key: y}]"}, "No field is called 'models[0].key'."),
        ({"models": "[3]"}, "'models' holds a whole number where it must hold a mapping or text."),
        ({"repeats": "0"}, "5:10: 'repeats' must be a whole number from 1."),
        ({"repeats": "9999999"}, "5:10: This is a study of 9,999,999 sessions. Keep to 1,000,000."),
        ({"seed": "x"}, "6:7: 'seed' must be a whole number, and is text."),
    ],
)
def test_what_must_be_there_is_looked_at(
    tmp_path: Path, instead: dict[str, str], told: str
) -> None:
    with pytest.raises(ProtocolError) as refused:
        if "name" in instead:
            load_study(write(tmp_path, HEAD.replace("name: play", "name: other")))
        else:
            study(tmp_path, **instead)
    assert told in str(refused.value)


def test_all_faults_are_told_at_once_in_their_order(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError) as refused:
        study(tmp_path, "budget: 0\nfactors: {effort: []}\nparallel: {x: 1}", repeats="0")
    places = [line.split(":")[1] for line in str(refused.value).splitlines()]
    assert places == ["5", "7", "8", "9"]


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "play.yaml"
    path.write_bytes(HEAD.encode() + data)
    with contextlib.suppress(ProtocolError):
        load_study(path)


def test_a_study_is_found_by_name_or_by_path(tmp_path: Path) -> None:
    mine = write(tmp_path / "studies", HEAD)
    folders = (tmp_path, shipped_prompts())
    assert find_study(folders, "play") == mine
    assert find_study(folders, str(mine)) == mine
    assert find_study(folders, "exit-order").parent == shipped_prompts() / "studies"
    with pytest.raises(
        UnknownName, match=r"No study is called 'none'\. There are: exit-order, play"
    ):
        find_study(folders, "none")
    with pytest.raises(UnknownName, match="There is no study file"):
        find_study(folders, "./play.yaml")
    with pytest.raises(UnknownName):
        find_study(folders, "..")


def test_each_version_has_a_plan_of_its_own(tmp_path: Path) -> None:
    first = plan_path(tmp_path, study(tmp_path))
    second = plan_path(tmp_path, study(tmp_path, version="2"))
    assert first == tmp_path / "studies" / "play.plan.json"
    assert second == tmp_path / "studies" / "play.v2.plan.json"
    assert lock_path(second).name == "play.v2.plan.lock"


@pytest.mark.parametrize("path", sorted((shipped_prompts() / "studies").glob("*.yaml")))
def test_a_shipped_study_needs_no_key(path: Path) -> None:
    assert {model.provider for model in load_study(path).models} == {"rehearsal"}
