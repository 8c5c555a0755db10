"""``latitude artifacts``: what was made, from its repository."""

import argparse
import sys
from pathlib import Path

from latitude.cli.artifacts import Shelf, split_place
from latitude.cli.options import add_ids, add_json, home_of
from latitude.cli.output import print_json, print_table, style_for
from latitude.core.clean import clean, clean_line
from latitude.core.text import counted
from latitude.custody.opening import open_repository
from latitude.tui.outside import fresh_folder, open_folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's own verbs."""
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", dest="artifacts", required=True)
    add_json(verbs.add_parser("list", help="the sessions that made something"))
    log = verbs.add_parser("log", help="the commits of one session")
    add_ids(log)
    add_json(log)
    show = verbs.add_parser("show", help="the files of one session, or one file's bytes")
    show.add_argument("place", metavar="ID[:PATH]")
    _add_turn(show)
    add_json(show)
    diff = verbs.add_parser("diff", help="how the files of two sessions, or turns, differ")
    for name in ("a", "b"):
        diff.add_argument(name, metavar=f"{name.upper()}[:TURN]")
    export = verbs.add_parser("export", help="lay the files of one session out in a folder")
    add_ids(export)
    export.add_argument("dir", metavar="DIR", type=Path)
    _add_turn(export)
    opened = verbs.add_parser("open", help="lay them out in a new folder and open that")
    add_ids(opened)
    _add_turn(opened)


def _add_turn(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--turn", type=int, metavar="N", help="as they were after this turn")


async def run(options: argparse.Namespace) -> int:
    """Dispatch on the second word."""
    home = home_of(options)
    async with open_repository(home) as repository:
        shelf = Shelf(home, repository)
        match options.artifacts:
            case "list":
                await _list(shelf, as_json=options.json)
            case "log":
                await _log(shelf, options.id, as_json=options.json)
            case "show":
                await _show(shelf, options)
            case "diff":
                await _diff(shelf, options.a, options.b)
            case "export":
                await _export(shelf, await shelf.commit_of(options.id, options.turn), options.dir)
            case "open":
                commit = await shelf.commit_of(options.id, options.turn)
                folder = fresh_folder()
                await _export(shelf, commit, folder)
                open_folder(folder)
    return 0


async def _list(shelf: Shelf, *, as_json: bool) -> None:
    rows = await shelf.makers()
    if as_json:
        for row in rows:
            print_json(row)
    elif rows:
        cells = [[row.session, row.model, str(row.files), row.commit[:8]] for row in rows]
        print_table(("session", "model", "files", "commit"), cells, style_for(sys.stdout))
    else:
        print("Nothing has been made yet.")


async def _log(shelf: Shelf, session: str, *, as_json: bool) -> None:
    for commit in await shelf.repository.history(shelf.resolve(session)):
        if as_json:
            print_json(commit)
            continue
        print(f"{commit.commit[:8]}  turn {commit.turn}, step {commit.step}  {commit.when}")
        for change in commit.changes:
            size = "" if change.size is None else f"  {counted(change.size, 'byte')}"
            print(f"  {change.status:8}  {clean_line(change.path)}{size}")


async def _show(shelf: Shelf, options: argparse.Namespace) -> None:
    session, path = split_place(options.place)
    commit = await shelf.commit_of(session, options.turn)
    if path is not None:
        data = await shelf.repository.read(commit, path)
        if sys.stdout.isatty():
            print(clean(data.decode("utf-8", "replace")))
        else:
            sys.stdout.buffer.write(data)
        return
    for file in await shelf.repository.files(commit):
        if options.json:
            print_json(file)
            continue
        size = "" if file.size is None else counted(file.size, "byte")
        note = file.omitted or (f"→ {file.target}" if file.target else "")
        print(f"{clean_line(file.path)}  {size or file.kind}  {clean_line(note)}".rstrip())


async def _diff(shelf: Shelf, one: str, other: str) -> None:
    old, new = [await shelf.commit_at(place) for place in (one, other)]
    for change in await shelf.repository.diff(old, new):
        print(f"{change.status}  {clean_line(change.path)}")
        print(clean(change.text) if change.text is not None else "(not text)")


async def _export(shelf: Shelf, commit: str, folder: Path) -> None:
    done = await shelf.repository.export(commit, folder)
    print(f"{counted(done.files, 'file')} in {clean_line(str(folder))}")
    for left in done.left_out:
        print(f"left out: {clean_line(left.path)}: {clean_line(left.reason)}")
    for true, written in done.renamed:
        print(f"renamed: {clean_line(true)} is written as {clean_line(written)}")
