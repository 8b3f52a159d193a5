"""What changes with the language: every component that shows words, with what it shows in each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import gradio as gr

from lossclinic_kb.text import Lang

_Component = TypeVar("_Component")


class Labels:
    """A list of components and what each becomes in a language; one switch changes them all at once."""

    def __init__(self) -> None:
        self._held: list[tuple[Any, Callable[[Lang], Any]]] = []

    def add(self, component: _Component, shown: Callable[[Lang], Any]) -> _Component:
        """Note a component and the function that returns its update; return the component."""
        self._held.append((component, shown))
        return component

    @property
    def components(self) -> list[Any]:
        """Every component, in the order of `updates`."""
        return [component for component, _ in self._held]

    def updates(self, lang: Lang) -> list[Any]:
        """Return what each component becomes."""
        return [shown(lang) for _, shown in self._held]


def labelled(**words: Callable[[Lang], Any]) -> Callable[[Lang], Any]:
    """Return the update that sets each property to its words in a language."""
    return lambda lang: gr.update(**{name: word(lang) for name, word in words.items()})
