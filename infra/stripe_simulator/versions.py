"""API versions: the supported versions, and the renamed fields of older versions."""

import copy
import re

from infra.stripe_simulator.errors import JSON, ApiError, ParameterError, unknown_parameter

PINNED = "2026-10-28.endive"
ACCOUNT_DEFAULT = "2026-08-26.dahlia"
KNOWN = re.compile(r"2026-10-28\.endive|2026-(0[3-9]|10)-\d\d\.dahlia|202[45]-\d\d-\d\d\.[a-z]+")

RENAMED = {
    "POST /v1/checkout/sessions",
    "POST /v1/payment_intents",
    "POST /v1/payment_intents/{intent}",
    "POST /v1/payment_intents/{intent}/confirm",
}
OLD_NAME, NEW_NAME = "payment_method_types", "allowed_payment_method_types"


def chosen(header: str | None) -> str:
    """Give the version that a request asks for, or the account's own."""
    if not header:
        return ACCOUNT_DEFAULT
    if not KNOWN.fullmatch(header):
        raise ApiError(f"Invalid Stripe API version: {header}")
    return header


def is_older(version: str) -> bool:
    """Return True if a version is older than the pinned version."""
    return version != PINNED


def modern(endpoint: str, given: JSON, version: str) -> JSON:
    """Return an older version's parameters with the pinned version's names."""
    if not is_older(version):
        return given
    if endpoint in RENAMED:
        if NEW_NAME in given:
            raise unknown_parameter(NEW_NAME)
        return {NEW_NAME if name == OLD_NAME else name: item for name, item in given.items()}
    if endpoint == "POST /v2/core/account_links":
        return _without_configurations(given)
    return given


def _without_configurations(given: JSON) -> JSON:
    given = copy.deepcopy(given)
    case = given.get("use_case")
    if not isinstance(case, dict):
        return given
    for name in ("account_onboarding", "account_update"):
        details = case.get(name)
        if isinstance(details, dict) and not details.pop("configurations", None):
            raise ParameterError(
                "Missing required param: configurations.", param=f"use_case.{name}.configurations"
            )
    return given


def as_seen_at(version: str, body: JSON) -> JSON:
    """Return an object in the form of a version."""
    if not is_older(version):
        return body
    if body.get("object") in {"checkout.session", "payment_intent", "setup_intent"}:
        body.pop(NEW_NAME, None)
    if body.get("object") == "v2.core.account_link":
        case = body["use_case"]
        case[case["type"]]["configurations"] = ["recipient"]
    return body
