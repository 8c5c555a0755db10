"""When a failed request is sent again by itself: only if nothing of the reply had arrived."""

import random

from latitude.core.stream import Failed, FailureKind

MOST_RETRIES = 5
LONGEST_WAIT = 120.0
"""Seconds; a provider that asks for more is not waited for."""
_FIRST_WAIT = 0.5
_LONGEST_OWN_WAIT = 30.0

_PASSING: frozenset[FailureKind] = frozenset(
    {"connection", "stalled", "closed_early", "rate_limit", "overloaded", "server", "malformed"}
)


def wait_before_retry(failed: Failed, attempt: int, *, arrived: bool) -> float | None:
    """Return the seconds to wait before attempt ``attempt + 1``, or ``None`` for no retry.

    ``arrived`` says whether any part of the reply had come: then another request would be a
    second sample, and is never made silently.
    """
    if arrived or attempt > MOST_RETRIES or failed.kind not in _PASSING:
        return None
    if failed.retry_after is not None:
        return failed.retry_after if failed.retry_after <= LONGEST_WAIT else None
    longest: float = min(_FIRST_WAIT * 2 ** (attempt - 1), _LONGEST_OWN_WAIT)
    # Jitter keeps parallel sessions from returning all at once; it decides nothing else.
    return longest * random.uniform(0.75, 1.0)  # noqa: S311


def person_may_retry(failed: Failed) -> bool:
    """Say whether asking again can help at all, so that an attending person is asked."""
    return failed.kind in _PASSING
