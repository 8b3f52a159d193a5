"""`python -m benchmarks.abuse` tries every attack and prints, for each class, how many were tried, held and got through.

Exits with 1 if one got through. `--short` tries those that every test run tries; `--class NAME` only one class.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence

from benchmarks.abuse.case import Case, Skipped
from benchmarks.abuse.registry import every_case


def main() -> int:
    """Try all, print the table, return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.abuse", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--short", action="store_true", help="only what every test run tries")
    parser.add_argument(
        "--class", dest="kinds", action="append", help="only this class; may be given several times"
    )
    parser.add_argument("--traces", action="store_true", help="the whole trace of what got through")
    options = parser.parse_args()
    chosen = every_case(short=options.short, kinds=options.kinds or ())
    return report(chosen, traces=options.traces)


def report(chosen: Sequence[Case], *, traces: bool = False) -> int:
    """Try cases and print a line for each class; 1 if one got through."""
    tried, held, skipped, seconds = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    failed: list[str] = []
    for case in chosen:
        start = time.process_time()
        try:
            case.attempt()
        except Skipped as reason:
            skipped[case.kind] += 1
            print(f"skipped: {case.kind}: {case.name}: {reason}", file=sys.stderr)
        except Exception as error:
            tried[case.kind] += 1
            lines = (str(error).splitlines() or [""])[0][:200]
            failed.append(f"{case.kind}: {case.name}: {type(error).__name__}: {lines}")
            print(f"GOT THROUGH  {failed[-1]}", flush=True)
            if traces:
                traceback.print_exc()
        else:
            tried[case.kind] += 1
            held[case.kind] += 1
        seconds[case.kind] += round(1000 * (time.process_time() - start))
    print(f"\n{'class':28} {'tried':>6} {'held':>6} {'failed':>6} {'skipped':>8} {'CPU s':>8}")
    for kind in dict.fromkeys(case.kind for case in chosen):
        print(
            f"{kind:28} {tried[kind]:6} {held[kind]:6} {tried[kind] - held[kind]:6} {skipped[kind]:8} {seconds[kind] / 1000:8.1f}"
        )
    total, good = sum(tried.values()), sum(held.values())
    print(
        f"{'all':28} {total:6} {good:6} {total - good:6} {sum(skipped.values()):8} {sum(seconds.values()) / 1000:8.1f}"
    )
    return 1 if failed or not total else 0


if __name__ == "__main__":
    sys.exit(main())
