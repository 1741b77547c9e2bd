"""Pages of what is kept of a member: the copy to take along, and who looked."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from saas.kernel.errors import Refused
from saas.kernel.http import page, see_other
from tenants.community.personal_data import actions, queries
from tenants.spaces.requests import MemberRequest


@require_http_methods(["GET", "POST"])
def data(request: MemberRequest) -> HttpResponse:
    """Show one's copies and who looked, and ask for a copy."""
    if request.method == "POST":
        try:
            actions.ask_export(by=request.user, at=timezone.now())
            messages.success(request, _("Votre copie se prépare."))
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        return see_other("personal_data:data")
    context = {"nav": "profile", "shown": queries.shown(request.user)}
    return page(request, "personal_data/data.html", context, partial="live")


@require_GET
def download(request: MemberRequest, reference: str) -> HttpResponseBase:
    """Hand out a copy to whom it is about."""
    export = queries.ready_export(reference, person=request.user)
    if export is None or not default_storage.exists(export.name):
        raise Http404
    name = f"troovon-{export.ready_at:%Y-%m-%d}.zip"
    response = FileResponse(default_storage.open(export.name), as_attachment=True, filename=name)
    response["Cache-Control"] = "no-store"
    return response
