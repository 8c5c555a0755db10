"""What a study can ask of its sessions beforehand, and which test answers it."""

from collections.abc import Mapping
from dataclasses import dataclass

FISHER = "fisher-exact"
"""Two-sided, on sessions."""
LOG_RANK = "log-rank"
"""Turns until an exit; a session that reached its limit of turns is censored there."""
MEAN = "permutation-mean"
"""Difference of the arms' means over sessions, labels of sessions shuffled."""
DIVERGENCE = "permutation-divergence"
"""Jensen-Shannon divergence of the arms' shares over what shuffled labels give."""
LIKENESS = "permutation-likeness"
"""Distance between arms less that within them, labels of sessions shuffled."""

CORRECTION = "holm"
"""How the planned tests of one study are corrected for their number."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that a session is looked at for."""

    says: str
    test: str
    """The test between arms; one of the names above."""


OUTCOMES: Mapping[str, Outcome] = {
    "exit": Outcome("whether the model chose to stop", FISHER),
    "turns": Outcome("the turns until it chose to stop", LOG_RANK),
    "made": Outcome("whether it left any file", FISHER),
    "files": Outcome("how many files it left", MEAN),
    "thinking": Outcome("the share of thinking in what it wrote", MEAN),
    "questions": Outcome("how many questions it asked us, a turn", MEAN),
    "kinds": Outcome("what it made, by kind of file", DIVERGENCE),
    "likeness": Outcome("how alike what it wrote is from session to session", LIKENESS),
}
"""By name, as ``outcomes`` of a study file lists them."""
