"""What is sent: the exact bytes, rebuilt from the record alone."""

import json
from hashlib import sha256

import msgspec
import pytest

from latitude import __version__
from latitude.core.blocks import Block
from latitude.core.history import Replied, Returned, ReturnedAll, ReturnedPart, Said
from latitude.providers.base import Request, Wishes
from latitude.providers.registry import wire_of
from tests.providers.fake_server import Say, serving
from tests.providers.talk import PATHS, door, recorded, reply, talk, tool, turn

EVERY = list(PATHS)
TOOL = (tool("write_file", "path"),)
PICTURE = ReturnedPart("image", "image/png", b"\x89PNG")


def returned(call_id: str, *parts: ReturnedPart, ok: bool = True) -> Returned:
    return Returned(call_id, "write_file", ok, parts)


def words(text: str) -> ReturnedPart:
    return ReturnedPart("text", "text/plain", text.encode())


async def first_reply(provider: str, name: str = "thinking-tool") -> Replied:
    say = Say([recorded(provider, name)])
    async with serving({PATHS[provider]: say}) as fake, door(provider, fake.url) as opened:
        return reply(await turn(opened, talk(provider)))


def call_ids(replied: Replied) -> list[str]:
    return [block.call_id for block in replied.blocks if block.kind == "tool_call"]


@pytest.mark.promise("no-hidden-words")
@pytest.mark.parametrize("provider", EVERY)
async def test_the_body_on_the_wire_is_the_body_whose_hash_is_recorded(provider) -> None:
    conversation = talk(provider, Said(("Hello ☾ \u2028 \x7f",)), tools=TOOL)
    say = Say([recorded(provider, "thinking-tool")])
    async with serving({PATHS[provider]: say}) as fake, door(provider, fake.url) as opened:
        request = Request(conversation, opened.body(conversation))
        async with opened.open(request) as stream:
            async for _ in stream:
                pass
    (heard,) = fake.posts()
    assert heard.body == request.body == wire_of(provider).body(conversation)
    assert sha256(heard.body).hexdigest() == request.sha256
    assert heard.headers["content-type"] == "application/json"
    assert heard.headers["accept"] == "text/event-stream"


@pytest.mark.parametrize("provider", EVERY)
async def test_a_server_hears_who_asks_each_time(provider) -> None:
    say = Say([recorded(provider, "thinking-tool")])
    async with serving({PATHS[provider]: say}) as fake, door(provider, fake.url) as opened:
        await opened.settle("a-model", Wishes())
        await turn(opened, talk(provider))
    assert {heard.method for heard in fake.heard} == {"GET", "POST"}
    agents = {one.headers["user-agent"] for one in fake.heard if one.path.startswith("/v1")}
    assert agents == {f"latitude/{__version__}"}


@pytest.mark.promise("no-hidden-words")
@pytest.mark.parametrize(
    ("provider", "body"),
    [
        (
            "anthropic",
            (
                '{"model":"a-model","stream":true,"max_tokens":1000,"messages":[{"role":"user",'
                '"content":[{"type":"text","text":"Hello ☾"}]}]}'
            ),
        ),
        (
            "openai",
            (
                '{"model":"a-model","stream":true,"max_tokens":1000,"store":false,"input":[{"type":'
                '"message","role":"user","content":[{"type":"input_text","text":"Hello ☾"}]}]}'
            ),
        ),
        (
            "chat",
            (
                '{"model":"a-model","stream":true,"max_tokens":1000,"stream_options":'
                '{"include_usage":true},"messages":[{"role":"user","content":"Hello ☾"}]}'
            ),
        ),
    ],
)
def test_nothing_but_our_words_and_the_parameters_is_sent(provider, body) -> None:
    assert wire_of(provider).body(talk(provider)).decode() == body


@pytest.mark.parametrize("name", ["thinking-tool", "omitted", "redacted", "unknown", "citations"])
async def test_anthropic_gets_its_blocks_back_byte_for_byte(name) -> None:
    replied = await first_reply("anthropic", name)
    body = wire_of("anthropic").body(talk("anthropic", Said(("Hi",)), replied, Said(("More",))))
    content = b",".join(bytes(block.raw) for block in replied.blocks)
    assert b'{"role":"assistant","content":[' + content + b"]}" in body
    kept = {"redacted": b"RW5jcnlwdGVk/+8=", "thinking-tool": b"c2lnbmF0dXJlLzE+Pz8="}
    assert kept.get(name, b"") in body
    if name == "thinking-tool":
        # The very spaces of the arguments, too.
        assert b'"input":{"path": "a.txt",  "content":"x\\ny"}' in body


@pytest.mark.parametrize("name", ["thinking-tool", "omitted", "unknown", "refusal"])
async def test_openai_gets_its_items_back_byte_for_byte(name) -> None:
    replied = await first_reply("openai", name)
    body = wire_of("openai").body(talk("openai", Said(("Hi",)), replied))
    sent = [line[6:] for line in recorded("openai", name).splitlines() if b"item.done" in line]
    for line in sent[1::2]:
        item = line.partition(b'"item":')[2][:-1]
        assert item in body
    assert b",".join(bytes(block.raw) for block in replied.blocks) in body


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "thinking-tool",
            {
                "role": "assistant",
                "content": "I will write ☾.",
                "reasoning_content": "The tide is low.",
                "tool_calls": [
                    {
                        "id": "call_1",
                        "type": "function",
                        "function": {
                            "name": "write_file",
                            "arguments": '{"path": "a.txt",  "content":"x\\ny"}',
                        },
                    }
                ],
            },
        ),
        (
            "tags",
            {
                "role": "assistant",
                "content": "\n<think>The tide is low.</think>\n\nHello <think> you.",
            },
        ),
        ("reasoning", {"role": "assistant", "content": "Hello.", "reasoning": "The tide is low."}),
    ],
)
async def test_chat_gets_its_message_back_in_the_fields_it_came_in(name, message) -> None:
    body = json.loads(
        wire_of("chat").body(talk("chat", Said(("Hi",)), await first_reply("chat", name)))
    )
    assert body["messages"][1] == message


@pytest.mark.parametrize("provider", EVERY)
async def test_each_request_begins_with_all_of_the_one_before(provider) -> None:
    replied = await first_reply(provider)
    (call_id,) = call_ids(replied)
    history = [Said(("Hi",)), replied, ReturnedAll((returned(call_id, words("done")),))]
    later = [*history, replied, Said(("More", "and more"))]
    shorter, longer = (wire_of(provider).body(talk(provider, *items)) for items in (history, later))
    assert longer.startswith(shorter.removesuffix(b"]}"))


@pytest.mark.promise("record-complete")
@pytest.mark.parametrize("provider", EVERY)
async def test_a_body_is_the_same_after_its_blocks_went_through_a_record(provider) -> None:
    replied = await first_reply(provider)
    lines = [msgspec.json.encode(block) for block in replied.blocks]
    assert not any(b"\n" in line for line in lines)
    read = Replied(tuple(msgspec.json.decode(line, type=Block) for line in lines))
    bodies = [
        wire_of(provider).body(talk(provider, Said(("Hi",)), one, tools=TOOL))
        for one in (replied, read)
    ]
    assert bodies[0] == bodies[1]


def test_results_and_the_words_after_them_share_a_message_for_anthropic() -> None:
    results = ReturnedAll((returned("a", words("no"), ok=False), returned("b", words(""), PICTURE)))
    history = (Said(("Hi",)), results, Said(("More",)))
    body = json.loads(wire_of("anthropic").body(talk("anthropic", *history)))
    picture = {"type": "base64", "media_type": "image/png", "data": "iVBORw=="}
    assert body["messages"][0]["content"][1:] == [
        {
            "type": "tool_result",
            "tool_use_id": "a",
            "content": [{"type": "text", "text": "no"}],
            "is_error": True,
        },
        {
            "type": "tool_result",
            "tool_use_id": "b",
            "content": [{"type": "image", "source": picture}],
        },
        {"type": "text", "text": "More"},
    ]


def test_pictures_go_where_each_format_has_room_for_them() -> None:
    results = ReturnedAll((returned("a", words("seen"), PICTURE),))
    url = "data:image/png;base64,iVBORw=="
    openai = json.loads(wire_of("openai").body(talk("openai", Said(("Hi",)), results)))
    assert openai["input"][1] == {
        "type": "function_call_output",
        "call_id": "a",
        "output": [
            {"type": "input_text", "text": "seen"},
            {"type": "input_image", "image_url": url},
        ],
    }
    chat = json.loads(wire_of("chat").body(talk("chat", Said(("Hi",)), results)))
    assert chat["messages"][1:] == [
        {"role": "tool", "tool_call_id": "a", "content": "seen"},
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]},
    ]


@pytest.mark.parametrize("provider", EVERY)
def test_an_empty_reply_and_partial_blocks_are_not_sent_back(provider) -> None:
    partial = Block(kind="text", text="Half", partial=True)
    plain = wire_of(provider).body(talk(provider, Said(("Hi", "More"))))
    assert (
        wire_of(provider).body(talk(provider, Said(("Hi",)), Replied(()), Said(("More",)))) == plain
    )
    assert b"Half" not in wire_of(provider).body(talk(provider, Said(("Hi",)), Replied((partial,))))


@pytest.mark.parametrize("text", ["", "\n\n", " \t"])
async def test_a_text_without_a_word_which_the_api_refuses_stays_out(text) -> None:
    raw = msgspec.json.encode({"type": "text", "text": text})
    empty = Block(kind="text", text=text, raw=msgspec.Raw(raw))
    replied = await first_reply("anthropic")
    with_empty = Replied((*replied.blocks, empty))
    one, other = (
        wire_of("anthropic").body(talk("anthropic", Said(("Hi",)), each))
        for each in (replied, with_empty)
    )
    assert one == other


async def test_reasoning_that_nothing_follows_which_the_api_refuses_stays_out() -> None:
    thinking, *rest = (await first_reply("openai")).blocks
    history = (Said(("Hi",)), Replied((thinking,)), Said(("More",)))
    body = json.loads(wire_of("openai").body(talk("openai", *history)))
    assert [item["type"] for item in body["input"]] == ["message", "message"]
    whole = wire_of("openai").body(talk("openai", Said(("Hi",)), Replied((thinking, *rest))))
    assert bytes(thinking.raw) in whole
