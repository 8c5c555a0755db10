"""What a model allows is asked once, before the first word, and stands in the parameters."""

import json
from typing import Any

import pytest

from latitude.errors import ProviderUnavailable, UnknownName, UsageError
from latitude.providers import anthropic as anthropic_door
from latitude.providers import openai as openai_door
from latitude.providers.anthropic import Anthropic
from latitude.providers.base import Wishes
from latitude.providers.endpoint import VENDOR_URLS
from latitude.providers.registry import open_provider
from tests.providers.fake_server import Say, serving
from tests.providers.talk import KEY, door


def model(**fields: Any) -> dict[str, Say]:
    body = json.dumps({"id": "tide", "type": "model", **fields}).encode()
    return {"/v1/models/tide": Say([body], content_type="application/json")}


def yes(*names: str) -> dict[str, Any]:
    every = ("adaptive", "between_tools", "enabled", "disabled", "low", "high", "max")
    return {name: {"supported": name in names} for name in every}


def refused(status: str, kind: str) -> Say:
    body = json.dumps({"type": "error", "error": {"type": kind, "message": f"no, {KEY}"}})
    return Say([body.encode()], status, {}, "application/json")


async def settled(provider: str, answers: dict[str, Say], effort: str | None = None):
    async with serving(answers) as fake, door(provider, fake.url) as opened:
        asked = await opened.settle("tide", Wishes(effort=effort))
        assert asked.host == fake.url.removeprefix("http://")
        return asked


CACHED = {"cache_control": {"type": "ephemeral"}}
ADAPTIVE = {"thinking": {"type": "adaptive", "display": "summarized"}}


@pytest.mark.parametrize(
    ("fields", "parameters"),
    [
        (
            {"max_tokens": 128_000, "capabilities": {"thinking": {"types": yes("adaptive")}}},
            {"max_tokens": 32_000, "thinking": {"type": "adaptive", "display": "summarized"}},
        ),
        (
            {"max_tokens": 64_000, "capabilities": {"thinking": {"types": yes("enabled")}}},
            {
                "max_tokens": 32_000,
                "thinking": {"type": "enabled", "budget_tokens": 16_000, "display": "summarized"},
            },
        ),
        (
            {"max_tokens": 4096, "capabilities": {"thinking": {"types": yes("enabled")}}},
            {
                "max_tokens": 4096,
                "thinking": {"type": "enabled", "budget_tokens": 2048, "display": "summarized"},
            },
        ),
        (
            {"max_tokens": 2000, "capabilities": {"thinking": {"types": yes("enabled")}}},
            {"max_tokens": 2000},
        ),
        (
            {"max_tokens": 8192, "capabilities": {"thinking": {"types": yes()}}},
            {"max_tokens": 8192},
        ),
        (
            {"max_tokens": 8192, "capabilities": {"thinking": {"supported": False}}},
            {"max_tokens": 8192},
        ),
        ({"max_tokens": None, "capabilities": None}, {"max_tokens": 32_000, **ADAPTIVE}),
        ({"max_tokens": 8192, "capabilities": {"effort": {}}}, {"max_tokens": 8192, **ADAPTIVE}),
    ],
)
async def test_anthropic_gives_the_most_readable_thinking_a_model_has(fields, parameters) -> None:
    asked = await settled("anthropic", model(**fields))
    assert asked.parameters == {**parameters, **CACHED}


async def test_an_effort_is_asked_for_only_where_the_model_has_it() -> None:
    answers = model(max_tokens=8192, capabilities={"effort": yes("low", "high")})
    asked = await settled("anthropic", answers, effort="high")
    assert asked.parameters["output_config"] == {"effort": "high"}
    with pytest.raises(UsageError, match=r"does not have --effort max. It has: low, high\."):
        await settled("anthropic", answers, effort="max")


async def test_a_server_that_does_not_tell_what_a_model_has_is_asked_for_its_thinking() -> None:
    asked = await settled("anthropic", {}, effort="high")
    assert asked.parameters == {
        "max_tokens": 32_000,
        **ADAPTIVE,
        "output_config": {"effort": "high"},
        **CACHED,
    }
    assert asked.takes_tools is None


@pytest.mark.parametrize(
    ("name", "effort", "parameters"),
    [
        (
            "gpt-6-sol",
            "low",
            {
                "reasoning": {"effort": "low", "summary": "auto"},
                "include": ["reasoning.encrypted_content"],
            },
        ),
        (
            "o3",
            None,
            {"reasoning": {"summary": "auto"}, "include": ["reasoning.encrypted_content"]},
        ),
        ("gpt-4.1", None, {}),
        ("ft:gpt-4o:acme", None, {}),
        ("gpt-5-chat-latest", None, {}),
    ],
)
async def test_openai_is_asked_for_summaries_of_reasoning(name, effort, parameters) -> None:
    async with serving({}) as fake, door("openai", fake.url) as opened:
        asked = await opened.settle(name, Wishes(effort=effort))
    assert asked.parameters == parameters


@pytest.mark.parametrize(("name", "effort"), [("gpt-4.1", "high"), ("gpt-6-sol", "heroic")])
async def test_an_effort_that_does_not_exist_is_refused(name, effort) -> None:
    async with serving({}) as fake, door("openai", fake.url) as opened:
        with pytest.raises(UsageError, match="--effort"):
            await opened.settle(name, Wishes(effort=effort))


@pytest.mark.parametrize("provider", ["anthropic", "openai", "chat"])
@pytest.mark.parametrize(
    ("say", "words"),
    [
        (refused("401 Unauthorized", "authentication_error"), "does not accept the key"),
        (refused("403 Forbidden", "permission_error"), "does not accept the key"),
        (refused("503 Unavailable", "unavailable_error"), "busy or not ready"),
    ],
)
async def test_who_will_not_have_us_is_named_without_the_key(provider, say, words) -> None:
    answers = {"/v1/models/tide": say, "/v1/models": say}
    async with serving(answers) as fake, door(provider, fake.url) as opened:
        with pytest.raises(ProviderUnavailable, match=words) as caught:
            await opened.settle("tide", Wishes())
    assert fake.url in str(caught.value)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("module", [anthropic_door, openai_door])
async def test_a_vendor_that_does_not_know_the_model(module, monkeypatch) -> None:
    provider = "anthropic" if module is anthropic_door else "openai"
    async with serving({}) as fake:
        # The vendor's own host, for once on loopback.
        monkeypatch.setitem(VENDOR_URLS, provider, f"{fake.url}/v1")
        async with door(provider, fake.url) as opened:
            with pytest.raises(UnknownName, match="has no model 'tide'"):
                await opened.settle("tide", Wishes())


@pytest.mark.parametrize("provider", ["ollama", "vllm", "lmstudio"])
async def test_a_local_server_that_does_not_list_the_model(provider) -> None:
    listing = json.dumps({"data": [{"id": "wave:latest"}, {"id": "reef"}]}).encode()
    say = Say([listing], content_type="application/json")
    async with serving({"/v1/models": say}) as fake, door(provider, fake.url) as opened:
        with pytest.raises(UnknownName, match=r"no model 'tide'. It lists: wave:latest, reef\."):
            await opened.settle("tide", Wishes())
        assert (await opened.settle("wave", Wishes(effort="low"))).parameters == {
            "reasoning_effort": "low"
        }


async def test_ollama_says_which_models_take_tools() -> None:
    answers = {
        "/v1/models": Say([b'{"data": [{"id": "tide"}]}'], content_type="application/json"),
        "/api/show": Say([b'{"capabilities": ["completion", "thinking"]}']),
    }
    assert (await settled("ollama", answers)).takes_tools is False


@pytest.mark.parametrize(
    ("provider", "path", "told", "sees"),
    [
        ("ollama", "/api/show", {"capabilities": ["completion", "vision"]}, True),
        ("ollama", "/api/show", {"capabilities": ["completion"]}, False),
        ("ollama", "/api/show", {}, None),
        ("llamacpp", "/props", {"modalities": {"vision": True, "audio": False}}, True),
        ("llamacpp", "/props", {"modalities": {"vision": False, "audio": False}}, False),
        ("llamacpp", "/props", {"modalities": None}, None),
        (
            "lmstudio",
            "/api/v0/models",
            {"data": [{"id": "tide", "type": "vlm", "capabilities": ["tool_use"]}]},
            True,
        ),
        (
            "lmstudio",
            "/api/v0/models",
            {"data": [{"id": "tide", "type": "llm", "capabilities": []}]},
            False,
        ),
    ],
)
async def test_local_servers_say_which_models_take_pictures(
    provider: str, path: str, told: dict[str, Any], sees: bool | None
) -> None:
    answers = {
        "/v1/models": Say([b'{"data": [{"id": "tide"}]}'], content_type="application/json"),
        path: Say([json.dumps(told).encode()], content_type="application/json"),
    }
    assert (await settled(provider, answers)).takes_pictures is sees


@pytest.mark.parametrize(
    ("fields", "sees"),
    [
        ({"capabilities": {"image_input": {"supported": True}}}, True),
        ({"capabilities": {"image_input": {"supported": False}}}, False),
        ({"capabilities": {}}, None),
    ],
)
async def test_anthropic_says_which_models_take_pictures(
    fields: dict[str, Any], sees: bool | None
) -> None:
    assert (await settled("anthropic", model(**fields))).takes_pictures is sees


def test_the_doors_say_who_they_are() -> None:
    opened = open_provider("anthropic", base_url="http://127.0.0.1:9")
    assert isinstance(opened, Anthropic)
    assert (opened.name, opened.sdk.partition(" ")[0]) == ("anthropic", "anthropic")
    assert open_provider("vllm").name == "vllm"
