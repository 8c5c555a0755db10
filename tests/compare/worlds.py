"""Simulated sessions: models that are alike, or that differ by a known amount.

Every function draws from the generator it is given; ``differ`` says whether there is anything to
find.
"""

import math
from random import Random

CAP = 20
TURNS = 20
TOPICS = 12


def rate_of_a_session(draw: Random, rate: float, icc: float) -> float:
    """Return a session's own rate: sessions of one model differ as the intra-class correlation
    of their turns says."""
    if not icc:
        return rate
    spread = 1 / icc - 1
    return draw.betavariate(rate * spread, (1 - rate) * spread)


def turns_that_did(draw: Random, rate: float, icc: float, turns: int = TURNS) -> int:
    own = rate_of_a_session(draw, rate, icc)
    return sum(draw.random() < own for _ in range(turns))


def shares(draw: Random, sessions: int, rate: float, icc: float = 0.1) -> list[float]:
    return [turns_that_did(draw, rate, icc) / TURNS for _ in range(sessions)]


def leaving(draw: Random, exit_hazard: float, budget_hazard: float = 0.0) -> tuple[int, str | None]:
    """Return the turn and the cause of a session's end; ``None`` at the limit of turns."""
    for turn in range(1, CAP + 1):
        if draw.random() < exit_hazard:
            return turn, "exit"
        if draw.random() < budget_hazard:
            return turn, "budget"
    return CAP, None


def topic(draw: Random, tilt: float) -> list[float]:
    """Return a session's one topic of twelve, as shares; ``tilt`` favours the first ones."""
    weights = [math.exp(-tilt * place / TOPICS) for place in range(TOPICS)]
    chosen = draw.choices(range(TOPICS), weights)[0]
    return [float(place == chosen) for place in range(TOPICS)]


def points(
    draw: Random,
    models: int,
    prompts: int,
    repeats: int,
    *,
    manner: float = 0.0,
    manner_by_prompt: float = 0.0,
) -> tuple[list[list[float]], list[str], list[str]]:
    """Return distances, models and prompts of sessions that are points in five dimensions.

    Each session lies around its prompt, its model (spread ``manner``) and what that model does
    under that prompt (spread ``manner_by_prompt``), in units of the spread of repeats.
    """

    def somewhere(spread: float) -> list[float]:
        return [draw.gauss(0, spread) for _ in range(5)]

    of_models = [somewhere(manner) for _ in range(models)]
    places, model_of, prompt_of = [], [], []
    for prompt in range(prompts):
        of_prompt = somewhere(1)
        for model in range(models):
            centre = [
                sum(parts)
                for parts in zip(
                    of_prompt, of_models[model], somewhere(manner_by_prompt), strict=True
                )
            ]
            for _ in range(repeats):
                places.append([at + draw.gauss(0, 1) for at in centre])
                model_of.append(f"model {model}")
                prompt_of.append(f"prompt {prompt}")
    return [[math.dist(a, b) for b in places] for a in places], model_of, prompt_of
