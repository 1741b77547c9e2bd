"""Shared rides of a space: list, read, offer, close, ask, answer, cancel."""

import uuid
from typing import Any, cast

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api import paging
from api.errors import those
from api.paging import PageBase, PageQuery
from api.people import Author
from api.resources import Resource
from api.times import DayIn, HourField
from saas.accounts.models import User, as_any
from saas.kernel import hooks
from saas.kernel.money import MOST_CENTS
from tenants.community.rides import actions, forms, rules
from tenants.community.rides.models import Bearing, Booking, Departure, Ride
from tenants.community.rides.queries import board, single

REFERENCE = OpenApiParameter(
    "reference", str, OpenApiParameter.PATH, description="Référence publique.", pattern="^RI-"
)
BOOKING = OpenApiParameter(
    "reference", str, OpenApiParameter.PATH, description="Référence publique.", pattern="^BO-"
)


class RideBase(serializers.Serializer[Any]):
    """A ride; the place lies `distance_km` from the site, in the direction `bearing`."""

    reference = serializers.CharField()
    url = serializers.CharField(source="get_absolute_url")
    role = serializers.ChoiceField(choices=Ride.Role.choices)
    way = serializers.ChoiceField(choices=Ride.Way.choices)
    site_id = serializers.IntegerField()
    place = serializers.CharField()
    distance_km = serializers.IntegerField()
    bearing = serializers.ChoiceField(choices=Bearing.choices)
    seats = serializers.IntegerField()
    price_cents = serializers.IntegerField(help_text="Partage des frais, par place")
    note = serializers.CharField()
    weekdays = serializers.CharField(help_text="Jours de la semaine, lundi est 0 ; vide : une fois")
    audience = serializers.ChoiceField(choices=Ride.Audience.choices)
    closed_at = serializers.DateTimeField(allow_null=True)
    author = serializers.SerializerMethodField()

    @extend_schema_field(Author(allow_null=True))
    def get_author(self, ride: Ride) -> Any:
        """Return the author's card."""
        card = self.context["cards"].get(ride.author_id)
        return Author(card).data if card else None


class DepartureOut(serializers.Serializer[Any]):
    """A departure of a ride."""

    starts_at = serializers.DateTimeField()
    seats = serializers.IntegerField()
    taken = serializers.IntegerField()


class DepartureListed(DepartureOut):
    """A departure in the list, with its ride."""

    ride = RideBase()


class BookingOut(serializers.Serializer[Any]):
    """A request, for its two alone; the detour is our own estimate."""

    reference = serializers.CharField()
    state = serializers.ChoiceField(choices=Booking.State.choices)
    starts_at = serializers.DateTimeField(source="departure.starts_at")
    place = serializers.CharField()
    distance_km = serializers.IntegerField()
    bearing = serializers.ChoiceField(choices=Bearing.choices)
    detour_minutes = serializers.IntegerField()
    words = serializers.CharField()
    cancelled_late = serializers.BooleanField()


class BookingOfRide(BookingOut):
    """A request as its ride shows it."""

    starts_at = serializers.SerializerMethodField()  # type: ignore[assignment]
    person = serializers.SerializerMethodField()

    @extend_schema_field(serializers.DateTimeField())
    def get_starts_at(self, booking: Booking) -> Any:
        """Return when the ride leaves."""
        return self.context["moments"][booking.departure_id]

    @extend_schema_field(Author(allow_null=True))
    def get_person(self, booking: Booking) -> Any:
        """Return the requester's card."""
        card = self.context["cards"].get(booking.person_id)
        return Author(card).data if card else None


class WholeRide(RideBase):
    """A ride with its departures to come, and the requests that the reader may see."""

    departures = serializers.SerializerMethodField()
    bookings = serializers.SerializerMethodField()

    @extend_schema_field(DepartureOut(many=True))
    def get_departures(self, _ride: Ride) -> Any:
        """Return the departures to come."""
        return DepartureOut(
            [one.departure for one in self.context["detail"].departures], many=True
        ).data

    @extend_schema_field(BookingOfRide(many=True))
    def get_bookings(self, _ride: Ride) -> Any:
        """Return all requests to the ride's author, and to other members their own."""
        departures = self.context["detail"].departures
        context = {
            "moments": {one.departure.pk: one.departure.starts_at for one in departures},
            "cards": {
                seat.booking.person_id: seat.card for one in departures for seat in one.bookings
            },
        }
        bookings = [seat.booking for one in departures for seat in one.bookings]
        return BookingOfRide(bookings, many=True, context=context).data


@extend_schema_serializer(many=False)
class DeparturePage(PageBase):
    """Some of the departures to come."""

    results = DepartureListed(many=True)


class RidesQuery(PageQuery):
    """Search parameters of the list, as on the page."""

    role = serializers.ChoiceField(choices=Ride.Role.choices, required=False, default=None)
    way = serializers.ChoiceField(choices=Ride.Way.choices, required=False, default=None)
    site = serializers.IntegerField(min_value=1, max_value=2**62, required=False, default=None)
    free = serializers.BooleanField(required=False, default=False)


class SpotIn(serializers.Serializer[Any]):
    """The end of a ride opposite the site."""

    place = serializers.CharField(max_length=60)
    distance_km = serializers.IntegerField(min_value=0, max_value=1000)
    bearing = serializers.ChoiceField(choices=Bearing.choices)

    def spot(self) -> rules.Spot:
        """Return where it is."""
        fields = self.validated_data
        return rules.Spot(fields["place"], fields["distance_km"], fields["bearing"])


class NewRide(SpotIn):
    """A ride to offer or to look for; with `weekdays` it comes back until `until`."""

    role = serializers.ChoiceField(choices=Ride.Role.choices)
    way = serializers.ChoiceField(choices=Ride.Way.choices)
    site_id = serializers.IntegerField(min_value=1, max_value=2**62)
    day = DayIn()
    time = HourField()
    weekdays = serializers.CharField(max_length=7, required=False, default="", allow_blank=True)
    until = DayIn(required=False, default=None, allow_null=True)
    seats = serializers.IntegerField(min_value=0, max_value=100, required=False, default=1)
    price_cents = serializers.IntegerField(
        min_value=0, max_value=MOST_CENTS, required=False, default=0
    )
    note = serializers.CharField(max_length=280, required=False, default="", allow_blank=True)
    audience = serializers.ChoiceField(
        choices=Ride.Audience.choices, required=False, default=Ride.Audience.SPACE
    )
    key = serializers.UUIDField(
        required=False,
        default=None,
        allow_null=True,
        help_text="La même clé ne propose qu’une fois",
    )

    def save_as(self, person: User) -> Ride:
        """Offer it."""
        fields = self.validated_data
        forms.check_pace("rides", person, most=forms.MOST_OFFERED)
        return actions.offer(
            terms=rules.Terms(
                role=fields["role"],
                way=fields["way"],
                site_id=fields["site_id"],
                spot=self.spot(),
                seats=fields["seats"] if fields["role"] == Ride.Role.DRIVER else 1,
                price_cents=fields["price_cents"],
                note=fields["note"],
            ),
            timing=rules.Timing(
                fields["day"],
                fields["time"].replace(tzinfo=None),
                "".join(sorted(set(fields["weekdays"]))),
                fields["until"],
            ),
            audience=fields["audience"],
            key=cast("uuid.UUID | None", fields["key"]),
            by=person,
            at=timezone.now(),
        )


class NewBooking(SpotIn):
    """A request for some days of a ride."""

    days = serializers.ListField(child=DayIn(), allow_empty=False, max_length=rules.MOST_REQUESTED)
    words = serializers.CharField(max_length=280, required=False, default="", allow_blank=True)


class DayOfRide(serializers.Serializer[Any]):
    """A day of a ride."""

    day = DayIn()


class Rides(Resource):
    """Rides: seats in colleagues' cars, and colleagues looking for a seat."""

    scope = "rides"

    @extend_schema(parameters=[RidesQuery], responses={200: DeparturePage, **those(400, 403)})
    def list(self, request: Request) -> Response:
        """List departures to come, tomorrow's first."""
        query = RidesQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        fields = query.validated_data
        filters = board.Filters(
            fields["role"] or "", fields["way"] or "", fields["site"], free=fields["free"]
        )
        rows = board.listing(filters, viewer=as_any(request.user), at=timezone.now())
        page = paging.cut(request, query, rows)
        cards = hooks.cards_of(row.ride.author_id for row in page.rows)
        results = DepartureListed(page.rows, many=True, context={"cards": cards}).data
        return paging.answer(request, page, results)

    @extend_schema(parameters=[REFERENCE], responses={200: WholeRide, **those(403, 404)})
    def retrieve(self, request: Request, reference: str) -> Response:
        """Read a ride, also when it is over."""
        return Response(_whole(request, reference))

    @extend_schema(request=NewRide, responses={201: WholeRide, **those(400, 403, 422)})
    def create(self, request: Request) -> Response:
        """Offer a ride, or look for a ride."""
        offered = NewRide(data=request.data)
        offered.is_valid(raise_exception=True)
        ride = offered.save_as(as_any(request.user))
        return Response(_whole(request, ride.reference), status=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[REFERENCE], request=None, responses={200: WholeRide, **those(403, 404)}
    )
    @action(detail=True, methods=["post"])
    def close(self, request: Request, reference: str) -> Response:
        """Close an own ride; passengers and requesters are notified."""
        ride = _found(request, reference)
        actions.close(ride=ride, by=as_any(request.user), at=timezone.now())
        return Response(_whole(request, reference))

    @extend_schema(
        parameters=[REFERENCE],
        request=DayOfRide,
        responses={200: WholeRide, **those(400, 403, 404, 422)},
    )
    @action(detail=True, methods=["post"], url_path="cancel-day")
    def cancel_day(self, request: Request, reference: str) -> Response:
        """Cancel a day of an own ride; its passengers and requesters are notified."""
        ride, named = _found(request, reference), DayOfRide(data=request.data)
        named.is_valid(raise_exception=True)
        departure = _on(ride, named.validated_data["day"])
        actions.cancel_departure(departure=departure, by=as_any(request.user), at=timezone.now())
        return Response(_whole(request, reference))

    @extend_schema(
        parameters=[REFERENCE],
        request=NewBooking,
        responses={200: WholeRide, **those(400, 403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def ask(self, request: Request, reference: str) -> Response:
        """Request a seat on some days, or offer a seat to the author of a wanted ride."""
        ride, person = _found(request, reference), as_any(request.user)
        wish = NewBooking(data=request.data)
        wish.is_valid(raise_exception=True)
        forms.check_pace("ride-requests", person, most=forms.MOST_REQUESTS)
        actions.ask(
            departures=[_on(ride, day) for day in wish.validated_data["days"]],
            spot=wish.spot(),
            words=wish.validated_data["words"],
            by=person,
            at=timezone.now(),
        )
        return Response(_whole(request, reference))


class RideBookings(Resource):
    """Requests of rides, for their two alone."""

    scope = "rides"

    @extend_schema(parameters=[BOOKING], responses={200: BookingOut, **those(403, 404)})
    def retrieve(self, request: Request, reference: str) -> Response:
        """Read a request for a seat."""
        return Response(BookingOut(_booking(request, reference)).data)

    @extend_schema(
        parameters=[BOOKING], request=None, responses={200: BookingOut, **those(403, 404, 422)}
    )
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, reference: str) -> Response:
        """Give a seat, as the ride's author."""
        booking = _booking(request, reference)
        actions.accept(booking=booking, by=as_any(request.user), at=timezone.now())
        return Response(BookingOut(_booking(request, reference)).data)

    @extend_schema(
        parameters=[BOOKING], request=None, responses={200: BookingOut, **those(403, 404, 422)}
    )
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, reference: str) -> Response:
        """Refuse a request, as the ride's author."""
        booking = _booking(request, reference)
        actions.decline(booking=booking, by=as_any(request.user), at=timezone.now())
        return Response(BookingOut(_booking(request, reference)).data)

    @extend_schema(
        parameters=[BOOKING], request=None, responses={200: BookingOut, **those(403, 404, 422)}
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, reference: str) -> Response:
        """Give up a seat or take it back, in time or late."""
        booking = _booking(request, reference)
        actions.cancel_booking(booking=booking, by=as_any(request.user), at=timezone.now())
        return Response(BookingOut(_booking(request, reference)).data)


def _found(request: Request, reference: str) -> Ride:
    ride = single.find(reference, viewer=as_any(request.user))
    if ride is None:
        raise Http404
    return ride


def _on(ride: Ride, day: Any) -> Departure:
    departure = single.departure_on(ride, day)
    if departure is None:
        raise Http404
    return departure


def _booking(request: Request, reference: str) -> Booking:
    booking = single.booking_named(reference, viewer=as_any(request.user))
    if booking is None:
        raise Http404
    return booking


def _whole(request: Request, reference: str) -> dict[str, Any]:
    """Return a ride as it is after the change."""
    ride = _found(request, reference)
    departures = single.departures_ahead(ride, at=timezone.now())
    detail = single.detail(ride, departures, viewer=as_any(request.user))
    context = {"cards": {ride.author_id: detail.author}, "detail": detail}
    return dict(WholeRide(ride, context=context).data)
