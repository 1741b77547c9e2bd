"""Rules of reports about merchants and their ads, and of operators' answers."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from saas.catalogue.placements.models import CatalogueReport, ReportAnswer
from saas.kernel.errors import Refused

Outcome = ReportAnswer.Outcome


def check_report(reason: str, words: str) -> None:
    """Raise Refused if the reason is "other" and the text is empty."""
    if reason == CatalogueReport.Reason.OTHER and not words:
        raise Refused(_("Dites en quelques mots ce qui ne va pas."), field="words")


def check_answer(outcome: str, *, waiting: int) -> None:
    """Raise Refused if a subject to keep has no open report: another operator has answered."""
    if outcome == Outcome.KEPT and not waiting:
        raise Refused(_("Plus personne n’attend de réponse\u00a0: rechargez la page."))


def check_nothing_runs(headlines: Collection[str]) -> None:
    """Raise Refused if a shop to take down has running paid campaigns."""
    if headlines:
        raise Refused(
            _("Arrêtez et remboursez d’abord ses campagnes\u00a0: %(titles)s.")
            % {"titles": ", ".join(f"«\u00a0{title}\u00a0»" for title in headlines)}
        )
