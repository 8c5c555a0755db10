"""Keys, tokens and passwords, known by their form.

Each pattern begins with fixed characters, so that ordinary text is passed over at the speed of
memory, and no repeat can go back over what it took, so that no text can make a search slow. The
forms are those the vendors give their keys, as the scanners of gitleaks and GitHub know them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a rule found something in one text."""

    rule: str
    start: int
    end: int


def _own(prefix: str) -> str:
    r"""A prefix that begins a word: what is before it is checked after it was found.

    A pattern that began with the check would be tried at every character. The ``n`` of ``\n`` in
    raw JSON is no letter of a word.
    """
    return rf"{prefix}(?:(?<![0-9A-Za-z]{prefix})|(?<=\\[bfnrt]{prefix}))"


_SK = re.compile(
    r"sk-(?:(ant-[A-Za-z0-9_-]{16,}+)"
    r"|((?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,}+)"
    r"|(or-v1-[A-Za-z0-9]{20,}+)"
    r"|((?:(?<![0-9A-Za-z]sk-)|(?<=\\[bfnrt]sk-))(?:[a-z][a-z0-9]{0,11}-){0,2}"
    r"(?=[A-Za-z_]*+[0-9])[A-Za-z0-9_]{20,}+))"
)
_SK_RULES = ("", "anthropic-key", "openai-key", "openrouter-key", "sk-key")

_SERVICES = (
    ("pplx-", "[A-Za-z0-9]{40,}+"),
    ("nvapi-", "[A-Za-z0-9_-]{50,}+"),
    ("r8_", "[A-Za-z0-9]{36,}+"),
    ("dapi", "[0-9a-f]{32}(?![0-9A-Za-z])"),
    ("hvs.", "[A-Za-z0-9_-]{24,}+"),
    ("SG.", "[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{32,64}+"),
    ("dop_v1_", "[0-9a-f]{64}"),
    ("GOCSPX-", "[A-Za-z0-9_-]{24,}+"),
    ("ya29.", "[A-Za-z0-9_-]{30,}+"),
    ("xapp-", "[0-9]-[A-Z0-9]{6,}+-[0-9]{6,}+-[a-z0-9]{16,}+"),
)
"""How keys of services begin, and how they go on."""

_FORMS: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (rule, hint, re.compile(pattern))
    for rule, hint, pattern in (
        ("huggingface-token", "hf_", _own("hf_") + "[A-Za-z0-9]{30,}+"),
        ("google-key", "AIza", _own("AIza") + "[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
        ("github-token", "gh", _own("gh[pousr]_") + "[A-Za-z0-9]{36,}+"),
        ("github-token", "github_pat_", "github_pat_[A-Za-z0-9_]{22,}+"),
        ("gitlab-token", "glpat-", "glpat-[A-Za-z0-9_-]{20,}+"),
        ("npm-token", "npm_", _own("npm_") + "[A-Za-z0-9]{36,}+"),
        ("aws-key", "A", _own("A[KS]IA") + "[A-Z0-9]{16}(?![A-Za-z0-9])"),
        ("slack-token", "xox", _own("xox[abeoprs]-") + "[A-Za-z0-9-]{10,}+"),
        (
            "slack-webhook",
            "hooks.slack.com",
            r"hooks\.slack\.com/[a-z]{5,12}/[A-Za-z0-9/_+-]{20,}+",
        ),
        ("stripe-key", "k_live_", "sk_live_[A-Za-z0-9]{10,}+"),
        ("stripe-key", "k_live_", "rk_live_[A-Za-z0-9]{10,}+"),
        ("xai-key", "xai-", _own("xai-") + "[A-Za-z0-9]{70,}+"),
        ("groq-key", "gsk_", _own("gsk_") + "[A-Za-z0-9]{40,}+"),
        ("pypi-token", "pypi-", _own("pypi-") + "AgE[A-Za-z0-9_-]{16,}+"),
        *(("service-key", hint, _own(re.escape(hint)) + tail) for hint, tail in _SERVICES),
    )
)
"""Rule, characters without which it cannot be there, and form. Nearly all text has none of them,
and to look for a few characters is much faster than to look for a form."""

KEY_WORDS = "PRIVATE KEY"
"""They stand in the first line of every private key that is written as text (RFC 7468)."""
# No group is repeated possessively here: until 3.11.5 Python then loses matches (gh-106052).
_KEY_HEAD = re.compile("-----BEGIN (?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?-----")
_KEY_BODY = re.compile(
    r"[A-Za-z0-9+/=\s:,.()]{0,40000}+(?:-(?!-)[A-Za-z0-9+/=\s:,.()]{0,40000}+){0,60}"
    r"-----END [A-Z0-9 ]{1,60}+-----"
)
_KEY_LINES = re.compile(r"(?:\s{1,4}+[A-Za-z0-9+/=]{20,}+)*")
_ESCAPED_END = re.compile(r"\\{1,16}+[nr]")

# The first part is taken even where no token is: so it is not gone through again from within.
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]*+(\.eyJ[A-Za-z0-9_-]*+\.[A-Za-z0-9_-]{16,}+)?")
_SHORTEST_HEADER = 10

_BEARER = re.compile(r"earer (?<=[Bb]earer )([A-Za-z0-9._~+/-]{16,}+=*+)")

_LONGEST_ADDRESS = 300
_LOGIN = re.compile(r"[^\s:/@\"'<>\\]{0,100}+:([^\s/@\"'<>\\]{1,200}+)")
_SCHEME = re.compile(r"[A-Za-z0-9+.-]{1,30}+")
_BASIC = re.compile(
    r"uthorization[\"'\\]{0,4}\s{0,2}[:=]\s{0,2}[\"'\\]{0,4}[Bb]asic ([A-Za-z0-9+/]{8,}+={0,2})"
)
_SET_TO = r"[\"'\\]{0,4}\s{0,3}(?:[:=]|=>)\s{0,3}[\"'\\]{0,4}"
_NAMED = tuple(
    (
        hint,
        re.compile(rf"{name}{_SET_TO}([A-Za-z0-9!#%*+,.?@^_~-]{{8,64}}+)(?=[\s\"'<&;)\\]|\Z)"),
    )
    for hint, name in (("assw", "assw(?:or)?d"), ("ASSW", "ASSW(?:OR)?D"))
)
_AWS_SECRETS = tuple(
    (
        name,
        re.compile(
            rf"{name}(?<={before}{name})[\"'\\\s:=>]{{1,8}}([A-Za-z0-9+/]{{40}})(?![A-Za-z0-9+/=])"
        ),
    )
    for before, name in (
        ("ecret_a", "ccess_key"),
        ("ecretA", "ccessKey"),
        ("ECRET_A", "CCESS_KEY"),
    )
)
_HOST = re.compile(r"[A-Za-z0-9._-]{0,253}+")
_NO_PASSWORDS = frozenset(
    {"password", "passwd", "pass", "pwd", "pw", "secret", "token", "changeme", "example"}
)


def credentials(text: str) -> Iterator[Hit]:
    """Yield what has the form of a key, a token or a password; particular rules come first."""
    for found in _SK.finditer(text):
        yield Hit(_SK_RULES[found.lastindex or 0], *found.span())
    for rule, hint, form in _FORMS:
        if hint in text:
            for found in form.finditer(text):
                yield Hit(rule, *found.span())
    if KEY_WORDS in text:
        yield from _private_keys(text)
    for found in _JWT.finditer(text):
        if found[1] and len(found[0]) - len(found[1]) >= _SHORTEST_HEADER:
            yield Hit("jwt", *found.span())
    yield from _passwords(text)
    yield from _named(text)
    for found in _BEARER.finditer(text) if "earer " in text else ():
        value = found[1].rstrip(".")
        # Words follow "bearer" too; a token has a digit.
        if any(char.isdigit() for char in value):
            yield Hit("bearer-token", found.start(1), found.start(1) + len(value))


def _named(text: str) -> Iterator[Hit]:
    """Yield what is a secret because of the name that stands before it."""
    for hint, form in _AWS_SECRETS:
        for found in form.finditer(text) if hint in text else ():
            yield Hit("aws-secret", *found.span(1))
    for found in _BASIC.finditer(text) if "asic " in text else ():
        yield Hit("basic-login", *found.span(1))
    for hint, form in _NAMED:
        for found in form.finditer(text) if hint in text else ():
            value = found[1].rstrip(".,!?")
            # Program text sets passwords to names of things; what a person chose has a digit.
            told = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
            if told and not _is_placeholder(value):
                yield Hit("password", found.start(1), found.start(1) + len(value))


def _private_keys(text: str) -> Iterator[Hit]:
    done = 0
    for head in _KEY_HEAD.finditer(text):
        if head.start() < done:
            continue
        block = _KEY_BODY.match(text, head.end())
        if block is None and _ESCAPED_END.match(text, head.end()):
            # Its lines are still joined by escapes. The next level shows the whole of it.
            continue
        block = block or _KEY_LINES.match(text, head.end())
        done = block.end() if block else head.end()
        yield Hit("private-key", head.start(), done)


def _passwords(text: str) -> Iterator[Hit]:
    at = text.find("@")
    while at >= 0:
        first = max(0, at - _LONGEST_ADDRESS)
        mark = text.rfind("://", first, at)
        if mark >= 0:
            login = _LOGIN.fullmatch(text, mark + 3, at)
            scheme = _SCHEME.match(text[max(0, mark - 30) : mark][::-1])
            host = _HOST.match(text, at + 1)
            if login and scheme and host and not _is_placeholder(login[1]):
                yield Hit("url-password", mark - scheme.end(), host.end())
        at = text.find("@", at + 1)


def _is_placeholder(password: str) -> bool:
    if password.lower() in _NO_PASSWORDS or set(password) <= set("*x.X•…"):
        return True
    return password[0] == "$" or (password[0] in "{[" and password[-1] in "}]")
