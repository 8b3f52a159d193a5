"""What a process that forked off another has to renew: locks that nobody will ever release, and pools of native threads.

Only the thread that forked lives on in the child. A lock that another held stays held, and a pool of OpenMP threads waits for
threads that are gone: both would be waited for without end.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import Protocol
from weakref import WeakValueDictionary


class Renewed(Protocol):
    """Whatever holds a lock."""

    def after_fork(self) -> None:
        """Take new locks; called in the child."""


_held: WeakValueDictionary[int, Renewed] = WeakValueDictionary()


def renew_in_children(owner: Renewed) -> None:
    """Have `owner` renewed in every process that is forked off this one."""
    _watch()
    _held[id(owner)] = owner


@cache
def _watch() -> None:
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_renew)


def _renew() -> None:
    for owner in list(_held.values()):
        owner.after_fork()
    # With one thread the native libraries do without the pools that did not come along.
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    if "faiss" in sys.modules:
        sys.modules["faiss"].omp_set_num_threads(1)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
