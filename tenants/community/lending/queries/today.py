"""Loans of today for the home page: due pick-ups and returns, and things free now."""

import datetime as dt
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saas.kernel.database.statements import how_many
from saas.kernel.offers.home_hooks import Agenda, Chance
from tenants.community.lending.models import Loan, Thing
from tenants.community.lending.queries.loans import due_of, going_on_between
from tenants.community.lending.queries.things import lent
from tenants.community.lending.rules import loans as rules

MOST_TODAY = 6
MOST_FREE = 100


def columns(viewer: Any, at: Any, until: Any) -> dict[str, Combinable]:
    """Return a person's loans that are out or begin by then, and a count of free things."""
    begins = Q(state=Loan.State.ACCEPTED, starts_at__lt=until, ends_at__gt=at)
    ends = Q(state=Loan.State.OUT) & (Q(ends_at__lt=until) | Q(borrower=viewer))
    loans = going_on_between(viewer).filter(begins | ends).order_by("ends_at")
    lines = loans.values(
        line=JSONObject(
            reference="reference",
            title="thing__title",
            starts="starts_at",
            ends="ends_at",
            out=_is(Q(state=Loan.State.OUT)),
            lends=_is(Q(thing__owner=viewer)),
        )
    )
    return {
        "loans_today": ArraySubquery(lines[:MOST_TODAY]),
        "loans_due": Subquery(due_of(viewer, at)),
        "free_things": how_many(_free(viewer, at).values("pk")[:MOST_FREE]),
    }


def _is(what: Q) -> Any:
    return ExpressionWrapper(what, output_field=BooleanField())


def _free(viewer: Any, at: Any) -> QuerySet[Thing]:
    """Return things of others that are free at this moment."""
    during = Q(starts_at__lte=at, ends_at__gt=at) | Q(state=Loan.State.OUT, ends_at__lte=at)
    taken = Loan.objects.filter(during, state__in=rules.TAKEN, thing=OuterRef("pk"))
    return lent(viewer=viewer).filter(~Exists(taken)).exclude(owner=viewer).order_by()


def agenda(found: dict[str, Any], at: dt.datetime) -> list[Agenda]:
    """Return the agenda entries of a person's hand-overs today."""
    return [_line(loan, at) for loan in found["loans_today"]]


def _line(loan: dict[str, Any], at: dt.datetime) -> Agenda:
    ends, starts = (dt.datetime.fromisoformat(loan[name]) for name in ("ends", "starts"))
    if loan["out"]:
        words = _("On vous rend") if loan["lends"] else _("À rendre")
        words = _("En retard") if ends <= at else words
    else:
        words = _("À remettre") if loan["lends"] else _("À retirer")
    url = reverse("lending:loan", args=[loan["reference"]])
    when = ends if loan["out"] else starts
    due = not loan["lends"] or ends <= at
    return Agenda(when, words, loan["title"], url, rules.SYMBOL, due=due)


def chances(found: dict[str, Any], at: dt.datetime) -> list[Chance]:  # noqa: ARG001 - the hook's form
    """Return the number of things that the person could borrow in this break."""
    free = found["free_things"] or 0
    if not free:
        return []
    words = ngettext("%(count)d objet à emprunter", "%(count)d objets à emprunter", free)
    more = "+" if free >= MOST_FREE else ""
    url = f"{reverse('lending:board')}?free=now"
    text = (words % {"count": free}).replace(str(free), f"{free}{more}", 1)
    note = ngettext("libre maintenant", "libres maintenant", free)
    return [Chance(rules.SYMBOL, text, note, url)]


def begun_columns() -> dict[str, Combinable]:
    """Return the setup columns of a new space: whether this room has any row."""
    return {"thing": Exists(Thing.objects.all())}
