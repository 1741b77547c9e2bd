"""Pages between spaces for an administrator, a member, a stranger and a visitor."""

import datetime as dt
import re
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks, schema
from tenants.community.members.models import Role
from tenants.community.moderation.models import Case
from tenants.community.treaties import actions, clock, rules, tasks
from tenants.community.treaties.forms import deciding
from tenants.spaces.models import OwnCompany, OwnTreaty, Tenant
from tests.fixtures.people import AT, Browse, SameCost, SpaceClient
from tests.tenants.community.classifieds.making import run
from tests.tenants.community.moderation.making import REMOVE, make_moderator
from tests.tenants.community.moderation.making import decide as decide_case
from tests.tenants.community.treaties.conftest import Jobs, Sides, in_south

PROPOSED = {"address": "https://south.troovon.test/", "gives": ["things"], "takes": ["wanted"]}


def text(client: SpaceClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return str(answer.text)


def to_do(client: SpaceClient) -> str:
    """The part of the notifications that comes before the news."""
    return text(client, "/notifications/").partition('id="list"')[0]


def test_an_administrator_proposes_and_the_other_side_decides(
    browse: Browse, boss: User, southern_boss: User, jobs: Jobs, mailoutbox: list[Any]
) -> None:
    north, south = browse(boss), browse(southern_boss, space="south")
    data = {**PROPOSED, "address": "south", "message": "Bonjour d’en face."}
    answer = north.post("/neighbours/treaties/", data)
    assert answer.status_code == 303
    assert jobs.run() == ["south:apply_decision", "south:mail_event"]
    (message,) = mailoutbox
    assert message.to == [southern_boss.email]
    assert message.subject == "Un espace voisin vous propose un accord"
    assert "Espace north" in message.body
    page = text(south, answer["Location"])
    assert "Bonjour d’en face." in page
    assert 'value="accept"' in page
    assert 'value="withdraw"' not in page
    assert message.subject in to_do(south)
    assert south.post(answer["Location"], {"verb": "accept"}).status_code == 303
    assert message.subject not in to_do(south)
    assert "south:publish" in jobs.run()
    assert mailoutbox[-1].to == [boss.email]
    assert 'value="revoke"' in text(north, answer["Location"])
    assert north.post(answer["Location"], {"verb": "revoke"}).status_code == 303
    assert "y a mis fin" in text(south, answer["Location"])


def test_only_another_space_that_answers_can_be_proposed_to(
    browse: Browse, boss: User, southern_boss: User
) -> None:
    client, url = browse(boss), "/neighbours/treaties/"
    for address in ("north", "nulle-part", "https://", "ops", "", "a b"):
        assert client.post(url, {**PROPOSED, "address": address}).status_code == 422
    assert "au moins une catégorie" in client.refused(url, {"address": "south"})
    assert not OwnTreaty.objects.exists()
    pasted = f"https://SOUTH.{settings.BASE_HOST}/signin/"
    assert client.post(url, {**PROPOSED, "address": pasted}).status_code == 303


def test_proposal_is_answered_once_and_by_the_other_side(browse: Browse, proposal: Sides) -> None:
    address = f"/neighbours/treaties/{proposal.reference}/"
    assert browse(proposal.north).post(address, {"verb": "accept"}).status_code == 403
    south = browse(proposal.south, space="south")
    second = south.refused("/neighbours/treaties/", {"address": "north", "gives": ["loans"]})
    assert "Un accord existe déjà" in second
    assert south.post(address, {"verb": "withdraw"}).status_code == 403
    assert south.post(address, {"verb": "revoke"}).status_code == 422
    assert south.post(address, {"verb": "decline"}).status_code == 303
    assert south.post(address, {"verb": "accept"}).status_code == 422
    assert in_south(proposal).state == "declined"


def test_a_member_and_who_administers_one_company_are_not_led_to_treaties(
    his: SpaceClient, proposal: Sides, teammate: User
) -> None:
    assert "/neighbours/treaties/" not in text(his, "/")
    company = OwnCompany.objects.get(name="North Un").pk
    Role.objects.create(user=teammate, role="administrator", company_id=company, given_at=AT)
    assert "/neighbours/treaties/" not in text(his, "/")


def test_neighbours_are_offered_only_while_there_are_some(
    browse: Browse, treaty: Sides, teammate: User, share: Any
) -> None:
    form = r'name="audience"[^>]*value="neighbours"'
    bike = f"/neighbours/north/{share(treaty.north, title='Vélo pliant').reference}/"
    reader, boss = browse(teammate), browse(treaty.north)
    south = browse(treaty.south, space="south")
    assert 'href="/neighbours/"' in text(reader, "/search/")
    assert re.search(form, text(boss, "/classifieds/new/"))
    assert south.get(bike).status_code == 200
    boss.post(f"/neighbours/treaties/{treaty.reference}/", {"verb": "revoke"})
    assert 'href="/neighbours/"' not in text(reader, "/search/")
    assert not re.search(form, text(boss, "/classifieds/new/"))
    assert "Aucun voisin pour l’instant" in text(reader, "/neighbours/")
    assert "Proposer un accord" in text(boss, "/neighbours/")
    assert south.get(bike).status_code == 404
    assert "Vélo pliant" not in text(south, "/neighbours/")


def test_members_see_what_neighbours_show_and_where_it_comes_from(
    browse: Browse, treaty: Sides, share: Any
) -> None:
    bike = share(treaty.north, title="Vélo pliant")
    drill = share(treaty.north, title="Perceuse", lent=True)
    south = browse(treaty.south, space="south")
    page = text(south, "/neighbours/")
    assert "Vélo pliant" in page
    assert "Espace north · North Un" in page
    assert treaty.north.email not in page
    only = text(south, "/neighbours/?category=loans&space=north")
    assert "Perceuse" in only
    assert "Vélo pliant" not in only
    assert "Rien à voir ici" in text(south, "/neighbours/?space=nulle-part")
    detail = text(south, f"/neighbours/north/{bike.reference}/")
    assert "Vient de" in detail
    assert "Révisé en octobre." in detail
    body = south.get("/api/v1/neighbours/?category=loans").json()
    assert [one["reference"] for one in body["results"]] == [drill.reference]
    assert body["results"][0]["space"] == {"slug": "north", "name": "Espace north"}
    north = browse(treaty.north)
    for client in (north, south):  # the treaty's page shows the items visible to each side
        assert "Vélo pliant" in text(client, f"/neighbours/treaties/{treaty.reference}/")
    assert north.get(f"/neighbours/north/{bike.reference}/").status_code == 404
    assert north.get("/api/v1/neighbours/").json()["results"] == []


def test_shared_item_is_reported_and_hidden_here(browse: Browse, treaty: Sides, share: Any) -> None:
    bike = share(treaty.north, title="Vélo pliant")
    south, north = browse(treaty.south, space="south"), browse(treaty.north)
    address = f"/neighbours/north/{bike.reference}/"
    found = re.search(r"/moderation/report/neighbour/([\w-]+)/", text(south, address))
    assert found
    assert south.post(found[0], {"reason": "scam"}).status_code == 303
    assert north.get(found[0]).status_code == 404
    with schema.inside("south"):
        moderator = make_moderator()
        case = Case.objects.get()
        assert (case.title, case.owner) == ("Vélo pliant", None)
        page = text(browse(moderator, space="south"), f"/moderation/cases/{case.reference}/")
        assert "Espace north" in page
        decide_case(case, REMOVE, by=moderator, at=timezone.now())
    assert south.get(address).status_code == 404
    assert "Vélo pliant" not in text(south, "/neighbours/")
    assert south.get("/api/v1/neighbours/").json()["results"] == []
    assert "Masqué par la modération" in text(browse(moderator, space="south"), address)
    assert "Vélo pliant" in text(north, bike.get_absolute_url())
    assert not Case.objects.exists()
    with schema.inside("south"):
        actions.conceal(reference=found[1], hidden=False, at=timezone.now())
    assert "Vélo pliant" in text(south, "/neighbours/")


@pytest.mark.parametrize("named", ["", "1", "1-", "x-PA-1", "²-PA-1", "9" * 30 + "-PA-1"])
def test_a_report_that_names_no_space_names_nothing(named: str) -> None:
    assert rules.named_by(named) is None


def test_three_things_cost_what_one_costs(
    browse: Browse, treaty: Sides, share: Any, same_cost: SameCost
) -> None:
    share(treaty.north, title="Un")
    with same_cost(browse(treaty.south, space="south"), "/neighbours/"):
        share(treaty.north, title="Deux")
        share(treaty.north, title="Trois")


def test_a_lost_mail_about_a_treaty_is_sent_again_once(
    boss: User, southern_boss: User, jobs: Jobs, mailoutbox: list[Any]
) -> None:
    then = timezone.now() - dt.timedelta(minutes=6)
    data: dict[str, Any] = {"gives": ["things"], "takes": [], "message": ""}
    reference = deciding.propose(address="south", by=boss, at=then, **data)
    for reader, decide in ((southern_boss, None), (boss, deciding.accept)):
        if decide is not None:
            with schema.inside("south"):
                decide(reference=reference, by=southern_boss, at=then)
        jobs.waiting.clear()  # the broker died right after the commit
        mailoutbox.clear()
        for _ in range(2):
            with schema.in_public():
                clock.sync_treaties.apply(headers={}, throw=True)
            jobs.run()
        assert [message.to for message in mailoutbox] == [[reader.email]]


def test_a_late_job_does_not_take_the_mail_of_the_other_side(
    proposal: Sides, jobs: Jobs, mailoutbox: list[Any]
) -> None:
    with schema.inside("south"):
        deciding.accept(reference=proposal.reference, by=proposal.south, at=timezone.now())
        mailoutbox.clear()
        run(tasks.apply_decision, proposal.reference)
    assert mailoutbox == []
    jobs.run()
    assert [message.to for message in mailoutbox] == [[proposal.north.email]]


def test_treaty_with_a_space_that_is_deleted_waits_for_nobody(
    browse: Browse, proposal: Sides, jobs: Jobs
) -> None:
    south = browse(proposal.south, space="south")
    assert "vous propose un accord" in to_do(south)
    with schema.in_public():
        north = Tenant.objects.get(schema_name="north")
        hooks.space_deleted.ask(north.pk, timezone.now())
    jobs.run()
    assert "vous propose un accord" not in to_do(south)
    assert "L’espace voisin a été supprimé" in text(south, "/notifications/")


def test_neighbours_are_a_filter_of_the_search(
    browse: Browse, treaty: Sides, share: Any, same_cost: SameCost
) -> None:
    share(treaty.north, title="Vélo de ville")
    client = browse(treaty.south, space="south")
    assert "kind=neighbours" in text(client, "/search/?q=velos")
    narrowed = text(client, "/search/?kind=neighbours&q=velos")
    assert "Vélo de ville" in narrowed
    assert "Vélo de ville" not in text(client, "/search/?kind=neighbours&q=tente")
    with same_cost(client, "/search/?kind=neighbours"):
        share(treaty.north, title="Vélo cargo")


def test_neighbours_items_are_found_beside_those_of_colleagues(
    browse: Browse, treaty: Sides, share: Any
) -> None:
    for number in range(4):
        share(treaty.north, title=f"Vélo {number}")
    share(treaty.north, title="Perceuse", lent=True)
    client = browse(treaty.south, space="south")
    sold = text(client, "/search/?kind=classifieds&variety=sell")
    assert sold.count('href="/neighbours/north/') == 3
    assert "Perceuse" not in sold
    assert re.search(r'href="\?kind=neighbours"[^>]*>\s*Tout voir', sold)
    assert "Perceuse" in text(client, "/search/?kind=lending")
    assert "Perceuse" not in text(client, "/search/?kind=classifieds&variety=give")
    assert "Perceuse" not in text(client, "/search/?kind=people")
    assert 'href="?kind=neighbours"' in text(client, "/search/")


def test_space_without_treaty_has_no_such_filter(browse: Browse, owner: User) -> None:
    assert "kind=neighbours" not in text(browse(owner), "/search/?q=velos")
    assert "kind=neighbours" not in text(browse(owner), "/search/")
