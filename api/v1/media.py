"""Media of the shelf: list, read about them, borrow a copy or wait for a copy, return it."""

import datetime as dt
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api import paging
from api.errors import those
from api.paging import PageBase, PageQuery
from api.resources import Resource
from saas.accounts.models import as_any
from tenants.community.mediastore import forms
from tenants.community.mediastore.actions import shelf as actions
from tenants.community.mediastore.models import Medium
from tenants.community.mediastore.queries import reading, sponsors
from tenants.community.mediastore.queries import shelf as queries
from tenants.community.mediastore.rules import shelf as rules

REFERENCE = OpenApiParameter(
    "reference", str, OpenApiParameter.PATH, description="Référence publique.", pattern="^ME-"
)


class MediumSummary(serializers.Serializer[Any]):
    """A medium of the shelf."""

    reference = serializers.CharField()
    url = serializers.CharField(source="get_absolute_url")
    kind = serializers.ChoiceField(choices=Medium.Kind.choices)
    provider = serializers.ChoiceField(choices=Medium.Provider.choices)
    title = serializers.CharField()
    creator = serializers.CharField()
    language = serializers.CharField()
    access = serializers.ChoiceField(choices=Medium.Access.choices)
    copies = serializers.IntegerField(
        allow_null=True, help_text="Vide : tout le monde l’ouvre à la fois"
    )
    free_copies = serializers.SerializerMethodField()
    loan_days = serializers.IntegerField()
    ends_on = serializers.DateField(allow_null=True)
    added_at = serializers.DateTimeField()
    sponsors = serializers.SerializerMethodField(
        help_text="Les commerçants qui paient pour l’offrir aujourd’hui"
    )

    def get_sponsors(self, medium: Medium) -> list[str]:
        """Return the names of the sponsors that offer it today, as on an ad."""
        return [one.payer for one in self.context["offered"].get(medium.pk, ())]

    def get_free_copies(self, medium: Medium) -> int | None:
        """Return how many copies are in."""
        return None if medium.copies is None else medium.copies - medium.borrowed_count


class MediumPart(serializers.Serializer[Any]):
    """A page, a chapter, an episode or a film."""

    number = serializers.IntegerField()
    title = serializers.CharField()


class WholeMedium(MediumSummary):
    """A medium with its contents, and its state for the member."""

    description = serializers.CharField()
    transcript = serializers.CharField()
    parts = MediumPart(many=True, source="shown.entries")
    borrowed_until = serializers.DateTimeField(source="shown.borrowing.due_at", default=None)
    pass_code = serializers.CharField(source="shown.borrowing.code.code", default="")
    reached = serializers.IntegerField(
        source="shown.reached", help_text="La partie du marque-page, 0 sans lui"
    )
    reached_seconds = serializers.IntegerField(source="shown.reached_seconds")
    waiting = serializers.BooleanField(source="shown.is_waiting")
    waiting_count = serializers.IntegerField(source="shown.waiting_count")


class Mark(serializers.Serializer[Any]):
    """A position in a medium: the part, and the seconds within it."""

    number = serializers.IntegerField(min_value=1, max_value=100_000)
    seconds = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False, default=0)


@extend_schema_serializer(many=False)
class MediumPage(PageBase):
    """Some of the shelf."""

    results = MediumSummary(many=True)


class MediaQuery(PageQuery):
    """Search parameters of the shelf, as on its page."""

    q = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    kind = serializers.ChoiceField(choices=Medium.Kind.choices, required=False)
    language = serializers.ChoiceField(choices=forms.LANGUAGES, required=False)
    mine = serializers.BooleanField(required=False, default=False)

    def filters(self) -> queries.Filters:
        """Return the filters of the shelf."""
        names = queries.Filters._fields
        return queries.Filters(**{name: self.validated_data.get(name, "") for name in names})


class Media(Resource):
    """Media that the works council and the company offer."""

    scope = "media"

    @extend_schema(parameters=[MediaQuery], responses={200: MediumPage, **those(400, 403)})
    def list(self, request: Request) -> Response:
        """List the media of the shelf, the newest first."""
        query = MediaQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        person, at = as_any(request.user), timezone.now()
        page = paging.cut(request, query, queries.listing(query.filters(), viewer=person, at=at))
        return paging.answer(
            request, page, MediumSummary(page.rows, many=True, context=_sponsors_context(at)).data
        )

    @extend_schema(parameters=[REFERENCE], responses={200: WholeMedium, **those(403, 404)})
    def retrieve(self, request: Request, reference: str) -> Response:
        """Read about a medium; its contents are opened on its page."""
        return Response(_whole(request, _found(reference)))

    @extend_schema(
        parameters=[REFERENCE], request=None, responses={200: WholeMedium, **those(403, 404, 422)}
    )
    @action(detail=True, methods=["post"])
    def borrow(self, request: Request, reference: str) -> Response:
        """Borrow a copy, or join the waiting list; idempotent."""
        medium = _found(reference)
        actions.borrow(medium=medium, by=as_any(request.user), at=timezone.now())
        return Response(_whole(request, _found(reference)))

    @extend_schema(
        parameters=[REFERENCE], request=None, responses={200: WholeMedium, **those(403, 404)}
    )
    @action(detail=True, methods=["post"], url_path="give-back")
    def give_back(self, request: Request, reference: str) -> Response:
        """Return the member's copy."""
        medium = _found(reference)
        actions.give_back(medium=medium, by=as_any(request.user), at=timezone.now())
        return Response(_whole(request, _found(reference)))

    @extend_schema(
        parameters=[REFERENCE], request=None, responses={200: WholeMedium, **those(403, 404)}
    )
    @action(detail=True, methods=["post"], url_path="stop-waiting")
    def stop_waiting(self, request: Request, reference: str) -> Response:
        """Leave the line."""
        medium = _found(reference)
        actions.stop_waiting(medium=medium, by=as_any(request.user), at=timezone.now())
        return Response(_whole(request, _found(reference)))

    @extend_schema(
        parameters=[REFERENCE],
        request=Mark,
        responses={200: WholeMedium, **those(400, 403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def mark(self, request: Request, reference: str) -> Response:
        """Store the member's position in a medium that they may open; it is private to them."""
        medium, mark = _found(reference), Mark(data=request.data)
        mark.is_valid(raise_exception=True)
        by = as_any(request.user)
        is_held = medium.copies is None or queries.own_borrowing(medium, by) is not None
        rules.check_may_open(medium, on_site=False, holds_a_copy=is_held)
        actions.mark(medium=medium, **mark.validated_data, by=by, at=timezone.now())
        return Response(_whole(request, medium))


def _found(reference: str) -> Medium:
    medium = queries.find(reference)
    if medium is None or not rules.is_on_shelf(medium, today=timezone.localdate()):
        raise Http404
    return medium


def _whole(request: Request, medium: Medium) -> dict[str, Any]:
    person, at = as_any(request.user), timezone.now()
    row: Any = medium
    row.shown = reading.detail(medium, viewer=person, on_site=False, at=at)
    return dict(WholeMedium(row, context=_sponsors_context(at)).data)


def _sponsors_context(at: dt.datetime) -> dict[str, Any]:
    return {"offered": sponsors.by_medium(at)}
