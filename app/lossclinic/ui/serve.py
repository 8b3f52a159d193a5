"""Serving the chat: on this machine alone, without telemetry, with only the endpoints it needs."""

from __future__ import annotations

import os
import socket
import threading
from typing import TYPE_CHECKING, Any

import click

from lossclinic.clinic import Clinic
from lossclinic.consulting import Asked
from lossclinic_kb.errors import InputError
from lossclinic_kb.text import LANGUAGES, Text

if TYPE_CHECKING:
    from gradio import Blocks

LOOPBACK = ("127.0.0.1", "localhost", "::1")
UPLOAD_LIMIT = "20mb"  # a log of a few hundred thousand rows; more belongs on the command line
HOUR, DAY = 3600, 86400
WORKERS = 8  # answers worked on at once; each is a fraction of a second


def build(clinic: Clinic) -> Blocks:
    """Return the application; nothing is served yet."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
    import gradio as gr

    from lossclinic.ui.frame import Frame

    app: Blocks = gr.Blocks(
        title="Lossclinic 训练诊所", analytics_enabled=False, fill_width=True, delete_cache=(HOUR, DAY)
    )
    with app:
        Frame(clinic, app)
    return app


def launch(
    clinic: Clinic, *, host: str, port: int, auth: tuple[str, str] | None = None, mcp: bool = False
) -> Blocks:
    """Serve in background threads and return the running application; `close()` stops it.

    Args:
        clinic: Who answers.
        host: Address to listen on.
        port: Port to listen on.
        auth: User and password.
        mcp: Also offer the tools to clients of the Model Context Protocol.

    Raises:
        InputError: The port is taken, or the SDK of the protocol is missing.
    """
    import gradio as gr

    from lossclinic.ui.style import page_style

    _check_free(host, port)
    app = build(clinic)
    app.queue(max_size=64, default_concurrency_limit=WORKERS)
    app.launch(
        server_name=host,
        server_port=port,
        auth=auth,
        share=False,
        prevent_thread_lock=True,
        quiet=True,
        show_error=False,
        max_file_size=UPLOAD_LIMIT,
        # Gradio's own server would make a tool of every event of the page.
        mcp_server=False,
        app_kwargs=_mounted(clinic, auth) if mcp else None,
        enable_monitoring=False,
        run_history=False,
        ssr_mode=False,
        footer_links=[],
        theme=gr.themes.Base(
            primary_hue="teal",
            neutral_hue="slate",
            font=["system-ui", "sans-serif"],
            font_mono=["ui-monospace", "monospace"],
        ).set(
            # The greys of the theme are too pale to read: these give 7 to 1 and more on both backgrounds.
            body_text_color_subdued="*neutral_600",
            body_text_color_subdued_dark="*neutral_300",
            block_label_text_color="*neutral_600",
            block_label_text_color_dark="*neutral_300",
            block_title_text_color="*neutral_700",
            block_title_text_color_dark="*neutral_200",
            button_primary_background_fill="*primary_700",
            button_primary_background_fill_dark="*primary_700",
            button_primary_background_fill_hover="*primary_800",
            button_primary_background_fill_hover_dark="*primary_800",
            input_placeholder_color="*neutral_600",
            input_placeholder_color_dark="*neutral_300",
        ),
        css=page_style(),
    )
    return app


def _mounted(clinic: Clinic, auth: tuple[str, str] | None) -> dict[str, Any]:
    """Return what the web server is given to offer the tools besides the page.

    Raises:
        InputError: The SDK of the protocol is missing.
    """
    from lossclinic.tools.sdk import with_mcp

    with with_mcp():
        from lossclinic.tools.http import mounted
    return mounted(clinic, auth=auth)


def _check_free(host: str, port: int) -> None:
    """Return if the port can be listened on.

    Raises:
        InputError: It is taken, or the address is not one of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(
                f"port {port} on {host} cannot be used ({reason}): stop what uses it, or choose another with --port"
            ) from None


def warm(clinic: Clinic) -> None:
    """Load what the first answer in either language needs: the index, the encoder, glossary and patterns."""
    from lossclinic.ui.texts.talk import QUESTIONS

    for lang in LANGUAGES:
        clinic.ask(QUESTIONS[0](lang))


def serve(
    *,
    host: str,
    port: int,
    auth: str | None,
    embedding_model: str | None,
    mcp: bool = False,
    asked: Asked | None = None,
) -> None:
    """Serve until interrupted; the search is loaded meanwhile, so that the first answer is quick.

    Raises:
        InputError: The port is taken, or an open address was asked for without a password.
    """
    pair: tuple[str, str] | None = None
    if auth is not None:
        user, separator, password = auth.partition(":")
        if not (user and separator and password):
            raise InputError("--auth: expected USER:PASSWORD")
        pair = (user, password)
    if host not in LOOPBACK and pair is None:
        raise InputError(f"{host} can be reached by others: give --auth USER:PASSWORD, or stay on 127.0.0.1")
    from lossclinic.commands import spoken

    clinic = (asked or Asked()).clinic(embedding_model)
    _ = clinic.consultant  # what is wrong with a model's name, package or key is said before anybody asks
    app = launch(clinic, host=host, port=port, auth=pair, mcp=mcp)
    click.echo(f"lossclinic is ready at http://{host}:{port} (Ctrl-C stops it)")
    if mcp:
        address = f"http://{host}:{port}/mcp"
        line = Text(
            f"tools for MCP clients (streamable HTTP) at {address}",
            f"MCP 客户端可用的工具（streamable HTTP）：{address}",
        )
        click.echo(line(spoken("auto")))
    threading.Thread(target=warm, args=(clinic,), daemon=True).start()
    try:
        app.block_thread()
    finally:
        app.close()
