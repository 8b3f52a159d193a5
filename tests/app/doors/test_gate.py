"""The gate in front of an application that answers everything: who gets through, with what, and what is said otherwise."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from lossclinic.doors import passwords
from lossclinic.doors.gate import Gate
from lossclinic.doors.limits import ServerLimits
from lossclinic.doors.passwords import PasswordFile, hashed
from lossclinic.doors.who import Anyone, ByHeader, ByPassword, Entry

JOIN, UPLOAD = "/gradio_api/queue/join", "/gradio_api/upload"
BEGIN, ACT, FOLLOW = 0, 1, 2


async def behind(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the size of the body."""
    body = await Request(scope, receive).body()
    await PlainTextResponse(f"got {len(body)}")(scope, receive, send)


def gate(tmp_path: Path, entry: Entry | None = None, *, waits: int = 0, **limits: int) -> Gate:
    return Gate(
        behind,
        entry=entry or Anyone(),
        limits=ServerLimits(**limits),
        uploads=tmp_path,
        waiting=lambda: waits,
        begins=[BEGIN],
        follows=[FOLLOW],
        hosts=["127.0.0.1", "localhost"],
    )


def ask(app: Gate, method: str, path: str, *, address: str = "127.0.0.1", **request: Any) -> httpx.Response:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(address, 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:7860") as client:
            return await client.request(method, path, **request)

    return asyncio.run(asked())


def act(
    app: Gate, number: int, session: str = "s1", data: list[Any] | None = None, **request: Any
) -> httpx.Response:
    body = {"fn_index": number, "session_hash": session, "data": data or []}
    return ask(app, "POST", JOIN, json=body, **request)


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PasswordFile:
    monkeypatch.setattr(passwords, "hashed", lambda password: hashed(password, (4, 8, 1)))
    file = PasswordFile(tmp_path / "people")
    for name in ("ann", "bob"):
        file.put(name, f"password of {name}")
    return file


def test_what_is_not_on_the_list_is_not_there(tmp_path: Path) -> None:
    app = gate(tmp_path)
    assert ask(app, "GET", "/").status_code == 200
    for method, path in (
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/assets/../../../etc/passwd"),
        ("GET", "/assets/%2e%2e/%2e%2e/etc/passwd"),
        ("POST", "/"),
        ("DELETE", "/"),
        ("OPTIONS", UPLOAD),
        ("GET", "/login"),
    ):
        answer = ask(app, method, path, headers={"Accept-Language": "zh-CN"})
        assert (answer.status_code, answer.text) == (404, "这里什么都没有。")


def test_another_sites_name_and_another_sites_page_are_refused(tmp_path: Path) -> None:
    app = gate(tmp_path)
    assert ask(app, "GET", "/config", headers={"Host": "rebound.example"}).status_code == 421
    assert ask(app, "POST", UPLOAD, headers={"Origin": "https://evil.example"}).status_code == 403
    assert ask(app, "POST", UPLOAD, headers={"Origin": "null"}).status_code == 403
    assert ask(app, "POST", UPLOAD, headers={"Origin": "http://localhost:7860"}).status_code == 200


def test_every_answer_tells_the_browser_to_speak_to_nobody_else(tmp_path: Path) -> None:
    for path in ("/", "/nowhere"):
        headers = ask(gate(tmp_path), "GET", path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_a_proxy_is_believed_only_where_it_is_trusted(tmp_path: Path) -> None:
    app = gate(tmp_path, ByHeader("X-User", ["10.0.0.0/24"]))
    named = {"X-User": "ann"}
    assert ask(app, "GET", "/", address="10.0.0.7", headers=named).status_code == 200
    assert ask(app, "GET", "/", address="10.0.1.7", headers=named).status_code == 403
    assert ask(app, "GET", "/", address="10.0.0.7").status_code == 403
    assert ask(app, "GET", "/", address="::ffff:10.0.0.7", headers=named).status_code == 200
    twice = [("X-User", "ann"), ("X-User", "root")]
    assert ask(app, "GET", "/", address="10.0.0.7", headers=twice).status_code == 403


def test_who_has_no_password_sees_only_the_form(tmp_path: Path, people: PasswordFile) -> None:
    app = gate(tmp_path, ByPassword(people, "k" * 64, 12))
    page = ask(app, "GET", "/", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "login")
    assert ask(app, "GET", "/config").status_code == 401
    assert act(app, BEGIN).status_code == 401
    assert "密码" in ask(app, "GET", "/login", headers={"Accept-Language": "zh"}).text
    assert ask(app, "GET", "/assets/index.js").status_code == 401


def test_a_password_lets_in_until_it_changes(tmp_path: Path, people: PasswordFile) -> None:
    app = gate(tmp_path, ByPassword(people, "k" * 64, 12))
    wrong = ask(app, "POST", "/login", data={"user": "ann", "password": "password of bob"})
    assert (wrong.status_code, "set-cookie" in wrong.headers) == (403, False)
    right = ask(app, "POST", "/login", data={"user": "ann", "password": "password of ann"})
    cookie = right.headers["set-cookie"]
    assert right.status_code == 303
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    held = {"Cookie": cookie.partition(";")[0]}
    assert ask(app, "GET", "/config", headers=held).status_code == 200
    forged = {"Cookie": held["Cookie"][:-2] + "xx"}
    assert ask(app, "GET", "/config", headers=forged).status_code == 401
    other = gate(tmp_path, ByPassword(people, "another key", 12))
    assert ask(other, "GET", "/config", headers=held).status_code == 401
    people.put("ann", "a new password")
    assert ask(app, "GET", "/config", headers=held).status_code == 401


def test_passwords_cannot_be_tried_for_ever(tmp_path: Path, people: PasswordFile) -> None:
    app = gate(tmp_path, ByPassword(people, "k" * 64, 12), logins=3)
    tries = [
        ask(app, "POST", "/login", data={"user": "ann", "password": f"guess {number}"}) for number in range(5)
    ]
    assert [each.status_code for each in tries] == [403, 403, 403, 429, 429]
    assert 0 < int(tries[-1].headers["retry-after"]) <= 20
    elsewhere = ask(
        app, "POST", "/login", address="10.1.1.1", data={"user": "ann", "password": "password of ann"}
    )
    assert elsewhere.status_code == 303


def test_a_session_is_its_owners_alone(tmp_path: Path) -> None:
    app = gate(tmp_path, ByHeader("X-User", ["127.0.0.1"]))
    ann, bob = {"headers": {"X-User": "ann"}}, {"headers": {"X-User": "bob"}}
    assert act(app, BEGIN, "secret", **ann).status_code == 200
    assert act(app, ACT, "secret", **ann).status_code == 200
    assert act(app, ACT, "secret", **bob).status_code == 403
    for path in ("/gradio_api/queue/data?session_hash=secret", "/gradio_api/heartbeat/secret"):
        assert ask(app, "GET", path, **bob).status_code == 403
        assert ask(app, "GET", path, **ann).status_code == 200


def test_who_goes_too_fast_is_told_when_to_come_again(tmp_path: Path) -> None:
    app = gate(tmp_path, ByHeader("X-User", ["127.0.0.1"]), actions=3)
    ann = {"headers": {"X-User": "ann"}}
    assert [act(app, number, **ann).status_code for number in (BEGIN, ACT, ACT, ACT)] == [200, 200, 200, 429]
    assert act(app, FOLLOW, **ann).status_code == 200  # what follows by itself is not lost
    late = act(app, ACT, data=["text", None, "zh"], **ann)
    assert late.json()["detail"].startswith("操作太频繁")
    assert act(app, BEGIN, "s2", headers={"X-User": "bob"}).status_code == 200


def test_overload_is_said_at_once_in_the_language_of_the_page(tmp_path: Path) -> None:
    app = gate(tmp_path, waits=64)
    assert act(app, BEGIN).status_code == 429
    app.waiting = lambda: 0
    assert act(app, BEGIN).status_code == 200
    app.waiting = lambda: 64
    assert act(app, FOLLOW).status_code == 200
    began = time.perf_counter()
    english, chinese = act(app, ACT), act(app, ACT, data=["loss", None, "zh", "auto"])
    assert time.perf_counter() - began < 1
    assert english.json()["detail"] == "Busy right now: please try again in a moment."
    assert chinese.json()["detail"] == "现在很忙，请稍后再试。"


def test_nothing_is_begun_when_the_server_stops(tmp_path: Path) -> None:
    app = gate(tmp_path)
    act(app, BEGIN)
    app.closing = True
    assert "about to stop" in act(app, ACT).json()["detail"]
    assert act(app, FOLLOW).status_code == 200


def test_a_page_from_before_a_restart_is_told_to_load_itself_anew(tmp_path: Path) -> None:
    answer = act(gate(tmp_path), ACT, "of the server before")
    assert (answer.status_code, answer.json()["error"]) == (410, "Connection errored out. ")


@pytest.mark.parametrize(
    "body", [b"", b"[1]", b"{}", b"[" * 100_000, b"\xff\xfe", b'{"fn_index": "x", "session_hash": 1}']
)
def test_an_action_that_is_none_is_refused(tmp_path: Path, body: bytes) -> None:
    assert ask(gate(tmp_path), "POST", JOIN, content=body).status_code == 400


@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 5000, "[]", '"one"'])
def test_a_number_that_none_of_the_events_has_is_refused(tmp_path: Path, number: str) -> None:
    body = f'{{"fn_index": {number}, "session_hash": "a"}}'
    assert ask(gate(tmp_path), "POST", JOIN, content=body).status_code in (400, 410)


@pytest.mark.parametrize("host", ["[", "[::1", "a]b", "localhost:x", "", "@", "localhost@evil.example"])
def test_what_is_no_host_is_another_name(tmp_path: Path, host: str) -> None:
    app = gate(tmp_path)
    app.hosts = {"localhost"}
    status = ask(app, "GET", "/", headers={"host": host}).status_code
    assert status == (200 if host == "localhost:x" else 421)


def test_a_length_without_end_has_no_more_room_than_the_largest(tmp_path: Path) -> None:
    headers = {"content-length": "9" * 5000}
    assert ask(gate(tmp_path), "POST", UPLOAD, content=b"x", headers=headers).status_code == 200


def test_too_large_is_said_whether_or_not_it_was_announced(tmp_path: Path) -> None:
    app = gate(tmp_path, request_mb=1, upload_mb=2)

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield bytes(100_000)

    assert ask(app, "POST", JOIN, content=bytes(1_000_001)).status_code == 413
    assert ask(app, "POST", JOIN, content=pieces()).status_code == 413
    assert ask(app, "POST", UPLOAD, content=bytes(1_999_999)).text == "got 1999999"
    large = ask(app, "POST", UPLOAD, content=pieces())
    assert (large.status_code, "2 MB" in large.text) == (413, True)


def test_a_body_that_does_not_arrive_is_given_up(tmp_path: Path) -> None:
    async def trickle() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(30)

    app = gate(tmp_path, request_seconds=1)
    for path in (JOIN, UPLOAD):
        began = time.perf_counter()
        answer = ask(app, "POST", path, content=trickle())
        assert (answer.status_code, "1 s" in answer.text) == (408, True)
        assert time.perf_counter() - began < 10


def test_uploads_are_refused_once_their_room_is_used_up_and_old_ones_make_room(tmp_path: Path) -> None:
    app = gate(tmp_path, uploads_mb=1, upload_mb=1)
    held = tmp_path / "digest" / "run.csv"
    held.parent.mkdir()
    held.write_bytes(bytes(900_000))
    answer = ask(app, "POST", UPLOAD, content=bytes(200_000))
    assert (answer.status_code, "no room" in answer.text) == (507, True)
    for moment in (time.time() - 7200, time.time() + 7200):  # long ago, or before the clock was set back
        held.write_bytes(bytes(900_000))
        os.utime(held, (moment, moment))
        assert ask(app, "POST", UPLOAD, content=bytes(200_000)).status_code == 200
        assert not held.exists()
