"""`python -m benchmarks.field`: train the runs, or judge on them."""

from __future__ import annotations

import argparse


def main() -> None:
    """Train what has no log yet, or print what lossclinic makes of the logs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.field")
    parser.add_argument(
        "--judge", nargs="?", const="all", choices=("open", "kept", "all"), help="judge on one side, or both"
    )
    parser.add_argument("--seed", type=int, default=20, help="of the trainings (20)")
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="train only what has TEXT in tool/task/name"
    )
    options = parser.parse_args()
    if options.judge:
        from benchmarks.field.judge import report

        report(options.judge)
    else:
        from benchmarks.field.record import record

        record(options.seed, options.only)


if __name__ == "__main__":
    main()
