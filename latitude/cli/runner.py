"""Runs the sessions of one ``latitude run``: in order, a few at once, stopped together."""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator, Sequence

from latitude.bootstrap import House, Outcome, open_house
from latitude.cli.attended import Person
from latitude.cli.exit_status import EXIT_DONE, EXIT_FAILED, EXIT_INTERRUPTED
from latitude.cli.options import home_of
from latitude.cli.output import complain, print_json, say, style_for
from latitude.cli.page import Page, retry_line
from latitude.cli.screen import Screen
from latitude.cli.signals import watching
from latitude.cli.tally import Tally
from latitude.config import Settings, load_settings
from latitude.core.clean import clean, clean_line
from latitude.core.events import End, Record, ResponseFailed, SessionOpened
from latitude.core.stream import Delta
from latitude.errors import LatitudeError, UsageError
from latitude.journal.circumstances import protocol_label
from latitude.journal.endings import ending_sentence, model_label
from latitude.preparing import Order, Prepared
from latitude.session.companion import ProtocolWords
from latitude.session.seams import Companion
from latitude.session.stop import OutsideEnd, Stop

AT_ONCE = 4
"""Sessions that run at the same time unless ``--parallel`` says otherwise."""

_FAILED_ENDS: frozenset[End] = frozenset({"provider-failed", "harness-failed"})


async def run_orders(options: argparse.Namespace) -> int:
    """Prepare every session, then run them; return the exit status."""
    home = home_of(options)
    orders = _orders(options, load_settings(home))
    alone = len(orders) * options.repeat == 1 and not options.json
    async with open_house(home, paced=alone and sys.stdout.isatty()) as house:
        crew = Crew(house, as_json=options.json)
        with crew.signals():
            try:
                await _recover(house)
                # All are prepared before the first word is sent: a bad name stops everything.
                prepared = [await house.prepare(order) for order in orders]
            except asyncio.CancelledError:
                if not crew.status:
                    raise
                complain("stopped before a session began. Nothing was sent.")
                return crew.status
            _tell(prepared)
            if alone:
                await crew.run_alone(prepared[0])
            else:
                await crew.run_all(_repeated(prepared, options.repeat), options.parallel or AT_ONCE)
    return crew.status


def _repeated(prepared: Sequence[Prepared], times: int) -> list[Prepared]:
    """Each session so many times, the models in turns."""
    if times == 1:
        return list(prepared)
    return [one.repeated(number) for number in range(1, times + 1) for one in prepared]


async def _recover(house: House) -> None:
    """What an earlier launch left open is closed at this one; said aside, not on the page."""
    for finding in await house.recover():
        if finding.kind != "running":
            print(f"latitude: {clean(finding.text)}", file=sys.stderr)


def _tell(prepared: Sequence[Prepared]) -> None:
    """Say aside what a person may not expect of the sessions that begin now."""
    for note in dict.fromkeys(one.note for one in prepared if one.note is not None):
        print(f"note: {clean(note)}", file=sys.stderr)


def _orders(options: argparse.Namespace, settings: Settings) -> list[Order]:
    models: Sequence[str | None] = options.model or [settings.model]
    if models == [None] and not options.carry_on:
        raise UsageError(
            "Which model? Give --model, such as --model rehearsal (needs no key); "
            "'latitude models' shows which ones can be reached from here."
        )
    given = {
        name: getattr(options, name)
        for name in ("turns", "steps", "tokens", "minutes", "cost")
        if getattr(options, name) is not None
    }
    if settings.turns is not None and not options.carry_on:
        given.setdefault("turns", settings.turns)
    return [
        Order(
            model=model,
            protocol=options.protocol or settings.protocol,
            limits=given,
            tools=options.tools,
            attended=options.attended,
            effort=options.effort,
            base_url=options.base_url,
            carry_on=options.carry_on,
            network=options.network,
        )
        for model in models
    ]


class Crew:
    """The sessions that are running, what they print, and what stops them."""

    def __init__(self, house: House, *, as_json: bool) -> None:
        self._house = house
        self._as_json = as_json
        self._stops: set[Stop] = set()
        self._stopped = 0
        """How often somebody asked for the end: signals, and the loss of the screen."""
        self._failed = False
        self._screen = Screen(self._on_loss)
        self._style = style_for(sys.stdout)
        self._preparing: asyncio.Task[object] | None = None

    @property
    def status(self) -> int:
        """The exit status for all sessions together."""
        if self._stopped:
            return EXIT_INTERRUPTED
        return EXIT_FAILED if self._failed else EXIT_DONE

    @contextlib.contextmanager
    def signals(self) -> Iterator[None]:
        """Ctrl-C ends as the person's wish; a second one, SIGTERM and SIGHUP interrupt."""
        self._preparing = asyncio.current_task()
        with watching(self._on_signal):
            yield

    def _on_signal(self, number: signal.Signals) -> None:
        self._stopped += 1
        if self._preparing is not None and not self._stops:
            self._preparing.cancel()
        first = number is signal.SIGINT and self._stopped == 1
        self._stop_all("person-end" if first else "interrupted")

    def _on_loss(self) -> None:
        self._stopped += 1
        self._stop_all("interrupted")

    def _stop_all(self, reason: OutsideEnd) -> None:
        for stop in self._stops:
            stop.request(reason)

    async def run_alone(self, prepared: Prepared) -> None:
        """One session, shown as it happens."""
        self._preparing = None
        attended = prepared.opened.conditions.attended
        page = Page(sys.stdout, self._style, typed=attended, person="You")
        companion: Companion = Person(self._style, self._screen) if attended else ProtocolWords()
        outcome = await self._run(prepared, companion, _Live(page, self._screen))
        with self._screen.showing():
            print(f"record  {clean_line(str(outcome.record))}")
            print(f"ledger  {outcome.ledger_tip}", flush=True)

    async def run_all(self, prepared: Sequence[Prepared], at_once: int) -> None:
        """Several sessions, a line at the start and the end of each, and a tally of all."""
        self._preparing = None
        tally = Tally(len(prepared))
        places = asyncio.Semaphore(at_once)

        async def one(session: Prepared) -> None:
            async with places:
                if self._stopped:
                    return
                watcher = _Quiet(self._screen, shown=not self._as_json)
                try:
                    outcome = await self._run(session, ProtocolWords(), watcher)
                    tally.ended(outcome)
                    self._report(outcome)
                except LatitudeError as error:
                    # One session that cannot go on must not take the others with it.
                    self._failed = True
                    tally.broke_off()
                    complain(str(error))

        async with asyncio.TaskGroup() as group:
            for session in prepared:
                group.create_task(one(session))
        if not self._as_json:
            tip = await self._house.ledger_tip()
            with self._screen.showing():
                say(tally.sentences)
                print(f"ledger  {tip}", flush=True)

    async def _run(
        self, prepared: Prepared, companion: Companion, watcher: "_Live | _Quiet"
    ) -> Outcome:
        stop = Stop()
        self._stops.add(stop)
        try:
            outcome = await self._house.run(prepared, companion, watcher, stop)
        finally:
            self._stops.discard(stop)
        closed = outcome.closed
        if closed.end in _FAILED_ENDS:
            self._failed = True
            complain(f"{outcome.opened.id} ended as {closed.end}: {closed.detail}")
        return outcome

    def _report(self, outcome: Outcome) -> None:
        with self._screen.showing():
            self._print_report(outcome)
            sys.stdout.flush()

    def _print_report(self, outcome: Outcome) -> None:
        opened, closed = outcome.opened, outcome.closed
        if self._as_json:
            print_json(
                {
                    "id": opened.id,
                    "model": closed.summary.model or opened.model.name,
                    "protocol": opened.protocol.name,
                    "network": opened.conditions.network,
                    "end": closed.end,
                    "detail": closed.detail,
                    "summary": closed.summary,
                    "fingerprint": outcome.fingerprint,
                    "record": str(outcome.record),
                    "ledger": outcome.ledger_tip,
                }
            )
            return
        print(f"{opened.id}  {clean_line(ending_sentence(closed, opened))}")
        print(f"record  {clean_line(str(outcome.record))}")


class _Live:
    """Shows one session as it happens."""

    def __init__(self, page: Page, screen: Screen) -> None:
        self._page = page
        self._screen = screen

    def record(self, record: Record) -> None:
        """Show a recorded event; the first line of all is the session's id."""
        with self._screen.showing():
            if isinstance(record.event, SessionOpened):
                print(record.event.id)
            self._page.record(record)

    def delta(self, _turn: int, _step: int, delta: Delta) -> None:
        """Show a piece of the reply."""
        with self._screen.showing():
            self._page.delta(delta)


class _Quiet:
    """Shows that a session began, and what it waits for, until its end."""

    def __init__(self, screen: Screen, *, shown: bool) -> None:
        self._screen = screen
        self._shown = shown
        self._session = ""

    def record(self, record: Record) -> None:
        """Print one line for the opening, and one for each wait."""
        match record.event:
            case SessionOpened() as opened:
                self._session = opened.id
                label = clean_line(model_label(opened.model.provider, opened.model.name))
                protocol = protocol_label(opened.protocol, opened.conditions)
                self._say(f"{label}  {protocol}  begins")
            case ResponseFailed(retried=True) as failed:
                self._say(retry_line(failed))

    def _say(self, words: str) -> None:
        if self._shown:
            with self._screen.showing():
                print(f"{self._session}  {words}", flush=True)

    def delta(self, _turn: int, _step: int, _delta: Delta) -> None:
        """Say nothing of pieces."""
