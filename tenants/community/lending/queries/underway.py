"""Loans that go on in all of the space, in counts: before lending is switched off."""

import datetime as dt

from django.db.models import Count, Q
from django.utils.translation import ngettext

from tenants.community.lending.models import Loan


def underway(_at: dt.datetime) -> list[str]:
    """Return the number of things handed over, and of loans accepted or requested."""
    out, promised = (
        Q(state=Loan.State.OUT),
        Q(state__in=[Loan.State.REQUESTED, Loan.State.ACCEPTED]),
    )
    counts = Loan.objects.filter(ended_at=None).aggregate(
        out=Count("pk", filter=out), promised=Count("pk", filter=promised)
    )
    words = {
        "out": ngettext(
            "%(count)d objet prêté n’est pas encore rendu",
            "%(count)d objets prêtés ne sont pas encore rendus",
            counts["out"],
        ),
        "promised": ngettext(
            "%(count)d prêt est demandé ou promis",
            "%(count)d prêts sont demandés ou promis",
            counts["promised"],
        ),
    }
    return [words[name] % {"count": count} for name, count in counts.items() if count]
