"""Coverage-guided fuzzing with oracles: ``make fuzz``. How long each target runs: ``SECONDS``."""

TARGETS = {
    "journal_reader": ("latitude.journal", "latitude.core"),
    "exit_detector": ("latitude.session",),
}
"""What is fuzzed, and the rooms whose branches are counted."""
