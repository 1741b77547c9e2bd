"""Queues of shops: new or changed pages, and requests to join a shop."""

import datetime as dt
from typing import NamedTuple

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from saas.accounts.models import User
from saas.catalogue.merchants.actions.people import decide_join
from saas.catalogue.merchants.models import JoinRequest, Merchant
from saas.catalogue.merchants.queries import shops as queries
from saas.catalogue.merchants.queries import team
from saas.catalogue.merchants.rules import joining
from saas.catalogue.merchants.wording.corrections import COLUMNS
from saas.console.actions import approve_page, refuse_page
from saas.console.queries.reports import picture_url
from saas.console.queues.shapes import (
    DECIDED_SHOWN,
    ApproveForm,
    DecidedRow,
    Queue,
    QueueRow,
    RefuseForm,
)
from saas.console.waiting.shapes import Waiting


class Change(NamedTuple):
    """A column of a page that its merchant wants to change."""

    label: str
    before: str
    after: str


class ShopView(NamedTuple):
    """Shop's page, its changes, and other shops of the same business."""

    merchant: Merchant
    changes: list[Change]
    picture_url: str
    same_business: list[Merchant]


class JoinView(NamedTuple):
    """A request to join a shop, its paper, and whether a code is on its way."""

    join_request: JoinRequest
    may_post: bool


class ApproveShopForm(ApproveForm[Merchant]):
    """The button that shows a page; its merchant may be trusted from now on."""

    trusts = forms.BooleanField(
        label=gettext_lazy("Faire confiance à ce commerçant"),
        help_text=gettext_lazy(
            "Ses changements, ses annonces et ses offres passent aussitôt, et se relisent ensuite."
        ),
        required=False,
    )

    def perform(self, *, by: User, at: dt.datetime) -> bool:  # type: ignore[override]
        """Show it to the spaces around."""
        approve_page(merchant=self.row, trusts=self.cleaned_data["trusts"], by=by, at=at)
        return True


class RefuseShopForm(RefuseForm[Merchant]):
    """Why a page is not shown; its merchant reads it."""

    def perform(self, *, by: User, at: dt.datetime) -> bool:  # type: ignore[override]
        """Refuse it."""
        refuse_page(merchant=self.row, reason=self.cleaned_data["reason"], by=by, at=at)
        return True


class AcceptJoinForm(ApproveForm[JoinRequest]):
    """Button to accept a person into a shop."""

    def perform(self, *, by: User, at: dt.datetime) -> bool:  # type: ignore[override]
        """Let the person join."""
        decide_join(request=self.row, accepts=True, is_operator=True, by=by, at=at)
        return True


class RefuseJoinForm(RefuseForm[JoinRequest]):
    """Why a person does not join a shop."""

    def perform(self, *, by: User, at: dt.datetime) -> bool:  # type: ignore[override]
        """Refuse the request."""
        reason = self.cleaned_data["reason"]
        decide_join(request=self.row, accepts=False, reason=reason, is_operator=True, by=by, at=at)
        return True


class ShopQueue(Queue[Merchant]):
    """Shops that operators have yet to see, and changes of shops."""

    key = "shops"
    icon = "store"
    title = gettext_lazy("Commerces à voir")
    lead = gettext_lazy(
        "Une nouvelle page est vue avant d’être montrée aux espaces, un jour au plus. On regarde "
        "le numéro, l’adresse, et si les mots sont ceux d’un commerce."
    )
    empty = gettext_lazy("Aucun commerce à voir")
    approve_words = gettext_lazy("Montrer aux espaces")
    particulars = "console/queue_shop.html"
    since = "review_asked_at"
    deadline = "review_due_at"
    approve_form = ApproveShopForm
    refuse_form = RefuseShopForm

    def rows(self) -> QuerySet[Merchant]:
        """Return the shops that operators have yet to see."""
        return queries.shops_to_see()

    def waiting(self) -> Waiting:
        """Count those that run only once they are seen."""
        rows = self.rows().exclude(state=Merchant.State.PUBLISHED, proposed={})
        return Waiting(rows, self.since, self.count_words, self.page, "warn")

    def find(self, reference: str) -> Merchant | None:
        """Return a shop by its reference."""
        return Merchant.objects.select_related("owner").filter(reference=reference).first()

    def row_of(self, row: Merchant) -> QueueRow:
        """Return the shop, its number and its address."""
        since = row.review_asked_at or row.created_at
        number = row.siren or row.vat_number
        details = f"{row.legal_name}, {number} · {row.street}, {row.postcode} {row.city}"
        if row.state == Merchant.State.PUBLISHED:
            details = _("%(details)s · page déjà visible") % {"details": details}
        return QueueRow(row.reference, row.name, details, since, row.review_due_at or since)

    def shown(self, row: Merchant, *, at: dt.datetime) -> ShopView:  # noqa: ARG002 - the form of all queues
        """Return the page, its changes, and other shops of its business."""
        same = Merchant.objects.filter(siren=row.siren).exclude(siren="").exclude(pk=row.pk)
        return ShopView(
            merchant=row,
            changes=_changes_of(row),
            picture_url=picture_url(str(row.proposed.get("picture", row.picture))),
            same_business=list(same[:DECIDED_SHOWN]),
        )

    def decided(self) -> list[DecidedRow]:
        """Return the last decisions."""
        rows = Merchant.objects.filter(decided_at__isnull=False).order_by("-decided_at")
        return [
            DecidedRow(
                row.reference,
                row.name,
                not row.review_reason,
                "",
                row.decided_at,
                row.review_reason,
            )
            for row in rows[:DECIDED_SHOWN]
            if row.decided_at is not None
        ]

    def count_words(self, count: int) -> str:
        """Count the shops to see."""
        return ngettext(
            "%(count)d commerce attend d’être vu", "%(count)d commerces attendent d’être vus", count
        )


class JoinQueue(Queue[JoinRequest]):
    """Queue of the requests to join an existing shop."""

    key = "joins"
    icon = "users"
    title = gettext_lazy("Demandes de rejoindre une boutique")
    lead = gettext_lazy(
        "Un numéro à une adresse est une boutique. Le premier responsable décide "
        "d’abord\u202f; sans réponse, un justificatif ou un code par la poste tranche."
    )
    empty = gettext_lazy("Aucune demande à décider")
    approve_words = gettext_lazy("Accueillir dans la boutique")
    particulars = "console/queue_join.html"
    since = "asked_at"
    deadline = "due_at"
    approve_form = AcceptJoinForm
    refuse_form = RefuseJoinForm

    def rows(self) -> QuerySet[JoinRequest]:
        """Return the requests that wait."""
        return team.join_requests_waiting()

    def find(self, reference: str) -> JoinRequest | None:
        """Return a request by its reference."""
        return team.join_request_at(reference)

    def row_of(self, row: JoinRequest) -> QueueRow:
        """Return the requester and the shop."""
        person = f"{row.person.first_name} {row.person.last_name}"
        details = _("%(person)s · %(email)s") % {"person": person, "email": row.person.email}
        return QueueRow(row.reference, row.merchant.name, details, row.asked_at, row.due_at)

    def shown(self, row: JoinRequest, *, at: dt.datetime) -> JoinView:
        """Return the request, and whether a letter may be sent."""
        is_open = row.posted_at is not None and row.posted_at + joining.CODE_LASTS > at
        return JoinView(row, may_post=not is_open or row.tries >= joining.MOST_TRIES)

    def decided(self) -> list[DecidedRow]:
        """Return the last answers."""
        rows = JoinRequest.objects.exclude(decided_at=None).select_related("merchant")
        return [
            DecidedRow(
                row.reference,
                row.merchant.name,
                row.state == JoinRequest.State.ACCEPTED,
                "",
                row.decided_at,
                row.reason,
            )
            for row in rows.order_by("-decided_at")[:DECIDED_SHOWN]
            if row.decided_at is not None
        ]

    def count_words(self, count: int) -> str:
        """Count the requests to decide."""
        return ngettext(
            "%(count)d demande de rejoindre une boutique attend",
            "%(count)d demandes de rejoindre une boutique attendent",
            count,
        )


def _changes_of(merchant: Merchant) -> list[Change]:
    return [
        Change(
            str(COLUMNS.get(column, column)),
            "" if column == "picture" else str(getattr(merchant, column)),
            _("une autre") if column == "picture" else str(value),
        )
        for column, value in merchant.proposed.items()
    ]


SHOPS = ShopQueue()
JOINS = JoinQueue()
