"""Review of ads: before or after they run, its deadline, and the possible decisions."""

import datetime as dt

from django.utils.translation import gettext as _

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.rules import advertising
from saas.catalogue.placements.models import AdPreview, Campaign
from saas.catalogue.placements.rules.campaigns import Creative
from saas.kernel.errors import Refused

# Operators' promised deadline: a day at most.
SEEN_WITHIN = dt.timedelta(days=1)
# A council that asked to see ads first has two days; after them the ad runs.
COUNCIL_ANSWERS_WITHIN = dt.timedelta(days=2)
APPROVED_FOR_TRUST = 5
# Maximum move of the first day of a place on a screen or shelf, to find a free place.
MOVED_AT_MOST_DAYS = 60
SECTOR = "sector"


def subjects_of(creative: Creative, merchant: Merchant) -> str:
    """Return why a person reads an ad before it runs: its subjects of law, or its sector.

    Raises Refused for words that the law prohibits, and when a legal mention is missing.
    """
    findings = advertising.check_words(*creative, field="headline", mention_in="text")
    subjects = [finding.subject.value for finding in findings]
    if advertising.needs_a_look([], category=merchant.category):
        subjects.append(SECTOR)
    return " ".join(subjects)


def earns_trust(*, approved: int, refused: int) -> bool:
    """Return True if the ads of a merchant go live at once from now on."""
    return approved >= APPROVED_FOR_TRUST and refused == 0


def check_may_decide(campaign: Campaign) -> None:
    """Raise Refused if an ad is not paid, or another operator has decided on it."""
    if campaign.state != Campaign.State.PAID:
        raise Refused(_("Cette annonce n’est plus à relire\u00a0: elle a été arrêtée."))
    if campaign.seen_at is not None or campaign.review == Campaign.Review.REFUSED:
        raise Refused(_("Quelqu’un d’autre vient de décider de cette annonce."))


def check_previews_wait(previews: list[AdPreview]) -> list[AdPreview]:
    """Return an ad's pending previews by councils. Raises Refused if there is no such preview."""
    waiting = [one for one in previews if one.state == AdPreview.State.WAITING]
    if not waiting:
        raise Refused(_("Cette annonce n’attend plus votre avis."))
    return waiting


def check_reason(reason: str) -> str:
    """Return the reason of a refusal. Raises Refused if it is empty."""
    if not reason.strip():
        raise Refused(_("Dites pourquoi\u00a0: le commerçant le lit."), field="reason")
    return reason.strip()


def check_not_refused_before(reason: str | None) -> None:
    """Raise Refused to sell an ad with words and picture that operators refused before."""
    if reason is not None:
        raise Refused(
            _("Cette annonce a été refusée (%(reason)s)\u00a0: changez-la d’abord.")
            % {"reason": reason},
            field="headline",
        )
