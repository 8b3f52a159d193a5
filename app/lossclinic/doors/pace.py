"""How fast one client may go."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

_MOST: Final = 10_000
"""Clients remembered; whoever was not seen for longest is forgotten, and may go at full pace."""


class Pace:
    """So many in a minute for each client, and as many at once after a rest. Not affected by the clock of the day.

    Args:
        per_minute: How many.
        clock: Seconds that only grow.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Count one more of `client`; return 0, or the seconds after which it may come again."""
        now = self._clock()
        left, seen = self._left.pop(client, (float(self.per_minute), now))
        left = min(float(self.per_minute), left + (now - seen) * self.per_minute / 60)
        allowed = left >= 1
        self._left[client] = (left - 1 if allowed else left, now)
        if len(self._left) > _MOST:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1 - left) * 60 / self.per_minute

    def give_back(self, client: str) -> None:
        """Uncount one of `client`."""
        if client in self._left:
            left, seen = self._left[client]
            self._left[client] = (min(float(self.per_minute), left + 1), seen)
