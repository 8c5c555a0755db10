"""A page holds every number of its report, and nothing in it can act."""

import re
from collections import Counter
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings

from latitude.compare.figures import Column, Interval, Report, Row, Section, Table
from latitude.compare.html.contact_sheet import LARGEST
from latitude.compare.html.page import page
from latitude.compare.html.table import FOLD
from latitude.compare.words import label, passage
from tests.compare import hostile_reports, sample_reports

SAMPLES = {
    "study": sample_reports.study(),
    "one": sample_reports.with_one_session(),
    "empty": sample_reports.empty(),
    "many": sample_reports.many(),
    "hostile": hostile_reports.hostile(),
    "nothing": Report("Nothing", (), (), ()),
}
ALLOWED = {
    *("html", "head", "meta", "link", "title", "style", "body", "main", "header", "nav", "section"),
    *("h1", "h2", "h3", "p", "div", "span", "dl", "dt", "dd", "ol", "ul", "li", "a", "code", "img"),
    *("figure", "figcaption", "details", "summary", "data", "wbr"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
    *("svg", "desc", "defs", "g", "use", "pattern", "rect", "line", "path", "circle", "text"),
}
VOID = {"meta", "link", "img", "wbr"}
each = pytest.mark.parametrize("report", SAMPLES.values(), ids=SAMPLES.keys())


page_of = cache(page)
"""The pages of the samples, each made once."""


def whole(report: Report) -> ET.Element:
    """The page as a strict reader takes it: one mistake and there is no page."""
    return ET.fromstring(page_of(report).removeprefix("<!doctype html>\n"))


def local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


class Nesting(HTMLParser):
    """Takes the page as browsers do, and says what does not close what was opened."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.seen: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen[tag] += 1
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.seen[tag] += 1
        if tag not in VOID:
            self.wrong.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_comment(self, data: str) -> None:
        self.wrong.append(data)


@each
def test_both_readers_see_the_same_known_elements(report: Report) -> None:
    nesting = Nesting()
    nesting.feed(page_of(report))
    nesting.close()
    assert (nesting.open, nesting.wrong) == ([], [])
    assert set(nesting.seen) <= ALLOWED
    strictly = Counter(local(element).lower() for element in whole(report).iter())
    assert nesting.seen == strictly


@each
def test_no_attribute_can_act_or_ask(report: Report) -> None:
    for element in whole(report).iter():
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert name != "style"
            if name in ("href", "src"):
                assert value.startswith(("#", "data:image/")) or value == "data:,"


@each
def test_every_anchor_is_there_once_and_every_reference_leads_to_one(report: Report) -> None:
    document = whole(report)
    anchors = [element.attrib["id"] for element in document.iter() if "id" in element.attrib]
    assert len(anchors) == len(set(anchors))
    for element in document.iter():
        for named in ("aria-labelledby", "href"):
            for reference in element.attrib.get(named, "").split():
                assert reference.removeprefix("#") in {*anchors, "data:,"}


@each
def test_the_page_forbids_itself_all_but_its_style_and_pictures_inside_it(report: Report) -> None:
    shown = page_of(report)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', shown)
    assert policy is not None
    assert re.fullmatch(
        r"default-src &#x27;none&#x27;; style-src &#x27;sha256-[A-Za-z0-9+/=]{44}&#x27;; "
        r"img-src data:; base-uri &#x27;none&#x27;; form-action &#x27;none&#x27;",
        policy[1],
    )
    assert shown.index("Content-Security-Policy") < shown.index("<style")
    assert shown.count("<style>") == shown.count("</style>") == 1


@each
def test_nothing_hidden_is_left(report: Report) -> None:
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe]", page_of(report)
    )


def numbers_shown(document: ET.Element) -> Counter[float]:
    return Counter(float(data.attrib["value"]) for data in document.iter("data"))


def numbers_in(report: Report) -> Counter[float]:
    found: Counter[float] = Counter()
    for section in report.sections:
        for table in section.tables:
            for row in table.rows:
                for value in row.values:
                    if isinstance(value, Interval):
                        found.update([value.low, value.high])
                    elif isinstance(value, int | float) and not isinstance(value, bool):
                        found[float(value)] += value == value
    return +found


@given(hostile_reports.reports())
@settings(max_examples=80)
def test_every_number_and_every_word_of_every_table_is_there(report: Report) -> None:
    document = whole(report)
    assert not numbers_in(report) - numbers_shown(document)
    shown = "".join(document.itertext())
    for section in report.sections:
        assert label(section.title) in shown
        for paragraph in section.words:
            assert passage(paragraph) in shown
        for table in section.tables:
            for row in table.rows:
                assert all(label(session) in shown for session in row.sessions)
                assert all(label(value) in shown for value in row.values if isinstance(value, str))


def table(*rows: Row, standing="planned") -> Report:
    columns = (
        Column("arm", "arm"),
        Column("n", "n", "count"),
        Column("share", "share", "share"),
        Column("interval", "95 %", "interval"),
        Column("p", "p", "p"),
        Column("p_floor", "smallest p", "p"),
    )
    made = Table("exits", "Exits", columns, rows, ("Wilson intervals.",), standing)
    return Report("A report", (), (), (Section("exits", "How often?", (), (made,)),))


TIDE = Row(("tide", 20, 0.352, Interval(0.18, 0.57), 0.3, 0.1), ("20261120-231502-k3f9w2",))


def test_a_table_is_a_table_with_a_caption_and_scopes() -> None:
    document = whole(table(TIDE))
    assert "".join(document.find(".//caption").itertext()) == "Exits planned"
    assert [head.attrib["scope"] for head in document.iter("th")] == ["col"] * 5 + ["row"]
    assert document.find(".//div[@role='region']").attrib["aria-labelledby"] == "table-exits-title"


def test_people_read_short_numbers_and_programs_all_digits() -> None:
    cells = whole(table(TIDE)).findall(".//tbody/tr/td")
    assert ["".join(cell.itertext()) for cell in cells] == [
        *("20", "35 %", "18 to 57 %", "0.300 floor 0.100"),
    ]
    assert cells[1].find("data").attrib["value"] == "0.352"


def test_a_line_opens_to_the_sessions_behind_it() -> None:
    details = whole(table(TIDE)).find(".//tbody//details")
    assert "".join(details.find("summary").itertext()) == "tide"
    assert [code.text for code in details.iter("code")] == ["20261120-231502-k3f9w2"]


def test_a_long_list_of_sessions_folds() -> None:
    ids = tuple(f"20261120-231502-{number:06}" for number in range(FOLD + 7))
    details = whole(table(Row(TIDE.values, ids))).find(".//tbody//details")
    assert len(details.findall("./div/code")) == FOLD
    assert details.findtext("./details/summary") == "7 more"
    assert [code.text for code in details.iter("code")] == list(ids)


def test_a_line_without_sessions_does_not_open() -> None:
    assert whole(table(Row(TIDE.values))).find(".//tbody//details") is None


def test_an_n_of_one_is_called_an_anecdote() -> None:
    alone = Row(("tide", 1, *TIDE.values[2:]), TIDE.sessions)
    assert [mark.text for mark in whole(table(alone)).findall(".//span[@class='beside warn']")] == [
        "anecdote"
    ]


def test_an_empty_table_says_so() -> None:
    assert whole(table()).findtext(".//tbody/tr/td") == "No sessions."


@pytest.mark.parametrize("standing", ["planned", "exploratory", "descriptive"])
def test_each_table_says_whether_it_was_planned(standing) -> None:
    caption = whole(table(TIDE, standing=standing)).find(".//caption")
    assert standing in "".join(caption.itertext())


def test_warnings_stand_before_everything_but_the_title() -> None:
    body = whole(SAMPLES["one"]).find("body")
    said = [text.strip() for text in body.itertext() if text.strip()]
    assert said[0] == SAMPLES["one"].title
    assert tuple(said[1:3]) == SAMPLES["one"].warnings


def test_the_contents_lead_to_every_section() -> None:
    document = whole(SAMPLES["study"])
    links = [link.attrib["href"][1:] for link in document.findall(".//nav//a")]
    assert links == [section.name for section in SAMPLES["study"].sections]
    assert set(links) <= {head.attrib.get("id") for head in document.iter("h2")}


def test_a_plot_is_drawn_for_wide_and_for_narrow_windows_and_captioned() -> None:
    figure = whole(SAMPLES["study"]).find(".//figure")
    assert [div.attrib["class"] for div in figure.findall("./div/div")] == ["wide", "narrow"]
    assert "n = 120" in figure.findtext("figcaption")


def pictures() -> list[ET.Element]:
    return whole(SAMPLES["hostile"]).findall(".//img")


def test_pictures_are_data_and_only_of_kinds_that_are_pictures() -> None:
    kinds = {picture.attrib["src"].partition(";")[0] for picture in pictures()}
    assert kinds == {"data:image/png", "data:image/svg+xml"}
    assert all(picture.attrib["alt"] for picture in pictures())


def test_what_is_no_picture_is_told_in_words() -> None:
    said = [
        div.findtext("div") for div in whole(SAMPLES["hostile"]).findall(".//div[@class='excerpt']")
    ]
    assert "This is no picture that can be shown here." in said
    assert "There is no picture of this." in said


def test_a_picture_that_is_too_large_is_named_only() -> None:
    report = sample_reports.study()
    sheet = report.sections[-1].plots[0][1]
    huge = replace(sheet.groups[0][1][0], data=b"\x89PNG" + b"x" * LARGEST)
    section = replace(
        report.sections[-1], plots=(("One.", replace(sheet, groups=(("a", (huge,)),))),)
    )
    shown = page(replace(report, sections=(section,)))
    assert "A picture of 1.5 MB: too large to be shown here." in shown
    assert len(shown) < 50_000
