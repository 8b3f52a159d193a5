"""The gallery of faulty runs, and one of them: its curves, the causes to choose from, and what it was."""

from __future__ import annotations

from lossclinic.lessons import Lesson, lessons
from lossclinic.plot import PANELS
from lossclinic.ui import texts
from lossclinic.ui.parts.evidence import symptom_list
from lossclinic.ui.parts.prose import prose, safe
from lossclinic.ui.parts.sketch import sketch
from lossclinic.wording import percent
from lossclinic_kb.causes import load_cause, load_profiles
from lossclinic_kb.run import Run
from lossclinic_kb.text import Lang


def gallery(say: Lang) -> str:
    """Return every lesson as a small picture with its address."""
    items = "".join(
        f'<li><a href="?view=learn&amp;run={each.number}" data-go>{texts.pages.LESSON(say).format(each.number)}</a>'
        f"{sketch(each.pair.broken, '', say)}</li>"
        for each in lessons()
    )
    return f'<div class="lc-page" lang="{say}"><p>{texts.pages.LEARN_INTRO(say)}</p><ul class="lc-list">{items}</ul></div>'


def lesson_page(lesson: Lesson, guess: str, say: Lang) -> str:
    """Return one lesson, and once there is a guess, what was wrong.

    Args:
        lesson: Which one.
        guess: Id of the cause that the person chose, or "".
        say: Language.
    """
    back = f'<p><a href="?view=learn" data-go>← {texts.library.BACK(say)}</a></p>'
    after = _revealed(lesson, guess, say) if guess else _choices(lesson, say)
    return (
        f'<article class="lc-page" lang="{say}" data-lesson="{lesson.number}">{back}'
        f"<h2>{texts.pages.LESSON(say).format(lesson.number)}</h2>{_curves(lesson.pair.broken, say)}{after}</article>"
    )


def _curves(run: Run, say: Lang) -> str:
    logged = {each.role for each in run.series if len(each.logged)}
    drawn = "".join(
        sketch(run, title(say), say, roles) for title, roles in PANELS if logged.intersection(roles)
    )
    return f'<div class="lc-pair">{drawn}</div>'


def _choices(lesson: Lesson, say: Lang) -> str:
    titles = load_profiles()
    buttons = "".join(
        f'<button type="button" data-act="guess" data-cause="{each}">{safe(titles[each].title(say))}</button>'
        for each in lesson.choices
    )
    return f'<h3>{texts.pages.WHAT_IS_WRONG(say)}</h3><div class="lc-buttons">{buttons}</div>'


def _revealed(lesson: Lesson, guess: str, say: Lang) -> str:
    cause, made = load_cause(lesson.cause), lesson.diagnosis(say)
    title = f'<a href="?view=knowledge&amp;cause={cause.id}" data-go>{safe(cause.title(say))}</a>'
    words = texts.pages.GUESSED_RIGHT(say) if guess == lesson.cause else texts.pages.GUESSED_WRONG(say)
    ranking = "".join(f"<li>{safe(each.title)}: {percent(each.probability)}</li>" for each in made.causes)
    ranked = (
        f'<h3>{texts.pages.TOOL_SAYS(say)}</h3><ol class="lc-ranking">{ranking}</ol>'
        if ranking
        else f"<p>{safe(made.summary)}</p>"
    )
    seen = symptom_list(made)
    shown = f"<h3>{texts.cards.CURVE_SHOWS(say)}</h3>{seen}" if seen else ""
    mended = sketch(lesson.pair.cured, texts.cards.CURED(say), say)
    return (
        f'<p class="lc-question" role="status">{words} {title}</p>{prose(cause.articles[say].sections["happens"])}'
        f'{shown}{ranked}<div class="lc-pair">{sketch(lesson.pair.broken, texts.cards.BROKEN(say), say)}{mended}</div>'
        f'<p><a href="?view=learn&amp;run={lesson.number % len(lessons()) + 1}" data-go>{texts.pages.NEXT_LESSON(say)} →</a></p>'
    )
