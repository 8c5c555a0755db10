"""Where requests go, and with which key."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from latitude.config import KEY_VARIABLES
from latitude.errors import ProviderUnavailable, UsageError
from latitude.providers.failures import Scrubber

KeyLookup = Callable[[str], str | None]
"""Takes a vendor's name and returns its key, or ``None``."""

NO_KEY = "no-key-needed"
"""What local servers get, because the SDKs want a key for any server."""

READ_TIMEOUT = 300.0
"""Seconds without a byte before an answer counts as stalled. Local models read a long prompt for
minutes before the first token comes."""
CONNECT_TIMEOUT = 10.0

VENDOR_URLS = {"anthropic": "https://api.anthropic.com", "openai": "https://api.openai.com/v1"}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One provider's address, key and patience."""

    provider: str
    url: str
    """Base URL in the form the SDK wants: without ``/v1`` for anthropic, with it for the rest."""
    key: str = field(default=NO_KEY, repr=False)
    read_timeout: float = READ_TIMEOUT

    @property
    def host(self) -> str:
        """``host[:port]``, without a user name or password that may stand in the URL."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    @property
    def is_vendor(self) -> bool:
        """Whether this is the vendor's own address and no server that speaks like it."""
        vendor = VENDOR_URLS.get(self.provider)
        return vendor is not None and urlsplit(vendor).netloc == self.host

    @property
    def is_loopback(self) -> bool:
        """Whether requests stay on this machine, where a proxy would only be in the way."""
        name = urlsplit(self.url).hostname or ""
        try:
            return ipaddress.ip_address(name).is_loopback
        except ValueError:
            return name == "localhost" or name.endswith(".localhost")

    @property
    def scrubber(self) -> Scrubber:
        """Takes the key out of texts."""
        password = urlsplit(self.url).password or ""
        key = "" if self.key == NO_KEY else self.key
        return Scrubber(secrets=tuple(secret for secret in (key, password) if secret))


def endpoint_for(
    provider: str,
    *,
    default_url: str | None,
    typed_url: str | None,
    key_for: KeyLookup,
    read_timeout: float = READ_TIMEOUT,
) -> Endpoint:
    """Return where ``provider`` is asked.

    A vendor's key goes to that vendor's host, or to the address the person typed instead. Raises
    ``UsageError`` when there is no address or a broken one, and ``ProviderUnavailable`` when the
    vendor's host wants a key and none is found.
    """
    if typed_url is None and default_url is None:
        raise UsageError(
            f"{provider}/NAME needs to know where the server is: add --base-url, such as "
            "--base-url http://127.0.0.1:8000/v1."
        )
    url = _base_url(provider, typed_url or default_url or "")
    key = key_for(provider) if provider in KEY_VARIABLES else None
    endpoint = Endpoint(provider=provider, url=url, key=key or NO_KEY, read_timeout=read_timeout)
    if endpoint.is_vendor and not key:
        raise ProviderUnavailable(
            f"There is no key for {provider}. Set {KEY_VARIABLES[provider]}, or keep one in the "
            f"keyring with `keyring set latitude {provider}`."
        )
    return endpoint


def _base_url(provider: str, text: str) -> str:
    try:
        parts = urlsplit(text.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        usable = False
    if not usable:
        raise UsageError(
            f"--base-url {text!r} is not an address. It begins with http:// or https://, "
            "such as http://127.0.0.1:8080."
        )
    path = parts.path.rstrip("/")
    if provider == "anthropic":
        path = path.removesuffix("/v1")
    elif not path:
        path = "/v1"
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))
