"""Stripe's webhook endpoints: the signature is checked, the event kept, the answer given."""

import logging
import re
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing.stripe.actions.inbox import store_event
from billing.stripe.gateway.events import read_event
from billing.stripe.gateway.values import BadEvent

MOST_BYTES = 256 * 1024
_LENGTH = re.compile(r"[0-9]{1,12}")

logger = logging.getLogger(__name__)


@csrf_exempt
@login_not_required
@require_POST
def snapshot(request: HttpRequest) -> HttpResponse:
    """Take an event about our own account."""
    return _take("snapshot", request)


@csrf_exempt
@login_not_required
@require_POST
def connected(request: HttpRequest) -> HttpResponse:
    """Take an event about a council's account."""
    return _take("connected", request)


@csrf_exempt
@login_not_required
@require_POST
def thin(request: HttpRequest) -> HttpResponse:
    """Receive a thin event, which contains only the id of the changed object."""
    return _take("thin", request)


def _take(endpoint: str, request: HttpRequest) -> HttpResponse:
    length = request.headers.get("content-length") or "0"
    # int() would accept "1_0", too, and raise for endless digits; a chunked body has no length.
    short = _LENGTH.fullmatch(length) and int(length) <= MOST_BYTES
    if not short or len(request.body) > MOST_BYTES:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    signature = request.headers.get("Stripe-Signature", "")
    try:
        event = read_event(endpoint, request.body, signature)
    except BadEvent as bad:
        logger.warning("an event at %s was refused: %s", endpoint, bad)
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    store_event(event=event, endpoint=endpoint, at=timezone.now())
    return HttpResponse(status=HTTPStatus.OK)
