"""One attack, and what it means that it is held."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


class Skipped(Exception):  # noqa: N818
    """The attack cannot be tried on this machine; says why."""


@dataclass(frozen=True)
class Case:
    """One attack.

    Attributes:
        kind: The class of attacks that it belongs to.
        name: What it is, within its class.
        attempt: Tries it; raises anything where it gets through.
        short: Whether it belongs to the short form, which every test run takes.
    """

    kind: str
    name: str
    attempt: Callable[[], None]
    short: bool = True


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Demand that what happens inside takes no more processor time than `seconds`."""
    start = time.process_time()
    yield
    taken = time.process_time() - start
    assert taken < seconds, f"took {taken:.1f} s of a processor, more than {seconds:g} s"


def grows_linearly(work: Callable[[int], object], size: int, *, least: float = 0.1) -> None:
    """Demand that four times as much input takes no more than about four times as long.

    Args:
        work: Does it for an input of a size.
        size: The smaller of both sizes.
        least: Seconds below which the larger one is quick enough whatever the ratio: clocks are coarse.
    """
    for again in (True, False):  # once more before it is believed: memory may have been tidied up just then
        seconds = [_seconds(work, length) for length in (size, 4 * size)]
        ratio = seconds[1] / max(seconds[0], 1e-9)
        if seconds[1] < least or ratio < 9:
            return
        assert again, f"four times the input takes {ratio:.0f} times as long ({seconds[1]:.1f} s)"


def _seconds(work: Callable[[int], object], length: int) -> float:
    start = time.process_time()
    work(length)
    return time.process_time() - start
