"""From a work address to the first administrator, signed in on the new subdomain."""

import datetime as dt
import re
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks, schema
from tenants.community.members.models import Profile
from tenants.spaces import hosts, provisioning
from tenants.spaces.actions import foundings as actions
from tenants.spaces.models import (
    Company,
    Domain,
    EmailDomain,
    EmailDomainClaim,
    Founding,
    Gate,
    OwnEmailDomain,
    Site,
    Tenant,
)
from tenants.spaces.queries import foundings as queries
from tenants.spaces.tasks import email_domains as email_domain_tasks
from tenants.spaces.tasks import foundings as founding_tasks
from tests.fixtures.people import AT, SpaceClient
from tests.tenants.spaces.wizard import APPEARANCE, EMAIL, PARK, SITE, Wizard, run, words_of

ORIGIN = hosts.public_url("")


def way_in(page: Any) -> str:
    """Return the target of the last page's button, on the space's host; empty without a button."""
    found = re.search(
        r'action="https?://helvane\.[^/"]+(/enter/[^"]+)" method="post"', markup_of(page)
    )
    return found[1] if found else ""


def markup_of(page: Any) -> str:
    """Return the markup of a page with each run of white space as a single space."""
    return re.sub(r"\s+", " ", page.content.decode())


def test_a_company_founds_its_space_and_walks_in(own_database: None) -> None:
    wizard = Wizard().queued()
    assert "Votre espace se construit" in words_of(wizard.client.get(wizard.url("build")))
    progress = wizard.client.get(wizard.url("progress")).content.decode()
    assert progress.count('class="waiting"') == 6
    assert wizard.founding.password.startswith("md5$")

    wizard.build()
    progress = wizard.client.get(wizard.url("progress")).content.decode()
    assert progress.count('class="done"') == 6
    assert re.search(r"\d,\d\d\s*s", progress)
    assert wizard.founding.password == ""  # the account has it
    page = wizard.client.get(wizard.url("build"))
    assert "Votre espace est prêt" in words_of(page)
    assert b"data-poll-url" not in page.content
    there = SpaceClient(f"helvane.{settings.BASE_HOST}", enforce_csrf_checks=True)
    entered = there.post(way_in(page), headers={"origin": ORIGIN})
    assert (entered.status_code, entered["Location"]) == (303, "/welcome/")
    tenant = Tenant.objects.get(slug="helvane")
    with schema.inside(tenant.schema_name):
        person = User.objects.get()
        assert person.email == EMAIL
        assert person.check_password(APPEARANCE["password"])
        assert str(there.session["_auth_user_id"]) == str(person.pk)

    page = wizard.client.get(wizard.url("build"))
    assert way_in(page) == ""  # it serves once
    assert "Aller à mon espace" in words_of(page)
    assert f'href="{hosts.space_url("helvane")}"' in page.content.decode()


def test_founding_writes_its_values_to_public_and_mails_the_address(own_database: None) -> None:
    wizard = Wizard().queued().build()
    tenant = wizard.founding.tenant
    assert tenant is not None
    assert (tenant.name, tenant.accent, tenant.kind) == ("Helvane", "#7b3fa0", "company")
    assert Company.objects.get(tenant=tenant).siren == "732829320"
    site = Site.objects.get(tenant=tenant)
    assert (site.city, site.break_ends) == ("Saint-Avel-sur-Loge", dt.time(13, 30))
    assert [gate.name for gate in Gate.objects.filter(site=site)] == ["Porte Sud"]
    assert EmailDomain.objects.get(tenant=tenant).domain == "helvane.example"
    assert Domain.objects.get(tenant=tenant).domain == "helvane.localhost"

    run(founding_tasks.mail_ready, wizard.founding.pk)
    message = mail.outbox[-1]
    assert message.to == [EMAIL]
    assert f"helvane.{settings.BASE_HOST}" in str(message.body)


def founded_park(**typed: str) -> Wizard:
    """Found a park with mail domains of its companies, up to its finished space."""
    wizard = Wizard().confirmed()
    assert wizard.post("company", {**PARK, **typed}).status_code == 303
    wizard.post("site", SITE)
    wizard.post("address", {"slug": "trois-moulins"})
    wizard.post("look", APPEARANCE)
    return wizard.build()


def test_park_gives_its_companies_mail_domains_that_mailboxes_prove(own_database: None) -> None:
    typed = "RH@brisson.example, accueil@brisson-nord.example"
    wizard = founded_park(
        **{"companies-0-mailboxes": EMAIL.upper(), "companies-2-mailboxes": typed}
    )
    tenant = wizard.founding.tenant
    assert tenant is not None
    numbers = dict(Company.objects.filter(tenant=tenant).values_list("name", "pk"))
    proven = EmailDomain.objects.filter(tenant=tenant).values_list("domain", "company_id")
    assert list(numbers) == ["Ateliers Brisson", "Helvane"]
    assert dict(proven) == {"helvane.example": numbers["Helvane"]}
    claims = EmailDomainClaim.objects.filter(tenant=tenant)
    assert {(claim.domain, claim.company_id) for claim in claims} == {
        ("brisson.example", numbers["Ateliers Brisson"]),
        ("brisson-nord.example", numbers["Ateliers Brisson"]),
    }
    with schema.inside(tenant.schema_name):
        founder = User.objects.get()
        assert Profile.objects.get(user=founder).company_id == numbers["Helvane"]
        assert set(OwnEmailDomain.objects.values_list("domain", flat=True)) == {"helvane.example"}

    mail.outbox.clear()
    run(email_domain_tasks.mail_domain_link, claims.get(domain="brisson.example").pk)
    (message,) = mail.outbox
    assert message.to == ["rh@brisson.example"]
    assert "Camille Aubry" in str(message.body)
    link = re.search(r"https?://\S+", str(message.body))
    assert link is not None
    there = SpaceClient(f"trois-moulins.{settings.BASE_HOST}")
    assert there.post(there.on(link[0])).status_code == 200
    with schema.inside(tenant.schema_name):
        placed = OwnEmailDomain.objects.get(domain="brisson.example")
        assert placed.company_id == numbers["Ateliers Brisson"]


def test_links_of_a_park_s_mail_domains_are_queued_once_it_stands(
    own_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[Any] = []
    monkeypatch.setattr(
        "tenants.spaces.tasks.foundings.after_commit", lambda task, *_ids: queued.append(task.name)
    )
    founded_park(**{"companies-2-mailboxes": "rh@brisson.example"})
    assert queued == [founding_tasks.mail_ready.name, email_domain_tasks.mail_domain_link.name]


def test_park_shows_again_the_mailboxes_that_were_kept(db: None) -> None:
    wizard = Wizard().confirmed()
    typed = {"companies-0-mailboxes": EMAIL, "companies-2-mailboxes": "rh@brisson.example"}
    wizard.post("company", {**PARK, **typed})
    page = wizard.client.get(wizard.url("company")).content.decode()
    assert f'value="{EMAIL}"' in page
    assert 'value="rh@brisson.example"' in page
    more = wizard.post("company", {**PARK, **typed, "more": "1"}).content.decode()
    assert 'value="rh@brisson.example"' in more


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ("rh@brisson.example", "dg@brisson.example", "gardez-le chez une seule"),
        ("", "rh@orange.fr", "messagerie ouverte à tous"),
        ("", "brisson.example", "adresse entière"),
        ("", "rh@south.example", "south.example ouvre déjà un autre espace"),
        ("", "rh@hélvane.example", "ressemble à s’y tromper à helvane.example"),
    ],
)
def test_mailbox_that_proves_nothing_is_refused_and_stays_typed(
    db: None, first: str, second: str, sentence: str
) -> None:
    wizard = Wizard().confirmed()
    typed = {"companies-0-mailboxes": first, "companies-2-mailboxes": second}
    answer = wizard.post("company", {**PARK, **typed})
    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert f'value="{second}"' in answer.content.decode()
    assert not wizard.founding.description.get("companies")


def test_worker_killed_after_birth_is_taken_up_and_runs_give_one_space(own_database: None) -> None:
    wizard = Wizard().queued()
    Founding.objects.update(state=Founding.State.BUILDING, attempts=1)
    provisioning.found(founding=wizard.founding, report=lambda _step: None, at=timezone.now())
    later = timezone.now() + dt.timedelta(seconds=31)
    assert actions.requeue_stalled(at=later) == 1
    for _ in range(3):
        wizard.build()
        assert wizard.founding.state == Founding.State.BUILT
    assert Tenant.objects.filter(slug="helvane").count() == 1


def test_founding_that_waits_is_queued_again_after_a_while_and_at_last_fails(db: None) -> None:
    wizard = Wizard().queued()
    queued_at = wizard.founding.queued_at
    assert queued_at is not None
    assert actions.requeue_stalled(at=queued_at + dt.timedelta(seconds=29)) == 0
    assert actions.requeue_stalled(at=queued_at + dt.timedelta(seconds=31)) == 1
    Founding.objects.update(attempts=5)
    actions.requeue_stalled(at=queued_at + dt.timedelta(minutes=2))
    assert wizard.founding.state == Founding.State.FAILED
    assert "plusieurs essais" in words_of(wizard.client.get(wizard.url("build")))


def test_a_failed_building_leaves_nothing_and_can_be_tried_again(
    own_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    wizard = Wizard().queued()

    def refuse(_founded: hooks.Founded, _at: dt.datetime) -> list[int | None]:
        raise RuntimeError("no room for people")

    with monkeypatch.context() as patch:
        patch.setattr(hooks.founded, "ask", refuse)
        wizard.build()
    assert wizard.founding.state == Founding.State.FAILED
    assert wizard.founding.tenant is None
    assert not Tenant.objects.filter(slug="helvane").exists()
    page = words_of(wizard.client.get(wizard.url("build")))
    assert "Reprendre" in page
    assert wizard.founding.reference in page

    assert wizard.client.post(wizard.url("again")).status_code == 303
    wizard.build()
    assert wizard.founding.state == Founding.State.BUILT


def test_button_into_a_space_states_its_origin_and_serves_no_other_page(own_database: None) -> None:
    wizard = Wizard().queued()
    waiting = wizard.client.get(wizard.url("build"))
    wizard.build()
    page = wizard.client.get(wizard.url("build"))
    space, path = hosts.space_url("helvane", ""), way_in(page)
    for seen in (waiting, page):  # a page that waits is filled with the button by its script
        assert f"form-action 'self' {space};" in seen["Content-Security-Policy"]
        assert (seen["Referrer-Policy"], seen["Cache-Control"]) == ("strict-origin", "no-store")
    form = markup_of(page).partition(f'<form action="{space}')[2].partition("</form>")[0]
    assert "csrfmiddlewaretoken" not in form  # the public site's token stays on the public site
    assert "form-action 'self';" in wizard.client.get("/start/")["Content-Security-Policy"]
    assert way_in(wizard.client.get(wizard.url("progress"))) == path
    there = SpaceClient(f"helvane.{settings.BASE_HOST}", enforce_csrf_checks=True)
    assert there.get(path).status_code == 200
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {}):
        assert there.post(path, headers=headers).status_code == 403
    assert there.get("/welcome/").status_code == 302
    assert way_in(wizard.client.get(wizard.url("build"))) == path


def test_way_in_leads_to_a_space_that_moved_for_a_day_while_it_is_open(own_database: None) -> None:
    wizard, now = Wizard().queued().build(), timezone.now()
    Tenant.objects.filter(slug="helvane").update(slug="helvane-saint-avel")
    moved = hosts.space_url("helvane-saint-avel", "/enter/")
    assert queries.way_in(wizard.founding, at=now).startswith(moved)
    assert queries.way_in(wizard.founding, at=now + dt.timedelta(hours=25)) == ""
    Tenant.objects.update(state=Tenant.State.SUSPENDED)
    assert queries.way_in(wizard.founding, at=now) == ""


def test_left_foundings_are_forgotten_in_their_time(db: None) -> None:
    ages = [("started", 6), ("started", 8), ("named", 29), ("named", 31), ("queued", 31)]
    for state, days in ages:
        Founding.objects.create(
            state=state,
            email=f"{state}{days}@helvane.example",
            token_hash=f"{state}{days}",
            token_expires_at=AT,
            created_at=AT - dt.timedelta(days=days),
        )
    assert actions.forget_unfinished(at=AT) == 2
    left = Founding.objects.values_list("email", flat=True).order_by("email")
    assert [email.partition("@")[0] for email in left] == ["named29", "queued31", "started6"]


def test_founder_chooses_the_launch_day_of_the_space(own_database: None) -> None:
    wizard = Wizard().named()
    day = timezone.localdate() + dt.timedelta(days=12)
    late = wizard.post("look", {**APPEARANCE, "launches_on": "2020-01-31"})
    assert "Choisissez un jour d’aujourd’hui au" in words_of(late)
    assert wizard.post("look", {**APPEARANCE, "launches_on": day.isoformat()}).status_code == 303
    wizard.build()
    assert wizard.founding.tenant is not None
    assert wizard.founding.tenant.launches_on == day
