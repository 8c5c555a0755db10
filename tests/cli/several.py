"""One command after another in one process, so that its start is paid for once.

``python -m tests.cli.several --home HOME FILE``: the file holds their arguments, as JSON.
"""

import json
import sys
from pathlib import Path

from latitude.cli.main import main

if __name__ == "__main__":
    _, option, home, file = sys.argv
    verbs = json.loads(Path(file).read_text(encoding="utf-8"))
    for number, verb in enumerate(verbs):
        print(f"--- verb {number}", flush=True)
        try:
            main([option, home, *verb])
        except SystemExit:
            sys.stdout.flush()
    print(f"--- verb {len(verbs)}", flush=True)
