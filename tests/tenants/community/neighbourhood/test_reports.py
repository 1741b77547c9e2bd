"""A merchant or an ad is reported to Troovon without a name, once, and its answer comes home."""

import datetime as dt
import functools
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.actions import reports as placements
from saas.catalogue.placements.models import Campaign, CatalogueReport
from saas.catalogue.placements.queries.reports import thing_of
from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.community.neighbourhood import actions
from tenants.community.neighbourhood.models import MemberReport
from tenants.community.neighbourhood.queries import reported as queries
from tenants.community.notifications.models import Notification
from tests.fixtures.people import AT, SpaceClient, make_user
from tests.fixtures.together import acts_at_once
from tests.saas.catalogue.making import make_merchant, run_campaign


def report(reference: str, by: User, at: dt.datetime, **given: Any) -> MemberReport:
    subject = queries.reportable(reference)
    assert subject is not None
    data = {"reason": "closed", "words": ""} | given
    return actions.report(subject=subject, by=by, at=at, **data)


def answer(reference: str, outcome: str, at: dt.datetime) -> None:
    with schema.in_public():
        thing = thing_of(reference)
        assert thing is not None
        operator = make_user("Agathe", email="agathe@troovon.example")
        placements.answer_reports(
            thing=thing, outcome=outcome, words="Vérifié sur place.", by=operator, at=at
        )


def test_every_placement_and_shop_page_leads_to_its_report(
    hers: SpaceClient, merchant: Merchant, campaign: Campaign, flight: Any
) -> None:
    address = f"/neighbourhood/report/{campaign.reference}/"
    pages = ("/", "/neighbourhood/", "/deals/", f"/neighbourhood/why/{flight.reference}/")
    assert [address in hers.get(page).text for page in pages] == [True] * 4
    shop = hers.get("/neighbourhood/maison-cazal/").text
    assert f"/neighbourhood/report/{merchant.reference}/" in shop


def test_report_names_nobody_in_public_and_is_made_once(
    hers: SpaceClient, merchant: Merchant
) -> None:
    address = f"/neighbourhood/report/{merchant.reference}/"
    refused = hers.refused(address, {"reason": "other", "words": ""})
    assert "Dites en quelques mots ce qui ne va pas." in refused
    typed = {"reason": "other", "words": "Rideau baissé."}
    assert hers.post(address, typed).status_code == 303
    assert "Une personne de Troovon va regarder" in hers.get(address).text
    hers.post(address, typed)
    with schema.in_public():
        stored = CatalogueReport.objects.select_related("tenant").get()
        assert (stored.tenant.schema_name, stored.merchant_id) == ("north", merchant.pk)
        columns = {field.name for field in CatalogueReport._meta.get_fields()}
        assert columns == {
            *("id", "reference", "tenant", "merchant", "campaign", "reason", "words"),
            *("reported_at", "answer"),
        }


def test_answer_of_an_operator_reaches_who_reported_and_nobody_twice(
    owner: User, teammate: User, merchant: Merchant
) -> None:
    for person in (owner, teammate):
        report(merchant.reference, person, AT)
    assert actions.take_answers(at=AT) == 0
    answer(merchant.reference, "kept", AT)
    assert [actions.take_answers(at=AT) for _ in range(2)] == [2, 0]
    mine = queries.own_report(merchant.reference, owner)
    assert mine is not None
    assert (mine.outcome, mine.answer) == ("kept", "Vérifié sur place.")
    notified = Notification.objects.filter(kind="decisions").values_list("person", flat=True)
    assert set(notified) == {owner.pk, teammate.pk}


def test_shop_unseen_here_is_not_reported(stranger: User) -> None:
    running = run_campaign(make_merchant(at=AT), at=AT)
    with schema.inside("south"):
        assert queries.reportable(running.reference) is None


def test_report_goes_with_its_member_and_what_stands_in_public_stays(
    owner: User, merchant: Merchant
) -> None:
    report(merchant.reference, owner, AT)
    (table,) = queries.personal_data(owner)
    assert merchant.reference in str(table)
    actions.erase(by=owner, at=AT)
    assert not MemberReport.objects.exists()
    with schema.in_public():
        assert CatalogueReport.objects.count() == 1


def test_concurrent_reports_count_once_a_member(own_north: None) -> None:
    reference = make_merchant(at=AT).reference
    first, second = (make_user(name) for name in ("Nadia", "Karim"))

    def act(by: User) -> MemberReport | None:
        try:
            return report(reference, by, AT)
        except (IntegrityError, Refused, ValidationError):
            return None

    answers = acts_at_once([functools.partial(act, one) for one in (first, first, second)])
    assert MemberReport.objects.count() == 2
    with schema.in_public():
        assert CatalogueReport.objects.count() == 2
    assert sum(isinstance(one, MemberReport) for one in answers) == 2


def test_own_reports_page_lists_shops_and_ads_with_their_answers(
    hers: SpaceClient, owner: User, merchant: Merchant, campaign: Campaign
) -> None:
    report(merchant.reference, owner, AT)
    report(campaign.reference, owner, AT)
    waiting = hers.get(reverse("moderation:mine")).text
    pages = [f"/neighbourhood/report/{one.reference}/" for one in (merchant, campaign)]
    assert [page in waiting for page in pages] == [True, True]
    assert waiting.count("À examiner") == 2
    answer(merchant.reference, "removed", AT)
    actions.take_answers(at=AT)
    answered = hers.get(reverse("moderation:mine")).text
    assert answered.count("À examiner") == 1
    assert "Retiré" in answered
