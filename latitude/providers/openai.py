"""The openai SDK's one door, for the Responses API and for servers that speak like OpenAI's.

The SDK brings the key, the address, the headers and the transport. Bodies and events are ours
(``openai_wire``, ``chat_wire``). What the environment holds besides the key (``OPENAI_BASE_URL``,
organization, project, custom headers) must not redirect or add anything.
"""

import re
from typing import Any, get_args
from urllib.parse import quote

import openai
from openai.types.shared import ReasoningEffort

from latitude.core.spec import ModelAsked
from latitude.core.stream import Failed
from latitude.errors import UnknownName, UsageError
from latitude.providers.base import WebOffer, Wishes
from latitude.providers.door import Door
from latitude.providers.endpoint import Endpoint
from latitude.providers.line import NO_SUCH_ROUTE, USER_AGENT, Line, timeouts, unavailable
from latitude.providers.openai_wire import OpenAIReader, OpenAIWire
from latitude.providers.web import OPENAI_WEB

SDK = f"openai {openai.__version__}"

_WITHOUT_REASONING = re.compile(r"(ft:)?(gpt-3|gpt-4|chatgpt-|.*-chat(-|$))")
"""Models that answer 400 to ``reasoning``; the API has no question that would tell."""
_BLIND = ("gpt-3.5", "gpt-4-0", "o1-mini", "o1-preview", "o3-mini")
"""Models that answer 400 to a picture; nor does it tell that."""


class _Client(openai.AsyncOpenAI):
    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(
            api_key=endpoint.key,
            # Empty, not None: for None the SDK looks into the environment.
            admin_api_key="",
            organization="",
            project="",
            webhook_secret="",
            base_url=endpoint.url,
            max_retries=0,
            timeout=timeouts(endpoint),
            http_client=openai.DefaultAioHttpClient(
                # A proxy from the environment would not reach this machine's own servers.
                trust_env=not endpoint.is_loopback,
                follow_redirects=False,
                timeout=timeouts(endpoint),
            ),
        )
        self.admin_api_key = self.organization = self.project = self.webhook_secret = None
        # OPENAI_CUSTOM_HEADERS: nobody typed them for this.
        self._custom_headers = {}

    @property
    def user_agent(self) -> str:
        """The SDK would put this class's own name here."""
        return USER_AGENT


def open_line(endpoint: Endpoint) -> Line:
    """Return a line to ``endpoint`` through the SDK's client."""
    return Line(_Client(endpoint), endpoint, openai.AsyncStream[object], openai.OpenAIError)


class OpenAI(Door):
    """Models behind OpenAI's Responses API, or a server that speaks like it."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(open_line(endpoint), OpenAIWire(), "/responses", SDK)

    def reader(self) -> OpenAIReader:
        """Return a fresh reader for one answer."""
        return OpenAIReader()

    async def settle(self, model: str, wishes: Wishes) -> ModelAsked:
        """Ask whether ``model`` exists and fix all parameters.

        Reasoning models are asked for a summary of their thinking and for its encrypted form, which
        goes back to them. The API does not tell which efforts a model has.
        """
        told = await self._line.get(f"/models/{quote(model, safe='')}")
        if isinstance(told, Failed):
            if told.kind == "not_found" and self._endpoint.is_vendor:
                raise UnknownName(
                    f"openai has no model {model!r}. `latitude models` lists what there is."
                )
            if self._endpoint.is_vendor or told.kind not in NO_SUCH_ROUTE:
                raise unavailable(self._endpoint, told)
        return ModelAsked(
            provider=self.name,
            name=model,
            parameters=_parameters(model, wishes.effort),
            host=self._endpoint.host,
            takes_tools=True if self._endpoint.is_vendor else None,
            takes_pictures=not model.startswith(_BLIND) if self._endpoint.is_vendor else None,
        )

    def web(self, asked: ModelAsked) -> WebOffer:
        """Return OpenAI's own search, at OpenAI's own address, unless it is known to be refused."""
        if not self._endpoint.is_vendor:
            return super().web(asked)
        reasoning = asked.parameters.get("reasoning")
        if isinstance(reasoning, dict) and reasoning.get("effort") == "minimal":
            return WebOffer(
                why="OpenAI does not search the web at the effort 'minimal'.",
                cure="Give another --effort.",
            )
        return WebOffer(OPENAI_WEB)


def _parameters(model: str, effort: str | None) -> dict[str, Any]:
    if effort is not None:
        check_effort(effort)
    if _WITHOUT_REASONING.match(model):
        if effort is not None:
            raise UsageError(f"{model} does not reason, so --effort {effort} cannot be set.")
        return {}
    reasoning = {"summary": "auto"} if effort is None else {"effort": effort, "summary": "auto"}
    return {"reasoning": reasoning, "include": ["reasoning.encrypted_content"]}


def check_effort(effort: str) -> None:
    """Raise ``UsageError`` when OpenAI's format has no such effort."""
    levels = [level for part in get_args(ReasoningEffort) for level in get_args(part)]
    if effort not in levels:
        raise UsageError(f"There is no --effort {effort}. There are: {', '.join(levels)}.")
