"""Pages of the neighbourhood, and the addresses for counting placements."""

from collections.abc import Collection

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.catalogue.placements.models import RunningFlight
from saas.kernel.http import page, see_other
from saas.kernel.uploads import pictures
from saas.kernel.values.months import first_of
from saas.kernel.web.automatic import is_automatic
from saas.kernel.web.touching import for_touch
from tenants.community.neighbourhood import actions, rules, wording
from tenants.community.neighbourhood.forms import MarkForm, ReportForm, TakeCodeForm
from tenants.community.neighbourhood.models import PlacementEvent
from tenants.community.neighbourhood.queries import around as around_queries
from tenants.community.neighbourhood.queries import council as council_queries
from tenants.community.neighbourhood.queries import flights as flight_queries
from tenants.community.neighbourhood.queries import marks as mark_queries
from tenants.community.neighbourhood.queries import offers as offer_queries
from tenants.community.neighbourhood.queries import reported as reported_queries
from tenants.community.neighbourhood.queries import touch as touch_queries
from tenants.spaces.requests import MemberRequest, SpaceRequest


@require_GET
def home(request: MemberRequest) -> HttpResponse:
    """Show places within a quarter of an hour on foot, as a list and as a map."""
    values = (request.GET.get(name, "") for name in around_queries.Filters._fields)
    filters = around_queries.Filters(*values)
    around = around_queries.around(filters, request.user, timezone.now())
    context = {"nav": "neighbourhood", "around": around, "view": filters.view}
    return page(request, "neighbourhood/home.html", context, partial="list")


@require_GET
def merchant(request: MemberRequest, slug: str) -> HttpResponse:
    """Show a merchant: description, opening hours, and the distance from each gate."""
    found = around_queries.shop_page(slug, timezone.now())
    marks = mark_queries.marks_of(found.reference, request.user) if found else None
    ad = flight_queries.clicked(request.GET.get("ad", ""), slug=slug)
    return _place(request, found, marks=marks, ad=ad)


@require_GET
def service(request: MemberRequest, slug: str) -> HttpResponse:
    """Show a service of the city in the same way."""
    return _place(request, around_queries.service_page(slug, timezone.now()))


def _place(
    request: MemberRequest,
    found: around_queries.Page | None,
    *,
    marks: mark_queries.Marks | None = None,
    ad: RunningFlight | None = None,
) -> HttpResponse:
    if found is None:
        raise Http404
    context = {"nav": "neighbourhood", "found": found, "marks": marks, "ad": ad}
    return page(request, "neighbourhood/place.html", context)


@require_GET
def why(request: MemberRequest, reference: str) -> HttpResponse:
    """Show a placement's reason, its payer, and the amount for the member's council."""
    flight = flight_queries.flight_at(reference)
    if flight is None:
        raise Http404
    month = first_of(timezone.localdate())
    context = {
        "nav": "neighbourhood",
        "flight": flight,
        "month": month,
        "brought": council_queries.brought_in(month, request.user).get(
            flight.campaign_reference, council_queries.NOTHING
        ),
    }
    return page(request, "neighbourhood/why.html", context)


@require_POST
def mark(request: MemberRequest, reference: str) -> HttpResponse:
    """Recommend or follow a shop, or cease to; the page of the shop says so."""
    shop = mark_queries.shop_to_mark(reference)
    if shop is None:
        raise Http404
    form = MarkForm(request.POST)
    if form.submit(shop=shop, by=request.user, at=timezone.now()):
        messages.success(request, wording.marked(form.cleaned_data["change"]))
    for refusal in form.non_field_errors():
        messages.error(request, str(refusal))
    return see_other("neighbourhood:merchant", shop.slug)


@require_http_methods(["GET", "POST"])
def report(request: MemberRequest, reference: str) -> HttpResponse:
    """Report a merchant or an ad to Troovon; the author of a report reads the answer here."""
    own_report = reported_queries.own_report(reference, request.user)
    if own_report is not None:
        context = {"nav": "neighbourhood", "mine": own_report}
        return page(request, "neighbourhood/reported.html", context)
    subject = reported_queries.reportable(reference)
    if subject is None:
        raise Http404
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.submit(subject=subject, by=request.user, at=timezone.now()):
        messages.success(request, _("Merci. Une personne de Troovon va regarder."))
        return see_other("neighbourhood:report", reference)
    context = {"nav": "neighbourhood", "form": form, "subject": subject}
    return page(request, "neighbourhood/report.html", context)


@require_GET
def offer(request: MemberRequest, reference: str) -> HttpResponse:
    """Show a nearby merchant's offer, and the button for a code."""
    found = _offer(reference)
    context = {"nav": "neighbourhood", "found": found, "form": TakeCodeForm()}
    return page(request, "neighbourhood/offer.html", context)


@require_http_methods(["GET", "POST"])
def offer_code(request: MemberRequest, reference: str) -> HttpResponse:
    """Take a code of an offer, and show it at the till until it is used or over."""
    at = timezone.now()
    if request.method == "POST":
        found, form = _offer(reference), TakeCodeForm(request.POST)
        if form.submit(offer=found.offer, by=request.user, at=at):
            return see_other("neighbourhood:offer_code", reference)
        context = {"nav": "neighbourhood", "found": found, "form": form}
        return page(request, "neighbourhood/offer.html", context)
    screen = offer_queries.code_screen(reference, request.user, at)
    if screen is None:
        return see_other("neighbourhood:offer", reference)
    context = {"nav": "neighbourhood", "reference": reference, "screen": screen}
    return page(request, "neighbourhood/code.html", context, partial="live")


def _offer(reference: str) -> offer_queries.OfferPage:
    found = offer_queries.offer_page(reference, timezone.now())
    if found is None:
        raise Http404
    return found


@require_POST
def seen(request: MemberRequest) -> HttpResponse:
    """Count the placements that were on a member's screen for a second."""
    references = rules.references_in(request.POST.get("refs", ""))
    _count(request, references, PlacementEvent.Kind.VIEW)
    return HttpResponse(status=204)


@require_GET
def click(request: MemberRequest, reference: str) -> HttpResponse:
    """Count a click, then lead on to the merchant's page, which repeats the ad."""
    flight = flight_queries.flight_at(reference)
    if flight is None:
        raise Http404
    _count(request, [reference], PlacementEvent.Kind.CLICK)
    shop = reverse("neighbourhood:merchant", args=[flight.merchant_slug])
    return see_other(f"{shop}?ad={reference}")


def _count(request: MemberRequest, references: Collection[str], kind: str) -> None:
    if not is_automatic(request):
        actions.count(references=references, kind=kind, by=request.user, at=timezone.now())


@require_GET
def picture(request: MemberRequest, room: str, file: str) -> HttpResponseBase:  # noqa: ARG001 - whoever asks
    """Hand out a picture of the catalogue, from this host, as the pages' policy wants."""
    return pictures.answer(room, file)


@require_GET
@for_touch
def touch(request: SpaceRequest) -> HttpResponse:
    """Show the neighbourhood on a touch screen."""
    return render(
        request, "neighbourhood/touch.html", {"around": touch_queries.on_touch(timezone.now())}
    )


@require_GET
@for_touch
def touch_merchant(request: SpaceRequest, slug: str) -> HttpResponse:
    """Show a merchant there."""
    return _touched(request, slug, of_city=False)


@require_GET
@for_touch
def touch_service(request: SpaceRequest, slug: str) -> HttpResponse:
    """Show a service of the city there."""
    return _touched(request, slug, of_city=True)


def _touched(request: SpaceRequest, slug: str, *, of_city: bool) -> HttpResponse:
    at = timezone.now()
    found = touch_queries.place_on_touch(slug, of_city=of_city, space=request.space, at=at)
    if found is None:
        raise Http404
    return render(
        request, "neighbourhood/touch_place.html", {"found": found.page, "code": found.code}
    )
