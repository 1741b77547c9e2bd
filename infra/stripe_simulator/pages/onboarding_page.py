"""The hosted onboarding page, for a treasurer to prove their identity."""

from infra.stripe_simulator.errors import JSON, ApiError
from infra.stripe_simulator.objects.connect import links
from infra.stripe_simulator.objects.connect.standing import state_of
from infra.stripe_simulator.pages.layout import choice, esc, missing, page, redirect
from infra.stripe_simulator.pages.words import Speaker, language_of
from infra.stripe_simulator.wire import Request, Response, decode_form
from infra.stripe_simulator.world import World

OUTCOMES = ("complete", "unfinished", "restricted", "rejected")


def show(world: World, request: Request, *, account_id: str, token: str) -> Response:
    """Open a link; a used or expired link redirects to the page that issues a new link."""
    try:
        link, good = links.open_once(world, account_id, token)
    except ApiError:
        return missing(Speaker(language_of(None, _accepted(request))))
    if not good:
        return redirect(link["refresh_url"])
    account = world.store.must("account", account_id)
    return _form(account, link, _speaker(request, account))


def take(world: World, request: Request, *, account_id: str, token: str) -> Response:
    """Take the page that was sent off and go back to the platform."""
    try:
        link = links.find(world, account_id, token)
    except ApiError:
        return missing(Speaker(language_of(None, _accepted(request))))
    given = decode_form(request.body.decode("utf-8", "replace"))
    outcome = str(given.get("outcome") or "complete")
    links.finish(world, link, outcome if outcome in OUTCOMES else "unfinished")
    return redirect(link["return_url"])


def _accepted(request: Request) -> str:
    return request.headers.get("accept-language", "")


def _speaker(request: Request, account: JSON) -> Speaker:
    locales = account["defaults"].get("locales") or [None]
    return Speaker(language_of(locales[0], _accepted(request)))


def _requirements(account: JSON, speaker: Speaker) -> str:
    """Return the list of an account's requirements after its onboarding, with earlier errors."""
    if state_of(account) == "pending":
        return ""
    lines = ""
    for row in account["requirements"]["entries"]:
        errors = " ".join(error["description"] for error in row["errors"])
        hint = f'<span class="hint" lang="en">{esc(errors)}</span>' if errors else ""
        lines += f"<li><span><code>{esc(row['description'])}</code>{hint}</span></li>"
    title = esc(speaker.say("onboarding_asked"))
    return f'<h2>{title}</h2><ul class="lines asked">{lines}</ul>' if lines else ""


def _form(account: JSON, link: JSON, speaker: Speaker) -> Response:
    details = account["identity"].get("business_details") or {}
    name = account["display_name"] or details.get("registered_name") or account["id"]
    options = "".join(
        choice(
            "outcome",
            outcome,
            speaker.say(f"board_{outcome}"),
            hint=speaker.say(f"board_{outcome}_hint"),
            checked=outcome == "complete",
        )
        for outcome in OUTCOMES
    )
    title = speaker.say("board_title")
    action = f"/setup/e/{account['id']}/{link['id']}"
    body = f"""<form method="post" action="{esc(action)}" class="card">
<h1>{esc(title)}</h1>
<p class="hint">{esc(speaker.say("board_for"))} <strong>{esc(name)}</strong></p>
<p>{esc(speaker.say("board_text"))}</p>
{_requirements(account, speaker)}
<fieldset><legend>{esc(speaker.say("outcome"))}</legend>
{options}
</fieldset>
<button type="submit" class="button">{esc(speaker.say("board_send"))}</button>
</form>"""
    leads_to = [link["return_url"], link["refresh_url"]]
    return page(speaker, title, body, leads_to=leads_to)
