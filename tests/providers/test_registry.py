"""Names, addresses and keys: who is asked, and with what."""

import subprocess
import sys

import pytest

from latitude.errors import ProviderUnavailable, UnknownName, UsageError
from latitude.providers.base import Wishes
from latitude.providers.endpoint import NO_KEY, endpoint_for
from latitude.providers.registry import PROVIDERS, open_provider, split_model, wire_of
from tests.providers.fake_server import Say, serving
from tests.providers.talk import KEY, PATHS, recorded, talk, turn


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("anthropic/claude-opus-5-5", ("anthropic", "claude-opus-5-5")),
        ("chat/meta/llama-4:free", ("chat", "meta/llama-4:free")),
        ("ollama/qwen3:8b", ("ollama", "qwen3:8b")),
        ("rehearsal", ("rehearsal", "page")),
        ("rehearsal/storm", ("rehearsal", "storm")),
    ],
)
def test_a_model_is_a_provider_and_a_name(text, parts) -> None:
    assert split_model(text) == parts


def test_an_unknown_provider_is_told_what_there_is() -> None:
    with pytest.raises(UnknownName, match=r"'claude'. There are: anthropic/NAME, openai/NAME, "):
        split_model("claude/opus")
    with pytest.raises(UsageError, match="write ollama/NAME"):
        split_model("ollama")


def test_every_provider_has_a_wire_and_none_loads_an_sdk() -> None:
    code = (
        "import sys; from latitude.providers.registry import PROVIDERS, wire_of\n"
        "import latitude.providers.discovery\n"
        "for name in PROVIDERS: wire_of(name)\n"
        "print(sorted({'anthropic', 'openai', 'genai_prices', 'aiohttp'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert {type(wire_of(name)).__name__ for name in PROVIDERS} == {
        "AnthropicWire",
        "OpenAIWire",
        "ChatWire",
        "RehearsalWire",
    }


def test_a_vendor_without_a_key_says_how_to_give_one() -> None:
    with pytest.raises(ProviderUnavailable, match="Set ANTHROPIC_API_KEY, or keep one in the"):
        open_provider("anthropic", key_for=lambda _: None)


@pytest.mark.parametrize(
    ("provider", "typed", "url"),
    [
        ("anthropic", None, "https://api.anthropic.com"),
        ("anthropic", "http://localhost:8080/v1/", "http://localhost:8080"),
        ("anthropic", "http://localhost:8080/proxy/v1", "http://localhost:8080/proxy"),
        ("openai", "http://localhost:8080", "http://localhost:8080/v1"),
        ("chat", "https://example.invalid/api/v3", "https://example.invalid/api/v3"),
    ],
)
def test_addresses_are_taken_as_people_type_them(provider, typed, url) -> None:
    endpoint = endpoint_for(
        provider, default_url=PROVIDERS[provider].url, typed_url=typed, key_for=lambda _: KEY
    )
    assert endpoint.url == url


@pytest.mark.parametrize("typed", ["localhost:8080", "ftp://x", "http://", "http://x:port", ""])
def test_an_address_that_is_none_is_refused(typed) -> None:
    with pytest.raises(UsageError, match="is not an address"):
        open_provider("chat", base_url=typed)


def test_chat_needs_an_address() -> None:
    with pytest.raises(UsageError, match="add --base-url"):
        open_provider("chat")


def test_local_servers_get_no_key_and_a_password_in_an_address_is_no_part_of_the_host() -> None:
    asked: list[str] = []
    endpoint = endpoint_for(
        "ollama",
        default_url=None,
        typed_url="http://me:secret@127.0.0.1:1/v1",
        key_for=lambda vendor: asked.append(vendor) or KEY,
    )
    assert (endpoint.key, asked, endpoint.host) == (NO_KEY, [], "127.0.0.1:1")
    assert endpoint.scrubber.text("at me:secret@") == "at me:[key]@"
    assert KEY not in repr(
        endpoint_for("openai", default_url="https://x", typed_url=None, key_for=lambda _: KEY)
    )


TRAPS = {
    "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
    "ANTHROPIC_AUTH_TOKEN": "trap-token",
    "ANTHROPIC_CUSTOM_HEADERS": "x-trap: 1\nAuthorization: Bearer trap",
    "ANTHROPIC_PROFILE": "trap",
    "OPENAI_BASE_URL": "http://127.0.0.1:9",
    "OPENAI_ORG_ID": "trap-org",
    "OPENAI_PROJECT_ID": "trap-project",
    "OPENAI_ADMIN_KEY": "trap-admin",
    "OPENAI_CUSTOM_HEADERS": "x-trap: 1\nAuthorization: Bearer trap",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
    "ALL_PROXY": "http://127.0.0.1:9",
}


@pytest.mark.promise("no-hidden-words")
@pytest.mark.parametrize("provider", ["anthropic", "openai", "chat", "vllm"])
async def test_the_environment_neither_redirects_nor_adds_anything(provider, monkeypatch) -> None:
    for name, value in TRAPS.items():
        monkeypatch.setenv(name, value)
    path = PATHS.get(provider, PATHS["chat"])
    stream = recorded(provider if provider in PATHS else "chat", "thinking-tool")
    async with serving({path: Say([stream])}) as fake:
        opened = open_provider(provider, base_url=fake.url, key_for=lambda _: KEY)
        await opened.settle("tide", Wishes())
        await turn(opened, talk(provider))
        await opened.close()
    assert len(fake.heard) >= 2
    for heard in fake.heard:
        assert "trap" not in repr(heard).lower()
        assert not heard.headers.keys() & {"openai-organization", "openai-project"}
        # llama.cpp hangs up after each stream although it says otherwise.
        assert heard.headers["connection"] == "close"
    (post,) = fake.posts()
    assert post.headers["authorization"] == f"Bearer {NO_KEY if provider == 'vllm' else KEY}"
