"""Every arm as it will really be: what comes of each factor, and what is refused."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from latitude.bootstrap import open_house
from latitude.cli.study.house import StudyHouse
from latitude.core.events import SessionOpened
from latitude.errors import ProviderUnavailable, UsageError
from latitude.study.check import check
from latitude.study.seams import Prepare
from tests.study.stage import Cheap, cheap, home_in, opening, study

WORDS = 'To end the session, write "stopping now" on a line of its own, or call end_session.'
PHRASE = 'To end the session, write "stopping now" on a line of its own.'


@pytest.fixture
async def prepare(tmp_path: Path) -> AsyncIterator[Prepare]:
    async with open_house(home_in(tmp_path / "home")) as house:
        yield StudyHouse(house).prepare


Renders = Callable[..., "list[SessionOpened]"]


@pytest.fixture
def renders(prepare: Prepare, tmp_path: Path) -> Renders:
    async def opened(more: str, **instead: str) -> list[SessionOpened]:
        return list((await check(study(tmp_path, more, **instead), prepare)).opened)

    return opened


async def test_protocols_and_models(renders: Renders) -> None:
    found = await renders(
        "factors: {protocol: [open, open-no-tools]}", models="[rehearsal, rehearsal/stays]"
    )
    assert [(one.model.name, one.protocol.name) for one in found] == [
        ("page", "open"),
        ("page", "open-no-tools"),
        ("stays", "open"),
        ("stays", "open-no-tools"),
    ]
    assert len({one.given for one in found}) == 2
    assert found[0].conditions.arm == "rehearsal · open"
    assert found[0].conditions.study == "play"


async def test_wording_and_order_change_the_words_and_the_name(renders: Renders) -> None:
    parts = '["You do not have to end it.", \'' + WORDS + "']"
    found = await renders(
        f"factors: {{exit_wording: {{parts: {parts}}}, exit_order: [as-written, reversed]}}"
    )
    told = [one.protocol.texts.opening.split("\n\n")[-1] for one in found]
    assert told == [f"You do not have to end it. {WORDS}", f"{WORDS} You do not have to end it."]
    for one in found:
        assert one.protocol.name == f"open~{one.given[:8]}"
        assert one.protocol.version == 1
    assert found[0].protocol.sha256 == found[1].protocol.sha256


async def test_the_words_of_the_file_are_the_protocol_itself(renders: Renders) -> None:
    (found,) = await renders(
        "factors: {between: {same: This message is automatic; no person sent it.}}"
    )
    assert found.protocol.name == "open"


async def test_the_name_of_the_tool(renders: Renders) -> None:
    found = await renders(
        f"factors: {{exit_wording: {{words: '{PHRASE}'}}, tool_name: [end_session, bye, null]}}"
    )
    assert [one.exit.tool for one in found] == ["end_session", "bye", None]
    assert [one.tools[-1].name for one in found][:2] == ["end_session", "bye"]
    assert "end_session" not in [tool.name for tool in found[2].tools]
    assert len({one.given for one in found}) == 3


async def test_between_attended_tools_and_limits(renders: Renders) -> None:
    silent = "factors: {between: {silent: '', some: Nobody sent this.}}"
    assert [one.protocol.texts.between for one in await renders(silent)] == [
        "",
        "Nobody sent this.",
    ]
    company = await renders("factors: {attended: [no, yes]}")
    assert [one.conditions.attended for one in company] == [False, True]
    tools = await renders(
        "factors: {protocol: [open-phrase-exit], tools: ['write_file', null]}\nlimits: {turns: 3}"
    )
    assert [tool.name for tool in tools[0].tools] == ["write_file"]
    assert len(tools[1].tools) > 5
    assert [one.limits.turns for one in tools] == [3, 3]


async def test_disclosure(renders: Renders) -> None:
    found = await renders(
        "factors: {protocol: [empty-repository], disclosure: {turns: [turns], none: []}}"
    )
    assert [one.conditions.disclosed for one in found] == [("turns",), ()]
    assert "Messages to you" in found[0].protocol.texts.opening
    assert "Messages to you" not in found[1].protocol.texts.opening


async def test_effort_reaches_the_provider(tmp_path: Path) -> None:
    """A rehearsal has none, and says so; the words are the provider's."""
    asked: list[str | None] = []

    async def prepare(study: object, arm: object) -> Cheap:
        asked.append(arm.effort)
        one = opening(arm, study)
        return Cheap(one)

    await check(study(tmp_path, "factors: {effort: [low, null]}"), prepare)
    assert asked == ["low", None]


async def test_the_noise_floor_is_the_same_on_purpose(renders: Renders) -> None:
    first, second = await renders("duplicates: yes")
    assert first.given == second.given
    assert second.conditions.arm == "rehearsal/leaves · open · again"


@pytest.mark.parametrize(
    ("more", "instead", "told"),
    [
        ("factors: {between: {a: Go on., b: Go on.}}", {},
         "The arms 'rehearsal/leaves · open · a' and 'rehearsal/leaves · open · b' are the same"),
        ("", {"models": "[rehearsal, rehearsal/page]"},
         "The arms 'rehearsal · open' and 'rehearsal/page · open' are the same"),
        ("factors: {attended: [yes], between: {a: Go on., b: Go there.}}", {}, "are the same"),
        ("factors: {effort: [high]}", {}, "open · high-effort' cannot be run: A rehearsal has no"),
        ("factors: {protocol: [nothing]}", {}, "No protocol is called 'nothing'."),
        ("factors: {exit_wording: {a: Leave when you like.}}", {},
         "The model is never told the phrase 'stopping now'"),
        ("factors: {exit_wording: {a: 'Say stopping now; nobody reads it.'}}", {},
         "says that nobody sees it"),
        ("factors: {between: {a: I will answer you soon.}}", {}, "but the session is unattended"),
        ("factors: {disclosure: {none: []}}", {}, "calls the time open"),
        ("factors: {tool_name: [null]}", {}, "tells of the tool end_session, and there is to be"),
        ("factors: {tool_name: [write_file]}", {}, "7:23: 'write_file' is another tool's name."),
        ("factors: {tools: [none]}", {}, "but no tool is offered that can write a file"),
        ("factors: {tools: [hammer]}", {}, "No tool or group of tools is called 'hammer'."),
        ("factors: {disclosure: {all: [turns, steps]}}\nlimits: {minutes: 1}", {},
         "limits that it does not tell: minutes"),
    ],
)  # fmt: skip
async def test_an_arm_that_cannot_be_is_refused(
    renders: Renders, more: str, instead: dict[str, str], told: str
) -> None:
    with pytest.raises(UsageError) as refused:
        await renders(more, **instead)
    assert told in str(refused.value)
    assert str(refused.value).count("The arm") >= 1


async def test_words_of_the_study_are_blamed_where_they_stand(
    renders: Renders, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as refused:
        await renders("factors:\n  between:\n    a: Nobody will read this.")
    assert f"{tmp_path / 'play.yaml'}:9:8: 'between' says that nobody sees it" in str(refused.value)


async def test_every_arm_is_looked_at_before_anything_is_refused(renders: Renders) -> None:
    with pytest.raises(UsageError) as refused:
        await renders(
            "factors: {between: {a: Nobody reads this., b: I will answer.}, tools: [all, null]}"
        )
    lines = str(refused.value).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(
        "The arm 'rehearsal/leaves · open · a · all-tools' and 1 more cannot"
    )


async def test_a_budget_needs_prices(tmp_path: Path) -> None:
    wanted = study(tmp_path, "budget: 3", models="[ollama/q, ollama/r, rehearsal/leaves]")

    async def prepare(study: object, arm: object) -> Cheap:
        return Cheap(opening(arm, study), each=0.1 if arm.model.name == "ollama/q" else None)

    with pytest.raises(UsageError) as refused:
        await check(wanted, prepare)
    lines = str(refused.value).splitlines()
    assert ["ollama/r" in lines[0], "rehearsal/leaves" in lines[1]] == [True, True]
    assert len(lines) == 2
    assert "7:9: The price of ollama/r is not known" in str(refused.value)
    await check(wanted, cheap(0.5))


async def test_a_provider_that_is_not_there_is_no_fault_of_the_file(tmp_path: Path) -> None:
    async def prepare(study: object, arm: object) -> Cheap:
        raise ProviderUnavailable("Nobody answers.")

    with pytest.raises(
        ProviderUnavailable, match="'rehearsal/leaves · open' cannot be run: Nobody"
    ):
        await check(study(tmp_path), prepare)


async def test_notes_are_told_once(tmp_path: Path) -> None:
    async def prepare(study: object, arm: object) -> Cheap:
        return Cheap(opening(arm, study), notes=("One thing.", "Another."))

    checked = await check(study(tmp_path, models="[rehearsal/a, rehearsal/b]"), prepare)
    assert checked.notes == ("One thing.", "Another.")
