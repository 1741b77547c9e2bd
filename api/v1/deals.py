"""Deals of a space: list, read, pass on, correct, judge, thank, close."""

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
from api.times import DayIn
from saas.accounts.models import User, as_any
from saas.kernel import hooks
from tenants.community.deals import actions, forms, queries, rules
from tenants.community.deals.models import Deal

REFERENCE = OpenApiParameter(
    "reference", str, OpenApiParameter.PATH, description="Référence publique.", pattern="^BP-"
)


class DealSummary(serializers.Serializer[Any]):
    """A deal with its votes."""

    reference = serializers.CharField()
    url = serializers.CharField(source="get_absolute_url")
    category = serializers.ChoiceField(choices=Deal.Category.choices)
    title = serializers.CharField()
    description = serializers.CharField()
    code = serializers.CharField()
    link = serializers.CharField()
    ends_on = serializers.DateField()
    created_at = serializers.DateTimeField()
    working_count = serializers.IntegerField()
    failing_count = serializers.IntegerField()
    open = serializers.SerializerMethodField(help_text="Ni fermé, ni passé")
    broken = serializers.SerializerMethodField(
        help_text="Trois collègues au moins disent non, et plus que ceux qui disent oui"
    )
    author = serializers.SerializerMethodField()

    def get_open(self, deal: Deal) -> bool:
        """Return True if the deal is still open."""
        return rules.is_open(deal, today=timezone.localdate())

    def get_broken(self, deal: Deal) -> bool:
        """Return True if the votes report that the deal no longer works."""
        return rules.is_broken(deal)

    @extend_schema_field(Author(allow_null=True))
    def get_author(self, deal: Deal) -> Any:
        """Return the card of the deal's author."""
        card = self.context["cards"].get(deal.author_id)
        return Author(card).data if card else None


@extend_schema_serializer(many=False)
class DealPage(PageBase):
    """Some of the deals that fit."""

    results = DealSummary(many=True)


class DealsQuery(PageQuery):
    """Search parameters of the list, as on its page."""

    q = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    category = serializers.ChoiceField(choices=Deal.Category.choices, required=False, default=None)
    sort = serializers.ChoiceField(choices=list(forms.SORTS), required=False, default=None)
    mine = serializers.BooleanField(required=False, default=False)
    over = serializers.BooleanField(required=False, default=False)

    def filters(self) -> queries.Filters:
        """Return the filters of the list."""
        query = self.validated_data
        return queries.Filters(
            q=query["q"],
            category=query["category"] or "",
            sort=query["sort"] or "",
            mine=query["mine"],
            over=query["over"],
        )


class DealTerms(serializers.Serializer[Any]):
    """The terms of a deal: a code, a link or a description explains how to get it."""

    category = serializers.ChoiceField(choices=Deal.Category.choices)
    title = serializers.CharField(max_length=80)
    description = serializers.CharField(
        max_length=2000, required=False, default="", allow_blank=True
    )
    code = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    link = serializers.CharField(
        max_length=500, required=False, default="", allow_blank=True, help_text="https seulement"
    )
    ends_on = DayIn(required=False, default=None, allow_null=True, help_text="Vide : dans un mois")
    on_screens = serializers.BooleanField(
        required=False, default=False, help_text="Peut passer sur les écrans du hall"
    )

    def terms(self) -> rules.Terms:
        """Return the terms of the deal."""
        words = {name: self.validated_data[name] for name in rules.Terms._fields}
        words["ends_on"] = words["ends_on"] or forms.usual_end(timezone.localdate())
        return rules.Terms(**words)


class PostedDeal(DealTerms):
    """A deal to pass on."""

    key = serializers.UUIDField(
        required=False, default=None, allow_null=True, help_text="La même clé ne publie qu’une fois"
    )

    def save_as(self, person: User) -> Deal:
        """Pass it on."""
        forms.check_pace(person, "deals", most=forms.MOST_POSTED)
        key = cast("uuid.UUID | None", self.validated_data["key"])
        return actions.post(terms=self.terms(), key=key, by=person, at=timezone.now())


class DealVote(serializers.Serializer[Any]):
    """Whether a deal still works; a later vote takes the place of the earlier."""

    works = serializers.BooleanField()


class Deals(Resource):
    """Deals that colleagues pass on."""

    scope = "deals"

    @extend_schema(parameters=[DealsQuery], responses={200: DealPage, **those(400, 403)})
    def list(self, request: Request) -> Response:
        """List the deals that work, or those that have ended."""
        query = DealsQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        person, at = as_any(request.user), timezone.now()
        page = paging.cut(request, query, queries.listing(query.filters(), viewer=person, at=at))
        context = {"cards": hooks.cards_of(row.author_id for row in page.rows)}
        return paging.answer(request, page, DealSummary(page.rows, many=True, context=context).data)

    @extend_schema(parameters=[REFERENCE], responses={200: DealSummary, **those(403, 404)})
    def retrieve(self, request: Request, reference: str) -> Response:
        """Read a deal, also an expired deal."""
        return Response(_whole(_found(request, reference)))

    @extend_schema(request=PostedDeal, responses={201: DealSummary, **those(400, 403, 422)})
    def create(self, request: Request) -> Response:
        """Post a deal."""
        posted = PostedDeal(data=request.data)
        posted.is_valid(raise_exception=True)
        deal = posted.save_as(as_any(request.user))
        return Response(_whole(deal), status=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[REFERENCE],
        request=DealTerms,
        responses={200: DealSummary, **those(400, 403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def edit(self, request: Request, reference: str) -> Response:
        """Edit an own deal; another code or link resets its votes."""
        deal = _found(request, reference)
        terms = DealTerms(data=request.data)
        terms.is_valid(raise_exception=True)
        by, at = as_any(request.user), timezone.now()
        return Response(_whole(actions.edit(deal=deal, terms=terms.terms(), by=by, at=at)))

    @extend_schema(
        parameters=[REFERENCE],
        request=DealVote,
        responses={200: DealSummary, **those(400, 403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def vote(self, request: Request, reference: str) -> Response:
        """Vote on whether a deal still works."""
        deal = _found(request, reference)
        voted = DealVote(data=request.data)
        voted.is_valid(raise_exception=True)
        by = as_any(request.user)
        forms.check_pace(by, "votes", most=forms.MOST_VOTES)
        works = voted.validated_data["works"]
        return Response(_whole(actions.vote(deal=deal, works=works, by=by, at=timezone.now())))

    @extend_schema(
        parameters=[REFERENCE], request=None, responses={204: None, **those(403, 404, 422)}
    )
    @action(detail=True, methods=["post"])
    def thank(self, request: Request, reference: str) -> Response:
        """Thank its author; once is enough."""
        actions.thank(deal=_found(request, reference), by=as_any(request.user), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        parameters=[REFERENCE],
        request=None,
        responses={200: DealSummary, **those(403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def close(self, request: Request, reference: str) -> Response:
        """Close an own deal before its last day."""
        deal, by = _found(request, reference), as_any(request.user)
        return Response(_whole(actions.close(deal=deal, by=by, at=timezone.now())))


def _found(request: Request, reference: str) -> Deal:
    deal = queries.find(reference, viewer=as_any(request.user))
    if deal is None:
        raise Http404
    return deal


def _whole(deal: Deal) -> dict[str, Any]:
    return dict(DealSummary(deal, context={"cards": hooks.cards_of([deal.author_id])}).data)
