"""Offers at the desk, and the till at which their codes are taken."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.accounts import auth
from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.queries import team as merchants
from saas.catalogue.offers import actions, queries, rules, wording
from saas.catalogue.offers.forms import (
    OfferForm,
    OpenTillForm,
    RedeemForm,
    as_typed,
    fresh_redemption,
)
from saas.catalogue.offers.models import Offer
from saas.catalogue.placements.rules.campaigns import today
from saas.kernel.errors import Refused
from saas.kernel.http import page, see_other
from saas.kernel.values import cells

_TILL = "offers.till"


@require_GET
def offers(request: PersonRequest) -> HttpResponse:
    """List the offers of the merchant, and lead to the till."""
    shop = merchants.shop_of(request.user)
    rows = queries.rows_of(shop, at=timezone.now())
    return page(request, "offers/offers.html", {"nav": "offers", "shop": shop, "rows": rows})


@require_http_methods(["GET", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    """Create an offer; the form may start from an earlier offer."""
    try:
        shop = rules.check_shop(merchants.shop_of(request.user))
    except Refused as refusal:
        messages.info(request, refusal.sentence)
        return see_other("merchants:shop")
    former = queries.of_merchant(shop, request.GET.get("from", ""))
    at = timezone.now()
    days = {"starts_on": today(at), "ends_on": None}
    form = OfferForm(
        request.POST if request.method == "POST" else None, initial=as_typed(former) | days
    )
    if offer := form.submit(by=request.user, at=at):
        messages.success(request, wording.saved(offer))
        return see_other(offer)
    return page(request, "offers/edit.html", {"nav": "offers", "form": form})


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, reference: str) -> HttpResponse:
    """Correct an offer."""
    offer = _own(request, reference)
    form = OfferForm(request.POST if request.method == "POST" else None, initial=as_typed(offer))
    if form.submit(offer=offer, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est corrigé."))
        return see_other(offer)
    return page(request, "offers/edit.html", {"nav": "offers", "form": form, "offer": offer})


@require_GET
def detail(request: PersonRequest, reference: str) -> HttpResponse:
    """Show an offer: its status and the number of its codes used."""
    offer, at = _own(request, reference), timezone.now()
    context = {
        "nav": "offers",
        "row": queries.row_of(offer, at=at),
        "review_note": wording.review_note(offer),
        "report": queries.report(offer, at=at),
    }
    return page(request, "offers/detail.html", context)


@require_POST
def stop(request: PersonRequest, reference: str) -> HttpResponse:
    """Stop an offer: no new codes."""
    offer = _own(request, reference)
    actions.withdraw(offer=offer, by=request.user, at=timezone.now())
    messages.success(
        request, _("L’offre est arrêtée. Les codes déjà donnés valent encore dix minutes.")
    )
    return see_other(offer)


@require_GET
def sheet(request: PersonRequest, reference: str) -> HttpResponseBase:
    """Hand out all counts of an offer as a file for spreadsheets."""
    offer = _own(request, reference)
    return cells.download(queries.sheet_of(offer, at=timezone.now()), name=offer.reference)


@stepup.fresh
@auth.never_referred
@require_http_methods(["GET", "POST"])
def staff(request: PersonRequest) -> HttpResponse:
    """Show, create or revoke the link for a shop's staff to redeem codes without an account."""
    at = timezone.now()
    if "close" in request.POST:
        actions.close_till(by=request.user, at=at)
        messages.success(request, _("Le lien ne vaut plus, sur aucun téléphone."))
        return see_other("offers:staff")
    if request.method == "POST":
        form = OpenTillForm(request.POST)
        if form.submit(by=request.user, at=at):
            messages.success(request, _("Voici le lien. Ceux d’avant ne valent plus."))
        else:
            messages.error(request, " ".join(map(str, form.non_field_errors())))
        return see_other("offers:staff")
    shop = merchants.shop_of(request.user)
    context = {"nav": "offers", "shop": shop, "link": queries.till_link(shop)}
    return page(request, "offers/staff.html", context)


@login_not_required
@auth.never_referred
@require_http_methods(["GET", "POST"])
def open_till(request: HttpRequest, token: str) -> HttpResponse:
    """Show the shop of a till link; the button opens its till on this phone."""
    nonce = queries.nonce_in(token)
    shop = queries.shop_at_till(nonce)
    if shop is None:
        raise Http404
    if request.method == "POST":
        request.session[_TILL] = nonce
        return see_other("offers:till")
    return page(request, "offers/open_till.html", {"shop": shop})


@login_not_required
@require_http_methods(["GET", "POST"])
def till(request: HttpRequest) -> HttpResponse:
    """Show a customer's code, then redeem it once, even if the button is pressed repeatedly."""
    shop, at = _shop_at_till(request), timezone.now()
    if request.method == "POST":
        return _redeem(request, shop)
    if shop is None:
        return page(request, "offers/no_till.html")
    typed = request.GET.get("code", "")
    form = RedeemForm(initial={"code": typed, "redemption": fresh_redemption()})
    context = {
        "shop": shop,
        "form": form,
        "today": queries.uses_today(shop, at=at),
        "done": _redeemed(request, shop),
    }
    if typed:
        try:
            context["voucher"] = actions.check_code(typed=typed, merchant=shop, at=at)
        except Refused as refusal:
            context["refusal"] = refusal.sentence
    return page(request, "offers/till.html", context)


def _redeem(request: HttpRequest, shop: Merchant | None) -> HttpResponse:
    if shop is None:
        raise Http404
    form = RedeemForm(request.POST)
    if voucher := form.submit(merchant=shop, at=timezone.now()):
        request.session.modified = True  # a till that works stays open
        return see_other(f"{request.path}?done={voucher.redemption}")
    return page(request, "offers/till.html", {"shop": shop, "form": form})


def _redeemed(request: HttpRequest, shop: Merchant) -> object:
    try:
        return queries.redeemed(UUID(request.GET.get("done", "")), shop)
    except ValueError:
        return None


def _shop_at_till(request: HttpRequest) -> Merchant | None:
    """Return the shop of this till: the signed-in person's, or that of the link on this phone."""
    user = request.user
    own = merchants.till_shop_of(user) if user.is_authenticated else None
    return own or queries.shop_at_till(request.session.get(_TILL, ""))


def _own(request: PersonRequest, reference: str) -> Offer:
    offer = queries.of_merchants(merchants.run_by(request.user), reference)
    if offer is None:
        raise Http404
    return offer
