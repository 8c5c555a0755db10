"""Somebody who reads the pages of a site byte by byte, and knows what may stand there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

VOID = {"meta", "link", "img", "wbr", "br", "hr", "input"}
PLAIN = {"class", "id"}
ALLOWED: dict[str, set[str]] = {
    **dict.fromkeys(
        re.findall(
            r"\w+",
            "title style header main footer article span h1 h2 h3 h4 h5 h6 dl dt dd summary "
            "figure em strong s ins del blockquote table thead tbody tr br hr noscript",
        ),
        PLAIN,
    ),
    "html": {"lang"},
    "head": set(),
    "body": set(),
    "meta": {"charset", "name", "content", "http-equiv"},
    "link": {"rel", "href"},
    "script": {"src", "defer", "data-segments"},
    "a": {"class", "href", "rel", "title"},
    "nav": {"class", "aria-label"},
    "section": {"class", "aria-label", "aria-labelledby"},
    "div": {"class", "role", "aria-label", "tabindex"},
    "span": {"class", "aria-hidden"},
    "ul": {"class"},
    "ol": {"class", "id", "start"},
    "li": {"class", "value"},
    "p": {"class", "id", "role"},
    "details": {"class", "open"},
    "pre": {"class", "tabindex"},
    "code": {"class", "title"},
    "th": {"scope"},
    "td": set(),
    "img": {"src", "alt", "loading"},
    "audio": {"controls", "preload", "src"},
    "iframe": {"class", "title", "sandbox", "referrerpolicy", "loading", "srcdoc"},
    "form": {"id", "role"},
    "label": {"for"},
    "input": {"id", "type", "autocomplete"},
}
"""Every element that a page of ours may have, and its attributes."""
NAME = re.compile(r"[a-z0-9-]+( [a-z0-9-]+)*")
ELSEWHERE = re.compile(r"https?://|mailto:", re.IGNORECASE)
REPLIES_LINK = "nofollow noopener noreferrer"


@dataclass
class Page(HTMLParser):
    """A page of a site as a parser has it. Fails on what no page of ours may hold."""

    path: Path
    links: list[str] = field(default_factory=list)
    """Addresses beside it."""
    outward: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    """Addresses beside it that come with it."""
    names: list[str] = field(default_factory=list)
    """What ``#`` can lead to."""
    frames: list[str] = field(default_factory=list)
    """What lives in it."""
    words: str = ""
    policy: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []
        data = self.path.read_bytes()
        self.weight = len(data)
        self.feed(data.decode("utf-8"))
        self.close()
        assert self._open == [], self.path
        assert len(self.names) == len(set(self.names)), self.path
        self.weight -= sum(len(frame.encode()) for frame in self.frames)

    def handle_starttag(self, tag, attrs):
        self._take(tag, attrs)
        self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        assert tag in VOID, (self.path, tag)
        self._take(tag, attrs)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag, self.path

    def handle_data(self, data):
        assert not re.search("[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", data)
        if self._open and self._open[-1] not in ("title", "style", "script"):
            self.words += data

    def handle_comment(self, data):
        raise AssertionError((self.path, data))

    handle_pi = unknown_decl = handle_comment

    def handle_decl(self, decl):
        assert decl == "doctype html"

    def _take(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        where = (self.path.name, tag, attrs)
        known = dict(attrs)
        assert len(known) == len(attrs), where
        assert known.keys() <= ALLOWED.get(tag, set()), where
        for name in ("class", "id"):
            assert NAME.fullmatch(known.get(name) or "x"), where
        if "id" in known:
            self.names.append(known["id"])
        if tag == "meta" and known.get("http-equiv") == "Content-Security-Policy":
            self.policy = known["content"]
        if tag == "script":
            assert (self.path.name, known["src"]) == ("search.html", "search.js")
        if tag == "iframe":
            assert known["sandbox"] == "allow-scripts"
            self.frames.append(known["srcdoc"])
        if "src" in known:
            self.loaded.append(known["src"])
        if "href" in known:
            self._leads(tag, known)

    def _leads(self, tag: str, known: dict[str, str]) -> None:
        address = known["href"]
        if tag == "link":
            assert known["rel"] in ("stylesheet", "icon")
            assert known["rel"] == "stylesheet" or address == "data:,"
            self.loaded += [address] if known["rel"] == "stylesheet" else []
        elif ELSEWHERE.match(address):
            assert known["rel"] in ("license", REPLIES_LINK)
            self.outward.append(address)
        else:
            self.links.append(address)


def pages_of(site: Path) -> Iterator[Page]:
    """Every page of a site, read."""
    for path in sorted(site.rglob("*.html")):
        yield Page(path)


def target(page: Page, address: str) -> tuple[Path, str]:
    """The file that an address leads to, and the place in it."""
    parts = urlsplit(address)
    assert not parts.scheme, (page.path, address)
    assert not parts.netloc, (page.path, address)
    assert not parts.path.startswith("/"), (page.path, address)
    place = page.path.parent / unquote(parts.path) if parts.path else page.path
    return place.resolve(), unquote(parts.fragment)
