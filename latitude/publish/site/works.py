"""What a session left, and how each thing is shown: alive in a frame, as a picture, as words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from html import unescape
from typing import Literal

from latitude.artifacts.orders import StoredFile
from latitude.compare.html.markup import Markup, join, tag
from latitude.compare.words import label
from latitude.compare.works.contents import text_of
from latitude.publish.publication import Edition
from latitude.publish.site.fitting import beginning, fill
from latitude.publish.site.inlining import MOST, Inliner
from latitude.publish.site.living import POLICY, living
from latitude.publish.site.places import session_path
from latitude.publish.site.shell import POLICY as USUAL_POLICY
from latitude.publish.site.shell import Link, Sheet, page_of, ways_around
from latitude.publish.site.style import style
from latitude.publish.site.voices import Annex
from latitude.publish.site.wording import signed, size, who
from latitude.workspace.browser.serving import kind_of

WorkKind = Literal["page", "picture", "sound", "text", "file"]
"""As what a file is shown; a "file" is only named."""

MOST_WORKS = 500
"""Files of a session that are shown; the bag has them all."""
MOST_LISTED = 100
"""Of those, the ones that are named on the session's own page; a page beside it names all."""
ROOM = 120_000
"""Bytes of such a list on one page."""
LARGEST = 20_000_000
"""Bytes of a file that is read."""
MOST_READ = 100_000_000
"""Bytes of all the files of a session that are read; what no longer fits is only named."""
LONGEST_TEXT = 100_000
"""Bytes of markup of a text that are shown; a longer one lies beside its page, whole."""
_LONGEST_NAME = 120

_INERT: tuple[tuple[bytes, str, WorkKind], ...] = (
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
_ALIVE = (
    "The page as the model made it, alive in a frame of its own. It can load nothing and reach "
    "nothing outside the frame."
)
_MOST_MISSING = 12
_TITLE = re.compile(r"<title[^>]{0,200}>(.{1,300}?)</title", re.IGNORECASE | re.DOTALL)
_TITLE_WITHIN = 20_000
"""Characters of a page in which its title is looked for."""


@dataclass(frozen=True, slots=True)
class Work:
    """One file that a session left."""

    number: int
    path: str
    shown: WorkKind
    size: int
    """Bytes."""
    data: bytes = b""
    """Empty where it, or all of them together, are too large to be read."""
    text: str = ""
    """Its words, of a page or a text."""
    ending: str = ""
    """Of the file that it becomes on the site, where it is a picture or a sound."""

    @property
    def name(self) -> str:
        """Its path, on one line, not too long for a list, and never invisible."""
        name = label(self.path, _LONGEST_NAME)
        return name if name.strip() else f"“{name}”"

    @property
    def title(self) -> str:
        """The title that a page gives itself, or its name."""
        found = _TITLE.search(self.text[:_TITLE_WITHIN]) if self.shown == "page" else None
        title = " ".join(unescape(found[1]).split()) if found else ""
        return label(title, _LONGEST_NAME) if title else self.name


def inert_kind(data: bytes) -> tuple[str, WorkKind] | None:
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
    found = await repository.read_files(tip, list(_that_fit(files)))
    return tuple(
        _work(number, one.path, one.size or 0, found.get(one.path))
        for number, one in enumerate(files, start=1)
    )


def _that_fit(files: Iterable[StoredFile]) -> Iterator[str]:
    room = MOST_READ
    for one in files:
        size = one.size or 0
        if size <= min(LARGEST, room):
            room -= size
            yield one.path


def _work(number: int, path: str, length: int, data: bytes | None) -> Work:
    if data is None:
        return Work(number, path, "file", length)
    inert = inert_kind(data)
    if inert is not None:
        ending, kind = inert
        return Work(number, path, kind, length, data, ending=ending)
    text = text_of(data)
    if text is None:
        # It may still be a part of a page, such as a font.
        return Work(number, path, "file", length, data)
    alive = kind_of(path) == "page" and length <= MOST
    return Work(number, path, "page" if alive else "text", length, data, text)


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
    lines = [_line(work) for work in works[:MOST_LISTED]]
    more = edition.row.files - len(lines)
    if more > 0:
        said: str = f"and {more:,} more"
        if len(works) > len(lines):
            said = tag("a", {"href": "works.html"}, said)
        lines.append(tag("li", {"class": "note"}, said))
    history = tag("a", {"href": "history.html"}, "How it came to be, turn by turn")
    return tag(
        "section",
        {"class": "works", "aria-labelledby": "works"},
        tag("h2", {"id": "works"}, "What it made"),
        tag("ul", None, *lines),
        tag("p", {"class": "note"}, history),
    )


def _line(work: Work) -> Markup:
    kind = "" if work.shown == "text" else f"{work.shown}, "
    said = tag("span", {"class": "dim"}, f" {kind}{size(work.size)}")
    return tag("li", None, tag("a", {"href": f"work-{work.number}.html"}, work.name), said)


def work_pages(edition: Edition, works: Sequence[Work], annex: Annex) -> Iterator[Sheet]:
    """Yield a page for each work, one after the other, and pages that name all where they are many.

    The neighbours of a work are those of the same session. Raises as the methods of ``annex`` do.
    """
    inliner = Inliner({work.path: work.data for work in works if work.data})
    if len(works) > MOST_LISTED:
        yield from _lists(edition, works)
    for place, work in enumerate(works):
        before = works[place - 1] if place else None
        after = works[place + 1] if place + 1 < len(works) else None
        seen = _seen(work, inliner, annex)
        yield _sheet(edition, work, before, after, seen)


def _lists(edition: Edition, works: Sequence[Work]) -> Iterator[Sheet]:
    row = edition.row
    place = partial(_list_path, row.id)
    pages = list(fill(map(_line, works), ROOM))
    more = row.files - len(works)
    rest = tag("p", {"class": "note"}, f"The bag holds {more:,} more.") if more > 0 else Markup()
    for number, page in enumerate(pages, start=1):
        of = page_of(number, len(pages))
        before, after = ways_around(place, number, len(pages))
        yield Sheet(
            path=place(number),
            title=f"What it made, {who(row)}{of}",
            body=tag(
                "article",
                {"class": "work"},
                tag("h1", None, "What it made"),
                tag("p", {"class": "byline"}, tag("a", {"href": "index.html"}, who(row)), of),
                tag("ul", None, *page),
                rest if number == len(pages) else Markup(),
            ),
            before=before,
            after=after,
        )


def _list_path(session: str, number: int) -> str:
    return f"sessions/{session}/{'works' if number == 1 else f'works-{number}'}.html"


def _sheet(
    edition: Edition, work: Work, before: Work | None, after: Work | None, seen: Markup
) -> Sheet:
    row = edition.row
    alive = work.shown == "page"
    back = tag(
        "a", {"href": session_path(row.id).rpartition("/")[2]}, f"{who(row)}, {row.protocol}"
    )
    told = f" · {size(work.size)}{signed(row, ' · signed: ')}"
    path = label(work.path) if work.path.strip() else work.name
    titled = work.title != work.name
    return Sheet(
        path=work_path(row.id, work),
        title=f"{work.title}, {who(row)}",
        body=tag(
            "article",
            {"class": "work"},
            tag("h1", None, work.title if titled else path),
            tag("p", {"class": "path"}, tag("code", None, path)) if titled else Markup(),
            tag("p", {"class": "byline"}, "Made by ", back, told),
            seen,
        ),
        before=Link(work_path(row.id, before), before.name) if before else None,
        after=Link(work_path(row.id, after), after.name) if after else None,
        policy=POLICY if alive else USUAL_POLICY,
        style=style() if alive else None,
    )


def _seen(work: Work, inliner: Inliner, annex: Annex) -> Markup:
    place = f"work-{work.number}.{work.ending}"
    match work.shown:
        case "page":
            inlined = inliner.page(work.text, work.path)
            source = tag("summary", None, "Its source"), _source(work, annex)
            return join(
                living(work.path, inlined.html),
                tag("p", {"class": "note"}, _ALIVE),
                _missing(inlined.left_out),
                tag("details", {"class": "source"}, *source),
            )
        case "picture":
            picture = tag("img", {"src": place, "alt": f"The picture {work.name}"})
            return tag("figure", {"class": "picture"}, picture)
        case "sound":
            return tag("audio", {"controls": "", "preload": "none", "src": place})
        case "text":
            return _source(work, annex)
        case _:
            return tag("p", {"class": "note"}, "This file is not shown here. The bag holds it.")


def _missing(paths: Sequence[str]) -> Markup:
    """Say what does not stand in a frame."""
    if not paths:
        return Markup()
    names = [label(path, _LONGEST_NAME) for path in paths[:_MOST_MISSING]]
    if len(paths) > len(names):
        names.append(f"{len(paths) - len(names):,} more")
    said = f"Not in the frame, for the pages would be too heavy: {', '.join(names)}."
    return tag("p", {"class": "note"}, said)


def _source(work: Work, annex: Annex) -> Markup:
    shown, missing = beginning(work.text, LONGEST_TEXT)
    code = tag("pre", {"class": "source", "tabindex": "0"}, shown)
    if not missing:
        return code
    link = tag("a", {"href": annex.text(work.text)}, f"All {len(work.text):,} characters")
    return join(code, tag("p", {"class": "note"}, link))
