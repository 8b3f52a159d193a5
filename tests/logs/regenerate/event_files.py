"""What the scripts that write event files share."""

from __future__ import annotations

import math
import os
import socket
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from common import Row

ID = "tensorboard_events"
MACHINE = socket.gethostname()
FALLING = [2.3 * 0.9**step for step in range(12)]
ODD = [2.3, 1.7, math.nan, math.inf, -math.inf, 1.1]


def single(values: Sequence[float]) -> list[float]:
    """Return numbers as float32 keeps them."""
    import numpy as np

    return [float(value) for value in np.array(values, np.float32)]


def accumulated(log: Path) -> dict[str, list[float]]:
    """Return what TensorBoard reads of every event file below `log`, all points of each tag."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util.tensor_util import make_ndarray

    found: dict[str, list[float]] = {}
    for path in sorted(log.rglob("events*")) if log.is_dir() else [log]:
        read = EventAccumulator(str(path), {"scalars": 0, "tensors": 0}, purge_orphaned_data=False).Reload()
        for tag in read.Tags()["scalars"]:
            found.setdefault(tag, []).extend(point.value for point in read.Scalars(tag))
        for tag in read.Tags()["tensors"]:
            if read.SummaryMetadata(tag).plugin_data.plugin_name == "scalars":
                points = [make_ndarray(point.tensor_proto) for point in read.Tensors(tag)]
                found.setdefault(tag, []).extend(float(point) for point in points)
    return found


def agree(log: Path, rows: Sequence[Row], tags: Callable[[str], str] = str) -> None:
    """Stop if TensorBoard reads other numbers than were handed to the writer.

    Args:
        log: The file or folder.
        rows: What is expected.
        tags: From the name of a series to its tag.
    """
    import numpy as np

    theirs = accumulated(log)
    for name, _, values in rows:
        np.testing.assert_array_equal(theirs[tags(name)][: len(values)], np.array(values, np.float64), name)


def only_file(folder: Path) -> Path:
    """Return the one event file directly in a folder."""
    (path,) = anonymous(folder).glob("events*")
    return path


def anonymous(folder: Path) -> Path:
    """Take the name of the machine out of the names of files: TensorFlow does not ask Python for it."""
    for path in list(folder.rglob(f"*.{MACHINE}*")):
        path.rename(path.with_name(path.name.replace(f".{MACHINE}", ".host")))
    return folder


def each_within(*writers: Callable[[Path], None]) -> None:
    """Call every writer inside an empty folder; the machine is called `host`, which becomes part of names of files."""
    socket.gethostname = lambda: "host"
    for write in writers:
        with tempfile.TemporaryDirectory() as folder:
            before = Path.cwd()
            os.chdir(folder)
            write(Path())
            os.chdir(before)
