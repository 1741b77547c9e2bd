"""The merchant's desk: coming in, the first page, the shop's page."""

from http import HTTPStatus
from typing import Any

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
from saas.accounts.sessions.proofs import Way
from saas.catalogue.merchants.actions import public_page as page_actions
from saas.catalogue.merchants.forms.shops import (
    AskViesForm,
    ConfirmForm,
    ShopForm,
    SignupForm,
    as_typed,
    further_shop,
)
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.queries import shops as queries
from saas.catalogue.merchants.queries import team
from saas.catalogue.merchants.rules import typed_hours
from saas.catalogue.merchants.wording import hours as hours_wording
from saas.catalogue.merchants.wording import pictures as picture_wording
from saas.catalogue.merchants.wording import review as review_wording
from saas.catalogue.placements.queries import campaigns as placements
from saas.catalogue.placements.queries import drafts, slow, summaries
from saas.kernel.errors import NotAllowed
from saas.kernel.http import page, see_other
from saas.kernel.offers import catalogue_hooks
from saas.kernel.secrets.hashing import takes_password
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
    try:
        shop = team.shop_of(request.user)
    except NotAllowed:
        return see_other("offers:till")
    summary = placements.desk_overview(shop, timezone.now())
    urgent = catalogue_hooks.merchant_needs.collect(request.user)
    urgent += queries.vat_needs(shop, at=timezone.now())
    slow_needs = slow.slow_needs(shop, summary.campaigns, at=timezone.now())
    context = {
        "nav": "desk",
        "shop": shop,
        "desk": summary,
        "needs": [*urgent, *summary.needs, *slow_needs],
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
    shown = team.shop_of(request.user)
    status = HTTPStatus.OK if request.method == "GET" else HTTPStatus.UNPROCESSABLE_ENTITY
    return page(
        request, "merchants/public_page.html", {"nav": "shop", "shop": shown}, status=status
    )


@takes_files(pictures.MOST_BYTES)
@require_http_methods(["GET", "POST"])
def new_shop(request: PersonRequest) -> HttpResponse:
    """Describe a further shop of the person; the business's details are already filled in."""
    initial = further_shop(team.current_of(request.user).first(), request.user)
    form = ShopForm(request.POST or None, request.FILES or None, initial=initial)
    publishes = "publish" in request.POST
    saved = form.submit(publishes=publishes, is_new=True, by=request.user, at=timezone.now())
    if saved:
        messages.success(request, review_wording.saved(saved, publishes=publishes))
        is_join = team.waiting_join_of(request.user)
        return see_other("merchants:join" if is_join else "merchants:shop")
    return page(
        request, "merchants/shop.html", _shop_page(form, None) | {"nav": "shops", "is_new": True}
    )


@takes_files(pictures.MOST_BYTES)
@require_http_methods(["GET", "POST"])
def shop(request: PersonRequest) -> HttpResponse:
    """Describe the shop, once for all spaces, and publish it."""
    merchant = team.shop_of(request.user)
    initial = as_typed(merchant, request.user)
    form = ShopForm(request.POST or None, request.FILES or None, initial=initial)
    publishes = "publish" in request.POST
    saved = form.submit(publishes=publishes, by=request.user, at=timezone.now())
    if saved:
        if team.waiting_join_of(request.user):
            return see_other("merchants:join")
        messages.success(request, review_wording.saved(saved, publishes=publishes))
        return see_other("merchants:desk" if publishes else "merchants:shop")
    return page(request, "merchants/shop.html", _shop_page(form, merchant), partial="picture")


def _shop_page(form: ShopForm, merchant: Merchant | None) -> dict[str, Any]:
    sent = queries.sent_picture(merchant)
    return {
        "nav": "shop",
        "form": form,
        "is_new": False,
        "merchant": merchant,
        "plan": queries.plan_for(merchant),
        "files": queries.stored_picture(merchant),
        "vat": queries.vat_of(merchant, at=timezone.now()) if merchant else None,
        "review": review_wording.review_note(merchant) if merchant else None,
        "sent_picture": sent,
        "picture_refusal": picture_wording.refusal(sent) if sent else "",
    }


@require_GET
def hours(request: PersonRequest) -> HttpResponse:
    """Show the week of typed hours while they are typed, or the word that cannot be read."""
    openings, sentence = typed_hours.read_or_reason(request.GET.get("hours", ""))
    context = {"week": hours_wording.week_in_words(openings), "sentence": sentence}
    return page(request, "merchants/hours.html", context)


@require_POST
def ask_vies_again(request: PersonRequest) -> HttpResponse:
    """Have VIES asked again about the shop's VAT number."""
    merchant = team.shop_of(request.user)
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
