"""What names a person or a machine: home folders, names, e-mail, network and hardware addresses.

As with keys, each search begins at fixed characters and looks at a bounded piece around them.
"""

import re
from collections.abc import Iterator, Sequence
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network

from latitude.publish.gate.credentials import Hit
from latitude.publish.gate.rules import PLACEHOLDERS, Person, is_name
from latitude.publish.gate.words import LETTERS, after_escape, begins_word, ends_word, is_letter

_FOREIGN = r"\u0530-\u1fff\u2c00-\u2fef\u3005-\u3007\u3040-\ufeff"
"""Letters and marks of scripts whose words are not told apart here, but for their punctuation."""
_NAME = rf"(?:[{LETTERS}][{LETTERS}.-]*+|[{_FOREIGN}][{LETTERS}{_FOREIGN}.-]{{0,63}}+)"
_HOMES = (
    re.compile(rf"/home/({_NAME})"),
    re.compile(rf"/Users/({_NAME})"),
    re.compile(rf":\\[Uu]sers\\({_NAME})"),
    re.compile(rf":/users/({_NAME})"),
    re.compile(rf":\\Documents and Settings\\({_NAME})"),
)
_ROOTS = frozenset(
    {"export", "mnt", "media", "nfs", "private", "rootfs", "srv", "usr", "var", "c", "d"}
    | {"System", "Volumes"}
)
_SHORTEST_TELLING = 7
_PATH_BACK = re.compile(rf"[{LETTERS}./-]{{1,64}}+")

_MAIL_CHARS = r"0-9A-Za-z\u00c0-\u024f"
_LOCAL_BACK = re.compile(rf"[{_MAIL_CHARS}_.+-]{{1,64}}+")
_DOMAIN = re.compile(rf"@([{_MAIL_CHARS}-]{{1,63}}+(?:\.[{_MAIL_CHARS}-]{{1,63}}+){{1,10}})")
_TOP_LEVEL = re.compile(r"[A-Za-z\u00c0-\u024f]{2,24}|xn--[A-Za-z0-9-]{1,59}")
_RESERVED = re.compile(
    r"(?:.*\.)?(?:example\.(?:com|org|net)|example|invalid|test|localhost)", re.IGNORECASE
)
"""RFC 2606 and RFC 6761: names that are kept for examples."""
_NO_PERSONS = frozenset({"git", "noreply", "no-reply"})
"""``git@`` begins the address of a repository; nobody reads what is sent to the others."""
_RETINA = re.compile(r"[0-9.]+x\.[a-z]+|[0-9]+\.[0-9]+.*", re.IGNORECASE)
"""``icon@2x.png`` is a file and ``package@1.2.3`` a version."""

_FOUR = re.compile(rf"\.[0-9]{{1,3}}\.[0-9]{{1,3}}\.[0-9]{{1,3}}(?![{LETTERS}]|\.[0-9])")
_LAST_DIGITS = re.compile(r"[0-9]{1,3}")
_VERSION_BEFORE = re.compile(
    r"(?i:version|release|section|\bver\.?|\bv\.)[\s\"':=]*\Z|[=<>~!]=\s?\Z|[~^]\Z|§\s?\Z"
    r"|(?:\A|[\s(\"'])(?:(?:Headless)?Chrom(?:e|ium)|AppleWebKit|Brave|CriOS|EdgA?|Edge|Electron"
    r"|Firefox|Gecko|Mobile|OPR|Opera|Safari|SamsungBrowser|Thunderbird|UCBrowser|Version|Vivaldi"
    r"|YaBrowser)/\Z"
)
"""``Chrome/120.0.0.0`` is a version too; ``Host/10.1.2.3`` may be none."""
_DOCUMENTED = tuple(
    IPv4Network(net)
    for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "233.252.0.0/24")
)
"""RFC 5737 and RFC 6676."""
_WHOLE_NETS = frozenset({"10.0.0.0", "172.16.0.0", "192.168.0.0"})
"""Names of the private networks (RFC 1918), not of a machine in them."""

_PATH_CHARS = r"MLHVCSQTAZmlhvcsqtaz0-9\s.,+-"
_PATH_DATA = re.compile(rf"[{_PATH_CHARS}]{{1,80}}+")
_PATH_COMMAND = re.compile(r"(?<![A-Za-z])[MLHVCSQTAmlhvcsqta][-.0-9]")
_PATH_START = re.compile(r"[Mm]\s?[-.0-9]")
_POINTS = re.compile(r"points\s?=\s?\\*[\"']\Z")

_SIX = re.compile(r":[0-9A-Fa-f]{0,4}:")
_SIX_BACK = re.compile(r"[0-9A-Fa-f:]{1,40}+")
_SIX_ON = re.compile(r"[0-9A-Fa-f:.]{1,45}+")
_SIX_NETS = tuple(IPv6Network(net) for net in ("2000::/3", "fc00::/7", "fe80::/10"))
"""Where machines are: the rest is not given out, and holds ``a::b`` of many languages."""
_SIX_DOCUMENTED = (IPv6Network("2001:db8::/32"), IPv6Network("3fff::/20"))
"""RFC 3849 and RFC 9637."""

_PAIR = "[0-9A-Fa-f]{2}"
_MACS = tuple(
    re.compile(
        rf"{sign}{_PAIR}{sign}{_PAIR}{sign}{_PAIR}{sign}{_PAIR}{sign}{_PAIR}(?!{sign}?[{LETTERS}])"
    )
    for sign in (":", "-")
)
_NO_MACS = ("000000000000", "ffffffffffff", "00005e0053")
"""None, everybody, and those kept for examples (RFC 7042)."""


def personal(text: str) -> Iterator[Hit]:
    """Yield home folders, e-mail addresses, network and hardware addresses of anybody."""
    yield from _homes(text)
    yield from _mails(text)
    yield from _fours(text)
    yield from _sixes(text)
    yield from _hardware(text)


class Named:
    """The names of this person and machine, as whole words."""

    def __init__(self, person: Person) -> None:
        self._words: list[tuple[str, str]] = []
        users = dict.fromkeys(_cases(person.user))
        if is_name(person.user):
            self._words += (("user-name", user) for user in users)
        hosts = (person.host, person.host.partition(".")[0])
        every = (*hosts, *(host.lower() for host in hosts), *(c for h in hosts for c in _cases(h)))
        for host in dict.fromkeys(every):
            if is_name(host) and host not in users:
                self._words.append(("host-name", host))
        home = person.home.rstrip("/\\")
        last = home.replace("\\", "/").rpartition("/")[2]
        self._home = home if home and last.lower() not in PLACEHOLDERS and is_path(home) else ""

    @property
    def exact(self) -> Sequence[str]:
        """Everything that is searched for as it stands."""
        return [word for _, word in self._words] + ([self._home] if self._home else [])

    def find(self, text: str, covered: Sequence[tuple[int, int]]) -> Iterator[Hit]:
        """Yield where they stand, but for names within the spans of ``covered``."""
        for at in _everywhere(text, self._home):
            end = at + len(self._home)
            if ends_word(text, end) and text[end : end + 1] != "-":
                yield Hit("home-path", at, end)
        inside = sorted(covered)
        for rule, word in self._words:
            reached = number = 0
            for at in _everywhere(text, word):
                while number < len(inside) and inside[number][0] <= at:
                    reached = max(reached, inside[number][1])
                    number += 1
                end = at + len(word)
                if end > reached and begins_word(text, at) and ends_word(text, end):
                    yield Hit(rule, at, end)


def _cases(name: str) -> tuple[str, ...]:
    """A name as it stands, and in other cases where it is no ordinary word in any of them.

    ``Mark`` and ``Rose`` stand in many a story; ``Verasmith`` and ``Vera2`` do not.
    """
    if len(name) < _SHORTEST_TELLING and name.isalpha():
        return (name,)
    return (name, name.lower(), name.upper(), name.capitalize(), name.title())


def is_path(home: str) -> bool:
    """Tell whether a home is deep enough to be anybody's own, as ``/`` and ``/root`` are not."""
    return len(home) > 3 and sum(home.count(sign) for sign in "/\\") > 1


def _everywhere(text: str, word: str) -> Iterator[int]:
    at = text.find(word) if word else -1
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def _homes(text: str) -> Iterator[Hit]:
    for form in _HOMES:
        for found in form.finditer(text):
            name = found[1].rstrip(".-")
            start, end = found.start(), found.start(1) + len(name)
            if name.lower() in PLACEHOLDERS:
                continue
            if text[start] == ":":
                start -= 1
                if start < 0 or not text[start].isalpha() or not begins_word(text, start):
                    continue
            elif not _begins_path(text, start):
                continue
            yield Hit("home-path", start, end)


def _begins_path(text: str, at: int) -> bool:
    """Not so for ``example.com/home/page``; so for ``/mnt/c/Users/vera``."""
    if begins_word(text, at) and text[at - 1 : at] not in {".", "-"}:
        return True
    before = _PATH_BACK.match(text[max(0, at - 64) : at][::-1])
    parts = before[0][::-1].split("/") if before else []
    return len(parts) > 1 and not parts[0] and parts[1] in _ROOTS


def _mails(text: str) -> Iterator[Hit]:
    for found in _DOMAIN.finditer(text):
        at = found.start()
        local = _LOCAL_BACK.match(text[max(0, at - 64) : at][::-1])
        if local is None:
            continue
        start = after_escape(text, at - local.end())
        while start < at and text[start] in ".-+":
            start += 1
        labels = found[1].rstrip("-").split(".")
        while labels and not _TOP_LEVEL.fullmatch(labels[-1]):
            labels.pop()
        domain = ".".join(labels)
        end = at + 1 + len(domain)
        if start >= at or len(labels) < 2 or text[end : end + 1] == "(":
            continue
        if _RESERVED.fullmatch(domain) or _RETINA.fullmatch(domain):
            continue
        if text[start:at].lower() not in _NO_PERSONS:
            yield Hit("e-mail", start, end)


def _fours(text: str) -> Iterator[Hit]:
    for found in _FOUR.finditer(text):
        dot, end = found.span()
        first = _LAST_DIGITS.match(text[max(0, dot - 3) : dot][::-1])
        if first is None:
            continue
        start = dot - first.end()
        if not begins_word(text, start) or text[start - 1 : start] == ".":
            continue
        if text[start - 1 : start] == "-" and not text[start - 2 : start - 1].isdigit():
            continue
        known = _VERSION_BEFORE.search(text[max(0, start - 24) : start])
        if _is_machine(text[start:end]) and not known and not _in_drawing(text, start, end):
            yield Hit("ip-address", start, end)


def _is_machine(value: str) -> bool:
    try:
        address = IPv4Address(value)
    except AddressValueError:
        return False
    if value.startswith("0.") or address.is_loopback or address.is_multicast:
        return False
    if address.is_reserved or value in _WHOLE_NETS:
        # The reserved ones hold masks and the address of everybody.
        return False
    return not any(address in net for net in _DOCUMENTED)


def _in_drawing(text: str, start: int, end: int) -> bool:
    """Tell whether these are numbers of an SVG path, which need no space before a point."""
    back = _PATH_DATA.match(text[max(0, start - 80) : start][::-1])
    on = _PATH_DATA.match(text, end)
    first = start - back.end() if back else start
    run = text[first : on.end() if on else end]
    commands = len(_PATH_COMMAND.findall(run))
    if commands > 1 or first == 0 or text[first - 1] not in "\"'`":
        return commands > 1
    points = _POINTS.search(text[max(0, first - 12) : first])
    return commands > 0 or points is not None or _PATH_START.match(run) is not None


def _sixes(text: str) -> Iterator[Hit]:
    done = 0
    for found in _SIX.finditer(text):
        at = found.start()
        if at < done:
            continue
        back = _SIX_BACK.match(text[max(0, at - 40) : at][::-1])
        start = at - back.end() if back else at
        on = _SIX_ON.match(text, at)
        assert on is not None
        done = on.end()
        value = text[start:done].rstrip(".")
        if value.endswith(":") and not value.endswith("::"):
            value = value[:-1]
        end = start + len(value)
        if begins_word(text, start) and ends_word(text, end) and _is_six(value):
            yield Hit("ip-address", start, end)


def _is_six(value: str) -> bool:
    if "::" not in value and value.count(":") not in {6, 7}:
        return False
    try:
        address = IPv6Address(value)
    except AddressValueError:
        return False
    if not any(address in net for net in _SIX_NETS):
        return False
    if any(address in net for net in _SIX_DOCUMENTED):
        return False
    # A slice such as [2048::2] is no address.
    return address not in _SIX_NETS[0] or sum(map(bool, value.split(":"))) > 2


def _hardware(text: str) -> Iterator[Hit]:
    for form in _MACS:
        for found in form.finditer(text):
            start, end = found.start() - 2, found.end()
            sign = text[found.start()]
            first = text[max(start, 0) : found.start()]
            if len(first) < 2 or not re.fullmatch(_PAIR, first) or not begins_word(text, start):
                continue
            if text[start - 1 : start] == sign and is_letter(text[start - 2 : start - 1]):
                continue
            digits = text[start:end].replace(sign, "").lower()
            if not digits.startswith(_NO_MACS):
                yield Hit("mac-address", start, end)
