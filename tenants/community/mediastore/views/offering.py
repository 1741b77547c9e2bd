"""Providers' pages about the sponsors of the shelf."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from saas.kernel.http import page, see_other
from tenants.community.mediastore import forms
from tenants.community.mediastore.queries import shelf as queries
from tenants.community.mediastore.queries import sponsors as sponsorships
from tenants.community.mediastore.rules import shelf as rules
from tenants.spaces.requests import MemberRequest


@require_http_methods(["GET", "POST"])
def sponsors(request: MemberRequest) -> HttpResponse:
    """Show the sponsors of the shelf, and change the number of places on sale."""
    rules.check_provides_any(queries.providers_of(request.user))
    at = timezone.now()
    data = request.POST if request.method == "POST" else None
    form = forms.PlacesForm(data, initial={"places": sponsorships.places_wished()})
    if form.is_bound and form.submit(by=request.user, at=at):
        messages.success(request, _("C’est enregistré : les commerçants le voient dans l’heure."))
        return see_other("mediastore:sponsors")
    media = sponsorships.carriers(at)
    rows = [(one, forms.CarryForm(media=media, carried=one)) for one in sponsorships.carried(at)]
    context = {"form": form, "rows": rows, "has_media": bool(media), "nav": "mediastore"}
    return page(request, "mediastore/sponsors.html", context)


@require_POST
def carry(request: MemberRequest, reference: str) -> HttpResponse:
    """Choose the medium that shows a booked place."""
    rules.check_provides_any(queries.providers_of(request.user))
    at = timezone.now()
    if sponsorships.booked(reference, at) is None:
        raise Http404
    form = forms.CarryForm(request.POST, media=sponsorships.carriers(at))
    if form.submit(flight_reference=reference, by=request.user, at=at):
        messages.success(request, _("C’est enregistré."))
    else:
        messages.error(request, _("Choisissez un média qui est en rayon."))
    return see_other("mediastore:sponsors")
