"""One fuzzer, a process of its own: ``python -m tests.fuzz.child NAME`` and arguments."""

import importlib
import sys

import atheris

from tests.fuzz import TARGETS


def main() -> None:
    """Fuzz the target until libFuzzer's arguments say that it is enough, or something is found."""
    name, *arguments = sys.argv[1:]
    with atheris.instrument_imports(include=list(TARGETS[name])):
        target = importlib.import_module(f"tests.fuzz.{name}")
    atheris.Setup([sys.argv[0], *arguments], target.check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
