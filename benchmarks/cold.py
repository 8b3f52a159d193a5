"""`lossclinic diagnose run.csv` as a cold process, against `python -c "import pandas"`. Bar: 1.5."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 15
BAR = 1.5


def seconds(command: list[str]) -> float:
    """Return the wall time of one process; both may keep compiled modules, as they do on any machine."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - start


def main() -> None:
    """Run the two in turn, so that a machine whose speed drifts slows both, and print the median ratio."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "run.csv"
        rows = (
            f"{i},{i / 100:.2f},{2.3 * 0.999**i + 0.05 * (i % 7):.5f},{0.3 + i % 5:.3f}" for i in range(2000)
        )
        log.write_text("step,epoch,train_loss,grad_norm\n" + "\n".join(rows))
        ours = [str(Path(sys.executable).with_name("lossclinic")), "diagnose", str(log), "--json"]
        peer = [sys.executable, "-c", "import pandas"]
        seconds(ours), seconds(peer)  # the files of both are in memory from here on
        pairs = [(seconds(ours), seconds(peer)) for _ in range(ROUNDS)]
    ratio = statistics.median(ours / peer for ours, peer in pairs)
    print("process                        median s")
    print(f"lossclinic diagnose run.csv    {statistics.median(o for o, _ in pairs):.3f}")
    print(f'python -c "import pandas"      {statistics.median(p for _, p in pairs):.3f}')
    print(
        f"ratio, median of {ROUNDS} pairs      {ratio:.2f} (bar {BAR}: {'held' if ratio <= BAR else 'MISSED'})"
    )


if __name__ == "__main__":
    main()
