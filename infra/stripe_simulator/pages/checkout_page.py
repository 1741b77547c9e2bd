"""The hosted payment page: works with a keyboard, a script, or no script at all."""

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.objects import checkout
from infra.stripe_simulator.objects.cards import CARDS, CHALLENGED, DECLINED, GOOD, NO_FUNDS, Card
from infra.stripe_simulator.pages.layout import choice, esc, missing, notice, page, redirect
from infra.stripe_simulator.pages.words import Speaker, language_of
from infra.stripe_simulator.wire import Request, Response, decode_form
from infra.stripe_simulator.world import World

OFFERED = (
    (GOOD, "card_paid"),
    (DECLINED, "card_declined"),
    (NO_FUNDS, "card_funds"),
    (CHALLENGED, "card_secure"),
)


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
        card=str(given.get("card") or GOOD.number),
    )
    checkout.pay(world, session, buyer)
    return after(world, request, session)


def after(world: World, request: Request, session: JSON) -> Response:
    """Say where an attempt leads: to the success page, to the bank, or back to the form."""
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
    """Give the address for those who change their mind."""
    if session["status"] == "complete":
        return _success(session)
    return str(session["cancel_url"] or _success(session).split("?")[0])


def _accepted(request: Request) -> str:
    return request.headers.get("accept-language", "")


def _speaker(request: Request, session: JSON) -> Speaker:
    return Speaker(language_of(session["locale"], _accepted(request)))


def _intent(world: World, session: JSON) -> JSON | None:
    if session["payment_intent"] is None:
        return None
    return world.store.must("payment_intent", session["payment_intent"])


def _closed(session: JSON, speaker: Speaker) -> Response:
    if session["status"] == "complete":
        amount = speaker.money(session["amount_total"], session["currency"])
        text = speaker.say("paid_text", amount=amount)
        return notice(speaker, speaker.say("paid_title"), text, link=_success(session))
    title, text = speaker.say("expired_title"), speaker.say("expired_text")
    return notice(speaker, title, text, link=session["cancel_url"] or "")


def _summary(session: JSON, speaker: Speaker) -> str:
    lines = ""
    for line in session["_lines"]:
        amount = speaker.money(line["amount_total"], line["currency"])
        quantity = speaker.say("quantity", n=line["quantity"]) if line["quantity"] > 1 else ""
        lines += (
            f'<li><span>{esc(line["description"])}<span class="hint">{esc(quantity)}</span></span>'
            f"<span>{esc(amount)}</span></li>"
        )
    total = speaker.money(session["amount_total"], session["currency"])
    return (
        f'<section class="summary"><h1>{esc(speaker.say("total"))}</h1>'
        f'<p class="total">{esc(total)}</p><ul class="lines">{lines}</ul></section>'
    )


def _refusal(world: World, session: JSON, speaker: Speaker) -> str:
    intent = _intent(world, session)
    error = intent and intent["last_payment_error"]
    if not error:
        return ""
    key = f"why_{error.get('decline_code') or 'authentication'}"
    known = key in {"why_generic_decline", "why_insufficient_funds", "why_authentication"}
    why = speaker.say(key) if known else error["message"]
    return (
        f'<div class="refused" role="alert"><strong>{esc(speaker.say("refused"))}</strong>'
        f"<p>{esc(why)} {esc(speaker.say('refused_next'))}</p></div>"
    )


def _cards(speaker: Speaker) -> str:
    return "".join(
        choice("card", card.number, speaker.say(key), hint=_spaced(card), checked=card is GOOD)
        for card, key in OFFERED
    )


def _spaced(card: Card) -> str:
    number = CARDS[card.number].number
    return " ".join(number[start : start + 4] for start in range(0, 16, 4))


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


def _form(world: World, session: JSON, speaker: Speaker) -> Response:
    amount = speaker.money(session["amount_total"], session["currency"])
    body = f"""<div class="checkout">
{_summary(session, speaker)}
<form method="post" action="/c/pay/{esc(session["id"])}" class="card">
<h2>{esc(speaker.say("contact"))}</h2>
{_refusal(world, session, speaker)}
{_contact(session, speaker)}
<fieldset><legend>{esc(speaker.say("card"))}</legend>
<p class="hint">{esc(speaker.say("card_hint"))}</p>
{_cards(speaker)}
</fieldset>
<button type="submit" class="button">{esc(speaker.say("pay", amount=amount))}</button>
<p class="cancel"><a href="{esc(_way_out(session))}">{esc(speaker.say("cancel"))}</a></p>
</form>
</div>"""
    leads_to = [session["success_url"], session["cancel_url"] or ""]
    return page(speaker, speaker.say("pay_title"), body, wide=True, leads_to=leads_to)


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
