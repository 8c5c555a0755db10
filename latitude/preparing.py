"""From what a person asks for to a session that can begin, with everything refused that must be."""

import asyncio
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from msgspec.structs import replace as replace_struct

from latitude import __version__
from latitude.config import Home
from latitude.core.events import SessionOpened
from latitude.core.fold import SessionState
from latitude.core.spec import (
    Conditions,
    Limits,
    ModelAsked,
    ProtocolUsed,
    StudyMark,
    ToolSchema,
    Versions,
    Withheld,
)
from latitude.custody.lineage import parent_for
from latitude.errors import UsageError
from latitude.prompts.derive import NO_CHANGES, Changes, derive, derived_name
from latitude.prompts.library import Library
from latitude.prompts.protocol import Protocol
from latitude.prompts.reader import refuse
from latitude.prompts.rendering import Rendered, given_of, render
from latitude.prompts.rules import contradictions
from latitude.providers.base import Provider, WebOffer, Wishes
from latitude.providers.registry import split_model
from latitude.session.companion import ProtocolWords
from latitude.session.progress import turn_is_over
from latitude.tools.machine import Equipment, Machine
from latitude.tools.registry import groups_of, is_known

_NOT_THERE = "The session that this one carries on did not have it."
"""Why a tool is missing in a session that carries on, whatever this machine has by now."""

FindProvider = Callable[[str, str | None], Provider]
"""Takes a provider's name and the address that was typed, if any."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asked for: one session."""

    model: str | None
    """As typed, ``provider/name``; ``None`` with ``carry_on``."""
    protocol: str
    limits: Mapping[str, float]
    """Only the limits that were given."""
    tools: str | None = None
    attended: bool = False
    effort: str | None = None
    base_url: str | None = None
    carry_on: str | None = None
    """``ID[:TURN]`` of the session to carry on."""
    network: Literal["off", "allow"] = "off"
    """Whether the model's commands may reach the network."""
    changes: Changes = NO_CHANGES
    """What is otherwise than in the protocol's file, as a study asks for it."""
    mark: StudyMark | None = None
    """Of a session that belongs to a study."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A session that can begin: all that may be refused has been looked at."""

    opened: SessionOpened
    """Its first line; the id is given when it begins."""
    provider: Provider
    equipment: Equipment
    inherited: SessionState | None = None
    parent_commit: str | None = None
    note: str | None = None
    """What was done otherwise than the person may expect, in words for them."""

    def repeated(self, repeat: int) -> "Prepared":
        """The same session once more, as the ``repeat``-th."""
        conditions = replace_struct(self.opened.conditions, repeat=repeat)
        return replace(self, opened=replace_struct(self.opened, conditions=conditions))

    def as_cell(self, mark: StudyMark) -> "Prepared":
        """The same session as the cell of a study that ``mark`` names."""
        model = self.opened.model
        if "seed" in model.parameters:
            model = replace_struct(model, parameters={**model.parameters, "seed": mark.seed})
        conditions = _marked(self.opened.conditions, mark)
        return replace(self, opened=replace_struct(self.opened, model=model, conditions=conditions))


class Preparation:
    """Looks at orders before the first word is sent."""

    def __init__(
        self, home: Home, library: Library, machine: Machine, find_provider: FindProvider
    ) -> None:
        self._home = home
        self._library = library
        self._machine = machine
        self._provider = find_provider

    async def prepare(self, order: Order) -> Prepared:
        """Look at everything that can be refused before the first word.

        Raises ``UsageError`` (also for a promise that the settings do not keep), ``UnknownName``
        or ``ProviderUnavailable``.
        """
        if order.carry_on is not None:
            return await self._carry_on(order, order.carry_on)
        assert order.model is not None
        provider_name, model_name = split_model(order.model)
        base = self._library.get(order.protocol)
        protocol = derive(base, order.changes)
        if protocol != base:
            refuse(contradictions(protocol))
        provider = self._provider(provider_name, order.base_url)
        seed = None if order.mark is None else order.mark.seed
        wishes = Wishes(effort=order.effort, base_url=order.base_url, seed=seed)
        asked = await provider.settle(model_name, wishes)
        choice = await self._tools(order, protocol, provider, asked)
        limits = _limits(Limits(), order.limits)
        _check_cost(provider, asked, limits, choice.tools)
        rendered = render(protocol, choice.tools, limits, order.attended)
        opened = SessionOpened(
            id="",
            protocol=_used(protocol, rendered, derived=protocol != base),
            given=rendered.given,
            model=asked,
            tools=choice.tools,
            limits=limits,
            exit=rendered.exit,
            conditions=_marked(
                Conditions(
                    attended=order.attended,
                    disclosed=rendered.disclosed,
                    promises=protocol.promises,
                    network=order.network,
                    sandbox=choice.equipment.sandbox_used if _runs_commands(choice.tools) else None,
                    withheld=choice.withheld,
                ),
                order.mark,
            ),
            versions=_versions(provider),
        )
        return Prepared(opened, provider, choice.equipment, note=choice.note)

    async def _tools(
        self, order: Order, protocol: Protocol, provider: Provider, asked: ModelAsked
    ) -> "_Choice":
        """What is offered of what protocol and person name. Raises ``UsageError``."""
        name = f"{asked.provider}/{asked.name}"
        if asked.takes_tools is False:
            # A protocol that tells of one is refused.
            _check_network(order.network, (), f"{name} takes no tools.")
            wanted = order.tools != "none" and bool(
                order.tools or protocol.tools or protocol.exit.tool
            )
            note = f"{name} takes no tools, so none is offered." if wanted else None
            return _Choice(await self._machine.equip(()), (), (), note)
        selection = protocol.tools if order.tools is None else order.tools
        groups = groups_of(selection)
        web = provider.web(asked) if "web" in groups else WebOffer()
        lacks = (Withheld(tool="web", why=web.why, cure=web.cure),) if web.why else ()
        equipment = await self._machine.equip(
            groups,
            network=order.network == "allow",
            pictures=asked.takes_pictures is True,
            provided=web.tools,
            withheld=lacks,
        )
        withheld = equipment.withheld
        toolbox = equipment.toolbox
        tools = toolbox.offer(selection, protocol.exit.tool)
        reason = next((one.why for one in withheld if one.tool == "run"), "")
        _check_network(order.network, tools, reason)
        usual = {one.name for one in toolbox.offer(protocol.tools, protocol.exit.tool)}
        added = [tool.name for tool in tools if tool.name not in usual]
        return _Choice(equipment, tools, withheld, _note_of_added(protocol, added))

    async def _carry_on(self, order: Order, place: str) -> Prepared:
        """The parent's model, tools and texts, unchanged; only room and company may differ."""
        parent, state = await asyncio.to_thread(parent_for, self._home, place)
        before = state.opened
        if not order.attended:
            await _check_words_left(parent.id, state)
        provider = self._provider(before.model.provider, order.base_url)
        if provider.host != before.model.host and order.base_url is None:
            raise UsageError(
                f"{parent.id} ran at {before.model.host}, and {before.model.provider} is at "
                f"{provider.host} by default. Nothing was sent. Say where to send it with "
                "--base-url."
            )
        _check_told_room(before, order.limits)
        limits = _limits(before.limits, order.limits)
        equipment = await self._equip_as_before(parent.id, before, order.network)
        _check_cost(provider, before.model, limits, before.tools)
        opened = replace_struct(
            before,
            id="",
            given=given_of(before.protocol.texts, before.tools, order.attended),
            model=replace_struct(before.model, host=provider.host),
            limits=limits,
            conditions=replace_struct(
                before.conditions,
                attended=order.attended,
                # What carries on a cell of a study is not that cell once more.
                study=None,
                plan=None,
                arm=None,
                repeat=None,
                seed=None,
                sandbox=equipment.sandbox_used,
                withheld=tuple(
                    Withheld(tool=one.tool, why=_NOT_THERE, cure="")
                    for one in before.conditions.withheld
                ),
            ),
            versions=_versions(provider),
            parent=parent,
        )
        return Prepared(
            opened, provider, equipment, inherited=state, parent_commit=state.last_commit
        )

    async def _equip_as_before(
        self, parent: str, before: SessionOpened, network: Literal["off", "allow"]
    ) -> Equipment:
        """The tools of ``parent``, which was told that it has them. Raises ``UsageError``."""
        if network != before.conditions.network:
            there, here = before.conditions.network, network
            raise UsageError(
                f"{parent} ran with --network {there}, which its model was told, and --from keeps "
                f"those words; this is --network {here}. Nothing was sent. Give the same."
            )
        # A tool of another version is answered when it is called: it cannot be used here.
        equipment = await self._machine.equip(
            groups_of(tool.name for tool in before.tools if is_known(tool.name)),
            network=network == "allow",
            pictures=before.model.takes_pictures is True,
        )
        if equipment.withheld:
            lost = equipment.withheld[0]
            raise UsageError(
                f"The model of {parent} was told that it has {lost.tool}, and it cannot be offered "
                f"here. {lost.why} Nothing was sent. {lost.cure}"
            )
        return equipment


@dataclass(frozen=True, slots=True)
class _Choice:
    """The tools of one session."""

    equipment: Equipment
    tools: tuple[ToolSchema, ...]
    withheld: tuple[Withheld, ...]
    note: str | None


def _used(protocol: Protocol, rendered: Rendered, *, derived: bool) -> ProtocolUsed:
    """The protocol as the record names it."""
    return ProtocolUsed(
        name=derived_name(protocol.name, rendered.given) if derived else protocol.name,
        version=protocol.version,
        sha256=protocol.sha256,
        texts=rendered.texts,
    )


def _marked(conditions: Conditions, mark: StudyMark | None) -> Conditions:
    if mark is None:
        return conditions
    return replace_struct(
        conditions,
        study=mark.study,
        plan=mark.plan,
        arm=mark.arm,
        repeat=mark.repeat,
        seed=mark.seed,
    )


def _note_of_added(protocol: Protocol, added: Sequence[str]) -> str | None:
    """Where the tools are more than protocol lets a person expect."""
    if not added:
        return None
    return (
        f"--tools adds {', '.join(added)} to what '{protocol.name}' offers. The model is "
        "given them; the words of the protocol stay as they are, and may say nothing of them."
    )


def _runs_commands(tools: Sequence[ToolSchema]) -> bool:
    return any(tool.name == "run" for tool in tools)


def _check_network(
    network: Literal["off", "allow"], tools: Sequence[ToolSchema], reason: str
) -> None:
    if network == "allow" and not _runs_commands(tools):
        raise UsageError(
            "--network allow is for the commands of a model, and this session offers no tool to "
            f"run one. {reason + ' ' if reason else ''}Nothing was sent. Leave it out."
        )


def _check_cost(
    provider: Provider, asked: ModelAsked, limits: Limits, tools: Sequence[ToolSchema]
) -> None:
    web = any(tool.provided is not None for tool in tools)
    if limits.cost is not None and not provider.is_priced(asked.name, web=web):
        what = f"{asked.provider}/{asked.name}{' with its web tools' if web else ''}"
        raise UsageError(
            f"The price of {what} is not known, so --cost cannot be kept. Nothing was sent. Give "
            "--tokens or --minutes instead."
        )


def _limits(base: Limits, given: Mapping[str, float]) -> Limits:
    return replace_struct(base, **given)


def _check_told_room(before: SessionOpened, given: Mapping[str, float]) -> None:
    """The texts stay as they are, so what they say of the room must stay true.

    Raises ``UsageError`` for more than the model was told, and for a limit it was not told where
    it was told the others.
    """
    told = before.conditions.disclosed
    for name, value in given.items():
        old = getattr(before.limits, name)
        if name in told and value > old:
            raise UsageError(
                f"The model was told of at most {old:g} {name}, and --from keeps those words. "
                f"Nothing was sent. Give {old:g} or less: a session that carries on counts anew."
            )
        if told and name not in told and value != old:
            raise UsageError(
                f"The model was told its limits, and --{name} was not among them. --from keeps "
                "those words, so nothing was sent. Leave it out."
            )


async def _check_words_left(parent: str, state: SessionState) -> None:
    """Raise ``UsageError`` where nobody would say anything, and the session would end at once."""
    if not state.turn or not turn_is_over(state) or await ProtocolWords().next_message(state):
        return
    if state.opened.conditions.attended:
        why = "was attended: a person answered, and its record has no words for when nobody does"
    else:
        why = "has said all that its protocol says when nobody answers"
    raise UsageError(
        f"Session {parent} {why}. Unattended it would end at once, so nothing was begun and "
        "nothing sent. Give --attended to answer the model yourself, or begin a new session."
    )


def _versions(provider: Provider) -> Versions:
    return Versions(latitude=__version__, sdk=provider.sdk, python=platform.python_version())
