"""Pages where administrators take out a copy of their space, and have it deleted."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.accounts import auth
from saas.accounts.sessions import stepup
from saas.kernel import hooks, schema
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.http import page, see_other
from saas.kernel.secrets.hashing import takes_password
from tenants.spaces.actions import deletions
from tenants.spaces.actions import life as actions
from tenants.spaces.actions.addresses import named
from tenants.spaces.actors import SpaceActor, actor_of
from tenants.spaces.forms.life import PlanForm, others_than
from tenants.spaces.models import Archive
from tenants.spaces.queries import life as queries
from tenants.spaces.requests import MemberRequest
from tenants.spaces.rules.addresses import (
    ADMINISTRATOR,
    COUNCIL,
    check_runs_the_space,
    runs_the_space,
)


@require_http_methods(["GET", "POST"])
@stepup.fresh
def exports(request: MemberRequest) -> HttpResponse:
    """List the exports of the space, and request another export on POST."""
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


@takes_password
@require_http_methods(["GET", "POST"])
def delete(request: MemberRequest) -> HttpResponse:
    """Show the removed and retained data of a deletion and its obstacles, and plan it on POST.

    Members see the page after a deletion is planned. A second person confirms the administrator's
    request.
    """
    duties = hooks.duties_of(request.user)
    is_council = _is_of_council_alone(request)
    if not is_council and not runs_the_space(duties, is_park=request.space.is_park):
        return _end_for_members(request)
    by = _of_council(request) if is_council else _administrator(request)
    now, proven = timezone.now(), auth.came_without_password_just_now(request)
    with schema.in_public():
        ending = queries.ending_of(by.schema_name, at=now)
    has_password = request.user.has_usable_password()
    data = request.POST if request.method == "POST" else None
    confirms = ending.plan is not None
    form = PlanForm(
        data, asks_password=has_password and not proven, proven=proven, confirms=confirms
    )
    if form.is_bound and form.submit(user=request.user, by=by, at=now):
        messages.success(request, _("C’est noté. L’administration et le CSE sont prévenus."))
        return see_other("spaces:delete")
    context = {
        "nav": "people",
        "form": form,
        "ending": ending,
        "email": request.user.email,
        "needs_link": not has_password and not proven,
        "is_council": is_council,
        "may_confirm": _may_confirm(request, by, ending),
    }
    return page(request, "spaces/delete.html", context)


@require_POST
def stop_deletion(request: MemberRequest) -> HttpResponse:
    """Call the deletion off."""
    is_council = _is_of_council_alone(request)
    by = _of_council(request) if is_council else _administrator(request)
    try:
        with schema.in_public():
            deletions.call_off(by=by, at=timezone.now())
        messages.success(request, _("La suppression est annulée\u00a0: l’espace reste."))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return see_other("members:home" if is_council else "spaces:delete")


def _is_of_council_alone(request: MemberRequest) -> bool:
    """Return True for a council's representative without the role of an administrator."""
    roles = {duty.role for duty in hooks.duties_of(request.user)}
    return bool(roles & COUNCIL) and ADMINISTRATOR not in roles


def _of_council(request: MemberRequest) -> SpaceActor:
    """Return a person of a council, while an end is planned. Raises NotAllowed otherwise."""
    with schema.in_public():
        plan = queries.planned_deletion_of(request.space.schema_name)
    if plan is None:
        raise NotAllowed(_("L’administration de l’espace peut faire cela, pas votre compte."))
    role = min({duty.role for duty in hooks.duties_of(request.user)} & COUNCIL)
    return actor_of(request.user, schema_name=request.space.schema_name, role=role)


def _may_confirm(request: MemberRequest, by: SpaceActor, ending: queries.Ending) -> bool:
    """Return True if the person may confirm another person's request."""
    if not ending.waits_for(named(by)):
        return False
    return by.role == ADMINISTRATOR or not others_than(request.user, by=by).administer


def _end_for_members(request: MemberRequest) -> HttpResponse:
    """Show a member the data that a planned deletion removes and retains.

    Raises NotAllowed if no deletion is planned.
    """
    if request.method == "POST" or request.space.ends_at is None:
        _administrator(request)
    with schema.in_public():
        ending = queries.ending_of(request.space.schema_name, at=timezone.now())
    return page(request, "spaces/delete.html", {"ending": ending, "is_member": True})


def _administrator(request: MemberRequest) -> SpaceActor:
    """Return the administrator as an actor for the log. Raises NotAllowed for others."""
    duties = hooks.duties_of(request.user)
    check_runs_the_space(duties, is_park=request.space.is_park)
    return actor_of(request.user, schema_name=request.space.schema_name, role=ADMINISTRATOR)


def handed_out(archive: Archive, name: str) -> FileResponse:
    """Return the file of an archive, with a header that forbids caching. Raises Http404."""
    try:
        content = default_storage.open(archive.name)
    except FileNotFoundError as error:
        raise Http404 from error
    answer = FileResponse(content, as_attachment=True, filename=name)
    answer["Cache-Control"] = "private, no-store"
    return answer
