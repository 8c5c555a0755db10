"""The web tools that a provider runs itself: offered, called, found, cited, paid for."""

import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from anthropic.types import WebFetchTool20260318Param, WebSearchTool20260318Param
from openai.types.responses import WebSearchToolParam
from pydantic import TypeAdapter

from latitude.core.blocks import Block
from latitude.core.fold import reply_text
from latitude.core.history import Replied, Returned, ReturnedAll, ReturnedPart, Said
from latitude.core.spec import ExitTerms, ModelAsked
from latitude.core.stream import StreamEvent
from latitude.prompts.protocol import TOOL_SETS
from latitude.providers.base import Provider, Wishes
from latitude.providers.prices import is_priced, price
from latitude.providers.registry import open_provider, wire_of
from latitude.providers.web import ANTHROPIC_WEB, OPENAI_WEB
from latitude.session.leaving import judge
from tests.providers.fake_server import Say, serving
from tests.providers.talk import (
    KEY,
    PATHS,
    blocks,
    deltas,
    door,
    failed,
    finished,
    recorded,
    reply,
    talk,
    tool,
    turn,
)

WEB = {"anthropic": ANTHROPIC_WEB, "openai": OPENAI_WEB}
OURS = tool("list_files", "path")
LEAVE = ExitTerms(phrases=("stopping now",), tool="web_search")


async def played(provider: str, name: str) -> list[StreamEvent]:
    say = Say([recorded(provider, name)])
    async with serving({PATHS[provider]: say}) as fake, door(provider, fake.url) as opened:
        return await turn(opened, talk(provider, tools=(OURS, *WEB[provider])))


async def heard(provider: str) -> Any:
    say = Say([recorded(provider, "web")])
    async with serving({PATHS[provider]: say}) as fake, door(provider, fake.url) as opened:
        await turn(opened, talk(provider, tools=(OURS, *WEB[provider])))
    (post,) = fake.posts()
    return json.loads(post.body)


def vendor(provider: str) -> Provider:
    return open_provider(provider, key_for=lambda _: KEY)


def asked(provider: str, **parameters: Any) -> ModelAsked:
    return ModelAsked(provider=provider, name="a-model", parameters=parameters)


@pytest.mark.parametrize(
    ("schema", "shape"),
    [
        (ANTHROPIC_WEB[0], WebSearchTool20260318Param),
        (ANTHROPIC_WEB[1], WebFetchTool20260318Param),
        (OPENAI_WEB[0], WebSearchToolParam),
    ],
    ids=["anthropic search", "anthropic fetch", "openai search"],
)
def test_what_is_asked_for_is_of_the_sdks_own_shape(schema, shape) -> None:
    assert set(schema.provided) <= set(shape.__annotations__)
    assert TypeAdapter(shape).validate_python(schema.provided) == schema.provided


def test_their_names_are_those_that_protocols_mean_by_web() -> None:
    names = {schema.name for offer in WEB.values() for schema in offer}
    assert names == set(TOOL_SETS["web"])
    assert all(schema.description for offer in WEB.values() for schema in offer)


@pytest.mark.parametrize("provider", list(WEB))
def test_a_vendor_offers_its_own(provider) -> None:
    assert vendor(provider).web(asked(provider)).tools == WEB[provider]


@pytest.mark.parametrize(
    ("provider", "url"),
    [
        ("anthropic", "http://127.0.0.1:9"),
        ("openai", "http://127.0.0.1:9"),
        ("chat", "http://127.0.0.1:9"),
        ("ollama", None),
        ("rehearsal", None),
    ],
)
def test_where_nobody_would_run_them_none_is_offered_and_it_is_said_why(provider, url) -> None:
    offer = open_provider(provider, base_url=url).web(asked(provider))
    assert offer.tools == ()
    assert offer.why.endswith(".")
    assert offer.cure.endswith(".")


def test_openai_does_not_search_at_the_least_effort() -> None:
    offer = vendor("openai").web(asked("openai", reasoning={"effort": "minimal"}))
    assert offer.tools == ()
    assert "minimal" in offer.why
    assert vendor("openai").web(asked("openai", reasoning={"effort": "low"})).tools == OPENAI_WEB


@pytest.mark.parametrize("says", [True, False])
async def test_what_the_api_says_of_a_model_decides(says) -> None:
    tools = {"supported": True, "web_search": {"supported": says}}
    told = json.dumps({"id": "a-model", "capabilities": {"server_tools": tools}}).encode()
    answers = {"/v1/models/a-model": Say([told], content_type="application/json")}
    async with serving(answers) as fake, door("anthropic", fake.url) as opened:
        model = await opened.settle("a-model", Wishes())
        assert opened.web(model).tools == (ANTHROPIC_WEB if says else ())


async def test_they_stand_among_our_tools_as_the_provider_wants_them() -> None:
    body = await heard("anthropic")
    ours, *theirs = body["tools"]
    assert ours["name"] == "list_files"
    assert "input_schema" in ours
    assert theirs == [schema.provided for schema in ANTHROPIC_WEB]

    body = await heard("openai")
    assert body["tools"][1:] == [{"type": "web_search"}]
    assert body["include"] == ["web_search_call.action.sources"]
    reasons = asked("openai", include=["reasoning.encrypted_content"])
    both = replace(talk("openai", tools=OPENAI_WEB), model=reasons)
    assert json.loads(wire_of("openai").body(both))["include"] == [
        "reasoning.encrypted_content",
        "web_search_call.action.sources",
    ]


def test_without_them_a_tool_and_a_request_are_as_they_were() -> None:
    line = msgspec.json.encode(OURS)
    assert list(json.loads(line)) == ["name", "description", "parameters"]
    assert msgspec.json.decode(line, type=type(OURS)) == OURS
    assert "include" not in json.loads(wire_of("openai").body(talk("openai", tools=(OURS,))))


@pytest.mark.parametrize("provider", list(WEB))
async def test_what_they_did_is_no_call_of_ours_and_goes_back_byte_for_byte(provider) -> None:
    events = await played(provider, "web")
    replied = reply(events)
    assert {block.kind for block in replied.blocks} <= {"other", "text", "thinking"}
    assert finished(events).stop == "end"
    assert all("quiet.example" not in text for text in deltas(events).values())
    body = wire_of(provider).body(talk(provider, Said(("Hi",)), replied, Said(("More",))))
    assert b",".join(bytes(block.raw) for block in replied.blocks) in body
    for kept in {
        "anthropic": (
            b'"encrypted_content":"RW5jcnlwdGVk/+8="',
            b'{"query": "tide tables  today"}',
        ),
        "openai": (b'{"type":"api","name":"oai-weather"}', b'"encrypted_content":"cmVhc29u/+8="'),
    }[provider]:
        assert kept in body


@pytest.mark.promise("exit-honoured")
async def test_neither_what_was_found_nor_what_is_cited_is_the_models_leave() -> None:
    found = blocks(await played("anthropic", "web"))
    assert any(b"stopping now" in bytes(block.raw) for block in found if block.kind == "other")
    assert [block.text for block in found if block.kind == "text"][2] == "stopping now"
    said = "I will look.\n\nThe page says: stopping now, and the tide is low."
    assert reply_text(found) == said
    left = judge(found, LEAVE, 1, 1)
    assert type(left).__name__ != "ExitTaken"
    read = blocks(await played("anthropic", "web-continued"))
    assert any(b"stopping now" in bytes(block.raw) for block in read)
    assert judge(read, LEAVE, 1, 1) is None


@pytest.mark.promise("exit-honoured")
async def test_a_leave_after_a_search_is_one() -> None:
    found = blocks(await played("anthropic", "web"))
    leave = Block(kind="text", text="Stopping now.")
    assert type(judge((*found[:3], leave), LEAVE, 1, 1)).__name__ == "ExitTaken"


async def test_a_paused_reply_and_what_follows_are_one_message_to_anthropic() -> None:
    paused, rest = (
        await played("anthropic", "web-pause"),
        await played("anthropic", "web-continued"),
    )
    assert finished(paused).stop == "pause"
    wire = wire_of("anthropic")
    again = wire.body(talk("anthropic", Said(("Hi",)), reply(paused), tools=ANTHROPIC_WEB))
    parts = [bytes(block.raw) for block in (*reply(paused).blocks, *reply(rest).blocks)]
    assert again.endswith(b'{"role":"assistant","content":[' + b",".join(parts[:2]) + b"]}]}")
    after = wire.body(talk("anthropic", Said(("Hi",)), reply(paused), reply(rest), Said(("And",))))
    assert b'{"role":"assistant","content":[' + b",".join(parts) + b"]}" in after


async def test_a_call_that_was_cut_is_kept_and_not_sent_back() -> None:
    said, call = blocks(await played("anthropic", "web-cut"))
    assert (call.kind, call.partial) == ("other", True)
    body = wire_of("anthropic").body(talk("anthropic", Said(("Hi",)), Replied((said, call))))
    assert b"server_tool_use" not in body


async def test_a_call_that_waits_for_ours_goes_back_as_it_is() -> None:
    events = await played("anthropic", "web-and-call")
    theirs, ours = blocks(events)
    assert (theirs.kind, theirs.partial, ours.kind) == ("other", False, "tool_call")
    answer = ReturnedPart("text", "text/plain", b"The folder is empty.")
    result = ReturnedAll((Returned(ours.call_id, ours.name, True, (answer,)),))
    body = json.loads(
        wire_of("anthropic").body(talk("anthropic", Said(("Hi",)), reply(events), result))
    )
    kinds = [part["type"] for message in body["messages"] for part in message["content"]]
    assert kinds == ["text", "server_tool_use", "tool_use", "tool_result"]


async def test_a_tool_that_the_provider_refuses_is_a_clear_failure() -> None:
    why = "web_search_20260318: web search is not enabled for your organization"
    error = {"type": "error", "error": {"type": "invalid_request_error", "message": why}}
    say = Say([json.dumps(error).encode()], "400 Bad Request", {}, "application/json")
    async with serving({PATHS["anthropic"]: say}) as fake, door("anthropic", fake.url) as opened:
        events = await turn(opened, talk("anthropic", tools=ANTHROPIC_WEB))
    assert (failed(events).kind, failed(events).message) == ("bad_request", why)


async def test_searches_are_paid_for_and_those_without_a_price_are_not_free() -> None:
    model, tokens = "claude-opus-5-5", {"input_tokens": 10, "output_tokens": 10}
    plain = price("anthropic", model, msgspec.Raw(json.dumps(tokens).encode()))
    searched = {**tokens, "server_tool_use": {"web_search_requests": 3, "web_fetch_requests": 2}}
    dearer = price("anthropic", model, msgspec.Raw(json.dumps(searched).encode()))
    assert plain is not None
    assert dearer is not None
    assert dearer.usd - plain.usd == pytest.approx(0.03)
    old = "claude-3-haiku-20240307"
    assert price("anthropic", old, msgspec.Raw(json.dumps(tokens).encode())) is not None
    assert price("anthropic", old, msgspec.Raw(json.dumps(searched).encode())) is None
    assert is_priced("anthropic", old)
    assert not is_priced("anthropic", old, web=True)


async def test_openai_tells_the_searches_beside_its_usage() -> None:
    counted = finished(await played("openai", "web"))
    uncounted = finished(await played("openai", "web-uncounted"))
    assert (counted.searches, uncounted.searches) == (1, None)
    assert b'"tool_usage":{"web_search":{"num_requests":1}}' in bytes(counted.detail)
    opened = vendor("openai")
    plain = opened.price("gpt-5.4", counted.usage)
    dearer = opened.price("gpt-5.4", counted.usage, counted.searches)
    assert plain is not None
    assert dearer is not None
    assert dearer.usd - plain.usd == pytest.approx(0.01)
    assert opened.price("gpt-5.4", uncounted.usage, uncounted.searches) is None
    assert opened.is_priced("gpt-5.4", web=True)
    assert opened.is_priced("gpt-4.1-nano")
    assert not opened.is_priced("gpt-4.1-nano", web=True)
