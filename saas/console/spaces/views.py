"""Pages of a space in the console: operations on the whole space, and their progress."""

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.console.access import operators_only
from saas.console.queries import spaces as queries
from saas.console.spaces.forms import (
    ActForm,
    DeletionForm,
    ProofForm,
    RenameForm,
    RestorationForm,
    TakeoutForm,
    TryAgainForm,
)
from saas.kernel.http import page, see_other
from tenants.spaces.queries import life as spaces
from tenants.spaces.views.life import handed_out


@require_http_methods(["GET", "POST"])
@operators_only
def space(request: PersonRequest, slug: str) -> HttpResponse:
    """Show a space; a button suspends, reopens, archives or exports it."""
    shown = queries.space_view(slug, at=timezone.now())
    form = ActForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        work = form.submit(tenant=shown.tenant, by=request.user, at=timezone.now())
        if work:
            return see_other("ops:work", work.reference)
    return _space(request, shown, form=form)


@require_POST
@operators_only
@stepup.second_factor
def rename(request: PersonRequest, slug: str) -> HttpResponse:
    """Move a space to another subdomain; a refusal comes back beside its field."""
    shown = queries.space_view(slug, at=timezone.now())
    form = RenameForm(request.POST)
    moved = form.submit(tenant=shown.tenant, by=request.user, at=timezone.now())
    if not moved:
        return _space(request, shown, rename_form=form)
    messages.success(request, _("L’espace a changé d’adresse."))
    return see_other("ops:space", moved.slug)


@require_POST
@operators_only
@stepup.second_factor
def prove(request: PersonRequest, slug: str) -> HttpResponse:
    """Prove a space after a letter or a call, or refuse to; a refusal comes back on the page."""
    shown = queries.space_view(slug, at=timezone.now())
    form = ProofForm(request.POST)
    if not form.submit(tenant=shown.tenant, by=request.user, at=timezone.now()):
        return _space(request, shown, proof_form=form)
    messages.success(request, _("C’est noté. L’administration de l’espace est prévenue."))
    return see_other("ops:space", slug)


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def delete(request: PersonRequest, slug: str) -> HttpResponse:
    """Confirm the deletion of a space for good: show the obstacles, and the data kept."""
    tenant, now = spaces.space_at(slug), timezone.now()
    form = DeletionForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        work = form.submit(tenant=tenant, by=request.user, at=now)
        if work:
            return see_other("ops:work", work.reference)
    context = {
        "nav": "spaces",
        "tenant": tenant,
        "form": form,
        "obstacles": spaces.obstacles_of(tenant, now),
        "kept": spaces.legal_records_of(tenant),
        "archives": spaces.archives_of(tenant),
    }
    return page(request, "console/space_delete.html", context)


@require_GET
@operators_only
def operation(request: PersonRequest, reference: str) -> HttpResponse:
    """Show how far a work is; when it is done, its receipt."""
    shown = spaces.progress_of(spaces.operation_at(reference))
    return page(request, "console/work.html", {"nav": "spaces", "shown": shown}, partial="live")


@require_POST
@operators_only
def again(request: PersonRequest, reference: str) -> HttpResponse:
    """Retry a failed operation."""
    found = spaces.operation_at(reference)
    form = TryAgainForm(request.POST)
    if not form.submit(operation=found, by=request.user, at=timezone.now()):
        context = {"nav": "spaces", "shown": spaces.progress_of(found), "form": form}
        return page(request, "console/work.html", context)
    messages.success(request, _("C’est relancé."))
    return see_other("ops:work", reference)


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def download(request: PersonRequest, reference: str) -> HttpResponse | FileResponse:
    """Send an archive if the operator gave a reason within the hour; else ask for a reason."""
    archive, now = spaces.archive_at(reference), timezone.now()
    form = TakeoutForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        work = form.submit(archive=archive, by=request.user, at=now)
        if work:
            return see_other("ops:work", work.reference)
    elif spaces.may_take_out(archive, operator_id=request.user.pk, at=now):
        return handed_out(archive, spaces.download_name(archive, archive.tenant.slug))
    context = {"nav": "spaces", "archive": archive, "form": form}
    return page(request, "console/takeout.html", context)


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def restore(request: PersonRequest, reference: str) -> HttpResponse:
    """Build a space again from its archive, on a free web address."""
    archive = spaces.archive_at(reference)
    form = RestorationForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        made = form.submit(archive=archive, by=request.user, at=timezone.now())
        if made:
            return see_other("ops:work", made.reference)
    context = {"nav": "spaces", "archive": archive, "form": form}
    return page(request, "console/restore.html", context)


def _space(
    request: PersonRequest,
    shown: queries.SpaceView,
    *,
    form: ActForm | None = None,
    rename_form: RenameForm | None = None,
    proof_form: ProofForm | None = None,
) -> HttpResponse:
    context = {
        "nav": "spaces",
        "shown": shown,
        "form": form or ActForm(),
        "rename_form": rename_form or RenameForm(),
        "proof_form": proof_form or ProofForm(initial={"way": shown.standing.way}),
        "suffix": f".{settings.BASE_HOST}",
    }
    return page(request, "console/space.html", context)
