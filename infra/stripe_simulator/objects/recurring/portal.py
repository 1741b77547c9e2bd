"""The billing portal: its configuration, and its sessions."""

import copy

from infra.stripe_simulator.errors import JSON, ApiError, check_url, missing_parameter
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.objects import played
from infra.stripe_simulator.objects.metadata import fresh, merged
from infra.stripe_simulator.objects.payments import payment_methods, setup_intents
from infra.stripe_simulator.objects.payments.payment_methods import Means
from infra.stripe_simulator.objects.recurring import subscription_life as life
from infra.stripe_simulator.objects.recurring import subscriptions
from infra.stripe_simulator.objects.recurring.test_clocks import on_the_clock_of
from infra.stripe_simulator.paging import page, same
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.store import new_id
from infra.stripe_simulator.world import Call, World

CONFIGURATION = "billing_portal.configuration"
SESSION = "billing_portal.session"
VISIT_LASTS = 3600
FLOWS = {"payment_method_update", "subscription_cancel"}
OFFERED: JSON = {
    "customer_update": {"allowed_updates": [], "enabled": False},
    "invoice_history": {"enabled": True},
    "payment_method_update": {"enabled": True, "payment_method_configuration": None},
    "subscription_cancel": {
        "cancellation_reason": {"enabled": False, "options": []},
        "enabled": True,
        "mode": "at_period_end",
        "proration_behavior": "none",
    },
    "subscription_pause": {
        "duration": {"interval_options": [], "type": "indefinite"},
        "enabled": False,
    },
    "subscription_update": {
        "billing_cycle_anchor": None,
        "default_allowed_updates": [],
        "enabled": False,
        "products": None,
        "proration_behavior": "none",
        "schedule_at_period_end": {"conditions": []},
        "trial_update_behavior": "end_trial",
    },
}
CLOSED = {"invoice_history", "payment_method_update", "subscription_cancel"}


def _make(world: World, params: JSON, *, owner: str, default: bool) -> JSON:
    now = world.clock.now()
    features = copy.deepcopy(OFFERED)
    if not default:
        for name in CLOSED:
            features[name]["enabled"] = False
    record: JSON = {
        "id": new_id("bpc_1"),
        "object": CONFIGURATION,
        "active": True,
        "application": None,
        "business_profile": {
            "headline": None,
            "privacy_policy_url": None,
            "terms_of_service_url": None,
        },
        "created": now,
        "default_return_url": None,
        "features": features,
        "is_default": default,
        "livemode": False,
        "login_page": {"enabled": False, "url": None},
        "metadata": fresh(params),
        "name": None,
        "updated": now,
    }
    _write(record, params)
    return world.add(CONFIGURATION, record, owner=owner)


def _write(record: JSON, params: JSON) -> None:
    for name in ("active", "default_return_url", "name"):
        if name in params:
            record[name] = None if params[name] == "" else params[name]
    for name, value in params.get("business_profile", {}).items():
        record["business_profile"][name] = value or None
    for name, given in params.get("features", {}).items():
        _offer(record["features"][name], given)


def _offer(feature: JSON, given: JSON) -> None:
    for name, value in given.items():
        if isinstance(value, dict) and isinstance(feature.get(name), dict):
            _offer(feature[name], value)
        else:
            feature[name] = _emptied(feature.get(name)) if value == "" else value


def _emptied(before: object) -> list[str] | None:
    return [] if isinstance(before, list) else None


@endpoint("POST /v1/billing_portal/configurations")
def create_configuration(world: World, call: Call) -> JSON:
    """Create a portal configuration; unnamed features are disabled."""
    _check(call.params)
    record = _make(world, call.params, owner=call.owner, default=False)
    emit(world, "billing_portal.configuration.created", record)
    return record


def _check(params: JSON) -> None:
    check_url({key: value for key, value in params.items() if value}, "default_return_url")
    if params.get("login_page", {}).get("enabled"):
        raise ApiError("The simulator has no login page.", param="login_page[enabled]")
    for name in ("customer_update", "subscription_update"):
        if params.get("features", {}).get(name, {}).get("enabled"):
            raise ApiError(
                f"The simulator does not play {name} yet.", param=f"features[{name}][enabled]"
            )


@endpoint("GET /v1/billing_portal/configurations/{configuration}")
def configuration(world: World, call: Call) -> JSON:
    """Return a portal configuration."""
    name = call.path["configuration"]
    return world.find(CONFIGURATION, name, owner=call.owner, param="configuration")


@endpoint("POST /v1/billing_portal/configurations/{configuration}")
def change_configuration(world: World, call: Call) -> JSON:
    """Change a portal configuration."""
    record = configuration(world, call)
    _check(call.params)
    _write(record, call.params)
    record |= {"metadata": merged(record, call.params), "updated": world.clock.now()}
    world.store.put(CONFIGURATION, record)
    emit(world, "billing_portal.configuration.updated", record)
    return record


@endpoint("GET /v1/billing_portal/configurations")
def configurations(world: World, call: Call) -> JSON:
    """Return the portal configurations, newest first."""
    filters = same(call.params, "active", "is_default")
    return page(
        world.store,
        CONFIGURATION,
        call.params,
        url="/v1/billing_portal/configurations",
        keep=lambda row: row["_owner"] == call.owner and filters(row),
    )


def _usual(world: World, owner: str) -> JSON:
    for row in world.store.oldest_first(CONFIGURATION):
        if row["is_default"] and row["_owner"] == owner:
            return row
    raise ApiError(
        "No configuration provided and your test mode default configuration has not been created. "
        "Provide a configuration or create your default by saving your customer portal settings in "
        "test mode at https://dashboard.stripe.com/test/settings/billing/portal."
    )


def save_settings(world: World, owner: str) -> JSON:
    """Create the portal's default settings, as the dashboard does; sessions use them by default."""
    for row in world.store.oldest_first(CONFIGURATION):
        if row["is_default"] and row["_owner"] == owner:
            return row
    return _make(world, {}, owner=owner, default=True)


def _check_active(offered: JSON) -> None:
    if not offered["active"]:
        raise ApiError(
            f"The configuration {offered['id']} is not active: it opens no portal session.",
            param="configuration",
        )


@endpoint("POST /v1/billing_portal/sessions")
def create(world: World, call: Call) -> JSON:
    """Open the portal for a customer."""
    params = call.params
    played.only(params, {"customer", "configuration", "flow_data", "locale", "return_url"})
    if params.get("customer") is None:
        raise missing_parameter("customer")
    customer = world.named("customer", params["customer"], owner=call.owner, param="customer")
    check_url(params, "return_url")
    if "configuration" in params:
        name = params["configuration"]
        offered = world.named(CONFIGURATION, name, owner=call.owner, param="configuration")
    else:
        offered = _usual(world, call.owner)
    _check_active(offered)
    identifier = new_id("bps_1")
    now = world.clock.now()
    record: JSON = {
        "id": identifier,
        "object": SESSION,
        "configuration": offered["id"],
        "created": now,
        "customer": customer["id"],
        "customer_account": None,
        "flow": _flow(world, params.get("flow_data"), customer, offered=offered),
        "livemode": False,
        "locale": params.get("locale"),
        "on_behalf_of": None,
        "return_url": params.get("return_url") or offered["default_return_url"],
        "url": f"{world.settings.base}/p/session/{identifier}",
        "_until": now + VISIT_LASTS,
    }
    world.add(SESSION, record, owner=call.owner)
    emit(world, "billing_portal.session.created", record)
    return record


def _check_flow(kind: str, offered: JSON) -> None:
    if kind not in FLOWS:
        raise ApiError(f"The simulator does not play {kind} yet.", param="flow_data[type]")
    if not offered["features"][kind]["enabled"]:
        raise ApiError(
            f"The {kind} feature in the portal configuration is disabled.", param="flow_data[type]"
        )


def _flow(world: World, given: JSON | None, customer: JSON, *, offered: JSON) -> JSON | None:
    if not given:
        return None
    kind = given["type"]
    _check_flow(kind, offered)
    done = given.get("after_completion", {"type": "portal_homepage"})
    check_url(done.get("redirect", {}), "return_url")
    flow: JSON = {
        "after_completion": {
            "hosted_confirmation": done.get("hosted_confirmation"),
            "redirect": done.get("redirect"),
            "type": done["type"],
        },
        "subscription_cancel": None,
        "subscription_update": None,
        "subscription_update_confirm": None,
        "type": kind,
    }
    if kind == "subscription_cancel":
        wanted = given.get("subscription_cancel")
        if wanted is None:
            raise missing_parameter("flow_data[subscription_cancel]")
        name = wanted["subscription"]
        param = "flow_data[subscription_cancel][subscription]"
        found = world.named("subscription", name, owner=customer["_owner"], param=param)
        if found["customer"] != customer["id"] or found["status"] in subscriptions.ENDED:
            raise ApiError("This customer does not have this subscription.", param=param)
        flow["subscription_cancel"] = {"retention": None, "subscription": name}
    return flow


def change_means(world: World, customer: JSON, means: Means) -> JSON:
    """Keep a new means of payment and pay everything that renews with it from now on."""
    owner = customer["_owner"]
    billing = {name: customer[name] for name in ("address", "email", "name", "phone")}
    with on_the_clock_of(world, customer["id"]):
        method = payment_methods.of(world, means, billing=billing, owner=owner)
        setup_intents.succeeded(world, customer, method)
        payment_methods.prefer(world, customer, method)
        for row in running(world, customer):
            life.change(world, row, default_payment_method=method["id"])
    return method


def running(world: World, customer: JSON) -> list[JSON]:
    """Return a customer's running subscriptions, newest first."""
    return [
        row
        for row in world.store.newest_first("subscription")
        if row["customer"] == customer["id"] and row["status"] in life.RUNNING
    ]


def stop(world: World, subscription: JSON, *, offered: JSON) -> None:
    """Cancel a subscription by the portal's settings: now, or at the end of the paid period."""
    with on_the_clock_of(world, subscription["customer"]):
        if offered["features"]["subscription_cancel"]["mode"] == "immediately":
            life.end(world, subscription, reason="cancellation_requested")
            return
        changes = subscriptions.ending(world, subscription, at_period_end=True)
        life.change(world, subscription, **changes)


def go_on(world: World, subscription: JSON) -> None:
    """Take back a wish to stop."""
    with on_the_clock_of(world, subscription["customer"]):
        changes = subscriptions.ending(world, subscription, at_period_end=False)
        life.change(world, subscription, **changes)
