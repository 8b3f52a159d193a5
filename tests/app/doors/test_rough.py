"""Clients that are slow, leave in the middle or come in numbers; and a server that is told to stop while it answers."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from started import Page, Started, rows, started

from lossclinic import Clinic
from lossclinic.doors.running import running
from lossclinic.ui.serve import launch


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """One server for all tests of this module, the last of which ends it."""
    uploads = tmp_path_factory.mktemp("uploads")
    with started(settings={"TMPDIR": str(uploads), "LOSSCLINIC_MAX_REQUEST_SECONDS": "5"}) as running:
        yield running
    assert list(uploads.glob("lossclinic-*")) == []


def knock(server: Started, head: bytes) -> socket.socket:
    host, port = server.address.removeprefix("http://").split(":")
    line = socket.create_connection((host, int(port)), timeout=20)
    line.sendall(head)
    return line


def answers(server: Started) -> None:
    page = Page(server.address)
    assert page.say("", page.upload("run.csv", rows(60))).status_code == 200
    assert "[run.csv]" in page.seen()


def test_connections_that_say_nothing_keep_nobody_waiting(server: Started) -> None:
    silent = [
        knock(server, head) for head in (b"", b"GET / HT", b"POST /gradio_api/upload HTTP/1.1\r\n") * 40
    ]
    began = time.perf_counter()
    assert httpx.get(f"{server.address}/gradio_api/app_id", timeout=20).status_code == 200
    assert time.perf_counter() - began < 10
    for line in silent:
        line.close()
    answers(server)


def test_an_upload_that_stalls_is_given_up_with_a_line(server: Started) -> None:
    head = (
        f"POST /gradio_api/upload HTTP/1.1\r\nHost: {server.address[7:]}\r\nContent-Length: 5000000\r\n"
        "Accept-Language: zh\r\nContent-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
        'Content-Disposition: form-data; name="files"; filename="run.csv"\r\n\r\nstep,loss\n'
    ).encode()
    with knock(server, head) as line:
        told = line.recv(4096) + line.recv(4096)
    assert b"408" in told.split(b"\r\n", 1)[0]
    assert "5 秒内没有传完" in told.decode()


def test_clients_that_leave_in_the_middle_cost_nobody_else(server: Started) -> None:
    head = (
        f"POST /gradio_api/upload HTTP/1.1\r\nHost: {server.address[7:]}\r\nContent-Length: 5000000\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
        'Content-Disposition: form-data; name="files"; filename="run.csv"\r\n\r\n'
    ).encode()
    for _ in range(5):
        knock(server, head + b"1,2\n" * 50_000).close()
    page = Page(server.address)
    assert page.say("", page.upload("run.csv", rows(3000))).status_code == 200
    with page.http.stream("GET", "/gradio_api/queue/data", params={"session_hash": page.session}) as stream:
        next(stream.iter_lines())
    answers(server)
    assert page.say("", page.upload("run.csv", rows(60))).status_code == 200
    assert "[run.csv]" in page.seen()


def test_two_servers_of_one_home_side_by_side(server: Started) -> None:
    ports = {each.address for each in running() if each.pid == server.process.pid}
    assert ports == {server.address}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    second = launch(Clinic(), host="127.0.0.1", port=port)
    try:
        page = Page(second.address)
        page.say("", page.upload("run.csv", rows(60)))
        assert "[run.csv]" in page.seen()
        answers(server)
    finally:
        second.close()


def test_a_page_of_another_server_is_not_answered_as_if_it_were_new(server: Started) -> None:
    page = Page(server.address)
    page.session = "from-before-the-restart"
    assert page.say("hello").status_code == 410


def test_a_server_that_is_told_to_stop_finishes_its_answers(server: Started) -> None:
    page = Page(server.address)
    page.say("", page.upload("run.csv", rows(40_000)))
    server.process.send_signal(signal.SIGTERM)
    assert "[run.csv]" in page.seen()
    assert server.process.wait(60) == 0
    assert server.process.stderr is not None
    assert server.process.stderr.read().endswith("finishing what is under way\n")
    assert server.process.pid not in {each.pid for each in running()}
