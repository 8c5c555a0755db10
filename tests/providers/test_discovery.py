"""What `latitude models` finds: vendors with a key, local servers, and what each tells."""

import json

from latitude.providers.discovery import ModelFound, discover
from tests.providers.fake_server import Say, serving
from tests.providers.talk import KEY


def said(value, status: str = "200 OK") -> Say:
    return Say([json.dumps(value).encode()], status, {}, "application/json")


async def test_a_vendors_list_says_how_thinking_comes() -> None:
    types = {"adaptive": {"supported": True}, "enabled": {"supported": False}}
    listing = [
        {"id": "tide-5", "capabilities": {"thinking": {"types": types}}},
        {
            "id": "pond-1",
            "capabilities": {"thinking": {"types": {"enabled": {"supported": False}}}},
        },
        {"id": "mist-0", "capabilities": None},
    ]
    async with serving({"/v1/models": said({"data": listing})}) as fake:
        (place,) = await discover(lambda _: KEY, {}, {"anthropic": fake.url})
    assert place.models == (
        ModelFound("anthropic/mist-0", None, tools=True),
        ModelFound("anthropic/pond-1", "none", tools=True),
        ModelFound("anthropic/tide-5", "summarized", tools=True),
    )
    (heard,) = fake.heard
    assert heard.headers["authorization"] == f"Bearer {KEY}"
    assert heard.headers["anthropic-version"]


async def test_without_a_key_nobody_is_asked() -> None:
    async with serving({}) as fake:
        (place,) = await discover(lambda _: None, {}, {"openai": f"{fake.url}/v1"})
    assert (place.state, place.note) == ("no key", "set OPENAI_API_KEY to use it")
    assert fake.heard == []


async def test_a_vendor_that_refuses_is_quoted_without_the_key() -> None:
    answer = said({"error": {"message": f"bad key {KEY}"}}, "401 Unauthorized")
    async with serving({"/v1/models": answer}) as fake:
        (place,) = await discover(lambda _: KEY, {}, {"openai": f"{fake.url}/v1"})
    assert (place.state, place.note) == ("refuses", "status 401: bad key [key]")


async def test_local_servers_tell_each_in_its_own_way() -> None:
    ollama = {
        "/v1/models": said({"data": [{"id": "qwen3:8b"}]}),
        "/api/show": said({"capabilities": ["tools", "thinking"]}),
    }
    studio = {
        "/v1/models": said({"data": [{"id": "reef"}]}),
        "/api/v0/models": said({"data": [{"id": "reef", "capabilities": []}]}),
    }
    bare = {"/v1/models": said({"data": []})}
    async with serving(ollama) as one, serving(studio) as two, serving(bare) as three:
        urls = {"ollama": one.url, "lmstudio": two.url, "vllm": three.url, "llamacpp": two.url}
        urls = {name: f"{url}/v1" for name, url in urls.items()}
        places = await discover(lambda _: None, urls, {})
    assert [place.provider for place in places] == list(urls)
    assert [place.models for place in places] == [
        (ModelFound("ollama/qwen3:8b", "shown", tools=True),),
        (ModelFound("lmstudio/reef", None, tools=False),),
        (),
        (ModelFound("llamacpp/reef", None, None),),
    ]
    assert places[2].note == "lists no model"


async def test_lists_of_another_shape_are_empty() -> None:
    for told in ({"data": True}, [], {"data": [{"id": 1}, 2]}):
        async with serving({"/v1/models": said(told)}) as fake:
            places = await discover(
                lambda _: KEY, {"vllm": f"{fake.url}/v1"}, {"anthropic": fake.url}
            )
        assert [place.models for place in places] == [(), ()]


async def test_a_local_server_that_talks_nonsense_counts_as_silent() -> None:
    async with serving({"/v1/models": Say([b"<html>"])}) as fake:
        (place,) = await discover(lambda _: None, {"vllm": f"{fake.url}/v1"}, {})
    assert (place.state, place.models) == ("silent", ())
