"""The tools with which a provider itself searches and reads the web, as requests carry them.

The vendors run them: nothing goes out from this machine but the request, and what was found comes
back inside the reply. Shapes: https://platform.claude.com/docs/en/agents-and-tools/tool-use/server-tools
and https://developers.openai.com/api/docs/guides/tools-web-search, with the SDKs' types (anthropic
2.11.0, openai 3.52.0).
"""

from typing import Any

from latitude.core.spec import ToolSchema

MAX_USES = 10
"""Searches, and pages read, in one request: limits are only checked between requests."""
MAX_PAGE_TOKENS = 50_000
"""About as much of a page as is read at once; a PDF is read whole."""


def _provided(name: str, description: str, entry: dict[str, Any]) -> ToolSchema:
    # Its arguments are the provider's own affair: any object.
    return ToolSchema(
        name=name,
        description=description,
        parameters={"type": "object", "properties": {}},
        provided=entry,
    )


ANTHROPIC_WEB = (
    _provided(
        "web_search",
        "Anthropic searches the web for what the model asks and gives it what was found. Anthropic "
        f"runs it and charges for each search; at most {MAX_USES} in one request.",
        {
            "type": "web_search_20260318",
            "name": "web_search",
            "max_uses": MAX_USES,
            # Called from code in Anthropic's sandbox, results would be filtered before anybody
            # sees them, and smaller models refuse the tool.
            "allowed_callers": ["direct"],
        },
    ),
    _provided(
        "web_fetch",
        "Anthropic reads a page or a PDF whose address stands in the conversation and gives the "
        f"model its text. Anthropic runs it; at most {MAX_USES} in one request, and of each page "
        f"about {MAX_PAGE_TOKENS:,} tokens.",
        {
            "type": "web_fetch_20260318",
            "name": "web_fetch",
            "max_uses": MAX_USES,
            "max_content_tokens": MAX_PAGE_TOKENS,
            "allowed_callers": ["direct"],
        },
    ),
)

OPENAI_WEB = (
    _provided(
        "web_search",
        "OpenAI searches the web, opens pages and looks for words in them, as the model asks. "
        "OpenAI runs it and charges for each search.",
        {"type": "web_search"},
    ),
)
