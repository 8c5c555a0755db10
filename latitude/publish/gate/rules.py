"""What the gate looks for: its rules, the exact values of this machine, and whose machine it is."""

import getpass
import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from latitude.config import KEY_VARIABLES, find_key

VERSION = 2
"""Raised whenever a rule changes what is found: what was found before is then found anew."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of thing that does not go out unseen."""

    name: str
    """Such as ``e-mail``; it stands in ``[redacted: e-mail]``."""
    says: str
    """In plain words."""


@dataclass(frozen=True, slots=True)
class Secret:
    """An exact value that must not go out."""

    name: str
    """Where it is kept, such as ``ANTHROPIC_API_KEY in the environment``."""
    value: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whose machine this is. An empty text stands for what cannot be told."""

    home: str
    user: str
    host: str


KEPT = "kept-key"
"""The rule of exact values: the strongest."""

RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(KEPT, "a key or password that is kept on this machine"),
        Rule("anthropic-key", "a key of Anthropic"),
        Rule("openai-key", "a key of OpenAI"),
        Rule("openrouter-key", "a key of OpenRouter"),
        Rule("sk-key", "a key of the form sk-…"),
        Rule("huggingface-token", "a token of Hugging Face"),
        Rule("google-key", "a key of Google"),
        Rule("github-token", "a token of GitHub"),
        Rule("gitlab-token", "a token of GitLab"),
        Rule("npm-token", "a token of npm"),
        Rule("aws-key", "the id of a key of AWS"),
        Rule("slack-token", "a token of Slack"),
        Rule("slack-webhook", "an address that posts to Slack"),
        Rule("stripe-key", "a live key of Stripe"),
        Rule("xai-key", "a key of xAI"),
        Rule("groq-key", "a key of Groq"),
        Rule("pypi-token", "a token of PyPI"),
        Rule("service-key", "a key or token of a known service"),
        Rule("aws-secret", "a secret key of AWS"),
        Rule("private-key", "a private key"),
        Rule("jwt", "a signed token (JWT)"),
        Rule("url-password", "a password in an address"),
        Rule("bearer-token", "a bearer token"),
        Rule("basic-login", "a login and password as HTTP sends them"),
        Rule("password", "what is called a password"),
        Rule("home-path", "the home folder of a person"),
        Rule("user-name", "the login name of this user"),
        Rule("host-name", "the name of this machine"),
        Rule("e-mail", "an e-mail address"),
        Rule("ip-address", "the network address of a machine"),
        Rule("mac-address", "the hardware address of a machine"),
    )
}

PERSONAL = frozenset({"home-path", "user-name", "host-name", "e-mail", "ip-address", "mac-address"})
"""Rules whose values a person may see whole; all others are shown masked."""

ALONE = frozenset({"home-path", "user-name", "host-name", "ip-address", "mac-address"})
"""Rules whose values count only as whole words: ``mark`` does not stand in ``markdown``."""

PLACEHOLDERS = frozenset(
    {"user", "username", "you", "yourname", "your-name", "me", "name", "someone", "example"}
    | {"root", "ubuntu", "runner", "shared", "public", "default", "guest"}
)
"""Names of home folders, in lower case, that belong to nobody."""

_NOBODY = PLACEHOLDERS | {
    *("admin", "administrator", "azureuser", "claude", "codespace", "computer", "daemon"),
    *("debian", "desktop", "docker", "ec2-user", "fedora", "host", "jovyan", "laptop", "latitude"),
    *("local", "localdomain", "localhost", "model", "node", "nobody", "sandbox", "server"),
    *("system", "test", "tester", "vagrant", "vscode", "work", "workspace"),
    # What stands in the place of something that was taken out must not be found itself.
    *("redacted", "this", "file", "held", "mail"),
    *(part for name in RULES for part in (name, *name.split("-"))),
}
_SHORTEST_NAME = 4
_SHORTEST_SECRET = 8
_LONGEST_PLAIN = 15
"""Letters; app passwords of 16 letters are keys, and ``production`` is a word."""

_TELLING = frozenset(
    {"KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "APIKEY"}
)
_TELLING_ENDS = ("TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "APIKEY")
"""A word may end so too, such as ``PGPASSWORD``."""
_TELLING_LAST = frozenset({"AUTH", "CRED", "CREDS", "PASS", "PAT", "PWD"})
"""They tell only as the last of several words: ``PWD`` is a folder, ``DB_PWD`` is none."""
_PATH_LIKE = re.compile(r"(?:~|\.{0,2})/|[A-Za-z]:[\\/]")


def replacement(rule: str) -> str:
    """Return what stands for something that was taken out; no rule finds anything in it."""
    return f"[redacted: {rule}]"


def is_name(word: str) -> bool:
    """Tell whether a login or host name says anything of a person."""
    return len(word) >= _SHORTEST_NAME and word.lower() not in _NOBODY


def secrets_here(environ: Mapping[str, str] = os.environ) -> tuple[Secret, ...]:
    """Return the keys of the environment and of the OS keyring, each value once.

    A variable counts when its name tells (``…_KEY``, ``…_TOKEN``, ``…_SECRET``, …) and its value is
    neither short nor a plain word, a number or a path. Without a keyring there are none of it.
    """
    found: dict[str, Secret] = {}
    for name, held in environ.items():
        value = held.strip()
        if _tells(name) and not _is_plain(value):
            found.setdefault(value, Secret(f"{name} in the environment", value))
    for vendor in KEY_VARIABLES:
        value = (find_key(vendor, {}) or "").strip()
        if len(value) >= _SHORTEST_SECRET:
            found.setdefault(value, Secret(f"{vendor} in the keyring", value))
    return tuple(found.values())


def person_here() -> Person:
    """Return this user's home, login name and host name."""
    try:
        home = str(Path.home())
    except RuntimeError:
        home = ""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        # A system may have a number for a user and no name: then there is none to look for.
        user = ""
    return Person(home=home, user=user, host=socket.gethostname())


def _tells(name: str) -> bool:
    words = name.upper().split("_")
    for word in words:
        one = word.removesuffix("S")
        if one in _TELLING or one.endswith(_TELLING_ENDS):
            return True
    return len(words) > 1 and words[-1] in _TELLING_LAST


def _is_plain(value: str) -> bool:
    if len(value) < _SHORTEST_SECRET:
        return True
    if len(value) <= _LONGEST_PLAIN and re.fullmatch(r"[A-Za-z]+|[+-]?\d+(?:\.\d+)?", value):
        return True
    # Base64 may begin with a stroke, so a path counts only where there is one.
    return bool(_PATH_LIKE.match(value)) and _is_there(Path(value))


def _is_there(path: Path) -> bool:
    try:
        expanded = path.expanduser()
        return expanded.exists() or (len(path.parts) > 2 and expanded.parent.is_dir())
    except (OSError, RuntimeError, ValueError):
        # Too long, of an unknown user, or with a character that no path has.
        return False
