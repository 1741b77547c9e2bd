"""Account links: the way for a council's treasurer to the hosted onboarding, once."""

from infra.stripe_simulator.clock import iso
from infra.stripe_simulator.errors import JSON, ApiError, check_url, missing_parameter
from infra.stripe_simulator.events import emit_thin
from infra.stripe_simulator.objects.connect import accounts
from infra.stripe_simulator.objects.connect.standing import bring_to, satisfy
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.store import new_id
from infra.stripe_simulator.world import Call, World

LASTS_SECONDS = 5 * 60
OUTCOMES = {"restricted": "restricted", "rejected": "rejected"}


@endpoint("POST /v2/core/account_links")
def create(world: World, call: Call) -> JSON:
    """Make a link that opens the onboarding of an account once."""
    account = accounts.find(world, call.params["account"])
    case = call.params["use_case"]
    details = case.get(case["type"])
    if details is None:
        raise missing_parameter(f"use_case[{case['type']}]")
    for name in ("refresh_url", "return_url"):
        check_url(details, name)
    if account["closed"]:
        raise ApiError("This account is closed.", code="account_closed")
    now, token = world.clock.now(), new_id("", 40)
    shown: JSON = {
        "object": "v2.core.account_link",
        "account": account["id"],
        "created": iso(now),
        "expires_at": iso(now + LASTS_SECONDS),
        "livemode": False,
        "url": f"{world.settings.base}/setup/e/{account['id']}/{token}",
        "use_case": {"type": case["type"], case["type"]: details},
    }
    record = {
        "id": token,
        "account": account["id"],
        "case": case["type"],
        "until": now + LASTS_SECONDS,
        "used": False,
        "finished": False,
        "refresh_url": details["refresh_url"],
        "return_url": details.get("return_url") or details["refresh_url"],
        "_owner": "",
    }
    world.store.put("account_link", record)
    return shown


def open_once(world: World, account_id: str, token: str) -> tuple[JSON, bool]:
    """Mark a link as used; return it, and True if this was its first use and in time."""
    link = find(world, account_id, token)
    good = not link["used"] and world.clock.now() < link["until"]
    link["used"] = True
    world.store.put("account_link", link)
    return link, good


def find(world: World, account_id: str, token: str) -> JSON:
    """Give the link of an address."""
    link = world.store.get("account_link", token)
    if link is None or link["account"] != account_id:
        raise not_there(account_id)
    return link


def not_there(account_id: str) -> ApiError:
    """Return the error for an onboarding address that was never issued."""
    return ApiError(f"There is no such link for {account_id}.", status=404)


def finish(world: World, link: JSON, outcome: str) -> None:
    """Apply the outcome of the onboarding page once."""
    if link["finished"]:
        return
    link["finished"] = True
    world.store.put("account_link", link)
    account = world.store.must("account", link["account"])
    if outcome == "complete":
        satisfy(world, account)
    elif outcome in OUTCOMES:
        bring_to(world, account, OUTCOMES[outcome])
    data = {
        "account_id": account["id"],
        "configurations": account["applied_configurations"] or ["recipient"],
        "use_case": link["case"],
    }
    emit_thin(world, "v2.core.account_link.returned", None, data=data)
