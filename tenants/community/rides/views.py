"""Pages of shared rides: the departures, a ride, the member's rides and seats."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.kernel import modules
from saas.kernel.http import back_or, page, poll_answer, see_other
from tenants.community.rides import actions, forms, rules
from tenants.community.rides.models import Bearing, Booking, Departure, Ride
from tenants.community.rides.queries import board as board_queries
from tenants.community.rides.queries import places
from tenants.community.rides.queries import single as single_queries
from tenants.spaces.requests import MemberRequest


@require_GET
def board(request: MemberRequest) -> HttpResponse:
    """Show the departures, tomorrow's first, filtered by the query string."""
    form = forms.FilterForm(request.GET)
    filters = form.filters()
    found = board_queries.board(
        filters, viewer=request.user, at=timezone.now(), number=form.number()
    )
    context = {
        "filters": filters,
        "board": found,
        "roles": [(role.value, role.label, rules.SYMBOLS[role]) for role in Ride.Role],
        "ways": Ride.Way.choices,
        "near": filters.spot or rules.Spot("", 0, ""),
        "bearings": Bearing.choices,
        "nav": "rides",
    }
    return page(request, "rides/board.html", context, partial="list")


@require_http_methods(["GET", "POST"])
def offer(request: MemberRequest) -> HttpResponse:
    """Offer a ride or look for a ride, then redirect to its page."""
    data = (request.POST,) if request.method == "POST" else ()
    initial = places.remembered(request.user)
    initial |= forms.suggested(request.GET.dict(), at=timezone.now())
    form = forms.OfferForm(*data, person=request.user, initial=initial)
    if form.is_bound and (ride := form.submit(by=request.user, at=timezone.now())):
        messages.success(request, _("Votre trajet est en ligne."))
        return see_other(ride)
    return page(request, "rides/offer.html", {"form": form, "nav": "rides"})


@require_GET
def mine(request: MemberRequest) -> HttpResponse:
    """Show the member's rides and seats."""
    found = single_queries.mine(request.user, at=timezone.now())
    return page(request, "rides/mine.html", {"found": found, "nav": "rides"})


@require_http_methods(["GET", "POST"])
def detail(request: MemberRequest, reference: str) -> HttpResponse:
    """Show a ride, to request a seat or to answer requests."""
    ride, at = _found(request, reference), timezone.now()
    if request.method == "POST":
        modules.check_used("rides")
    standing = single_queries.standing(ride, viewer=request.user, at=at)
    if moved := poll_answer(request, standing, url=ride.get_absolute_url()):
        return moved
    data = (request.POST,) if request.method == "POST" else ()
    departures = single_queries.departures_ahead(ride, at=at)
    form = forms.AskForm(*data, departures=departures, initial=_initial(request, ride))
    if form.is_bound and form.submit(by=request.user, at=at):
        messages.success(request, _("Votre demande est partie."))
        return see_other(ride)
    if form.is_bound:  # a refused entry may have been booked meanwhile
        departures = single_queries.departures_ahead(ride, at=at)
    found = single_queries.detail(ride, departures, viewer=request.user)
    if not (found.own or found.is_requested):  # they alone have something to finish there
        modules.check_used("rides")
    context = {"detail": found, "ride": ride, "form": form, "standing": standing}
    return page(request, "rides/detail.html", {**context, "nav": "rides"})


@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest, reference: str) -> HttpResponse:
    """Change the member's ride."""
    ride, at = _found(request, reference), timezone.now()
    rules.check_is_author(ride, request.user.pk)
    data = (request.POST,) if request.method == "POST" else ()
    time = single_queries.time_of(ride, at=at)
    form = forms.ReviseForm(*data, ride=ride, time=time)
    if form.is_bound and form.submit(by=request.user, at=at):
        messages.success(request, _("C’est enregistré. Les personnes concernées le savent."))
        return see_other(ride)
    return page(request, "rides/edit.html", {"form": form, "ride": ride, "nav": "rides"})


@require_http_methods(["GET", "POST"])
def close(request: MemberRequest, reference: str) -> HttpResponse:
    """End the member's ride."""
    ride = _found(request, reference)
    rules.check_is_author(ride, request.user.pk)
    if request.method == "POST":
        actions.close(ride=ride, by=request.user, at=timezone.now())
        messages.success(request, _("Le trajet est arrêté. Les personnes concernées le savent."))
        return see_other(ride)
    departures = single_queries.departures_ahead(ride, at=timezone.now())
    found = single_queries.detail(ride, departures, viewer=request.user)
    return page(request, "rides/close.html", {"detail": found, "ride": ride, "nav": "rides"})


@require_POST
def cancel_departure(request: MemberRequest, reference: str, day: str) -> HttpResponse:
    """Cancel a day of the member's ride."""
    departure = _departure(_found(request, reference), day)
    actions.cancel_departure(departure=departure, by=request.user, at=timezone.now())
    messages.success(request, _("Ce départ est annulé. Les personnes concernées le savent."))
    return see_other("rides:detail", reference)


@require_POST
def accept(request: MemberRequest, reference: str) -> HttpResponse:
    """Give a seat."""
    booking = _booking(request, reference)
    actions.accept(booking=booking, by=request.user, at=timezone.now())
    messages.success(request, _("C’est accepté : un e-mail le dit."))
    return back_or(request, booking.departure.ride)


@require_POST
def decline(request: MemberRequest, reference: str) -> HttpResponse:
    """Refuse a request."""
    booking = _booking(request, reference)
    actions.decline(booking=booking, by=request.user, at=timezone.now())
    messages.success(request, _("C’est refusé : un e-mail le dit."))
    return back_or(request, booking.departure.ride)


@require_POST
def cancel_booking(request: MemberRequest, reference: str) -> HttpResponse:
    """Give up a seat, or take it back."""
    booking = _booking(request, reference)
    done = actions.cancel_booking(booking=booking, by=request.user, at=timezone.now())
    if done.cancelled_late:
        messages.warning(
            request, _("C’est annulé, tard : l’autre le sait, un mot lui ferait du bien.")
        )
    else:
        messages.success(request, _("C’est annulé à temps : l’autre le sait."))
    return back_or(request, booking.departure.ride)


def _found(request: MemberRequest, reference: str) -> Ride:
    ride = single_queries.find(reference, viewer=request.user)
    if ride is None:
        raise Http404
    return ride


def _initial(request: MemberRequest, ride: Ride) -> dict[str, Any]:
    """Return the place that a viewer named last, if it was for the ride's site."""
    if request.method == "POST" or ride.author_id == request.user.pk:
        return {}
    known = places.remembered(request.user)
    return known if known.get("site_id") == ride.site_id else {}


def _departure(ride: Ride, day: str) -> Departure:
    try:
        departure = single_queries.departure_on(ride, dt.date.fromisoformat(day))
    except (ValueError, OverflowError):
        departure = None
    if departure is None:
        raise Http404
    return departure


def _booking(request: MemberRequest, reference: str) -> Booking:
    booking = single_queries.booking_named(reference, viewer=request.user)
    if booking is None:
        raise Http404
    return booking
