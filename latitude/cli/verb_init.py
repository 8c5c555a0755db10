"""``latitude init``: a home in a folder, with the shipped protocols to read and change."""

import argparse
import shutil
from pathlib import Path

from latitude.core.clean import clean_line
from latitude.errors import HomeUnusable
from latitude.prompts.library import shipped_prompts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("dir", metavar="DIR", type=Path, help="a new folder, or an empty one")


def run(options: argparse.Namespace) -> int:
    """Make the home. Refuses a folder that holds anything."""
    folder: Path = options.dir.expanduser().absolute()
    try:
        if folder.exists() and any(folder.iterdir()):
            raise HomeUnusable(
                f"{folder} is not empty, so no home was made there. Nothing was changed. "
                "Name a new folder."
            )
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(shipped_prompts(), folder / "prompts")
        for name in ("sessions", "artifacts"):
            (folder / name).mkdir()
    except OSError as error:
        raise HomeUnusable(
            f"No home could be made at {folder}: {error.strerror}. Name a folder that you can "
            "write in."
        ) from error
    shown = clean_line(str(folder))
    print(f"A home in {shown}. In that folder, or with --home {shown}:")
    print("latitude run --model rehearsal")
    return 0
