"""The official client of the protocol lists and calls every tool, over standard input and output and over HTTP."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from click.testing import CliRunner
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, TextContent

from lossclinic import Clinic
from lossclinic.cli import main
from lossclinic.doors.passwords import PasswordFile
from lossclinic.doors.who import ByPassword
from lossclinic.tools import TOOLS
from lossclinic.ui.serve import launch

STUCK = "loss is stuck and does not go down"
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
ACCEPT = {"Accept": "application/json, text/event-stream"}


def with_client(server: Any, talk: Callable[[Client], Awaitable[None]], **options: Any) -> None:
    """Connect to a server, talk to it, and go."""

    async def run() -> None:
        async with Client(server, **options) as client:
            await talk(client)

    asyncio.run(run())


def told(result: CallToolResult) -> dict[str, Any]:
    """Return what a tool answered, which it says twice: as data and as text."""
    assert not result.is_error, result.content
    (content,) = result.content
    assert isinstance(content, TextContent)
    answer: dict[str, Any] = json.loads(content.text)
    assert result.structured_content == answer
    return answer


def refusal(result: CallToolResult) -> str:
    """Return the one line of an error."""
    assert result.is_error
    (content,) = result.content
    assert isinstance(content, TextContent)
    assert "\n" not in content.text
    return content.text


async def call_every_tool(client: Client, log: str) -> None:
    """Call each tool once with what it takes, and see that it is that tool which answers."""
    diagnosed = told(await client.call_tool("diagnose_log", {"log": log, "name": "run.csv"}))
    assert diagnosed["causes"][0]["id"] == "overfitting"
    assert diagnosed["source"] == "run.csv"
    packed = base64.b64encode(log.encode()).decode()
    assert told(await client.call_tool("diagnose_log", {"file": packed}))["causes"] == diagnosed["causes"]
    described = told(
        await client.call_tool("diagnose_description", {"description": "验证损失上升，训练损失下降"})
    )
    assert described["lang"] == "zh"
    check = told(await client.call_tool("next_check", {"description": STUCK}))["next_check"]
    answer = {check["id"]: check["outcomes"][0]["id"]}
    after = told(await client.call_tool("next_check", {"description": STUCK, "answers": answer}))
    assert after["next_check"] is None or after["next_check"]["id"] != check["id"]
    found = told(await client.call_tool("search_knowledge", {"query": "dying relu"}))
    assert found["results"][0]["id"] == "dying_relu"
    assert told(await client.call_tool("get_cause", {"id": "dying_relu"}))["article"]
    assert "close to it" in refusal(await client.call_tool("get_cause", {"id": "dying_relus"}))
    assert "cannot be used" in refusal(await client.call_tool("search_knowledge", {"query": "x", "limit": 0}))
    assert "known: diagnose_log" in refusal(await client.call_tool("open_file", {}))


async def see_exactly_the_five(client: Client, *, paths: bool) -> None:
    """See that the tools are offered, with or without paths, and that nothing else is."""
    listed = (await client.list_tools()).tools
    assert [tool.name for tool in listed] == list(TOOLS)
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in listed)
    schema = next(tool.input_schema for tool in listed if tool.name == "diagnose_log")
    assert ("path" in schema["properties"]) is paths
    offered = client.server_capabilities
    assert offered.tools is not None
    assert offered.prompts is None
    assert offered.resources is None


def test_over_standard_input_and_output(home: Path, overfitting: str, tmp_path: Path, clinic: Clinic) -> None:
    _ = clinic.retriever  # builds the index before another process needs it
    (tmp_path / "run.csv").write_text(overfitting)
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "lossclinic", "mcp", "--root", str(tmp_path)],
        env={**os.environ, "LOSSCLINIC_HOME": str(home)},
    )

    async def talk(client: Client) -> None:
        await see_exactly_the_five(client, paths=True)
        await call_every_tool(client, overfitting)
        by_path = told(await client.call_tool("diagnose_log", {"path": "run.csv"}))
        assert by_path["causes"][0]["id"] == "overfitting"
        assert "lies below" in refusal(await client.call_tool("diagnose_log", {"path": "/etc/passwd"}))

    with_client(command, talk)


def test_in_process_with_the_older_handshake(clinic: Clinic, overfitting: str) -> None:
    from lossclinic.tools.server import mcp_server

    async def talk(client: Client) -> None:
        await see_exactly_the_five(client, paths=False)
        result = await client.call_tool("diagnose_log", {"log": overfitting})
        assert told(result)["causes"][0]["id"] == "overfitting"
        assert "no folder is open" in refusal(await client.call_tool("diagnose_log", {"path": "run.csv"}))

    with_client(mcp_server(clinic), talk, mode="legacy")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def address(clinic: Clinic) -> Iterator[str]:
    port = free_port()
    app = launch(clinic, host="127.0.0.1", port=port, mcp=True)
    yield f"http://127.0.0.1:{port}"
    app.close()


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_over_http(address: str, overfitting: str, mode: str) -> None:
    async def talk(client: Client) -> None:
        await see_exactly_the_five(client, paths=False)
        await call_every_tool(client, overfitting)

    with_client(f"{address}/mcp", talk, mode=mode)


def test_the_events_of_the_page_are_no_tools(address: str) -> None:
    assert httpx.get(f"{address}/gradio_api/mcp/schema").status_code == 404
    assert httpx.post(f"{address}/gradio_api/mcp/", json=INITIALIZE, headers=ACCEPT).status_code in (404, 405)
    assert httpx.get(address).status_code == 200


def test_pages_of_other_sites_are_refused(address: str) -> None:
    for header in ({"Host": "attacker.example"}, {"Origin": "https://attacker.example"}):
        answer = httpx.post(f"{address}/mcp", json=INITIALIZE, headers={**ACCEPT, **header})
        assert answer.status_code in (403, 421)


def test_a_request_beyond_the_limit_is_refused(address: str) -> None:
    answer = httpx.post(
        f"{address}/mcp",
        content=b" " * (29 * 1024 * 1024),
        headers={**ACCEPT, "Content-Type": "application/json"},
    )
    assert answer.status_code == 413


def test_a_password_of_the_chat_holds_for_the_tools(clinic: Clinic, tmp_path: Path) -> None:
    port, people = free_port(), PasswordFile(tmp_path / "people")
    people.put("ada", "lovelace")
    app = launch(clinic, host="127.0.0.1", port=port, entry=ByPassword(people, "k" * 64, 12), mcp=True)
    try:
        url = f"http://127.0.0.1:{port}/mcp"
        for auth in (None, ("ada", "wrong")):
            assert httpx.post(url, json=INITIALIZE, headers=ACCEPT, auth=auth).status_code == 401

        async def run() -> None:
            async with httpx2.AsyncClient(auth=("ada", "lovelace")) as http:
                transport = streamable_http_client(url, http_client=http)
                async with Client(transport) as client:
                    await see_exactly_the_five(client, paths=False)

        asyncio.run(run())
    finally:
        app.close()


def test_without_the_flag_there_is_no_such_address(clinic: Clinic) -> None:
    port = free_port()
    app = launch(clinic, host="127.0.0.1", port=port)
    try:
        answer = httpx.post(f"http://127.0.0.1:{port}/mcp", json=INITIALIZE, headers=ACCEPT)
        assert answer.status_code in (404, 405)
    finally:
        app.close()


def test_bad_starts_are_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = CliRunner().invoke(main, ["mcp", "--root", str(tmp_path / "missing")])
    assert done.exit_code == 2
    assert "no such folder" in done.output
    for name in [name for name in sys.modules if name.startswith("lossclinic.tools.server")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mcp.server.lowlevel", None)
    done = CliRunner().invoke(main, ["mcp"])
    assert done.exit_code == 2
    assert "pip install 'lossclinic[mcp]'" in done.output
