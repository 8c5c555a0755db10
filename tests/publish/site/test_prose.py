"""A reply as HTML: what Markdown means, and that nothing in it acts, loads, hides or is lost."""

import gc
import re
from html.parser import HTMLParser
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.core.clean import clean
from latitude.publish.site.prose import DEEPEST, prose

ALLOWED = {
    "h3": set(),
    "h4": set(),
    "h5": set(),
    "h6": set(),
    "p": set(),
    "em": set(),
    "strong": set(),
    "s": set(),
    "code": {"class"},
    "pre": set(),
    "blockquote": set(),
    "ul": set(),
    "ol": {"start"},
    "li": {"value"},
    "table": set(),
    "thead": set(),
    "tbody": set(),
    "tr": set(),
    "th": {"scope"},
    "td": set(),
    "a": {"href", "rel"},
    "hr": set(),
}
OUTWARD = re.compile(r"https?://[^\s/]|mailto:[^\s@]+@")


class Page(HTMLParser):
    """Reads HTML as a stranger would, and fails on what a reply may not become."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self.deepest = 0
        self.feed(markup)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert {name for name, _ in attrs} <= ALLOWED[tag], (tag, attrs)
        for name, value in attrs:
            assert value, (tag, name)
            if name == "href":
                assert OUTWARD.match(value), value
                self.links.append(value)
            if name == "class":
                assert re.fullmatch(r"language-[a-z0-9+-]{1,20}", value)
        if tag != "hr":
            self.open.append(tag)
            self.deepest = max(self.deepest, len(self.open))

    def handle_startendtag(self, tag, attrs):
        assert (tag in {"hr", "br"}, attrs) == (True, [])
        self.words.append("\n")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment

    @property
    def text(self) -> str:
        return "".join(self.words)


SIGNS = st.sampled_from(
    [
        "> ",
        "- ",
        "7. ",
        "```",
        "\n",
        "\n\n",
        "    ",
        "|",
        "|-|\n",
        "*",
        "**",
        "_",
        "[",
        "](",
        ")",
        "![",
        "`",
        "~~",
        "# ",
        "---\n",
        "\\",
        '"',
        "<",
        ">",
        "&amp;",
        "&#x202e;",
        "&#9;",
        "\u202e",
        "javascript:",
        "data:text/html,",
        "HTTP://",
        "https://a.b",
        "mailto:a@b",
        "//",
        "file:///",
        "<script>",
        "</p>",
        "<!--",
        "]]>",
        "<a onclick=",
        "style=",
        "<http://",
        "\x00",
        "\t",
        "\r",
    ]
)
REPLIES = st.lists(st.one_of(SIGNS, st.text(max_size=8)), max_size=30).map("".join)


@given(REPLIES)
def test_whatever_a_reply_holds_its_html_is_closed_and_only_of_the_allowed_parts(reply):
    Page(prose(reply))


@given(st.lists(st.text("abcde éß漢.,;?\u202e\u200b\x1b\ud800", max_size=3_000), max_size=4))
def test_of_words_without_signs_of_markdown_nothing_is_lost(paragraphs):
    reply = "\n\n".join(paragraphs)
    read = Page(prose(reply)).text
    shown = clean(reply, len(reply), 10 * len(reply) + 1)
    assert "".join(read.split()) == "".join(shown.split())


@pytest.mark.parametrize(
    ("reply", "markup"),
    [
        ("# A\n\n###### B", "<h3>A</h3><h6>B</h6>"),
        ("one\n  two  \nthree\\\nfour", "<p>one\ntwo<br/>three<br/>four</p>"),
        (
            "*a* **b** ~~c~~ `d<`",
            "<p><em>a</em> <strong>b</strong> <s>c</s> <code>d&lt;</code></p>",
        ),
        ("- a\n  - b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("3. c\n2. b", '<ol start="3"><li>c</li><li value="2">b</li></ol>'),
        ("```Rust\nx < y\n```", '<pre><code class="language-rust">x &lt; y\n</code></pre>'),
        ("~~~ a poem\nx\n~~~", "<p>a poem</p><pre><code>x\n</code></pre>"),
        ("    indented", "<pre><code>indented\n</code></pre>"),
        ("a\n\n***", "<p>a</p><hr/>"),
        ("> a\nb", "<blockquote><p>a</p></blockquote><p>b</p>"),
        ("<b>a</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>"),
        ("<!-- a -->", "<p>&lt;!-- a --&gt;</p>"),
        ("[a]: word", "<p>[a]: word</p>"),
        ("![a *b*](https://x.y/z.png 'c')", "<p>picture: a *b* (https://x.y/z.png c)</p>"),
        ("a&#x202e;b\u200b", "<p>a‹U+202E›b‹U+200B›</p>"),
    ],
)
def test_each_part_of_markdown_becomes_its_element(reply, markup):
    assert prose(reply) == markup


def test_a_table_has_headed_columns_and_loses_no_cell():
    made = prose("| a | b |\n|---|:-:|\n| 1 | 2 | 3 | 4 |\n| 5 |")
    head = '<thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead>'
    rows = "<tr><td>1</td><td>2 | 3 | 4</td></tr><tr><td>5</td><td></td></tr>"
    assert made == f"<table>{head}<tbody>{rows}</tbody></table>"


@pytest.mark.parametrize(
    ("reply", "address"),
    [
        ("[a](http://b.c/d?e=f&g#h)", "http://b.c/d?e=f&g#h"),
        ("[a](HTTPS://b.c)", "https://b.c"),
        ("<https://b.c>", "https://b.c"),
        ("<a@b.c>", "mailto:a@b.c"),
        ("[a](mailto:a@b.c?subject=d)", "mailto:a@b.c?subject=d"),
        ("[](https://b.c)", "https://b.c"),
        ("[a](https://de.example/Käse)", "https://de.example/Käse"),
    ],
)
def test_a_link_to_a_page_or_a_mail_address_is_one_and_can_be_seen(reply, address):
    page = Page(prose(reply))
    assert page.links == [address]
    assert page.text.strip()
    assert 'rel="nofollow noopener noreferrer"' in prose(reply)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#10;script:alert(1)",
        "&#1;javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "blob:x",
        "//host/x",
        "/x",
        "x.html",
        "#x",
        "?x",
        "http:x",
        "http:/x",
        "http:///x",
        "http:\\\\x",
        "https://a&#9;b",
        "https://a&#x202e;b",
        "https://a\u202eb",
        "https://a\u200bb",
        "https://a&nbsp;b",
        "&#32;https://a.b",
        "https://a&quot;onclick=x",
        "mailto:",
        "mailto:x",
    ],
)
def test_any_other_address_is_no_link_and_can_be_read(address):
    page = Page(prose(f"before [words](<{address}>) after"))
    assert page.links == []
    assert re.fullmatch(r"before words \(.+\) after", page.text, re.DOTALL)
    tail = address.rsplit(";", 1)[-1].rsplit("\u202e", 1)[-1].rsplit("\u200b", 1)[-1]
    assert tail.replace("\\\\", "\\") in page.text


@pytest.mark.parametrize("sign", ["> ", "- ", "1. ", "> - "])
def test_what_nests_too_deeply_stands_as_it_was_written(sign):
    page = Page(prose(sign * 10_000 + "the *words*"))
    assert page.text.endswith("the words")
    assert page.deepest <= DEEPEST + 5


def test_emphasis_that_nests_too_deeply_keeps_its_words():
    page = Page(prose("*" * 10_000 + "the words" + "*" * 10_000))
    assert page.text == "the words"
    assert page.deepest < 50


@pytest.mark.parametrize(
    "motif",
    [
        "[",
        "![",
        "*",
        "*a ",
        "a**b",
        "**a *b* ",
        "`a",
        "[a](b",
        "[[a]]",
        "<a",
        "&#8238;",
        "(",
        "_a*",
        "> ",
        "- ",
        "- a\n",
        "> # a\nb\n",
        "> ```\nb\n",
        "|a|\n|-|\n",
        "|a|b|c\n",
        "\t",
        "\u202e",
    ],
)
def test_time_grows_with_the_length_of_a_hostile_reply(motif):
    def taken(times: int) -> float:
        began = process_time()
        prose("|a|\n|-|\n" + motif * times)
        return process_time() - began

    gc.collect()
    gc.disable()
    try:
        ratio = min(taken(3_200) for _ in range(2)) / max(min(taken(400) for _ in range(2)), 1e-4)
    finally:
        gc.enable()
    assert ratio < 24, "8 times the length; 64 times the time would be quadratic"


def test_a_very_long_reply_is_shown_whole():
    line = "A long line of words that goes on, and on, and never ends. " * 9_000
    reply = f"{line}\n\n# Then\n\n```\n{line}\n```"
    assert len(reply) > 1_000_000
    page = Page(prose(reply))
    assert page.text.count("never ends.") == 18_000
    assert "cut]" not in page.text
