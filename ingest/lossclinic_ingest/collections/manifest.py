"""What a collection says of itself on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from lossclinic_kb.text import Text
from lossclinic_kb.versions import trouble

VERSION: Final = 1
AGAIN: Final = Text(
    "run `lossclinic ingest` again, it is built anew from what was read already",
    "再运行一次 `lossclinic ingest`，会用已读过的内容重建",
)


class Entry(BaseModel):
    """One document of a collection.

    Attributes:
        path: Absolute path of the file, or of the archive that holds it.
        member: Path inside the archive, or "".
        digest: SHA-256 of its content.
        passages: How many there are of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    member: str
    digest: str
    format: str
    title: str
    passages: int


class Manifest(BaseModel):
    """What a collection holds and what it was made from.

    Attributes:
        model: Fingerprint of the encoder.
        translated: Whether Chinese was put into English before it was encoded.
        floor: Cosine that questions about anything else reach in it; what is no nearer is not shown.
        roots: The paths that were given.
        index: Kind of the FAISS index.
        files: SHA-256 of every other file, by name.
        digest: SHA-256 of all the rest of this.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["lossclinic-documents"] = "lossclinic-documents"
    version: Literal[1] = VERSION
    model: str
    translated: bool
    floor: float
    roots: tuple[str, ...]
    index: str
    dims: int
    count: int
    files: Mapping[str, str]
    digest: str = ""

    def signed(self) -> Manifest:
        """Return it with its digest."""
        return self.model_copy(update={"digest": self._own_digest()})

    def _own_digest(self) -> str:
        bare = self.model_copy(update={"digest": ""}).model_dump_json()
        return hashlib.sha256(bare.encode()).hexdigest()


def read_manifest(data: bytes, where: Any) -> Manifest:
    """Return the manifest that `data` is.

    Raises:
        StoreError: It is none, or of another version, or damaged.
    """
    try:
        manifest = Manifest.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "file"
        why = Text(
            f"not the manifest of a version {VERSION} collection ({key})",
            f"不是第 {VERSION} 版集合的清单（{key}）",
        )
        raise trouble(where, why, AGAIN) from None
    if manifest.signed().digest != manifest.digest:
        raise trouble(where, Text("damaged, its SHA-256 is another", "已损坏，SHA-256 不一致"), AGAIN)
    return manifest
