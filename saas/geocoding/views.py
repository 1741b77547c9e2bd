"""Suggestions of addresses, for forms that anybody may fill."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from saas.accounts.auth import network_from
from saas.geocoding import actions, queries
from saas.kernel import schema
from saas.kernel.secrets import tokens
from saas.kernel.web import rate_limit

MOST_A_MINUTE = 300  # letters that people of one office type


@login_not_required
@require_GET
def suggest(request: HttpRequest) -> JsonResponse:
    """Return the addresses that begin like a text; `pending`: more come in a moment."""
    text = request.GET.get("q", "")[:200]
    with schema.in_public():
        rate_limit.check(
            "addresses",
            tokens.hashed(network_from(request)),
            most=MOST_A_MINUTE,
            per_seconds=60,
            when_silent=rate_limit.Silent.LET_PASS,
        )
        found = queries.search(text)
        pending = len(found) < queries.FEW and actions.ask(text=text, at=timezone.now())
    rows = [
        {"label": one.label, "latitude": str(one.latitude), "longitude": str(one.longitude)}
        for one in found
    ]
    return JsonResponse({"addresses": rows, "pending": pending})
