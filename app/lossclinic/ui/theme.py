"""Colours and fonts of the chat."""

from __future__ import annotations

import gradio as gr


def page_theme() -> gr.themes.Base:
    """Return the theme: fonts of the machine, greys that can be read."""
    theme = gr.themes.Base(
        primary_hue="teal",
        neutral_hue="slate",
        font=["system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    )
    # The greys of the theme are too pale to read: these give 7 to 1 and more on both backgrounds.
    return theme.set(
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
        block_label_text_color="*neutral_600",
        block_label_text_color_dark="*neutral_300",
        block_title_text_color="*neutral_700",
        block_title_text_color_dark="*neutral_200",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_hover_dark="*primary_800",
        input_placeholder_color="*neutral_600",
        input_placeholder_color_dark="*neutral_300",
    )
