"""Write training logs with the real libraries, and what each library itself holds of the same training.

    python tests/logs/regenerate NAME ...     (needs the library; `python tests/logs/regenerate` lists the names)

Every case becomes `tests/logs/<format>/<case>/`: the log, and an expected.json whose values come from the library's
own memory of the training (Keras `History`, a second logger, the Trainer's `log_history`), never from a reader of
lossclinic. Roles and the number of notes are stated by hand. `written_by` says who wrote the log: the library and its
version, or the source of its writer where the library does not install.

Not written here: `generic_csv`, whose tables are made by hand for the one thing that each shows, and a few cases that
the same libraries wrote on another day, whose expected values were taken with pandas and json.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

NAMES = sorted(path.stem.removeprefix("write_") for path in Path(__file__).parent.glob("write_*.py"))

if not sys.argv[1:]:
    sys.exit(f"name what to write: {', '.join(NAMES)}")
for name in sys.argv[1:]:
    import_module(f"write_{name}").main()
