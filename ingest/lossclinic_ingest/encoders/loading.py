"""Loading a sentence-transformers model: from where, onto which device, in which precision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from lossclinic_ingest.encoders.batches import is_out_of_memory, said_if_out_of_memory
from lossclinic_ingest.encoders.minilm import model_folder
from lossclinic_kb.errors import InputError, ModelError
from lossclinic_kb.text import Text

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Device = Literal["auto", "cpu", "cuda", "mps"]
_BFLOAT16: Final = frozenset({"avx512_bf16", "amx_bf16"})
"""Instruction sets of CPUs with which a sentence takes half of the time that it takes in float32, a batch of passages less."""


def load_model(name: str | None, device: Device) -> SentenceTransformer:
    """Return a model on its device, in bfloat16 where the device multiplies that itself.

    Args:
        name: On the Hugging Face hub, or a local folder; None for the MiniLM that is installed along.
        device: Where to encode; "auto" takes CUDA, then MPS, then the CPU.

    Raises:
        ModelError: It cannot be loaded.
        InputError: The device is not there.
    """
    source = str(model_folder()) if name is None else name
    from sentence_transformers import SentenceTransformer

    place, half = _placed(device)
    with _no_bars(), said_if_out_of_memory():
        try:
            model = SentenceTransformer(source, device=place, local_files_only=Path(source).is_dir())
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            if is_out_of_memory(error):
                raise
            said = next(iter(str(error).strip().splitlines()), type(error).__name__)
            raise ModelError(
                Text(
                    f"the embedding model {source!r} cannot be loaded ({said}): "
                    "give a local folder, or a name on the Hugging Face hub that this machine can reach",
                    f"向量模型 {source!r} 无法加载（{said}）：请给出本地目录，或本机能访问到的 Hugging Face 上的名称",
                )
            ) from error
    return model.bfloat16() if half else model


def _placed(device: Device) -> tuple[str, bool]:
    """Return where to run, and whether in bfloat16.

    bfloat16 halves time and memory, or better, where the device multiplies it itself, and moves a cosine in its third
    digit at most; a device that does not would take longer.
    """
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if device == "auto":
        device = next(place for place in ("cuda", "mps", "cpu") if there[place])
    if not there[device]:
        raise InputError(f"device {device!r} is not there: use cpu or auto")
    return (
        device,
        torch.cuda.is_bf16_supported() if device == "cuda" else device == "cpu" and _multiplies_bfloat16(),
    )


def _multiplies_bfloat16() -> bool:
    """Whether the CPU has instructions for bfloat16; an older PyTorch does not say."""
    import torch

    told = getattr(torch.cpu, "get_capabilities", None)
    return told is not None and not _BFLOAT16.isdisjoint(name for name, there in told().items() if there)


@contextmanager
def _no_bars() -> Iterator[None]:
    """Keep the loading bar of transformers off the terminal; our own progress tells enough."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]
