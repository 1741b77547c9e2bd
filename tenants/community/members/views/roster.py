"""Pages on which a list of staff is sent, read before anything happens, and confirmed."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from saas.kernel import schema
from saas.kernel.display.writing import num
from saas.kernel.errors import Refused
from saas.kernel.http import page, see_other
from saas.kernel.uploads import files, sheets
from saas.kernel.values import cells
from saas.kernel.web.bodies import takes_files
from tenants.community.members.actions import roster as actions
from tenants.community.members.actions import undoing
from tenants.community.members.forms.roster import (
    ColumnsForm,
    ImportForm,
    UploadForm,
    WithdrawForm,
)
from tenants.community.members.models import Role, RosterUpload
from tenants.community.members.queries import people, roster_pages
from tenants.community.members.queries import roster as queries
from tenants.community.members.queries import roster_plan as plans
from tenants.community.members.queries import roster_undo as undo_reads
from tenants.community.members.rules import roster as rules
from tenants.community.members.rules.roster import plain
from tenants.community.members.views.launch import launch_day
from tenants.community.members.views.membership import record_data_access, require_role
from tenants.community.members.wording import roster as wording
from tenants.community.members.wording import roster_undo as undo_wording
from tenants.community.members.wording import roster_warnings
from tenants.spaces.queries import email_domains
from tenants.spaces.queries.own import own_standing
from tenants.spaces.requests import MemberRequest
from tenants.spaces.rules.standing import allowance
from tenants.spaces.rules.workplaces import domain_of

SHOWN, MOST_TICKS = 50, 200


@takes_files(sheets.MOST_BYTES)
@require_http_methods(["GET", "POST"])
def roster(request: MemberRequest) -> HttpResponse:
    """Upload a list of staff, and show the results of earlier invitations."""
    scope, now = _scope(request), timezone.now()
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*data, asks_company=request.space.is_park, scope=scope)
    if form.submit(by=request.user, at=now):
        return see_other("members:roster_reading")
    counts = queries.counts(scope, now)
    context = {
        "nav": "people",
        "form": form,
        "waiting": queries.upload_of(request.user, at=now),
        "applied": undo_reads.applied_of(request.user, at=now),
        "counts": counts,
        "stats": _stats(
            (_("Invitées par une liste"), counts.mailed),
            (_("Entrées"), counts.joined),
            (_("Pas encore"), counts.waiting),
            (_("Relancées"), counts.reminded),
        ),
        "remindable": queries.to_remind(scope, now).count(),
        "page": roster_pages.invited_page(scope, request.GET.get("page", "1")),
        "columns": _headings(request),
        "days": rules.INVITED_FOR.days,
        "launches_on": launch_day(request, now),
        "now": now,
    }
    return page(request, "members/roster.html", context)


@require_safe
def roster_reading(request: MemberRequest) -> HttpResponse:
    """Wait until a list is read, then lead on; or show why it cannot be."""
    _scope(request)
    upload = queries.upload_of(request.user, at=timezone.now())
    if upload is None:
        return see_other("members:roster")
    if upload.state == RosterUpload.State.READY:
        return see_other("members:roster_preview" if upload.columns else "members:roster_columns")
    failure = sheets.sentence(upload.failure) if upload.failure else ""
    context = {"nav": "people", "upload": upload, "failure": failure}
    return page(request, "members/roster_reading.html", context, partial="live")


@require_http_methods(["GET", "POST"])
def roster_columns(request: MemberRequest) -> HttpResponse:
    """Let an administrator map the columns to fields."""
    upload = _upload_or_none(request)
    if upload is None:
        return see_other("members:roster")
    data = request.POST if request.method == "POST" else None
    names_company = request.space.is_park and upload.company_id is None
    form = ColumnsForm(data, upload=upload, names_company=names_company)
    if form.submit(by=request.user, at=timezone.now()):
        return see_other("members:roster_preview")
    context = {"nav": "people", "form": form, "upload": upload}
    return page(request, "members/roster_columns.html", context)


@require_http_methods(["GET", "POST"])
def roster_preview(request: MemberRequest) -> HttpResponse:
    """Show the changes of a list; only the confirmation applies them."""
    upload = _upload_or_none(request)
    if upload is None:
        return see_other("members:roster")
    if not upload.columns:
        return see_other("members:roster_columns")
    now = timezone.now()
    plan = _plan(request, upload)
    launches_on = launch_day(request, now)
    form = ImportForm(
        request.POST if request.method == "POST" else None,
        initial={"day": launches_on},
        plan=plan,
        words=request.GET.get("q", ""),
    )
    if outcome := form.submit(by=request.user, language=request.space.language, at=now):
        what = gettext_noop("Import de la liste du personnel")
        why = gettext_noop("Gestion des rôles et des comptes")
        record_data_access(request, *outcome.members, what=what, why=why)
        day = form.cleaned_data.get("day") or launches_on
        for sentence in wording.outcome(outcome, day=day):
            messages.success(request, sentence)
        return see_other("members:roster")
    what = gettext_noop("Aperçu de la liste du personnel")
    why = gettext_noop("Gestion des rôles et des comptes")
    record_data_access(request, *roster_pages.members_in(plan), what=what, why=why)
    context = {
        "nav": "people",
        "form": form,
        "upload": upload,
        "plan": plan,
        "stats": _stats(
            (_("À inviter"), len(plan.new)),
            (_("À mettre à jour"), len(plan.changed)),
            (_("Plus dans la liste"), len(plan.absent)),
            (_("Lignes à corriger"), len(plan.problems)),
        ),
        **_pages(request, plan),
        "warnings": [*plan.warnings, *_warned_of_others(plan)],
        "most": rules.MOST_SETTLED,
        "left": _left(now),
    }
    return page(request, "members/roster_preview.html", context)


@require_GET
def roster_problems(request: MemberRequest) -> HttpResponseBase:
    """Download the invalid lines, each with its error, for correction."""
    upload = _upload_or_none(request)
    if upload is None or not upload.columns:
        return see_other("members:roster")
    fields = sorted(upload.columns, key=lambda field: upload.columns[field])
    rows = [[_("Ligne"), *(str(rules.LABELS[field]) for field in fields), _("Problème")]]
    for problem in _plan(request, upload).problems:
        words = [problem.words.get(field, "") for field in fields]
        rows.append([str(problem.number), *map(cells.text, words), problem.sentence])
    return cells.download(rows, name=_("lignes-a-corriger"))


@require_GET
def roster_template(request: MemberRequest, extension: str) -> HttpResponseBase:
    """Hand out an empty list with the headings that are read without a question."""
    _scope(request)
    rows, name = [_headings(request)], _("personnel")
    if extension == "csv":
        return cells.download(rows, name=name)
    if extension == "xlsx":
        content = sheets.xlsx(rows)
        return files.download(content, name=f"{name}.xlsx", content_type=sheets.XLSX)
    raise Http404


@require_POST
def roster_discard(request: MemberRequest) -> HttpResponse:
    """Delete an unconfirmed list."""
    _scope(request)
    actions.discard(by=request.user, at=timezone.now())
    messages.success(request, _("La liste est effacée\u00a0: rien n’a été envoyé."))
    return see_other("members:roster")


@require_POST
def roster_undo(request: MemberRequest) -> HttpResponse:
    """Undo the list that was confirmed last."""
    _scope(request)
    try:
        done = undoing.undo(by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        for sentence in undo_wording.undone(done):
            messages.success(request, sentence)
    return see_other("members:roster")


@require_POST
def roster_remind(request: MemberRequest) -> HttpResponse:
    """Mail a reminder to all people with a pending invitation."""
    _scope(request)
    try:
        many = actions.remind(by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        sentence = ngettext("%(many)s rappel part.", "%(many)s rappels partent.", many)
        messages.success(request, sentence % {"many": num(many)})
    return see_other("members:roster")


@require_POST
def roster_withdraw(request: MemberRequest) -> HttpResponse:
    """Withdraw an invitation, or those of a day that are not mailed yet."""
    _scope(request)
    many = WithdrawForm(request.POST).submit(by=request.user, at=timezone.now())
    if many:
        messages.success(request, wording.withdrawn(many))
    else:
        messages.error(request, _("Il n’y a plus rien à retirer là."))
    return see_other("members:roster")


def _scope(request: MemberRequest) -> frozenset[int] | None:
    """Return the companies that the viewer administers. Raises NotAllowed without any."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    return people.scope_of(request.user)


def _upload_or_none(request: MemberRequest) -> RosterUpload | None:
    _scope(request)
    try:
        return rules.check_upload(queries.upload_of(request.user, at=timezone.now()))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return None


def _left(at: dt.datetime) -> int:
    """Return how many invitations may still leave today."""
    return allowance(own_standing(), today=timezone.localdate(at), at=at).most


def _plan(request: MemberRequest, upload: RosterUpload) -> plans.Plan:
    return plans.plan(upload, by=request.user, at=timezone.now())


def _pages(request: MemberRequest, plan: plans.Plan) -> dict[str, Any]:
    """Return a page of each section, of the lines that contain the searched words."""
    words = plain(request.GET.get("q", ""))
    sections: dict[str, list[tuple[Any, str]]] = {
        "new": [(one, f"{one.name} {one.email}") for one in plan.new],
        "changed": [(one, f"{one.entry.name} {one.entry.email}") for one in plan.changed],
        "problems": [(one, " ".join(one.words.values())) for one in plan.problems],
    }
    absent, others = (
        [one for one in rows if one.contains(words)] for rows in (plan.absent, plan.others)
    )
    pages: dict[str, Any] = {
        "words": request.GET.get("q", ""),
        "absent": absent[:MOST_TICKS],
        "others": others[:MOST_TICKS],
        "many_absent": len(absent),
        "many_others": len(others),
    }
    for name, rows in sections.items():
        found = [one for one, text in rows if words in plain(text)]
        pages[name] = Paginator(found, SHOWN).get_page(request.GET.get(name, "1"))
    return pages


def _warned_of_others(plan: plans.Plan) -> list[str]:
    """Return the warning about domains of other spaces: they are read in public."""
    addresses = [one.email for one in plan.new]
    here = schema.current()
    with schema.in_public():
        elsewhere = email_domains.proven_elsewhere(
            {domain_of(address) for address in addresses}, schema_name=here
        )
    return list(filter(None, [roster_warnings.of_others(addresses, elsewhere)]))


def _headings(request: MemberRequest) -> list[Any]:
    fields = rules.fields_of(names_company=request.space.is_park)
    return [str(rules.LABELS[field]) for field in fields]


def _stats(*figures: tuple[str, int]) -> list[dict[str, str]]:
    return [{"title": title, "value": num(many), "note": ""} for title, many in figures]
