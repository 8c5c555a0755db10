"""A whole session against a real llama.cpp server, through each of its three interfaces."""

import itertools
import json

import pytest

from latitude.core.history import (
    Conversation,
    HistoryItem,
    Returned,
    ReturnedAll,
    ReturnedPart,
    Said,
)
from latitude.core.stream import StreamEvent
from latitude.errors import ProviderUnavailable
from latitude.providers.base import Provider, Request, Wishes
from latitude.providers.discovery import discover
from latitude.providers.registry import open_provider
from tests.providers.talk import FILE_TOOLS, blocks, failed, finished, reply, streamed, turn

SPEAKS = ["anthropic", "openai", "chat", "llamacpp"]


class Session:
    """One conversation, step by step."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.history: list[HistoryItem] = []
        self.bodies: list[bytes] = []

    async def say(self, *texts: str, tools=FILE_TOOLS) -> list[StreamEvent]:
        if texts:
            self.history.append(Said(texts))
        asked = await self.provider.settle("scripted", Wishes())
        conversation = Conversation(asked, tools, tuple(self.history))
        self.bodies.append(self.provider.body(conversation))
        events = await turn(self.provider, conversation)
        self.history.append(reply(events))
        return events


@pytest.mark.parametrize("provider", SPEAKS)
async def test_write_answer_exit(llama_url: str, provider: str) -> None:
    opened = open_provider(provider, base_url=llama_url)
    session = Session(opened)
    made = await session.say("You have open time.")
    thinking, call = blocks(made)
    assert (thinking.provenance, thinking.text) == (
        "full",
        "There is time, so I will write a poem.\n",
    )
    assert call.name == "write_file"
    assert json.loads(call.arguments) == {
        "path": "harbour.txt",
        "content": "Low tide.\nThe boats lean on each other ☾\n",
    }
    assert finished(made).stop == "tool_calls"
    assert (b'"thinking":{"type":"adaptive"' in session.bodies[0]) == (provider == "anthropic")
    assert finished(made).model == "scripted"

    part = ReturnedPart("text", "text/plain", b"Wrote harbour.txt.")
    session.history.append(ReturnedAll((Returned(call.call_id, call.name, True, (part,)),)))
    after = await session.say()
    assert [block.kind for block in blocks(after)] == ["thinking", "text"]
    assert finished(after).stop == "end"

    last = await session.say("There is more time.")
    assert blocks(last)[-1].text.splitlines()[-1] == "stopping now"
    assert finished(last).tokens.output > 0
    for shorter, longer in itertools.pairwise(session.bodies):
        assert longer.startswith(shorter.removesuffix(b"]}"))
    await opened.close()


@pytest.mark.parametrize("provider", SPEAKS)
async def test_plain_words_without_tools(llama_url: str, provider: str) -> None:
    opened = open_provider(provider, base_url=llama_url)
    events = await Session(opened).say("PLAIN", tools=())
    assert [block.text for block in blocks(events)] == ["Plain words without a thought."]
    await opened.close()


@pytest.mark.parametrize("provider", SPEAKS)
async def test_leaving_an_endless_answer(llama_url: str, provider: str) -> None:
    opened = open_provider(provider, base_url=llama_url)
    session = Session(opened)
    asked = await opened.settle("scripted", Wishes())
    conversation = Conversation(asked, (), (Said(("LOOP",)),))
    async with opened.open(Request(conversation, opened.body(conversation))) as stream:
        seen = 0
        async for event in stream:
            seen += len(streamed([event]))
            if seen == 5:
                break
    # The server has one slot: it answers the next request because the first was hung up.
    assert finished(await session.say("PLAIN", tools=())).stop == "end"
    await opened.close()


async def test_tags_left_in_the_text_are_thinking(llama_tags_url: str) -> None:
    opened = open_provider("chat", base_url=llama_tags_url)
    thinking, text = blocks(await Session(opened).say("Hello.", tools=()))
    assert (thinking.provenance, thinking.text) == ("tagged", "\n\nNo tools here.\n\n")
    assert text.text == "\n\nThen let us just talk."
    await opened.close()


@pytest.mark.parametrize("provider", SPEAKS)
async def test_a_prompt_that_does_not_fit_is_a_full_context(llama_tags_url, provider) -> None:
    opened = open_provider(provider, base_url=llama_tags_url)
    failure = failed(await Session(opened).say("wave " * 2000, tools=()))
    assert failure.kind == "context_full"
    await opened.close()


async def test_it_is_found_and_says_that_it_takes_tools(llama_url: str) -> None:
    places = {"llamacpp": f"{llama_url}/v1", "vllm": "http://127.0.0.1:9/v1"}
    answering, silent = await discover(lambda _: None, places, {})
    assert [model.name for model in answering.models] == ["llamacpp/scripted"]
    assert answering.models[0].tools is True
    assert (silent.state, silent.models) == ("silent", ())
    opened = open_provider("llamacpp", base_url=llama_url)
    asked = await opened.settle("scripted", Wishes())
    assert (asked.takes_tools, asked.host) == (True, llama_url.removeprefix("http://"))
    await opened.close()


@pytest.mark.parametrize("provider", SPEAKS)
async def test_nobody_at_the_address(provider: str) -> None:
    opened = open_provider(provider, base_url="http://127.0.0.1:9")
    with pytest.raises(ProviderUnavailable, match=r"http://127\.0\.0\.1:9.* cannot be reached"):
        await opened.settle("scripted", Wishes())
    await opened.close()
