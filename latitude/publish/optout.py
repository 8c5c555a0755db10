"""Whether others may train models on a release: how it is said, and what that does."""

import msgspec

from latitude.publish.manifest import Manifest, Training

_CRAWLERS = (
    *("GPTBot", "ClaudeBot", "anthropic-ai", "Google-Extended", "CCBot", "Applebot-Extended"),
    *("meta-externalagent", "Bytespider", "Amazonbot", "cohere-ai", "PerplexityBot"),
)
"""Names under which robots that gather texts for training say that they go by."""

_SENTENCES: dict[Training, str] = {
    "allow": "Whoever publishes this has no objection to its use for training models. The licence "
    "above holds all the same.",
    "reserve": "Whoever publishes this asks that no models are trained on it. robots.txt, each "
    "page and .well-known/tdmrep.json say so to programs, and in some countries that reserves a "
    "right. None of it stops a program that does not ask, and copies may not carry it. Each page "
    "bears one word that stands nowhere else (the canary), so that copies can be found.",
}


def sentence(training: Training) -> str:
    """What the choice means, and what it does not do, for a reader."""
    return _SENTENCES[training]


def robots(manifest: Manifest) -> str:
    """Return ``robots.txt`` (RFC 9309, with ``Content-Usage`` of the AIPREF drafts)."""
    if manifest.training == "allow":
        return "User-agent: *\nContent-Usage: train-ai=y\nAllow: /\n"
    asked = "".join(f"User-agent: {name}\n" for name in _CRAWLERS)
    return f"User-agent: *\nContent-Usage: train-ai=n\nAllow: /\n\n{asked}Disallow: /\n"


def reservation(manifest: Manifest) -> bytes | None:
    """Return ``.well-known/tdmrep.json`` (TDM Reservation Protocol), where it is reserved."""
    if manifest.training == "allow":
        return None
    rule: dict[str, object] = {"location": "/", "tdm-reservation": 1}
    if manifest.url is not None:
        rule["tdm-policy"] = f"{manifest.url}about.html"
    return msgspec.json.format(msgspec.json.encode([rule]), indent=1) + b"\n"
