"""Pages of the deals: browse, share, and vote."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from saas.kernel.http import page, see_other
from tenants.community.deals import actions, forms, queries, rules
from tenants.community.deals.models import Deal
from tenants.spaces.requests import MemberRequest


@require_safe
def board(request: MemberRequest) -> HttpResponse:
    """Show the deals that work, filtered as the address asks."""
    form = forms.FilterForm(request.GET)
    filters = form.filters()
    found = queries.board(filters, viewer=request.user, at=timezone.now(), number=form.number())
    context = {"filters": filters, "board": found, "sorts": forms.SORTS.items()}
    choices = {"categories": forms.categories(), "nav": "deals"}
    return page(request, "deals/board.html", {**context, **choices}, partial="list")


@require_safe
def offers(request: MemberRequest) -> HttpResponse:
    """Show the offers of merchants nearby, those with a code at the till first."""
    context = {"offers": queries.offers(request.user, at=timezone.now()), "nav": "offers"}
    return page(request, "deals/offers.html", context)


@require_http_methods(["GET", "POST"])
def post(request: MemberRequest) -> HttpResponse:
    """Pass a deal on, then go to its page."""
    data = (request.POST,) if request.method == "POST" else ()
    form = forms.DealForm(*data, initial={"title": request.GET.get("title", "")})
    if form.is_bound and (deal := form.submit(by=request.user, at=timezone.now())):
        messages.success(request, _("Votre bon plan est partagé. Merci."))
        return see_other(deal)
    return page(request, "deals/post.html", {"form": form, "nav": "deals"})


@require_safe
def detail(request: MemberRequest, reference: str) -> HttpResponse:
    """Show a deal, with the form to vote on it."""
    deal = _found(request, reference)
    found = queries.detail(deal, viewer=request.user, at=timezone.now())
    context = {"detail": found, "deal": deal, "own": deal.author_id == request.user.pk}
    return page(request, "deals/detail.html", {**context, "nav": "deals"})


@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest, reference: str) -> HttpResponse:
    """Update the member's deal."""
    deal = _own(request, reference)
    data = (request.POST,) if request.method == "POST" else ()
    form = forms.DealForm(*data, deal=deal, initial=queries.terms_of(deal)._asdict())
    if form.is_bound and form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("C’est enregistré."))
        return see_other(deal)
    return page(request, "deals/edit.html", {"form": form, "deal": deal, "nav": "deals"})


@require_POST
def close(request: MemberRequest, reference: str) -> HttpResponse:
    """Close the member's deal."""
    deal = _own(request, reference)
    actions.close(deal=deal, by=request.user, at=timezone.now())
    messages.success(request, _("Votre bon plan est terminé. Merci de l’avoir dit."))
    return see_other(deal)


@require_POST
def vote(request: MemberRequest, reference: str) -> HttpResponse:
    """Record the member's vote on a deal."""
    deal, at = _found(request, reference), timezone.now()
    form = forms.VoteForm(request.POST, deal=deal)
    if form.submit(by=request.user, at=at):
        messages.success(request, _("C’est noté : vos collègues le verront."))
        return see_other(deal)
    found = queries.detail(deal, viewer=request.user, at=at)
    context = {"detail": found, "deal": deal, "own": deal.author_id == request.user.pk}
    return page(request, "deals/detail.html", {**context, "form": form, "nav": "deals"})


@require_POST
def thank(request: MemberRequest, reference: str) -> HttpResponse:
    """Thank the author of a deal."""
    deal = _found(request, reference)
    actions.thank(deal=deal, by=request.user, at=timezone.now())
    messages.success(request, _("Votre merci est transmis."))
    return see_other(deal)


def _found(request: MemberRequest, reference: str) -> Deal:
    deal = queries.find(reference, viewer=request.user)
    if deal is None:
        raise Http404
    return deal


def _own(request: MemberRequest, reference: str) -> Deal:
    deal = _found(request, reference)
    rules.check_is_author(deal.author_id, request.user.pk)
    return deal
