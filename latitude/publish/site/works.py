"""What a session left, and how each thing is shown: alive in a frame, as a picture, as words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from pathlib import Path
from typing import Literal

from latitude.compare.html.markup import Markup, join, tag, whole
from latitude.publish.publication import Edition
from latitude.publish.site.inlining import MOST, Inliner
from latitude.publish.site.session_page import session_path
from latitude.publish.site.shell import Link, Sheet
from latitude.publish.site.style import style
from latitude.publish.site.wording import size, who
from latitude.workspace.browser.serving import kind_of

Shown = Literal["page", "picture", "sound", "text", "file"]

LIVE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline' data:; script-src 'unsafe-inline' data: blob:; "
    "img-src data: blob:; media-src data: blob:; font-src data:; worker-src blob:; "
    "require-trusted-types-for 'script'; trusted-types default; base-uri 'none'; "
    "form-action 'none'"
)
"""For a page that holds a living one, which inherits it: no address that leads anywhere is in it,
so nothing that a model made can load or send. ``guard.js`` closes the way that no policy knows."""
MOST_WORKS = 500
"""Files of a session that are shown; the bag has them all."""
LARGEST = 20_000_000
"""Bytes of a picture or a sound."""
LONGEST_TEXT = 100_000
"""Characters of a text that are shown."""

_INERT: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png", "picture"),
    (b"\xff\xd8\xff", "jpg", "picture"),
    (b"GIF87a", "gif", "picture"),
    (b"GIF89a", "gif", "picture"),
    (b"OggS", "ogg", "sound"),
    (b"fLaC", "flac", "sound"),
    (b"ID3", "mp3", "sound"),
    (b"\xff\xfb", "mp3", "sound"),
)
"""What a file begins with that a browser cannot take for a page, whatever else it holds."""


@dataclass(frozen=True, slots=True)
class Work:
    """One file that a session left."""

    number: int
    path: str
    shown: Shown
    size: int
    data: bytes
    """Empty where it is too large to be shown."""
    ending: str = ""
    """Of the file that it becomes on the site, where it is a picture or a sound."""

    @property
    def text(self) -> str:
        """Its words, if it has any."""
        return self.data.decode("utf-8", "replace")


def inert_ending(data: bytes) -> tuple[str, str] | None:
    """Return the ending and the kind of a file that can only be looked at or listened to."""
    for start, ending, kind in _INERT:
        if data.startswith(start):
            return ending, kind
    if data[:4] == b"RIFF" and data[8:12] in (b"WEBP", b"WAVE"):
        return ("webp", "picture") if data[8:12] == b"WEBP" else ("wav", "sound")
    return None


async def read_works(edition: Edition) -> tuple[Work, ...]:
    """Return what the session left, in the order of the paths. Raises ``RecordBroken``."""
    if edition.row.tip is None:
        return ()
    repository, tip = edition.repository, edition.row.tip
    files = [one for one in await repository.files(tip) if one.stored is not None][:MOST_WORKS]
    small = [one.path for one in files if (one.size or 0) <= LARGEST]
    found = await repository.read_files(tip, small)
    return tuple(
        _work(number, one.path, one.size or 0, found.get(one.path))
        for number, one in enumerate(files, start=1)
    )


def _work(number: int, path: str, length: int, data: bytes | None) -> Work:
    if data is None:
        return Work(number, path, "file", length, b"")
    inert = inert_ending(data)
    if inert is not None:
        ending, kind = inert
        return Work(number, path, "picture" if kind == "picture" else "sound", length, data, ending)
    if not _is_text(data):
        return Work(number, path, "file", length, b"")
    shown: Shown = "page" if kind_of(path) == "page" and length <= MOST else "text"
    return Work(number, path, shown, length, data)


def _is_text(data: bytes) -> bool:
    if b"\0" in data[:8000]:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def work_path(session: str, work: Work) -> str:
    """Where the page of a work lies, from the root of the site."""
    return f"sessions/{session}/work-{work.number}.html"


def file_path(session: str, work: Work) -> str:
    """Where the bytes of a picture or a sound lie; its own name is never used."""
    return f"sessions/{session}/work-{work.number}.{work.ending}"


def works_list(edition: Edition, works: Sequence[Work]) -> Markup:
    """What it made, for the session's own page; nothing where it made nothing."""
    if not works:
        return Markup()
    lines = [_line(edition.row.id, work) for work in works]
    more = edition.row.files - len(works)
    if more > 0:
        lines.append(tag("li", {"class": "note"}, f"and {more:,} more"))
    history = tag("a", {"href": "history.html"}, "How it came to be, turn by turn")
    return tag(
        "section",
        {"class": "works", "aria-labelledby": "works"},
        tag("h2", {"id": "works"}, "What it made"),
        tag("ul", None, *lines),
        tag("p", {"class": "note"}, history),
    )


def _line(session: str, work: Work) -> Markup:
    href = work_path(session, work).rpartition("/")[2]
    words = {"page": "page", "picture": "picture", "sound": "sound", "text": "", "file": "file"}
    kind = words[work.shown]
    said = f" {kind}, {size(work.size)}" if kind else f" {size(work.size)}"
    return tag("li", None, tag("a", {"href": href}, work.path), tag("span", {"class": "dim"}, said))


def work_pages(edition: Edition, works: Sequence[Work]) -> list[Sheet]:
    """Return a page for each work; its neighbours are those of the same session."""
    inliner = Inliner({work.path: work.data for work in works if work.data})
    sheets = []
    for place, work in enumerate(works):
        before = works[place - 1] if place else None
        after = works[place + 1] if place + 1 < len(works) else None
        sheets.append(_sheet(edition, work, before, after, inliner))
    return sheets


def _sheet(
    edition: Edition, work: Work, before: Work | None, after: Work | None, inliner: Inliner
) -> Sheet:
    row = edition.row
    body = [
        tag("h1", None, work.path),
        _byline(edition, work),
        _seen(work, inliner),
    ]
    live = work.shown == "page"
    sheet = Sheet(
        path=work_path(row.id, work),
        title=f"{work.path}, {who(row)}",
        body=tag("article", {"class": "work"}, *body),
        before=Link(work_path(row.id, before), before.path) if before else None,
        after=Link(work_path(row.id, after), after.path) if after else None,
    )
    return sheet if not live else _alive(sheet)


def _alive(sheet: Sheet) -> Sheet:
    return replace(sheet, policy=LIVE_POLICY, style=style())


def _byline(edition: Edition, work: Work) -> Markup:
    row = edition.row
    back = tag(
        "a", {"href": session_path(row.id).rpartition("/")[2]}, f"{who(row)}, {row.protocol}"
    )
    signed = f" · signed: {row.signature}" if row.signature else ""
    return tag("p", {"class": "byline"}, "Made by ", back, f" · {size(work.size)}{signed}")


def _seen(work: Work, inliner: Inliner) -> Markup:
    match work.shown:
        case "page":
            note = (
                "The page as the model made it, alive in a frame of its own. It can load nothing "
                "and reach nothing outside the frame."
            )
            frame = _frame(work, inliner.page(work.text, work.path))
            return join(frame, tag("p", {"class": "note"}, note), _source(work, folded=True))
        case "picture":
            place = f"work-{work.number}.{work.ending}"
            picture = tag("img", {"src": place, "alt": f"The picture {work.path}"})
            return tag("figure", {"class": "picture"}, picture)
        case "sound":
            place = f"work-{work.number}.{work.ending}"
            return Markup(f'<audio controls="" preload="none" src="{escape(place)}"></audio>')
        case "text":
            return _source(work, folded=False)
        case _:
            return tag("p", {"class": "note"}, "This file is not shown here. The bag holds it.")


def _frame(work: Work, page: str) -> Markup:
    """The living page. Its text is escaped and not cleaned: within the frame it is what it is."""
    named = tag("span", {"title": f"{work.path}, alive"}).partition('title="')[2].partition('"')[0]
    held = _FRAMES.sub(r"<\1x-\2", page.replace("\0", "\ufffd"))
    html = escape(f"<script>{_guard()}</script>{held}", quote=True)
    return Markup(
        f'<iframe class="live" title="{named}" sandbox="allow-scripts" referrerpolicy="no-referrer"'
        f' loading="lazy" srcdoc="{html}"></iframe>'
    )


def _source(work: Work, *, folded: bool) -> Markup:
    text = work.text
    cut = f"\n… {len(text) - LONGEST_TEXT:,} more characters" if len(text) > LONGEST_TEXT else ""
    code = tag("pre", {"class": "source", "tabindex": "0"}, whole(text[:LONGEST_TEXT] + cut))
    if not folded:
        return code
    return tag("details", {"class": "source"}, tag("summary", None, "Its source"), code)


@cache
def _guard() -> str:
    return Path(__file__).with_name("guard.js").read_text(encoding="utf-8")


_FRAMES = re.compile(
    r"<(/?)(iframe|frame|frameset|object|embed|fencedframe|portal)\b", re.IGNORECASE
)
"""A frame within the frame would have what the guard takes away."""
_TITLE = re.compile(r"<title[^>]{0,200}>(.{1,300}?)</title", re.IGNORECASE | re.DOTALL)


def title_of(work: Work) -> str:
    """The title that a page gives itself, or the name of its file."""
    found = _TITLE.search(work.text[:20_000]) if work.shown == "page" else None
    return " ".join(found[1].split()) if found else work.path
