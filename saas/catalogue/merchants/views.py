"""The merchant's desk: coming in, the first page, the shop's page."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.accounts import auth
from saas.accounts.models import User
from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.accounts.sessions.proofs import Way
from saas.catalogue.merchants import queries
from saas.catalogue.merchants.actions import people as people_actions
from saas.catalogue.merchants.actions import public_page as page_actions
from saas.catalogue.merchants.forms import (
    LARGEST_PAPER,
    AskViesForm,
    ConfirmForm,
    DecideJoinForm,
    ExplainJoinForm,
    JoinCodeForm,
    ShopForm,
    SignupForm,
    as_typed,
)
from saas.catalogue.merchants.models import JoinRequest
from saas.catalogue.merchants.rules import typed_hours
from saas.catalogue.merchants.wording import hours as hours_wording
from saas.catalogue.merchants.wording import pictures as picture_wording
from saas.catalogue.merchants.wording import review as review_wording
from saas.catalogue.placements.queries import campaigns as placements
from saas.catalogue.placements.queries import drafts, summaries
from saas.kernel.hashing import takes_password
from saas.kernel.http import page, see_other
from saas.kernel.offers import catalogue_hooks
from saas.kernel.uploads import pictures
from saas.kernel.web.bodies import takes_files

_BEGUN = "merchants.signup"


@takes_password
@login_not_required
@require_http_methods(["GET", "POST"])
def signup(request: HttpRequest) -> HttpResponse:
    """Request a desk; the response is the same for an address with a desk."""
    form = SignupForm(request.POST or None)
    network = auth.network_from(request)
    begun = form.submit(network=network, at=timezone.now()) if form.is_bound else None
    if begun is not None:
        request.session[_BEGUN] = str(begun.pk)
        return see_other("merchants:signup_sent")
    return page(request, "merchants/signup.html", {"form": form})


@login_not_required
@require_GET
def signup_sent(request: HttpRequest) -> HttpResponse:
    """Show the page after the sign-up: the link has been mailed."""
    return page(request, "merchants/signup_sent.html")


@login_not_required
@auth.never_referred
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button behind the mailed link; only pressing it confirms the address."""
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    begun_here = request.session.get(_BEGUN, "")
    person = form.submit(token=token, begun_here=begun_here, at=timezone.now())
    if person is not None:
        return _let_in(request, person)
    signup = queries.signup_of(token)
    return page(request, "merchants/confirm.html", {"form": form, "signup": signup})


def _let_in(request: HttpRequest, person: User) -> HttpResponse:
    """Open the desk; a person that signed up in another browser chooses a password first."""
    has_password = person.has_usable_password()
    auth.sign_in(request, person, way=Way.PASSWORD if has_password else Way.LINK)
    if has_password:
        return see_other("merchants:shop")
    messages.info(
        request,
        _(
            "Votre adresse est confirmée. Vous aviez commencé dans un autre navigateur : "
            "par prudence, choisissez votre mot de passe ici."
        ),
    )
    return see_other("accounts:password")


@require_GET
def desk(request: PersonRequest) -> HttpResponse:
    """Show the merchant's to-do items first, then figures, then campaigns."""
    shop = queries.shop_of(request.user)
    summary = placements.desk_overview(shop, timezone.now())
    urgent = [need for needs in catalogue_hooks.merchant_needs.ask(request.user) for need in needs]
    urgent += queries.vat_needs(shop, at=timezone.now())
    context = {
        "nav": "desk",
        "shop": shop,
        "desk": summary,
        "needs": [*urgent, *summary.needs],
        "campaigns": summaries.listed(summary.campaigns),
        "drafts": drafts.drafts_of(shop),
    }
    return page(request, "merchants/desk.html", context)


@require_http_methods(["GET", "POST"])
def public_page(request: PersonRequest) -> HttpResponse:
    """Show whether everybody may see the shop's page on the public site; a button changes it."""
    answer = request.POST.get("opens")
    if answer in {"yes", "no"}:
        opens = answer == "yes"
        page_actions.open_page(opens=opens, by=request.user, at=timezone.now())
        words = _("Votre page est ouverte à tous.") if opens else _("Votre page est refermée.")
        messages.success(request, words)
        return see_other("merchants:public_page")
    shown = queries.shop_of(request.user)
    status = HTTPStatus.OK if request.method == "GET" else HTTPStatus.UNPROCESSABLE_ENTITY
    return page(
        request, "merchants/public_page.html", {"nav": "shop", "shop": shown}, status=status
    )


@takes_files(pictures.MOST_BYTES)
@require_http_methods(["GET", "POST"])
def shop(request: PersonRequest) -> HttpResponse:
    """Describe the shop, once for all spaces, and publish it."""
    merchant = queries.shop_of(request.user)
    initial = as_typed(merchant, request.user)
    form = ShopForm(request.POST or None, request.FILES or None, initial=initial)
    publishes = "publish" in request.POST
    saved = form.submit(publishes=publishes, by=request.user, at=timezone.now())
    if saved:
        if queries.waiting_join_of(request.user):
            return see_other("merchants:join")
        messages.success(request, review_wording.saved(saved, publishes=publishes))
        return see_other("merchants:desk" if publishes else "merchants:shop")
    sent = queries.sent_picture(merchant)
    context = {
        "nav": "shop",
        "form": form,
        "merchant": merchant,
        "plan": queries.plan_for(merchant),
        "files": queries.stored_picture(merchant),
        "vat": queries.vat_of(merchant, at=timezone.now()) if merchant else None,
        "review": review_wording.review_note(merchant) if merchant else None,
        "sent_picture": sent,
        "picture_refusal": picture_wording.refusal(sent) if sent else "",
    }
    return page(request, "merchants/shop.html", context, partial="picture")


@require_GET
def hours(request: PersonRequest) -> HttpResponse:
    """Show the week of typed hours while they are typed, or the word that cannot be read."""
    openings, sentence = typed_hours.read_or_reason(request.GET.get("hours", ""))
    context = {"week": hours_wording.week_in_words(openings), "sentence": sentence}
    return page(request, "merchants/hours.html", context)


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
    note = review_wording.join_note(join_request)
    context = {
        "nav": "shop",
        "join_request": join_request,
        "note": note,
        "form": form,
        "code": code,
    }
    return page(request, "merchants/join.html", context | {"code": code})


@require_GET
def people(request: PersonRequest) -> HttpResponse:
    """List the members of the shop and the requests to join it."""
    return _people_page(request, DecideJoinForm())


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
    return _people_page(request, form)


@require_POST
@stepup.fresh
def remove_member(request: PersonRequest, number: int) -> HttpResponse:
    """Take a person out of the shop."""
    shop = queries.shop_of(request.user)
    member = queries.member_of(shop, number) if shop else None
    if member is None:
        raise Http404
    people_actions.remove_member(membership=member, by=request.user, at=timezone.now())
    messages.success(request, _("Cette personne ne tient plus la boutique."))
    return see_other(
        "merchants:desk" if member.person_id == request.user.pk else "merchants:people"
    )


def _people_page(request: PersonRequest, form: DecideJoinForm) -> HttpResponse:
    shop = queries.shop_of(request.user)
    people = queries.shop_people(shop, request.user) if shop is not None else None
    context = {"nav": "people", "shop": shop, "form": form, "people": people}
    return page(request, "merchants/people.html", context)


@require_POST
def ask_vies_again(request: PersonRequest) -> HttpResponse:
    """Have VIES asked again about the shop's VAT number."""
    merchant = queries.shop_of(request.user)
    if merchant is None:
        raise Http404
    form = AskViesForm(request.POST)
    if form.submit(merchant=merchant, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est demandé à VIES\u00a0: rechargez dans un instant."))
    else:
        messages.error(request, " ".join(map(str, form.non_field_errors())))
    return see_other("merchants:shop")


@login_not_required
@require_GET
def picture(request: HttpRequest, room: str, file: str) -> HttpResponseBase:  # noqa: ARG001 - whoever asks
    """Hand out a picture of the catalogue."""
    return pictures.answer(room, file)
