"""The command line, with files and arguments that are called as a stranger likes: what it prints, and the status it leaves."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.abuse.case import Case
from benchmarks.abuse.payloads import CONTROL, FORMATS, MARKUP, NAMES
from benchmarks.abuse.sinks import inert_terminal, strict_json

KIND = "command line"
LOG = "step,train_loss\n" + "".join(f"{step},{2.3 * 0.98**step:.5f}\n" for step in range(60))


def _run(*arguments: str) -> tuple[int, str, str]:
    """Run a verb in this process; whatever it raises goes through. Return status, output and errors."""
    from click.testing import CliRunner

    from lossclinic.cli import main

    done = CliRunner().invoke(main, list(arguments), catch_exceptions=False, input=LOG.encode())
    for said in (done.stdout, done.stderr):
        inert_terminal(said)
        assert "Traceback" not in said
    return done.exit_code, done.stdout, done.stderr


def _file(name: str) -> None:
    """A log, what is no log, and what is not there, under a name: read or refused in one line, as text and as JSON."""
    with tempfile.TemporaryDirectory() as made:
        for number, content in enumerate((LOG, "no numbers at all", None)):
            path = Path(made, f"{number}{name}")
            if content is not None:
                path.write_text(content)
            for style in ((), ("--jsonl",)):
                status, said, told = _run("diagnose", *style, "--", str(path))
                assert status == (0 if content == LOG else 2)
                assert len(told.strip().splitlines()) == (content != LOG)
                if style:
                    assert strict_json(said)["source"]


def _arguments(text: str) -> None:
    """A value, a role, a run, a language, a collection, a cause or a file to write that nobody knows: one line."""
    for arguments in (
        ("diagnose", "-", "--set", f"lr={text}"), ("diagnose", "-", "--set", f"{text}=1"), ("diagnose", "-", "--map", f"{text}=loss"),
        ("diagnose", "-", "--map", f"train_loss={text}"), ("diagnose", "-", "--run", text or "x"), ("causes", f"x{text}"), ("guides", f"x{text}"),
        ("diagnose", "-", "--md", f"/nowhere/x/x{text}"), ("ask", "--batch", f"/nowhere/x/x{text}"), ("ingest", "--list", "--collection", f"X{text}"),
    ):  # fmt: skip
        status, _, told = _run(*arguments)
        assert status == 2, arguments
        assert len(told.strip().splitlines()) == 1, told


def cases() -> Iterator[Case]:
    """Yield every text as a name of a file, where the system lets a file be called so, and as an argument."""
    texts = (*CONTROL.values(), *FORMATS.values(), *list(MARKUP.values())[::5], *NAMES)
    for number, text in enumerate(dict.fromkeys(texts)):
        if "\x00" in text:
            continue  # no system hands such an argument over
        text = text.replace("\ud800", "\udced")  # a byte that is no text: other halves cannot be handed over
        name = os.fsdecode(os.fsencode(text.replace("/", "_"))[:150])
        yield Case(KIND, f"file {text[:40]!a}", partial(_file, name), number % 3 == 0)
        yield Case(KIND, f"arguments {text[:40]!a}", partial(_arguments, text), number % 3 == 1)
