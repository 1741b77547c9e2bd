"""Checkout sessions: each a hosted page, to pay, to subscribe, or to save a card."""

from infra.stripe_simulator.errors import JSON, ApiError
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.expand import included, public
from infra.stripe_simulator.objects.addresses import ADDRESS
from infra.stripe_simulator.objects.metadata import fresh
from infra.stripe_simulator.objects.payments import session_rules
from infra.stripe_simulator.objects.payments.payment_intents import LARGEST_CENTS, SMALLEST_CENTS
from infra.stripe_simulator.objects.recurring import line_items, subscription_life
from infra.stripe_simulator.paging import envelope, in_period, limit_of, page, same
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.store import Store, new_id
from infra.stripe_simulator.world import Call, World, falls_due

A_DAY = 24 * 3600
NO_INVOICE: JSON = {
    "account_tax_ids": None,
    "custom_fields": None,
    "description": None,
    "footer": None,
    "issuer": None,
    "metadata": {},
    "rendering_options": None,
}


@endpoint("POST /v1/checkout/sessions")
def create(world: World, call: Call) -> JSON:
    """Open a session; its page can be paid until it expires."""
    params = call.params
    session_rules.check(world, call)
    identifier = new_id("cs_test_", 58)
    session = _blank(world, params, identifier)
    session["url"] = f"{world.settings.base}/c/pay/{identifier}"
    session["_lines"] = []
    if params["mode"] != "setup":
        _sell(world, session, call)
    session |= {
        "_intent": params.get("payment_intent_data", {}),
        "_subscription": params.get("subscription_data", {}),
    }
    session["customer_details"] = _details(world, session, params)
    world.add("checkout.session", session, owner=call.owner)
    world.later("session_expires", session["expires_at"], session=identifier)
    return session


def _sell(world: World, session: JSON, call: Call) -> None:
    """Set the line items and the amounts of a session."""
    lines = line_items.build(world, call.params["line_items"], owner=call.owner)
    session_rules.check_lines(lines, call.params)
    total = _total(lines)
    session |= {
        "amount_subtotal": total,
        "amount_total": total,
        "currency": lines[0]["currency"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "_lines": lines,
    }


def _total(lines: list[JSON]) -> int:
    currencies = {line["currency"] for line in lines}
    if len(currencies) > 1:
        raise ApiError("All line items must have the same currency.", param="line_items")
    total: int = sum(line["amount_total"] for line in lines)
    if total < SMALLEST_CENTS:
        raise ApiError(
            "The Checkout Session's total amount due must add up to at least €0.50 eur",
            code="amount_too_small",
            param="line_items",
        )
    if total > LARGEST_CENTS:
        raise ApiError(
            "The total must be no more than €999,999.99",
            code="amount_too_large",
            param="line_items",
        )
    return total


def _blank(world: World, params: JSON, identifier: str) -> JSON:
    now = world.clock.now()
    allowed = params.get("allowed_payment_method_types")
    mode = params["mode"]
    usual = "if_required" if mode == "payment" else "always"
    guest = None if params.get("customer") else params.get("customer_creation", usual)
    once = {"enabled": False, "invoice_data": dict(NO_INVOICE)} if mode == "payment" else None
    return {
        "id": identifier,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "after_expiration": None,
        "allow_promotion_codes": None,
        "allowed_payment_method_types": allowed,
        "amount_subtotal": None,
        "amount_total": None,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": params.get("billing_address_collection"),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "created": now,
        "currency": None,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": params.get("customer"),
        "customer_account": None,
        "customer_creation": guest,
        "customer_details": None,
        "customer_email": params.get("customer_email"),
        "discounts": [],
        "expires_at": params.get("expires_at", now + A_DAY),
        "integration_identifier": None,
        "invoice": None,
        "invoice_creation": once,
        "livemode": False,
        "locale": params.get("locale"),
        "managed_payments": {"enabled": False},
        "metadata": fresh(params),
        "mode": mode,
        "optional_items": None,
        "origin_context": None,
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required" if mode == "payment" else "always",
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": allowed or ["card"],
        "payment_status": "no_payment_required" if mode == "setup" else "unpaid",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": params.get("submit_type"),
        "subscription": None,
        "success_url": params["success_url"],
        "total_details": None,
        "ui_mode": params.get("ui_mode", "hosted_page"),
        "url": None,
        "wallet_options": None,
    }


def _details(world: World, session: JSON, params: JSON) -> JSON | None:
    """Return the buyer's details available before the page is opened."""
    if session["customer"]:
        customer = world.store.must("customer", session["customer"])
        details = {name: customer[name] for name in ("address", "email", "name", "phone")}
    elif params.get("customer_email"):
        details = {"address": None, "email": params["customer_email"], "name": None, "phone": None}
    else:
        return None
    return details | {
        "business_name": None,
        "individual_name": None,
        "tax_exempt": "none",
        "tax_ids": None,
    }


def filled_in(session: JSON, *, email: str, name: str) -> JSON:
    """Return the buyer's details from the submitted page."""
    known = session["customer_details"] or {}
    country = dict.fromkeys(ADDRESS) | {"country": "FR"}
    return {
        "address": known.get("address") or country,
        "business_name": None,
        "email": known.get("email") or email or None,
        "individual_name": None,
        "name": name or known.get("name"),
        "phone": known.get("phone"),
        "tax_exempt": "none",
        "tax_ids": [],
    }


def end(world: World, session: JSON) -> None:
    """Expire an unpaid session."""
    session |= {"status": "expired", "url": None}
    world.store.put("checkout.session", session)
    emit(world, "checkout.session.expired", session)
    if "_began" in session:
        subscription_life.lapse(world, world.store.must("subscription", session["_began"]))


@falls_due("session_expires")
def _session_expires(world: World, details: JSON) -> None:
    session = world.store.must("checkout.session", details["session"])
    if session["status"] == "open":
        end(world, session)


@endpoint("POST /v1/checkout/sessions/{session}/expire")
def expire(world: World, call: Call) -> JSON:
    """Close an open session at the platform's wish."""
    session = retrieve(world, call)
    if session["status"] != "open":
        raise ApiError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of {session['status']}."
        )
    end(world, session)
    return session


@endpoint("GET /v1/checkout/sessions/{session}")
def retrieve(world: World, call: Call) -> JSON:
    """Show a session."""
    name = call.path["session"]
    return world.find("checkout.session", name, owner=call.owner, param="session")


@endpoint("GET /v1/checkout/sessions")
def index(world: World, call: Call) -> JSON:
    """List sessions, newest first."""
    filters = same(
        call.params, "customer", "payment_intent", "payment_link", "status", "subscription"
    )
    email = call.params.get("customer_details", {}).get("email")
    period = in_period(call.params)

    def is_listed(row: JSON) -> bool:
        if email is not None and (row["customer_details"] or {}).get("email") != email:
            return False
        return row["_owner"] == call.owner and filters(row) and period(row)

    url = "/v1/checkout/sessions"
    return page(world.store, "checkout.session", call.params, url=url, keep=is_listed)


@endpoint("GET /v1/checkout/sessions/{session}/line_items")
def lines_of(world: World, call: Call) -> JSON:
    """Return the line items of a session."""
    session = retrieve(world, call)
    rows, limit = list(session["_lines"]), limit_of(call.params)
    after, before = call.params.get("starting_after"), call.params.get("ending_before")
    names = [row["id"] for row in rows]
    if after in names:
        rows = rows[names.index(after) + 1 :]
    if before in names:
        rows = rows[: names.index(before)][-limit:]
    url = f"/v1/checkout/sessions/{session['id']}/line_items"
    return envelope([public(row) for row in rows[:limit]], url=url, has_more=len(rows) > limit)


@included("checkout.session", "line_items")
def _line_items(store: Store, session: JSON) -> JSON:
    rows = store.must("checkout.session", session["id"])["_lines"]
    url = f"/v1/checkout/sessions/{session['id']}/line_items"
    return envelope([public(row) for row in rows[:10]], url=url, has_more=len(rows) > 10)  # noqa: PLR2004 - a page
