"""Who a model is, so that an index is never searched with the vectors of another one."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

IGNORED = frozenset({".md", ".gitattributes", ".lock", ".png", ".onnx"})
"""Endings of files that change no vector."""
_CHINESE = "学习率太大导致训练损失震荡不下降验证集准确率很低梯度爆炸模型过拟合怎么办"
_UNKNOWN_SHARE = 0.05
_TOKENS_PER_CHARACTER = 1.3
"""Vocabularies made for Chinese need at most one token a character; bytes need two to three."""


def folder_fingerprint(folder: Path) -> str:
    """Return the identity of the model in `folder`: a hash over all files that decide its vectors."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in IGNORED):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return f"folder:{digest.hexdigest()[:32]}"


def hub_fingerprint(name: str) -> str:
    """Return the identity of a model that was loaded from the hub: its name and the commit that is cached."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(name, "config.json")
    commit = Path(found).parent.name if isinstance(found, str) else "unknown"
    return f"hub:{name}@{commit}"


def reads_chinese(tokenizer: Any) -> bool:
    """Whether the vocabulary of `tokenizer` covers Chinese: hardly a character unknown or broken into bytes."""
    ids = tokenizer(_CHINESE, add_special_tokens=False)["input_ids"]
    unknown = sum(token == tokenizer.unk_token_id for token in ids)
    return unknown <= _UNKNOWN_SHARE * len(ids) and len(ids) <= _TOKENS_PER_CHARACTER * len(_CHINESE)
