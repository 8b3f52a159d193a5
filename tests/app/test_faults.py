"""When the machine fails: what the person sees, in either language, and what is kept."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest

from lossclinic import Clinic, InputError
from lossclinic.feedback import feedback_file, note, noted
from lossclinic.ui.parts.starters import SAMPLES
from lossclinic_ingest.encoders import SentenceEncoder
from lossclinic_ingest.encoders.batches import encode_in_batches
from lossclinic_kb import compiled, home, versions
from lossclinic_kb.errors import ModelError, StoreError

LOG = SAMPLES / "validation-climbs.csv"


def lossclinic(
    *arguments: str, settings: Mapping[str, str] | None = None, before: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command of its own, in Chinese, `before` it in the same shell."""
    command = [sys.executable, "-m", "lossclinic", *arguments, "--lang", "zh"]
    if before:
        command = [
            "unshare",
            "--mount",
            "--map-root-user",
            "sh",
            "-c",
            f'{before}; exec "$@"',
            "sh",
            *command,
        ]
    return subprocess.run(
        command, capture_output=True, text=True, env=os.environ | dict(settings or {}), timeout=240
    )


def mounts() -> bool:
    """Whether this machine lets us mount a file system that nobody else sees."""
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run(
        ["unshare", "--mount", "--map-root-user", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
        capture_output=True,
    )
    return tried.returncode == 0


needs_mounts = pytest.mark.skipif(not mounts(), reason="this machine mounts no file system for us")


@needs_mounts
@pytest.mark.parametrize("options", ["ro", "size=4k"], ids=["read-only", "full"])
def test_a_home_that_cannot_be_written_costs_a_log_nothing(tmp_path: Path, options: str) -> None:
    done = lossclinic(
        "diagnose",
        str(LOG),
        settings={"LOSSCLINIC_HOME": str(tmp_path)},
        before=f"mount -t tmpfs -o {options} tmpfs {tmp_path}; dd if=/dev/zero of={tmp_path}/filler 2>/dev/null",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "过拟合" in done.stdout


def test_a_user_without_a_home_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_: int) -> None:
        raise KeyError("no such user")

    for name in ("HOME", "LOSSCLINIC_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", nobody)
    with pytest.raises(StoreError, match="set LOSSCLINIC_HOME") as caught:
        home.own_folder()
    assert "没有主目录" in caught.value.text.zh
    assert Clinic().diagnose(LOG).causes[0].id == "overfitting"
    assert compiled.compiled("part", [], lambda: {"made": 1}) == {"made": 1}
    assert not Path("~").exists()


def test_an_index_that_cannot_be_written_says_where_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file")
    with pytest.raises(StoreError) as caught:
        versions.publish(tmp_path / "index", {"a": b""})
    for lang in ("en", "zh"):
        line = caught.value.text(lang)
        assert ("\n" in line, str(tmp_path) in line, "LOSSCLINIC_HOME" in line) == (False, True, True)


def test_too_little_memory_for_words_is_one_line_and_the_next_question_is_answered() -> None:
    def encode(_: list[str]) -> None:
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory")

    encoder = SentenceEncoder()

    class Lacking:
        device = type("device", (), {"type": "cpu"})()
        short = True

        def encode_query(self, *_: object, **__: object) -> object:
            import torch

            if self.short:
                raise MemoryError
            return torch.ones(3)

    encoder._model = Lacking()  # type: ignore[assignment]
    with pytest.raises(ModelError, match="not enough memory") as caught:
        encoder.encode_query("loss is nan")
    assert "内存不够" in caught.value.text.zh
    Lacking.short = False
    assert encoder.encode_query("loss is nan").shape == (3,)
    with pytest.raises(RuntimeError, match="can't allocate"):
        encode_in_batches(["a"], 3, encode, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("package", ["plotly", "gradio", "itsdangerous"])
def test_a_missing_package_is_one_line(tmp_path: Path, package: str) -> None:
    (tmp_path / "sitecustomize.py").write_text(f"import sys\nsys.modules[{package!r}] = None\n")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", ""), *sys.path[1:]])
    arguments = (
        ["diagnose", str(LOG), "--html", str(tmp_path / "x.html")]
        if package == "plotly"
        else ["ui", "--port", "1"]
    )
    done = lossclinic(*arguments, settings={"PYTHONPATH": path})
    assert (done.returncode, done.stderr) == (
        2,
        f"lossclinic: 缺少 {package} 包：用 `pip install lossclinic` 重新安装\n",
    )


FORKED = """
import os, sys, threading
from lossclinic import Clinic
from lossclinic_ingest.encoders import SentenceEncoder

log = sys.argv[1]
clinic, encoder = Clinic(), SentenceEncoder(device="cpu")
status = clinic.diagnose(log).status
before = encoder.encode_passages(["the loss is nan"] * 8)
held = threading.Event()

def hold():
    with clinic._lock, encoder._lock:
        held.set()
        threading.Event().wait(60)

threading.Thread(target=hold, daemon=True).start()
held.wait()
child = os.fork()
if child == 0:
    same = abs(encoder.encode_passages(["the loss is nan"] * 8) - before).max() < 1e-5
    with clinic._lock:
        os._exit(0 if same and clinic.diagnose(log).status == status else 3)
_, ended = os.waitpid(child, 0)
print(os.waitstatus_to_exitcode(ended))
os._exit(0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_clinic_that_was_loaded_before_a_fork_answers_in_the_child() -> None:
    """Locks are held by a thread that does not come along, and torch has had its pool of threads at work."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(FORKED), str(LOG)],
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "2"},
        timeout=120,
    )
    assert (done.stdout, done.returncode) == ("0\n", 0), done.stderr


def test_feedback_that_was_cut_off_costs_one_line_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOSSCLINIC_HOME", str(tmp_path))
    made = Clinic().diagnose(LOG)
    for right in (True, False):
        note(made, "first", made.causes[0].id, right=right, visitor="me")
    whole = feedback_file().read_bytes()
    feedback_file().write_bytes(whole[:-30])
    assert len(noted("me").splitlines()) == 1
    note(made, "after", made.causes[0].id, right=True, visitor="me")
    assert [json.loads(line)["words"] for line in noted("me").splitlines()] == ["first", "after"]
    feedback_file().unlink()
    feedback_file().mkdir()
    with pytest.raises(InputError) as caught:
        note(made, "", made.causes[0].id, right=True, visitor="me")
    assert "反馈无法写入" in caught.value.text.zh
