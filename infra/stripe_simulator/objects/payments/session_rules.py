"""Parameters that a Checkout session may have in each of its three modes."""

from infra.stripe_simulator.errors import (
    JSON,
    ApiError,
    ParameterError,
    check_url,
    missing_parameter,
)
from infra.stripe_simulator.objects import played
from infra.stripe_simulator.objects.recurring.subscriptions import check_together
from infra.stripe_simulator.world import Call, World

HALF_AN_HOUR = 30 * 60
A_DAY = 24 * 3600
GRACE = 60
UNPLAYED = ("discounts", "optional_items", "shipping_address_collection", "shipping_options",
            "invoice_creation", "saved_payment_method_options", "custom_fields")  # fmt: skip
ONLY_IN = {
    "payment_intent_data": "payment",
    "customer_creation": "payment",
    "submit_type": "payment",
    "subscription_data": "subscription",
    "setup_intent_data": "setup",
}
PAID_WITH = {"card", "sepa_debit"}
SUBSCRIBED_WITH = {"description", "metadata"}


def check(world: World, call: Call) -> None:
    """Refuse a session that cannot be, or that the simulator would not play as asked."""
    params = call.params
    _check_mode(params)
    _check_fit(params)
    for name in ("success_url", "cancel_url"):
        check_url(params, name)
    _check_played(params)
    _check_methods(params)
    _check_data(params.get("payment_intent_data", {}))
    played.only(params.get("subscription_data", {}), SUBSCRIBED_WITH, inside="subscription_data")
    _check_expiry(world, params)
    _check_buyer(world, call)


def _check_mode(params: JSON) -> None:
    mode = params.get("mode")
    if mode is None:
        raise missing_parameter("mode")
    if mode != "setup" and not params.get("line_items"):
        raise missing_parameter("line_items")
    if mode == "setup" and params.get("line_items"):
        raise ApiError("You can not pass `line_items` in `setup` mode.", param="line_items")
    if "success_url" not in params:
        raise missing_parameter("success_url")


def _check_fit(params: JSON) -> None:
    mode = params["mode"]
    for name, only in ONLY_IN.items():
        if params.get(name) and mode != only:
            raise ApiError(f"You can not pass `{name}` in `{mode}` mode.", param=name)


def _check_played(params: JSON) -> None:
    """Raise ApiError for parameters that would change the amount or the page, as not simulated."""
    for name in UNPLAYED:
        if params.get(name):
            raise ApiError(f"The simulator does not play {name} yet.", param=name)
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise ApiError("The simulator only plays the ui_mode hosted_page.", param="ui_mode")
    if params.get("automatic_tax", {}).get("enabled"):
        raise ApiError("The simulator computes no taxes.", param="automatic_tax")


def _check_methods(params: JSON) -> None:
    allowed = params.get("allowed_payment_method_types")
    if allowed and not PAID_WITH & set(allowed):
        raise ApiError(
            "The simulator plays card and sepa_debit only.", param="allowed_payment_method_types"
        )


def _check_buyer(world: World, call: Call) -> None:
    params = call.params
    if params.get("customer") and params.get("customer_email"):
        raise ParameterError(
            "You may only specify one of these parameters: customer, customer_email.",
            param="customer",
        )
    if params.get("customer"):
        world.named("customer", params["customer"], owner=call.owner, param="customer")


def _check_data(data: JSON) -> None:
    if data.get("capture_method") == "manual":
        raise ApiError(
            "The simulator captures at once.", param="payment_intent_data[capture_method]"
        )
    for name in ("application_fee_amount", "transfer_data", "on_behalf_of"):
        if data.get(name):
            raise ApiError(
                f"{name} is for charges with a destination, which the simulator does not play.",
                param=f"payment_intent_data[{name}]",
            )


def _check_expiry(world: World, params: JSON) -> None:
    if "expires_at" not in params:
        return
    ahead = params["expires_at"] - world.clock.now()
    if not HALF_AN_HOUR - GRACE <= ahead <= A_DAY + GRACE:
        raise ApiError(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout "
            "Session creation.",
            param="expires_at",
        )


def check_lines(lines: list[JSON], params: JSON) -> None:
    """Refuse prices that do not fit the mode, and euros' debits of another currency."""
    monthly = [line["price"] for line in lines if line["price"]["recurring"]]
    if params["mode"] == "payment" and monthly:
        raise ApiError(
            "You specified `payment` mode but passed a recurring price. Either switch to "
            "`subscription` mode or use only one-time prices.",
            param="line_items",
        )
    if params["mode"] == "subscription" and not monthly:
        raise ApiError(
            "You must provide at least one recurring price in `subscription` mode when using "
            "prices.",
            param="line_items",
        )
    check_together(monthly, param="line_items")
    debits = "sepa_debit" in (params.get("allowed_payment_method_types") or [])
    if debits and any(line["currency"] != "eur" for line in lines):
        raise ApiError(
            "The payment method type `sepa_debit` is only for prices in eur.",
            param="allowed_payment_method_types",
        )
