"""The demo's reports of merchants and ads, with an answered report; and a council's refusals."""

import datetime as dt

from infra.demo.seed.cast import OPERATOR
from saas.accounts.models import User
from saas.catalogue.placements.actions.refusals import Target
from saas.catalogue.placements.models import RunningFlight
from saas.catalogue.placements.queries.reports import thing_of
from saas.console.actions import answer_reports
from saas.kernel import schema
from tenants.community.council import actions as council
from tenants.community.neighbourhood import actions
from tenants.community.neighbourhood.queries.around import shop_page
from tenants.community.neighbourhood.queries.reported import reportable
from tenants.spaces.models import Tenant

CAMILLE, KARIM, INES, DELPHINE = 0, 2, 4, 7
SHOP, AD = "fleurs-de-loge", "Séance d’essai à la pause"
REFUSED = "Le salon du parc, tenu par une collègue, est le seul que le CSE soutient."
HOUR = dt.timedelta(hours=1)
WHY = "La séance est offerte sans condition : nous l’avons essayée."


def fill(tenant: Tenant, people: list[User], at: dt.datetime) -> None:
    """Report a shop and an ad in the park, and answer about the ad; refuse a category there."""
    if tenant.slug != "trois-moulins":
        return
    with schema.inside(tenant.schema_name):
        found = shop_page(SHOP, at)
        ad = RunningFlight.objects.filter(headline=AD).latest("pk").campaign_reference
        if found is None:
            raise LookupError(SHOP)
        shop = found.report_url.strip("/").rpartition("/")[2]
        _report(
            shop,
            "closed",
            "Rideau baissé depuis deux semaines.",
            by=people[KARIM],
            at=at - 9 * HOUR,
        )
        _report(shop, "closed", "", by=people[INES], at=at - 3 * HOUR)
        _report(ad, "misleading", "Est-ce vraiment offert ?", by=people[CAMILLE], at=at - 30 * HOUR)
    with schema.in_public():
        thing = thing_of(ad)
        if thing is None:
            raise LookupError(ad)
        answer_reports(
            thing=thing,
            outcome="kept",
            words=WHY,
            seen_cents=0,
            by=User.objects.get(email=OPERATOR),
            at=at - 20 * HOUR,
        )
    with schema.inside(tenant.schema_name):
        actions.take_answers(at=at - 20 * HOUR)
        target = Target(category="beauty")
        refused_at = at - 96 * HOUR
        council.refuse(
            target=target, reason=REFUSED, company_id=None, by=people[DELPHINE], at=refused_at
        )


def _report(reference: str, reason: str, words: str, *, by: User, at: dt.datetime) -> None:
    subject = reportable(reference)
    if subject is None:
        raise LookupError(reference)
    actions.report(subject=subject, reason=reason, words=words, by=by, at=at)
