"""When a bank answers a SEPA debit: usually within five working days, at most in fourteen."""

import datetime as dt
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.kernel.display.writing import shortdate
from saas.kernel.values import workdays

USUAL_DAYS = 5
MOST_DAYS = 14


class Answer(NamedTuple):
    """The usual and the latest day of a bank's answer."""

    usual: dt.date
    latest: dt.date


def answer_of(debited_on: dt.date) -> Answer:
    """Return when a debit is answered; Saturdays and Sundays are no working days."""
    return Answer(workdays.after(debited_on, USUAL_DAYS), workdays.after(debited_on, MOST_DAYS))


def in_words(debited_on: dt.date | None) -> str:
    """Return the day of a bank's answer, or its delay if the day of the debit is unknown."""
    if debited_on is None:
        return _("Votre banque répond en général sous cinq jours ouvrés, parfois quatorze.")
    answer = answer_of(debited_on)
    return _("Votre banque répond en général d’ici le %(usual)s, parfois jusqu’au %(latest)s.") % {
        "usual": shortdate(answer.usual),
        "latest": shortdate(answer.latest),
    }
