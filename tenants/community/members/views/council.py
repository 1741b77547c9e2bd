"""Pages of the council's roles: members read them, the council's members decide."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from saas.kernel.errors import Refused
from saas.kernel.http import page, see_other
from tenants.community.members.actions import council as decisions
from tenants.community.members.actions import leaving as actions
from tenants.community.members.forms.membership import END, SeatForm, VerdictForm
from tenants.community.members.models import ClosingRequest, Role
from tenants.community.members.queries import council as reads
from tenants.community.members.queries import people as queries
from tenants.community.members.views.membership import require_role
from tenants.spaces.requests import MemberRequest


@require_http_methods(["GET", "POST"])
def council(request: MemberRequest) -> HttpResponse:
    """Show the council's members and the log of its roles; its members give and end roles."""
    shown = reads.page_for(request.user, employer_id=queries.company_of(request.user))
    data = request.POST if request.method == "POST" else None
    form = SeatForm(data, scopes=shown.gives_for)
    if done := form.submit(by=request.user, at=timezone.now()):
        messages.success(
            request, _("C’est fait.") if done == END else _("Le rôle est donné, et c’est annoncé.")
        )
        return see_other("members:council")
    return page(request, "members/council.html", {"nav": "people", "shown": shown, "form": form})


@require_POST
def answer(request: MemberRequest, reference: str) -> HttpResponse:
    """Let a council member confirm or refuse the closing of a colleague's account."""
    member = queries.member_of(reference)
    if member is None:
        raise Http404
    form = VerdictForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Répondez par l’un des deux boutons."))
    decided = actions.answer_closing(
        of=member.user, confirms=form.confirms, by=request.user, at=timezone.now()
    )
    if decided.state == ClosingRequest.State.CONFIRMED:
        messages.success(request, _("C’est confirmé\u00a0: le compte est fermé."))
    else:
        messages.success(request, _("C’est refusé\u00a0: le compte reste ouvert."))
    return see_other("members:council")


@require_POST
def withdraw_closing(request: MemberRequest, reference: str) -> HttpResponse:
    """Let an administrator take back that a colleague's account be closed."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    member = queries.member_of(reference)
    if member is None:
        raise Http404
    decisions.withdraw_closing(of=member.user, by=request.user, at=timezone.now())
    messages.success(request, _("Votre demande est retirée\u00a0: le compte reste ouvert."))
    return see_other("members:roles", reference)
