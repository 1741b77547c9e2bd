"""Pages of this room: the front page, profiles, administration, joining."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.accounts import auth
from saas.accounts.sessions.proofs import Way
from saas.kernel import hooks, modules
from saas.kernel.display import charts
from saas.kernel.errors import Refused
from saas.kernel.http import page, see_other
from saas.kernel.people import joining
from saas.kernel.secrets.hashing import takes_password
from tenants.community.members.actions import membership as actions
from tenants.community.members.forms.last_day import LastDayForm
from tenants.community.members.forms.membership import (
    GIVE,
    ConfirmForm,
    InvitationForm,
    JoinForm,
    MoveForm,
    RoleForm,
    count_code,
    profile_form,
)
from tenants.community.members.models import Invitation, Role
from tenants.community.members.queries import claims as claim_reads
from tenants.community.members.queries import council as council_reads
from tenants.community.members.queries import front_page, starting
from tenants.community.members.queries import people as queries
from tenants.community.members.queries.conditions import conditions_url
from tenants.community.members.rules import membership as rules
from tenants.spaces import hosts
from tenants.spaces.requests import MemberRequest, SpaceRequest

DAYS_AT_FIRST = 30


def require_role(request: MemberRequest, *wanted: str) -> None:
    """Let only members of a role go on. Raises NotAllowed."""
    rules.check_has_role(queries.roles_of(request.user), *wanted)


@require_GET
def home(request: MemberRequest) -> HttpResponse:
    """Show the front page: a greeting, and new items."""
    now, is_park = timezone.now(), request.space.is_park
    here = front_page.now_of(request.user, now)  # first: what comes along with it is asked once
    shown = front_page.front_page(request.user, now)
    begun = (
        starting.beginning(request.user, posted=not shown.empty, is_park=is_park)
        if shown.few
        else None
    )
    brief = front_page.council_brief(request.user, now)
    context = {
        "nav": "home",
        "now": now,
        "greeting": front_page.greeting(request.user, now),
        "front": shown,
        "here": here,
        "beginning": begun,
        "administers": begun is not None and queries.administers(request.user),
        "choices": _ways_to_begin(),
        "brief": brief,
        "spark": charts.spark(brief.twelve_months_cents) if brief else None,
    }
    return page(request, "members/home.html", context)


@require_http_methods(["GET", "POST"])
def profile(request: MemberRequest) -> HttpResponse:
    """Let a member edit their profile."""
    data = request.POST if request.method == "POST" else None
    known = queries.profile_of(request.user)
    form = profile_form(request.user, known, data, is_park=request.space.is_park)
    if form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("Votre profil est enregistré."))
        return see_other("members:profile")
    context = {
        "nav": "profile",
        "form": form,
        "card": front_page.own_card(request.user, timezone.now()),
        "claimed": claim_reads.shown_claim_of(request.user),
        "departures": queries.departures_of(request.user),
    }
    return page(request, "members/profile.html", context)


@require_GET
def people(request: MemberRequest) -> HttpResponse:
    """Show the members to administrators."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    words, gone = request.GET.get("q", ""), request.GET.get("gone") == "1"
    scope = queries.scope_of(request.user)
    members, shown = queries.members_found(
        words, request.GET.get("page", "1"), scope=scope, gone=gone
    )
    what = gettext_noop("Liste des anciens membres") if gone else gettext_noop("Liste des membres")
    why = gettext_noop("Gestion des rôles et des comptes")
    record_data_access(request, *(member.user.pk for member in members), what=what, why=why)
    context = {
        "nav": "people",
        "members": members,
        "page": shown,
        "words": words,
        "gone": gone,
        "waiting": claim_reads.count_waiting(scope) if request.space.is_park else 0,
    }
    return page(request, "members/people.html", context, partial="list")


@require_http_methods(["GET", "POST"])
def roles(request: MemberRequest, reference: str) -> HttpResponse:
    """Give a member a role, or take it back."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    member = member_or_404(reference, also_gone=request.method == "GET")
    scope = scope_over(request, member.company_id)
    data = request.POST if request.method == "POST" else None
    is_park = request.space.is_park
    form = RoleForm(data, initial={"verb": GIVE}, asks_company=is_park, scope=scope)
    if form.submit(of=member.user, by=request.user, at=timezone.now()):
        return see_other("members:roles", reference)
    why = gettext_noop("Gestion des rôles et des comptes")
    record_data_access(request, member.user.pk, what=gettext_noop("Fiche et rôles"), why=why)
    context = {
        "nav": "people",
        "member": member,
        "held": queries.held_by(member),
        "form": form,
        "departures": queries.departures_of(member.user),
        "closing": council_reads.waiting_closing_of(member.user),
        "last_day": LastDayForm(initial={"day": queries.last_day_of(member.user)}),
        "move": _move_form(member) if is_park and scope is None else None,
    }
    return page(request, "members/roles.html", context)


@require_POST
def move(request: MemberRequest, reference: str) -> HttpResponse:
    """Let a colleague belong to another company of the park."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    member = member_or_404(reference)
    scope_over(request, member.company_id)
    form = MoveForm(request.POST)
    if form.submit(of=member.user, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est enregistré."))
        return see_other("members:roles", reference)
    raise Refused(_("Choisissez une entreprise de la liste."))


@require_http_methods(["GET", "POST"])
def invitations(request: MemberRequest) -> HttpResponse:
    """Create invitation links for colleagues, and show their usage."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    now = timezone.now()
    initial = {"uses": request.space.head_count or 50, "days": DAYS_AT_FIRST}
    data = request.POST if request.method == "POST" else None
    scope = queries.scope_of(request.user)
    form = InvitationForm(data, initial=initial, asks_company=request.space.is_park, scope=scope)
    if invitation := form.submit(by=request.user, at=now):
        return see_other("members:poster", invitation.code)
    made = [(one, rules.state_of(one, now)) for one in queries.invitations(scope)]
    context = {
        "nav": "people",
        "form": form,
        "made": made,
        "domains": queries.email_domains(),
        "join_url": hosts.space_url(request.space.slug, "/join/"),
    }
    return page(request, "members/invitations.html", context)


@require_POST
def withdraw(request: MemberRequest, code: str) -> HttpResponse:
    """Withdraw an invitation link."""
    invitation = invitation_or_404(request, code)
    actions.withdraw(by=request.user, invitation=invitation, at=timezone.now())
    messages.success(request, _("Le lien est retiré : il n’ouvre plus rien."))
    return see_other("members:invitations")


@login_not_required
@require_http_methods(["GET", "POST"])
def join(request: SpaceRequest) -> HttpResponse:
    """Let a person with a work address ask to join."""
    return _join_page(request, code="", invitation=None)


@login_not_required
@require_http_methods(["GET", "POST"])
def join_by_code(request: SpaceRequest, code: str) -> HttpResponse:
    """Let a person with an invitation ask to join."""
    status = 422
    try:
        count_code(network=auth.network_from(request))
        found = queries.invitation_of(code)
        status = 422 if found else 404
        invitation = rules.check_invitation(found, timezone.now())
    except Refused as refusal:
        context = {"sentence": refusal.sentence}
        return page(request, "members/join_closed.html", context, status=status)
    return _join_page(request, code=code, invitation=invitation)


@login_not_required
@require_GET
def join_sent(request: SpaceRequest) -> HttpResponse:
    """Explain that the next step arrives by mail; the same page for every address."""
    hours = int(rules.CONFIRMATION.total_seconds() // 3600)
    return page(request, "members/join_sent.html", {"hours": hours})


@takes_password
@login_not_required
@require_http_methods(["GET", "POST"])
@auth.never_referred
def join_confirm(request: SpaceRequest, token: str) -> HttpResponse:
    """Show the request with its name; only the button creates a member and a session."""
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    try:
        join_request = rules.check_confirmable(queries.request_of(token), timezone.now())
    except Refused as refusal:
        context = {"sentence": refusal.sentence}
        return page(request, "members/join_closed.html", context, status=422)
    user = form.submit(token=token, at=timezone.now())
    if user is None:
        shown: dict[str, Any] = {
            "form": form,
            "join_request": join_request,
            "charter": joining.texts.first(),
            "conditions_url": conditions_url(),
        }
        return page(request, "members/join_confirm.html", shown)
    auth.sign_in(request, user, way=Way.LINK)
    messages.success(request, _("Bienvenue ! Dites un mot de vous quand vous voudrez."))
    return see_other("members:home")


def _ways_to_begin() -> list[dict[str, str]]:
    kinds = (
        ("sell", "tag", _("Vendre")),
        ("give", "gift", _("Donner")),
        ("lend", "hand-helping", _("Prêter")),
        ("wanted", "search", pgettext("annonce", "Chercher")),
    )
    form = reverse("classifieds:post")
    return [
        {
            "url": reverse("lending:offer") if kind == "lend" else f"{form}?kind={kind}",
            "symbol": symbol,
            "text": text,
        }
        for kind, symbol, text in kinds
        if kind != "lend" or modules.is_used("lending")
    ]


def _join_page(request: SpaceRequest, *, code: str, invitation: Invitation | None) -> HttpResponse:
    if request.method == "GET" and request.user.is_authenticated:
        return redirect("members:home")
    company_is_set = invitation is not None and invitation.company_id is not None
    data = request.POST if request.method == "POST" else None
    is_named = company_is_set or (invitation is None and claim_reads.domains_name_companies())
    form = JoinForm(data, asks_company=request.space.is_park and not is_named)
    submitted = form.submit(
        code=code,
        language=get_language() or request.space.language,
        host=auth.sign_in_host(request),
        network=auth.network_from(request),
        at=timezone.now(),
    )
    if submitted:
        return see_other("members:join_sent")
    domains = [] if invitation else queries.email_domains()
    context = {"form": form, "invitation": invitation, "domains": domains}
    return page(request, "members/join.html", context)


def record_data_access(request: MemberRequest, *people: int, what: str, why: str) -> None:
    """Record an administrator's access to members' data, for these members to read."""
    access = hooks.DataAccess(people, Role.Kind.ADMINISTRATOR, what, why)
    hooks.data_accessed.ask(access, request.user, timezone.now())


def member_or_404(reference: str, *, also_gone: bool = False) -> queries.Member:
    """Return the member of a reference. Raises Http404."""
    member = queries.member_of(reference, also_gone=also_gone)
    if member is None:
        raise Http404
    return member


def invitation_or_404(request: MemberRequest, code: str) -> Invitation:
    """Return a link that the viewer administers. Raises Http404 for any other."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    invitation = queries.invitation_of(code)
    if invitation is None:
        raise Http404
    scope_over(request, invitation.company_id)
    return invitation


def scope_over(request: MemberRequest, company_id: int | None) -> frozenset[int] | None:
    """Return the viewer's scope. Raises Http404 for a company outside it."""
    scope = queries.scope_of(request.user)
    if scope is not None and company_id not in scope:
        raise Http404
    return scope


def _move_form(member: queries.Member) -> MoveForm:
    return MoveForm(initial={"company_id": member.company_id})
