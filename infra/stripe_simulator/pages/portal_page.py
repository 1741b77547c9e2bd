"""The hosted billing portal: invoices, the means of payment, and a way to stop."""

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.objects.payments import cards
from infra.stripe_simulator.objects.payments.cards import Card
from infra.stripe_simulator.objects.payments.choices import CARD, DEBIT, Choice, chosen
from infra.stripe_simulator.objects.recurring import invoices, portal
from infra.stripe_simulator.objects.recurring.portal import CONFIGURATION, SESSION
from infra.stripe_simulator.objects.recurring.test_clocks import on_the_clock_of
from infra.stripe_simulator.pages import means
from infra.stripe_simulator.pages.layout import esc, missing, notice, page, redirect
from infra.stripe_simulator.pages.words import Speaker, language_of
from infra.stripe_simulator.wire import Request, Response, decode_form
from infra.stripe_simulator.world import World

BOTH = [CARD, DEBIT]
SHOWN = 24


class Visit:
    """A visit of a customer: the session, the offered features, and the last error."""

    def __init__(self, world: World, request: Request, session: JSON) -> None:
        self.world = world
        self.session = session
        self.customer = world.store.must("customer", session["customer"])
        self.offered = world.store.must(CONFIGURATION, session["configuration"])
        self.speaker = _speaker(request, session, self.customer)
        self.flow = None if session.get("_flow_done") else session["flow"]
        self.notice = ""
        self.wrong: Choice | None = None

    def offers(self, feature: str) -> bool:
        """Return True if the portal's settings enable a feature."""
        return bool(self.offered["features"][feature]["enabled"])

    def say(self, key: str, **values: str | int) -> str:
        """Return a sentence escaped for HTML."""
        return esc(self.speaker.say(key, **values))


def _speaker(request: Request, session: JSON, customer: JSON) -> Speaker:
    preferred = (customer["preferred_locales"] or [None])[0]
    accepted = request.headers.get("accept-language", "")
    locale = session["locale"]
    return Speaker(language_of(locale if locale and locale != "auto" else preferred, accepted))


def _visit(world: World, request: Request, name: str) -> Visit | Response:
    session = world.store.get(SESSION, name)
    accepted = request.headers.get("accept-language", "")
    if session is None or world.store.get("customer", session["customer"]) is None:
        return missing(Speaker(language_of(None, accepted)))
    visit = Visit(world, request, session)
    if world.clock.now() >= session["_until"]:
        title, text = visit.speaker.say("visit_over"), visit.speaker.say("visit_over_text")
        return notice(visit.speaker, title, text, link=session["return_url"] or "")
    return visit


def show(world: World, request: Request, name: str) -> Response:
    """Show the portal, or only the flow of the session."""
    visit = _visit(world, request, name)
    return visit if isinstance(visit, Response) else _page(visit)


def take(world: World, request: Request, name: str) -> Response:
    """Perform the submitted act on the portal, and show the result."""
    visit = _visit(world, request, name)
    if isinstance(visit, Response):
        return visit
    given = decode_form(request.body.decode("utf-8", "replace"))
    act = ACTS.get(str(given.get("act")))
    done = act(visit, given) if act else False
    return _after(visit) if done else _page(visit)


def _change_card(visit: Visit, given: JSON) -> bool:
    if not visit.offers("payment_method_update"):
        return False
    choice = chosen(means.read(given), allowed=BOTH)
    if choice is None:
        visit.notice, visit.wrong = means.wrong_iban(visit.speaker), means.read(given)
        return False
    if isinstance(choice, Card) and choice.decline_code:
        visit.notice = _refused(visit, choice.decline_code)
        return False
    portal.change_means(visit.world, visit.customer, choice)
    return True


def _refused(visit: Visit, code: str) -> str:
    known = code in {"generic_decline", "insufficient_funds"}
    why = visit.speaker.say(f"why_{code}") if known else cards.MESSAGES[code]
    return means.refused(visit.speaker, why)


def _subscription(visit: Visit, given: JSON) -> JSON | None:
    for row in portal.running(visit.world, visit.customer):
        if row["id"] == given.get("subscription"):
            return row
    return None


def _stop(visit: Visit, given: JSON) -> bool:
    row = _subscription(visit, given)
    if row is None or not visit.offers("subscription_cancel"):
        return False
    portal.stop(visit.world, row, offered=visit.offered)
    return True


def _go_on(visit: Visit, given: JSON) -> bool:
    row = _subscription(visit, given)
    if row is None or not visit.offers("subscription_cancel"):
        return False
    portal.go_on(visit.world, row)
    return True


def _pay(visit: Visit, given: JSON) -> bool:
    """Return True if an open invoice was paid with the stored payment method.

    The portal must show invoices.
    """
    if not visit.offers("invoice_history"):
        return False
    invoice = visit.world.store.get("invoice", str(given.get("invoice")))
    if (
        invoice is None
        or invoice["customer"] != visit.customer["id"]
        or not _payable(visit, invoice)
    ):
        return False
    with on_the_clock_of(visit.world, visit.customer["id"]):
        refusal = invoices.try_again(visit.world, invoice)
    if refusal:
        visit.notice = _refused(visit, refusal["decline_code"])
    return not refusal


def _payable(visit: Visit, invoice: JSON) -> bool:
    return invoice["status"] == "open" and not invoices.under_way(visit.world, invoice)


ACTS = {"card": _change_card, "stop": _stop, "go_on": _go_on, "pay": _pay}


def _after(visit: Visit) -> Response:
    """Redirect to the portal, or to the address of the session's flow."""
    here = redirect(str(visit.session["url"]))
    if visit.flow is None:
        return here
    visit.session["_flow_done"] = True
    visit.world.store.put(SESSION, visit.session)
    after = visit.flow["after_completion"]
    if after["type"] == "redirect" and after["redirect"]:
        return redirect(str(after["redirect"]["return_url"]))
    if after["type"] == "hosted_confirmation":
        text = (after["hosted_confirmation"] or {}).get("custom_message")
        shown = text or visit.speaker.say("done_text")
        way = visit.session["return_url"] or ""
        return notice(visit.speaker, visit.speaker.say("done_title"), shown, link=way)
    return here


def _page(visit: Visit) -> Response:
    only = visit.flow["type"] if visit.flow else ""
    parts = {
        "subscription_cancel": _subscriptions,
        "payment_method_update": _means,
        "invoice_history": _invoices,
    }
    body = "".join(
        part(visit)
        for feature, part in parts.items()
        if only == feature or (not only and _has(visit, feature))
    )
    title = visit.speaker.say("portal_title")
    back = ""
    if visit.session["return_url"]:
        address = esc(visit.session["return_url"])
        back = f'<p><a href="{address}">{visit.say("back")}</a></p>'
    name = esc(visit.customer["name"] or visit.customer["email"] or visit.customer["id"])
    html = f"""{back}<h1>{esc(title)}</h1>
<p class="hint">{name}</p>
{visit.notice}
{body or f'<p class="empty">{visit.say("nothing")}</p>'}"""
    leads_to = [visit.session["return_url"] or ""]
    if visit.flow and visit.flow["after_completion"]["redirect"]:
        leads_to.append(visit.flow["after_completion"]["redirect"]["return_url"])
    return page(visit.speaker, title, html, leads_to=leads_to)


def _has(visit: Visit, feature: str) -> bool:
    """Return True if the portal shows a feature: running subscriptions are always shown."""
    return feature == "subscription_cancel" or visit.offers(feature)


def _form(visit: Visit, act: str, inside: str, *, button: str, quiet: bool = False) -> str:
    kind = "button quiet" if quiet else "button"
    return (
        f'<form method="post" action="/p/session/{esc(visit.session["id"])}">'
        f'<input type="hidden" name="act" value="{act}">{inside}'
        f'<button type="submit" class="{kind}">{visit.say(button)}</button></form>'
    )


def _subscriptions(visit: Visit) -> str:
    rows = portal.running(visit.world, visit.customer)
    if visit.flow and visit.flow["subscription_cancel"]:
        wanted = visit.flow["subscription_cancel"]["subscription"]
        rows = [row for row in rows if row["id"] == wanted]
    shown = "".join(_subscription_card(visit, row) for row in rows)
    empty = f'<p class="empty">{visit.say("no_subscription")}</p>'
    return f"<section class='card'><h2>{visit.say('subscriptions')}</h2>{shown or empty}</section>"


def _subscription_card(visit: Visit, row: JSON) -> str:
    item = row["items"]["data"][0]
    day = visit.speaker.day(item["current_period_end"])
    cents = sum(part["price"]["unit_amount"] * part["quantity"] for part in row["items"]["data"])
    amount = visit.speaker.money(cents, row["currency"])
    rhythm = visit.speaker.rhythm(item["price"]["recurring"])
    product = visit.world.store.must("product", item["price"]["product"])["name"]
    state = "ends" if row["cancel_at_period_end"] else row["status"]
    hidden = f'<input type="hidden" name="subscription" value="{esc(row["id"])}">'
    form = ""
    if visit.offers("subscription_cancel"):
        act = "go_on" if row["cancel_at_period_end"] else "stop"
        form = _form(visit, act, hidden, button=f"act_{act}", quiet=True)
    return (
        f"<p><strong>{esc(row['description'] or product)}</strong><br>"
        f'{esc(amount)} {esc(rhythm)}<br><span class="hint">'
        f"{visit.say(f'subscription_{state}', day=day)}</span></p>{form}"
    )


def _means(visit: Visit) -> str:
    stored = visit.customer["invoice_settings"]["default_payment_method"]
    rows = portal.running(visit.world, visit.customer)
    name = next((row["default_payment_method"] for row in rows), None) or stored
    method = visit.world.store.get("payment_method", name) if name else None
    now = esc(_shown(method)) if method else visit.say("no_means")
    inside = means.choices(visit.speaker, means.TO_KEEP, allowed=BOTH, wrong=visit.wrong)
    return (
        f'<section class="card"><h2>{visit.say("means")}</h2><p>{now}</p>'
        f"{_form(visit, 'card', inside, button='keep')}</section>"
    )


def _shown(method: JSON) -> str:
    if method["type"] == "card":
        return f"{method['card']['brand'].capitalize()} •••• {method['card']['last4']}"
    details = method["sepa_debit"]
    return f"SEPA {details['country']} •••• {details['last4']}"


def _invoices(visit: Visit) -> str:
    rows = [
        row
        for row in visit.world.store.newest_first("invoice")
        if row["customer"] == visit.customer["id"] and row["status"] != "draft"
    ][:SHOWN]
    lines = "".join(_invoice(visit, row) for row in rows)
    shown = f'<ul class="lines">{lines}</ul>' if rows else f"<p>{visit.say('nothing')}</p>"
    return f'<section class="card"><h2>{visit.say("invoices")}</h2>{shown}</section>'


def _invoice(visit: Visit, row: JSON) -> str:
    amount = esc(visit.speaker.money(row["total"], row["currency"]))
    day = esc(visit.speaker.day(row["created"]))
    waits = row["status"] == "open" and not _payable(visit, row)
    state = visit.say("invoice_under_way" if waits else f"invoice_{row['status']}")
    form = ""
    if _payable(visit, row):
        hidden = f'<input type="hidden" name="invoice" value="{esc(row["id"])}">'
        form = _form(visit, "pay", hidden, button="act_pay", quiet=True)
    return (
        f'<li><span>{day}<span class="hint">{esc(row["number"])} · {state}</span>{form}</span>'
        f"<span>{amount}</span></li>"
    )


def show_invoice(world: World, request: Request, name: str) -> Response:
    """Show an invoice of Stripe's own."""
    accepted = request.headers.get("accept-language", "")
    invoice = world.store.get("invoice", name)
    if invoice is None or invoice["number"] is None:
        return missing(Speaker(language_of(None, accepted)))
    speaker = Speaker(language_of(None, accepted))
    lines = "".join(
        f"<li><span>{esc(line['description'])}<span class='hint'>"
        f"{esc(speaker.day(line['period']['start']))} – {esc(speaker.day(line['period']['end']))}"
        f"</span></span><span>{esc(speaker.money(line['amount'], invoice['currency']))}</span></li>"
        for line in invoice["lines"]["data"]
    )
    title = speaker.say("invoice_title", number=invoice["number"])
    total = speaker.money(invoice["total"], invoice["currency"])
    body = f"""<section class="card summary"><h1>{esc(title)}</h1>
<p class="total">{esc(total)}</p>
<p class="hint">{esc(speaker.say(f"invoice_{invoice['status']}"))}</p>
<ul class="lines">{lines}</ul>
<p class="hint">{esc(speaker.say("invoice_note"))}</p></section>"""
    return page(speaker, title, body)
