"""How much the server takes on. Each limit is a setting."""

from __future__ import annotations

from dataclasses import dataclass

from lossclinic_ingest.logs.limits import as_set


@dataclass(frozen=True)
class ServerLimits:
    """What is refused, or waits, rather than bring the server down.

    Attributes:
        request_mb: Megabytes of one request that is no upload. A kept conversation that is opened has at most half of one.
        upload_mb: Megabytes of one upload. A log of a few hundred thousand rows; more belongs on the command line.
        uploads_mb: Megabytes of all uploads held at a time, each for an hour at most.
        request_seconds: For a request to arrive whole: an upload of 20 MB over a slow line takes four minutes.
        actions: Of one client in a minute, after as many at once. A person who clicks fast makes thirty.
        uploads: Of one client in a minute.
        logins: Tries of one address in a minute. Each costs a quarter of a second of one core, on purpose.
        at_once: Answers worked on at once; each is a fraction of a second.
        waiting: Answers that wait. Whoever comes then is told to try again: at a few answers a second nobody waits long.
        connections: Open at a time. A page keeps one open and uses up to six.
        sessions: Pages held in memory, some tenths of a megabyte each; the one unused for longest is let go, its browser still has
            its conversation.
        session_hours: After which a person logs in again.
        memory_mb: Megabytes of memory of the process, on Linux. What needs more is refused, and the server goes on.
        stop_seconds: That answers under way get when the server is told to stop.
    """

    request_mb: int = 16
    upload_mb: int = 20
    uploads_mb: int = 2000
    request_seconds: int = 300
    actions: int = 120
    uploads: int = 30
    logins: int = 10
    at_once: int = 8
    waiting: int = 64
    connections: int = 1000
    sessions: int = 300
    session_hours: int = 12
    memory_mb: int = 8000
    stop_seconds: int = 20


def current() -> ServerLimits:
    """Return the limits, each as its setting `LOSSCLINIC_MAX_<NAME>` has it.

    Raises:
        InputError: One is set to something else than a whole number from 1 on.
    """
    return as_set(ServerLimits)
