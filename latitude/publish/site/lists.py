"""Pages that lead to sessions: the front, all of them, those of a model, those of a protocol."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from latitude.compare.html.markup import Markup, anchors, join, tag, whole
from latitude.core.events import SessionOpened
from latitude.journal.margin import counted
from latitude.publish.manifest import Manifest, Published, Withheld
from latitude.publish.site.feed import FILE as FEED
from latitude.publish.site.places import model_path, protocol_path, session_path
from latitude.publish.site.shell import Link, Sheet, to
from latitude.publish.site.wording import day, made, signed, who

A_PAGE = 150
"""Sessions on one page of a list; a list that is longer has several."""
NEWEST = 40
"""Sessions on the front page."""


def model_anchors(manifest: Manifest) -> Mapping[str, str]:
    """Give each model of the archive a name that an address can bear."""
    models = sorted({who(row) for row in manifest.sessions})
    return dict(zip(models, anchors(models), strict=True))


def front(manifest: Manifest, beside: Sequence[Link], *, gallery: bool) -> Sheet:
    """Return the first page: what this is, the models, the protocols, the endings, the newest.

    ``beside`` are the ways to pages that show sessions beside each other.
    """
    rows = manifest.sessions
    names = model_anchors(manifest)
    models = Counter(who(row) for row in rows)
    protocols = Counter((row.protocol, protocol_path(row)) for row in rows)
    ends = Counter(row.how for row in rows)
    body = [
        tag("h1", None, manifest.title),
        tag("p", {"class": "byline"}, f"{', '.join(manifest.authors)} · {manifest.released}"),
        tag("div", {"class": "plain"}, whole(manifest.description)),
        _rehearsed(rows),
        _counted("Models", "models", [(m, model_path(names[m]), n) for m, n in models.items()]),
        _counted("Protocols", "protocols", [(p, page, n) for (p, page), n in protocols.items()]),
        _counted("How they ended", "endings", [(e, None, n) for e, n in ends.items()]),
        tag("h2", {"id": "newest"}, "The newest sessions" if len(rows) > NEWEST else "Sessions"),
        _rows(tuple(reversed(rows))[:NEWEST], "index.html"),
        _onward(manifest, beside, gallery=gallery),
    ]
    return Sheet(
        path="index.html",
        title="Contents",
        body=join(*body),
        after=Link(session_path(rows[0].id), "The first session") if rows else None,
    )


def _onward(manifest: Manifest, beside: Sequence[Link], *, gallery: bool) -> Markup:
    links = [("sessions.html", f"All {len(manifest.sessions):,} sessions")]
    links += [("gallery.html", "What was made")] if gallery else []
    links += [(link.href, link.words) for link in beside]
    links += [
        ("search.html", "Search"),
        (FEED, "Feed of new sessions"),
        ("about.html", "About this archive, and how to check it"),
    ]
    lines = [tag("li", None, tag("a", {"href": href}, words)) for href, words in links]
    return tag("ul", {"class": "list"}, *lines)


def _rehearsed(rows: Iterable[Published]) -> Markup:
    every = list(rows)
    scripts = sum(1 for row in every if row.provider == "rehearsal")
    if not scripts:
        return Markup()
    said = f"{scripts:,} of the {counted(len(every), 'session')} here are rehearsals: scripts, not "
    return tag("p", {"class": "note"}, f"{said}models.")


def _counted(title: str, name: str, items: Sequence[tuple[str, str | None, int]]) -> Markup:
    lines = []
    for words, href, number in sorted(items, key=lambda item: (-item[2], item[0])):
        named: str = words if href is None else tag("a", {"href": href}, words)
        said = tag("span", {"class": "dim"}, f" {counted(number, 'session')}")
        lines.append(tag("li", None, named, said))
    return join(tag("h2", {"id": name}, title), tag("ul", {"class": "list"}, *lines))


def _rows(rows: Iterable[Published], path: str) -> Markup:
    lines = []
    for row in rows:
        link = tag("a", {"href": to(session_path(row.id), path)}, who(row))
        told = f"{row.protocol} · {day(row.opened)} · {made(row)} · {row.how}"
        said = tag("span", {"class": "dim"}, f" {told}{signed(row, ' · signed ')}")
        lines.append(tag("li", None, link, said))
    if not lines:
        return tag("p", {"class": "note"}, "There are none.")
    return tag("ul", {"class": "list sessions"}, *lines)


def all_sessions(manifest: Manifest) -> Iterator[Sheet]:
    """Yield the pages of the list of all sessions, newest first, those held back at the end."""
    rows = tuple(reversed(manifest.sessions))
    yield from paged("sessions", "All sessions", rows, _held(manifest.withheld))


def _held(withheld: Sequence[Withheld]) -> Markup:
    if not withheld:
        return Markup()
    lines = [
        tag("li", None, tag("code", None, one.id), tag("span", {"class": "dim"}, f" {one.why}"))
        for one in withheld
    ]
    head = tag("h2", {"id": "held-back"}, "Held back")
    return join(head, tag("ul", {"class": "list"}, *lines))


def models(manifest: Manifest) -> Iterator[Sheet]:
    """Yield the pages of each model."""
    by_model: dict[str, list[Published]] = {}
    for row in reversed(manifest.sessions):
        by_model.setdefault(who(row), []).append(row)
    for model, name in model_anchors(manifest).items():
        rows = by_model[model]
        ends = Counter(row.how for row in rows)
        counted = _counted("How they ended", "endings", [(e, None, n) for e, n in ends.items()])
        yield from paged(model_path(name).removesuffix(".html"), model, rows, counted)


def protocol(given: str, opened: SessionOpened, manifest: Manifest) -> Iterator[Sheet]:
    """Yield the pages of a protocol: the exact words, and the sessions that were given them."""
    rows = tuple(row for row in reversed(manifest.sessions) if row.given == given)
    path = protocol_path(rows[0]).removesuffix(".html")
    yield from paged(path, rows[0].protocol, rows, _words(opened, given))


def _words(opened: SessionOpened, given: str) -> Markup:
    texts = opened.protocol.texts
    parts = [("The first message", texts.opening)]
    parts += [(f"Message {n}", text) for n, text in enumerate(texts.script, start=2)]
    if texts.offer is not None:
        parts.append((f"How the exit is told, with turn {texts.offer.turn}", texts.offer.text))
    parts.append(("Between turns, when nobody is there", texts.between or "Nothing is said."))
    shown = [
        join(tag("h3", None, title), tag("pre", {"class": "ours", "tabindex": "0"}, whole(text)))
        for title, text in parts
    ]
    tools = [
        tag("li", None, tag("code", None, tool.name), f" {tool.description}")
        for tool in opened.tools
    ]
    offered = [tag("h3", None, "Tools"), tag("ul", None, *tools)] if tools else []
    digest = tag("dl", {"class": "facts seal"}, tag("dt", None, "given"), tag("dd", None, given))
    said = "Every word that the model was given by us, to the byte."
    return join(
        tag("h2", {"id": "words"}, "The words"), tag("p", None, said), *shown, *offered, digest
    )


def paged(path: str, title: str, rows: Sequence[Published], aside: Markup) -> Iterator[Sheet]:
    """Yield one page, or several where ``rows`` are many; ``aside`` stands on the last."""
    pages = [rows[at : at + A_PAGE] for at in range(0, len(rows), A_PAGE)] or [()]

    def place(number: int) -> str:
        return f"{path}.html" if number == 1 else f"{path}-{number}.html"

    for number, part in enumerate(pages, start=1):
        of = f", page {number} of {len(pages)}" if len(pages) > 1 else ""
        listed = join(
            tag("p", {"class": "byline"}, f"{counted(len(rows), 'session')}{of}"),
            aside if number == 1 else Markup(),
            tag("h2", {"id": "sessions"}, "Sessions"),
            _rows(part, place(number)),
        )
        yield Sheet(
            path=place(number),
            title=f"{title}{of}",
            body=join(tag("h1", None, title), listed),
            before=Link(place(number - 1), "Newer") if number > 1 else None,
            after=Link(place(number + 1), "Older") if number < len(pages) else None,
        )
