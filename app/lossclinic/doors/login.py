"""The page to log in at: one form, no script."""

from __future__ import annotations

from html import escape

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from lossclinic.doors import texts
from lossclinic.doors.who import COOKIE, ByPassword
from lossclinic_kb.errors import LossclinicError

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:22rem;margin:12vh auto;padding:0 1rem;color:#1e293b;background:#fff}"
    "label{display:block;margin:.8rem 0 .2rem}input{width:100%;box-sizing:border-box;font:inherit;padding:.5rem;"
    "border:1px solid #64748b;border-radius:.4rem;background:inherit;color:inherit}button{margin-top:1.2rem;font:inherit;"
    "padding:.5rem 1.2rem;border:0;border-radius:.4rem;background:#0f766e;color:#fff}p[role=alert]{color:#b91c1c}"
    "@media(prefers-color-scheme:dark){body{color:#e2e8f0;background:#0f172a}p[role=alert]{color:#fca5a5}}"
)
_PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Lossclinic 训练诊所</title>
<meta name="viewport" content="width=device-width"><style>{style}</style></head><body><main><h1>Lossclinic 训练诊所</h1>
{alert}<form method="post" action="login"><label for="user">{user}</label>
<input id="user" name="user" autocomplete="username" autofocus required maxlength="64"><label for="password">{password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1000">
<button>{login}</button></form></main></body></html>"""


def page(request: Request, alert: str = "", status: int = 200) -> Response:
    """Return the page, in the language of the browser."""
    lang = texts.preferred(request.headers)
    html = _PAGE.format(
        lang=lang,
        style=_STYLE,
        alert=f'<p role="alert">{escape(alert)}</p>' if alert else "",
        user=texts.USER(lang),
        password=texts.PASSWORD(lang),
        login=texts.LOGIN(lang),
    )
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


async def enter(request: Request, entry: ByPassword) -> Response:
    """Answer a try to log in."""
    async with request.form(max_files=0, max_fields=4) as form:
        name, password = str(form.get("user", "")), str(form.get("password", ""))
    lang = texts.preferred(request.headers)
    try:
        cookie = await run_sync(entry.let_in, name, password)
    except LossclinicError as error:
        return page(request, error.text(lang), 503)
    if cookie is None:
        return page(request, texts.WRONG(lang), 403)
    answer = RedirectResponse(".", 303)
    answer.set_cookie(
        COOKIE,
        cookie,
        max_age=entry.seconds,
        httponly=True,
        samesite="strict",
        secure=encrypted(request),
    )
    return answer


def leave() -> Response:
    """Forget who somebody is."""
    answer = RedirectResponse("login", 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


def encrypted(request: Request) -> bool:
    """Whether the browser speaks TLS: with us, or with the proxy in front."""
    return request.url.scheme == "https" or request.headers.get("x-forwarded-proto", "") == "https"
