"""Drawings are whole XML, lie inside their frame, and say in words what they show."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from latitude.compare.figures import (
    Curve,
    Curves,
    Estimate,
    Estimates,
    Interval,
    Matrix,
    Profile,
    Profiles,
    Sheet,
    Step,
)
from latitude.compare.svg.figure import draw
from latitude.compare.svg.parts import NARROW, WIDE, Scale, fit, lines_of, ticks, width_of
from tests.compare import hostile_reports, sample_reports

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {"svg", "title", "desc", "defs", "g", "use", "pattern", "rect", "line", "path", "circle"}
SAMPLES = [
    sample_reports.study(),
    sample_reports.with_one_session(),
    sample_reports.many(),
    hostile_reports.hostile(),
]
PLOTS = [
    plot
    for report in SAMPLES
    for section in report.sections
    for _, plot in section.plots
    if not isinstance(plot, Sheet)
]


def parsed(plot, width: float = WIDE) -> ET.Element:
    return ET.fromstring(draw(plot, "a title", "here", width))


def words_of(drawing: ET.Element) -> list[str]:
    return [text.text or "" for text in drawing.iter(f"{SVG}text")]


def told(drawing: ET.Element) -> str:
    return drawing.findtext(f"{SVG}desc") or ""


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: type(plot).__name__)
def test_a_drawing_is_made_of_known_shapes_and_lies_in_its_frame(plot, width: float) -> None:
    drawing = parsed(plot, width)
    _, _, wide, high = map(float, drawing.attrib["viewBox"].split())
    for shape in drawing.iter():
        assert shape.tag.removeprefix(SVG) in SHAPES | {"text"}
        assert not [name for name in shape.attrib if name.startswith("on") or name == "style"]
        for text in (shape,) if shape.tag == f"{SVG}text" else ():
            assert -1 <= float(text.attrib["y"]) <= high
            assert -1 <= start_of(text) <= end_of(text) <= wide + 1


def start_of(text: ET.Element) -> float:
    side = {"end": 1.0, "middle": 0.5}.get(text.attrib.get("text-anchor", ""), 0.0)
    return float(text.attrib["x"]) - side * size_of(text)


def end_of(text: ET.Element) -> float:
    return start_of(text) + size_of(text)


def size_of(text: ET.Element) -> float:
    """As wide as DejaVu Serif sets it, which is as wide as serifs get: about 0.6 of the height."""
    small = "small" in text.attrib.get("class", "")
    return width_of(text.text or "") * 0.9 * (11 / 13 if small else 1)


@given(hostile_reports.plots, st.sampled_from([WIDE, NARROW]))
@settings(max_examples=60)
def test_any_plot_gives_whole_xml(plot, width: float) -> None:
    drawing = parsed(plot, width)
    assert drawing.attrib["role"] == "img"
    assert drawing.attrib["aria-labelledby"] == "here-title here-desc"
    assert "nan" not in ET.tostring(drawing, encoding="unicode").split("<desc", 1)[0]


@given(hostile_reports.plots)
@settings(max_examples=60)
def test_every_anchor_begins_with_the_drawing_s_own_and_is_there_once(plot) -> None:
    drawing = draw(plot, "a title", "own", WIDE)
    anchors = [
        shape.attrib["id"] for shape in ET.fromstring(drawing).iter() if "id" in shape.attrib
    ]
    assert len(anchors) == len(set(anchors))
    assert all(anchor.startswith("own-") for anchor in anchors)
    assert set(re.findall(r"url\(#([^)]*)\)|href=\"#([^\"]*)\"", drawing)) <= {
        pair for anchor in anchors for pair in ((anchor, ""), ("", anchor))
    }


HALF = Interval(0.18, 0.57)


def test_an_estimate_says_its_value_its_interval_and_its_n() -> None:
    drawing = parsed(Estimates("share", (Estimate("tide", 20, 0.35, HALF),)))
    assert told(drawing) == "share.\ntide: 35 %, 18 to 57 %, n = 20.\n"
    assert {"tide", "35 %", "20", "n"} <= set(words_of(drawing))


def test_one_session_is_hollow_and_called_an_anecdote() -> None:
    drawing = parsed(Estimates("share", (Estimate("tide", 1, 1.0),)))
    assert "anecdote" in words_of(drawing)
    assert [dot.attrib["class"] for dot in drawing.iter(f"{SVG}circle")] == ["mark hollow"]


def test_what_cannot_be_told_has_no_point() -> None:
    drawing = parsed(Estimates("share", (Estimate("tide", 0, None),)))
    assert "—" in words_of(drawing)
    assert list(drawing.iter(f"{SVG}circle")) == []


def curves(many: int) -> Curves:
    steps = (Step(0, 1.0, 1.0, 1.0), Step(5, 0.5, 0.3, 0.7))
    made = tuple(Curve(f"arm {at}", 20, steps, (3.0, 3.0, 8.0)) for at in range(many))
    return Curves("turns", "share still going", 20, made)


def lines(drawing: ET.Element, kind: str) -> list[ET.Element]:
    found = [each for each in drawing.iter() if kind in each.attrib.get("class", "").split()]
    return list(found)


def test_few_curves_share_a_panel_and_differ_in_their_dashes() -> None:
    drawing = parsed(curves(3))
    kinds = [each.attrib["class"] for each in lines(drawing, "line")]
    assert [kind for kind in kinds if "leader" not in kind] == [
        *("line line-0", "line line-1", "line line-2"),
    ]
    assert words_of(drawing).count("n = 20") == 3


def test_many_curves_get_a_panel_each_with_all_others_in_grey() -> None:
    drawing = parsed(curves(5))
    assert len(lines(drawing, "ghost")) == 5
    assert len(list(drawing.iter(f"{SVG}use"))) == 5
    assert len(lines(drawing, "line-0")) == 5


def test_a_curve_has_its_band_and_a_tick_where_a_session_was_lost_from_sight() -> None:
    drawing = parsed(curves(1))
    assert len(lines(drawing, "band")) == 1
    assert len(lines(drawing, "censored")) == 2
    assert "arm 0, n = 20: 100 % at 0, 50 % at 5" in told(drawing)


def test_a_band_stops_where_it_is_not_known() -> None:
    steps = (Step(0, 1.0, 0.9, 1.0), Step(2, 0.8), Step(4, 0.5, 0.3, 0.7))
    drawing = parsed(Curves("turns", "share", 9, (Curve("a", 9, steps),)))
    assert len(lines(drawing, "band")) == 2


def test_parts_of_a_bar_are_named_where_there_is_room_and_numbered_where_not() -> None:
    plot = Profiles(
        "share of files", ("pages", "notes", "data"), (Profile("a", 9, (0.9, 0.07, 0)),)
    )
    drawing = parsed(plot)
    assert {"pages 90 %", "1 pages", "2 notes", "3 data"} <= set(words_of(drawing))
    assert {"2", "2: 7 %"} & set(words_of(drawing))
    assert "a, n = 9: pages 90 %, notes 7 %, data 0 %." in told(drawing)
    fills = [part.attrib["fill"] for part in lines(drawing, "part")]
    assert len(set(fills)) == 3


def test_cells_of_a_matrix_bear_their_numbers() -> None:
    drawing = parsed(Matrix("likeness", ("a", "b"), ((1.0, 0.254), (None, 0.0))))
    assert {"1", "0.25", "—", "0"} <= set(words_of(drawing))
    shades = [float(cell.attrib["fill-opacity"]) for cell in lines(drawing, "heat")]
    assert shades == [0.42, 0.11, 0.0]


@example(2.0, 0.010000000000000002, 2)
@given(st.floats(-1e6, 1e6), st.floats(0.01, 1e6), st.integers(2, 9))
def test_ticks_are_few_round_and_inside(low: float, span: float, most: int) -> None:
    high = low + span
    found = ticks(low, high, most)
    assert 1 <= len(found) <= most
    slack = span * 1e-6
    assert all(low - slack <= tick <= high + slack for tick in found)


def test_a_scale_puts_what_lies_outside_at_its_edge() -> None:
    scale = Scale(0, 10, 100, 200)
    assert [scale(-5), scale(0), scale(5), scale(99)] == [100, 100, 150, 200]


@given(hostile_reports.words, st.floats(40, 400))
def test_names_are_cut_in_the_middle_to_their_room(words: str, room: float) -> None:
    edge = room + 1e-6
    assert width_of(fit(words, room)) <= edge
    for line in lines_of(words, room, 2):
        assert width_of(line) <= edge
    assert len(lines_of(words, room, 2)) <= 2


def test_a_long_name_keeps_both_its_ends() -> None:
    assert fit("claude-opus-5-5 with the plain wording", 150).startswith("claude-op")
    assert fit("claude-opus-5-5 with the plain wording", 150).endswith("wording")


def test_the_samples_hold_every_kind_of_plot() -> None:
    assert {type(plot) for plot in PLOTS} == {Estimates, Curves, Profiles, Matrix}


def test_a_value_that_is_no_number_is_not_drawn() -> None:
    none = float("nan")
    drawing = parsed(Estimates("share", (Estimate("a", 9, none, Interval(none, none)),)))
    assert list(drawing.iter(f"{SVG}circle")) == []
    assert lines(drawing, "whisker") == []
    assert lines(parsed(Matrix("likeness", ("a",), ((none,),))), "heat") == []
