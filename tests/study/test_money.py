"""What a study may cost, and a purse that is never overdrawn."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from latitude.core.spec import Limits
from latitude.study.money import (
    ASSUMED,
    Estimate,
    ModelKey,
    Purse,
    Seen,
    costs_seen,
    estimate,
    key_of,
    needs,
)
from tests.journal.samples import opened
from tests.study.stage import Cheap, closing, put_session


class Priced(Cheap):
    """A thousandth of a dollar for each token."""

    def price(self, read: int, written: int) -> float:
        return (read + written) / 1000


def session(limits: Limits) -> Priced:
    return Priced(replace(opened(provider="anthropic", name="x"), limits=limits))


def test_earlier_sessions_of_the_same_model_are_the_best_guess(tmp_path: Path) -> None:
    for cost in (0.2, 0.4):
        put_session(tmp_path, None, closing(cost=cost), "anthropic/x")
    put_session(tmp_path, None, closing(cost=9), "anthropic/y")
    put_session(tmp_path, None, closing("interrupted", cost=9), "anthropic/x")
    put_session(tmp_path, None, closing(cost=None), "anthropic/x")
    put_session(tmp_path, None, closing("provider-failed", cost=0, written=0), "anthropic/x")
    put_session(tmp_path, None, None, "anthropic/x")
    ready = session(Limits())
    key = key_of(ready.opened.model)
    assert key == ModelKey("anthropic", "x", "")
    seen = costs_seen(tmp_path, [key])
    assert seen[key].n == 2
    guess = estimate(ready, seen[key])
    assert guess.usd == pytest.approx(0.3)
    assert guess.why == "mean of 2 earlier sessions"


def test_without_any_it_follows_from_the_limits() -> None:
    small = estimate(session(Limits(turns=1, steps=200)), Seen())
    assert small.why == ASSUMED
    assert small.usd == pytest.approx((2 * 700 + 1500 + 2200) / 1000)
    assert estimate(session(Limits(turns=50, steps=1)), Seen()).usd == pytest.approx(2.2)
    assert estimate(session(Limits(turns=50, tokens=1400)), Seen()).usd == small.usd
    assert estimate(session(Limits(turns=50)), Seen()).usd > 100
    limited = estimate(session(Limits(turns=50, cost=0.5)), Seen())
    assert (limited.usd, limited.why) == (0.5, "its limit")


def test_a_session_needs_its_limit_or_else_the_larger_guess() -> None:
    guess = Estimate(0.4, "said")
    assert needs(Limits(cost=0.1), guess) == 0.1
    assert needs(Limits(), guess) == 0.4
    assert needs(Limits(), guess, Seen(2, 1.0)) == 0.5
    assert needs(Limits(), guess, Seen(2, 0.2)) == 0.4
    assert needs(Limits(cost=0.1), Estimate(0.0, "free")) == 0
    assert needs(Limits(cost=0.1), None) == 0


def test_what_is_free_and_what_is_not_known() -> None:
    sample = opened()
    assert estimate(Cheap(sample, each=0.0), Seen()).why == "free"
    assert estimate(Cheap(sample, each=None), Seen()).usd is None


async def test_without_a_budget_everything_fits() -> None:
    purse = Purse(None, 0.0)
    assert await purse.take(10**9)
    await purse.give_back(10**9, 3.0)
    assert purse.spent == 3.0


async def test_what_is_reserved_does_not_fit_twice() -> None:
    purse = Purse(1.0, 0.2)
    assert await purse.take(0.4)
    assert await purse.take(0.4)
    waiting = asyncio.ensure_future(purse.take(0.4))
    await asyncio.sleep(0)
    assert not waiting.done(), "what runs may leave some of it"
    assert await purse.take(0.0), "what is free never waits"
    await purse.give_back(0.4, 0.1)
    await asyncio.sleep(0)
    assert not waiting.done(), "it still does not fit"
    await purse.give_back(0.4, 0.05)
    assert await waiting
    await purse.give_back(0.4, 0.4)
    assert purse.spent == pytest.approx(0.75)
    assert not await purse.take(0.4), "nothing runs, and it does not fit"
    assert await purse.take(0.25), "to the cent"


@given(
    budget=st.floats(0.1, 50),
    cells=st.lists(st.tuples(st.floats(0.01, 3), st.floats(0, 1)), max_size=40),
    at_once=st.integers(1, 5),
)
def test_it_is_never_overdrawn_while_sessions_keep_to_what_they_took(
    budget: float, cells: list[tuple[float, float]], at_once: int
) -> None:
    async def play() -> None:
        purse = Purse(budget, 0.0)
        queue = list(cells)

        async def work() -> None:
            while queue:
                amount, share = queue.pop(0)
                if not await purse.take(amount):
                    assert purse.spent + amount > budget
                    queue.clear()
                    return
                await asyncio.sleep(0)
                await purse.give_back(amount, amount * share)

        await asyncio.wait_for(asyncio.gather(*(work() for _ in range(at_once))), 20)
        assert purse.spent <= budget + 1e-6

    asyncio.run(play())
