"""The files of the page are compressed once, and everything else goes its way."""

from __future__ import annotations

import gzip

import pytest
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from lossclinic.doors.assets import Assets

SCRIPT = "let loss = 1;\n" * 400


class Files:
    """Has one file, and counts how often it is asked for anything."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        there = scope["path"].endswith("plot.js")
        answer = PlainTextResponse(SCRIPT if there else "no such file", 200 if there else 404)
        await answer(scope, receive, send)


@pytest.fixture
def files() -> Files:
    return Files()


@pytest.fixture
def client(files: Files) -> TestClient:
    return TestClient(Assets(GZipMiddleware(files)))


def test_a_file_is_compressed_once_and_stays_with_the_browser(files: Files, client: TestClient) -> None:
    first, second = (client.get("/assets/plot.js", headers={"Accept-Encoding": "gzip"}) for _ in range(2))
    assert files.asked == ["/assets/plot.js"]
    assert first.text == second.text == SCRIPT
    assert second.headers["content-encoding"] == "gzip"
    assert int(second.headers["content-length"]) == len(gzip.compress(SCRIPT.encode()))
    assert "immutable" in first.headers["cache-control"]
    assert second.headers["cache-control"] == first.headers["cache-control"]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/assets/gone.js", {"Accept-Encoding": "gzip"}),
        ("/config/plot.js", {"Accept-Encoding": "gzip"}),
        ("/assets/plot.js", {"Accept-Encoding": "identity"}),
        ("/assets/plot.js", {"Accept-Encoding": "gzip", "Range": "bytes=0-9"}),
    ],
    ids=["missing", "elsewhere", "uncompressed", "a part"],
)
def test_what_is_no_whole_file_of_the_page_is_asked_for_each_time(
    files: Files, client: TestClient, path: str, headers: dict[str, str]
) -> None:
    for _ in range(2):
        client.get(path, headers=headers)
    assert files.asked == [path, path]


def test_each_compression_has_a_copy_of_its_own(files: Files, client: TestClient) -> None:
    for coding in ("gzip", "br", "gzip", "gzip, br"):
        assert client.get("/assets/plot.js", headers={"Accept-Encoding": coding}).text == SCRIPT
    assert len(files.asked) == 2
