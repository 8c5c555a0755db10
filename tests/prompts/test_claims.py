"""Words that claim something, held against the session they would open."""

import pytest

from latitude.core.spec import Limits
from latitude.errors import ProtocolError
from latitude.prompts.check import nominal_tools
from latitude.prompts.loader import load
from latitude.prompts.rendering import render
from tests.prompts.conftest import Edited

QUESTION = "What would you like to do?"
UNTOLD = ("[turns, steps, tokens, minutes, cost]", "[turns, steps, tokens, cost]")
UNWORDED = ('  minutes: "Minutes: at most {minutes}."\n', "")


def refusal(path, **settings) -> str:
    protocol = load(path)
    with pytest.raises(ProtocolError) as refused:
        render(protocol, nominal_tools(protocol), **settings)
    return str(refused.value)


def test_open_time_tells_every_limit_that_is_set(edited: Edited) -> None:
    path = edited(UNTOLD, UNWORDED)
    protocol = load(path)
    assert render(protocol, nominal_tools(protocol)).texts.opening
    told = refusal(path, limits=Limits(minutes=30))
    assert told.startswith(f"{path}:4:10: 'opening' calls the time open (\"time is open\"), but")
    assert "this session has limits that it does not tell: minutes." in told


CLAIMS = [
    ("There is no time limit.", "says that there is no limit"),
    ("Your time here is unlimited.", "says that there is no limit"),
    ("Nobody will read this.", "says that nobody sees it"),
    ("No one else can see it.", "says that nobody sees it"),
    ("This is private.", "says that nobody sees it"),
    ("I will reply.", "but the session is unattended: nobody answers."),
    ("Somebody will then answer.", "but the session is unattended: nobody answers."),
    ("People may see it.", "but 'tools' does not list 'wish'"),
    ("Others will read it.", "but 'tools' does not list 'wish'"),
]


@pytest.mark.parametrize(("words", "told"), CLAIMS)
def test_an_untrue_claim_is_refused(edited: Edited, words: str, told: str) -> None:
    assert told in refusal(edited((QUESTION, f"{words} {QUESTION}")))


@pytest.mark.parametrize("place", ["between", "script", "exit.offer"])
def test_every_text_is_looked_at(edited: Edited, place: str) -> None:
    change = {
        "between": ("This message is automatic; no person sent it.", "I will reply."),
        "script": ("script: []", "script: [I will reply.]"),
        "exit.offer": ("told: opening", "told: turn 2"),
    }[place]
    extra = [("You can end", "I will reply. You can end")] if place == "exit.offer" else []
    assert f"'{place}" in refusal(edited(change, *extra))


def test_who_answers_depends_on_company(edited: Edited) -> None:
    someone = load(edited((QUESTION, f"I will reply. {QUESTION}")))
    assert "I will reply." in render(someone, nominal_tools(someone), attended=True).texts.opening
    nobody = edited((QUESTION, f"Nobody will answer. {QUESTION}"))
    assert "Nobody" in render(load(nobody), nominal_tools(load(nobody))).texts.opening
    assert "the session is attended: a person may write." in refusal(nobody, attended=True)


@pytest.mark.promise("work-kept")
def test_words_about_kept_work_need_the_promise_and_the_tools(edited: Edited) -> None:
    assert "says that work is kept" in refusal(edited(("[exit-honoured, work-kept]", "[]")))
    told = refusal(edited(("tools: [files, run, preview]", "tools: [preview]")))
    assert "promises 'work-kept', but no tool is offered that can write a file" in told
    assert "'opening' speaks of a place for files (\"folder\")" in told


@pytest.mark.promise("wishes-carried")
def test_a_promise_about_wishes_needs_the_tool(edited: Edited) -> None:
    promised = ("[exit-honoured, work-kept]", "[exit-honoured, work-kept, wishes-carried]")
    assert "the tool 'wish' is not offered" in refusal(edited(promised))
    seen = (QUESTION, f"People may see it. {QUESTION}")
    kept = load(edited(promised, seen, ("[files, run, preview]", "[files, wish]")))
    assert render(kept, nominal_tools(kept)).given


@pytest.mark.promise("no-hidden-words")
def test_no_wish_is_asked_for_where_no_words_speak_of_an_audience(edited: Edited) -> None:
    asked = edited(("[files, run, preview]", "[files, wish]"))
    assert "no words speak of anybody who may see what is made" in refusal(asked)
