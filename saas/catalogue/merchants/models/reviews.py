"""Words of a merchant that operators read before spaces show them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import pending_mail
from saas.kernel.models import SharedModel


class ReviewedWords(SharedModel):
    """Words of a merchant that operators read before spaces show them: an ad, an offer."""

    class Review(models.TextChoices):
        """Review by an operator before the words go live; a draft needs no decision."""

        NONE = "none", _("Pas encore demandée")
        WAITING = "waiting", _("En cours de relecture")
        APPROVED = "approved", _("Acceptée")
        REFUSED = "refused", _("Refusée")

    # Subjects of law that the words touch: they are read before, also of a trusted merchant.
    subjects = models.CharField(max_length=120, blank=True, default="", db_default="")
    review = models.CharField(
        max_length=8, choices=Review, default=Review.NONE, db_default=Review.NONE
    )
    review_due_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    seen_at = models.DateTimeField(null=True, blank=True)  # by an operator
    seen_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decision_mailed_at = pending_mail.mailed_at()

    class Meta:
        abstract = True


# Of words that operators read: when they were decided, and why they were refused.
DECIDED = (
    models.Q(review="none", reviewed_at=None)
    | models.Q(review="waiting", reviewed_at=None, review_due_at__isnull=False)
    | models.Q(review="approved", reviewed_at__isnull=False)
    | models.Q(review="refused", reviewed_at__isnull=False) & ~models.Q(review_reason="")
)
