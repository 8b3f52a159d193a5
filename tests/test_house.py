"""The house rules: what the wheel holds, who imports whom, what the public names are, what a cold start costs."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = {
    "lossclinic_kb": ROOT / "kb" / "lossclinic_kb",
    "lossclinic_ingest": ROOT / "ingest" / "lossclinic_ingest",
    "lossclinic": ROOT / "app" / "lossclinic",
}
FORBIDDEN = {
    "lossclinic_kb": {"lossclinic_ingest", "lossclinic"},
    "lossclinic_ingest": {"lossclinic"},
    "lossclinic": set(),
}
HEAVY = (
    "torch",
    "gradio",
    "sentence_transformers",
    "pandas",
    "scipy",
    "sklearn",
    "faiss",
    "plotly",
    "langchain_core",
)
UNNEEDED = ("pydantic", "yaml", "tarfile", "concurrent.futures", "lossclinic_kb.reading.facts")
"""What a log alone has no use for once the knowledge has been read."""


def package_files() -> set[str]:
    """Return every file of the three packages, as a wheel names it."""
    return {
        path.relative_to(folder.parent).as_posix()
        for folder in PACKAGES.values()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def imported_by(path: Path) -> set[str]:
    """Return the top-level packages that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_go_one_way(package: str) -> None:
    for path in PACKAGES[package].rglob("*.py"):
        assert not imported_by(path) & FORBIDDEN[package], f"{path} reaches up"


@pytest.mark.slow
def test_the_wheel_holds_the_package_files_and_nothing_else(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == package_files()


def test_package_files_are_tracked() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("an unpacked archive has no git to ask")
    listed = subprocess.run(
        ["git", "ls-files", "kb", "ingest", "app"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\n")
    tracked = {"/".join(Path(name).parts[1:]) for name in listed if name}
    assert package_files() == tracked


def test_the_public_names_are_pinned() -> None:
    import lossclinic

    assert sorted(lossclinic.__all__) == [
        "Clinic",
        "Diagnosis",
        "InputError",
        "KnowledgeError",
        "LossclinicError",
        "ModelError",
        "Session",
        "StoreError",
        "UnreadableLog",
        "__version__",
        "ask",
        "diagnose",
    ]


def heavy_modules_after(code: str, heavy: Sequence[str] = HEAVY, **environment: str) -> list[str]:
    """Run `code` in a fresh interpreter and return which heavy packages it imported."""
    probe = f"{code}\nimport json, sys; print('\\n' + json.dumps([m for m in {heavy!r} if m in sys.modules]))"
    done = subprocess.run(
        [sys.executable, "-c", probe],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **environment},
    )
    return list(json.loads(done.stdout.splitlines()[-1]))


def test_importing_lossclinic_is_light() -> None:
    assert heavy_modules_after("import lossclinic") == []


def test_diagnosing_a_log_is_light(tmp_path: Path) -> None:
    log = tmp_path / "run.csv"
    log.write_text("step,train_loss\n" + "".join(f"{i},{2.3 * 0.98**i}\n" for i in range(200)))
    code = (
        f"from lossclinic.cli import main\nmain(['diagnose', {str(log)!r}, '--json'], standalone_mode=False)"
    )
    own = {"LOSSCLINIC_HOME": str(tmp_path / "home")}
    assert heavy_modules_after(code, **own) == []
    # The second start takes the knowledge as the first one left it: nothing parses or checks it again.
    assert heavy_modules_after(code, (*HEAVY, *UNNEEDED), **own) == []
