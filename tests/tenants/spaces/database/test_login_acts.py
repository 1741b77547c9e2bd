"""In a space with a login of its own people do all that they do elsewhere: no act crosses over."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, connections
from django.utils import timezone

from billing.models import Council, ShareTerms, StripeCall
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.tasks import SCHEMA_HEADER, PublicTask, TenantTask
from tenants.community.classifieds import clock as classifieds
from tenants.community.conversations import clock as conversations
from tenants.community.members import clock as members
from tenants.community.members.models import Departure, Profile, Role
from tenants.community.neighbourhood import clock as neighbourhood
from tenants.community.treaties import clock as neighbours
from tenants.community.treaties.models import Question
from tenants.spaces import hosts
from tenants.spaces.database import logins
from tenants.spaces.models import Enquiry, OwnCompany, SharedItem, Tenant, Treaty
from tests.factories.billing import make_council
from tests.fixtures.billing import make_calls
from tests.fixtures.patience import PATIENCE
from tests.fixtures.people import SpaceClient, make_user
from tests.fixtures.services import Simulator
from tests.tenants.community.classifieds.making import make_classified, upload
from tests.tenants.community.treaties.conftest import Jobs
from tests.tenants.spaces.database import connecting

TREATY = {"gives": ["things"], "takes": ["things"], "message": "Bonjour d’en face."}
# Struck by another clock, with a month or a company.
QUEUED_WITH_AN_ARGUMENT = {
    *(neighbourhood.refresh_council_month.name, neighbourhood.move_marks.name),
    members.end_company.name,
}
QUESTION = {"text": "Est-il encore là ?"}


class TwoSpaces(NamedTuple):
    """Users and jobs of two spaces: an administrator and a colleague, and a southern user."""

    boss: User
    colleague: User
    southern: User
    jobs: Jobs

    def browse(self, user: User, space: str = "north", host: str = "") -> SpaceClient:
        client = SpaceClient(f"{host or space}.{settings.BASE_HOST}")
        with schema.inside(space):
            client.force_login(user)
        return client


with_and_without_a_pool = pytest.mark.parametrize(
    "apart", [0, 2], ids=["without a pool", "with a pool"], indirect=True
)


@pytest.fixture
def apart(
    request: pytest.FixtureRequest, own_database: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The north is entered by its own login, in this very process; from a pool, as the web does."""
    connections_at_most = getattr(request, "param", 2)
    given = connecting.given_login("north")
    app: Any = connections["default"]
    app.close()
    options = app.settings_dict["OPTIONS"] | {"space_logins": {"north": given}}
    if connections_at_most:
        options |= {"pool": {"min_size": 0, "max_size": connections_at_most, "timeout": PATIENCE}}
    monkeypatch.setitem(app.settings_dict, "OPTIONS", options)
    yield
    app.close()
    app.close_pool()
    logins.withdraw("north")


@pytest.fixture
def two_spaces(apart: None, monkeypatch: pytest.MonkeyPatch) -> TwoSpaces:
    """Return two spaces with users; every commit is real."""
    monkeypatch.setattr("tenants.community.notifications.rules.loud_from", lambda at, *_: at)
    jobs = Jobs()

    def queue(task: Any, args: Any = (), **options: Any) -> None:
        jobs.add(task, args, **options)

    for base in (TenantTask, PublicTask):
        monkeypatch.setattr(base, "apply_async", queue)
    with schema.inside("north"):
        boss, colleague = make_user("Nadia", last_name="Berthier"), make_user("Karim")
        company = OwnCompany.objects.get(name="North Un").pk
        Profile.objects.filter(user=boss).update(company_id=company)
        for role in ("administrator", "treasurer"):
            Role.objects.create(user=boss, role=role, given_at=timezone.now())
    with schema.inside("south"):
        southern = make_user("Solene")
        Role.objects.create(user=southern, role="administrator", given_at=timezone.now())
    return TwoSpaces(boss, colleague, southern, jobs)


def tick(task: Any, space: str = "") -> None:
    """Let a clock strike, in public or in a space."""
    task.apply(headers={SCHEMA_HEADER: space or schema.PUBLIC}, throw=True)


def lying() -> list[str]:
    with schema.in_public():
        return list(SharedItem.objects.values_list("title", flat=True))


def agree(two_spaces: TwoSpaces) -> str:
    """The north proposes, the south accepts; return the treaty's page."""
    answer = two_spaces.browse(two_spaces.boss).post(
        "/neighbours/treaties/", TREATY | {"address": "south"}
    )
    assert answer.status_code == 303
    assert "south:apply_decision" in two_spaces.jobs.run()
    page = str(answer["Location"])
    south = two_spaces.browse(two_spaces.southern, "south")
    assert south.post(page, {"verb": "accept"}).status_code == 303
    assert {"north:apply_decision", "north:publish", "south:publish"} <= set(two_spaces.jobs.run())
    return page


@with_and_without_a_pool
def test_space_is_entered_by_its_own_login(two_spaces: TwoSpaces) -> None:
    with schema.inside("north"), connection.cursor() as cursor:
        cursor.execute("SELECT session_user::text")
        assert cursor.fetchone() == ("north",)


def test_a_company_is_dressed_and_a_domain_claimed_and_withdrawn(two_spaces: TwoSpaces) -> None:
    client = two_spaces.browse(two_spaces.boss)
    with schema.inside("north"):
        company = OwnCompany.objects.get(name="North Un")
    page, values = f"/admin/companies/{company.pk}/", {"badge": "N1", "colour": "#ffd400"}
    assert client.post(page, values).status_code == 303
    with schema.inside("north"):
        company.refresh_from_db()
    assert (company.badge, company.colour) == ("N1", "#ffd400")
    assert two_spaces.browse(two_spaces.colleague).post(page, values).status_code == 403
    domain, domains = "espace.helvane.example", "/admin/space/domains/"
    assert client.post(domains, {"domain": domain}).status_code == 303
    assert domain in client.get("/admin/space/").content.decode()
    assert client.post(f"{domains}{domain}/withdraw/").status_code == 303


def test_space_is_presented_moved_and_who_moved_it_is_carried_over(two_spaces: TwoSpaces) -> None:
    client = two_spaces.browse(two_spaces.boss)
    values = {"name": "Helvane et nous", "accent": "#7b3fa0"}
    assert client.post("/admin/space/", values).status_code == 303
    assert client.post("/admin/space/address/", {"slug": "south"}).status_code == 422
    moved = client.post("/admin/space/address/", {"slug": "helvane"})
    assert moved.status_code == 200
    with schema.in_public():
        assert Tenant.objects.get(schema_name="north").slug == "helvane"
    link = re.search(
        rf"{re.escape(hosts.space_url('helvane', '/enter/'))}[^\"]+", moved.content.decode()
    )
    assert link is not None
    there = SpaceClient(f"helvane.{settings.BASE_HOST}")
    assert there.post(there.on(link[0])).status_code == 303
    assert "Helvane et nous" in there.get("/admin/space/").content.decode()


def test_mail_domain_is_proven_and_removed(two_spaces: TwoSpaces, mailoutbox: list[Any]) -> None:
    client = two_spaces.browse(two_spaces.boss)
    with schema.inside("north"):
        company = OwnCompany.objects.get(name="North Deux").pk
    page = "/admin/mail-domains/"
    wanted = {"company_id": company, "email": "rh@brisson.example"}
    assert client.post(page, wanted).status_code == 303
    two_spaces.jobs.run()
    link = re.search(r"https?://\S+", str(mailoutbox[-1].body))
    assert link is not None
    reader = SpaceClient(f"north.{settings.BASE_HOST}")
    assert reader.post(reader.on(link[0])).status_code == 200
    assert "north:mail_domain_change" in two_spaces.jobs.run()
    assert client.post(f"{page}brisson.example/remove/", {"sure": "on"}).status_code == 303
    assert "north:mail_domain_change" in two_spaces.jobs.run()
    assert client.post(page, wanted).status_code == 303
    assert client.post(f"{page}brisson.example/link/").status_code == 303
    assert client.post(f"{page}brisson.example/withdraw/").status_code == 303


def test_the_council_signs_and_opens_an_account(
    two_spaces: TwoSpaces, stripe_simulator: Simulator
) -> None:
    with schema.in_public():
        council = make_council("north", accepted=False)
        Council.objects.update(treasurer_reference=two_spaces.boss.reference)
    client = two_spaces.browse(two_spaces.boss)
    signed = {"read": "on", "name": "Nadia Berthier"}
    assert client.post(f"/council/terms/{council.reference}/", signed).status_code == 303
    wanted = {"contact_email": "cse@north.example", "siren": "732 829 320"}
    assert client.post(f"/council/account/{council.reference}/", wanted).status_code == 303
    make_calls()
    with schema.in_public():
        assert ShareTerms.objects.get(council=council).accepted_by_name == "Nadia Berthier"
        assert StripeCall.objects.get(kind="account").state == "done"
        assert Council.objects.get(pk=council.pk).account_state in {"created", "onboarding"}
    assert client.post(f"/council/account/{council.reference}/link/").status_code == 303
    assert client.get(f"/council/account/{council.reference}/back/").status_code == 200
    assert "sync_account" in {name.rpartition(":")[2] for name in two_spaces.jobs.run()}
    for path in ("", "ledger/", "terms/", "account/"):
        assert client.get(f"/council/{path}").status_code == 200


def test_colleagues_write_to_each_other(two_spaces: TwoSpaces, mailoutbox: list[Any]) -> None:
    with schema.inside("north"):
        bike = make_classified(two_spaces.boss, title="Vélo pliant")
    asking = two_spaces.browse(two_spaces.colleague)
    begun = asking.post(f"/messages/begin/classified/{bike.reference}/", {"text": "Bonjour"})
    assert begun.status_code == 303
    two_spaces.jobs.run()
    assert mailoutbox[-1].to == [two_spaces.boss.email]
    answer = two_spaces.browse(two_spaces.boss).post(begun["Location"], {"text": "Il est là"})
    assert answer.status_code == 303
    two_spaces.jobs.run()
    assert mailoutbox[-1].to == [two_spaces.colleague.email]
    assert "Il est là" in asking.get(begun["Location"]).content.decode()


@with_and_without_a_pool
def test_shared_copy_lies_in_public_as_long_as_its_treaty(two_spaces: TwoSpaces) -> None:
    page = agree(two_spaces)
    boss = two_spaces.browse(two_spaces.boss)
    south = two_spaces.browse(two_spaces.southern, "south")
    pictured = {
        "kind": "give",
        "title": "Perceuse",
        "spot": "elsewhere",
        "place": "Hall B",
        "days": "30",
        "audience": "neighbours",
        "pictures": upload(),
    }
    posted = boss.post("/classifieds/new/", pictured)
    assert posted.status_code == 303, posted.content.decode()
    two_spaces.jobs.run()
    assert lying() == ["Perceuse"]
    assert "Perceuse" in south.get("/neighbours/").content.decode()
    with schema.in_public():
        copied = SharedItem.objects.get().picture
    assert copied
    assert default_storage.exists(copied)
    assert boss.post(page, {"verb": "revoke"}).status_code == 303
    two_spaces.jobs.run()
    assert lying() == []
    assert not default_storage.exists(copied)
    with schema.in_public():
        assert Treaty.objects.get().state == "revoked"


@pytest.mark.parametrize("verb", ["withdraw", "decline"])
def test_a_proposal_is_taken_back_or_declined(two_spaces: TwoSpaces, verb: str) -> None:
    proposer, other = ("north", "south") if verb == "withdraw" else ("south", "north")
    people = {"north": two_spaces.boss, "south": two_spaces.southern}
    made = two_spaces.browse(people[proposer], proposer).post(
        "/neighbours/treaties/", TREATY | {"address": other}
    )
    two_spaces.jobs.run()
    answer = two_spaces.browse(two_spaces.boss).post(made["Location"], {"verb": verb})
    assert answer.status_code == 303
    two_spaces.jobs.run()
    with schema.in_public():
        assert Treaty.objects.get().state in {"withdrawn", "declined"}
        assert Treaty.objects.get().mailed_at is not None


@pytest.mark.parametrize("asker", ["north", "south"])
def test_a_question_is_carried_and_answered_both_ways(
    two_spaces: TwoSpaces, mailoutbox: list[Any], asker: str
) -> None:
    agree(two_spaces)
    people = {"north": two_spaces.boss, "south": two_spaces.southern}
    giver = {"north": "south", "south": "north"}[asker]
    with schema.inside(giver):
        bike = make_classified(people[giver], title="Vélo pliant", audience="neighbours")
    two_spaces.jobs.run()
    url = f"/neighbours/{giver}/{bike.reference}/"
    assert two_spaces.browse(people[asker], asker).post(url, QUESTION).status_code == 303
    mailoutbox.clear()
    two_spaces.jobs.run()
    (sent_mail,) = mailoutbox
    assert sent_mail.to == [people[giver].email]
    with schema.inside(asker):
        assert Question.objects.get().state == "carried"
    with schema.in_public():
        assert not Enquiry.objects.exists()


def test_asker_is_mailed_when_author_has_left(two_spaces: TwoSpaces, mailoutbox: list[Any]) -> None:
    agree(two_spaces)
    with schema.inside("north"):
        bike = make_classified(two_spaces.boss, title="Vélo pliant", audience="neighbours")
    two_spaces.jobs.run()
    url = f"/neighbours/north/{bike.reference}/"
    assert two_spaces.browse(two_spaces.southern, "south").post(url, QUESTION).status_code == 303
    task, args, headers = two_spaces.jobs.waiting.pop(0)
    task.apply(args=args, headers=headers, throw=True)
    with schema.inside("north"):
        User.objects.filter(pk=two_spaces.boss.pk).update(is_active=False)
    mailoutbox.clear()
    two_spaces.jobs.run()
    (sent_mail,) = mailoutbox
    assert sent_mail.to == [two_spaces.southern.email]
    with schema.inside("south"):
        assert Question.objects.get().state == "refused"


def test_leaver_takes_their_shared_copies_along(two_spaces: TwoSpaces) -> None:
    agree(two_spaces)
    with schema.inside("north"):
        make_classified(two_spaces.colleague, title="Perceuse", audience="neighbours")
    two_spaces.jobs.run()
    assert lying() == ["Perceuse"]
    page = f"/admin/people/{two_spaces.colleague.reference}/close/"
    found = two_spaces.browse(two_spaces.boss).get(page)
    assert found.status_code == 200
    assert two_spaces.browse(two_spaces.boss).post(page, {"sure": "on"}).status_code == 303
    two_spaces.jobs.run()
    with schema.inside("north"):
        assert Departure.objects.get().user_id == two_spaces.colleague.pk
    assert lying() == []


@with_and_without_a_pool
def test_the_clocks_of_every_room_strike(two_spaces: TwoSpaces) -> None:
    agree(two_spaces)
    struck = [
        task
        for clock in (neighbourhood, neighbours, classifieds, conversations, members)
        for task in vars(clock).values()
        if isinstance(task, PublicTask | TenantTask) and task.__module__ == clock.__name__
        if task.name not in QUEUED_WITH_AN_ARGUMENT
    ]
    for task in struck:
        tick(task, "north" if isinstance(task, TenantTask) else "")
    assert len(struck) > 12
    done = two_spaces.jobs.run()
    assert {"north:gather", "north:sync_shared_items", "north:publish"} <= set(done)
    assert "north:refresh_council_month" in done
