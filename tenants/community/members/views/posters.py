"""A link to join as a page, a QR code, and a poster to print for each site."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from saas.kernel.display import printing
from saas.kernel.display import qr as qr_codes
from saas.kernel.http import page, see_other
from saas.kernel.uploads import files
from tenants.community.members.models import Invitation
from tenants.community.members.queries import people as queries
from tenants.community.members.rules import membership as rules
from tenants.community.members.views.membership import invitation_or_404
from tenants.community.members.wording import posters as wording
from tenants.spaces import hosts
from tenants.spaces.requests import MemberRequest

ALL_SITES = 0


@require_GET
def poster(request: MemberRequest, code: str) -> HttpResponse:
    """Show a link to copy, its QR code, and its posters."""
    invitation = invitation_or_404(request, code)
    now = timezone.now()
    context = {
        "nav": "people",
        "now": now,
        "invitation": invitation,
        "state": rules.state_of(invitation, now),
        "left": invitation.most_uses - invitation.uses,
        "url": _url_of(request, invitation),
        "sites": queries.sites(),
        "sizes": [(size, size.upper()) for size in wording.SIZES],
    }
    return page(request, "members/poster.html", context)


@require_GET
def qr(request: MemberRequest, code: str) -> HttpResponse:
    """Draw the QR code of a link."""
    invitation = invitation_or_404(request, code)
    drawing = qr_codes.drawing(_url_of(request, invitation))
    return HttpResponse(drawing, content_type="image/svg+xml")


@require_GET
def poster_file(request: MemberRequest, code: str, *, site_id: int, size: str) -> HttpResponseBase:
    """Draw the poster of a link for a site, or for all sites, as PDF."""
    invitation = invitation_or_404(request, code)
    sites = {site.pk: site for site in queries.sites()}
    if size not in wording.SIZES or site_id not in {ALL_SITES, *sites}:
        raise Http404
    if rules.state_of(invitation, timezone.now()):
        return see_other("members:poster", code)
    site = sites.get(site_id)
    words = wording.words_of(
        invitation,
        name=request.space.name,
        site=site,
        url=_url_of(request, invitation),
        size=size,
        accent=request.space.accent,
    )
    content = printing.draw("poster", words, at=invitation.made_at)
    return files.download(content, name=f"troovon-{code}-{site_id}-{size}.pdf")


def _url_of(request: HttpRequest, invitation: Invitation) -> str:
    return hosts.space_url(request.space.slug, f"/join/{invitation.code}/")  # type: ignore[attr-defined]
