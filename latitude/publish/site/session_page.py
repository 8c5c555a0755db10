"""The page of a session: its circumstances, its transcript, how it ended, how to check it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from latitude.compare.html.markup import Markup, join, tag, whole
from latitude.core.events import MessageSent, SessionOpened
from latitude.journal.circumstances import withheld_lines
from latitude.publish.manifest import Published
from latitude.publish.publication import Edition
from latitude.publish.site.fitting import fill
from latitude.publish.site.places import protocol_path, session_path
from latitude.publish.site.shell import Link, Sheet, page_of, to, ways_around
from latitude.publish.site.voices import Annex, Voices
from latitude.publish.site.wording import clock, day, made, signed, who

ROOM = 120_000
"""Bytes of a transcript on one page."""


MOST_NAMED = 20
"""Sessions that carry one on and are named on its page; the others are counted."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The sessions before and after it in the archive, and those in one line with it."""

    before: Link | None
    after: Link | None
    carries_on: Link | None = None
    """The page of the session that it carries on, where the release has it."""
    carried_on: tuple[Link, ...] = ()
    """Those of the release that carry it on, oldest first; their ids are the words."""


def session_pages(
    edition: Edition,
    neighbours: Neighbours,
    works: Markup,
    commits: Mapping[str, str],
    annex: Annex,
) -> Iterator[Sheet]:
    """Yield the pages of a session: one, or several where the transcript is long.

    ``works`` is what it made, to stand before the transcript; ``commits`` are the addresses at
    which its commits are shown. Raises as the methods of ``annex`` do.
    """
    row = edition.row
    pages = list(fill(_sections(_turns(edition, Voices(commits, annex))), ROOM))
    for number, page in enumerate(pages, start=1):
        of = page_of(number, len(pages))
        body = [tag("h1", None, who(row))]
        if number == 1:
            body += [_byline(row), *_carries_on(edition, neighbours.carries_on)]
            body += [_conditions(edition), works]
        else:
            body.append(tag("p", {"class": "byline"}, f"Page {number} of {len(pages)}"))
        body += page
        if number == len(pages):
            body += [_end(edition, neighbours.carried_on)]
        before, after = ways_around(partial(session_path, row.id), number, len(pages))
        yield Sheet(
            path=session_path(row.id, number),
            title=f"{who(row)}, {day(row.opened)}{of}",
            body=tag("article", {"class": "session"}, *body),
            before=before or neighbours.before,
            after=after or neighbours.after,
        )


def _sections(turns: Iterable[tuple[int, list[Markup]]]) -> Iterator[Markup]:
    """Each turn as a section of a page; one that is longer than a page as several."""
    for number, parts in turns:
        for place, some in enumerate(fill(parts, ROOM)):
            yield _turn(number, some, goes_on=place > 0)


def _turns(edition: Edition, voices: Voices) -> Iterator[tuple[int, list[Markup]]]:
    number = 0
    parts: list[Markup] = []
    for record in edition.matter.records:
        event = record.event
        if isinstance(event, MessageSent) and event.turn != number:
            parts += voices.rest()
            if parts:
                yield number, parts
            number, parts = event.turn, []
        parts += voices.parts(record)
    parts += voices.rest()
    if parts:
        yield number, parts


def _turn(number: int, parts: Sequence[Markup], *, goes_on: bool) -> Markup:
    if not number:
        return join(*parts)
    name = f"turn-{number}"
    heading = tag("h2", {"id": name}, f"Turn {number}{', continued' if goes_on else ''}")
    return tag("section", {"class": "turn", "aria-labelledby": name}, heading, *parts)


def _byline(row: Published) -> Markup:
    said = [
        tag("a", {"href": f"../../{protocol_path(row)}"}, row.protocol),
        f" · {day(row.opened)} · {made(row)} · {row.how}",
    ]
    signature = signed(row, "Signed: ")
    shown = tag("p", {"class": "signed"}, signature) if signature else Markup()
    return join(tag("p", {"class": "byline"}, *said), shown)


def _carries_on(edition: Edition, link: Link | None) -> Iterator[Markup]:
    parent = edition.matter.opened.parent
    if parent is not None:
        name = parent.id if link is None else _way(link, edition.row)
        after = f" after turn {parent.turn}."
        yield tag("p", {"class": "byline"}, "This session carries on session ", name, after)


def _carried_on(row: Published, links: Sequence[Link]) -> Iterator[Markup]:
    if not links:
        return
    names: list[str] = [_way(link, row) for link in links[:MOST_NAMED]]
    if len(links) > len(names):
        names.append(f"{len(links) - len(names):,} more")
    between = [piece for name in names for piece in (", ", name)]
    yield tag("p", {"class": "note"}, "This session is carried on by ", *between[1:], ".")


def _way(link: Link, row: Published) -> Markup:
    return tag("a", {"href": to(link.href, session_path(row.id))}, link.words)


def _conditions(edition: Edition) -> Markup:
    row, opened = edition.row, edition.matter.opened
    facts: list[tuple[str, str]] = [
        ("Begun", clock(row.opened)),
        ("Ended", clock(row.closed)),
        ("Attended", "a person was there" if opened.conditions.attended else "nobody was there"),
        ("Model as asked", f"{opened.model.provider}/{opened.model.name}".rstrip("/")),
        ("Model as returned", edition.matter.closed.summary.model or "nothing came back"),
        ("Protocol", f"{row.protocol}, version {opened.protocol.version}"),
        ("Ways out", _ways_out(opened)),
        ("Tools", ", ".join(tool.name for tool in opened.tools) or "none"),
        (
            "Limits",
            ", ".join(f"{value:g} {name}" for name, value in opened.limits.finite().items()),
        ),
    ]
    if opened.conditions.study:
        arm = f"{opened.conditions.study}, arm {opened.conditions.arm}"
        facts.append(("Study", f"{arm}, repeat {opened.conditions.repeat}"))
    if opened.parent is not None:
        facts.append(("Carries on", f"{opened.parent.id}, after turn {opened.parent.turn}"))
    facts += [("Not offered", line) for line in withheld_lines(opened.conditions)]
    facts.append(("Session", row.id))
    pairs = [
        join(tag("dt", None, name), tag("dd", None, whole(" ".join(value.split()))))
        for name, value in facts
    ]
    return tag(
        "details",
        {"class": "conditions"},
        tag("summary", None, "Conditions"),
        tag("dl", {"class": "facts"}, *pairs),
    )


def _ways_out(opened: SessionOpened) -> str:
    ways = [f"“{phrase}”" for phrase in opened.exit.phrases]
    return ", ".join([*ways, *([opened.exit.tool] if opened.exit.tool else [])]) or "none"


def _end(edition: Edition, carried_on: Sequence[Link]) -> Markup:
    row = edition.row
    said = [tag("p", {"class": "ending"}, row.ended), *_carried_on(row, carried_on)]
    if row.overridden:
        said.append(
            tag(
                "p",
                {"class": "note"},
                "The model wished that this session is not shown. It is shown all the same. "
                f"Whoever publishes it gives this reason: {row.overridden}",
            )
        )
    said += _taken(row)
    seal = [
        ("Fingerprint", row.fingerprint),
        *([("Of the original", row.original)] if row.original else []),
        *([("Last commit", row.tip)] if row.tip else []),
    ]
    pairs = [join(tag("dt", None, name), tag("dd", None, value)) for name, value in seal]
    record = tag("a", {"href": "journal.jsonl"}, "The record of this session, line by line")
    return tag(
        "section",
        {"class": "end", "aria-label": "The end"},
        *said,
        tag("dl", {"class": "facts seal"}, *pairs),
        tag("p", {"class": "note"}, record),
    )


def _taken(row: Published) -> Iterator[Markup]:
    if not row.taken_out:
        return
    lines = [
        tag("li", None, f"{taken.rule}, {taken.count:,} times: {taken.why}")
        for taken in row.taken_out
    ]
    yield tag(
        "div",
        {"class": "note"},
        tag("p", None, "This is a redacted copy. Taken out of the record and of what was made:"),
        tag("ul", None, *lines),
    )
