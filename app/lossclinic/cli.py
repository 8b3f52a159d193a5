"""The command line: argument parsing only. Every verb imports what it does when it is called."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import click

from lossclinic.api import __version__

AutoLang = Literal["auto", "en", "zh"]
LANG = click.Choice(["auto", "en", "zh"])
MODEL = click.option(
    "--embedding-model", metavar="NAME|FOLDER", help="Another sentence-transformers model; the index follows."
)
LLM = click.option(
    "--llm", metavar="PROVIDER:MODEL", help="A language model that words and weighs the answer."
)
LLM_URL = click.option("--llm-base-url", metavar="URL", help="Another address: a local server, a gateway.")
LLM_LIMIT = click.option(
    "--llm-limit",
    "llm_limits",
    metavar="NAME=VALUE",
    multiple=True,
    help="seconds, tokens, answer_tokens, characters, total_tokens, cost, price_in, price_out.",
)
LLM_PREVIEW = click.option(
    "--llm-preview", is_flag=True, help="Show what a language model would be sent; send nothing."
)


def _asked(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options with those of the language model as one."""
    from lossclinic.consulting import Asked

    asked = Asked(
        options.pop("llm"),
        options.pop("llm_base_url"),
        options.pop("llm_limits"),
        options.pop("llm_preview", False),
    )
    return {**options, "asked": asked}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lossclinic")
def main() -> None:
    """The clinic for neural-network training runs (训练诊所)."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=7860, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
@click.option(
    "--auth",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="People and their passwords; see `lossclinic user`.",
)
@click.option("--auth-header", metavar="NAME", help="Header in which a reverse proxy says who it is.")
@click.option(
    "--trusted-proxy",
    "trusted_proxies",
    metavar="ADDRESS",
    multiple=True,
    help="Address or network from which that header is believed; this machine if none is given.",
)
@click.option("--open-to-anyone", is_flag=True, help="Let in everybody who reaches the address.")
@click.option("--mcp", is_flag=True, help="Also offer the tools to MCP clients, at /mcp.")
@click.option("--lang", type=LANG, default="auto", show_default=True, help="Language of the messages.")
@MODEL
@LLM
@LLM_URL
@LLM_LIMIT
def ui(embedding_model: str | None, lang: AutoLang, mcp: bool, **options: Any) -> None:
    """Chat in the browser."""
    from lossclinic.commands import serve

    given = _asked(options)
    asked = given.pop("asked")
    serve(given, lang, embedding_model=embedding_model, mcp=mcp, asked=asked)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("name", metavar="[NAME]", required=False)
@click.option("--remove", is_flag=True, help="Take NAME out.")
@click.option("--lang", type=LANG, default="auto", show_default=True, help="Language of the messages.")
def user(file: Path, name: str | None, remove: bool, lang: AutoLang) -> None:
    """Put NAME into the FILE of people who may log in, or change their password; without NAME, list them.

    The password is asked for, or read from standard input; the file holds only its scrypt hash.
    """
    from lossclinic.commands import manage_users

    manage_users(file, name, remove=remove, lang=lang)


@main.command()
@click.option(
    "--root",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Let clients name logs in this folder by path; none without it.",
)
@MODEL
def mcp(root: Path | None, embedding_model: str | None) -> None:
    """Offer the tools to an MCP client, on standard input and output."""
    from lossclinic.commands import serve_tools

    serve_tools(root=root, embedding_model=embedding_model)


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--describe", metavar="TEXT", help="What you see, in English or Chinese.")
@click.option(
    "--set", "facts", metavar="KEY=VALUE", multiple=True, help="A fact, e.g. optimizer=adam, lr=3e-4."
)
@click.option(
    "--map", "roles", metavar="ROLE=COLUMN", multiple=True, help="The column of a role, e.g. val_loss=foo."
)
@click.option("--run", metavar="NAME", help="Which run, where a log holds several; the longest by default.")
@click.option("--lang", type=LANG, default="auto", show_default=True, help="Language of the answer.")
@click.option("--json", "style", flag_value="json", help="One JSON object (a list for several logs).")
@click.option("--jsonl", "style", flag_value="jsonl", help="One JSON object per line.")
@click.option(
    "--md", metavar="FILE", type=click.Path(path_type=Path), help="Also write the report as Markdown."
)
@click.option(
    "--html", metavar="FILE", type=click.Path(path_type=Path), help="Also write the report as HTML."
)
@click.option("--fail-on", type=click.Choice(["problem"]), help="Exit with 1 if a problem is found.")
@MODEL
@LLM
@LLM_URL
@LLM_LIMIT
@LLM_PREVIEW
def diagnose(**options: Any) -> None:
    """Diagnose training logs, a description, or both. PATH - reads standard input."""
    from lossclinic.commands import diagnose_all

    diagnose_all(**_asked(options))


@main.command()
@click.argument("text", required=False)
@click.option(
    "--batch", metavar="FILE.jsonl", type=click.Path(path_type=Path), help="Many: {id, query} per line."
)
@click.option("--lang", type=LANG, default="auto", show_default=True, help="Language of the answer.")
@click.option("--json", "style", flag_value="json", help="One JSON object.")
@click.option("--jsonl", "style", flag_value="jsonl", help="One JSON object per line.")
@MODEL
@LLM
@LLM_URL
@LLM_LIMIT
@LLM_PREVIEW
def ask(**options: Any) -> None:
    """Find causes from a description."""
    from lossclinic.commands import ask_all

    ask_all(**_asked(options))


@main.command()
@click.argument("paths", nargs=-1, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("--collection", metavar="NAME", help="Which collection; `default` if none is named.")
@click.option(
    "--device", type=click.Choice(["auto", "cpu", "cuda", "mps"]), default="auto", show_default=True
)
@click.option("--list", "listed", is_flag=True, help="Show the collections, or the documents of one.")
@click.option("--remove", "removed", is_flag=True, help="Take PATH... out, or the whole --collection.")
@click.option("--lang", type=LANG, default="auto", show_default=True, help="Language of the messages.")
@MODEL
def ingest(**options: Any) -> None:
    """Read your own documents, so that answers quote them.

    PATH is a file, a folder or an archive: Markdown, text, HTML, PDF, notebooks, Word, reStructuredText. Without PATH
    all that were given before are looked at again; only what changed costs anything.
    """
    from lossclinic.documents import ingest_all

    ingest_all(**options)


@main.command()
@click.option("--rebuild", is_flag=True, help="Build it anew.")
@click.option("--verify", is_flag=True, help="Check every file against its digest.")
@click.option(
    "--device", type=click.Choice(["auto", "cpu", "cuda", "mps"]), default="auto", show_default=True
)
@MODEL
def index(
    rebuild: bool, verify: bool, device: Literal["auto", "cpu", "cuda", "mps"], embedding_model: str | None
) -> None:
    """Build or check the index of the knowledge base."""
    from lossclinic.commands import manage_index

    manage_index(rebuild=rebuild, verify=verify, device=device, embedding_model=embedding_model)


@main.command()
@click.argument("cause", metavar="ID", required=False)
@click.option("--lang", type=LANG, default="auto", show_default=True, help="Language of the page.")
def causes(cause: str | None, lang: AutoLang) -> None:
    """List the causes, or show the page of one."""
    from lossclinic.commands import show_causes

    show_causes(cause, lang)


@main.command()
@click.argument("guide", metavar="ID", required=False)
@click.option("--lang", type=LANG, default="auto", show_default=True, help="Language of the page.")
def guides(guide: str | None, lang: AutoLang) -> None:
    """List the guides, or show one."""
    from lossclinic.commands import show_guides

    show_guides(guide, lang)


@main.command()
@click.argument("cause", metavar="ID")
@click.option("--cured", is_flag=True, help="Train the cure instead of the fault.")
@click.option(
    "--seed", default=0, show_default=True, help="0 is the run of the article; others draw another world."
)
@click.option("--out", metavar="RUN.csv", type=click.Path(path_type=Path), help="Write the log of the run.")
@click.option("--lang", type=LANG, default="auto", show_default=True, help="Language of the diagnosis.")
def reproduce(cause: str, cured: bool, seed: int, out: Path | None, lang: AutoLang) -> None:
    """Train the fault, or its cure, in seconds on this machine."""
    from lossclinic.commands import train

    train(cause, cured=cured, seed=seed, out=out, lang=lang)


@main.command()
@click.option("--lang", type=LANG, default="auto", show_default=True, help="Language of the messages.")
def doctor(lang: AutoLang) -> None:
    """Tell what is installed, where data live and what would fail."""
    from lossclinic.commands import spoken
    from lossclinic.doctor import report

    click.echo(report(spoken(lang)))
