"""The page of a session: its circumstances, its transcript, how it ended, how to check it."""

from collections.abc import Iterator
from dataclasses import dataclass

from latitude.compare.html.markup import Markup, join, tag, whole
from latitude.core.events import MessageSent, SessionOpened
from latitude.journal.circumstances import withheld_lines
from latitude.publish.manifest import Published
from latitude.publish.publication import Edition
from latitude.publish.site.shell import Link, Sheet
from latitude.publish.site.voices import PutAside, PutPicture, Voices
from latitude.publish.site.wording import clock, day, made, who

ROOM = 120_000
"""Characters of markup on one page of a transcript; a turn that is longer has one of its own."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The sessions before and after it in the archive."""

    before: Link | None
    after: Link | None


def session_path(session: str, number: int = 1) -> str:
    """Where a page of a session lies, from the root of the site."""
    return f"sessions/{session}/{'index' if number == 1 else f'page-{number}'}.html"


def history_path(session: str) -> str:
    """Where the page of its commits lies."""
    return f"sessions/{session}/history.html"


def session_pages(
    edition: Edition,
    neighbours: Neighbours,
    works: Markup,
    put_aside: PutAside,
    put_picture: PutPicture,
) -> Iterator[Sheet]:
    """Yield the pages of a session: one, or several where the transcript is long.

    ``works`` is what it made, to stand before the transcript.
    """
    row = edition.row
    turns = list(_turns(edition, put_aside, put_picture))
    parts = list(_in_pages(turns))
    for number, part in enumerate(parts, start=1):
        body = [tag("h1", None, who(row))]
        if number == 1:
            body += [_byline(row), _conditions(edition), works]
        else:
            body.append(tag("p", {"class": "byline"}, f"Page {number} of {len(parts)}"))
        body += part
        if number == len(parts):
            body += [_end(edition)]
        before = Link(session_path(row.id, number - 1), "The page before")
        after = Link(session_path(row.id, number + 1), "The next page")
        yield Sheet(
            path=session_path(row.id, number),
            title=f"{who(row)}, {day(row.opened)}",
            body=tag("article", {"class": "session"}, *body),
            before=neighbours.before if number == 1 else before,
            after=neighbours.after if number == len(parts) else after,
        )


def _in_pages(turns: list[Markup]) -> Iterator[list[Markup]]:
    page: list[Markup] = []
    length = 0
    for turn in turns:
        if page and length + len(turn) > ROOM:
            yield page
            page, length = [], 0
        page.append(turn)
        length += len(turn)
    yield page


def _turns(edition: Edition, put_aside: PutAside, put_picture: PutPicture) -> Iterator[Markup]:
    voices = Voices("history.html", put_aside, put_picture)
    number = 0
    parts: list[Markup] = []
    for record in edition.matter.records:
        event = record.event
        if isinstance(event, MessageSent) and event.turn != number:
            parts += voices.rest()
            if parts:
                yield _turn(number, parts)
            number, parts = event.turn, []
        parts += voices.parts(record)
    parts += voices.rest()
    if parts:
        yield _turn(number, parts)


def _turn(number: int, parts: list[Markup]) -> Markup:
    if not number:
        return join(*parts)
    name = f"turn-{number}"
    heading = tag("h2", {"id": name}, f"Turn {number}")
    return tag("section", {"class": "turn", "aria-labelledby": name}, heading, *parts)


def _byline(row: Published) -> Markup:
    said = [
        tag("a", {"href": f"../../{protocol_page(row)}"}, row.protocol),
        f" · {day(row.opened)} · {made(row)} · {row.how}",
    ]
    signed = (
        tag("p", {"class": "signed"}, f"Signed: {row.signature}") if row.signature else Markup()
    )
    return join(tag("p", {"class": "byline"}, *said), signed)


def protocol_page(row: Published) -> str:
    """Where the page of the words that a session was given lies."""
    return f"protocols/{row.given[:16]}.html"


def model_page(anchor: str) -> str:
    """Where the page of a model lies."""
    return f"models/{anchor}.html"


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


def _end(edition: Edition) -> Markup:
    row = edition.row
    said = [tag("p", {"class": "ending"}, row.ended)]
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
