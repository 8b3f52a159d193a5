"""Serving the chat: without telemetry, with only the endpoints it needs, to whom it is open."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from lossclinic.clinic import Clinic
from lossclinic.consulting import Asked
from lossclinic.doors.limits import ServerLimits, current
from lossclinic.doors.memory import bounded, few_heaps
from lossclinic.doors.opening import Opening, check_free
from lossclinic.doors.running import Running, written_down
from lossclinic.doors.uploads import clear_away, receiving_folder
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from gradio import Blocks

    from lossclinic.doors.server import Serving
    from lossclinic.doors.who import Entry

READY = Text("lossclinic is ready at {} (Ctrl-C stops it)", "lossclinic 已就绪：{}（按 Ctrl-C 停止）")
TOOLS = Text(
    "tools for MCP clients (streamable HTTP) at {}/mcp", "MCP 客户端可用的工具（streamable HTTP）：{}/mcp"
)
STOPPING = Text("finishing what is under way", "正在完成手头的工作")
HOUR, DAY = 3600, 86400


def build(clinic: Clinic, limits: ServerLimits | None = None) -> Blocks:
    """Return the application; nothing is served yet."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
    receiving_folder()
    import gradio as gr

    from lossclinic.ui.frame import Frame

    app: Blocks = gr.Blocks(
        title="Lossclinic 训练诊所", analytics_enabled=False, fill_width=True, delete_cache=(HOUR, DAY)
    )
    with app:
        Frame(clinic, app)
    limits = limits or current()
    app.queue(max_size=4 * limits.waiting, default_concurrency_limit=limits.at_once)
    app.max_threads, app.state_session_capacity = limits.at_once, limits.sessions
    return app


def launch(
    clinic: Clinic,
    *,
    host: str,
    port: int,
    entry: Entry | None = None,
    limits: ServerLimits | None = None,
    mcp: bool = False,
) -> Serving:
    """Serve in background threads and return the running server; `close()` stops it.

    Args:
        clinic: Answers.
        host: Where to listen.
        port: Where to listen.
        entry: Tells who may come in; None for whoever reaches the address.
        limits: How much is taken on; None for the settings.
        mcp: Also offer the tools to clients of the Model Context Protocol.

    Raises:
        InputError: The port is taken, or the SDK of the protocol is missing.
    """
    from lossclinic.doors.assets import Assets
    from lossclinic.doors.gate import Gate
    from lossclinic.doors.server import Serving
    from lossclinic.doors.who import Anyone

    check_free(host, port)
    limits, entry = limits or current(), entry or Anyone()
    tools = _tools(clinic) if mcp else {}
    app = build(clinic, limits)
    begins, follows = _events(app)
    gate = Gate(
        Assets(_mounted(app, host, port, limits, tools)),
        entry=entry,
        limits=limits,
        uploads=receiving_folder(),
        waiting=lambda: len(app._queue),
        hosts=Opening(host=host).hosts(entry),
        begins=begins,
        follows=follows,
        also=[route.path for route in tools.get("routes", ())],
    )
    return Serving(gate, host=host, port=port, before_end=lambda: app.close(verbose=False))


def _mounted(app: Blocks, host: str, port: int, limits: ServerLimits, tools: dict[str, Any]) -> Any:
    """Return the ASGI application that serves the page and its events."""
    import gradio as gr
    from fastapi import FastAPI

    from lossclinic.ui.style import page_style
    from lossclinic.ui.theme import page_theme
    from lossclinic.ui.visits import remember_little

    outer = FastAPI(openapi_url=None, **tools)
    mounted = gr.mount_gradio_app(
        outer,
        app,
        path="/",
        server_name=host,
        server_port=port,
        show_error=False,
        max_file_size=f"{limits.upload_mb}mb",
        enable_monitoring=False,
        run_history=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,  # it would make a tool of every event of the page
        footer_links=[],
        theme=page_theme(),
        css=page_style(),
    )
    remember_little(app)
    return mounted


def _tools(clinic: Clinic) -> dict[str, Any]:
    """Return what the web server is given to offer the tools besides the page.

    Raises:
        InputError: The SDK of the protocol is missing.
    """
    from lossclinic.tools.sdk import with_mcp

    with with_mcp():
        from lossclinic.tools.http import mounted
    return mounted(clinic)


def _events(app: Blocks) -> tuple[frozenset[int], frozenset[int]]:
    """Return the numbers of the events with which a page begins, and of those that follow others by themselves."""
    events = app.config["dependencies"]
    begins = {each["id"] for each in events if any(name == "load" for _, name in each["targets"])}
    follows = {each["id"] for each in events if each["trigger_after"] is not None}
    return frozenset(begins), frozenset(follows)


def serve(
    opening: Opening,
    *,
    embedding_model: str | None,
    lang: Lang,
    mcp: bool = False,
    asked: Asked | None = None,
) -> None:
    """Serve until told to stop; the search is loaded meanwhile, so that the first answer is quick.

    Raises:
        InputError: The port is taken, or others can reach the address and nothing says who may come in.
    """
    limits = current()
    entry = opening.entry(limits)
    few_heaps()
    kept = bounded(limits.memory_mb)
    clinic = (asked or Asked()).clinic(embedding_model)
    _ = clinic.consultant  # what is wrong with a model's name, package or key is said before anybody asks
    serving = launch(clinic, host=opening.host, port=opening.port, entry=entry, limits=limits, mcp=mcp)
    server = Running(os.getpid(), serving.address, entry.kind, kept)
    with _told_to_stop() as stop, written_down(server):
        click.echo(READY(lang).format(serving.address))
        if mcp:
            click.echo(TOOLS(lang).format(serving.address))
        for remark in opening.remarks(entry):
            click.echo(f"lossclinic: {remark(lang)}", err=True)
        from lossclinic.ui.warming import warm

        threading.Thread(target=warm, args=(clinic,), daemon=True).start()
        stop.wait()
        click.echo(STOPPING(lang), err=True)
        serving.close()
    _leave()


def _leave() -> None:
    """End the process if work that nobody waits for any more still runs: native code must not outlive the interpreter."""
    if any(each is not threading.main_thread() and each.is_alive() for each in threading.enumerate()):
        clear_away()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """Yield what is set by Ctrl-C or a service manager; asked a second time, the process ends at once."""
    stop = threading.Event()

    def told(number: int, _: object) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    before = {number: signal.signal(number, told) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
