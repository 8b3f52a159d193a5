"""The look of the chat. Colours carry no meaning of their own: every bar and sign has its word or number."""

from __future__ import annotations

CSS = """
.lc-head { align-items: center; flex-wrap: wrap; }
#lc-lang { flex-grow: 0; }
#lc-lang .wrap { flex-wrap: nowrap; justify-content: flex-end; }
#lc-chat .placeholder, #lc-chat .placeholder-content { padding: 0 1.5rem; text-align: center; opacity: .75; }
.lc-tools button { flex-grow: 0; }
.lc-tools { flex-direction: row !important; }
.lc-example { text-align: left; justify-content: flex-start; font-weight: 400; }
.lc-head h1 { margin: 0 0 .1rem; font-size: 1.5rem; }
.lc-head p { margin: 0; opacity: .8; }
.lc-note { font-size: .9rem; opacity: .85; }
.lc-summary { font-size: 1.05rem; line-height: 1.5; white-space: pre-line; }
.lc-bar { display: flex; align-items: center; gap: .6rem; margin: .2rem 0 .6rem; }
.lc-bar .track { flex: 1; height: .55rem; border-radius: .3rem; background: var(--border-color-primary); overflow: hidden; }
.lc-bar .fill { height: 100%; background: var(--color-accent); }
.lc-bar .figure { min-width: 9rem; font-variant-numeric: tabular-nums; }
.lc-evidence { list-style: none; margin: 0 0 .6rem; padding: 0; }
.lc-evidence li { margin: .15rem 0; padding-left: 4.6rem; position: relative; line-height: 1.45; overflow-wrap: anywhere; }
.lc-evidence li b { position: absolute; left: 0; width: 4.2rem; font-weight: 600; }
.lc-check { border: 1px solid var(--color-accent); border-radius: 8px; padding: .8rem 1rem; gap: .6rem; }
.lc-check button { min-width: fit-content; }
.lc-empty { opacity: .75; padding: 2.5rem 1rem; text-align: center; }
.lc-badge { font-size: .8rem; border: 1px solid currentColor; border-radius: .8rem; padding: 0 .5rem; opacity: .8; }
@media (max-width: 640px) { .lc-head { flex-direction: column; align-items: stretch; } #lc-lang .wrap { justify-content: flex-start; } }
footer { display: none !important; }
"""
