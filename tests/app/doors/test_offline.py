"""A server that answers logs speaks to nobody outside this machine."""

from __future__ import annotations

from pathlib import Path

from started import Page, rows, started

WATCHED = """
import ipaddress, os, runpy, sys
seen = os.environ["SEEN"]

def outside(host):
    try:
        return not ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return str(host) not in ("localhost", "", "None")

def watch(event, given):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        to = given[1]
        told = isinstance(to, tuple) and outside(to[0])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        told = outside(given[0].decode() if isinstance(given[0], bytes) else given[0])
    else:
        return
    with open(seen, "a") as file:
        file.write(f"{'OUT' if told else 'in'} {event} {given}\\n")
    if told:
        raise OSError(f"refused: {event} {given}")

sys.addaudithook(watch)
sys.argv[0] = "lossclinic"
runpy.run_module("lossclinic", run_name="__main__")
"""


def test_no_connection_leaves_the_machine(tmp_path: Path) -> None:
    seen, script = tmp_path / "seen", tmp_path / "watched.py"
    seen.touch()
    script.write_text(WATCHED)
    settings = {"SEEN": str(seen), "HF_HUB_OFFLINE": "0", "GRADIO_ANALYTICS_ENABLED": "True"}
    with started(settings=settings, command=(str(script),)) as server:
        page = Page(server.address)
        assert page.say("", page.upload("run.csv", rows(60))).status_code == 200
        assert "[run.csv]" in page.seen()
    attempts = [line for line in seen.read_text().splitlines() if line.startswith("OUT")]
    assert attempts == []
