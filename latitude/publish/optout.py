"""Whether others may train models on a release: how it is said, and what that does."""

from typing import Literal

import msgspec

from latitude.publish.manifest import Manifest, Training

_CRAWLERS = (
    *("GPTBot", "ClaudeBot", "anthropic-ai", "Google-Extended", "CCBot", "Applebot-Extended"),
    *("meta-externalagent", "Bytespider", "Amazonbot", "cohere-ai", "PerplexityBot"),
)
"""Names under which robots that gather texts for training say that they go by."""

Form = Literal["site", "bag"]
"""What a release is made as."""

_ALLOWED = (
    "Whoever publishes this has no objection to its use for training models. The licence holds all "
    "the same."
)
_RESERVED: dict[Form, str] = {
    "site": "Whoever publishes this asks that no models are trained on it. robots.txt, each "
    "page and .well-known/tdmrep.json say so to programs, and in some countries that reserves a "
    "right. None of it stops a program that does not ask, and copies may not carry it.",
    "bag": "Whoever publishes this asks that no models are trained on it. This page and "
    "`release.json` say so, and in some countries that reserves a right. Nothing here stops a "
    "program that does not ask, and copies may not carry it.",
}


def sentence(training: Training, form: Form) -> str:
    """What the choice means in a site or a bag, and what it does not do, for a reader."""
    return _ALLOWED if training == "allow" else _RESERVED[form]


def robots(manifest: Manifest) -> str:
    """Return ``robots.txt`` (RFC 9309, with ``Content-Usage`` of the AIPREF drafts)."""
    canary = f"# Canary: {manifest.canary}\n"
    if manifest.training == "allow":
        return f"{canary}User-agent: *\nContent-Usage: train-ai=y\nAllow: /\n"
    asked = "".join(f"User-agent: {name}\n" for name in _CRAWLERS)
    return f"{canary}User-agent: *\nContent-Usage: train-ai=n\nAllow: /\n\n{asked}Disallow: /\n"


def reservation(manifest: Manifest) -> bytes | None:
    """Return ``.well-known/tdmrep.json`` (TDM Reservation Protocol), where it is reserved."""
    if manifest.training == "allow":
        return None
    rule: dict[str, object] = {"location": "/", "tdm-reservation": 1}
    if manifest.url is not None:
        rule["tdm-policy"] = f"{manifest.url}about.html"
    return msgspec.json.format(msgspec.json.encode([rule]), indent=1) + b"\n"
