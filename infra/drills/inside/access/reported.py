"""Cases of moderation for routes to show: a pending case, a decided case."""

import datetime as dt

from saas.accounts.models import User
from tenants.community.deals import actions as deals
from tenants.community.deals.rules import Terms
from tenants.community.moderation import actions
from tenants.community.moderation.queries import cases as queries
from tenants.community.moderation.rules.cases import Verdict

VERDICT = Verdict("remove", "scam", "Le prix est faux.")


def make_deal(by: User, at: dt.datetime) -> str:
    """Pass a deal on, and return its reference."""
    ends_on = at.date() + dt.timedelta(days=7)
    terms = Terms("food", "Café offert", "Avant neuf heures.", "", "", ends_on)
    return deals.post(terms=terms, by=by, at=at).reference


def add_cases(
    things: dict[str, str], people: dict[str, tuple[str, User]], *, at: dt.datetime
) -> None:
    """Let the other report the member's classified and a deal; the moderator removes the deal."""
    by = people["other"][1]
    things["own deal"] = make_deal(people["member"][1], at)
    things["reported deal"] = deal = make_deal(people["member"][1], at)
    result = (
        ("waiting case", "classified", things["own classified"]),
        ("decided case", "deal", deal),
    )
    for name, kind, reference in result:
        subject = queries.subject(kind, reference, viewer=by)
        if subject is None:
            raise LookupError(reference)
        report = actions.report(
            subject=subject, reference=reference, reason="scam", words="", by=by, at=at
        )
        things[name] = report.case.reference
        if kind == "deal":
            actions.decide(case=report.case, verdict=VERDICT, by=people["moderator"][1], at=at)
