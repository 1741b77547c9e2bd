"""Screens of a space, for their managers: list, read with the slides, place, unpair."""

from typing import Any

from django.http import Http404
from django.urls import reverse
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
from api.resources import Resource
from saas.accounts.models import as_any
from saas.kernel import hooks
from tenants.community.kiosk.actions import screens as actions
from tenants.community.kiosk.models import DayPart, Screen
from tenants.community.kiosk.queries import playlist as playlist_queries
from tenants.community.kiosk.queries import screens as screen_queries
from tenants.community.kiosk.rules import screens as rules

REFERENCE = OpenApiParameter(
    "reference", str, OpenApiParameter.PATH, description="Référence publique.", pattern="^EC-"
)


class ScreenSummary(serializers.Serializer[Any]):
    """A screen with its place, the moment of its last heartbeat, and the state that it reported."""

    reference = serializers.CharField()
    url = serializers.SerializerMethodField()
    name = serializers.CharField()
    site_id = serializers.IntegerField(allow_null=True)
    group = serializers.CharField()
    turn = serializers.ChoiceField(choices=Screen.Turn.choices)
    is_quiet = serializers.BooleanField()
    is_touched = serializers.BooleanField()
    paired_at = serializers.DateTimeField()
    alive = serializers.SerializerMethodField(help_text="A parlé dans les trois minutes")
    frozen = serializers.SerializerMethodField(help_text="Parle, mais son image ne change plus")
    alive_at = serializers.DateTimeField(allow_null=True)
    version = serializers.CharField()
    slide = serializers.CharField(help_text="L’affiche qu’il annonce")
    size = serializers.CharField()
    waiting_plays = serializers.IntegerField()
    trouble = serializers.CharField()

    def get_url(self, screen: Screen) -> str:
        """Return its page."""
        return reverse("kiosk:screen", args=[screen.reference])

    def get_alive(self, screen: Screen) -> bool:
        """Return whether it spoke a moment ago."""
        return rules.is_alive(screen, at=timezone.now())

    def get_frozen(self, screen: Screen) -> bool:
        """Return True if its slide has stopped changing."""
        return rules.is_frozen(screen, at=timezone.now())


class PlayedSlide(serializers.Serializer[Any]):
    """Something that passes on a screen now."""

    kind = serializers.CharField()
    reference = serializers.CharField()
    title = serializers.CharField()
    tag = serializers.CharField(source="label")
    author = serializers.CharField()
    sponsored = serializers.SerializerMethodField()

    def get_sponsored(self, slide: hooks.Slide) -> bool:
        """Return whether a merchant pays for it."""
        return bool(slide.flight)


class WholeScreen(ScreenSummary):
    """A screen with the current part of its day and its slides, in their order."""

    mode = serializers.SerializerMethodField()
    plays = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ChoiceField(choices=DayPart.Mode.choices))
    def get_mode(self, _screen: Screen) -> str:
        """Return whether the loop plays, is quiet or sleeps."""
        return str(self.context["mode"])

    @extend_schema_field(PlayedSlide(many=True))
    def get_plays(self, _screen: Screen) -> Any:
        """Return the slides of the current loop."""
        return PlayedSlide(self.context["slides"], many=True).data


@extend_schema_serializer(many=False)
class ScreenPage(PageBase):
    """Some of the screens, by their names."""

    results = ScreenSummary(many=True)


class ScreenPlacing(serializers.Serializer[Any]):
    """Place of a screen: its name, where it hangs, and how."""

    name = serializers.CharField(max_length=40)
    site_id = serializers.IntegerField(
        min_value=1, max_value=2**62, required=False, default=None, allow_null=True
    )
    group = serializers.CharField(max_length=30, required=False, default="", allow_blank=True)
    turn = serializers.ChoiceField(
        choices=Screen.Turn.choices, required=False, default=Screen.Turn.NONE
    )
    is_quiet = serializers.BooleanField(required=False, default=False)
    is_touched = serializers.BooleanField(required=False, default=False)


class Screens(Resource):
    """Screens of the halls, for their managers."""

    scope = "screens"

    @extend_schema(parameters=[PageQuery], responses={200: ScreenPage, **those(400, 403)})
    def list(self, request: Request) -> Response:
        """List the screens."""
        _check(request)
        query = PageQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        page = paging.cut(request, query, screen_queries.screen_listing())
        return paging.answer(request, page, ScreenSummary(page.rows, many=True).data)

    @extend_schema(parameters=[REFERENCE], responses={200: WholeScreen, **those(403, 404)})
    def retrieve(self, request: Request, reference: str) -> Response:
        """Read a screen and its current slides."""
        return Response(_whole(request, _found(request, reference)))

    @extend_schema(
        parameters=[REFERENCE],
        request=ScreenPlacing,
        responses={200: WholeScreen, **those(400, 403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def place(self, request: Request, reference: str) -> Response:
        """Rename it, or move it."""
        screen, wished = _found(request, reference), ScreenPlacing(data=request.data)
        wished.is_valid(raise_exception=True)
        placing = rules.Placing(**wished.validated_data)
        by, at = as_any(request.user), timezone.now()
        placed = actions.place(screen=screen, placing=placing, by=by, at=at)
        return Response(_whole(request, placed))

    @extend_schema(parameters=[REFERENCE], request=None, responses={204: None, **those(403, 404)})
    @action(detail=True, methods=["post"])
    def unpair(self, request: Request, reference: str) -> Response:
        """Take its token away: within ten seconds it shows nothing of this space."""
        screen, by = _found(request, reference), as_any(request.user)
        actions.unpair(screen=screen, by=by, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _check(request: Request) -> None:
    rules.check_manages(hooks.duties_of(request.user))


def _found(request: Request, reference: str) -> Screen:
    _check(request)
    screen = screen_queries.screen_named(reference)
    if screen is None:
        raise Http404
    return screen


def _whole(request: Request, screen: Screen) -> dict[str, Any]:
    at, space = timezone.now(), _space_of(request)
    target = playlist_queries.Target(screen.group, screen.is_quiet)
    span, lines = playlist_queries.now_showing(
        playlist_queries.programme(target, space, at=at), at=at
    )
    context = {"mode": span.part.mode, "slides": [line.slide for line in lines]}
    return dict(WholeScreen(screen, context=context).data)


def _space_of(request: Request) -> Any:
    made_by_django: Any = request._request  # noqa: SLF001 - the space hangs on it
    return made_by_django.space
