"""Loans of the member, and each of their steps."""

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

from api import paging, pictures
from api.errors import those
from api.paging import PageBase, PageQuery
from api.people import Author
from api.pictures import PictureOut
from api.resources import Resource
from api.times import MomentIn
from saas.accounts.models import as_any
from saas.kernel import hooks
from tenants.community.lending.actions import things as thing_actions
from tenants.community.lending.actions import times as time_actions
from tenants.community.lending.forms import loans as forms
from tenants.community.lending.models import Loan
from tenants.community.lending.queries import loan_pages
from tenants.community.lending.queries import loans as queries
from tenants.community.lending.rules import codes
from tenants.community.lending.rules import loans as rules

LOAN = OpenApiParameter(
    "reference", str, OpenApiParameter.PATH, description="Référence publique.", pattern="^PR-"
)


class LoanOut(serializers.Serializer[Any]):
    """A loan, as its two sides see it."""

    reference = serializers.CharField()
    url = serializers.CharField(source="get_absolute_url")
    thing = serializers.CharField(source="thing.reference")
    title = serializers.CharField(source="thing.title")
    state = serializers.ChoiceField(choices=Loan.State.choices)
    overdue = serializers.SerializerMethodField()
    borrower = serializers.SerializerMethodField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    extension_until = serializers.DateTimeField(allow_null=True)
    handed_over_at = serializers.DateTimeField(allow_null=True)
    returned_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()

    def get_overdue(self, loan: Loan) -> bool:
        """Return whether the thing should be back by now."""
        return rules.is_overdue(loan, at=timezone.now())

    @extend_schema_field(Author(allow_null=True))
    def get_borrower(self, loan: Loan) -> Any:
        """Return the borrower's card."""
        card = self.context["cards"].get(loan.borrower_id)
        return Author(card).data if card else None


class Waiting(serializers.Serializer[Any]):
    """A place on a waiting list."""

    thing = serializers.CharField(source="thing.reference")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    queued_at = serializers.DateTimeField()


@extend_schema_serializer(many=False)
class LoanPage(PageBase):
    """A page of the member's loans."""

    results = LoanOut(many=True)


class Step(serializers.Serializer[Any]):
    """A step of either party of a loan."""

    verb = serializers.ChoiceField(choices=[(verb, verb) for verb in forms.StepForm.VERBS])
    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    until = MomentIn(
        required=False, default=None, allow_null=True, help_text="La fin demandée, pour `extend`"
    )


class HandOver(serializers.Serializer[Any]):
    """The next hand-over of a loan and the code to show for it; empty if no hand-over is due."""

    step = serializers.ChoiceField(choices=["", codes.PICK_UP, codes.RETURN])
    code = serializers.CharField(
        source="figures", help_text="Vos six chiffres : l’autre les tape, ou vise `url`"
    )
    url = serializers.CharField(help_text="Ce que dit votre code QR, deux jours durant")
    may_tap = serializers.BooleanField(help_text="Sans code, par `step` : à vous de le confirmer")


class ShownCode(serializers.Serializer[Any]):
    """The six figures that the other side shows."""

    code = serializers.CharField(max_length=9)


class DamageOut(serializers.Serializer[Any]):
    """A damage or a missing part, as reported by a party of the loan."""

    text = serializers.CharField(source="note.text")
    author = serializers.CharField(source="note.author.short_name")
    made_at = serializers.DateTimeField(source="note.made_at")
    pictures = PictureOut(source="photos", many=True)


class DamageIn(serializers.Serializer[Any]):
    """The text of a damage report."""

    text = serializers.CharField(max_length=500)


class DamageWithPictures(pictures.PicturesIn, DamageIn):
    """A damage report with its text and pictures."""


class Loans(Resource):
    """Loans of the member, as borrower and as lender."""

    scope = "loans"

    @extend_schema(parameters=[PageQuery], responses={200: LoanPage, **those(400, 403)})
    def list(self, request: Request) -> Response:
        """List current loans, the first to end first, then ended loans."""
        query = PageQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        page = paging.cut(request, query, queries.loans_of(as_any(request.user)))
        return paging.answer(request, page, written(page.rows))

    @extend_schema(parameters=[LOAN], responses={200: LoanOut, **those(403, 404)})
    def retrieve(self, request: Request, reference: str) -> Response:
        """Read a loan."""
        return Response(written([_loan(request, reference)])[0])

    @extend_schema(
        parameters=[LOAN], request=Step, responses={200: LoanOut, **those(400, 403, 404, 422)}
    )
    @action(detail=True, methods=["post"])
    def step(self, request: Request, reference: str) -> Response:
        """Take a step: accept, hand over, give back, extend, thank and the others."""
        loan, step = _loan(request, reference), Step(data=request.data)
        step.is_valid(raise_exception=True)
        done = forms.take_verb(
            loan, **step.validated_data, by=as_any(request.user), at=timezone.now()
        )
        return Response(written([done])[0])

    @extend_schema(responses={200: Waiting(many=True), **those(403)})
    @action(detail=False, methods=["get"])
    def waiting(self, request: Request) -> Response:
        """List the slots of the member's waiting-list entries, the earliest first."""
        return Response(Waiting(queries.waits_of(as_any(request.user)), many=True).data)

    @extend_schema(parameters=[LOAN], responses={200: HandOver, **those(403, 404)})
    @action(detail=True, methods=["get"])
    def handover(self, request: Request, reference: str) -> Response:
        """Show the member's own code for the next hand-over."""
        loan, person = _loan(request, reference), as_any(request.user)
        shown = loan_pages.handover_page(loan, viewer=person, at=timezone.now())
        text = codes.write(loan, shown.step, person.pk) if shown.step else ""
        url = request.build_absolute_uri(reverse("lending:scan", args=[text])) if text else ""
        answer = HandOver({**shown._asdict(), "url": url}).data
        return Response(answer, headers={"Cache-Control": "no-store"})

    @extend_schema(
        parameters=[LOAN], request=ShownCode, responses={200: LoanOut, **those(400, 403, 404, 422)}
    )
    @handover.mapping.post
    def confirm(self, request: Request, reference: str) -> Response:
        """Hand over or take back by the code that the other side shows."""
        loan, shown = _loan(request, reference), ShownCode(data=request.data)
        shown.is_valid(raise_exception=True)
        typed, by = shown.validated_data["code"], as_any(request.user)
        return Response(written([forms.take_typed(loan, typed, by=by, at=timezone.now())])[0])

    @extend_schema(parameters=[LOAN], responses={200: DamageOut(many=True), **those(403, 404)})
    @action(detail=True, methods=["get"], **pictures.WITH_WORDS)
    def damages(self, request: Request, reference: str) -> Response:
        """List the damage reports of both parties, in the order of reporting."""
        found = loan_pages.damages_of(_loan(request, reference))
        return Response(DamageOut(found, many=True).data)

    @extend_schema(
        parameters=[LOAN],
        request={"application/json": DamageIn, "multipart/form-data": DamageWithPictures},
        responses={201: DamageOut(many=True), **those(400, 403, 404, 422)},
    )
    @damages.mapping.post
    def report_damage(self, request: Request, reference: str) -> Response:
        """Report a damage to the other party; pictures are shown once they have been resized."""
        loan, reported = _loan(request, reference), DamageWithPictures(data=request.data)
        reported.is_valid(raise_exception=True)
        fields, by, at = reported.validated_data, as_any(request.user), timezone.now()
        drafts = pictures.drafts(fields["pictures"], thing_actions.receive_picture, by=by, at=at)
        time_actions.report_damage(loan=loan, text=fields["text"], pictures=drafts, by=by, at=at)
        found = loan_pages.damages_of(loan)
        return Response(DamageOut(found, many=True).data, status=status.HTTP_201_CREATED)


def _loan(request: Request, reference: str) -> Loan:
    loan = queries.find_loan(reference, viewer=as_any(request.user))
    if loan is None:
        raise Http404
    return loan


def written(rows: list[Loan]) -> list[Any]:
    """Serialize loans with their borrowers' cards."""
    cards = hooks.cards_of(row.borrower_id for row in rows)
    return list(LoanOut(rows, many=True, context={"cards": cards}).data)
