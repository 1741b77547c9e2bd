"""Gatherings of a space: list, read, announce, change, join, leave, cancel, budget."""

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
from api.times import DayIn, MomentIn
from saas.accounts.models import User, as_any
from saas.kernel import hooks
from saas.kernel.money import MOST_CENTS
from tenants.community.gatherings import actions, forms, rules
from tenants.community.gatherings.models import Gathering, Participation, Series
from tenants.community.gatherings.queries import board, single

REFERENCE = OpenApiParameter(
    "reference", str, OpenApiParameter.PATH, description="Référence publique.", pattern="^GA-"
)


class Paid(serializers.Serializer[Any]):
    """A council's contribution; in a park, with the company of the council."""

    council = serializers.CharField()
    cents = serializers.IntegerField()
    words = serializers.CharField()


class GatheringSummary(serializers.Serializer[Any]):
    """A gathering in the list; `places` null is no limit, `taken` how many come."""

    reference = serializers.CharField()
    url = serializers.CharField(source="get_absolute_url")
    kind = serializers.ChoiceField(choices=Gathering.Kind.choices)
    title = serializers.CharField()
    site_id = serializers.IntegerField(allow_null=True)
    place = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    places = serializers.IntegerField(allow_null=True)
    taken = serializers.IntegerField()
    audience = serializers.ChoiceField(choices=Gathering.Audience.choices)
    rhythm = serializers.SerializerMethodField()
    organiser = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ChoiceField(choices=Series.Rhythm.choices, allow_null=True))
    def get_rhythm(self, gathering: Gathering) -> Any:
        """Return how it comes back, if it does."""
        return gathering.series.rhythm if gathering.series else None

    @extend_schema_field(Author(allow_null=True))
    def get_organiser(self, gathering: Gathering) -> Any:
        """Return the organiser's card."""
        card = self.context["cards"].get(gathering.organiser_id)
        return Author(card).data if card else None


class WholeGathering(GatheringSummary):
    """A gathering with its participants, waiting list, council budgets and the member's place."""

    description = serializers.CharField()
    cancelled_at = serializers.DateTimeField(allow_null=True)
    open = serializers.SerializerMethodField()
    mine = serializers.SerializerMethodField()
    coming = serializers.SerializerMethodField()
    waiting = serializers.SerializerMethodField()
    budget = serializers.SerializerMethodField()

    def get_open(self, _gathering: Gathering) -> bool:
        """Return True if joining is still possible."""
        return bool(self.context["detail"].ahead)

    @extend_schema_field(
        serializers.ChoiceField(choices=Participation.State.choices, allow_null=True)
    )
    def get_mine(self, _gathering: Gathering) -> Any:
        """Return whether the reader comes or waits."""
        return self.context["detail"].mine or None

    @extend_schema_field(Author(many=True))
    def get_coming(self, _gathering: Gathering) -> Any:
        """Return the participants, in the order of joining."""
        return [Author(one.card).data for one in self.context["detail"].coming]

    @extend_schema_field(Author(many=True))
    def get_waiting(self, _gathering: Gathering) -> Any:
        """Return the waiting list, in its order."""
        return [Author(one.card).data for one in self.context["detail"].waiting]

    @extend_schema_field(Paid(many=True))
    def get_budget(self, _gathering: Gathering) -> Any:
        """Return the contributions of councils."""
        return [Paid(one).data for one in self.context["detail"].paid]


@extend_schema_serializer(many=False)
class GatheringPage(PageBase):
    """A page of gatherings to come."""

    results = GatheringSummary(many=True)


class GatheringsQuery(PageQuery):
    """Search parameters of the list, as on the page."""

    kind = serializers.ChoiceField(choices=Gathering.Kind.choices, required=False, default=None)
    free = serializers.BooleanField(required=False, default=False)


class Planned(serializers.Serializer[Any]):
    """A gathering in its organiser's words; moments carry their zone."""

    kind = serializers.ChoiceField(choices=Gathering.Kind.choices)
    title = serializers.CharField(max_length=80)
    description = serializers.CharField(
        max_length=2000, required=False, default="", allow_blank=True
    )
    site_id = serializers.IntegerField(
        min_value=1, max_value=2**62, required=False, default=None, allow_null=True
    )
    place = serializers.CharField(max_length=60)
    starts_at = MomentIn()
    ends_at = MomentIn()
    places = serializers.IntegerField(
        min_value=1,
        max_value=rules.MOST_PLACES,
        required=False,
        default=None,
        allow_null=True,
        help_text="Places en comptant qui organise ; vide : pas de limite",
    )
    on_screens = serializers.BooleanField(
        required=False, default=False, help_text="Peut passer sur les écrans du hall"
    )

    def plan(self) -> rules.Plan:
        """Return the plan of the gathering."""
        fields = self.validated_data
        return rules.Plan(**{name: fields[name] for name in rules.Plan._fields})


class Announced(Planned):
    """A gathering to announce, optionally a recurring gathering."""

    rhythm = serializers.ChoiceField(
        choices=Series.Rhythm.choices, required=False, default=None, allow_null=True
    )
    repeat_until = DayIn(required=False, default=None, allow_null=True)
    audience = serializers.ChoiceField(
        choices=Gathering.Audience.choices, required=False, default=Gathering.Audience.SPACE
    )
    key = serializers.UUIDField(
        required=False,
        default=None,
        allow_null=True,
        help_text="La même clé n’annonce qu’une fois",
    )

    def validate(self, attrs: Any) -> Any:
        """Raise ValidationError if a recurring gathering has no last day."""
        if attrs["rhythm"] and not attrs["repeat_until"]:
            raise serializers.ValidationError({"repeat_until": "This field is required."})
        return attrs

    def save_as(self, person: User) -> Gathering:
        """Announce it."""
        fields = self.validated_data
        forms.check_pace(person)
        rhythm = fields["rhythm"]
        return actions.announce(
            plan=self.plan(),
            repeat=rules.Repeat(rhythm, fields["repeat_until"]) if rhythm else None,
            audience=fields["audience"],
            key=cast("uuid.UUID | None", fields["key"]),
            by=person,
            at=timezone.now(),
        )


class Changed(Planned):
    """A changed description of a gathering: for this date, or for it and the following dates."""

    and_following = serializers.BooleanField(required=False, default=False)


class Cancelled(serializers.Serializer[Any]):
    """The dates to cancel: this date, or it and the following dates."""

    and_following = serializers.BooleanField(required=False, default=False)


class BudgetSet(serializers.Serializer[Any]):
    """A council's part; 0 cents takes it back."""

    cents = serializers.IntegerField(min_value=0, max_value=MOST_CENTS)
    words = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)


class Gatherings(Resource):
    """Sport, lunch, outings and workshops of colleagues."""

    scope = "gatherings"

    @extend_schema(parameters=[GatheringsQuery], responses={200: GatheringPage, **those(400, 403)})
    def list(self, request: Request) -> Response:
        """List gatherings to come, the next first."""
        query = GatheringsQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        filters = board.Filters(query.validated_data["kind"] or "", query.validated_data["free"])
        rows = board.listing(filters, viewer=as_any(request.user), at=timezone.now())
        page = paging.cut(request, query, rows)
        cards = hooks.cards_of(row.organiser_id for row in page.rows)
        results = GatheringSummary(page.rows, many=True, context={"cards": cards}).data
        return paging.answer(request, page, results)

    @extend_schema(parameters=[REFERENCE], responses={200: WholeGathering, **those(403, 404)})
    def retrieve(self, request: Request, reference: str) -> Response:
        """Read a gathering, also when it is over or cancelled."""
        return Response(_whole(request, _found(request, reference)))

    @extend_schema(request=Announced, responses={201: WholeGathering, **those(400, 403, 422)})
    def create(self, request: Request) -> Response:
        """Announce a gathering, or each date of a series; the first is returned."""
        announced = Announced(data=request.data)
        announced.is_valid(raise_exception=True)
        gathering = announced.save_as(as_any(request.user))
        return Response(_whole(request, gathering), status=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[REFERENCE],
        request=Changed,
        responses={200: WholeGathering, **those(400, 403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def edit(self, request: Request, reference: str) -> Response:
        """Change an own gathering; its participants are notified."""
        gathering = _found(request, reference)
        changed = Changed(data=request.data)
        changed.is_valid(raise_exception=True)
        actions.edit(
            gathering=gathering,
            plan=changed.plan(),
            and_following=changed.validated_data["and_following"],
            by=as_any(request.user),
            at=timezone.now(),
        )
        return Response(_whole(request, gathering))

    @extend_schema(
        parameters=[REFERENCE],
        request=Cancelled,
        responses={200: WholeGathering, **those(400, 403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, reference: str) -> Response:
        """Cancel an own gathering; its participants are notified."""
        gathering = _found(request, reference)
        cancelled = Cancelled(data=request.data)
        cancelled.is_valid(raise_exception=True)
        following = cancelled.validated_data["and_following"]
        person, at = as_any(request.user), timezone.now()
        actions.cancel(gathering=gathering, and_following=following, by=person, at=at)
        return Response(_whole(request, gathering))

    @extend_schema(
        parameters=[REFERENCE],
        request=None,
        responses={200: WholeGathering, **those(403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def join(self, request: Request, reference: str) -> Response:
        """Join a gathering, or its waiting list if it is full."""
        gathering = _found(request, reference)
        actions.join(gathering=gathering, by=as_any(request.user), at=timezone.now())
        return Response(_whole(request, gathering))

    @extend_schema(
        parameters=[REFERENCE],
        request=None,
        responses={200: WholeGathering, **those(403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def leave(self, request: Request, reference: str) -> Response:
        """Leave a gathering or its waiting list."""
        gathering = _found(request, reference)
        actions.leave(gathering=gathering, by=as_any(request.user), at=timezone.now())
        return Response(_whole(request, gathering))

    @extend_schema(
        parameters=[REFERENCE],
        request=BudgetSet,
        responses={200: WholeGathering, **those(400, 403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def budget(self, request: Request, reference: str) -> Response:
        """Set the contribution of the member's council; for its elected members and treasurer."""
        gathering = _found(request, reference)
        budget = BudgetSet(data=request.data)
        budget.is_valid(raise_exception=True)
        person, at = as_any(request.user), timezone.now()
        cents, words = budget.validated_data["cents"], budget.validated_data["words"]
        if cents:
            actions.set_budget(gathering=gathering, cents=cents, words=words, by=person, at=at)
        else:
            actions.remove_budget(gathering=gathering, by=person, at=at)
        return Response(_whole(request, gathering))


def _found(request: Request, reference: str) -> Gathering:
    gathering = single.find(reference, viewer=as_any(request.user))
    if gathering is None:
        raise Http404
    return gathering


def _whole(request: Request, gathering: Gathering) -> dict[str, Any]:
    """Return a gathering as it is after the change."""
    gathering = _found(request, gathering.reference)
    person = as_any(request.user)
    detail = single.detail(gathering, viewer=person, at=timezone.now())
    cards = {gathering.organiser_id: detail.organiser}
    return dict(WholeGathering(gathering, context={"cards": cards, "detail": detail}).data)
