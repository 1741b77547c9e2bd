"""Notifications of a member: list, mark as read, choose a rhythm for each kind."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api import paging
from api.errors import those
from api.paging import PageBase, PageQuery
from api.resources import Resource
from api.times import HourField
from saas.accounts.models import as_any
from tenants.community.notifications import actions, rules
from tenants.community.notifications.models import Channel, Kind, Notification
from tenants.community.notifications.queries import lists, readers

REFERENCE = OpenApiParameter(
    "reference", str, OpenApiParameter.PATH, description="Référence publique.", pattern="^NO-"
)


class NotificationSummary(serializers.Serializer[Any]):
    """A notification as its reader receives it; with a deadline it is a task."""

    reference = serializers.CharField()
    kind = serializers.CharField()
    about = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    action = serializers.CharField()
    path = serializers.CharField()
    deadline = serializers.DateTimeField(allow_null=True)
    made_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)


@extend_schema_serializer(many=False)
class NotificationPage(PageBase):
    """Some of a member's notifications, the newest first."""

    results = NotificationSummary(many=True)


class NotificationChoice(serializers.Serializer[Any]):
    """How a member hears of a kind by a channel."""

    kind = serializers.CharField(max_length=12)
    channel = serializers.CharField(max_length=4)
    rhythm = serializers.CharField(max_length=5, help_text="now, daily, off")


@extend_schema_serializer(many=False)
class NotificationChoices(serializers.Serializer[Any]):
    """All choices of a member."""

    results = NotificationChoice(many=True)


class NotificationHabits(serializers.Serializer[Any]):
    """The quiet hours on the space's clock, and the hour of the daily digest."""

    quiet_from = HourField(source="quiet.begins", allow_null=True)
    quiet_until = HourField(source="quiet.ends", allow_null=True)
    quiet_weekends = serializers.BooleanField(source="quiet.weekends")
    digest_hour = serializers.IntegerField(
        min_value=rules.EARLIEST_HOUR, max_value=rules.LATEST_HOUR
    )
    digests_stopped_at = serializers.DateTimeField(
        source="habits.digests_stopped_at",
        read_only=True,
        default=None,
        allow_null=True,
        help_text="Depuis quand le résumé attend d’être repris",
    )
    takes_mail = serializers.BooleanField(
        read_only=True, help_text="Faux : votre adresse a refusé un e-mail, ou s’en est plainte"
    )


class Notifications(Resource):
    """Notifications of the member."""

    scope = "notifications"

    @extend_schema(parameters=[PageQuery], responses={200: NotificationPage, **those(400, 403)})
    def list(self, request: Request) -> Response:
        """List the member's notifications, the newest first."""
        query = PageQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        page = paging.cut(request, query, lists.shown_to(as_any(request.user)))
        return paging.answer(request, page, NotificationSummary(page.rows, many=True).data)

    @extend_schema(parameters=[REFERENCE], request=None, responses={204: None, **those(403, 404)})
    @action(detail=True, methods=["post"])
    def read(self, request: Request, reference: str) -> Response:
        """Mark a notification as read."""
        by = as_any(request.user)
        actions.read(notification=_found(reference, request), by=by, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={204: None, **those(403)})
    @action(detail=False, methods=["post"], url_path="read-all", url_name="read-all")
    def read_all(self, request: Request) -> Response:
        """Mark all as read."""
        actions.read_all(by=as_any(request.user), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class NotificationSwitches(Resource):
    """Rhythm of the member's notifications, by kind and channel."""

    scope = "notifications"

    @extend_schema(responses={200: NotificationChoices, **those(403)})
    def list(self, request: Request) -> Response:
        """List all choices."""
        return Response({"results": _choices(readers.reader(as_any(request.user)))})

    @extend_schema(
        request=NotificationChoice, responses={200: NotificationChoices, **those(400, 403, 422)}
    )
    def create(self, request: Request) -> Response:
        """Set the rhythm of a kind on a channel."""
        choice = NotificationChoice(data=request.data)
        choice.is_valid(raise_exception=True)
        given, by = choice.validated_data, as_any(request.user)
        rules.check_names(given["kind"], given["channel"])
        chosen = readers.reader(by)
        actions.choose(
            switches={(given["kind"], given["channel"]): given["rhythm"]},
            quiet=chosen.quiet,
            digest_hour=chosen.digest_hour,
            by=by,
            at=timezone.now(),
        )
        return Response({"results": _choices(readers.reader(by))})

    @extend_schema(responses={200: NotificationHabits, **those(403)})
    @action(detail=False, methods=["get"])
    def habits(self, request: Request) -> Response:
        """Read the member's quiet hours and the hour of their digest."""
        return Response(NotificationHabits(readers.reader(as_any(request.user))).data)

    @extend_schema(
        request=NotificationHabits, responses={200: NotificationHabits, **those(400, 403, 422)}
    )
    @habits.mapping.post
    def choose_habits(self, request: Request) -> Response:
        """Replace the quiet hours and the digest hour; without quiet hours both ends are null."""
        habits, by = NotificationHabits(data=request.data), as_any(request.user)
        habits.is_valid(raise_exception=True)
        actions.choose(
            switches={},
            quiet=rules.Quiet(**habits.validated_data["quiet"]),
            digest_hour=habits.validated_data["digest_hour"],
            by=by,
            at=timezone.now(),
        )
        return Response(NotificationHabits(readers.reader(by)).data)

    @extend_schema(request=None, responses={200: NotificationHabits, **those(403)})
    @action(detail=False, methods=["post"], url_path="resume-digests", url_name="resume-digests")
    def resume_digests(self, request: Request) -> Response:
        """Resume the member's digests, which stop after eight without a visit."""
        by = as_any(request.user)
        actions.resume_digests(by=by, at=timezone.now())
        return Response(NotificationHabits(readers.reader(by)).data)

    @extend_schema(request=None, responses={200: NotificationHabits, **those(403)})
    @action(detail=False, methods=["post"], url_path="resume-mails", url_name="resume-mails")
    def resume_mails(self, request: Request) -> Response:
        """Retry the member's address after it refused a mail or reported it as spam."""
        by = as_any(request.user)
        actions.resume_mails(by=by, at=timezone.now())
        return Response(NotificationHabits(readers.reader(by)).data)


def _choices(chosen: readers.Reader) -> list[dict[str, str]]:
    return [
        {"kind": kind, "channel": channel, "rhythm": str(chosen.rhythm(kind, channel))}
        for kind in Kind.values
        for channel in Channel.values
    ]


def _found(reference: str, request: Request) -> Notification:
    found = lists.find(reference, viewer=as_any(request.user))
    if found is None:
        raise Http404
    return found
