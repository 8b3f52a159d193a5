"""What the server offers and refuses: this machine alone, no telemetry, only the endpoints it needs."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route

from lossclinic import Clinic, InputError
from lossclinic.doors.limits import ServerLimits, current
from lossclinic.doors.opening import Opening
from lossclinic.doors.passwords import PasswordFile
from lossclinic.doors.paths import is_open
from lossclinic.doors.server import Serving
from lossclinic.doors.texts import NOTHING_HERE
from lossclinic.ui.serve import launch


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    running = launch(Clinic(), host="127.0.0.1", port=free_port())
    yield running
    running.close()


@pytest.fixture(scope="module")
def address(serving: Serving) -> str:
    return serving.address


REACHABLE = {
    "GET /",
    "HEAD /",
    "GET /assets/{path:path}",
    "GET /config",
    "GET /config/",
    "GET /favicon.ico",
    "GET /gradio_api/app_id",
    "GET /gradio_api/app_id/",
    "GET /gradio_api/heartbeat/{session_hash}",
    "GET /gradio_api/info",
    "GET /gradio_api/info/",
    "GET /gradio_api/queue/data",
    "GET /gradio_api/startup-events",
    "GET /gradio_api/theme.css",
    "GET /gradio_api/upload_progress",
    "GET /manifest.json",
    "GET /static/{path:path}",
    "GET /svelte/{path:path}",
    "GET /theme.css",
    "POST /gradio_api/cancel",
    "POST /gradio_api/queue/join",
    "POST /gradio_api/reset",
    "POST /gradio_api/reset/",
    "POST /gradio_api/upload",
}
"""All that can be asked of the server, out of some ninety things that Gradio offers."""


def offered(app: Any) -> Iterator[tuple[str, str]]:
    """Yield method and path of every route behind the gate."""
    for route in app.routes:
        inner = route.app if isinstance(route, Mount) else getattr(route, "original_router", None)
        if inner is not None:
            yield from offered(inner)
        elif isinstance(route, Route | APIRoute):
            yield from ((method, route.path) for method in route.methods or ())


def test_only_the_intended_endpoints_can_be_reached(serving: Serving) -> None:
    routes = set(offered(serving.gate.app.app))  # behind what remembers its files
    assert len(routes) > 60
    reached, made = set(), set()
    with httpx.Client(base_url=serving.address) as http:
        for method, path in routes:
            asked = re.sub(r"\{\w+(:path)?\}", "x", path)
            if is_open(method, asked):
                reached.add(f"{method} {path}")
                continue
            made.add(asked)
            assert http.request(method, asked).text in (NOTHING_HERE.en, ""), path
    assert reached == REACHABLE
    for known in (
        "/monitoring",
        "/gradio_api/runs",
        "/gradio_api/deep_link",
        "/gradio_api/file=",
        "/gradio_api/run/x",
    ):
        assert any(known in path for path in made), known


def test_no_endpoint_is_offered_to_programs(address: str) -> None:
    info = httpx.get(f"{address}/gradio_api/info").json()
    assert info["named_endpoints"] == {}
    assert info["unnamed_endpoints"] == {}


def test_an_upload_over_the_limit_is_refused(address: str) -> None:
    big = b"step,loss\n" + b"1,0.5\n" * (21 * 1024 * 1024 // 6)
    answer = httpx.post(f"{address}/gradio_api/upload", files={"files": ("big.csv", big)}, timeout=60)
    assert answer.status_code == 413


def test_files_of_the_machine_are_not_served(address: str) -> None:
    for path in ("/etc/passwd", "../../etc/passwd", "~/.bashrc"):
        assert httpx.get(f"{address}/gradio_api/file={path}").status_code in (400, 403, 404)


def test_the_page_names_no_other_host(address: str) -> None:
    page = httpx.get(address).text
    assert 'src="http' not in page
    assert "fonts.googleapis" not in page


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "clinic.example"])
def test_an_address_that_others_reach_needs_somebody_to_be_named(host: str) -> None:
    limits = ServerLimits()
    with pytest.raises(InputError, match=r"--auth FILE .* --open-to-anyone") as caught:
        Opening(host=host).entry(limits)
    assert "--auth 文件" in caught.value.text.zh
    assert Opening(host=host, open_to_anyone=True).entry(limits).kind == "anyone"
    assert Opening(host=host, auth_header="X-User").entry(limits).kind == "header"


def test_what_says_who_comes_in_is_said_once_and_can_be_used(tmp_path: Path) -> None:
    limits = ServerLimits()
    with pytest.raises(InputError, match="give one of them"):
        Opening(auth=tmp_path / "people", auth_header="X-User").entry(limits)
    with pytest.raises(InputError, match=r"cannot be read .* `lossclinic user"):
        Opening(auth=tmp_path / "people").entry(limits)
    (tmp_path / "people").touch()
    with pytest.raises(InputError, match="nobody is in it"):
        Opening(auth=tmp_path / "people").entry(limits)
    with pytest.raises(InputError, match="no address and no network"):
        Opening(auth_header="X-User", trusted_proxies=("proxy",)).entry(limits)


def test_the_risk_is_said(tmp_path: Path) -> None:
    limits, path = ServerLimits(), tmp_path / "people"
    PasswordFile(path).put("ann", "correct horse")
    path.chmod(0o644)
    told = Opening(host="0.0.0.0", auth=path)
    remarks = [remark.en for remark in told.remarks(told.entry(limits))]
    assert ["TLS" in remarks[0], "chmod 600" in remarks[1]] == [True, True]
    anyone = Opening(host="0.0.0.0", open_to_anyone=True)
    assert ["everybody" in remark.en for remark in anyone.remarks(anyone.entry(limits))] == [True]
    assert list(Opening().remarks(Opening().entry(limits))) == []


def test_a_taken_port_is_one_line(address: str) -> None:
    with pytest.raises(InputError, match="cannot be used"):
        launch(Clinic(), host="127.0.0.1", port=int(address.rsplit(":", 1)[1]))


def test_a_limit_that_is_no_number_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSCLINIC_MAX_WAITING", "many")
    with pytest.raises(InputError, match="LOSSCLINIC_MAX_WAITING=many"):
        current()
