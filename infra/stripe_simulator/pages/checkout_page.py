"""The hosted payment page: works with a keyboard, a script, or no script at all."""

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.objects.payments import checkout
from infra.stripe_simulator.objects.payments.choices import Choice, chosen
from infra.stripe_simulator.pages import means
from infra.stripe_simulator.pages.layout import choice, esc, missing, notice, page, redirect
from infra.stripe_simulator.pages.words import Speaker, language_of
from infra.stripe_simulator.wire import Request, Response, decode_form
from infra.stripe_simulator.world import World


def show(world: World, request: Request, name: str) -> Response:
    """Show the page of a session, whatever has become of it."""
    session = world.store.get("checkout.session", name)
    if session is None:
        return missing(Speaker(language_of(None, _accepted(request))))
    speaker = _speaker(request, session)
    if session["status"] == "open":
        return _form(world, session, speaker)
    return _closed(session, speaker)


def take(world: World, request: Request, name: str) -> Response:
    """Take a page that was sent off; sent twice it still pays once."""
    session = world.store.get("checkout.session", name)
    if session is None:
        return missing(Speaker(language_of(None, _accepted(request))))
    given = decode_form(request.body.decode("utf-8", "replace"))
    if str(given.get("outcome")) == "cancel":
        return redirect(_way_out(session))
    buyer = checkout.Buyer(
        email=str(given.get("email", ""))[:200],
        name=str(given.get("name", ""))[:200],
        choice=means.read(given),
    )
    wrong = chosen(buyer.choice, allowed=session["payment_method_types"]) is None
    if wrong and session["status"] == "open":
        speaker = _speaker(request, session)
        return _form(world, session, speaker, wrong=buyer.choice)
    checkout.pay(world, session, buyer)
    return after(world, request, session)


def after(world: World, request: Request, session: JSON) -> Response:
    """Return the redirect after an attempt: to the success page, to the bank, or to the form."""
    if session["status"] == "complete":
        return redirect(_success(session))
    if session["status"] == "expired":
        return _closed(session, _speaker(request, session))
    intent = _intent(world, session)
    if intent is not None and intent["status"] == "requires_action":
        return redirect(f"{world.settings.base}/c/authenticate/{intent['id']}")
    return _form(world, session, _speaker(request, session))


def _success(session: JSON) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _way_out(session: JSON) -> str:
    """Return the address for buyers that cancel."""
    if session["status"] == "complete":
        return _success(session)
    return str(session["cancel_url"] or _success(session).split("?")[0])


def _accepted(request: Request) -> str:
    return request.headers.get("accept-language", "")


def _speaker(request: Request, session: JSON) -> Speaker:
    return Speaker(language_of(session["locale"], _accepted(request)))


def _intent(world: World, session: JSON) -> JSON | None:
    name = session.get("_paying")
    return world.store.must("payment_intent", name) if name else None


def _closed(session: JSON, speaker: Speaker) -> Response:
    if session["status"] != "complete":
        title, text = speaker.say("expired_title"), speaker.say("expired_text")
        return notice(speaker, title, text, link=session["cancel_url"] or "")
    if session["mode"] == "setup":
        title, text = speaker.say("kept_title"), speaker.say("kept_text")
        return notice(speaker, title, text, link=_success(session))
    amount = speaker.money(session["amount_total"], session["currency"])
    state = "paid" if session["payment_status"] == "paid" else "debit"
    text = speaker.say(f"{state}_text", amount=amount)
    return notice(speaker, speaker.say(f"{state}_title"), text, link=_success(session))


def _summary(session: JSON, speaker: Speaker) -> str:
    lines = ""
    for line in session["_lines"]:
        amount = speaker.money(line["amount_total"], line["currency"])
        quantity = speaker.say("quantity", n=line["quantity"]) if line["quantity"] > 1 else ""
        rhythm = speaker.rhythm(line["price"]["recurring"])
        below = " · ".join(part for part in (quantity, rhythm) if part)
        lines += (
            f'<li><span>{esc(line["description"])}<span class="hint">{esc(below)}</span></span>'
            f"<span>{esc(amount)}</span></li>"
        )
    if session["mode"] == "setup":
        return f'<section class="summary"><h1>{esc(speaker.say("keep_only"))}</h1></section>'
    total = speaker.money(session["amount_total"], session["currency"])
    title = "total_today" if session["mode"] == "subscription" else "total"
    return (
        f'<section class="summary"><h1>{esc(speaker.say(title))}</h1>'
        f'<p class="total">{esc(total)}</p><ul class="lines">{lines}</ul>'
        f"{_renewal(session, speaker)}</section>"
    )


def _renewal(session: JSON, speaker: Speaker) -> str:
    if session["mode"] != "subscription":
        return ""
    return f'<p class="hint">{esc(speaker.say("renewal_hint"))}</p>'


def _refusal(world: World, session: JSON, speaker: Speaker) -> str:
    intent = _intent(world, session)
    error = intent and intent["last_payment_error"]
    if not error:
        return ""
    key = f"why_{error.get('decline_code') or 'authentication'}"
    known = key in {"why_generic_decline", "why_insufficient_funds", "why_authentication"}
    why = speaker.say(key) if known else error["message"]
    return means.refused(speaker, why)


def _field(name: str, label: str, *, value: str, kind: str, complete: str) -> str:
    return (
        f'<label class="field"><span>{esc(label)}</span><input type="{kind}" name="{name}" '
        f'value="{esc(value)}" autocomplete="{complete}" required maxlength="200"></label>'
    )


def _contact(session: JSON, speaker: Speaker) -> str:
    known = session["customer_details"] or {}
    email, name = known.get("email"), known.get("name") or "Camille Exemple"
    fields = _field("name", speaker.say("name"), value=name, kind="text", complete="cc-name")
    if not email:
        example = "acheteur@example.com"
        fields = _field(
            "email", speaker.say("email"), value=example, kind="email", complete="email"
        ) + fields  # fmt: skip
    return fields


def _form(
    world: World, session: JSON, speaker: Speaker, *, wrong: Choice | None = None
) -> Response:
    problem = means.wrong_iban(speaker) if wrong else _refusal(world, session, speaker)
    cards = means.OFFERED[session["mode"]]
    body = f"""<div class="checkout">
{_summary(session, speaker)}
<form method="post" action="/c/pay/{esc(session["id"])}" class="card">
<h2>{esc(speaker.say("contact"))}</h2>
{problem}
{_contact(session, speaker)}
{means.choices(speaker, cards, allowed=session["payment_method_types"], wrong=wrong)}
<button type="submit" class="button">{esc(_button(session, speaker))}</button>
<p class="cancel"><a href="{esc(_way_out(session))}">{esc(speaker.say("cancel"))}</a></p>
</form>
</div>"""
    leads_to = [session["success_url"], session["cancel_url"] or ""]
    return page(speaker, speaker.say("pay_title"), body, wide=True, leads_to=leads_to)


def _button(session: JSON, speaker: Speaker) -> str:
    if session["mode"] == "setup":
        return speaker.say("keep")
    amount = speaker.money(session["amount_total"], session["currency"])
    return speaker.say("subscribe" if session["mode"] == "subscription" else "pay", amount=amount)


def show_challenge(world: World, request: Request, name: str) -> Response:
    """Show the bank's question about a payment."""
    intent = world.store.get("payment_intent", name)
    session = checkout.session_of(world, intent) if intent else None
    locale = session["locale"] if session else None
    speaker = Speaker(language_of(locale, _accepted(request)))
    if intent is None:
        return missing(speaker)
    if intent["status"] != "requires_action":
        return _after_challenge(world, request, session, speaker=speaker)
    amount = speaker.money(intent["amount"], intent["currency"])
    title = speaker.say("secure_title")
    body = f"""<form method="post" action="/c/authenticate/{esc(name)}" class="card">
<h1>{esc(title)}</h1>
<p>{esc(speaker.say("secure_text", amount=amount))}</p>
<fieldset><legend>{esc(speaker.say("outcome"))}</legend>
{choice("outcome", "passed", speaker.say("secure_passed"), checked=True)}
{choice("outcome", "failed", speaker.say("secure_failed"))}
</fieldset>
<button type="submit" class="button">{esc(speaker.say("continue"))}</button>
</form>"""
    leads_to = [session["success_url"]] if session else []
    return page(speaker, title, body, leads_to=leads_to)


def take_challenge(world: World, request: Request, name: str) -> Response:
    """Take the answer to the bank's question."""
    speaker = Speaker(language_of(None, _accepted(request)))
    intent = world.store.get("payment_intent", name)
    if intent is None:
        return missing(speaker)
    given = decode_form(request.body.decode("utf-8", "replace"))
    passed = given.get("outcome", "passed") == "passed"
    session = checkout.authenticate(world, intent, passed=passed)
    return _after_challenge(world, request, session, speaker=speaker)


def _after_challenge(
    world: World, request: Request, session: JSON | None, *, speaker: Speaker
) -> Response:
    if session is None:
        return notice(speaker, speaker.say("done_title"), speaker.say("done_text"))
    if session["status"] == "open":
        return redirect(f"{world.settings.base}/c/pay/{session['id']}")
    return after(world, request, session)
