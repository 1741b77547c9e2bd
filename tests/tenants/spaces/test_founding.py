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
from tenants.spaces import actions, provisioning, tasks
from tenants.spaces.models import Company, Domain, EmailDomain, Founding, Gate, Site, Tenant
from tests.fixtures.people import SpaceClient
from tests.tenants.spaces.wizard import EMAIL, LOOK, PARK, SITE, Wizard, run, words_of


def test_a_company_founds_its_space_and_walks_in(own_database: None) -> None:
    wizard = Wizard().queued()
    assert "Votre espace se construit" in words_of(wizard.client.get(wizard.url("build")))

    wizard.build()
    page = wizard.client.get(wizard.url("build"))
    assert "Votre espace est prêt" in words_of(page)
    assert b"data-poll-url" not in page.content
    crossing = wizard.client.post(wizard.url("enter"))
    assert crossing.status_code == 303
    linked = wizard.client.get(crossing["Location"])
    found = re.search(r'href="(https?://helvane\.[^"]+)"', linked.content.decode())
    assert found is not None

    there = SpaceClient(f"helvane.{settings.BASE_HOST}")
    entered = there.post(there.on(found[1]))
    assert (entered.status_code, entered["Location"]) == (303, "/welcome/")
    tenant = Tenant.objects.get(slug="helvane")
    with schema.inside(tenant.schema_name):
        person = User.objects.get()
        assert person.email == EMAIL
        assert person.check_password(LOOK["password"])
        assert str(there.session["_auth_user_id"]) == str(person.pk)


def test_everything_that_was_said_stands_in_public(own_database: None) -> None:
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


def test_a_park_founds_with_its_companies(own_database: None) -> None:
    wizard = Wizard().confirmed()
    assert wizard.post("company", PARK).status_code == 303
    wizard.post("site", SITE)
    wizard.post("address", {"slug": "trois-moulins"})
    wizard.post("look", LOOK)
    tenant = wizard.build().founding.tenant
    assert tenant is not None
    names = Company.objects.filter(tenant=tenant).values_list("name", flat=True)
    assert list(names) == ["Ateliers Brisson", "Helvane"]


def test_the_password_is_forgotten_once_the_account_has_it(own_database: None) -> None:
    wizard = Wizard().queued()
    assert wizard.founding.password.startswith("md5$")
    wizard.build()
    assert wizard.founding.password == ""


def test_the_six_steps_are_told_with_their_seconds(own_database: None) -> None:
    wizard = Wizard().queued()
    before = wizard.client.get(wizard.url("progress")).content.decode()
    assert before.count('class="waiting"') == 6
    after = wizard.build().client.get(wizard.url("progress")).content.decode()
    assert after.count('class="done"') == 6
    assert re.search(r"\d,\d\d\s*s", after)


@pytest.mark.parametrize("times", [2, 3])
def test_any_number_of_runs_gives_one_space(own_database: None, times: int) -> None:
    wizard = Wizard().queued()
    for _ in range(times):
        run(tasks.build_space, wizard.founding.pk)
    assert Tenant.objects.filter(slug="helvane").count() == 1


def test_a_worker_killed_after_the_schema_was_born_is_taken_up(own_database: None) -> None:
    wizard = Wizard().queued()
    Founding.objects.update(state=Founding.State.BUILDING, attempts=1)
    provisioning.found(founding=wizard.founding, report=lambda _step: None, at=timezone.now())

    later = timezone.now() + dt.timedelta(seconds=31)
    assert actions.queue_stuck(at=later) == 1
    wizard.build()
    assert wizard.founding.state == Founding.State.BUILT
    assert Tenant.objects.filter(slug="helvane").count() == 1


def test_a_founding_that_waits_in_vain_is_queued_again_only_after_a_while(
    own_database: None,
) -> None:
    wizard = Wizard().queued()
    queued_at = wizard.founding.queued_at
    assert queued_at is not None
    assert actions.queue_stuck(at=queued_at + dt.timedelta(seconds=29)) == 0
    assert actions.queue_stuck(at=queued_at + dt.timedelta(seconds=31)) == 1


def test_after_many_lost_tries_the_founding_says_so(own_database: None) -> None:
    wizard = Wizard().queued()
    Founding.objects.update(attempts=5)
    actions.queue_stuck(at=timezone.now() + dt.timedelta(minutes=1))
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


def test_what_provisioning_refuses_is_told_in_its_words(
    own_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    wizard = Wizard().queued()

    def refuse(**_: Any) -> Tenant:
        raise provisioning.ProvisioningFailed("Une mise à jour est en cours.")

    monkeypatch.setattr(provisioning, "found", refuse)
    wizard.build()
    assert wizard.founding.failure == "Une mise à jour est en cours."
    assert "Une mise à jour est en cours." in words_of(wizard.client.get(wizard.url("build")))


def test_the_address_of_the_space_comes_by_mail(own_database: None) -> None:
    wizard = Wizard().queued().build()
    run(tasks.mail_ready, wizard.founding.pk)
    message = mail.outbox[-1]
    assert message.to == [EMAIL]
    assert f"helvane.{settings.BASE_HOST}" in str(message.body)


def test_the_way_in_from_here_closes_after_a_day(own_database: None) -> None:
    wizard = Wizard().queued().build()
    Founding.objects.update(built_at=timezone.now() - dt.timedelta(hours=25))
    response = wizard.client.post(wizard.url("enter"), follow=True)
    assert response.redirect_chain == [(wizard.url("build"), 303)]
    assert "connectez-vous à son adresse" in words_of(response)


def test_left_foundings_are_forgotten_in_their_time(db: None, at: dt.datetime) -> None:
    def make(state: str, days: int) -> None:
        Founding.objects.create(
            state=state,
            email=f"{state}{days}@helvane.example",
            token_hash=f"{state}{days}",
            token_expires_at=at,
            created_at=at - dt.timedelta(days=days),
        )

    for state, days in (
        ("started", 6),
        ("started", 8),
        ("named", 29),
        ("named", 31),
        ("queued", 31),
    ):
        make(state, days)
    assert actions.forget_unfinished(at=at) == 2
    left = Founding.objects.values_list("email", flat=True).order_by("email")
    assert [email.partition("@")[0] for email in left] == ["named29", "queued31", "started6"]
