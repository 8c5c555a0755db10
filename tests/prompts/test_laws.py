"""What holds for every protocol file, not only for those that somebody thought of."""

import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from latitude.prompts.loader import examine
from latitude.prompts.promises import PROMISES
from latitude.prompts.protocol import LIMIT_NAMES, TOOL_SETS, ExitWords, PersonWords, Protocol
from latitude.prompts.reader import Finding

# PyYAML writes a line break of EBCDIC (U+0085) without quotes, and does not read it back.
words = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x85"), max_size=30
) | st.sampled_from(
    [
        "",
        "null",
        "yes",
        "1.0",
        "2020-01-01",
        "~",
        "- a",
        "a: b",
        "#",
        "|",
        "'",
        '"',
        "{turns}",
        " x ",
    ]
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "between": words,
    "script": st.lists(words, max_size=3),
    "tools": st.lists(st.sampled_from(list(TOOL_SETS)), unique=True),
    "disclose": st.lists(st.sampled_from(LIMIT_NAMES), unique=True),
    "promises": st.lists(st.sampled_from(list(PROMISES)), unique=True),
    "person": st.fixed_dictionaries({}, optional={"reminder": words, "closing": words}),
    "room": st.dictionaries(st.sampled_from(LIMIT_NAMES), words, max_size=3),
}
protocols = st.fixed_dictionaries(
    {
        "name": st.just("any"),
        "version": st.integers(1, 10**9),
        "summary": words,
        "opening": words,
        "exit": st.fixed_dictionaries(
            {},
            optional={
                "phrases": st.lists(words, max_size=3),
                "tool": st.none() | words,
                "offer": words,
                "told": st.sampled_from(["opening", "turn 2", "turn 9999"]),
            },
        ),
    },
    optional=FIELDS,
)
styles = st.fixed_dictionaries(
    {
        "default_style": st.sampled_from([None, '"', "'", "|", ">"]),
        "default_flow_style": st.sampled_from([True, False, None]),
        "allow_unicode": st.booleans(),
        "width": st.sampled_from([10, 80, 1_000]),
        "sort_keys": st.booleans(),
    }
)


def read(text: str) -> tuple[Protocol | None, list[Finding]]:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "any.yaml"
        path.write_text(text, encoding="utf-8")
        return examine(path)


def written(fields: dict[str, Any], style: dict[str, Any]) -> str:
    """A YAML text of ``fields``: at once, or each in a style that only texts may have."""
    quoted = style["default_style"]
    if quoted is None:
        return yaml.safe_dump(fields, **style)
    usual = {**style, "default_style": None, "default_flow_style": False}
    return "".join(
        f"{name}: {yaml.safe_dump(value, **{**usual, 'default_style': quoted})}"
        if isinstance(value, str)
        else yaml.safe_dump({name: value}, **usual)
        for name, value in fields.items()
    )


def plain(text: str) -> str:
    return text.rstrip("\n")


@given(protocols, styles)
def test_a_protocol_comes_back_as_it_was_written(
    fields: dict[str, Any], style: dict[str, Any]
) -> None:
    protocol, findings = read(written(fields, style))
    assert protocol is not None, findings
    leaving, person = fields["exit"], fields.get("person", {})
    told = {"opening": 1, "turn 2": 2, "turn 9999": 9999}[leaving.get("told", "opening")]
    tool = leaving.get("tool")
    assert protocol.exit == ExitWords(
        phrases=tuple(map(plain, leaving.get("phrases", ()))),
        tool=None if tool is None else plain(tool),
        offer=plain(leaving.get("offer", "")),
        told=told,
    )
    assert (protocol.version, protocol.summary, protocol.opening, protocol.between) == (
        fields["version"],
        *(plain(fields.get(name, "")) for name in ("summary", "opening", "between")),
    )
    assert protocol.script == tuple(map(plain, fields.get("script", ())))
    assert [protocol.tools, protocol.disclose, protocol.promises] == [
        tuple(fields.get(name, ())) for name in ("tools", "disclose", "promises")
    ]
    assert protocol.person == PersonWords(**{name: plain(value) for name, value in person.items()})
    assert protocol.room == {name: plain(text) for name, text in fields.get("room", {}).items()}


@given(protocols, st.sampled_from(["word", "exits", "Opening", "опening", "x.y"]), words)
def test_a_field_that_nobody_knows_is_always_told_at_its_line(
    fields: dict[str, Any], name: str, value: str
) -> None:
    text = yaml.safe_dump(fields)
    protocol, findings = read(text + yaml.safe_dump({name: value}, allow_unicode=True))
    assert protocol is None
    line = text.count("\n") + 1
    assert [finding.mark.line for finding in findings if f"'{name}'" in finding.what] == [line]


@given(protocols, st.data())
def test_a_field_that_stands_twice_is_always_told(
    fields: dict[str, Any], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(fields)))
    protocol, findings = read(yaml.safe_dump(fields) + yaml.safe_dump({name: fields[name]}))
    assert protocol is None
    assert f"'{name}' stands here a second time." in [finding.what for finding in findings]


@given(protocols, st.data())
def test_what_is_wrong_is_told_at_a_place_in_the_file(
    fields: dict[str, Any], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(fields)))
    wrong = st.none() | st.integers() | st.lists(st.integers(), max_size=2) | st.booleans() | words
    text = yaml.safe_dump({**fields, name: data.draw(wrong)})
    lines = text.split("\n")
    _, findings = read(text)
    for finding in findings:
        assert 1 <= finding.mark.line <= len(lines)
        assert 1 <= finding.mark.column <= len(lines[finding.mark.line - 1]) + 1
        assert "\n" not in str(finding)
