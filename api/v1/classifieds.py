"""Classifieds of a space: list, read, post, edit, reserve for a colleague, renew, close."""

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar, cast

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
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

from api import paging, pictures
from api.errors import those
from api.paging import PageBase, PageQuery
from api.people import Author
from api.pictures import PictureOut
from api.resources import Resource
from saas.accounts.models import User, as_any
from saas.kernel import hooks
from saas.kernel.money import MOST_CENTS
from saas.kernel.private_pictures import photos_of
from saas.kernel.values import week
from tenants.community.classifieds import actions, forms, rules
from tenants.community.classifieds.models import Classified
from tenants.community.classifieds.queries import board as board_queries
from tenants.community.classifieds.queries import pictures as picture_queries
from tenants.community.classifieds.queries import single as single_queries

CLOCK = r"^([01]?\d|2[0-3]):(00|15|30|45)$"
REFERENCE = OpenApiParameter(
    "reference", str, OpenApiParameter.PATH, description="Référence publique.", pattern="^PA-"
)


class Stretch(serializers.Serializer[Any]):
    """Hours of a weekday, Monday is 1; an end at 00:00 is the day's end."""

    weekday = serializers.IntegerField(min_value=1, max_value=7)
    starts = serializers.RegexField(CLOCK, help_text="18:30")
    ends = serializers.RegexField(CLOCK, help_text="20:00")

    def to_representation(self, instance: week.Hours) -> dict[str, Any]:
        """Write minutes of the day as times."""
        starts, ends = instance.starts_minute, instance.ends_minute
        return {
            "weekday": instance.weekday,
            "starts": week.text_of(starts),
            "ends": week.text_of(ends),
        }


class Summary(serializers.Serializer[Any]):
    """A classified on the board."""

    reference = serializers.CharField()
    url = serializers.CharField(source="get_absolute_url")
    kind = serializers.ChoiceField(choices=Classified.Kind.choices)
    service = serializers.ChoiceField(choices=Classified.Service.choices, allow_blank=True)
    title = serializers.CharField()
    price_cents = serializers.IntegerField(allow_null=True)
    price_unit = serializers.ChoiceField(choices=Classified.Unit.choices)
    site_id = serializers.IntegerField(allow_null=True)
    place = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    audience = serializers.ChoiceField(choices=Classified.Audience.choices)
    author = serializers.SerializerMethodField()

    @extend_schema_field(Author(allow_null=True))
    def get_author(self, classified: Classified) -> Any:
        """Return the author's card."""
        card = self.context["cards"].get(classified.author_id)
        return Author(card).data if card else None


class Whole(Summary):
    """A classified with its text, its pictures and its state."""

    description = serializers.CharField()
    outcome = serializers.ChoiceField(
        choices=Classified.Outcome.choices, allow_blank=True, help_text="Vide tant que c’est ouvert"
    )
    open = serializers.SerializerMethodField()
    reserved = serializers.SerializerMethodField(help_text="Gardée pour quelqu’un")
    availability = serializers.SerializerMethodField()
    pictures = serializers.SerializerMethodField()

    def get_open(self, classified: Classified) -> bool:
        """Return whether colleagues may still answer."""
        return rules.is_open(classified, at=timezone.now())

    def get_reserved(self, classified: Classified) -> bool:
        """Return True if it is reserved for a colleague."""
        return rules.is_reserved(classified, at=timezone.now())

    @extend_schema_field(Stretch(many=True))
    def get_availability(self, classified: Classified) -> Any:
        """Return the hours at which a service can be had."""
        return Stretch(single_queries.hours_of(classified), many=True).data

    @extend_schema_field(PictureOut(many=True))
    def get_pictures(self, classified: Classified) -> Any:
        """Return the pictures that can be shown."""
        return PictureOut(photos_of(picture_queries.pictures_of(classified)), many=True).data


@extend_schema_serializer(many=False)
class Page(PageBase):
    """A page of matching classifieds, and their total number."""

    count = serializers.IntegerField()
    results = Summary(many=True)


class ClassifiedsQuery(PageQuery):
    """Search parameters of the list, as on the board."""

    q = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    kind = serializers.ChoiceField(choices=Classified.Kind.choices, required=False, default=None)
    service = serializers.ChoiceField(
        choices=Classified.Service.choices, required=False, default=None
    )
    weekday = serializers.IntegerField(min_value=1, max_value=7, required=False, default=None)
    hour = serializers.RegexField(CLOCK, required=False, default=None, help_text="18:30")
    site = serializers.IntegerField(min_value=1, max_value=2**62, required=False, default=None)
    max_price_cents = serializers.IntegerField(
        min_value=0, max_value=MOST_CENTS, required=False, default=None
    )
    free = serializers.BooleanField(required=False, default=False)
    photo = serializers.BooleanField(required=False, default=False)
    sort = serializers.ChoiceField(choices=list(forms.SORTS), required=False, default=None)

    def filters(self) -> board_queries.Filters:
        """Return the filters of the board."""
        query = self.validated_data
        return board_queries.Filters(
            q=query["q"],
            kind=query["kind"] or "",
            site=query["site"],
            most_cents=query["max_price_cents"],
            free=query["free"],
            photo=query["photo"],
            sort=query["sort"] or "",
            service=query["service"] or "",
            weekday=query["weekday"],
            minute=week.minute_of(query["hour"]) if query["hour"] else None,
        )


class Described(serializers.Serializer[Any]):
    """A classified as its author describes it; pictures are added afterwards."""

    kind = serializers.ChoiceField(choices=Classified.Kind.choices)
    title = serializers.CharField(max_length=80)
    description = serializers.CharField(
        max_length=2000, required=False, default="", allow_blank=True
    )
    price_cents = serializers.IntegerField(
        min_value=0, max_value=MOST_CENTS, required=False, default=None, allow_null=True
    )
    price_unit = serializers.ChoiceField(
        choices=Classified.Unit.choices, required=False, default=Classified.Unit.WHOLE
    )
    site_id = serializers.IntegerField(
        min_value=1, max_value=2**62, required=False, default=None, allow_null=True
    )
    place = serializers.CharField(max_length=60)
    audience = serializers.ChoiceField(
        choices=Classified.Audience.choices, required=False, default=Classified.Audience.SPACE
    )
    service = serializers.ChoiceField(
        choices=Classified.Service.choices, required=False, default="", allow_blank=True
    )
    availability = Stretch(many=True, required=False, default=list)
    on_screens = serializers.BooleanField(
        required=False, default=False, help_text="Peut passer sur les écrans du hall"
    )

    def offer(self) -> rules.Offer:
        """Return the description of the offer."""
        fields = {name: self.validated_data[name] for name in rules.Offer._fields}
        fields["availability"] = tuple(
            week.stretch(one["weekday"], one["starts"], one["ends"])
            for one in fields["availability"]
        )
        return rules.Offer(**fields)


class DescribedAnew(pictures.PicturesStay, Described):
    """A classified as its author describes it from now on."""


class Posted(Described):
    """A classified to put on the board."""

    days = serializers.IntegerField(
        min_value=1, max_value=rules.MOST_DAYS, required=False, default=rules.USUAL_DAYS
    )
    key = serializers.UUIDField(
        required=False, default=None, allow_null=True, help_text="La même clé ne publie qu’une fois"
    )

    def save_as(self, person: User) -> Classified:
        """Post it."""
        offer, fields = self.offer(), self.validated_data
        forms.check_pace(person)
        return actions.post(
            offer=offer,
            days=fields["days"],
            key=cast("uuid.UUID | None", fields["key"]),
            by=person,
            at=timezone.now(),
        )


class HeldFor(serializers.Serializer[Any]):
    """The colleague for a reservation."""

    person = serializers.CharField(max_length=12, help_text="Référence de la personne")


class Closed(serializers.Serializer[Any]):
    """The outcome, and optionally the other party."""

    ENDINGS: ClassVar = [
        choice for choice in Classified.Outcome.choices if choice[0] != Classified.Outcome.EXPIRED
    ]
    outcome = serializers.ChoiceField(choices=ENDINGS)
    closed_with = serializers.CharField(
        max_length=12, required=False, default="", allow_blank=True, help_text="Référence"
    )


class Classifieds(Resource):
    """Classifieds that colleagues offer and look for."""

    scope = "classifieds"

    @extend_schema(parameters=[ClassifiedsQuery], responses={200: Page, **those(400, 403)})
    def list(self, request: Request) -> Response:
        """List the classifieds on the board."""
        query = ClassifiedsQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        person, at = as_any(request.user), timezone.now()
        rows = board_queries.listing(query.filters(), viewer=person, at=at)
        page = paging.cut(request, query, rows)
        results = Summary(page.rows, many=True, context={"cards": _cards(page.rows)}).data
        return paging.answer(request, page, results, count=rows.order_by().count())

    @extend_schema(parameters=[REFERENCE], responses={200: Whole, 308: None, **those(403, 404)})
    def retrieve(self, request: Request, reference: str) -> Response:
        """Read a classified, also when closed; redirect if it was a loan and has become a thing."""
        person = as_any(request.user)
        if single_queries.find(reference, viewer=person) is None and any(
            hooks.moved_url.ask(single_queries.KIND, reference, person)
        ):
            return Response(
                status=status.HTTP_308_PERMANENT_REDIRECT,
                headers={"Location": reverse("api:thing-detail", args=[reference])},
            )
        return Response(_whole(_found(request, reference)))

    @extend_schema(request=Posted, responses={201: Whole, **those(400, 403, 422)})
    def create(self, request: Request) -> Response:
        """Post a classified."""
        posted = Posted(data=request.data)
        posted.is_valid(raise_exception=True)
        classified = posted.save_as(as_any(request.user))
        return Response(_whole(classified), status=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[REFERENCE], request=Closed, responses={200: Whole, **those(400, 403, 404, 422)}
    )
    @action(detail=True, methods=["post"])
    def close(self, request: Request, reference: str) -> Response:
        """Close the member's own classified and record its outcome."""
        classified = _found(request, reference)
        closed = Closed(data=request.data)
        closed.is_valid(raise_exception=True)
        person, named = as_any(request.user), closed.validated_data["closed_with"]
        classified = actions.close(
            classified=classified,
            outcome=closed.validated_data["outcome"],
            closed_with=single_queries.person_with(named, but=person) if named else None,
            by=person,
            at=timezone.now(),
        )
        return Response(_whole(classified))

    @extend_schema(
        parameters=[REFERENCE],
        request=DescribedAnew,
        responses={200: Whole, **those(400, 403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def edit(self, request: Request, reference: str) -> Response:
        """Replace the text of an own classified; keep all pictures, or those listed, in order."""
        classified, described = _found(request, reference), DescribedAnew(data=request.data)
        described.is_valid(raise_exception=True)
        edited = actions.edit(
            classified=classified,
            offer=described.offer(),
            pictures=described.staying(picture_queries.pictures_of(classified)),
            by=as_any(request.user),
            at=timezone.now(),
        )
        return Response(_whole(edited))

    @extend_schema(
        parameters=[REFERENCE],
        request=pictures.SENT,
        responses={201: Whole, **those(400, 403, 404, 422)},
    )
    @action(detail=True, methods=["post"], **pictures.ALONE)
    def add_picture(self, request: Request, reference: str) -> Response:
        """Add a picture to an own classified; it is shown once it has been resized."""
        classified, by = _found(request, reference), as_any(request.user)
        upload = pictures.received(request)
        actions.add_picture(classified=classified, upload=upload, by=by, at=timezone.now())
        return Response(_whole(_found(request, reference)), status=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[REFERENCE], request=None, responses={200: Whole, **those(403, 404, 422)}
    )
    @action(detail=True, methods=["post"])
    def renew(self, request: Request, reference: str) -> Response:
        """Renew an own classified for a month, in its last two weeks or after its expiry."""
        classified = _found(request, reference)
        renewed = actions.renew(classified=classified, by=as_any(request.user), at=timezone.now())
        return Response(_whole(renewed))

    @extend_schema(
        parameters=[REFERENCE], request=HeldFor, responses={200: Whole, **those(400, 403, 404, 422)}
    )
    @action(detail=True, methods=["post"])
    def reserve(self, request: Request, reference: str) -> Response:
        """Reserve an own classified for a colleague."""
        classified, held = _found(request, reference), HeldFor(data=request.data)
        held.is_valid(raise_exception=True)
        by, named = as_any(request.user), held.validated_data["person"]
        rules.check_is_author(classified.author_id, by.pk)
        person = single_queries.person_with(named, but=by)
        if person is None:
            raise serializers.ValidationError({"person": [_("Cette personne n’est pas d’ici.")]})
        actions.hold_for(classified=classified, person=person, by=by, at=timezone.now())
        return Response(_whole(_found(request, reference)))

    @extend_schema(parameters=[REFERENCE], request=None, responses={200: Whole, **those(403, 404)})
    @action(detail=True, methods=["post"])
    def release(self, request: Request, reference: str) -> Response:
        """Release the reservation of an own classified; without a reservation nothing changes."""
        classified, by = _found(request, reference), as_any(request.user)
        actions.set_free(classified=classified, by=by, at=timezone.now())
        return Response(_whole(_found(request, reference)))

    @extend_schema(parameters=[REFERENCE], request=None, responses={204: None, **those(403, 404)})
    @action(detail=True, methods=["post"])
    def thank(self, request: Request, reference: str) -> Response:
        """Thank the other party of a closed classified; idempotent."""
        classified, by = _found(request, reference), as_any(request.user)
        actions.thank(classified=classified, by=by, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _found(request: Request, reference: str) -> Classified:
    classified = single_queries.find(reference, viewer=as_any(request.user))
    if classified is None:
        raise Http404
    return classified


def _whole(classified: Classified) -> dict[str, Any]:
    return dict(Whole(classified, context={"cards": _cards([classified])}).data)


def _cards(rows: Iterable[Classified]) -> dict[int, Any]:
    return dict(hooks.cards_of(row.author_id for row in rows))
