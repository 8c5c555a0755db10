"""The very words, the hash over them, and what is refused before any of them is sent."""

import json
import subprocess
import sys
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude import prompts
from latitude.core.spec import Limits, Offer, ToolSchema
from latitude.errors import ProtocolError
from latitude.prompts.check import nominal_tools
from latitude.prompts.library import Library
from latitude.prompts.loader import load
from latitude.prompts.rendering import given_of, in_figures, render
from tests.prompts.conftest import Edited

WRITE = ToolSchema(name="write_file", description="Write.", parameters={"b": 1, "a": "é"})
END = ToolSchema(name="end_session", description="End.", parameters={})
TOOLS = (WRITE, END)

OPENING = (
    "This time is open: there is no task. There is an empty folder that you can write in; "
    "what you put there is kept.\n\n  {room}\n\n  What would you like to do?"
)


def protocol(name: str = "open"):
    return Library().get(name)


def test_the_opening_tells_the_limits_that_are_set_and_no_other() -> None:
    limits = Limits(turns=3, tokens=50_000, cost=0.5)
    assert (
        "\n\nMessages to you: at most 3. Responses from you: at most 200. "
        "Tokens from you: at most 50000. Cost in US dollars: at most 0.5.\n\n"
    ) in render(protocol(), TOOLS, limits).texts.opening
    assert render(protocol(), TOOLS, limits).disclosed == ("turns", "steps", "tokens", "cost")


def test_the_offer_follows_the_opening_after_a_blank_line() -> None:
    texts = render(protocol(), TOOLS).texts
    assert texts.opening.startswith("This time is open: there is no task. ")
    assert "What would you like to do?\n\nYou can end the session" in texts.opening
    assert texts.opening.endswith("or call the tool end_session.")
    assert texts.offer is None


def test_an_offer_told_later_is_a_message_of_its_own() -> None:
    texts = render(protocol("open-exit-later"), TOOLS).texts
    assert texts.opening.endswith("What would you like to do?")
    assert texts.offer == Offer(text=protocol().exit.offer, turn=2)


def test_limits_are_filled_into_every_text(edited: Edited) -> None:
    path = edited(
        ('  turns: "Messages to you: at most {turns}."\n', ""),
        ("script: []", 'script: ["{turns} {other}"]'),
    )
    assert render(load(path), TOOLS).texts.script == ("20 {other}",)


@pytest.mark.parametrize(
    ("layout", "opening"),
    [
        ("There is no task.\n\n  {room}\n\n  End.", "There is no task.\n\nEnd."),
        ("There is no task. {room}\n\n  End.", "There is no task.\n\nEnd."),
        ("{room}\n\n  End.", "End."),
        ("End.\n\n  {room}", "End."),
    ],
)
def test_room_without_a_sentence_leaves_no_gap(edited: Edited, layout: str, opening: str) -> None:
    path = edited(
        (OPENING, layout.replace("There is no task.", "Hello.")),
        ("disclose: [turns, steps, tokens, minutes, cost]", "disclose: [minutes]"),
        ('  turns: "Messages to you: at most {turns}."\n', ""),
        ('  steps: "Responses from you: at most {steps}."\n', ""),
        ('  tokens: "Tokens from you: at most {tokens}."\n', ""),
        ('  cost: "Cost in US dollars: at most {cost}."\n', ""),
        ("told: opening", "told: turn 2"),
        ("  phrases: [stopping now]", "  phrases: []"),
    )
    wanted = opening.replace("There is no task.", "Hello.")
    assert render(load(path), TOOLS).texts.opening == wanted
    told = render(load(path), TOOLS, Limits(minutes=5)).texts.opening
    assert "Minutes: at most 5." in told
    assert told.replace("Minutes: at most 5.", "").split() == wanted.split()


@pytest.mark.promise("no-hidden-words")
def test_given_can_be_recomputed_from_the_record_by_somebody_else() -> None:
    rendered = render(protocol("open-exit-later"), TOOLS)
    words = rendered.texts
    opening, offer, between = (
        json.dumps(text, ensure_ascii=False)
        for text in (words.opening, words.offer.text, words.between)
    )
    line = (
        f'{{"v":1,"opening":{opening},"script":[],"offer":{{"text":{offer},"turn":2}},'
        f'"between":{between},"tools":['
        '{"name":"write_file","description":"Write.","parameters":{"b":1,"a":"é"}},'
        '{"name":"end_session","description":"End.","parameters":{}}]}'
    )
    assert rendered.given == sha256(line.encode("utf-8")).hexdigest()
    assert rendered.given == given_of(rendered.texts, TOOLS, attended=False)


@pytest.mark.promise("no-hidden-words")
@pytest.mark.parametrize("name", Library().names())
def test_every_word_of_the_preview_is_ours_and_every_text_stands_in_it(name: str) -> None:
    shown = protocol(name)
    tools = nominal_tools(shown)
    rendered = render(shown, tools)
    texts = rendered.texts
    sent = [texts.opening, *texts.script, texts.between, texts.offer.text if texts.offer else ""]
    for text in filter(None, sent):
        heading = f"({len(text.encode())} bytes) ---\n".encode()
        assert heading + text.encode() + b"\n" in rendered.preview
    for tool in tools:
        assert f'{{"name":"{tool.name}",'.encode() in rendered.preview


END_ANEW = ToolSchema(name="end_session", description="x", parameters={})
END_PROVIDED = ToolSchema(name="end_session", description="End.", parameters={}, provided={"a": 1})
WRITE_ANEW = ToolSchema(name="write_file", description="Write.", parameters={"a": "é", "b": 1})

CHANGES = {
    "a limit": {"limits": Limits(turns=21)},
    "a tool's description": {"tools": (WRITE, END_ANEW)},
    "who runs a tool": {"tools": (WRITE, END_PROVIDED)},
    "the order of the tools": {"tools": (END, WRITE)},
    "the order of a tool's fields": {"tools": (WRITE_ANEW, END)},
    "company": {"attended": True},
}


@pytest.mark.promise("no-hidden-words")
@pytest.mark.parametrize("what", CHANGES)
def test_given_changes_with(what: str) -> None:
    usual = {"tools": TOOLS, "limits": Limits(), "attended": False}
    before = render(protocol(), **usual).given
    assert render(protocol(), **(usual | CHANGES[what])).given != before


def test_an_attended_session_has_no_words_between_turns() -> None:
    attended = render(protocol(), TOOLS, attended=True)
    assert attended.texts.between == ""
    assert b"a person writes" in attended.preview
    assert b"automatic" not in attended.preview


DISCLOSE = ("disclose: [turns, steps, tokens, minutes, cost]", "disclose: [cost]")
UNWORDED = [
    ('  turns: "Messages to you: at most {turns}."\n', ""),
    ('  steps: "Responses from you: at most {steps}."\n', ""),
    ('  tokens: "Tokens from you: at most {tokens}."\n', ""),
    ('  minutes: "Minutes: at most {minutes}."\n', ""),
]
MINUTES = ('  minutes: "Minutes: at most {minutes}."\n', "")

REFUSED = [
    (
        [("script: []", 'script: ["Minutes: {minutes}"]'), MINUTES],
        {},
        "'script[0]' tells {minutes}, and this session has no such limit. Set the limit with",
    ),
    (
        [("told: opening", "told: turn 9")],
        {"limits": Limits(turns=8)},
        "15:9: The exit is told with turn 9, and the session has 8. Raise --turns",
    ),
    ([], {"tools": (WRITE,)}, "27:12: 'open' promises 'exit-honoured', but the exit tool"),
    (
        [("[exit-honoured, ", "[")],
        {"tools": (WRITE,)},
        "11:3: Nobody could leave: the exit tool 'end_session' is not offered",
    ),
    ([(OPENING, "{room}"), DISCLOSE, *UNWORDED], {}, "4:10: No word is left of 'opening'"),
    ([], {"tools": (END,)}, "27:27: 'open' promises 'work-kept', but no tool is offered that"),
    (
        [("work-kept]", "work-kept, wishes-carried]")],
        {},
        "27:38: 'open' promises 'wishes-carried', but the tool 'wish' is not offered",
    ),
    (
        [("work-kept]", "work-kept, no-hidden-words]")],
        {"tools": (*TOOLS, WRITE)},
        "promises 'no-hidden-words', but two tools are called 'write_file'.",
    ),
]


@pytest.mark.parametrize(("changes", "settings", "told"), REFUSED, ids=[c[2][:40] for c in REFUSED])
def test_what_the_session_does_not_keep_is_refused(
    edited: Edited, changes: list[tuple[str, str]], settings: dict, told: str
) -> None:
    path = edited(*changes)
    with pytest.raises(ProtocolError) as refused:
        render(load(path), **({"tools": TOOLS} | settings))
    assert told in str(refused.value)
    assert str(refused.value).startswith(f"{path}:")


UNROOMED = [
    *UNWORDED,
    ('  cost: "Cost in US dollars: at most {cost}."\n', ""),
    ("room:\n", ""),
    (DISCLOSE[0], "disclose: [turns]"),
]


@pytest.mark.parametrize(
    ("words", "limits", "told"),
    [
        ("You get 20 messages.", Limits(), True),
        ("You get 20.", Limits(), True),
        ("You get 20.", Limits(turns=2), False),
        ("You get 200 or 1.20 or 20,5.", Limits(), False),
        ("You get 2,000 messages.", Limits(turns=2000), True),
        ("You get 2000 messages.", Limits(turns=2000), True),
        ("You get {turns},3 messages.", Limits(), True),
        ("Hello.", Limits(), False),
    ],
)
def test_a_limit_may_be_told_in_the_protocols_own_words(
    edited: Edited, words: str, limits: Limits, told: bool
) -> None:
    read = load(edited((OPENING, words), *UNROOMED))
    if told:
        assert render(read, TOOLS, limits).disclosed == ("turns",)
        return
    with pytest.raises(ProtocolError) as refused:
        render(read, TOOLS, limits)
    assert str(refused.value) == (
        f"{read.path}:{read.marks['disclose[0]'].line}:12: The limit 'turns' ({limits.turns}) is "
        "to be told, and no words tell it. Write {turns} in a text, give 'room' a sentence for "
        "it, or take it out."
    )


def test_what_is_said_only_when_nobody_is_there_tells_a_person_s_model_nothing(
    edited: Edited,
) -> None:
    between = ("This message is automatic", "One of {turns}. This message is automatic")
    read = load(edited((OPENING, "Hello."), between, *UNROOMED))
    assert render(read, TOOLS).disclosed == ("turns",)
    with pytest.raises(ProtocolError, match="The limit 'turns' \\(20\\) is to be told"):
        render(read, TOOLS, attended=True)


def test_the_room_offers_render_and_loads_it_when_it_is_asked_for() -> None:
    probe = (
        "import sys\n"
        "from latitude import prompts\n"
        "import latitude.prompts.library\n"
        "assert 'latitude.prompts.rendering' not in sys.modules\n"
        "print(prompts.render.__module__, 'yaml' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout == "latitude.prompts.rendering False\n"
    assert prompts.render(protocol(), TOOLS) == render(protocol(), TOOLS)
    with pytest.raises(AttributeError, match="has no attribute 'rendre'"):
        _ = prompts.rendre


@given(st.one_of(st.integers(0, 10**9), st.floats(0, 1e9).map(lambda value: round(value, 6))))
def test_figures_are_plain_and_exact(value: float) -> None:
    text = in_figures(value)
    assert float(text) == value
    assert set(text) <= set("0123456789.")
    assert not text.endswith(".")
