"""A report as one page that needs nothing else: no network, no script, no font of its own.

The page forbids itself everything but its own style and pictures inside it, so that nothing a
model wrote can act, even if it were not escaped. Every line of every table opens to the ids of the
sessions behind it, with or without JavaScript.
"""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from latitude.compare.figures import Plot, Report, Section, Sheet
from latitude.compare.html.contact_sheet import contact_sheet
from latitude.compare.html.markup import Markup, anchors, join, tag, text
from latitude.compare.html.palette import palette
from latitude.compare.html.table import table_of
from latitude.compare.svg.figure import draw
from latitude.compare.svg.parts import NARROW, WIDE
from latitude.compare.words import NO_SESSIONS, is_empty, label

_STYLE = Path(__file__).with_name("report.css")
_DIGEST = re.compile(r"[0-9a-f]{32,}")


def page(report: Report) -> str:
    """Return ``report`` as a whole HTML document, to be kept as UTF-8."""
    names = anchors((section.name for section in report.sections), taken=_OWN_ANCHORS)
    tables = anchors(table.name for section in report.sections for table in section.tables)
    left = iter([f"table-{name}" for name in tables])
    sections = [
        _section(section, name, [next(left) for _ in section.tables])
        for section, name in zip(report.sections, names, strict=True)
    ]
    main = tag(
        "main",
        None,
        tag("header", None, tag("h1", None, label(report.title)), _warnings(report)),
        _facts(report),
        _contents(report, names),
        *sections,
    )
    return "<!doctype html>\n" + tag("html", {"lang": "en"}, _head(report), tag("body", None, main))


_OWN_ANCHORS = ("contents", "warnings")


@cache
def _style() -> Markup:
    return join(palette(), Markup(_STYLE.read_text(encoding="utf-8")))


def _head(report: Report) -> Markup:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return tag(
        "head",
        None,
        tag("meta", {"charset": "utf-8"}),
        tag("meta", {"http-equiv": "Content-Security-Policy", "content": policy}),
        tag("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        tag("meta", {"name": "color-scheme", "content": "light dark"}),
        tag("meta", {"name": "referrer", "content": "no-referrer"}),
        tag("link", {"rel": "icon", "href": "data:,"}),
        tag("title", None, f"{label(report.title)} · latitude"),
        tag("style", None, _style()),
    )


def _warnings(report: Report) -> Markup:
    said = [tag("p", None, text(warning)) for warning in report.warnings]
    if not said:
        return Markup()
    return tag(
        "div",
        {"id": "warnings", "class": "warnings", "role": "note", "aria-label": "Read this first"},
        *said,
    )


def _facts(report: Report) -> Markup:
    pairs = []
    for named, value in report.facts:
        kind = "digest" if _DIGEST.fullmatch(value) else None
        pairs.append(tag("dt", None, text(named)))
        pairs.append(tag("dd", {"class": kind}, text(value)))
    how = tag(
        "p",
        {"class": "how"},
        "The name of each line of a table opens to the ids of the sessions behind it; ",
        tag("code", None, "latitude show ID"),
        " reads one.",
    )
    return join(tag("dl", {"class": "facts"}, *pairs) if pairs else Markup(), how)


def _contents(report: Report, names: list[str]) -> Markup:
    links = [
        tag("li", None, tag("a", {"href": f"#{name}"}, label(section.title)))
        for section, name in zip(report.sections, names, strict=True)
    ]
    if not links:
        return tag("p", None, "This report has no sections.")
    return tag(
        "nav",
        {"id": "contents", "aria-labelledby": "contents-title"},
        tag("h2", {"id": "contents-title"}, "Contents"),
        tag("ol", None, *links),
    )


def _section(section: Section, name: str, tables: list[str]) -> Markup:
    words = [tag("p", None, text(paragraph)) for paragraph in section.words]
    plots = [
        _figure(plot, caption, f"{name}-figure-{number}")
        for number, (caption, plot) in enumerate(section.plots, 1)
    ]
    shown = [table_of(table, own) for table, own in zip(section.tables, tables, strict=True)]
    return tag(
        "section",
        {"aria-labelledby": name},
        tag("h2", {"id": name}, label(section.title)),
        *words,
        *plots,
        *shown,
    )


def _figure(plot: Plot, caption: str, name: str) -> Markup:
    said = tag("figcaption", None, text(caption))
    if is_empty(plot):
        return tag("figure", None, tag("p", {"class": "empty"}, NO_SESSIONS), said)
    if isinstance(plot, Sheet):
        return tag("figure", {"class": "sheet"}, said, contact_sheet(plot))
    drawings = [
        tag("div", {"class": kind}, draw(plot, caption, f"{name}-{kind}", width))
        for kind, width in (("wide", WIDE), ("narrow", NARROW))
    ]
    region = {"class": "scroll", "role": "region", "tabindex": "0", "aria-label": label(caption)}
    return tag("figure", None, tag("div", region, join(*drawings)), said)
