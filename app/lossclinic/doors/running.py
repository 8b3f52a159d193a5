"""Which servers of this home run, as each of them writes down: for `lossclinic doctor`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from lossclinic_kb.home import own_folder


@dataclass(frozen=True)
class Running:
    """A server that runs.

    Attributes:
        kind: How it tells who comes, as `Entry` has it.
        memory_bounded: Whether the system keeps it within its limit of memory.
    """

    pid: int
    address: str
    kind: str
    memory_bounded: bool


@contextmanager
def written_down(server: Running) -> Iterator[None]:
    """Have a server found while the block runs; where nothing can be written it is not, and runs all the same."""
    path: Path | None = None
    with suppress(OSError):
        path = _folder() / f"{server.pid}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(server)), encoding="utf-8")
    try:
        yield
    finally:
        with suppress(OSError):
            if path is not None:
                path.unlink(missing_ok=True)


def running() -> list[Running]:
    """Return the servers of this home that run; what one left behind that was killed is passed over."""
    found = []
    for path in sorted(_folder().glob("*.json")):
        try:
            server = Running(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            continue
        if _alive(server.pid):
            found.append(server)
    return found


def _folder() -> Path:
    return own_folder() / "servers"


def _alive(pid: int) -> bool:
    if os.name != "posix":  # elsewhere asking for a process ends it
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        return True
    return True
