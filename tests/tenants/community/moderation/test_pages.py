"""The pages and the API of moderation: permissions, the effect of each click, retention."""

import datetime as dt
import json
from typing import Any

import pytest
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.classifieds import actions as classifieds
from tenants.community.classifieds.models import Classified
from tenants.community.members.models import Role
from tenants.community.moderation import actions
from tenants.community.moderation.models import Case, LogLine, Report
from tests.api.test_programs import ask, token_of
from tests.fixtures.people import AT, Browse, SameCost, SpaceClient, make_user
from tests.tenants.community.classifieds.making import make_classified, make_picture, offer
from tests.tenants.community.classifieds.test_pages import form_data
from tests.tenants.community.moderation.making import REMOVE, decide, make_moderator, report

NOW = timezone.now
DECISION = {"outcome": "remove", "rule": "scam", "facts": "Trois sites, le même texte."}


@pytest.fixture
def reported(owner: User, teammate: User) -> Case:
    """A case about the owner's classified, which the teammate reported."""
    reference = make_classified(owner).reference
    return report("classified", reference, by=teammate, at=NOW())


def test_report_is_sent_from_the_thing_s_page(browse: Browse, owner: User, teammate: User) -> None:
    classified = make_classified(owner)
    client = browse(teammate)
    url = f"/moderation/report/classified/{classified.reference}/"
    assert url.encode() in client.get(classified.get_absolute_url()).content
    assert url.encode() not in browse(owner).get(classified.get_absolute_url()).content
    assert "Déjà vu ailleurs." in client.refused(url, {"words": "Déjà vu ailleurs."})
    assert client.post(url, {"reason": "scam", "words": "Déjà vu."}).status_code == 303
    page = client.get("/moderation/mine/").text
    assert classified.title in page
    assert Report.objects.get().words == "Déjà vu."


def test_picture_is_reported_by_itself(browse: Browse, owner: User, teammate: User) -> None:
    classified = make_classified(owner)
    picture = make_picture(owner, classified)
    url = f"/moderation/report/classified/{classified.reference}/"
    data = {"part": picture.token, "reason": "privacy"}
    assert browse(teammate).post(url, data).status_code == 303
    case = Case.objects.get()
    assert (case.kind, case.subject_reference) == ("picture", picture.token)


def test_moderator_decides_and_goes_on_with_the_next(
    browse: Browse, owner: User, teammate: User, reported: Case
) -> None:
    second = report("classified", make_classified(owner).reference, by=teammate, at=NOW())
    client = browse(make_moderator())
    queue = client.get("/moderation/").text
    assert queue.index(reported.reference) < queue.index(second.reference)
    url = f"/moderation/cases/{reported.reference}/"
    page = client.get(url).text
    assert page.count("autofocus") == 1
    assert teammate.short_name not in page
    assert "Trois sites" in client.refused(url, {**DECISION, "rule": "", "next": "1"})
    answer = client.post(url, {**DECISION, "next": "1"})
    assert answer["Location"] == f"/moderation/cases/{second.reference}/"
    answer = client.post(answer["Location"], {**DECISION, "outcome": "keep", "next": "1"})
    assert answer["Location"] == "/moderation/"
    log = client.get("/moderation/log/").text
    assert "Dossier ouvert" in log
    assert LogLine.objects.filter(what="opened").count() == 1


def test_second_of_two_moderators_finds_their_words_again(browse: Browse, reported: Case) -> None:
    url = f"/moderation/cases/{reported.reference}/"
    decide(reported, REMOVE, by=make_moderator(), at=NOW())
    second = browse(make_moderator("Ana"))
    page = second.post(url, {"outcome": "keep", "facts": "C’est bien le sien."}).text
    assert "Vos mots ne sont pas partis" in page
    assert "C’est bien le sien." in page
    assert "Ce que vous aviez écrit" not in second.get(url).text


def test_report_offers_frequent_reasons_first(browse: Browse, owner: User, teammate: User) -> None:
    reference = make_classified(owner).reference
    page = browse(teammate).get(f"/moderation/report/classified/{reference}/").text
    reasons = [page.index(f'value="{name}"') for name in ("misplaced", "scam", "weapon", "other")]
    assert reasons == sorted(reasons)


def test_moderator_finds_nothing_of_their_own_in_the_queue(
    browse: Browse, teammate: User, reported: Case
) -> None:
    moderator = make_moderator()
    client = browse(moderator)
    own = report("classified", make_classified(moderator).reference, by=teammate, at=NOW())
    theirs = report("classified", reported.subject_reference, by=moderator, at=NOW())
    page = client.get("/moderation/").text
    for case in (own, theirs):
        assert case.reference not in page
        assert client.get(f"/moderation/cases/{case.reference}/").status_code == 403
    log = client.get("/moderation/log/").text
    assert theirs.title in log
    assert own.reference not in log
    assert theirs.reference not in log  # named, but its page is not for them
    sheet = b"".join(client.get("/moderation/log/log.csv")).decode()
    assert theirs.reference in sheet
    assert own.reference not in sheet


def test_removed_owner_reads_why_and_appeals_once(
    browse: Browse, hers: SpaceClient, teammate: User, reported: Case
) -> None:
    url = reported.get_absolute_url()
    assert hers.get(url).status_code == 404  # a pending report is shown to no member
    moderator = make_moderator()
    decide(reported, REMOVE, by=moderator, at=NOW())
    log, linked = "/moderation/log/", f"/moderation/cases/{reported.reference}/"
    assert linked in browse(moderator).get(log).text
    page = hers.get(url).text
    assert REMOVE.facts in page
    assert "art.\u00a0313-1" in page or "art. 313-1" in page
    assert teammate.short_name not in page
    thing = f"/classifieds/{reported.subject_reference}/"
    about = f"/moderation/about/classified/{reported.subject_reference}/"
    assert about.encode() in hers.get(thing).content
    assert hers.get(about)["Location"] == url
    assert hers.post(url, {"words": ""}).status_code == 422
    assert hers.post(url, {"words": "C’est le mien."}).status_code == 303
    assert "Un second avis est demandé" in hers.get(url).text
    assert linked not in browse(moderator).get(log).text  # the second look is another's
    assert browse(teammate).get(thing).status_code == 404
    assert browse(make_user("Lou")).get(url).status_code == 404


def test_queue_and_lists_cost_the_same_with_three_cases(
    browse: Browse, his: SpaceClient, same_cost: SameCost, owner: User, teammate: User
) -> None:
    moderator = browse(make_moderator())
    report("classified", make_classified(owner).reference, by=teammate, at=NOW())
    queue = same_cost(moderator, "/moderation/", "/moderation/log/", most=14)
    with queue, same_cost(his, "/moderation/mine/", "/api/v1/reports/", most=14):
        for name in ("Inès", "Hugo"):
            report("classified", make_classified(make_user(name)).reference, by=teammate, at=NOW())


def post(client: Any, url: str, changes: dict[str, str]) -> Any:
    return client.post(url, json.dumps(changes), content_type="application/json")


def test_api_reports_lists_and_contests(
    browse: Browse, hers: SpaceClient, his: SpaceClient, owner: User, stranger: User
) -> None:
    classified = make_classified(owner)
    data = {"kind": "classified", "reference": classified.reference, "reason": "scam"}
    assert post(his, "/api/v1/reports/", {**data, "reason": "none"}).status_code == 400
    assert post(his, "/api/v1/reports/", {**data, "reference": "PA-NO"}).status_code == 404
    assert post(hers, "/api/v1/reports/", data).status_code == 422
    made = post(his, "/api/v1/reports/", data)
    assert made.status_code == 201
    case = Case.objects.get()
    decide(case, REMOVE, by=make_moderator(), at=NOW())
    [listed] = his.get("/api/v1/reports/").json()["results"]
    assert listed["case"]["decisions"][0]["facts"] == REMOVE.facts
    [found] = hers.get("/api/v1/moderation-cases/").json()["results"]
    assert found["decisions"][0]["automated"] is False
    contested = post(hers, f"/api/v1/moderation-cases/{case.reference}/appeal/", {"words": "Non."})
    assert contested.json()["state"] == "appealed"
    abroad = browse(stranger, space="south")
    assert abroad.get(f"/api/v1/moderation-cases/{case.reference}/").status_code == 404


def test_forbidden_goods_are_refused_beside_the_title(browse: Browse, owner: User) -> None:
    title = {"title": "Chatons à adopter", "kind": "give", "price": ""}
    assert "refuge" in browse(owner).refused("/classifieds/new/", form_data(**title))


def test_moderators_read_the_former_text_of_a_classified(
    browse: Browse, owner: User, teammate: User, reported: Case
) -> None:
    classifieds.edit(
        classified=Classified.objects.get(),
        offer=offer(description="Rien à voir."),
        pictures=(),
        by=owner,
        at=NOW(),
    )
    client, url = browse(make_moderator()), f"/moderation/cases/{reported.reference}/"
    page = client.get(url).text
    assert "Révisé en octobre." in page
    assert "Changé depuis" in page
    assert f"/people/{owner.reference}/" in page
    User.objects.filter(pk=owner.pk).update(is_active=False)
    page = client.get(url).text
    assert owner.short_name in page
    assert f"/people/{owner.reference}/" not in page  # a leaver has no card


def test_charter_is_accepted_by_version_with_grace(
    browse: Browse, hers: SpaceClient, his: SpaceClient, owner: User, teammate: User
) -> None:
    Role.objects.create(user=owner, role="administrator", given_at=AT)
    assert his.get("/moderation/charter/new/").status_code == 403
    data = {"text": "On remet à la pause.", "days": "14"}
    assert hers.post("/moderation/charter/new/", {**data, "days": "3"}).status_code == 422
    assert hers.post("/moderation/charter/new/", data).status_code == 303
    assert "La lire" in his.get("/deals/").text
    old = NOW() - dt.timedelta(days=20)
    actions.publish_charter(text="Plus jamais.", days=14, by=owner, at=old)
    assert his.get("/deals/")["Location"] == "/moderation/charter/"
    token = token_of(teammate, "deals:read").secret
    assert his.get("/api/v1/deals/").status_code == 403
    assert ask(browse(None), "/api/v1/deals/", token).status_code == 403
    assert his.get("/moderation/mine/").status_code == 200
    for version in ("1", ""):  # from a page opened before the newer version
        assert his.post("/moderation/charter/", {"version": version}).status_code == 303
        assert his.get("/deals/").status_code == 303
    assert 'name="version" value="2"' in his.get("/moderation/charter/").text
    assert his.post("/moderation/charter/", {"version": "2"}).status_code == 303
    assert his.get("/deals/").status_code == 200
    assert ask(browse(None), "/api/v1/deals/", token).status_code == 200
    assert hers.get("/deals/").status_code == 200
