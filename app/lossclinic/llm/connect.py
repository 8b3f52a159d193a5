"""From PROVIDER:MODEL to a LangChain chat model. Keys come from the environment, and are kept by nobody here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from lossclinic.llm.limits import Limits
from lossclinic_kb.errors import InputError, ModelError
from lossclinic_kb.text import Text

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

KEY = "LOSSCLINIC_LLM_KEY"
"""Environment variable of the key for an address of one's own; without it the provider's own variable is used."""
NO_KEY = "none"  # local services want a key to be there and ignore it
PACKAGES = {
    "openai": "lossclinic[llm]",
    "google_genai": "langchain-google-genai",
    "mistralai": "langchain-mistralai",
}
"""What to install for a provider, where it is not langchain-PROVIDER."""


def check_name(name: str) -> tuple[str, str]:
    """Return provider and model of a name like openai:gpt-5.

    Raises:
        InputError: It has another form.
    """
    provider, colon, model = name.partition(":")
    if not (colon and provider.strip() and model.strip()):
        raise InputError(
            Text(
                f"--llm {name}: expected PROVIDER:MODEL, for example openai:gpt-5 or ollama:qwen3",
                f"--llm {name}：格式应为 服务商:模型，例如 openai:gpt-5 或 ollama:qwen3",
            )
        )
    return provider.strip(), model.strip()


def connect(name: str, base_url: str | None, limits: Limits) -> BaseChatModel:
    """Return the chat model of a name; nothing is sent yet.

    Raises:
        InputError: The name has another form, the provider is unknown, or the address is none.
        ModelError: The package of the provider is missing, or its key.
    """
    provider, model = check_name(name)
    if base_url is not None and not base_url.startswith(("http://", "https://")):
        raise InputError(
            Text(
                f"--llm-base-url {base_url}: expected an address like http://127.0.0.1:8000/v1",
                f"--llm-base-url {base_url}：需要一个地址，例如 http://127.0.0.1:8000/v1",
            )
        )
    from langchain.chat_models import init_chat_model

    try:
        made: BaseChatModel = init_chat_model(
            model, model_provider=provider, **_settings(provider, base_url, limits)
        )
        return made
    except ImportError:
        package = PACKAGES.get(provider, f"langchain-{provider.replace('_', '-')}")
        raise ModelError(
            Text(
                f"--llm {name}: its package is missing: pip install '{package}'",
                f"--llm {name}：缺少对应的软件包，请运行 pip install '{package}'",
            )
        ) from None
    except ValueError as error:
        if "nsupported" in str(error):
            raise InputError(
                Text(
                    f"--llm {name}: LangChain knows no provider {provider!r}",
                    f"--llm {name}：LangChain 不认识服务商 {provider!r}",
                )
            ) from None
        raise ModelError(_unusable(name, provider)) from None
    except Exception:
        raise ModelError(_unusable(name, provider)) from None


def _settings(provider: str, base_url: str | None, limits: Limits) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "timeout": limits.seconds,
        "max_retries": 0,
        "max_tokens": limits.answer_tokens,
    }
    if provider == "ollama":
        settings = {"num_predict": limits.answer_tokens, "client_kwargs": {"timeout": limits.seconds}}
    if base_url is not None:
        settings["base_url"] = base_url
        key = os.environ.get(KEY)
        if key or (provider == "openai" and not os.environ.get("OPENAI_API_KEY")):
            settings["api_key"] = key or NO_KEY
    return settings


def _unusable(name: str, provider: str) -> Text:
    """Return one line without what the provider's package says: it may quote a key."""
    key = f"{provider.upper()}_API_KEY"
    return Text(
        f"--llm {name}: cannot be set up: is its key in the environment ({key}, or {KEY} with --llm-base-url)?",
        f"--llm {name}：无法初始化。密钥在环境变量里吗（{key}；用 --llm-base-url 时也可以是 {KEY}）？",
    )


def name_of(model: BaseChatModel) -> str:
    """Return what to call a model object."""
    for attribute in ("model_name", "model", "model_id"):
        value = getattr(model, attribute, None)
        if isinstance(value, str) and value:
            return value[:80]
    return type(model).__name__
