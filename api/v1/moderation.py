"""Moderation of a space: report content, follow own reports, appeal against decisions."""

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

from api import paging
from api.errors import those
from api.paging import PageBase, PageQuery
from api.resources import Resource
from saas.accounts.models import User, as_any
from tenants.community.moderation import actions, forms, wording
from tenants.community.moderation.models import Case, Decision, Reason, Report
from tenants.community.moderation.queries import cases as case_queries
from tenants.community.moderation.queries import pages as page_queries

REFERENCE = OpenApiParameter(
    "reference", str, OpenApiParameter.PATH, description="Référence du dossier.", pattern="^MO-"
)


class StatedDecision(serializers.Serializer[Any]):
    """A decision with its reasons, as article 17 of the Digital Services Act asks."""

    instance = serializers.ChoiceField(choices=Decision.Instance.choices)
    outcome = serializers.ChoiceField(choices=Decision.Outcome.choices)
    ground = serializers.ChoiceField(choices=Decision.Ground.choices, allow_blank=True)
    rule = serializers.ChoiceField(choices=Reason.choices, allow_blank=True)
    rests_on = serializers.SerializerMethodField()
    facts = serializers.CharField()
    automated = serializers.SerializerMethodField()
    decided_at = serializers.DateTimeField()

    def get_rests_on(self, decision: Decision) -> str:
        """Return the law or the rule of the charter."""
        return wording.source_of(decision.rule)

    def get_automated(self, decision: Decision) -> bool:  # noqa: ARG002 - people decide here
        """Return whether a machine decided: never, here."""
        return False


class CaseSummary(serializers.Serializer[Any]):
    """A case as its two sides see it; the name of the reporter is never shown."""

    reference = serializers.CharField()
    url = serializers.CharField(source="get_absolute_url")
    kind = serializers.CharField()
    subject = serializers.CharField(source="subject_reference")
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=Case.State.choices)
    opened_at = serializers.DateTimeField()
    hidden_at = serializers.DateTimeField(
        allow_null=True, help_text="Masqué par trois signalements"
    )
    decisions = serializers.SerializerMethodField()

    @extend_schema_field(StatedDecision(many=True))
    def get_decisions(self, case: Case) -> Any:
        """Return the decisions, the first before the second."""
        return StatedDecision(case.decisions.all(), many=True).data


class OwnReport(serializers.Serializer[Any]):
    """An own report and its outcome."""

    reason = serializers.ChoiceField(choices=Reason.choices)
    words = serializers.CharField()
    reported_at = serializers.DateTimeField()
    case = CaseSummary()


@extend_schema_serializer(many=False)
class ReportPage(PageBase):
    """A page of own reports, the latest first."""

    results = OwnReport(many=True)


@extend_schema_serializer(many=False)
class CasePage(PageBase):
    """A page of cases about the member's own content."""

    results = CaseSummary(many=True)


class NewReport(serializers.Serializer[Any]):
    """A report of content visible to the member."""

    kind = serializers.ChoiceField(choices=wording.KIND_CHOICES)
    reference = serializers.CharField(max_length=48, help_text="D’une photo : son nom de fichier")
    reason = serializers.ChoiceField(choices=Reason.choices)
    words = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)

    def save_as(self, person: User) -> Report:
        """Report the content. Raises Http404 if the person does not see it."""
        data = self.validated_data
        subject = case_queries.subject(data["kind"], data["reference"], viewer=person)
        if subject is None:
            raise Http404
        forms.check_pace(person)
        return actions.report(
            subject=subject,
            reference=data["reference"],
            reason=data["reason"],
            words=data["words"],
            by=person,
            at=timezone.now(),
        )


class NewAppeal(serializers.Serializer[Any]):
    """Why a decision seems wrong."""

    words = serializers.CharField(max_length=1000)


class Reports(Resource):
    """Reports of the member."""

    scope = "moderation"

    @extend_schema(parameters=[PageQuery], responses={200: ReportPage, **those(400, 403)})
    def list(self, request: Request) -> Response:
        """List the member's reports with the decisions."""
        return _page(request, page_queries.own_reports(as_any(request.user)), OwnReport)

    @extend_schema(request=NewReport, responses={201: OwnReport, **those(400, 403, 404, 422)})
    def create(self, request: Request) -> Response:
        """Report something; twice is once while it waits."""
        report = NewReport(data=request.data)
        report.is_valid(raise_exception=True)
        made = report.save_as(as_any(request.user))
        return Response(OwnReport(made).data, status=status.HTTP_201_CREATED)


class ModerationCases(Resource):
    """Cases about the member's own content or reports."""

    scope = "moderation"

    @extend_schema(parameters=[PageQuery], responses={200: CasePage, **those(400, 403)})
    def list(self, request: Request) -> Response:
        """List the cases of the member's own content that was hidden or decided on."""
        return _page(request, page_queries.own_decisions(as_any(request.user)), CaseSummary)

    @extend_schema(parameters=[REFERENCE], responses={200: CaseSummary, **those(403, 404)})
    def retrieve(self, request: Request, reference: str) -> Response:
        """Read a case that concerns the member."""
        return Response(CaseSummary(_found(request, reference)).data)

    @extend_schema(
        parameters=[REFERENCE],
        request=NewAppeal,
        responses={200: CaseSummary, **those(400, 403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def appeal(self, request: Request, reference: str) -> Response:
        """Appeal against a decision: once, within six months, by the disadvantaged party."""
        case = _found(request, reference)
        wish = NewAppeal(data=request.data)
        wish.is_valid(raise_exception=True)
        words = wish.validated_data["words"]
        actions.appeal(case=case, words=words, by=as_any(request.user), at=timezone.now())
        return Response(CaseSummary(_found(request, reference)).data)


def _found(request: Request, reference: str) -> Case:
    case = page_queries.concerned(reference, viewer=as_any(request.user))
    if case is None:
        raise Http404
    return case


def _page(request: Request, rows: Any, resource: type[serializers.Serializer[Any]]) -> Response:
    query = PageQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    page = paging.cut(request, query, rows)
    return paging.answer(request, page, resource(page.rows, many=True).data)
