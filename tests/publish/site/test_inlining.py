"""A page with the files beside it drawn into it: which come, in what words, and what stays out."""

import base64
import gc
import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.publish.site import inlining
from latitude.publish.site.inlining import DEEPEST, MOST, Inliner

FILES = {
    "index.html": b"<p>home</p>",
    "moon.png": b"moon",
    "sub/sea.png": b"sea",
    "sub/style.css": b"a{background:url(sea.png)} @import 'more.css';",
    "sub/more.css": b"b{}",
    "a.css": b"a{}",
    "b c.css": b"c{}",
    "main.js": b"import {x} from './lib/x.js'; import('/lib/y.js')",
    "lib/x.js": b'export * from "../lib/y.js"',
    "lib/y.js": b"export const y = 1",
    "round.js": b"import './round.js'",
    "type.woff2": b"\0font",
}


def data(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


MOON = data("image/png", b"moon")
SEA = data("image/png", b"sea")


def page(html: str, path: str = "index.html", files=FILES) -> str:
    return Inliner(files).page(html, path).html


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('<img src="moon.png">', f'<img src="{MOON}">'),
        ("<img src='moon.png'>", f"<img src='{MOON}'>"),
        ("<img src=moon.png>", f"<img src={MOON}>"),
        ("<IMG ALT=src SRC = './moon.png?v=1#x'>", f"<IMG ALT=src SRC = '{MOON}'>"),
        ('<img src="/moon.png" alt="a">', f'<img src="{MOON}" alt="a">'),
        ('<video poster="moon.png" src="none.mp4">', f'<video poster="{MOON}" src="none.mp4">'),
        ('<image xlink:href="moon.png"/>', f'<image xlink:href="{MOON}"/>'),
        ("""x.innerHTML = "<img src='moon.png'>";""", f"""x.innerHTML = "<img src='{MOON}'>";"""),
        ("<p style='background: url( \"moon.png\" )'>", f"<p style='background: url({MOON})'>"),
        (
            '<p style="background:url(&quot;moon.png&quot;)">',
            f'<p style="background:url({MOON})">',
        ),
        ('<img srcset="moon.png 1x, /moon.png 2x">', f'<img srcset="{MOON} 1x, {MOON} 2x">'),
        ('<img alt="a > b" src=moon.png>', f'<img alt="a > b" src={MOON}>'),
        ("<p title=it's><img src=moon.png>", f"<p title=it's><img src={MOON}>"),
        ("<!-- <script> --><img src=moon.png>", f"<!-- <script> --><img src={MOON}>"),
        (
            "<script>p.style.background = 'url(moon.png)'</script>",
            f"<script>p.style.background = 'url({MOON})'</script>",
        ),
        (
            """<script>p.innerHTML = "<img src='moon.png'>"; a < b</script><img src=moon.png>""",
            f"""<script>p.innerHTML = "<img src='{MOON}'>"; a < b</script><img src={MOON}>""",
        ),
        ("<style>@font-face{src:url(type.woff2)}</style>", None),
        ('<style>@import "a.css";</style>', None),
        ('<link rel="stylesheet" href="a.css">', None),
    ],
)
def test_what_a_page_names_beside_it_is_put_into_it(html: str, shown: str | None) -> None:
    if shown is None:
        name = re.search(r"[\w.]+\.(css|woff2)", html)[0]
        kind = {"css": "text/css;charset=utf-8", "woff2": "font/woff2"}[name.rpartition(".")[2]]
        address = data(kind, FILES[name])
        shown = html.replace(name, address)
        if "<link" in html:
            shown = f'<style >@import "{address}";</style>'
    assert page(html) == shown


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://example.org/moon.png">',
        '<img src="//moon.png">',
        '<img src="none.png">',
        '<img src="../moon.png">',
        '<img src="sub">',
        '<img src="">',
        '<img src="#moon.png">',
        '<img src="data:,moon.png">',
        '<a href="index.html">home</a>',
        '<iframe src="index.html"></iframe>',
        '<link rel="icon" href="moon.png">',
        '<link rel="stylesheet" href="https://example.org/a.css">',
        "<style>a{background:url(http://example.org/x.png)}</style>",
        '<img src="moon.png',
        "url(" * 500,
        "<p>A line from 'a.css', and url(moon.png).</p>",
        "<pre>import 'lib/y.js'; @import 'a.css'</pre>",
        "<textarea><img src=moon.png></textarea><title><img src=moon.png></title>",
        "<p title=\"url(moon.png) src='moon.png'\">",
        "<img alt=\"src='moon.png'\">",
        "<!-- <img src=moon.png> -->",
        "<script>const said = `taken from 'lib/y.js'`</script>",
        "<script>Array.from('a.css')</script>",
        '<script type="application/json">["import \'lib/y.js\'"]</script>',
    ],
)
def test_what_lies_elsewhere_stays_named(html: str) -> None:
    assert page(html) == html


def test_names_are_taken_from_where_the_page_lies() -> None:
    assert page('<img src="sea.png">', "sub/index.html") == f'<img src="{SEA}">'
    assert page('<img src="../moon.png">', "sub/index.html") == f'<img src="{MOON}">'
    assert page('<img src="/moon.png">', "sub/index.html") == f'<img src="{MOON}">'
    assert (
        page('<link rel=stylesheet href="b%20c.css">') != '<link rel=stylesheet href="b%20c.css">'
    )


def inner(html: str) -> str:
    """The text of the first file that was put into a page."""
    return base64.b64decode(re.search(r"base64,([\w+/=]+)", html)[1]).decode()


def test_a_style_sheet_brings_what_it_names_and_keeps_for_whom_it_is() -> None:
    made = page('<link media="print" rel="preload stylesheet" href="sub/style.css">')
    assert made == '<link media="print" rel="preload stylesheet" href="sub/style.css">'
    made = page('<link media="print" rel="stylesheet" href="sub/style.css">')
    assert made.startswith('<style media="print">@import "data:text/css')
    more = data("text/css;charset=utf-8", b"b{}")
    assert inner(made) == f"a{{background:url({SEA})}} @import '{more}';"


def test_modules_bring_each_other_unless_they_go_round() -> None:
    made = inner(page('<script type="module" src="main.js"></script>'))
    kind = "text/javascript;charset=utf-8"
    last = data(kind, FILES["lib/y.js"])
    assert made.startswith("import {x} from 'data:text/javascript;")
    assert made.endswith(f"import('{last}')")
    assert inner(made) == f'export * from "{last}"'
    assert inner(page("<script type=module>import './round.js'</script>")) == "import './round.js'"


def test_files_within_files_go_only_so_deep() -> None:
    files = {f"{n}.css": f"@import '{n + 1}.css'; {'x' * 9}".encode() for n in range(40)}
    made = page('<link rel=stylesheet href="0.css">', files=files)
    for _ in range(DEEPEST - 1):
        made = inner(made)
        assert "base64," in made
    assert inner(made) == f"@import '{DEEPEST}.css'; {'x' * 9}"


def test_what_a_script_file_draws_is_named_from_where_the_page_lies() -> None:
    files = {
        "lib/draw.js": b"p.innerHTML = '<img src=moon.png>'; import '../lib/y.js'",
        "moon.png": b"moon",
        "lib/y.js": b"",
    }
    made = inner(page("<script type=module src=lib/draw.js></script>", files=files))
    assert f"<img src={MOON}>" in made
    assert "import 'data:text/javascript" in made


def test_a_page_that_names_much_stays_small_is_made_soon_and_says_what_is_missing() -> None:
    files = {f"{n}.css": b"".join(b"@import '%d.css';" % m for m in range(60)) for n in range(60)}
    files |= {"big.png": b"x" * 1_500_000, "nothing.css": b""}
    html = "".join(f"<style>@import '{n}.css'</style>" for n in range(60)) + "<img src=big.png>" * 9
    began = process_time()
    made = Inliner(files).page(html + "<link rel=stylesheet href=nothing.css>" * 9_000, "a.html")
    assert len(made.html) < MOST + 1_000_000
    assert "big.png" in made.left_out
    assert process_time() - began < 10


def test_all_pages_of_a_session_have_a_limit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inlining, "b64encode", counted := Counted(base64.b64encode))
    inliner = Inliner({"big.png": bytes(100_000)}, most=410_000)
    pages = [inliner.page("<img src=big.png>" * 2, f"{n}.html") for n in range(9)]
    assert sum(len(one.html) for one in pages) < 410_000 + 1_000
    assert [one.html.count("data:") for one in pages] == [2, 1, 0, 0, 0, 0, 0, 0, 0]
    assert [one.left_out for one in pages] == [(), *[("big.png",)] * 8]
    assert counted.calls == 1


class Counted:
    """A function, and how often it was called."""

    def __init__(self, function) -> None:
        self._function = function
        self.calls = 0

    def __call__(self, data: bytes) -> bytes:
        self.calls += 1
        return self._function(data)


MOTIFS = (
    *(" ", "=", "= ", "<", "<a ", "<img ", "<img src=", "<img src='", "<!--", "</style", "a", "a "),
    *('<a ="', "<a ='\"", "<script>", "<style>", "<textarea>", "<link rel=", "<link rel=' "),
    *(
        "url(",
        "url('",
        "url( ",
        "@import ",
        "@import '",
        "import",
        "import ",
        "import(",
        "import '",
    ),
    *("from ", "import x from ", "export {a} from'b'", "srcset=',", "<p style='url("),
)


@pytest.mark.parametrize(
    "begins", ["", "<script>import", "<style>@import", "<p style='", "<link rel="]
)
def test_time_grows_with_the_length_of_a_hostile_page(begins: str) -> None:
    def taken(motif: str, length: int) -> float:
        html = begins + motif * (length // len(motif)) + ">"
        began = process_time()
        page(html)
        return process_time() - began

    gc.collect()
    gc.disable()
    try:
        for motif in MOTIFS:
            short, long = (min(taken(motif, n) for _ in range(3)) for n in (10_000, 40_000))
            assert long < 10 * max(short, 5e-3), f"4 times {motif!r}; 16 would be quadratic"
    finally:
        gc.enable()


@given(st.lists(st.sampled_from(["<img src=", "'", '"', "moon.png", ">", "url(", ")", "@import "])))
def test_whatever_a_page_holds_only_the_names_in_it_change(parts: list[str]) -> None:
    html = "".join(parts)
    made = page(html)
    plain = re.sub(r"url\(\s*[\"']?(data:[\w/;,+=]+)[\"']?\s*\)", r"url(\1)", made)
    assert re.sub(r"[\"']", "", plain.replace(MOON, "moon.png")) == re.sub(r"[\"']", "", html)
