"""The frame around every page, its policy, and the small pieces that pages share."""

import html
import urllib.parse
from collections.abc import Iterable, Sequence

from infra.stripe_simulator.pages.words import Speaker
from infra.stripe_simulator.wire import Response

NO_SCRIPTS = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)


def esc(value: object) -> str:
    """Make any text harmless inside a page."""
    return html.escape(str(value), quote=True)


def origin(url: str) -> str:
    """Return the origin of an address for the page's policy, or an empty text."""
    parts = urllib.parse.urlsplit(url)
    plain = parts.scheme in {"http", "https"} and all(
        sign.isalnum() or sign in ".-:[]" for sign in parts.netloc
    )
    return f"{parts.scheme}://{parts.netloc}" if plain and parts.netloc else ""


def page(
    speaker: Speaker,
    title: str,
    body: str,
    *,
    wide: bool = False,
    leads_to: Iterable[str] = (),
) -> Response:
    """Wrap a body as a whole page; browsers ask that a form's redirects be named beforehand."""
    main = "wide" if wide else "narrow"
    text = f"""<!doctype html>
<html lang="{speaker.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{esc(title)}</title>
<link rel="icon" href="/_assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/_assets/style.css">
<link rel="stylesheet" href="/_assets/board.css">
</head>
<body>
<header class="banner" id="simulator">{esc(speaker.say("banner"))}</header>
<main class="{main}">
{body}
</main>
</body>
</html>
"""
    origins = sorted({origin(url) for url in leads_to} - {""})
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": " ".join([NO_SCRIPTS, *origins]),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(200, text.encode(), headers)


def redirect(url: str) -> Response:
    """Send the browser on to another page, to be fetched with GET."""
    safe = urllib.parse.quote(url, safe="!#$%&'()*+,/:;=?@[]~")
    return Response(303, b"", {"Location": safe, "Cache-Control": "no-store"})


def notice(speaker: Speaker, title: str, text: str, *, link: str = "") -> Response:
    """Return a page with a single sentence and a link back."""
    way = f'<p><a class="button" href="{esc(link)}">{esc(speaker.say("back"))}</a></p>'
    way = way if link and origin(link) else ""
    body = f'<section class="card"><h1>{esc(title)}</h1><p>{esc(text)}</p>{way}</section>'
    return page(speaker, title, body)


def missing(speaker: Speaker) -> Response:
    """Return the 404 page."""
    response = notice(speaker, speaker.say("missing_title"), speaker.say("missing_text"))
    response.status = 404
    return response


def choice(name: str, value: str, label: str, *, hint: str = "", checked: bool = False) -> str:
    """Return a radio button of a group of options."""
    mark = " checked" if checked else ""
    below = f'<span class="hint">{esc(hint)}</span>' if hint else ""
    return (
        f'<label class="choice"><input type="radio" name="{esc(name)}" value="{esc(value)}"{mark}>'
        f"<span><span>{esc(label)}</span>{below}</span></label>"
    )


def table(speaker: Speaker, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table that scrolls sideways on a small screen, or a note if it is empty."""
    if not rows:
        return f'<p class="empty">{esc(speaker.say("nothing"))}</p>'
    head = "".join(f'<th scope="col">{esc(speaker.say(name))}</th>' for name in heads)
    lines = "".join(
        "<tr>" + "".join(f"<td>{esc(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )
