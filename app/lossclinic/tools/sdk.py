"""The SDK of the Model Context Protocol, which is installed on request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lossclinic_kb.errors import InputError
from lossclinic_kb.text import Text


@contextmanager
def with_mcp() -> Iterator[None]:
    """Say how to install the SDK of the Model Context Protocol where importing it fails.

    Raises:
        InputError: It is missing, or too old.
    """
    try:
        yield
    except ImportError as error:
        if not (error.name or "").startswith("mcp"):
            raise
        raise InputError(
            Text(
                "the SDK of the Model Context Protocol is missing or too old: pip install 'lossclinic[mcp]'",
                "没有安装 Model Context Protocol 的 SDK，或者版本太旧：pip install 'lossclinic[mcp]'",
            )
        ) from None
