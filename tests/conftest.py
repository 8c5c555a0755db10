"""What every test stands on: no network, no keys, no settings of the person who runs it."""

import compileall
import gc
import os
import re
import runpy
from collections import Counter
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from tests.machine import remember_the_browser

OFFLINE = Path(__file__).parent / "offline"
ROOT = Path(__file__).parent.parent

# By path, for a system's own sitecustomize may have been imported under that name already.
runpy.run_path(str(OFFLINE / "sitecustomize.py"))

# Compiled once for all of the hundreds of processes that the tests start. Where Python is told to
# keep nothing of what it compiles, each of them would compile the whole program anew, a third of
# all that it does; and where it is not, one that may write no large file could leave torn code.
if "PYTEST_XDIST_WORKER" not in os.environ:
    compileall.compile_dir(ROOT / "latitude", quiet=2)

# Textual, Hypothesis and pytest hold much that lives as long as the run. Walking through it as
# often as a small program is walked through took a fifth of the time of the app's tests.
gc.set_threshold(20_000, 50, 1_000)

# How long an example takes says how busy the machine is, and nothing of the code. Each run tries
# other examples; `make fuzz` tries many.
settings.register_profile("a run", deadline=None, max_examples=50)
settings.load_profile("a run")


_NUMBERS = count()


def own_folder(factory: pytest.TempPathFactory, name: str) -> Path:
    """Make a new folder. pytest's own way looks through all that there are, at last thousands."""
    plain = re.sub(r"\W", "_", name, flags=re.ASCII)[:30]
    place = factory.getbasetemp() / f"{next(_NUMBERS)}-{plain}"
    place.mkdir(mode=0o700)
    return place


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this test alone, which stays when it is over."""
    return own_folder(tmp_path_factory, request.node.name)


@pytest.fixture(autouse=True)
def a_clean_machine(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory):
    """Take away keys, proxies and personal folders; children get the network guard too."""
    for name in list(os.environ):
        if name.startswith(("ANTHROPIC_", "OPENAI_", "LATITUDE_", "GIT_")) or name.lower().endswith(
            "_proxy"
        ):
            monkeypatch.delenv(name)
    person = own_folder(tmp_path_factory, "person")
    monkeypatch.setenv("HOME", str(person))
    monkeypatch.setenv("XDG_DATA_HOME", str(person / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(person / "config"))
    monkeypatch.setenv("LATITUDE_STATE", str(person / "state"))
    remember_the_browser(person / "state")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(OFFLINE), str(ROOT)]))
    monkeypatch.setenv("NO_COLOR", "1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each of the five promises has tests of its own, or the suite does not start.

    Modules with slow tests come first: one that is left for the end keeps a worker alone.
    """
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path])
    from latitude.prompts.promises import PROMISES

    kept = {mark.args[0] for item in items for mark in item.iter_markers("promise") if mark.args}
    unknown = kept - PROMISES.keys()
    if unknown:
        raise pytest.UsageError(f"tests name promises that nobody makes: {sorted(unknown)}")


@pytest.fixture
def home_folder(tmp_path: Path) -> Path:
    """An empty home on disk; the shipped protocols are found beside the package."""
    for part in ("prompts", "sessions", "artifacts"):
        (tmp_path / "home" / part).mkdir(parents=True)
    return tmp_path / "home"
