"""Counts of placements, amounts for the council, members' reports, and codes taken."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import retention
from saas.kernel.models import RowNumber, SpaceModel


class DailySalt(SpaceModel):
    """The key that hides members in a day's counts; once it is gone, nothing leads to a person."""

    RETENTION = dt.timedelta(days=2)

    id = RowNumber(primary_key=True)
    day = models.DateField(unique=True)
    key = models.BinaryField(max_length=32)

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"key of {self.day}"


class PlacementEvent(SpaceModel):
    """A member's view, click or opening of a flight's offer: counted once, by keyed hash."""

    RETENTION = dt.timedelta(days=30)

    class Kind(models.TextChoices):
        """The kinds of counts, which are never added together."""

        VIEW = "view"
        CLICK = "click"
        OPEN = "open"
        LOAN = "loan"

    id = RowNumber(primary_key=True)
    flight_reference = models.CharField(max_length=12)
    day = models.DateField()
    kind = models.CharField(max_length=5, choices=Kind)
    pseudonym = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["flight_reference", "day", "kind", "pseudonym"],
                name="a_member_counts_once_a_day_for_a_flight",
            )
        ]
        indexes = [models.Index(fields=["day", "kind"], name="placement_events_by_day")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.flight_reference} on {self.day}"


class OfferSalt(SpaceModel):
    """The key that pseudonymises members with codes of an offer, deleted after its period.

    `period` is a day if an offer gives a code each day, and empty if it gives a single code in all.
    """

    RETENTION = retention.after(
        dt.timedelta(days=1), since="ends_on", what=_("Codes pris chez des commerçants")
    )

    offer_reference = models.CharField(max_length=12)
    period = models.CharField(max_length=10, blank=True)
    key = models.BinaryField(max_length=32)
    ends_on = models.DateField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["offer_reference", "period"], name="an_offer_has_one_key_for_a_period"
            )
        ]

    def __str__(self) -> str:
        return f"key of {self.offer_reference} {self.period}"


class HeldVoucher(SpaceModel):
    """A member's code of an offer, by keyed hash; deleted with the key.

    Once the code is used `voucher_id` is empty: only its use is still recorded.
    """

    RETENTION = retention.WITH_PARENT

    id = RowNumber(primary_key=True)
    salt = models.ForeignKey(OfferSalt, on_delete=models.CASCADE, related_name="vouchers")
    pseudonym = models.CharField(max_length=64)
    voucher_id = models.UUIDField(null=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["salt", "pseudonym"], name="a_member_holds_one_code_of_an_offer"
            )
        ]

    def __str__(self) -> str:
        return f"code under {self.salt_id}"


class CouncilMonth(SpaceModel):
    """The cents that a campaign brought the space's councils in a month, copied from the ledger.

    The amount is shares before the councils' own VAT, less refunds: "earned" in statements.
    `by_council` has each council's cents by its reference, which add up to `brought_cents`; rows
    without it are older than that column, and are rewritten.
    """

    RETENTION = retention.with_space()

    id = RowNumber(primary_key=True)
    month = models.DateField()
    campaign_reference = models.CharField(max_length=12)
    merchant_name = models.CharField(max_length=80)
    brought_cents = models.BigIntegerField()
    by_council = models.JSONField(null=True, max_length=1500)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["month", "campaign_reference"],
                name="a_campaign_stands_once_in_a_month",
            ),
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="a_month_is_named_by_its_first_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.campaign_reference}"


class ShopMark(SpaceModel):
    """A member's mark of a shop: recommended to colleagues, by a count alone, or followed."""

    RETENTION = retention.with_person(_("Commerces recommandés ou suivis"))

    id = RowNumber(primary_key=True)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    merchant_reference = models.CharField(max_length=12)
    recommends = models.BooleanField(default=False)
    follows = models.BooleanField(default=False)
    marked_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "merchant_reference"], name="a_member_marks_a_shop_once"
            ),
            models.CheckConstraint(
                condition=models.Q(recommends=True) | models.Q(follows=True),
                name="a_mark_of_a_shop_recommends_or_follows",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} marks {self.merchant_reference}"


class MemberReport(SpaceModel):
    """A member's report of a merchant's page or of an ad, answered by Troovon's operators.

    The report itself is in public without a name; only this row links it to its author.
    """

    RETENTION = retention.after(
        dt.timedelta(days=365), since="reported_at", what=_("Commerces et annonces signalés")
    )

    class Outcome(models.TextChoices):
        """The answer of operators."""

        KEPT = "kept", _("Gardé en ligne")
        REMOVED = "removed", _("Retiré")
        RESTORED = "restored", _("Rétabli")

    id = RowNumber(primary_key=True)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    subject_reference = models.CharField(max_length=12)  # of the merchant, or of the campaign
    title = models.CharField(max_length=80)
    report_reference = models.CharField(max_length=12)
    reported_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default="")
    answer = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        ordering = ["-reported_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "subject_reference"],
                name="a_member_reports_a_shop_or_an_ad_once",
                violation_error_message=_("Vous l’avez déjà signalé\u00a0: Troovon le verra."),
            ),
        ]

    def __str__(self) -> str:
        return f"report of {self.subject_reference}"
