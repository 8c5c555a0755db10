"""The register: five promises, each with a sentence and a predicate that can fail."""

import pytest

from latitude.core.spec import ToolSchema
from latitude.prompts.check import nominal_tools
from latitude.prompts.library import Library
from latitude.prompts.promises import PROMISES, Terms

FIVE = ("exit-honoured", "no-hidden-words", "record-complete", "work-kept", "wishes-carried")


def test_there_are_five_and_each_says_what_it_is() -> None:
    assert tuple(PROMISES) == FIVE
    for name, promise in PROMISES.items():
        assert promise.name == name
        assert promise.says.endswith(".")
        assert callable(promise.lacks)


def terms(*names: str, protocol: str = "open", description: str = "What it does.") -> Terms:
    tools = [ToolSchema(name=name, description=description, parameters={}) for name in names]
    return Terms(protocol=Library().get(protocol), tools=tools)


BROKEN = [
    ("exit-honoured", terms("write_file")),
    ("no-hidden-words", terms("run", "end_session", description=" ")),
    ("work-kept", terms("read_file", "end_session")),
    ("wishes-carried", terms("write_file", "end_session")),
]


@pytest.mark.parametrize(("name", "settings"), BROKEN)
def test_settings_can_break_it_and_the_cure_is_named(name: str, settings: Terms) -> None:
    lack = PROMISES[name].lacks(settings)
    assert lack is not None
    assert lack.what.endswith(".")
    assert lack.cure.endswith(".")


@pytest.mark.promise("record-complete")
def test_no_setting_can_break_the_record() -> None:
    assert all(PROMISES["record-complete"].lacks(settings) is None for _, settings in BROKEN)


@pytest.mark.promise("exit-honoured")
@pytest.mark.parametrize("name", Library().names())
def test_a_shipped_protocol_keeps_what_it_promises(name: str) -> None:
    protocol = Library().get(name)
    settings = Terms(protocol=protocol, tools=nominal_tools(protocol))
    for promise in {*protocol.promises, "exit-honoured"}:
        assert PROMISES[promise].lacks(settings) is None
