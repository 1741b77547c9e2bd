"""Open loans between two members, as their thread shows them."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.urls import reverse

from saas.kernel.people.dealings import Dealing, Step
from tenants.community.lending.models import Loan
from tenants.community.lending.queries import page
from tenants.community.lending.queries.loans import with_thing
from tenants.community.lending.rules import codes
from tenants.community.lending.rules import loans as rules
from tenants.community.lending.wording import loans as wording

MOST_SHOWN = 3


def between(person: Any, other_id: int, at: dt.datetime) -> list[Dealing]:
    """List the loans between two members that are open, or were just returned without thanks."""
    two = Q(borrower=person, thing__owner=other_id) | Q(borrower=other_id, thing__owner=person)
    just = Q(state=Loan.State.RETURNED, thanked_at=None, borrower=person)
    just &= Q(ended_at__gt=at - dt.timedelta(days=1))
    rows = with_thing().filter(two, Q(ended_at=None) | just).order_by("ends_at", "pk")
    return [_dealing(row, person, at=at) for row in rows[:MOST_SHOWN]]


def _dealing(loan: Loan, person: Any, *, at: dt.datetime) -> Dealing:
    lends = loan.borrower_id != person.pk
    step = codes.step_of(loan)
    return Dealing(
        about=f"{page.KIND}:{loan.thing.reference}",
        title=loan.thing.title,
        note=wording.when(loan, lends=lends),
        state=wording.state_in_words(loan, at=at),
        tone=rules.tone_of_loan(loan, at=at),
        symbol=rules.SYMBOL,
        url=loan.get_absolute_url(),
        steps=_steps(loan, lends=lends, step=step, at=at),
        figures=codes.figures(loan, step, person.pk) if step else "",
    )


def _steps(loan: Loan, *, lends: bool, step: str, at: dt.datetime) -> list[Step]:
    url = loan.get_absolute_url()
    verbs = rules.verbs_of(loan, lends=lends, at=at)
    steps = [
        Step(wording.button(verb), url, rules.STEP_SYMBOLS[verb], verb, main=verb in rules.MAIN)
        for verb in rules.THREAD_VERBS
        if verb in verbs
    ]
    if step:
        handover = reverse("lending:handover", args=[loan.reference])
        steps.insert(0, Step(wording.button(step), handover, "qr-code", main=True, leads=True))
    return steps
