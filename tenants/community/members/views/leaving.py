"""Pages to close and reopen accounts."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from saas.accounts import auth
from saas.kernel.http import page, see_other
from tenants.community.members.actions import leaving as actions
from tenants.community.members.forms.last_day import LastDayForm
from tenants.community.members.forms.membership import ClosingForm, LeaveForm
from tenants.community.members.models import Role
from tenants.community.members.queries import council as council_reads
from tenants.community.members.queries import people as queries
from tenants.community.members.views.membership import (
    member_or_404,
    record_data_access,
    require_role,
)
from tenants.spaces.requests import MemberRequest


@require_http_methods(["GET", "POST"])
def close_account(request: MemberRequest, reference: str) -> HttpResponse:
    """Explain the effects of closing a colleague's account, then close it."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    member = member_or_404(reference, also_gone=True)
    queries.check_may_close(member.user, by=request.user)
    if council_reads.seats_of(member.user):
        return _ask_council(request, member)
    what, why = gettext_noop("Fermeture du compte"), gettext_noop("Gestion des comptes")
    record_data_access(request, member.user.pk, what=what, why=why)
    form = LeaveForm(request.POST if request.method == "POST" else None, own=False)
    if form.submit(of=member.user, by=request.user, at=timezone.now()):
        messages.success(request, _("Le compte est fermé. La personne l’apprend par e-mail."))
        return see_other("members:roles", reference)
    return _last_word(request, member, form)


@require_POST
def last_day(request: MemberRequest, reference: str) -> HttpResponse:
    """Set or remove a colleague's last day."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    member = member_or_404(reference)
    queries.check_may_close(member.user, by=request.user)
    form = LastDayForm(request.POST)
    if form.submit(of=member.user, by=request.user, at=timezone.now()):
        what, why = gettext_noop("Dernier jour réglé"), gettext_noop("Gestion des comptes")
        record_data_access(request, member.user.pk, what=what, why=why)
        messages.success(request, _("C’est enregistré."))
    else:
        refusals = form.errors.get("day", form.non_field_errors())
        messages.error(request, " ".join(map(str, refusals)))
    return see_other("members:roles", reference)


@require_POST
def reopen_account(request: MemberRequest, reference: str) -> HttpResponse:
    """Let a colleague back in."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    member = member_or_404(reference, also_gone=True)
    actions.reopen_account(of=member.user, by=request.user, at=timezone.now())
    messages.success(request, _("Le compte est rouvert. La personne l’apprend par e-mail."))
    return see_other("members:roles", reference)


@require_http_methods(["GET", "POST"])
def leave(request: MemberRequest) -> HttpResponse:
    """Explain the effects of leaving the space, then close the member's account."""
    member = member_or_404(request.user.reference)
    form = LeaveForm(request.POST if request.method == "POST" else None, own=True)
    if form.submit(of=request.user, by=request.user, at=timezone.now()):
        auth.sign_out(request)
        return see_other("accounts:signin")
    return _last_word(request, member, form)


def _ask_council(request: MemberRequest, member: queries.Member) -> HttpResponse:
    """Let an administrator ask the council to close its member's account."""
    form = ClosingForm(request.POST if request.method == "POST" else None)
    if form.submit(of=member.user, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est demandé. Les personnes du CSE en sont prévenues."))
        return see_other("members:roles", member.user.reference)
    others = council_reads.others_of(member.user)
    context = {"nav": "people", "member": member, "form": form, "others": others}
    return page(request, "members/ask_council.html", context)


def _last_word(request: MemberRequest, member: queries.Member, form: LeaveForm) -> HttpResponse:
    own = member.user.pk == request.user.pk
    context = {
        "nav": "profile" if own else "people",
        "member": member,
        "form": form,
        "own": own,
        "last_treasurer": queries.is_only_treasurer(member.user),
    }
    return page(request, "members/leave.html", context)
