"""The log of councils' refusals and withdrawals; only it contains the deciding person."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import retention
from saas.kernel.models import RowNumber, SpaceModel, one_of


class RefusalAct(SpaceModel):
    """A council member's decision on a refusal; never edited."""

    RETENTION = retention.with_space(_("Refus du CSE"))

    class What(models.TextChoices):
        """The two decisions."""

        REFUSED = "refused", _("Refusé")
        TAKEN_BACK = "back", _("Refus levé")

    id = RowNumber(primary_key=True)
    refusal_reference = models.CharField(max_length=12)
    what = models.CharField(max_length=7, choices=What)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["refusal_reference", "what"], name="a_refusal_is_decided_once_each_way"
            ),
            models.CheckConstraint(
                condition=one_of("what", ["refused", "back"]), name="a_refusal_is_made_or_lifted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.refusal_reference}"
