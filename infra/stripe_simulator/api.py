"""A request through the API: its caller, its parameters, its idempotency key, and the response."""

import base64
import binascii
import sys
import time
import traceback
from dataclasses import dataclass

from infra.stripe_simulator import expand, parameters, versions
from infra.stripe_simulator.errors import JSON, ApiError, unrecognized
from infra.stripe_simulator.faults import Fault
from infra.stripe_simulator.idempotency import fingerprint
from infra.stripe_simulator.routes import Endpoint, match
from infra.stripe_simulator.store import PLATFORM, new_id
from infra.stripe_simulator.wire import (
    Request,
    Response,
    answer,
    as_list,
    decode_form,
    decode_json,
)
from infra.stripe_simulator.world import Call, World

BROKEN: JSON = {
    "error": {
        "message": "An unknown error occurred. Our engineers have been notified.",
        "type": "api_error",
    }
}
NOT_STORED = {401, 403, 409, 429}


@dataclass(slots=True)
class Job:
    """A request that has been understood as far as its address, version and account."""

    name: str
    endpoint: Endpoint
    path: dict[str, str]
    given: JSON
    owner: str
    version: str
    v2: bool
    typed: bool


def check_key(world: World, headers: dict[str, str]) -> None:
    """Raise ApiError without the right key, and for every key of the live mode."""
    key = _key(headers.get("authorization", ""))
    if not key:
        raise ApiError(
            "You did not provide an API key. You need to provide your API key in the "
            "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_KEY').",
            status=401,
        )
    if not world.settings.accepts(key):
        shown = f"{key[:8]}{'*' * 8}{key[-4:]}" if len(key) > 16 else "*" * 8  # noqa: PLR2004
        raise ApiError(f"Invalid API Key provided: {shown}", status=401)


def _key(header: str) -> str:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def serve(world: World, request: Request) -> Response:
    """Answer a request of either generation of the API."""
    v2 = request.path.startswith("/v2/")
    headers = {"Request-Id": new_id("req_", 14), "Stripe-Version": versions.ACCOUNT_DEFAULT}
    key = request.headers.get("idempotency-key")
    if key and request.method != "GET":
        headers["Idempotency-Key"] = key
    try:
        check_key(world, request.headers)
        headers["Stripe-Version"] = versions.chosen(request.headers.get("stripe-version"))
        with world.lock:
            header = request.headers.get("sim-fault")
            fault = world.faults.on_answer(request.method, request.path, header)
        early = _early(fault, headers)
        return early or _executed(world, request, headers, fault=fault)
    except ApiError as error:
        return answer(error.status, error.body(v2=v2), headers | error.headers)


def _early(fault: Fault | None, headers: dict[str, str]) -> Response | None:
    """Give the answer of a fault that strikes before anything is executed."""
    if fault is None:
        return None
    if fault.kind == "error_before":
        return answer(500, BROKEN, headers)
    if fault.kind == "rate_limit":
        raise ApiError(
            "Request rate limit exceeded.",
            status=429,
            code="rate_limit",
            headers={"Retry-After": str(max(1, round(fault.seconds)))},
        )
    if fault.kind == "lock_timeout":
        raise ApiError(
            "This object cannot be accessed right now because another API request or Stripe "
            "process is currently accessing it.",
            status=409,
            code="lock_timeout",
        )
    if fault.kind in {"timeout_before", "reset_before"}:
        network = fault.kind.partition("_")[0]
        return Response(500, b"", headers, network=network, seconds=fault.seconds)
    return None


def _executed(
    world: World, request: Request, headers: dict[str, str], *, fault: Fault | None
) -> Response:
    job = _understood(world, request, headers["Stripe-Version"])
    key = headers.get("Idempotency-Key")
    if key:
        digest = fingerprint(request.method, request.path, job.given, account=job.owner)
        with world.lock:
            stored = world.keys.claim(key, digest)
        if stored is not None:
            replay = {"Idempotent-Replayed": "true", "Original-Request": stored["request"]}
            return answer(stored["status"], stored["body"], headers | replay)
    if fault is not None and fault.kind == "slow":
        time.sleep(fault.seconds)
    with world.lock:
        response = _acted(world, job, headers, fault=fault)
    return _mistreated(response, fault)


def _understood(world: World, request: Request, version: str) -> Job:
    if request.path.startswith("/v1/") and request.path.endswith("/search"):
        raise ApiError("The simulator plays no search: list, and keep what you look for.")
    found = match(request.method, request.path)
    if found is None:
        raise unrecognized(request.method, request.path)
    name, endpoint, path = found
    v2 = request.path.startswith("/v2/")
    typed = v2 and request.method == "POST"
    if request.method != "POST":
        given = decode_form(request.query)
    elif v2:
        given = decode_json(request.body)
    else:
        given = decode_form(request.body.decode("utf-8", "replace"))
    owner = _owner(world, request.headers)
    return Job(name, endpoint, path, given, owner, version, v2, typed)


def _owner(world: World, headers: dict[str, str]) -> str:
    named = headers.get("stripe-account") or headers.get("stripe-context")
    if not named or named == PLATFORM:
        return PLATFORM
    if world.store.get("account", named) is None:
        raise ApiError(
            f"The provided key does not have access to account '{named}' (or that account does "
            "not exist). Application access may have been revoked.",
            status=403,
            code="account_invalid",
        )
    return named


def _acted(world: World, job: Job, headers: dict[str, str], *, fault: Fault | None) -> Response:
    """Execute under the simulator's lock and keep the answer under its key."""
    key = headers.get("Idempotency-Key")
    more: dict[str, str] = {}
    try:
        status, body = 200, _run(world, job, headers)
        keep = True
    except ApiError as error:
        status, body, more = error.status, error.body(v2=job.v2), error.headers
        keep = error.began_executing and status not in NOT_STORED and not job.v2
    except Exception:  # noqa: BLE001 - whatever goes wrong in here, the caller gets Stripe's 500
        traceback.print_exc(file=sys.stderr)
        status, body, keep = 500, BROKEN, False
    if fault is not None and fault.kind == "error_after":
        status, body = 500, BROKEN
        keep = keep and not job.v2
    if key and keep:
        world.keys.store_answer(key, status=status, body=body, request_id=headers["Request-Id"])
    elif key:
        world.keys.release(key)
    world.store.save()
    return answer(status, body, headers | more)


def _run(world: World, job: Job, headers: dict[str, str]) -> JSON:
    world.run_due()
    given = versions.modern(job.name, job.given, job.version)
    params = parameters.check(job.name, given, v2=job.typed)
    call = Call(job.path, params, job.owner, job.version)
    call.expand = as_list(params.pop("expand", None))
    call.include = as_list(params.pop("include", None))
    expand.check(job.name, call.expand)
    world.cause = {
        "id": headers["Request-Id"],
        "idempotency_key": headers.get("Idempotency-Key"),
    }
    try:
        body = _cleaned(job.endpoint(world, call))
    finally:
        world.cause = None
    return versions.as_seen_at(job.version, expand.expand(world.store, body, call.expand))


def _cleaned(body: JSON) -> JSON:
    out = expand.public({key: item for key, item in body.items() if key != "data"})
    if isinstance(body.get("data"), list):
        out["data"] = [expand.public(item) for item in body["data"]]
    elif "data" in body:
        out |= expand.public({"data": body["data"]})
    return out


def _mistreated(response: Response, fault: Fault | None) -> Response:
    """Apply a network fault to a response."""
    if fault is None:
        return response
    networks = {
        "timeout_after": "timeout",
        "reset_after": "reset",
        "slow_body": "slow_body",
        "malformed_json": "malformed_json",
    }
    response.network = networks.get(fault.kind)
    response.seconds = fault.seconds
    return response
