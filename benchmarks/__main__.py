"""`python -m benchmarks [NAME ...]` runs all benchmarks, or those named."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = (
    "cold",
    "warm",
    "alike",
    "scale",
    "detection",
    "causes",
    "judged",
    "models",
    "calibration",
    "replay",
    "readers",
)

for name in sys.argv[1:] or NAMES:
    if name not in NAMES:
        sys.exit(f"no benchmark is called {name!r}; known: {', '.join(NAMES)}")
    print(f"\n== {name}")
    import_module(f"benchmarks.{name}").main()
