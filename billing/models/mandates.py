"""The minutes of a council's election, which an operator sees before money may leave."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.councils import Council
from billing.models.states import MandateState
from saas.kernel import retention
from saas.kernel.models import SharedModel, reference
from saas.kernel.uploads import papers


def mandate_reference() -> str:
    """Return a new public reference of a council's mandate."""
    return reference("MD")


class CouncilMandate(SharedModel):
    """The mandate of a council: its elected treasurer and secretary, and its end.

    `paper` is the stored name of the minutes; only an operator and the council download it. An
    image is stored as the original until a job has rendered it, or `paper_failure` contains the
    reason of a failure. The newest confirmed mandate is copied to its council, for the release of
    shares.
    """

    RETENTION = retention.TEN_YEARS

    # An operator answers within this time, and is mailed before it is over.
    ANSWERED_WITHIN = dt.timedelta(days=3)
    # Four years by law, and the election itself may take some weeks (C. trav. L2314-33).
    LONGEST = dt.timedelta(days=4 * 366 + 60)

    State = MandateState

    reference = models.CharField(max_length=12, unique=True, default=mandate_reference)
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="mandates")
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    treasurer_reference = models.CharField(max_length=12)
    treasurer_name = models.CharField(max_length=121)
    secretary_reference = models.CharField(max_length=12)
    secretary_name = models.CharField(max_length=121)
    elected_on = models.DateField()
    ends_on = models.DateField()
    paper = models.CharField(max_length=120)
    paper_sha256 = models.CharField(max_length=64)
    paper_attempts = models.PositiveSmallIntegerField(default=0)
    paper_failure = models.CharField(max_length=20, blank=True)
    submitted_at = models.DateTimeField()
    submitted_by_reference = models.CharField(max_length=12)
    submitted_by_name = models.CharField(max_length=121)
    deadline_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=121, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    ending_notice_at = models.DateTimeField(null=True, blank=True)
    end_notice_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=MandateState.values),
                name="a_mandate_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(treasurer_reference=models.F("secretary_reference")),
                name="a_treasurer_and_a_secretary_are_two_people",
                violation_error_message=_(
                    "La trésorerie et le secrétariat sont deux personnes différentes."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("elected_on")),
                name="a_mandate_ends_after_its_election",
                violation_error_message=_("La fin du mandat vient après l’élection."),
            ),
            models.CheckConstraint(
                condition=models.Q(state=MandateState.WAITING, decided_at=None)
                | ~models.Q(state=MandateState.WAITING) & models.Q(decided_at__isnull=False),
                name="a_mandate_waits_or_was_answered",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=MandateState.REFUSED) | ~models.Q(reason=""),
                name="a_refused_mandate_says_why",
            ),
            models.UniqueConstraint(
                fields=["council"],
                condition=models.Q(state=MandateState.WAITING),
                name="a_council_has_one_mandate_to_confirm",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_readable(self) -> bool:
        """Whether the minutes can be downloaded by now."""
        return not self.paper.endswith(f".{papers.ORIGINAL}")
