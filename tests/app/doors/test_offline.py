"""Documents are ingested, questions asked, logs diagnosed and a chat served: nothing of it speaks to another machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from started import Page, log_at, rows, started

from lossclinic.cli import main

WATCHED = """
import ipaddress, os, sys
seen = os.environ["SEEN"]

def outside(host):
    try:
        return not ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return str(host) not in ("localhost", "", "None")

def watch(event, given):
    if not event.startswith("socket."):
        return
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"):
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

from lossclinic.cli import main

folder = os.environ["FOLDER"]
for verb in (["ingest", folder], ["ask", "loss is nan", "--lang", "en"], ["diagnose", f"{folder}/run.csv"], ["doctor"]):
    main(verb, standalone_mode=False)
    with open(seen, "a") as file:
        file.write(f"done {verb[0]}\\n")
main(sys.argv[1:], prog_name="lossclinic")
"""


@pytest.mark.slow
def test_no_connection_leaves_the_machine_and_none_comes_in_from_another(tmp_path: Path) -> None:
    """The verbs one after the other and then the chat, in one process whose sockets are watched; nothing is set offline."""
    seen, script, folder = tmp_path / "seen", tmp_path / "watched.py", tmp_path / "mine"
    folder.mkdir()
    log_at(folder)
    (folder / "notes.md").write_text(
        "# Cluster\n\nOn gpu-17 the loss turns NaN. See https://example.org/x.png\n"
    )
    seen.touch()
    script.write_text(WATCHED)
    settings = {
        "SEEN": str(seen),
        "FOLDER": str(folder),
        "HF_HUB_OFFLINE": "0",
        "GRADIO_ANALYTICS_ENABLED": "True",
    }
    try:
        with started(settings=settings, command=(str(script),)) as server:
            page = Page(server.address)
            assert page.say("the loss is nan on gpu-17").status_code == 200
            assert "turns NaN" in page.seen()
            assert page.say("", page.upload("run.csv", rows(60))).status_code == 200
            assert "[run.csv]" in page.seen()
    finally:  # the home is that of other tests too
        removed = CliRunner().invoke(main, ["ingest", "--remove", str(folder)])
    assert removed.exit_code == 0
    told = seen.read_text().splitlines()
    assert [line for line in told if line.startswith("OUT")] == []
    assert [line for line in told if line.startswith("done")] == [
        f"done {verb}" for verb in ("ingest", "ask", "diagnose", "doctor")
    ]
    assert [line for line in told if line.startswith("in socket.bind")], "the chat was watched too"
