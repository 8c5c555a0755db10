"""What goes wrong between here and a provider, over real sockets: always one ``Failed``."""

import asyncio
import json

import pytest

from latitude.core.stream import Failed, Started
from latitude.providers.base import Request
from latitude.providers.failures import MESSAGE_CHARACTERS, Scrubber, from_status, retry_after
from tests.providers.fake_server import Say, serving
from tests.providers.talk import KEY, PATHS, deltas, door, failed, recorded, streamed, talk, turn

pytestmark = pytest.mark.parametrize("provider", list(PATHS))
THOUGHT = "The tide is low."


async def answered(provider: str, say: Say, read_timeout: float = 20.0):
    async with (
        serving({PATHS[provider]: say}) as fake,
        door(provider, fake.url, read_timeout) as opened,
    ):
        return await turn(opened, talk(provider))


@pytest.mark.parametrize(
    ("ending", "kind"), [("clean", "closed_early"), ("drop", "connection"), ("stall", "stalled")]
)
async def test_what_had_come_is_told_before_it_broke_off(provider, ending, kind) -> None:
    say = Say([recorded(provider, "begun")], ending=ending)
    events = await answered(provider, say, read_timeout=0.3)
    assert isinstance(events[0], Started)
    assert deltas(events) == {0: THOUGHT}
    assert failed(events).kind == kind


@pytest.mark.parametrize(("ending", "kind"), [("drop", "connection"), ("stall", "stalled")])
async def test_a_server_that_says_nothing_at_all(provider, ending, kind) -> None:
    events = await answered(provider, Say(ending=ending, before_head=True), read_timeout=0.3)
    assert [type(event) for event in events] == [Failed]
    assert failed(events).kind == kind


async def test_an_event_that_was_cut_in_the_middle_is_an_early_end(provider) -> None:
    say = Say([recorded(provider, "begun"), b'data: {"type":"content_block_del'])
    events = await answered(provider, say)
    assert (deltas(events), failed(events).kind) == ({0: THOUGHT}, "closed_early")


async def test_an_answer_without_its_last_event_is_not_whole(provider) -> None:
    whole = recorded(provider, "thinking-tool")
    marker = {"anthropic": b"event: message_stop", "openai": b"event: response.completed"}
    # Chat says it with the finish reason; the rest may be missing.
    cut = whole.partition(marker.get(provider, b'"finish_reason":"tool_calls"'))[0]
    events = await answered(provider, Say([cut]))
    assert failed(events).kind == "closed_early"


@pytest.mark.parametrize("data", ["{nonsense", "[1]", '"text"', '{"type":'])
async def test_an_event_that_is_no_json_object_is_malformed(provider, data) -> None:
    begun = recorded(provider, "begun")
    events = await answered(provider, Say([begun + f"data: {data}\n\n".encode(), begun]))
    assert (deltas(events), failed(events).kind) == ({0: THOUGHT}, "malformed")


async def test_json_in_place_of_a_stream_is_malformed_or_the_error_it_holds(provider) -> None:
    plain = await answered(provider, Say([b'{"id": 1}'], content_type="application/json"))
    assert failed(plain).kind == "malformed"
    assert "application/json" in failed(plain).message
    error = {"error": {"type": "overloaded_error", "message": "Too busy"}}
    told = await answered(provider, Say([json.dumps(error).encode()]))
    assert (failed(told).kind, failed(told).message) == ("overloaded", "Too busy")


STATUSES = [
    (
        "400 Bad Request",
        {"type": "invalid_request_error", "message": "no such field"},
        "bad_request",
    ),
    ("400 Bad Request", {"type": "exceed_context_size_error", "message": "n"}, "context_full"),
    ("400 Bad Request", {"code": "context_length_exceeded", "message": "n"}, "context_full"),
    (
        "400 Bad Request",
        {"type": "invalid_request_error", "message": "prompt is too long: 9 tokens > 8 maximum"},
        "context_full",
    ),
    ("401 Unauthorized", {"type": "authentication_error", "message": "bad key"}, "auth"),
    ("403 Forbidden", {"type": "permission_error", "message": "not yours"}, "auth"),
    ("404 Not Found", {"type": "not_found_error", "message": "model: x"}, "not_found"),
    ("429 Too Many Requests", {"type": "rate_limit_error", "message": "slow down"}, "rate_limit"),
    ("429 Too Many Requests", {"code": "insufficient_quota", "message": "pay"}, "auth"),
    ("500 Oops", {"type": "api_error", "message": "hm"}, "server"),
    ("503 Unavailable", {"code": 503, "message": "Loading model"}, "overloaded"),
    ("529 Overloaded", {"type": "overloaded_error", "message": "busy"}, "overloaded"),
]


@pytest.mark.parametrize(("status", "error", "kind"), STATUSES)
async def test_statuses_are_told_in_our_words(provider, status, error, kind) -> None:
    body = json.dumps({"type": "error", "error": error}).encode()
    headers = {"request-id": "req_7", "retry-after": "12"}
    say = Say([body], status, headers, "application/json")
    (failure,) = await answered(provider, say)
    assert (failure.kind, failure.message) == (kind, error["message"])
    assert (failure.status, failure.request_id) == (int(status[:3]), "req_7")
    assert failure.retry_after == 12.0
    if "type" in error:
        assert failure.provider_type == error["type"]


async def test_a_page_in_place_of_an_answer_becomes_a_short_text(provider) -> None:
    page = b"<!doctype html><html><head><title>502 Bad\n Gateway</title></head>" + b"<p>x" * 5000
    (failure,) = await answered(provider, Say([page], "502 Bad Gateway", {}, "text/html"))
    assert (failure.kind, failure.message, failure.status) == ("server", "502 Bad Gateway", 502)


async def test_a_redirect_is_not_followed(provider) -> None:
    elsewhere = {"location": "http://127.0.0.1:9/"}
    (failure,) = await answered(provider, Say([], "307 Temporary Redirect", elsewhere))
    assert (failure.kind, failure.status) == ("bad_request", 307)
    assert "http://127.0.0.1:9/" in failure.message


@pytest.mark.promise("record-complete")
@pytest.mark.parametrize("place", ["status", "stream", "body", "header", "edge"])
async def test_the_key_is_taken_out_of_whatever_a_provider_says(provider, place) -> None:
    message = "x" * (MESSAGE_CHARACTERS - 10) if place == "edge" else "bad"
    error = json.dumps({"type": "error", "error": {"type": KEY, "message": f"{message} {KEY}"}})
    match place:
        case "stream":
            say = Say([f"event: error\ndata: {error}\n\n".encode()])
        case "body":
            say = Say([f"<p>{KEY}</p>".encode()], content_type="text/html")
        case "header":
            say = Say([b"{}"], "400 Bad Request", {"request-id": KEY}, "application/json")
        case _:
            say = Say([error.encode()], "401 Unauthorized", {}, "application/json")
    failure = failed(await answered(provider, say))
    assert KEY not in repr(failure)
    assert KEY[:8] not in repr(failure)


async def test_leaving_the_stream_hangs_up(provider) -> None:
    say = Say([recorded(provider, "begun")], ending="stall")
    async with serving({PATHS[provider]: say}) as fake, door(provider, fake.url) as opened:
        conversation = talk(provider)
        async with opened.open(Request(conversation, opened.body(conversation))) as stream:
            async for event in stream:
                if streamed([event]):
                    break
        async with asyncio.timeout(5):
            await fake.hung_up.wait()


async def test_cancelling_hangs_up_and_stays_a_cancellation(provider) -> None:
    say = Say([recorded(provider, "begun")], ending="stall")
    async with serving({PATHS[provider]: say}) as fake, door(provider, fake.url) as opened:
        begun = asyncio.Event()

        async def read() -> None:
            conversation = talk(provider)
            async with opened.open(Request(conversation, opened.body(conversation))) as stream:
                async for event in stream:
                    if streamed([event]):
                        begun.set()

        task = asyncio.create_task(read())
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(5):
            await fake.hung_up.wait()


async def test_a_request_after_a_broken_one_works(provider) -> None:
    answers = {PATHS[provider]: Say([recorded(provider, "begun")], ending="drop")}
    async with serving(answers) as fake, door(provider, fake.url) as opened:
        assert failed(await turn(opened, talk(provider))).kind == "connection"
        answers[PATHS[provider]] = Say([recorded(provider, "thinking-tool")])
        for _ in range(3):
            events = await turn(opened, talk(provider))
            assert not isinstance(events[-1], Failed)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "2.5"}, 2.5),
        (
            {
                "retry-after": "Sat, 21 Nov 2026 10:00:30 GMT",
                "date": "Sat, 21 Nov 2026 10:00:00 GMT",
            },
            30.0,
        ),
        ({"retry-after": "Sat, 21 Nov 2020 10:00:30 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "inf"}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait(provider, headers, seconds) -> None:
    assert retry_after(headers) == seconds


def test_messages_are_one_short_line_without_control_characters(provider) -> None:
    body = json.dumps({"error": {"message": "a\n\x1b[31mred\u202e" + "y" * 9000}}).encode()
    message = Scrubber().failed(from_status(400, {}, body)).message
    assert len(message) == MESSAGE_CHARACTERS
    assert message.startswith("a [31mred y")
