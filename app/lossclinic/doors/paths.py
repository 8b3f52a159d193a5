"""What can be asked of the server. Whatever is not here does not exist, whatever Gradio may offer under it."""

from __future__ import annotations

import re
from typing import Final

API: Final = "/gradio_api"
JOIN: Final = f"{API}/queue/join"
STREAM: Final = f"{API}/queue/data"
CANCEL: Final = f"{API}/cancel"
UPLOAD: Final = f"{API}/upload"
HEARTBEAT: Final = f"{API}/heartbeat/"
LOGIN: Final = "/login"
LOGOUT: Final = "/logout"

_SHOWN = (
    r"/",
    r"/config/?",
    r"/theme\.css",
    rf"{API}/theme\.css",
    r"/favicon\.ico",
    r"/manifest\.json",
    r"/(assets|static|svelte)/[\w./@+-]+",
    rf"{API}/info/?",
    rf"{API}/app_id/?",
    rf"{API}/startup-events",
    rf"{API}/upload_progress",
    rf"{HEARTBEAT}\w{{1,64}}",
    STREAM,
)
_DONE = (JOIN, CANCEL, UPLOAD, rf"{API}/reset/?")
OPEN: Final = {
    "GET": re.compile("|".join(_SHOWN)),
    "HEAD": re.compile("/"),
    "POST": re.compile("|".join(_DONE)),
}
"""Paths by method: the page and what it is made of, its list of events, its conversations and its uploads.

Not among them: files of the machine, also uploaded ones (`/file=`), other servers (`/proxy=`), calls by name (`/run`,
`/api`, `/call`), deep links, run history, monitoring, flagging, streams of media, reloading and editing of the code.
"""


def is_open(method: str, path: str) -> bool:
    """Whether there is anything at `path`."""
    known = OPEN.get(method)
    return bool(known and known.fullmatch(path)) and "/../" not in path and not path.endswith("/..")
