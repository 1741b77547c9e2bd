"""The people of a shop at the desk: requests, invitations, roles; the list of a person's shops."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.accounts import auth
from saas.accounts.models import User
from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.accounts.sessions.proofs import Way
from saas.catalogue.merchants.actions import team as actions
from saas.catalogue.merchants.forms.team import (
    LARGEST_PAPER,
    AcceptForm,
    DecideJoinForm,
    ExplainJoinForm,
    InviteForm,
    JoinCodeForm,
    NewColleagueForm,
    RemoveForm,
    RoleForm,
)
from saas.catalogue.merchants.models import Invitation, JoinRequest, Membership, Merchant
from saas.catalogue.merchants.queries import shops as shop_queries
from saas.catalogue.merchants.queries import team as queries
from saas.catalogue.merchants.wording import review as review_wording
from saas.kernel.forms import ActionForm
from saas.kernel.http import page, see_other
from saas.kernel.secrets.hashing import takes_password
from saas.kernel.web.bodies import takes_files


@takes_files(LARGEST_PAPER)
@require_http_methods(["GET", "POST"])
def join(request: PersonRequest) -> HttpResponse:
    """Show the request to join an existing shop; save an explanation and a supporting paper."""
    join_request = queries.join_request_of(request.user)
    if join_request is None:
        raise Http404
    form = ExplainJoinForm(
        request.POST or None, request.FILES or None, initial={"note": join_request.note}
    )
    if form.is_bound and form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("C’est noté pour celle ou celui qui décide."))
        return see_other("merchants:join")
    return _join_page(request, join_request, form=form, code=JoinCodeForm())


@require_POST
def join_code(request: PersonRequest) -> HttpResponse:
    """Join a shop by the code that came by post to its address."""
    join_request = queries.join_request_of(request.user)
    if join_request is None:
        raise Http404
    form = JoinCodeForm(request.POST)
    if form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("Bienvenue\u00a0: la boutique est aussi la vôtre."))
        return see_other("merchants:desk")
    explain = ExplainJoinForm(initial={"note": join_request.note})
    return _join_page(request, join_request, form=explain, code=form)


def _join_page(
    request: PersonRequest, join_request: JoinRequest, *, form: ExplainJoinForm, code: JoinCodeForm
) -> HttpResponse:
    context = {
        "nav": "shop",
        "join_request": join_request,
        "note": review_wording.join_note(join_request),
        "form": form,
        "code": code,
    }
    return page(request, "merchants/join.html", context)


@require_GET
def shops(request: PersonRequest) -> HttpResponse:
    """List all shops of the person with their role, and offer to add a shop."""
    rows = queries.shops_of(request.user)
    return page(request, "merchants/shops.html", {"nav": "shops", "rows": rows})


@require_POST
def choose(request: PersonRequest, reference: str) -> HttpResponse:
    """Show another shop of the person at the desk."""
    rows = queries.shops_of(request.user)
    row = next((row for row in rows if row.shop.reference == reference), None)
    if row is None:
        raise Http404
    actions.choose_shop(merchant=row.shop, by=request.user, at=timezone.now())
    messages.success(request, _("Votre bureau est celui de %(shop)s.") % {"shop": row.shop.name})
    is_till = row.role == Membership.Role.TILL
    return see_other("offers:till" if is_till else "merchants:desk")


@require_GET
def people(request: PersonRequest) -> HttpResponse:
    """List the people of the shop, its requests and its invitations."""
    return _people_page(request, queries.shop_of(request.user))


@require_POST
@stepup.fresh
def decide_join(request: PersonRequest, reference: str) -> HttpResponse:
    """Accept or refuse a request to join the shop."""
    shop, join_request = queries.shop_of(request.user), queries.join_request_at(reference)
    if shop is None or join_request is None or join_request.merchant_id != shop.pk:
        raise Http404
    form = DecideJoinForm(request.POST)
    verdict = request.POST.get("verdict", "")
    if form.submit(request=join_request, verdict=verdict, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est décidé, la personne est prévenue."))
        return see_other("merchants:people")
    return _people_page(request, shop, form=form)


@require_POST
@stepup.fresh
def invite(request: PersonRequest) -> HttpResponse:
    """Mail an invitation to the shop."""
    shop = _own_shop(request)
    form = InviteForm(request.POST)
    if form.submit(merchant=shop, by=request.user, at=timezone.now()):
        messages.success(request, _("L’invitation part\u00a0: le lien vaut quatorze jours."))
        return see_other("merchants:people")
    return _people_page(request, shop, invite=form)


@require_POST
@stepup.fresh
def withdraw_invitation(request: PersonRequest, reference: str) -> HttpResponse:
    """Withdraw an open invitation."""
    shop, found = _own_shop(request), queries.invitation_at(reference)
    if found is None or found.merchant_id != shop.pk:
        raise Http404
    actions.withdraw_invitation(invitation=found, by=request.user, at=timezone.now())
    messages.success(request, _("L’invitation est retirée\u00a0: son lien ne vaut plus."))
    return see_other("merchants:people")


@require_POST
@stepup.fresh
def change_role(request: PersonRequest, reference: str) -> HttpResponse:
    """Change the role of a person of the shop."""
    return _about_member(request, reference, RoleForm(request.POST), words=_("Le rôle est changé."))


@require_POST
@stepup.fresh
def remove_member(request: PersonRequest, reference: str) -> HttpResponse:
    """Remove a person from the shop."""
    words = _("Cette personne n’a plus accès à la boutique. Le lien de la caisse est à refaire.")
    return _about_member(request, reference, RemoveForm(request.POST), words=words)


def _about_member(
    request: PersonRequest, reference: str, form: ActionForm[bool], *, words: str
) -> HttpResponse:
    """Carry out a decision about a person; a person who left goes to the desk."""
    shop = _own_shop(request)
    person = queries.member_of(shop, reference)
    if person is None:
        raise Http404
    if not form.submit(merchant=shop, person=person, by=request.user, at=timezone.now()):
        return _people_page(request, shop, decision=form)
    messages.success(request, words)
    stays = queries.runs(shop.pk, request.user)
    return see_other("merchants:people" if stays else "merchants:desk")


def _own_shop(request: PersonRequest) -> Merchant:
    shop = queries.shop_of(request.user)
    if shop is None:
        raise Http404
    return shop


def _people_page(
    request: PersonRequest,
    shop: Merchant | None,
    *,
    form: DecideJoinForm | None = None,
    invite: InviteForm | None = None,
    decision: ActionForm[bool] | None = None,
) -> HttpResponse:
    is_refused = any(given is not None for given in (form, invite, decision))
    context = {
        "nav": "people",
        "shop": shop,
        "form": form or DecideJoinForm(),
        "invite": invite or InviteForm(),
        "decision": decision,
        "roles": Membership.Role.choices,
        "people": queries.team_of(shop, request.user) if shop is not None else None,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return page(request, "merchants/people.html", context, status=status)


@takes_password
@login_not_required
@auth.never_referred
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation; its button joins the shop, with a new account for an unknown address."""
    found = queries.invitation_of(token)
    if found is None or found.accepted_at is not None:
        return _invitation_page(request, None, None)
    if request.user.is_authenticated:
        return _accept_as_known(request, found)
    has_account = shop_queries.is_known(found.email)
    form = None if has_account else NewColleagueForm(request.POST or None)
    person = form.submit(invitation=found, at=timezone.now()) if form and form.is_bound else None
    if person is not None:
        auth.sign_in(request, person, way=Way.PASSWORD)
        return _landing(found)
    return _invitation_page(request, found, form)


def _accept_as_known(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = AcceptForm(request.POST if request.method == "POST" else None)
    person = request.user
    is_other = not isinstance(person, User) or person.email != found.email
    if form.is_bound and form.submit(invitation=found, by=request.user, at=timezone.now()):
        return _landing(found)
    return _invitation_page(request, found, form, is_other=is_other)


def _invitation_page(
    request: HttpRequest,
    found: Invitation | None,
    form: AcceptForm | NewColleagueForm | None,
    *,
    is_other: bool = False,
) -> HttpResponse:
    is_refused = form is not None and form.is_bound
    context = {
        "invitation": found,
        "form": form,
        "is_other": is_other,
        "is_known": request.user.is_authenticated,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return page(
        request,
        "merchants/invitation.html",
        context,
        status=status if found else HTTPStatus.NOT_FOUND,
    )


def _landing(found: Invitation) -> HttpResponse:
    return see_other("offers:till" if found.role == Membership.Role.TILL else "merchants:desk")
