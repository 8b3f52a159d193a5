"""What the server offers and refuses: this machine alone, no telemetry, only the endpoints it needs."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import httpx
import pytest

from lossclinic import Clinic, InputError
from lossclinic.ui.serve import launch, serve


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    port = free_port()
    app = launch(Clinic(), host="127.0.0.1", port=port)
    yield f"http://127.0.0.1:{port}"
    app.close()


def test_no_endpoint_is_offered_to_programs(address: str) -> None:
    info = httpx.get(f"{address}/gradio_api/info").json()
    assert info["named_endpoints"] == {}
    assert info["unnamed_endpoints"] == {}


@pytest.mark.parametrize(
    "path", ["/monitoring", "/gradio_api/monitoring", "/gradio_api/flag", "/gradio_api/run_history"]
)
def test_nothing_watches_or_records(address: str, path: str) -> None:
    answer = httpx.get(f"{address}{path}", follow_redirects=True)
    assert (
        answer.status_code >= 400 or "not enabled" in answer.text.lower() or "disabled" in answer.text.lower()
    )


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


def test_an_open_address_needs_a_password() -> None:
    with pytest.raises(InputError, match="--auth USER:PASSWORD"):
        serve(host="0.0.0.0", port=free_port(), auth=None, embedding_model=None)
    with pytest.raises(InputError, match="expected USER:PASSWORD"):
        serve(host="127.0.0.1", port=free_port(), auth="nocolon", embedding_model=None)


def test_a_taken_port_is_one_line(address: str) -> None:
    with pytest.raises(InputError, match="cannot be used"):
        launch(Clinic(), host="127.0.0.1", port=int(address.rsplit(":", 1)[1]))
