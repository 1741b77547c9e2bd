"""A space's administration plans its deletion, calls it off within a month, or gets a receipt."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError

from infra.demo.test_spaces import prove
from saas.accounts.models import User
from saas.kernel import hooks, schema
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.members.models import Role
from tenants.spaces import clock, hosts
from tenants.spaces.actions import deletions as actions
from tenants.spaces.actions import life
from tenants.spaces.actors import SpaceActor
from tenants.spaces.database import role_access
from tenants.spaces.models import Change, PlannedDeletion, SpaceOperation, Tenant
from tenants.spaces.queries import life as queries
from tenants.spaces.queries.foundings import spaces_near
from tenants.spaces.tasks import deletions as tasks
from tests.factories.billing import make_campaign, make_shop
from tests.fixtures.people import AT, SpaceClient, make_user
from tests.saas.accounts.jobs import run_in
from tests.tenants.spaces.life.conftest import Do, again, on

URL = "/admin/delete/"
PASSWORD = "un-tres-long-mot"
DAY = dt.timedelta(days=1)
MONTH = 30 * DAY


def actor(tenant: Tenant, role: str = "administrator") -> SpaceActor:
    return SpaceActor(tenant.schema_name, "ME-CLAIRE", "Claire M.", role)


def planned(tenant: Tenant, at: dt.datetime) -> PlannedDeletion:
    return actions.plan(name=tenant.name, by=actor(tenant), at=at)


def browser(tenant: Tenant, first_name: str) -> SpaceClient:
    client = on(tenant)
    with schema.inside(tenant.schema_name):
        person = User.objects.get(first_name=first_name)
        person.set_password(PASSWORD)
        person.save()
        client.force_login(person)
    return client


def mails(tenant: Tenant, what: str) -> list[Any]:
    """Send the mails of the newest change of a kind, twice, and return them."""
    change = Change.objects.filter(tenant=tenant, what=what).latest("pk")
    mail.outbox.clear()
    for _ in range(2):
        run_in(tenant.schema_name, tasks.mail_end, change.pk)
    return list(mail.outbox)


def test_an_administrator_asks_a_second_person_confirms_and_any_other_calls_it_off(
    space: Tenant,
) -> None:
    claire, nadia = browser(space, "Claire"), browser(space, "Nadia")
    page = claire.get(URL).content.decode()
    assert "Ce qui disparaît" in page
    assert "Rien : aucune facture" in page.replace("\u00a0", " ")
    typed = {"name": "Autre chose", "password": PASSWORD}
    refused = claire.post(URL, typed)
    assert refused.status_code == 422
    assert "Autre chose" in refused.content.decode()
    typed["name"] = f" {space.name.upper()} "
    assert claire.post(URL, typed | {"password": "x"}).status_code == 422
    assert not PlannedDeletion.objects.exists()
    assert claire.post(URL, typed).status_code == 303
    assert "seconde personne" in claire.get(URL).content.decode()
    assert claire.post(URL, typed).status_code == 422  # an administrator cannot end a space alone

    # If there is no other administrator, a council member confirms: by name and password.
    assert "Confirmer la suppression" in nadia.get(URL).content.decode()
    assert nadia.post(URL, typed | {"password": "x"}).status_code == 422
    hosts.forget()
    assert "sera supprimé le" not in nadia.get("/").content.decode()
    assert nadia.post(URL, typed).status_code == 303
    plan = PlannedDeletion.objects.get()
    assert plan.confirmed_at is not None
    assert plan.due_at - plan.confirmed_at == MONTH
    assert "Annuler la suppression" in claire.get(URL).content.decode()
    assert claire.post(URL, typed).status_code == 422

    hosts.forget()
    assert "sera supprimé le" in nadia.get("/").content.decode()  # every member reads the day
    with schema.inside(space.schema_name):
        make_user("Ines")
    ines = browser(space, "Ines")
    assert f'href="{URL}"' in ines.get("/").content.decode()
    shown = ines.get(URL).content.decode()
    assert "Ce qui disparaît" in shown
    assert "Annuler la suppression" not in shown
    assert ines.post(URL, typed).status_code == ines.post(f"{URL}stop/").status_code == 403
    with schema.inside(space.schema_name):
        second = make_user("Omar")
        Role.objects.create(user=second, role="administrator", given_at=AT)
    # A single mail to each administrator and each council member; members are notified too.
    sent = mails(space, "end_planned")
    assert len(sent) == len({message.to[0] for message in sent}) >= 4

    other = browser(space, "Omar")
    assert other.post(f"{URL}stop/").status_code == 303
    assert not PlannedDeletion.objects.exists()
    assert "sera supprimé le" not in nadia.get("/").content.decode()
    assert "reste" in mails(space, "end_off")[0].subject
    log = claire.get("/admin/space/").content.decode()
    assert "Suppression demandée" in log
    assert "Suppression programmée" in log
    assert "Suppression annulée" in log


def test_council_confirms_nothing_where_another_administrator_can(space: Tenant) -> None:
    with schema.inside(space.schema_name):
        omar = make_user("Omar")
        Role.objects.create(user=omar, role="administrator", given_at=AT)
    both = actions.Others(administer=True, elected=True)
    actions.plan(name=space.name, others=both, by=actor(space), at=AT)
    typed = {"name": space.name, "password": PASSWORD}
    nadia = browser(space, "Nadia")
    assert "Confirmer la suppression" not in nadia.get(URL).content.decode()
    assert nadia.post(URL, typed).status_code == 422
    assert browser(space, "Omar").post(URL, typed).status_code == 303
    assert PlannedDeletion.objects.get().confirmed_by.startswith("Omar")


def test_end_that_nobody_confirms_ends_nothing_and_is_forgotten(space: Tenant) -> None:
    others = actions.Others(administer=False, elected=True)
    actions.plan(name=space.name, others=others, by=actor(space), at=AT)
    actions.begin_due(at=AT + MONTH - DAY)
    actions.remind(at=AT + MONTH - DAY)
    actions.drop_unconfirmed(at=AT + MONTH - DAY)
    assert PlannedDeletion.objects.exists()
    actions.begin_due(at=AT + MONTH)
    actions.drop_unconfirmed(at=AT + MONTH)
    assert not SpaceOperation.objects.exists()
    assert not PlannedDeletion.objects.exists()
    off = Change.objects.get(what="end_off")
    assert queries.end_for_all(off.pk) is None  # members never heard of it


def test_only_the_whole_spaces_administration_plans(space: Tenant) -> None:
    with schema.inside(space.schema_name):
        company = Role.objects.filter(role="treasurer").values_list("company_id", flat=True)[0]
        nadia = User.objects.get(first_name="Nadia")
        Role.objects.create(user=nadia, role="administrator", company_id=company, given_at=AT)
    Tenant.objects.using("owner").update(kind="park")
    hosts.forget()
    assert browser(space, "Nadia").get(URL).status_code == 403  # administrator of a company only
    for by in (actor(space, "moderator"), SpaceActor("south", "X", "X", "administrator")):
        with pytest.raises((NotAllowed, Refused)):
            actions.plan(name=space.name, by=by, at=AT)
    planned(space, AT)
    with pytest.raises(NotAllowed):
        actions.call_off(by=actor(space, "moderator"), at=AT)
    with pytest.raises(IntegrityError, match="thirty_days"):
        PlannedDeletion.objects.update(due_at=AT + DAY)


def test_administrators_are_reminded_a_week_and_a_day_before_each_once(space: Tenant) -> None:
    plan = planned(space, AT)
    moments = [plan.due_at - days * DAY for days in (8, 7, 6, 1, 0.5)]
    for moment in [each for each in moments for _ in range(2)]:
        actions.remind(at=moment)
    assert Change.objects.filter(what="end_near").count() == 2
    assert plan.due_at.strftime("%d/%m/%Y") in mails(space, "end_near")[0].body


def test_planned_end_is_carried_out_on_its_day_with_a_receipt(doomed: Tenant, do: Do) -> None:
    planned(doomed, AT - MONTH)
    actions.begin_due(at=AT - DAY)
    assert not SpaceOperation.objects.exists()
    for _ in range(2):  # the clock may run twice
        actions.begin_due(at=AT)
    operation = SpaceOperation.objects.get()
    with pytest.raises(Refused, match="a commencé"):
        actions.call_off(by=actor(doomed), at=AT)
    assert again(doomed).state == "active"  # until the founder has it in its hands
    mail.outbox.clear()
    done = do(operation)
    assert done.state == SpaceOperation.State.DONE, done.failure
    assert again(doomed).state == "deleted"
    assert not any(role_access.standing(doomed.schema_name))
    assert not PlannedDeletion.objects.exists()
    assert "Claire" not in str(done.__dict__)
    assert [one.to[0][:6] for one in mail.outbox] == ["claire"] * 2
    assert done.reference in mail.outbox[1].subject
    assert "comptes" not in mail.outbox[1].body
    assert "tables" in mail.outbox[1].body
    clock.end_spaces()


def test_obstacle_moves_the_day_by_a_week_until_it_is_settled(
    doomed: Tenant, do: Do, act_values: dict[str, Any]
) -> None:
    plan = planned(doomed, AT - MONTH)
    actions.begin_due(at=AT)
    campaign = make_campaign(make_shop(), {doomed.schema_name: 10_000}, at=AT)
    type(campaign).objects.filter(pk=campaign.pk).update(
        state="paid", paid_at=AT, review="approved", reviewed_at=AT
    )
    failed = do(SpaceOperation.objects.get())  # it was paid in between
    assert failed.state == SpaceOperation.State.FAILED
    assert again(doomed).state == "active"
    for _ in range(2):
        actions.begin_due(at=AT)
    plan.refresh_from_db()
    assert plan.due_at == AT + 7 * DAY
    sent = mails(doomed, "end_moved")[0]
    assert "Des annonces payées" in sent.body
    with pytest.raises(Refused, match="déjà"):
        planned(doomed, AT)

    # A retry of the failed operation by an operator does not run before the day.
    early = do(life.try_again(operation_id=failed.pk, by="Agathe", at=AT))
    assert early.state == SpaceOperation.State.FAILED
    assert "plus prévue" in early.failure
    type(campaign).objects.filter(pk=campaign.pk).update(state="stopped", stopped_at=AT)

    # A space reopened a moment ago is not deleted either: its members could not cancel it.
    do(life.suspend(tenant_id=doomed.pk, **act_values))
    PlannedDeletion.objects.update(asked_at=AT - 2 * MONTH, due_at=AT)
    actions.begin_due(at=AT)
    assert SpaceOperation.objects.filter(kind="delete").count() == 1
    do(life.reopen(tenant_id=doomed.pk, **act_values))
    actions.begin_due(at=AT)
    plan.refresh_from_db()
    assert plan.due_at == AT + 7 * DAY


def test_space_that_ends_sells_no_more_placements(space: Tenant) -> None:
    prove(space, at=AT)
    site = space.sites.get()
    here = (float(site.latitude), float(site.longitude))
    assert space in [one.tenant for one in spaces_near(*here, 5)]
    planned(space, AT)
    assert space not in [one.tenant for one in spaces_near(*here, 5)]


def test_administrators_read_of_each_obstacle_but_no_reference(
    space: Tenant,
) -> None:
    campaign = make_campaign(make_shop(), {space.schema_name: 10_000}, at=AT)
    type(campaign).objects.filter(pk=campaign.pk).update(
        state="paid", paid_at=AT, review="approved", reviewed_at=AT
    )
    (for_operators,) = [answer for answer in hooks.obstacles.ask(space.pk, AT) if answer]
    (for_administrators,) = [answer for answer in hooks.admin_obstacles.ask(space.pk, AT) if answer]
    assert campaign.reference in for_operators[0]
    assert len(for_administrators) == len(for_operators) == 1
    assert campaign.reference not in for_administrators[0]


def test_council_is_mailed_and_calls_the_end_off(space: Tenant) -> None:
    nadia = browser(space, "Nadia")
    assert nadia.get(URL).status_code == nadia.post(f"{URL}stop/").status_code == 403
    planned(space, AT)
    sent = {
        "".join(filter(str.isalpha, message.to[0].partition("@")[0])): message
        for message in mails(space, "end_planned")
    }
    assert {"claire", "nadia", "karim"} <= set(sent)
    assert "Vous êtes du CSE" in sent["nadia"].body
    assert "Vous administrez" in sent["claire"].body
    page = nadia.get(URL).content.decode()
    assert "Annuler la suppression" in page
    assert "Emportez d’abord une copie" not in page
    assert nadia.post(URL, {"name": space.name}).status_code in {200, 405, 422}
    assert PlannedDeletion.objects.count() == 1
    assert nadia.post(f"{URL}stop/").status_code == 303
    assert not PlannedDeletion.objects.exists()
    assert Change.objects.filter(what="end_off").latest("pk").by.startswith("Nadia")
