"""The table in ``docs/security.md`` is that of the tries, in both directions.

After a try was added or told otherwise, the table is written anew with one command::

    UPDATE_SECURITY=1 .venv/bin/python -m pytest tests/hostile/test_table.py
"""

import ast
import os

import pytest

from latitude.workspace.sandbox.bounds import USUAL_BOUNDS
from tests.hostile import (
    test_commands,
    test_exhaustion,
    test_exit,
    test_file_tools,
    test_git,
    test_kernel,
    test_names,
    test_network,
    test_record,
    test_secrets,
)
from tests.hostile.ground import ROOT
from tests.hostile.stage import Row, Suite

PAGE = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- the table of tries begins -->\n", "<!-- the table of tries ends -->\n"
SWITCH = "UPDATE_SECURITY"

SUITES = [
    module.SUITE
    for module in (
        *(test_file_tools, test_commands, test_kernel, test_network, test_exhaustion, test_git),
        *(test_names, test_exit, test_record, test_secrets),
    )
]

ELSEWHERE = Suite("Tried in other suites", __file__)
_OTHERS = (
    (
        (
            "Tricks on the terminal, in words, thinking, arguments, answers and errors: clipboard, "
            "title, clear, links, C1, bidi, invisible, overprinting; printed, streamed, attended"
        ),
        "Every text of a model is cleaned before it is shown.",
        "cli/test_terminal.py::test_nothing_hostile_reaches_a_terminal",
    ),
    (
        "The same in the app: read, lived through, compared; and the app's own markup",
        "The same; and the app reads no markup in a model's text.",
        "tui/test_hostile.py::test_sitting_with_a_hostile_model",
    ),
    (
        "A picture that breaks its decoder",
        "Pictures are decoded by a process that can do nothing else.",
        "tui/test_pixels.py::test_a_decoder_can_open_nothing_even_in_the_place_of_what_it_closed",
    ),
    (
        "Pages that reach for files, servers and other pages while they are drawn, or do not end",
        "The browser runs in the sandbox, with no file of the host and no network.",
        "workspace/browser/test_hostile_pages.py",
    ),
    (
        "The race of a link against the file tools, 300 reads each way",
        "Each folder is opened by its descriptor, without following a link.",
        (
            "workspace/test_hostile.py::"
            "test_a_folder_that_is_swapped_for_a_link_never_lets_anything_out"
        ),
    ),
    (
        "Files that are deleted and still open, which no folder shows",
        "2 GiB less room on the disk ends the command.",
        "workspace/sandbox/test_limits.py::test_files_that_are_in_no_folder_any_more",
    ),
    (
        "A person's own git settings, variables and templates, and hooks in the artifacts",
        "Git is run with settings and an environment of latitude's own.",
        "artifacts/test_hostile.py::test_settings_and_variables_of_a_person_do_not_matter",
    ),
    (
        "Words, names of files and addresses that are HTML, on the pages of a published site",
        "Everything is escaped, and the policy of a page lets no script run.",
        "publish/site/test_pages.py::test_hostile_words_stand_on_the_pages_and_are_nothing_else",
    ),
    (
        (
            "A published page of a model that reaches for servers, its reader's storage and "
            "windows, the page around it, and WebRTC, in about 115 ways"
        ),
        "A sandboxed frame with a policy of its own, and a guard in front of its scripts.",
        "publish/site/test_frames.py::test_nothing_leaves_a_frame_whatever_its_page_tries",
    ),
    (
        "A key that is encoded, split, coloured, in a file's name, in a commit that was replaced",
        "The gate reads every text as it stands and decoded, and every commit.",
        "publish/gate/test_finding.py",
    ),
    (
        "A bag that somebody changed who knows the format and made all its lists anew",
        "Its records are checked line by line, and the rest is made again and compared.",
        ("publish/test_checking.py::test_whatever_was_changed_is_found_though_all_lists_agree"),
    ),
    (
        "A sandbox that does not start",
        "Nothing is run without one.",
        "workspace/sandbox/test_commands.py::test_a_sandbox_that_does_not_start_runs_nothing",
    ),
)


def table() -> str:
    parts = []
    for suite in SUITES:
        parts.append(f"\n### {suite.title}\n\n{_rows(suite.rows())}")
    rows = [Row("", *words) for words in _OTHERS]
    parts.append(f"\n### {ELSEWHERE.title}\n\n{_rows(rows)}")
    return "".join(parts) + "\n"


def _rows(rows: list[Row]) -> str:
    lines = ["| tried | what stopped it | test |", "|---|---|---|"]
    for row in rows:
        test = f"{row.test}[{row.name}]" if row.test.endswith("test_it_is_stopped") else row.test
        cells = (row.tried, row.stopped_by, f"`{test}`")
        lines.append("| {} | {} | {} |".format(*(cell.replace("|", "\\|") for cell in cells)))
    return "\n".join(lines) + "\n"


def test_every_try_stands_in_the_table_and_the_reverse() -> None:
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(BEGIN)
    there, _, after = rest.partition(END)
    if SWITCH in os.environ:
        PAGE.write_text(f"{before}{BEGIN}{table()}{END}{after}", "utf-8")
        return
    if there != table():
        pytest.fail(f"The table is another one. Look at what changed, then run with {SWITCH}=1.")


def test_every_file_of_tries_is_in_the_table() -> None:
    files = {f"hostile/{path.name}" for path in (ROOT / "tests" / "hostile").glob("test_*.py")}
    assert {suite.file for suite in SUITES} == files - {"hostile/test_table.py"}


def test_the_page_tells_every_limit() -> None:
    page = " ".join(PAGE.read_text("utf-8").split())
    for limit in (*USUAL_BOUNDS.held(), *USUAL_BOUNDS.watched()):
        assert limit in page


def test_no_two_tries_have_one_name() -> None:
    for suite in SUITES:
        names = [row.name for row in suite.rows()]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("test", [test for _, _, test in _OTHERS])
def test_what_is_tried_elsewhere_is_there(test: str) -> None:
    path, name = test.split("::") if "::" in test else (test, "")
    tree = ast.parse((ROOT / "tests" / path).read_text("utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    names = {node.name for node in ast.walk(tree) if isinstance(node, functions)}
    assert name in names if name else any(it.startswith("test_") for it in names)
