"""Things to borrow: list, read, lend, describe, withdraw, borrow, join a waiting list."""

import datetime as dt
from typing import Any

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

from api import paging, pictures
from api.errors import those
from api.paging import PageBase, PageQuery
from api.people import Author
from api.pictures import PictureOut
from api.resources import Resource
from api.times import MomentIn
from api.v1 import loans
from saas.accounts.models import as_any
from saas.kernel import hooks
from saas.kernel.private_pictures import photos_of
from tenants.community.lending.actions import loans as loan_actions
from tenants.community.lending.actions import things as thing_actions
from tenants.community.lending.actions import times as time_actions
from tenants.community.lending.forms import pace as forms
from tenants.community.lending.models import Thing
from tenants.community.lending.queries import loans as loan_queries
from tenants.community.lending.queries import people as people_queries
from tenants.community.lending.queries import pictures as picture_queries
from tenants.community.lending.queries import things as thing_queries
from tenants.community.lending.rules import loans as rules
from tenants.community.lending.rules import slots
from tenants.community.lending.rules.slots import LoanSlot
from tenants.spaces.audiences import Audience

THING = OpenApiParameter(
    "reference", str, OpenApiParameter.PATH, description="Référence publique d’un objet."
)


class ThingSummary(serializers.Serializer[Any]):
    """A thing to borrow; `free` is true if it is free in the requested slot."""

    reference = serializers.CharField()
    url = serializers.CharField(source="get_absolute_url")
    title = serializers.CharField()
    condition = serializers.ChoiceField(choices=Thing.Condition.choices)
    whereabouts = serializers.ChoiceField(choices=Thing.Whereabouts.choices)
    place = serializers.CharField()
    site_id = serializers.IntegerField(allow_null=True)
    longest_minutes = serializers.IntegerField()
    lends_at_once = serializers.BooleanField()
    of_council = serializers.BooleanField()
    audience = serializers.ChoiceField(choices=Audience.choices)
    created_at = serializers.DateTimeField()
    owner = serializers.SerializerMethodField()

    @extend_schema_field(Author(allow_null=True))
    def get_owner(self, thing: Thing) -> Any:
        """Return the owner's card, or None for a thing of the council."""
        card = self.context["cards"].get(thing.owner_id)
        return Author(card).data if card else None


class ListedThing(ThingSummary):
    """A thing in a list."""

    free = serializers.SerializerMethodField()

    def get_free(self, thing: Any) -> bool:
        """Return True if it is free in the requested slot."""
        return not thing.taken


class Span(serializers.Serializer[Any]):
    """A time at which a thing is taken."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class WholeThing(ThingSummary):
    """A thing with its text, its pictures and the times at which it is taken."""

    description = serializers.CharField()
    deposit = serializers.CharField(help_text="Une promesse en mots, jamais de l’argent")
    withdrawn = serializers.SerializerMethodField()
    taken = serializers.SerializerMethodField()
    pictures = serializers.SerializerMethodField()

    def get_withdrawn(self, thing: Thing) -> bool:
        """Return True if it has been withdrawn from lending."""
        return thing.withdrawn_at is not None

    @extend_schema_field(Span(many=True))
    def get_taken(self, thing: Thing) -> Any:
        """Return when it is taken from now on."""
        return Span(loan_queries.going_on(thing.pk, at=timezone.now()), many=True).data

    @extend_schema_field(PictureOut(many=True))
    def get_pictures(self, thing: Thing) -> Any:
        """Return the pictures that can be shown."""
        return PictureOut(photos_of(picture_queries.pictures_of(thing)), many=True).data


@extend_schema_serializer(many=False)
class ThingPage(PageBase):
    """Some of the things, and how many fit in all."""

    count = serializers.IntegerField()
    results = ListedThing(many=True)


class ThingsQuery(PageQuery):
    """Search parameters of the list; without a time it is about the next half hour."""

    q = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    whereabouts = serializers.ChoiceField(choices=Thing.Whereabouts.choices, required=False)
    council = serializers.BooleanField(required=False, default=False)
    free = serializers.BooleanField(required=False, default=False)
    starts_at = MomentIn(required=False, default=None)
    ends_at = MomentIn(required=False, default=None)

    def filters(self) -> thing_queries.ThingFilters:
        """Return the filters of the list."""
        query = self.validated_data
        return thing_queries.ThingFilters(
            q=query["q"],
            where=query.get("whereabouts", ""),
            free="now" if query["free"] else "",
            council=query["council"],
        )

    def slot(self) -> LoanSlot:
        """Return the requested slot."""
        query = self.validated_data
        begin = query["starts_at"] or slots.floor_quarter(timezone.now())
        return LoanSlot(begin, query["ends_at"] or begin + 2 * slots.QUARTER)


class DescribedThing(serializers.Serializer[Any]):
    """A thing as its lender describes it; pictures are added afterwards."""

    title = serializers.CharField(max_length=80)
    description = serializers.CharField(
        max_length=2000, required=False, default="", allow_blank=True
    )
    condition = serializers.ChoiceField(
        choices=Thing.Condition.choices, required=False, default=Thing.Condition.GOOD
    )
    whereabouts = serializers.ChoiceField(
        choices=Thing.Whereabouts.choices, required=False, default=Thing.Whereabouts.DESK
    )
    place = serializers.CharField(max_length=60)
    site_id = serializers.IntegerField(
        min_value=1, max_value=2**62, required=False, default=None, allow_null=True
    )
    deposit = serializers.CharField(max_length=160, required=False, default="", allow_blank=True)
    longest_minutes = serializers.IntegerField(
        min_value=15, max_value=14 * slots.A_DAY, required=False, default=slots.USUAL_LONGEST
    )
    lends_at_once = serializers.BooleanField(required=False, default=False)
    audience = serializers.ChoiceField(
        choices=Audience.choices, required=False, default=Audience.SPACE
    )
    on_screens = serializers.BooleanField(
        required=False, default=False, help_text="Peut passer sur les écrans du hall"
    )


class ThingDescribedAnew(pictures.PicturesStay, DescribedThing):
    """A new description of a thing by its lender."""


class NewThing(DescribedThing):
    """A thing to lend, owned by the member or by the council on which they sit."""

    of_council = serializers.BooleanField(required=False, default=False)
    council_company_id = serializers.IntegerField(
        min_value=1,
        max_value=2**62,
        required=False,
        default=None,
        allow_null=True,
        help_text="Le CSE de quelle entreprise ; vide : le vôtre, le premier s’il y en a plusieurs",
    )
    key = serializers.UUIDField(
        required=False, default=None, allow_null=True, help_text="La même clé n’ajoute qu’une fois"
    )


class BorrowedSlot(serializers.Serializer[Any]):
    """The slot of a loan request, in quarters of an hour."""

    starts_at = MomentIn()
    ends_at = MomentIn()
    key = serializers.UUIDField(
        required=False,
        default=None,
        allow_null=True,
        help_text="La même clé ne demande qu’une fois",
    )

    def slot(self) -> LoanSlot:
        """Return the time in UTC."""
        fields = self.validated_data
        return LoanSlot(
            fields["starts_at"].astimezone(dt.UTC), fields["ends_at"].astimezone(dt.UTC)
        )


class Things(Resource):
    """Things that members and the works council lend."""

    scope = "things"

    @extend_schema(parameters=[ThingsQuery], responses={200: ThingPage, **those(400, 403)})
    def list(self, request: Request) -> Response:
        """List the things to borrow."""
        query = ThingsQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        person, at = as_any(request.user), timezone.now()
        rows = thing_queries.listing(query.filters(), viewer=person, slot=query.slot(), at=at)
        page = paging.cut(request, query, rows)
        context = {"cards": hooks.cards_of(row.owner_id for row in page.rows if row.owner_id)}
        results = ListedThing(page.rows, many=True, context=context).data
        return paging.answer(request, page, results, count=rows.order_by().count())

    @extend_schema(parameters=[THING], responses={200: WholeThing, **those(403, 404)})
    def retrieve(self, request: Request, reference: str) -> Response:
        """Read a thing, also when it has been withdrawn."""
        return Response(_whole(_thing(request, reference)))

    @extend_schema(request=NewThing, responses={201: WholeThing, **those(400, 403, 422)})
    def create(self, request: Request) -> Response:
        """Lend a thing of the member's own, or of their council."""
        offered = NewThing(data=request.data)
        offered.is_valid(raise_exception=True)
        fields = dict(offered.validated_data)
        key, person = fields.pop("key"), as_any(request.user)
        of_council, company_id = fields.pop("of_council"), fields.pop("council_company_id")
        if of_council and company_id is None:
            company_id = next(iter(people_queries.councils_of(person)), None)
        forms.check_pace(person)
        thing = thing_actions.offer(
            description=rules.Description(**fields),
            of_council=of_council,
            council_company_id=company_id,
            key=key,
            by=person,
            at=timezone.now(),
        )
        return Response(_whole(thing), status=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[THING],
        request=ThingDescribedAnew,
        responses={200: WholeThing, **those(400, 403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def edit(self, request: Request, reference: str) -> Response:
        """Replace the text of an own thing; keep all pictures, or those named, in their order."""
        thing, described = _thing(request, reference), ThingDescribedAnew(data=request.data)
        described.is_valid(raise_exception=True)
        words = dict(described.validated_data)
        words.pop("pictures")
        edited = thing_actions.describe(
            thing=thing,
            description=rules.Description(**words),
            pictures=described.staying(picture_queries.pictures_of(thing)),
            by=as_any(request.user),
            at=timezone.now(),
        )
        return Response(_whole(edited))

    @extend_schema(parameters=[THING], request=None, responses={200: WholeThing, **those(403, 404)})
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, reference: str) -> Response:
        """Withdraw a thing from lending: its accepted loans are cancelled."""
        thing, by = _thing(request, reference), as_any(request.user)
        return Response(_whole(thing_actions.withdraw(thing=thing, by=by, at=timezone.now())))

    @extend_schema(parameters=[THING], request=None, responses={200: WholeThing, **those(403, 404)})
    @action(detail=True, methods=["post"], url_path="lend-again", url_name="lend-again")
    def lend_again(self, request: Request, reference: str) -> Response:
        """Lend it again."""
        thing, by = _thing(request, reference), as_any(request.user)
        return Response(_whole(thing_actions.lend_again(thing=thing, by=by, at=timezone.now())))

    @extend_schema(
        parameters=[THING],
        request=pictures.SENT,
        responses={201: WholeThing, **those(400, 403, 404, 422)},
    )
    @action(detail=True, methods=["post"], **pictures.ALONE)
    def add_picture(self, request: Request, reference: str) -> Response:
        """Add a picture to a thing that the member lends; it is shown once it has been resized."""
        thing, by = _thing(request, reference), as_any(request.user)
        upload = pictures.received(request)
        thing_actions.add_picture(thing=thing, upload=upload, by=by, at=timezone.now())
        return Response(_whole(_thing(request, reference)), status=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[THING],
        request=BorrowedSlot,
        responses={201: loans.LoanOut, **those(400, 403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def borrow(self, request: Request, reference: str) -> Response:
        """Ask for a thing; its time is taken from then on."""
        thing, wanted = _thing(request, reference), BorrowedSlot(data=request.data)
        wanted.is_valid(raise_exception=True)
        person = as_any(request.user)
        forms.check_pace(person)
        loan = loan_actions.request(
            thing=thing,
            slot=wanted.slot(),
            zone=timezone.get_current_timezone(),
            key=wanted.validated_data["key"],
            by=person,
            at=timezone.now(),
        )
        return Response(loans.written([loan])[0], status=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[THING],
        request=BorrowedSlot,
        responses={201: loans.Waiting, **those(400, 403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def wait(self, request: Request, reference: str) -> Response:
        """Wait for a time at which a thing is taken."""
        thing, wanted = _thing(request, reference), BorrowedSlot(data=request.data)
        wanted.is_valid(raise_exception=True)
        person = as_any(request.user)
        forms.check_pace(person)
        entry = time_actions.wait(
            thing=thing,
            slot=wanted.slot(),
            zone=timezone.get_current_timezone(),
            by=person,
            at=timezone.now(),
        )
        return Response(loans.Waiting(entry).data, status=status.HTTP_201_CREATED)

    @extend_schema(parameters=[THING], request=None, responses={200: WholeThing, **those(403, 404)})
    @action(detail=True, methods=["post"], url_path="stop-waiting")
    def stop_waiting(self, request: Request, reference: str) -> Response:
        """Leave the waiting list of a thing, for all slots."""
        thing, by = _thing(request, reference), as_any(request.user)
        for entry in loan_queries.waiting_for(thing, by):
            time_actions.leave_waiting_list(entry=entry, by=by, at=timezone.now())
        return Response(_whole(thing))


def _thing(request: Request, reference: str) -> Thing:
    thing = thing_queries.find(reference, viewer=as_any(request.user))
    if thing is None:
        raise Http404
    return thing


def _whole(thing: Thing) -> dict[str, Any]:
    cards = hooks.cards_of([thing.owner_id] if thing.owner_id else [])
    return dict(WholeThing(thing, context={"cards": cards}).data)
