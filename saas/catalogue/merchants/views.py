"""The merchant's desk: coming in, the first page, the shop's page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.accounts import auth
from saas.accounts.models import User
from saas.accounts.requests import PersonRequest
from saas.catalogue.merchants import queries
from saas.catalogue.merchants.forms import (
    AskViesForm,
    ConfirmForm,
    ShopForm,
    SignupForm,
    as_typed,
)
from saas.catalogue.placements.queries import campaigns as placements
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
    """Ask for a desk; the answer is the same for an address that has one."""
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
    """Say where the link was sent."""
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
    """Open the desk; who signed up in another browser chooses a password first."""
    has_password = person.has_usable_password()
    auth.sign_in(request, person, by_link=not has_password)
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
    """Show what needs the merchant first, then figures, then campaigns."""
    shop = queries.shop_of(request.user)
    summary = placements.desk_overview(shop, timezone.now())
    urgent = [need for needs in catalogue_hooks.merchant_needs.ask(request.user) for need in needs]
    urgent += queries.vat_needs(shop, at=timezone.now())
    context = {"nav": "desk", "shop": shop, "desk": summary, "needs": [*urgent, *summary.needs]}
    return page(request, "merchants/desk.html", context)


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
        messages.success(request, _saved_message(publishes=publishes))
        return see_other("merchants:desk" if publishes else "merchants:shop")
    context = {
        "nav": "shop",
        "form": form,
        "merchant": merchant,
        "plan": queries.plan_for(merchant),
        "files": queries.stored_picture(merchant),
        "vat": queries.vat_of(merchant, at=timezone.now()) if merchant else None,
    }
    return page(request, "merchants/shop.html", context)


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
def picture(request: HttpRequest, room: str, file: str) -> FileResponse:  # noqa: ARG001 - whoever asks
    """Hand out a picture of the catalogue."""
    return pictures.answer(room, file)


def _saved_message(*, publishes: bool) -> str:
    if publishes:
        return _("Votre page est publiée : les espaces autour de vous la voient.")
    return _("Votre page est enregistrée.")
