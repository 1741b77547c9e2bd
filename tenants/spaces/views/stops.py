"""The page on which the reader of an invitation stops all of them."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from saas.kernel.http import page
from tenants.spaces import stops
from tenants.spaces.actions.standing import stop_invitations as stop


@csrf_exempt  # a mail program presses the button without having seen the page
@login_not_required
@require_http_methods(["GET", "POST"])
def stop_invitations(request: HttpRequest, token: str) -> HttpResponse:
    """Show the opt-out from invitations, and apply it on POST; mail programs also post here."""
    address_hash = stops.hash_in(token)
    if address_hash is None:
        raise Http404
    if request.method == "POST":
        stop(address_hash=address_hash, at=timezone.now())
    response = page(request, "founding/stop.html", {"done": request.method == "POST"})
    response["Referrer-Policy"] = "no-referrer"
    return response
