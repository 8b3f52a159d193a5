"""What the server remembers of an open page: its conversation, and nothing of what it was shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradio.state_holder import SessionState, StateHolder

if TYPE_CHECKING:
    from gradio import Blocks


class Visit(SessionState):
    """The state of one page without the copies of all that it shows.

    Gradio keeps what each component was given last, for links to a page as it stands, which we do not offer; and since
    every update makes a component under a new number, it keeps what was shown before as well: a third of a megabyte a message.
    """

    def __init__(self, blocks: Blocks) -> None:
        super().__init__(blocks)
        self.config_values = {}

    def __setitem__(self, key: int, value: Any) -> None:
        """Remember a value or a component of the page; not what an update made under a number of its own."""
        if key in self.blocks_config.blocks:
            super().__setitem__(key, value)
            self.config_values.clear()

    def _update_config(self, key: int) -> None:
        """Keep no copy of a component."""

    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Keep no copy of what a component shows."""


class Visits(StateHolder):
    """The pages in memory; the one unused for longest goes first."""

    def __getitem__(self, session_id: str) -> SessionState:
        """Return the state of a page, a new one for a page that was not seen before."""
        if session_id not in self.session_data:
            self.session_data[session_id] = Visit(self.blocks)
        return super().__getitem__(session_id)


def remember_little(app: Blocks) -> None:
    """Have an application that is mounted keep its pages as `Visits`; in place, as several of its objects hold them."""
    app.state_holder.__class__ = Visits
