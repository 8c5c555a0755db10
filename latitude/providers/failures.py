"""What went wrong, as one ``Failed``: from a status, an error object, or the transport.

Messages are short plain text that can stand in a record and on a screen: no HTML, no control
characters, and never the key.
"""

import html
import json
import os
import re
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import quote, quote_plus

from latitude.core.stream import Failed, FailureKind
from latitude.providers.json_text import Malformed, decode

MESSAGE_CHARACTERS = 500
"""As much of a provider's message as is kept."""

_TELLING = 8
"""Characters of base64 that do not stand in a text by chance."""

# The providers' own words, in ``error.type`` or ``error.code``. Anthropic, OpenAI, llama.cpp.
_KINDS: Mapping[str, FailureKind] = {
    "overloaded_error": "overloaded",
    "rate_limit_error": "rate_limit",
    "rate_limit_exceeded": "rate_limit",
    # Waiting does not fill an empty account, so these are not told as a rate limit.
    "insufficient_quota": "auth",
    "billing_error": "auth",
    "authentication_error": "auth",
    "permission_error": "auth",
    "invalid_api_key": "auth",
    "not_found_error": "not_found",
    "model_not_found": "not_found",
    "api_error": "server",
    "server_error": "server",
    "timeout_error": "server",
    "unavailable_error": "overloaded",
    "exceed_context_size_error": "context_full",
    "context_length_exceeded": "context_full",
    "request_too_large": "context_full",
    "invalid_request_error": "bad_request",
    "invalid_prompt": "bad_request",
}
_STATUSES: Mapping[int, FailureKind] = {
    401: "auth",
    402: "auth",
    403: "auth",
    404: "not_found",
    408: "server",
    409: "server",
    413: "context_full",
    429: "rate_limit",
    503: "overloaded",
    529: "overloaded",
}
# Servers that say it in words only: Anthropic, vLLM, Ollama, LM Studio.
_CONTEXT_FULL = re.compile(
    r"prompt is too long|exceeds? (the )?(available |model's |maximum )*context"
    r"|maximum context length|context (length|window|size) (is )?exceed|exceed context limit"
    r"|greater than the context length",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^>]*>")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\s]+")


@dataclass(frozen=True, slots=True)
class Scrubber:
    """Takes secrets out of texts that are about to be recorded or shown."""

    secrets: tuple[str, ...] = field(default=(), repr=False)

    def text(self, text: str) -> str:
        """Return ``text`` on one line, without secrets, cut to a readable length."""
        if any(self.secrets):
            text = _any_of(self.secrets).sub("[key]", text)
        text = _UNPRINTABLE.sub(" ", text).strip()
        # The cut comes last: before it, half a key could slip through at the edge.
        if len(text) > MESSAGE_CHARACTERS:
            text = text[: MESSAGE_CHARACTERS - 1] + "…"
        return text

    def maybe(self, text: str | None) -> str | None:
        """Return ``text``, if there is any, as :meth:`text` does."""
        return None if text is None else self.text(text)

    def failed(self, failure: Failed) -> Failed:
        """Return ``failure`` with all its texts scrubbed."""
        return Failed(
            kind=failure.kind,
            message=self.text(failure.message),
            provider_type=self.maybe(failure.provider_type),
            status=failure.status,
            request_id=self.maybe(failure.request_id),
            retry_after=failure.retry_after,
        )


@cache
def _any_of(secrets: tuple[str, ...]) -> re.Pattern[str]:
    ways = {way for secret in secrets if secret for way in _writings(secret)}
    # The longest first: a short way may be a part of a long one.
    return re.compile("|".join(map(re.escape, sorted(ways, key=len, reverse=True))))


def _writings(secret: str) -> Iterator[str]:
    """The ways in which a server could tell ``secret`` back, in JSON, HTML, addresses, base64."""
    data = secret.encode("utf-8", "surrogateescape")
    quoted = json.dumps(secret)[1:-1]
    yield from (secret, quoted, quoted.replace("/", "\\/"), data.hex())
    yield from (html.escape(secret), html.escape(secret, quote=False))
    for escaped in (quote(data), quote(data, safe=""), quote_plus(data)):
        yield escaped
        yield re.sub("%..", lambda match: match[0].lower(), escaped)
    for before in range(3):
        # What stands before it shifts the groups of three bytes; those at its ends are shared.
        whole = b64encode(b"x" * before + data).decode()
        core = whole[4 if before else 0 : len(whole) - 4 if (before + len(data)) % 3 else None]
        if len(core) >= _TELLING:
            yield from (core, core.replace("+", "-").replace("/", "_"))


def from_status(status: int, headers: Mapping[str, str], body: bytes) -> Failed:
    """Return the failure that an HTTP answer with an error status tells of."""
    told = _error_object(body)
    if told is None:
        message, provider_type, kind = _plain(body), None, None
    else:
        message, provider_type, kind = _read_error(told)
    by_status = _STATUSES.get(status) or ("server" if status >= 500 else "bad_request")
    if 300 <= status < 400:
        message = f"the server redirects to {headers.get('location', 'another address')}"
    # A status is coarser than the error's own type, but for "invalid request" it is the finer one.
    if kind is None or kind == "bad_request" or (kind == "server" and by_status != "server"):
        kind = "context_full" if kind is None and _CONTEXT_FULL.search(message) else by_status
    if kind == "bad_request" and _CONTEXT_FULL.search(message):
        kind = "context_full"
    return Failed(
        kind=kind,
        message=message or f"the server answered with status {status}",
        provider_type=provider_type,
        status=status,
        request_id=request_id(headers),
        retry_after=retry_after(headers),
    )


def from_error(told: Any) -> Failed:
    """Return the failure that an error object inside a stream, or under status 200, tells of."""
    message, provider_type, kind = _read_error(told)
    if kind in (None, "bad_request") and _CONTEXT_FULL.search(message):
        kind = "context_full"
    return Failed(kind=kind or "server", message=message, provider_type=provider_type)


def from_body(status: int, content_type: str, body: bytes) -> Failed:
    """Return the failure of an answer that is no event stream although its status is good."""
    told = _error_object(body)
    if told is not None:
        return from_error(told)
    shown = content_type.partition(";")[0].strip() or "nothing that says what it is"
    text = _plain(body)
    message = f"the server answered with {shown} where an event stream was asked for"
    message = f"{message}: {text}" if text else message
    return Failed(kind="malformed", message=message, status=status)


def stalled(seconds: float, *, arrived: bool | None) -> Failed:
    """Return the failure of a connection on which nothing came for ``seconds``.

    ``arrived`` says, here and below, whether any part of an answer had come; ``None`` when none
    was asked for, because this was a question about a model.
    """
    message = _with_rest(f"nothing came for {seconds:g} seconds", arrived)
    return Failed(kind="stalled", message=message)


def dropped(*, arrived: bool | None) -> Failed:
    """Return the failure of a connection that broke."""
    return Failed(kind="connection", message=_with_rest("the connection broke off", arrived))


def closed_early(*, arrived: bool | None) -> Failed:
    """Return the failure of a stream that ended cleanly, but without its last event."""
    what = "the server ended the answer before it was complete"
    return Failed(kind="closed_early", message=_with_rest(what, arrived))


def unreached(host: str, port: int | None, error: OSError, *, arrived: bool | None) -> Failed:
    """Return the failure of a connection that ``error`` kept from being made."""
    name = f"[{host}]" if ":" in host else host
    where = name if port is None else f"{name}:{port}"
    match error:
        case ConnectionRefusedError():
            what = f"{where} refused the connection"
        case socket.gaierror(errno=socket.EAI_NONAME):
            what = f"the name {host} was not found"
        case socket.gaierror():
            what = _because(f"the name {host} could not be looked up", error.strerror)
        case ssl.SSLCertVerificationError():
            what = _because(f"the certificate of {where} is not trusted", error.verify_message)
        case ssl.SSLError():
            reason = (error.reason or "").replace("_", " ")
            what = _because(f"no secure connection to {where} could be made", reason)
        case _:
            # What asyncio puts in place of the system's words is the address once more.
            reason = os.strerror(error.errno) if error.errno else ""
            what = _because(f"no connection to {where} could be made", reason)
    return Failed(kind="connection", message=_with_rest(what, arrived, sent=False))


def unconnected(seconds: float, *, arrived: bool | None) -> Failed:
    """Return the failure of a connection that was not made within ``seconds``."""
    what = f"no connection could be made within {seconds:g} seconds"
    return Failed(kind="connection", message=_with_rest(what, arrived, sent=False))


def unreadable(said: str, *, arrived: bool | None) -> Failed:
    """Return the failure of an answer that breaks the rules of HTTP, as ``said`` by its reader."""
    message = _with_rest(f"the server's answer cannot be read as HTTP ({said})", arrived)
    return Failed(kind="connection", message=message)


def unexplained(said: str, *, arrived: bool | None) -> Failed:
    """Return the failure of a connection for which there are only the transport's own words."""
    return Failed(kind="connection", message=_with_rest(f"the connection failed ({said})", arrived))


def _because(what: str, reason: str | None) -> str:
    return f"{what}: {reason.lower().rstrip('.')}" if reason else what


def _with_rest(what: str, arrived: bool | None, *, sent: bool = True) -> str:
    if arrived is None:
        return what
    if not sent:
        return f"{what}; nothing was sent"
    return f"{what}; {'what had come is kept' if arrived else 'no part of the answer had come'}"


def request_id(headers: Mapping[str, str]) -> str | None:
    """Return the provider's id of a request, whichever of the two usual headers holds it."""
    return headers.get("request-id") or headers.get("x-request-id")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds a provider asks us to wait: milliseconds, seconds or an HTTP date."""
    milliseconds = _seconds(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    told = headers.get("retry-after")
    seconds = _seconds(told)
    if seconds is not None or not told:
        return seconds
    until = _date(told)
    if until is None:
        return None
    # The server's own clock, where it tells it: ours may be off by minutes.
    now = _date(headers.get("date", "")) or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds())


def _seconds(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _error_object(body: bytes) -> Any:
    """The ``error`` of a JSON body, or the body itself where it is one, else ``None``."""
    try:
        value = decode(body)
    except Malformed:
        return None
    if not isinstance(value, dict):
        return None
    if value.get("error") is not None:
        return value["error"]
    # vLLM and FastAPI put it at the top.
    return value if "message" in value or "detail" in value else None


def _read_error(told: Any) -> tuple[str, str | None, FailureKind | None]:
    if not isinstance(told, dict):
        return str(told), None, None
    if isinstance(inner := told.get("error"), dict):
        told = inner
    words = [word for word in (told.get("code"), told.get("type")) if isinstance(word, str)]
    kind = next((_KINDS[word] for word in words if word in _KINDS), None)
    if kind is None and isinstance(told.get("code"), int):
        kind = _STATUSES.get(told["code"])
    message = told.get("message") or told.get("detail") or ""
    provider_type = told.get("type") if isinstance(told.get("type"), str) else None
    return str(message), provider_type or (words[0] if words else None), kind


def _plain(body: bytes) -> str:
    text = body[:20_000].decode("utf-8", "replace")
    if "<" not in text:
        return text
    if title := _TITLE.search(text):
        text = title.group(1)
    return html.unescape(_TAG.sub(" ", text)).strip()
