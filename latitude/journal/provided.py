"""What a provider's own tools did, read from the blocks of a reply for people who look on.

The blocks go back as they came, whatever is read from them here. Nothing that leaves here is clean:
queries, titles and addresses are other people's text.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from latitude.core.blocks import Block
from latitude.core.text import counted


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was found, read or cited."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Provided:
    """One block of a tool that the provider runs: a call, its result, or both at once."""

    call: str = ""
    """What was asked, such as ``web search: tide tables``; empty where the block is a result."""
    found: str = ""
    """What came of it, such as ``10 results``; empty where that is not told here."""
    pages: tuple[Page, ...] = ()
    text: str = ""
    """The words of a page that was read, or the input of a tool that is not known here."""
    call_id: str = ""
    """The provider's id of the call, in the call and in its result."""
    failed: bool = False


def provided(block: Block) -> Provided | None:
    """Return what ``block`` says, where it is one of a provider's own tool and can be read."""
    if block.kind != "other":
        return None
    fields = _object(_decoded(block))
    read = _READERS.get(_text(fields, "type"))
    return None if read is None else read(fields)


def cited(blocks: Iterable[Block]) -> tuple[Page, ...]:
    """Return the pages that the texts among ``blocks`` cite, each once, in order."""
    pages = (page for block in blocks if block.kind == "text" for page in _citations(block))
    return tuple({page.url: page for page in pages}.values())


def _citations(block: Block) -> Iterator[Page]:
    raw = bytes(block.raw)
    if b'"citations"' not in raw and b'"annotations"' not in raw:
        return
    fields = _object(_decoded(block))
    marks = _objects(fields.get("citations"))
    for part in _objects(fields.get("content")):
        marks += _objects(part.get("annotations"))
    for mark in marks:
        if url := _text(mark, "url"):
            yield Page(url, _text(mark, "title"))


def _called(fields: dict[str, Any]) -> Provided:
    name, call_id = _text(fields, "name"), _text(fields, "id")
    given = _object(fields.get("input"))
    match name:
        case "web_search":
            return Provided(f"web search: {_text(given, 'query')}", call_id=call_id)
        case "web_fetch":
            return Provided(f"web page: {_text(given, 'url')}", call_id=call_id)
        case _:
            call = f"{name or 'a tool without a name'}, run by the provider"
            return Provided(call, text=msgspec.json.encode(given).decode(), call_id=call_id)


def _searched(fields: dict[str, Any]) -> Provided:
    content, call_id = fields.get("content"), _text(fields, "tool_use_id")
    if not isinstance(content, list):
        return _failure("the search", content, call_id)
    pages = _pages(content)
    return Provided(found=counted(len(pages), "result"), pages=pages, call_id=call_id)


def _fetched(fields: dict[str, Any]) -> Provided:
    content, call_id = _object(fields.get("content")), _text(fields, "tool_use_id")
    document = _object(content.get("content"))
    if not document:
        return _failure("the page", content, call_id)
    source = _object(document.get("source"))
    data = _text(source, "data")
    plain = _text(source, "type") == "text"
    size = counted(len(data), "character") if plain else _text(source, "media_type") or "a file"
    return Provided(
        found=f"the page was read ({size})",
        pages=(Page(_text(content, "url"), _text(document, "title")),),
        text=data if plain else "",
        call_id=call_id,
    )


def _failure(what: str, content: Any, call_id: str) -> Provided:
    why = _text(_object(content), "error_code") or "no reason given"
    return Provided(found=f"{what} failed: {why}", call_id=call_id, failed=True)


def _acted(fields: dict[str, Any]) -> Provided:
    """OpenAI's item: what was asked and what was found in one."""
    action = _object(fields.get("action"))
    url, pages = _text(action, "url"), _pages(action.get("sources"))
    match _text(action, "type"):
        case "open_page":
            call = f"web page: {url or 'without an address'}"
        case "find_in_page" | "find":
            call = f'web page, searched for "{_text(action, "pattern")}": {url}'
        case _:
            queries = action.get("queries")
            asked = queries if isinstance(queries, list) else []
            words = "; ".join(one for one in asked if isinstance(one, str))
            call = f"web search: {words or _text(action, 'query')}"
    status = _text(fields, "status")
    failed = status in ("failed", "incomplete")
    found = f"it is {status}" if failed else counted(len(pages), "source") if pages else ""
    return Provided(call, found, pages, call_id=_text(fields, "id"), failed=failed)


_READERS: dict[str, Callable[[dict[str, Any]], Provided]] = {
    "server_tool_use": _called,
    "web_search_tool_result": _searched,
    "web_fetch_tool_result": _fetched,
    "web_search_call": _acted,
}


def _pages(found: Any) -> tuple[Page, ...]:
    """The pages in a list of results; a source without an address has a name."""
    return tuple(
        Page(_text(one, "url") or _text(one, "name"), _text(one, "title"))
        for one in _objects(found)
    )


def _decoded(block: Block) -> Any:
    try:
        return msgspec.json.decode(block.raw)
    except (msgspec.DecodeError, RecursionError):
        return None


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(fields: dict[str, Any], name: str) -> str:
    found = fields.get(name)
    return found if isinstance(found, str) else ""
