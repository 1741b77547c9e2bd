"""List of staff of a space, for the programs of its administrators: send, preview, confirm, undo.

A preview counts people and names lines by number; it names no person.
"""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import those
from api.resources import Resource
from api.v1.administration import scope_of
from saas.accounts.models import User, as_any
from saas.kernel import hooks
from saas.kernel.uploads import sheets
from saas.kernel.web.bodies import USUAL_BYTES
from tenants.community.members.actions import roster as actions
from tenants.community.members.actions import undoing
from tenants.community.members.models import Role, RosterUpload
from tenants.community.members.queries import roster as queries
from tenants.community.members.queries import roster_plan as plans
from tenants.community.members.queries import roster_undo as undo_reads
from tenants.community.members.rules import roster as rules

# Options of the action that takes the file.
FILE: dict[str, Any] = {
    "parser_classes": [MultiPartParser],
    "most_bytes": sheets.MOST_BYTES + USUAL_BYTES,
}
LEAVING = ("none", "departed", "missing")


class RosterDay(serializers.Serializer[Any]):
    """Invitations to be mailed on a day."""

    day = serializers.DateField()
    invitations = serializers.IntegerField()


class RosterInvitations(serializers.Serializer[Any]):
    """Progress of the invitations of all lists: mailed, joined, pending, reminded, in the queue."""

    mailed = serializers.IntegerField()
    joined = serializers.IntegerField()
    waiting = serializers.IntegerField()
    reminded = serializers.IntegerField()
    leaving = serializers.IntegerField(help_text="Dues, en cours d’envoi")
    planned = RosterDay(many=True)


@extend_schema_serializer(many=False)
class RosterOut(serializers.Serializer[Any]):
    """State of the list that waits for a confirmation, and progress of the invitations."""

    state = serializers.ChoiceField(choices=["none", "waiting", "failed", "columns", "ready"])
    name = serializers.CharField()
    sent_at = serializers.DateTimeField(allow_null=True)
    failure = serializers.CharField()
    heading = serializers.ListField(child=serializers.CharField())
    columns = serializers.DictField(child=serializers.IntegerField())
    undo_until = serializers.DateTimeField(allow_null=True)
    invitations = RosterInvitations()


class RosterProblem(serializers.Serializer[Any]):
    """A line of the list without an invitation, and the reason."""

    line = serializers.IntegerField(source="number")
    problem = serializers.CharField(source="sentence")


@extend_schema_serializer(many=False)
class RosterPreview(serializers.Serializer[Any]):
    """Counts of the changes that a confirmation would make, and the invalid lines."""

    invited = serializers.IntegerField()
    changed = serializers.IntegerField()
    known = serializers.IntegerField()
    departed = serializers.IntegerField(help_text="Comptes que la liste dit partis")
    missing = serializers.IntegerField(help_text="Comptes absents de la liste")
    problems = RosterProblem(many=True)
    warnings = serializers.ListField(child=serializers.CharField())


class RosterFile(serializers.Serializer[Any]):
    """A list of staff as CSV or XLSX; in a park, its company, unless a column names it."""

    file = serializers.FileField()
    company_id = serializers.IntegerField(
        required=False, default=None, allow_null=True, min_value=1, max_value=2**62
    )


class RosterColumns(serializers.Serializer[Any]):
    """Columns of the list by field, counted from zero."""

    columns = serializers.DictField(child=serializers.IntegerField(min_value=0, max_value=2**15))

    def validate_columns(self, columns: dict[str, int]) -> dict[str, int]:
        """Refuse an unknown field."""
        for field in columns:
            serializers.ChoiceField(choices=rules.FIELDS).run_validation(field)
        return columns


class RosterConfirmation(serializers.Serializer[Any]):
    """Day of the invitations, and the accounts to close."""

    day = serializers.DateField(required=False, default=None, allow_null=True)
    leaving = serializers.ChoiceField(choices=LEAVING, required=False, default="departed")


class RosterOutcome(serializers.Serializer[Any]):
    """Counts of the changes by a confirmed list."""

    invited = serializers.IntegerField()
    changed = serializers.IntegerField()
    closed = serializers.IntegerField()
    of_council = serializers.IntegerField(help_text="Fermetures demandées au CSE")
    withdrawn = serializers.IntegerField()
    left_over = serializers.IntegerField(help_text="Changements à refaire par la même liste")


class RosterUndone(serializers.Serializer[Any]):
    """Counts of the changes taken back; people who joined meanwhile stay."""

    withdrawn = serializers.IntegerField()
    restored = serializers.IntegerField()
    reopened = serializers.IntegerField()
    joined = serializers.IntegerField()


class RosterReminded(serializers.Serializer[Any]):
    """Count of the reminders."""

    reminded = serializers.IntegerField()


class Roster(Resource):
    """List of staff, for administrators: sent, mapped, previewed, confirmed, undone for a day."""

    scope = "roster"

    @extend_schema(responses={200: RosterOut, **those(403)})
    def list(self, request: Request) -> Response:
        """Read the state of the caller's list, and the progress of the invitations."""
        return Response(state_of(as_any(request.user), at=timezone.now()))

    @extend_schema(
        request={"multipart/form-data": RosterFile},
        responses={201: RosterOut, **those(400, 403, 413, 415, 422)},
    )
    @action(detail=False, methods=["post"], **FILE)
    def send(self, request: Request) -> Response:
        """Send a list, which a job reads; an earlier unconfirmed list is replaced."""
        by, now = as_any(request.user), timezone.now()
        scope_of(by)
        sent = RosterFile(data=request.data)
        sent.is_valid(raise_exception=True)
        file = sent.validated_data["file"]
        sheets.check_size(file.size)
        actions.upload(
            by=by,
            name=file.name,
            content=file.read(),
            company_id=sent.validated_data["company_id"],
            at=now,
        )
        return Response(state_of(by, at=now), status=201)

    @extend_schema(request=RosterColumns, responses={200: RosterPreview, **those(400, 403, 422)})
    @action(detail=False, methods=["post"])
    def columns(self, request: Request) -> Response:
        """Map the columns to fields; the cells of all other columns are deleted."""
        by, now = as_any(request.user), timezone.now()
        scope_of(by)
        wished = RosterColumns(data=request.data)
        wished.is_valid(raise_exception=True)
        actions.choose_columns(by=by, columns=wished.validated_data["columns"], at=now)
        return Response(preview_of(by, at=now))

    @extend_schema(responses={200: RosterPreview, **those(403, 422)})
    @action(detail=False, methods=["get"])
    def preview(self, request: Request) -> Response:
        """Count the changes that a confirmation would make."""
        return Response(preview_of(as_any(request.user), at=timezone.now()))

    @extend_schema(
        request=RosterConfirmation, responses={200: RosterOutcome, **those(400, 403, 422)}
    )
    @action(detail=False, methods=["post"])
    def confirm(self, request: Request) -> Response:
        """Invite the new people, update the others, close the named accounts."""
        by = as_any(request.user)
        scope_of(by)
        wished = RosterConfirmation(data=request.data)
        wished.is_valid(raise_exception=True)
        made_by_django: Any = request._request  # noqa: SLF001 - the space hangs on it
        language = made_by_django.space.language
        done = confirm(by, **wished.validated_data, language=language, at=timezone.now())
        return Response(done)

    @extend_schema(request=None, responses={200: RosterOut, **those(403)})
    @action(detail=False, methods=["post"])
    def discard(self, request: Request) -> Response:
        """Delete the unconfirmed list."""
        by, now = as_any(request.user), timezone.now()
        scope_of(by)
        if queries.upload_of(by, at=now):
            actions.discard(by=by, at=now)
        return Response(state_of(by, at=now))

    @extend_schema(request=None, responses={200: RosterUndone, **those(403, 422)})
    @action(detail=False, methods=["post"])
    def undo(self, request: Request) -> Response:
        """Undo the list confirmed last, within a day."""
        return Response(undo(as_any(request.user), at=timezone.now()))

    @extend_schema(request=None, responses={200: RosterReminded, **those(403, 422)})
    @action(detail=False, methods=["post"])
    def remind(self, request: Request) -> Response:
        """Remind the people whose invitation has been pending for days."""
        many = actions.remind(by=as_any(request.user), at=timezone.now())
        return Response(RosterReminded({"reminded": many}).data)


def state_of(person: User, *, at: dt.datetime) -> dict[str, Any]:
    """Return the state of a person's list, and the progress of the invitations."""
    scope = scope_of(person)
    upload = queries.upload_of(person, at=at)
    applied = undo_reads.applied_of(person, at=at)
    counts = queries.counts(scope, at)
    planned = [{"day": day, "invitations": many} for day, many in counts.planned]
    found = {
        "state": _state(upload),
        "name": upload.name if upload else "",
        "sent_at": upload.sent_at if upload else None,
        "failure": sheets.sentence(upload.failure) if upload and upload.failure else "",
        "heading": upload.heading if upload else [],
        "columns": upload.columns if upload else {},
        "undo_until": applied.sent_at + rules.UPLOAD_RETENTION if applied else None,
        "invitations": {**counts._asdict(), "planned": planned},
    }
    return dict(RosterOut(found).data)


def preview_of(person: User, *, at: dt.datetime) -> dict[str, Any]:
    """Count the changes of a person's list. Raises Refused without a list that is ready."""
    plan = _plan(person, at=at)
    found = {
        "invited": len(plan.new),
        "changed": len(plan.changed),
        "known": plan.known,
        "departed": sum(1 for one in plan.closable if one.left_on),
        "missing": len(plan.closable),
        "problems": plan.problems,
        "warnings": plan.warnings,
    }
    return dict(RosterPreview(found).data)


def confirm(
    person: User, *, day: dt.date | None, leaving: str, language: str, at: dt.datetime
) -> dict[str, Any]:
    """Confirm a person's list, and record the members whose data it changed."""
    plan = _plan(person, at=at)
    closed = {one.key for one in plan.closable if leaving == "missing" or one.left_on}
    done = actions.confirm(
        by=person,
        day=day,
        leaving_keys=set() if leaving == "none" else closed,
        language=language,
        at=at,
    )
    what = gettext_noop("Import de la liste du personnel")
    why = gettext_noop("Gestion des rôles et des comptes")
    access = hooks.DataAccess(tuple(done.members), Role.Kind.ADMINISTRATOR, what, why)
    hooks.data_accessed.ask(access, person, at)
    return dict(RosterOutcome(done).data)


def undo(person: User, *, at: dt.datetime) -> dict[str, Any]:
    """Undo the list that a person confirmed last."""
    done = undoing.undo(by=person, at=at)
    return dict(RosterUndone({**done._asdict(), "joined": len(done.stayed)}).data)


def _plan(person: User, *, at: dt.datetime) -> plans.Plan:
    scope_of(person)
    upload = rules.check_upload(queries.upload_of(person, at=at))
    rules.check_columns(upload.columns, len(upload.heading))
    return plans.plan(upload, by=person, at=at)


def _state(upload: RosterUpload | None) -> str:
    if upload is None:
        return "none"
    is_unmapped = upload.state == RosterUpload.State.READY and not upload.columns
    return "columns" if is_unmapped else str(upload.state)
