"""What a new session can be made of; knows nothing of the terminal.

Texts that are shown (of groups, and of what is offered) are clean; names that stand in an order are
as they were found.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from latitude.config import Home, find_key, load_settings
from latitude.core.clean import clean, clean_line
from latitude.core.events import SessionOpened
from latitude.core.spec import LimitName, Limits
from latitude.errors import ProtocolError, RecordBroken, UnknownName, UsageError
from latitude.journal.paths import JOURNAL, session_ids
from latitude.journal.reader import read_ends
from latitude.preparing import Order
from latitude.prompts.library import Library
from latitude.prompts.scripts import load_script
from latitude.providers.endpoint import VENDOR_URLS, Endpoint, KeyLookup
from latitude.providers.names import DEFAULT_REHEARSAL, LOCAL_URLS
from latitude.providers.registry import Family, entry_of, split_model

if TYPE_CHECKING:
    from latitude.providers.discovery import ModelFound, Place

FIELDS: tuple[LimitName, ...] = ("turns", "minutes", "tokens", "cost")
"""The limits that are set here; ``steps`` keeps its default."""
PLACES: tuple[str, ...] = (*VENDOR_URLS, *LOCAL_URLS)
"""Where models are looked for, in the order in which they are listed."""

_LONGEST_NAME = 100
_LOOKED_AT = 20
"""Sessions whose first line is read to find the model that was used last."""
_MOST_DIGITS = 15
_SUMMARY = 200
_DOORS: Mapping[Family, str] = {
    "anthropic": "latitude.providers.anthropic",
    "openai": "latitude.providers.openai",
    "chat": "latitude.providers.chat",
    "rehearsal": "latitude.providers.rehearsal",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person has chosen so far, as it stands in the form."""

    model: str
    protocol: str
    limits: Mapping[LimitName, str] = field(default_factory=dict)
    """As typed; an empty text is the default."""
    tools: str | None = None
    """``all`` or ``none``; ``None`` is what the protocol names."""
    attended: bool = True
    address: str = ""
    """Where to send requests instead; empty is the provider's own place."""

    def order(self) -> Order:
        """The order for :meth:`latitude.bootstrap.House.prepare`.

        Raises ``UsageError`` for a limit that is no number, ``UnknownName`` for a provider that
        does not exist.
        """
        split_model(self.model)
        limits: dict[str, float] = {
            name: _amount(name, text) for name, text in self.limits.items() if text.strip()
        }
        return Order(
            model=self.model,
            protocol=self.protocol,
            limits=limits,
            tools=self.tools,
            attended=self.attended,
            base_url=self.address.strip() or None,
        )


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the form shows when it opens."""

    choice: Choice
    why: str
    """Why this model, in two or three words."""


@dataclass(frozen=True, slots=True)
class ModelOffered:
    """A model that can be chosen."""

    name: str
    """With its provider, as an order takes it."""
    shown: str
    """Without its provider."""
    can: str
    """How its thinking comes and whether it takes tools; empty where nobody says."""


@dataclass(frozen=True, slots=True)
class Group:
    """A place and its models."""

    title: str
    note: str
    """Where it is, or why it has no models."""
    models: tuple[ModelOffered, ...] = ()


@dataclass(frozen=True, slots=True)
class ProtocolOffered:
    """A protocol that can be chosen."""

    name: str
    title: str = ""
    """Name and version."""
    summary: str = ""
    problem: str = ""
    """What is wrong with its file; empty when nothing is."""


class Look(Protocol):
    """Looks for models, and tells of each place as soon as it has answered."""

    async def __call__(self, found: Callable[["Place"], None], /) -> None:
        """Return when all have answered or fallen silent."""
        ...


def beginning(home: Home) -> Beginning:
    """What is chosen at first: the settings' model, else the last one used, else a rehearsal.

    Raises ``ProtocolError`` for settings that cannot be read and ``HomeUnusable`` for a home that
    cannot.
    """
    settings = load_settings(home)
    rehearsal = f"rehearsal/{DEFAULT_REHEARSAL}"
    turns = settings.turns or Limits().turns
    choice = Choice("", settings.protocol, {"turns": str(turns)})
    if settings.model is not None:
        model = rehearsal if settings.model == "rehearsal" else settings.model
        return Beginning(replace(choice, model=model), "from latitude.yaml")
    if last := _last_model(home):
        return Beginning(replace(choice, model=last), "used last")
    return Beginning(replace(choice, model=rehearsal), "")


def _last_model(home: Home) -> str | None:
    """The newest session's model, of those that need no address typed."""
    for session in session_ids(home.sessions)[:_LOOKED_AT]:
        try:
            first, _ = read_ends(home.session(session) / JOURNAL)
            assert isinstance(first.event, SessionOpened)
            asked = first.event.model
            if asked.host == _own_host(asked.provider):
                return f"{asked.provider}/{asked.name}"
        except (RecordBroken, UnknownName):
            continue
    return None


def _own_host(provider: str) -> str:
    url = entry_of(provider).url
    return "" if url is None else Endpoint(provider, url).host


async def look_around(
    found: Callable[["Place"], None],
    /,
    key_for: KeyLookup = find_key,
    local_urls: Mapping[str, str] = LOCAL_URLS,
    vendor_urls: Mapping[str, str] = VENDOR_URLS,
) -> None:
    """Ask every place by itself, so that a slow one keeps nobody waiting for the others."""
    discovery = await asyncio.to_thread(import_module, "latitude.providers.discovery")

    async def ask(local: Mapping[str, str], vendors: Mapping[str, str]) -> None:
        for place in await discovery.discover(key_for, local, vendors):
            found(place)

    async with asyncio.TaskGroup() as group:
        for name, url in vendor_urls.items():
            group.create_task(ask({}, {name: url}))
        for name, url in local_urls.items():
            group.create_task(ask({name: url}, {}))


def place_group(place: "Place") -> Group:
    """A place and what it lists."""
    models = tuple(
        ModelOffered(model.name, _without_provider(model.name), _can(model))
        for model in place.models
    )
    if place.note:
        note = place.note
    else:
        told = any(model.can for model in models)
        note = place.address if told else f"{place.address}, tells names only"
    return Group(place.provider, clean_line(note, _SUMMARY), models)


def asked_group(provider: str) -> Group:
    """A place that has not answered yet."""
    return Group(provider, "asking…")


def rehearsal_group(library: Library, *, summaries: bool = False) -> Group:
    """The scripts there are. With ``summaries`` each is read, which takes some milliseconds."""
    from latitude.providers.rehearsal import Rehearsal

    models = []
    for name in Rehearsal(library.rehearsals).names():
        can = _script_summary(library, name) if summaries else ""
        models.append(ModelOffered(f"rehearsal/{name}", clean_line(name, _LONGEST_NAME), can))
    return Group("rehearsal", "scripts, not models", tuple(models))


def _script_summary(library: Library, name: str) -> str:
    paths = (folder / f"{name}.yaml" for folder in library.rehearsals)
    path = next((path for path in paths if path.is_file()), None)
    try:
        return "" if path is None else clean_line(load_script(path).summary, _SUMMARY)
    except ProtocolError:
        return "✗ its file has an error"


def matching(groups: Iterable[Group], words: str) -> tuple[Group, ...]:
    """The models whose names hold all of ``words``, in groups as before."""
    wanted = words.casefold().split()
    kept = []
    for group in groups:
        models = tuple(
            model for model in group.models if all(word in model.name.casefold() for word in wanted)
        )
        if models:
            kept.append(replace(group, models=models))
    return tuple(kept)


def typed_model(text: str) -> str | None:
    """The model that ``text`` names by itself, listed or not; ``None`` where it names none."""
    provider, slash, name = text.strip().partition("/")
    return f"{provider}/{name}" if slash and provider and name else None


def protocol_names(library: Library) -> tuple[ProtocolOffered, ...]:
    """The protocols there are; nothing is read yet."""
    return tuple(ProtocolOffered(name, clean_line(name, _LONGEST_NAME)) for name in library.names())


def protocols(library: Library) -> tuple[ProtocolOffered, ...]:
    """The protocols there are, each with its summary or with what is wrong with it."""
    return tuple(_protocol(library, name) for name in library.names())


def _protocol(library: Library, name: str) -> ProtocolOffered:
    shown = clean_line(name, _LONGEST_NAME)
    try:
        protocol = library.get(name)
    except UsageError as error:
        return ProtocolOffered(name, shown, problem=clean(str(error)))
    title = f"{shown} {protocol.version}"
    return ProtocolOffered(name, title, clean_line(protocol.summary, 2 * _SUMMARY))


def address_hint(model: str) -> str:
    """What stands in the empty field for the address."""
    provider = provider_of(model)
    if provider == "rehearsal":
        return "a script asks no server"
    try:
        url = entry_of(provider).url
    except UnknownName:
        return ""
    return url or "where the server is, such as http://127.0.0.1:8000/v1"


def provider_of(model: str) -> str:
    """What stands before the slash."""
    return model.strip().partition("/")[0]


def load_door(model: str) -> None:
    """Load what the model's provider needs, off the event loop: an SDK takes a second."""
    import_module(_DOORS[entry_of(provider_of(model)).family])


def _without_provider(name: str) -> str:
    return clean_line(name.partition("/")[2], _LONGEST_NAME)


def _can(model: "ModelFound") -> str:
    thinking = "" if model.thinking is None else f"thinking {model.thinking}"
    tools = {True: "tools", False: "no tools", None: ""}[model.tools]
    return ", ".join(filter(None, (thinking.replace("thinking none", "no thinking"), tools)))


def _amount(name: LimitName, text: str) -> float:
    typed = text.strip()
    if name in ("turns", "tokens"):
        if not (typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS and int(typed)):
            raise UsageError(f"{name}: {clean_line(text, 40)!r} is not a whole number, 1 or more.")
        return int(typed)
    try:
        number = float(typed)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise UsageError(f"{name}: {clean_line(text, 40)!r} is not a number above 0.")
    return number
