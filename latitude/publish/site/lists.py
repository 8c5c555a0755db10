"""Pages that lead to sessions: the front, all of them, those of a model, those of a protocol."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from latitude.compare.html.markup import Markup, anchors, join, tag, whole
from latitude.core.text import counted
from latitude.publish.manifest import Manifest, Published
from latitude.publish.site.feed import FILE as FEED
from latitude.publish.site.fitting import fill
from latitude.publish.site.places import model_path, page_path, protocol_path, session_path
from latitude.publish.site.shell import BACK_AND_ON, Link, Sheet, page_of, to, ways_around
from latitude.publish.site.wording import Names, clock, made, signed, who

A_PAGE = 150
"""Lines on one page of a list; a list that is longer has several."""
ROOM = 90_000
"""Bytes of lines on one page."""
NEWEST = 40
"""Sessions on the front page."""
MOST_NAMED = 40
"""Models, protocols or endings that stand before a list of sessions; a page has all of them."""
ALL_MODELS = "models/all--models"
ALL_PROTOCOLS = "protocols/all--protocols"
"""Without their endings. As in `page_path`, no model can be called so."""

_NOTHING = Markup()

Counted = tuple[str, str | None, int]
"""What sessions have in common, the page of it from the root of the site, and their number."""


class Lists:
    """The lists of one archive."""

    def __init__(self, manifest: Manifest, titles: Mapping[str, str]) -> None:
        """``titles`` are what sessions made, by session; those that made nothing have none."""
        self._manifest = manifest
        self._rows = manifest.sessions
        self._titles = titles
        self._names = Names(manifest.sessions)
        self._by_model: dict[tuple[str, str], list[Published]] = {}
        for row in reversed(manifest.sessions):
            self._by_model.setdefault((who(row), row.provider), []).append(row)
        models = sorted(self._by_model)
        self._anchors = dict(zip(models, anchors(name for name, _ in models), strict=True))

    def front(self, beside: Sequence[Link], *, gallery: bool) -> Sheet:
        """Return the first page: what this is, the models, the protocols, the endings, the newest.

        ``beside`` are the ways to pages that show sessions beside each other.
        """
        manifest, rows = self._manifest, self._rows
        body = [
            tag("h1", None, manifest.title),
            tag("p", {"class": "byline"}, f"{', '.join(manifest.authors)} · {manifest.released}"),
            tag("div", {"class": "plain"}, whole(manifest.description)),
            _rehearsed(rows),
            _some("Models", "models", self._models(), Link(f"{ALL_MODELS}.html", "model")),
            _some(
                "Protocols",
                "protocols",
                self._protocols(),
                Link(f"{ALL_PROTOCOLS}.html", "protocol"),
            ),
            _endings(rows),
            tag(
                "h2", {"id": "newest"}, "The newest sessions" if len(rows) > NEWEST else "Sessions"
            ),
            _list(self.lines(tuple(reversed(rows))[:NEWEST], "index.html")),
            _onward(manifest, beside, gallery=gallery),
        ]
        return Sheet(
            path="index.html",
            title="Contents",
            body=join(*body),
            after=Link(session_path(rows[0].id), "The first session") if rows else None,
        )

    def all_sessions(self, held: Markup) -> Iterator[Sheet]:
        """Yield the pages of the list of all sessions, newest first; ``held`` stands before it."""
        yield from self.sessions("sessions", "All sessions", tuple(reversed(self._rows)), held)

    def models(self) -> Iterator[Sheet]:
        """Yield the pages of each model, and one that names all where they are many."""
        for model, anchor in self._anchors.items():
            rows = self._by_model[model]
            stem = model_path(anchor).removesuffix(".html")
            yield from self.sessions(stem, self._names.model(rows[0]), rows, _endings(rows))
        yield from _whole(ALL_MODELS, "All models", "model", self._models())

    def protocol(self, rows: Sequence[Published], words: Markup) -> Iterator[Sheet]:
        """Yield the pages of a protocol: ``words``, and the sessions that were given them."""
        stem = protocol_path(rows[0]).removesuffix(".html")
        newest = tuple(reversed(rows))
        yield from self.sessions(stem, self._names.protocol(rows[0]), newest, words)

    def protocols(self) -> Iterator[Sheet]:
        """Yield the pages that name all protocols, where they are many."""
        yield from _whole(ALL_PROTOCOLS, "All protocols", "protocol", self._protocols())

    def sessions(
        self, stem: str, title: str, rows: Sequence[Published], aside: Markup
    ) -> Iterator[Sheet]:
        """Yield the pages of a list of sessions; ``aside`` stands on the first, before them."""
        lines = list(self.lines(rows, page_path(stem, 1)))
        head = tag("h2", {"id": "sessions"}, "Sessions")
        said = counted(len(rows), "session")
        yield from paged(stem, title, said, lines, join(aside, head), ("Newer", "Older"))

    def lines(self, rows: Iterable[Published], path: str) -> Iterator[Markup]:
        """Yield a line of contents for each session, as a page at ``path`` leads to it."""
        for row in rows:
            title = self._titles.get(row.id)
            work = [" · ", tag("em", None, title)] if title else []
            href = to(session_path(row.id), path)
            link = tag("a", {"href": href}, self._names.model(row), *work)
            told = f"{self._names.protocol(row)} · {clock(row.opened)} · {made(row)} · {row.how}"
            said = tag("span", {"class": "dim"}, f" {told}{signed(row, ' · signed ')}")
            yield tag("li", None, link, said)

    def _models(self) -> list[Counted]:
        return [
            (self._names.model(rows[0]), model_path(self._anchors[model]), len(rows))
            for model, rows in self._by_model.items()
        ]

    def _protocols(self) -> list[Counted]:
        every = Counter((self._names.protocol(row), protocol_path(row)) for row in self._rows)
        return [(name, path, number) for (name, path), number in every.items()]


def paged(
    stem: str,
    title: str,
    said: str,
    lines: Sequence[Markup],
    aside: Markup = _NOTHING,
    ways: tuple[str, str] = BACK_AND_ON,
) -> Iterator[Sheet]:
    """Yield one page, or several where ``lines`` are many; ``aside`` stands on the first.

    ``said`` tells how many lines there are, ``ways`` are the words that lead back and on.
    """
    some = [lines[at : at + A_PAGE] for at in range(0, len(lines), A_PAGE)]
    pages = [page for part in some for page in fill(part, ROOM)] or [()]
    place = partial(page_path, stem)
    for number, part in enumerate(pages, start=1):
        of = page_of(number, len(pages))
        before, after = ways_around(place, number, len(pages), ways)
        yield Sheet(
            path=page_path(stem, number),
            title=f"{title}{of}",
            body=join(
                tag("h1", None, title),
                tag("p", {"class": "byline"}, f"{said}{of}"),
                aside if number == 1 else _NOTHING,
                _list(part),
            ),
            before=before,
            after=after,
        )


def _list(lines: Iterable[Markup]) -> Markup:
    shown = list(lines)
    if not shown:
        return tag("p", {"class": "note"}, "There are none.")
    return tag("ul", {"class": "list sessions"}, *shown)


def _counted(items: Sequence[Counted], path: str) -> list[Markup]:
    """A line for each, those of most sessions first."""
    lines = []
    for words, href, number in sorted(items, key=lambda item: (-item[2], item[0])):
        named: str = words if href is None else tag("a", {"href": to(href, path)}, words)
        said = tag("span", {"class": "dim"}, f" {counted(number, 'session')}")
        lines.append(tag("li", None, named, said))
    return lines


def _some(title: str, name: str, items: Sequence[Counted], rest: Link | None = None) -> Markup:
    """The first of ``items``, as the front page or a page without ways in it names them.

    ``rest`` leads to all of them; its words are what one of them is called.
    """
    lines = _counted(items, "")[:MOST_NAMED]
    if (more := len(items) - len(lines)) > 0:
        said: str = (
            f"and {more:,} more" if rest is None else f"All {counted(len(items), rest.words)}"
        )
        shown = said if rest is None else tag("a", {"href": rest.href}, said)
        lines.append(tag("li", {"class": "note"}, shown))
    return join(tag("h2", {"id": name}, title), tag("ul", {"class": "list"}, *lines))


def _endings(rows: Iterable[Published]) -> Markup:
    ends = Counter(row.how for row in rows)
    return _some("How they ended", "endings", [(how, None, number) for how, number in ends.items()])


def _whole(stem: str, title: str, noun: str, items: Sequence[Counted]) -> Iterator[Sheet]:
    if len(items) > MOST_NAMED:
        lines = _counted(items, page_path(stem, 1))
        yield from paged(stem, title, counted(len(items), noun), lines)


def _onward(manifest: Manifest, beside: Sequence[Link], *, gallery: bool) -> Markup:
    links = [("sessions.html", f"All {counted(len(manifest.sessions), 'session')}")]
    links += [("gallery.html", "What was made")] if gallery else []
    links += [(link.href, link.words) for link in beside]
    links += [
        ("search.html", "Search"),
        (FEED, "Feed of new sessions"),
        ("about.html", "About this archive, and how to check it"),
    ]
    lines = [tag("li", None, tag("a", {"href": href}, words)) for href, words in links]
    return tag("ul", {"class": "list"}, *lines)


def _rehearsed(rows: Sequence[Published]) -> Markup:
    scripts = sum(1 for row in rows if row.provider == "rehearsal")
    if not scripts:
        return Markup()
    said = f"{scripts:,} of the {counted(len(rows), 'session')} here are rehearsals: scripts, not "
    return tag("p", {"class": "note"}, f"{said}models.")
