"""The page where administrators take out a copy of their space."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from saas.kernel import hooks, schema
from saas.kernel.errors import Refused
from saas.kernel.http import page, see_other
from tenants.spaces.actions import life as actions
from tenants.spaces.actors import SpaceActor, actor_of
from tenants.spaces.models import Archive
from tenants.spaces.queries import life as queries
from tenants.spaces.requests import MemberRequest
from tenants.spaces.rules.addresses import ADMINISTRATOR, check_runs_the_space


@require_http_methods(["GET", "POST"])
def exports(request: MemberRequest) -> HttpResponse:
    """List the copies that were made of the space, and have another one made."""
    by = _administrator(request)
    with schema.in_public():
        if request.method == "POST":
            try:
                actions.export(schema_name=by.schema_name, by=by.name, at=timezone.now())
            except Refused as refusal:
                messages.error(request, refusal.sentence)
            return see_other("spaces:exports")
        shown = queries.shown_exports(by.schema_name)
        taken_out = queries.taken_out_of(by.schema_name)
    context = {
        "nav": "people",
        "exports": shown,
        "taken_out": taken_out,
        "under_way": any(export.progress.under_way for export in shown),
    }
    return page(request, "spaces/exports.html", context, partial="live")


@require_GET
def export(request: MemberRequest, reference: str) -> FileResponse:
    """Hand out a copy of the space to its administrators."""
    by = _administrator(request)
    look = hooks.DataAccess(
        None,
        ADMINISTRATOR,
        gettext_noop("Copie de l’espace"),
        gettext_noop("Une copie que l’administration emporte"),
    )
    with schema.in_public():
        archive = queries.exported(by.schema_name, reference)
    hooks.data_accessed.ask(look, request.user, timezone.now())
    with schema.in_public():
        return handed_out(archive, queries.download_name(archive, request.space.slug))


def _administrator(request: MemberRequest) -> SpaceActor:
    """Return who asks, as the log keeps them. Raises NotAllowed for others."""
    duties = hooks.duties_of(request.user)
    check_runs_the_space(duties, is_park=request.space.is_park)
    return actor_of(request.user, schema_name=request.space.schema_name, role=ADMINISTRATOR)


def handed_out(archive: Archive, name: str) -> FileResponse:
    """Answer with the file of an archive, to be kept by nobody on the way. Raises Http404."""
    try:
        content = default_storage.open(archive.name)
    except FileNotFoundError as error:
        raise Http404 from error
    answer = FileResponse(content, as_attachment=True, filename=name)
    answer["Cache-Control"] = "private, no-store"
    return answer
