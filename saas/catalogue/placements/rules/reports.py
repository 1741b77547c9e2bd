"""Rules of reports about merchants and their ads, and of what operators answer."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from saas.catalogue.placements.models import CatalogueReport, ReportAnswer
from saas.kernel.errors import Refused

Outcome = ReportAnswer.Outcome


def check_report(reason: str, words: str) -> None:
    """Refuse another reason that is not said in words."""
    if reason == CatalogueReport.Reason.OTHER and not words:
        raise Refused(_("Dites en quelques mots ce qui ne va pas."), field="words")


def check_answer(outcome: str, *, waiting: int) -> None:
    """Refuse to keep what nobody reports any more: somebody else has answered meanwhile."""
    if outcome == Outcome.KEPT and not waiting:
        raise Refused(_("Plus personne n’attend de réponse\u00a0: rechargez la page."))


def check_nothing_runs(headlines: Collection[str]) -> None:
    """Refuse to take a shop down while somebody has paid for what it shows."""
    if headlines:
        raise Refused(
            _("Arrêtez et remboursez d’abord ses campagnes\u00a0: %(titles)s.")
            % {"titles": ", ".join(f"«\u00a0{title}\u00a0»" for title in headlines)}
        )
