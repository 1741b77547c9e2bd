"""The proof or refusal of a space, and the limits of a new space."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.core import mail

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.tasks import SCHEMA_HEADER
from tenants.spaces.actions import addresses
from tenants.spaces.actions import standing as actions
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Change, Company, SpaceStanding, Tenant
from tenants.spaces.provisioning import OWNER
from tenants.spaces.queries import standing as queries
from tenants.spaces.rules import names
from tenants.spaces.rules import standing as rules
from tenants.spaces.tasks import standing as tasks
from tests.fixtures.people import AT, DAY, Browse
from tests.tenants.spaces.hosts.dns import Dns, administrator

State = SpaceStanding.State


@pytest.fixture
def north(db: None) -> Tenant:
    """The space north, new again."""
    tenant = Tenant.objects.get(slug="north")
    SpaceStanding.objects.filter(tenant=tenant).update(
        state=State.NEW, way="", proven_domain="", decided_at=None, decided_by=""
    )
    return tenant


@pytest.fixture
def operator(db: None) -> User:
    return User.objects.create(email="agathe@troovon.example", first_name="Agathe", created_at=AT)


@pytest.fixture
def space_dns(dns: Dns, monkeypatch: pytest.MonkeyPatch) -> Dns:
    """The DNS that the jobs of proofs ask, at a moment that they believe in."""
    monkeypatch.setattr(tasks, "resolver", lambda: dns)
    monkeypatch.setattr(tasks, "timezone", SimpleNamespace(now=lambda: dns.now))
    return dns


def _of(tenant: Tenant) -> SpaceStanding:
    return SpaceStanding.objects.get(tenant=tenant)


def _check(tenant: Tenant) -> SpaceStanding:
    tasks.check_space.apply(args=(tenant.pk,), headers={SCHEMA_HEADER: "public"}, throw=True)
    return _of(tenant)


def test_txt_record_of_a_mail_domain_proves_a_space(north: Tenant, space_dns: Dns) -> None:
    name = rules.record_name("north.example")
    assert (_check(north).state, _of(north).failure) == (State.NEW, rules.ABSENT)
    space_dns.records[name] = ["troovon-space=another"]
    assert _check(north).failure == rules.OTHER
    space_dns.silent = True
    assert _check(north).failure == rules.UNREACHABLE
    space_dns.silent = False
    space_dns.records[name] = ["v=spf1 -all", rules.record_text(_of(north).token)]
    proven = _check(north)
    assert (proven.state, proven.way, proven.proven_domain) == (
        State.PROVEN,
        "dns",
        "north.example",
    )
    assert (proven.decided_at, proven.decided_by) == (AT, "DNS")
    assert Change.objects.filter(tenant=north, what=Change.What.VERIFIED).count() == 1
    space_dns.records.clear()
    assert _check(north).state == State.PROVEN


def test_record_under_a_domain_of_others_proves_nothing(north: Tenant, space_dns: Dns) -> None:
    text = rules.record_text(_of(north).token)
    space_dns.records[rules.record_name("gmail.com")] = [text]
    space_dns.records["north.example"] = [text]
    assert _check(north).state == State.NEW


def test_clock_asks_again_each_hour_for_a_month(north: Tenant) -> None:
    born = north.created_at
    SpaceStanding.objects.filter(tenant=north).update(checked_at=born)
    soon = born + rules.RECHECKED_AFTER
    assert queries.due_checks(soon - dt.timedelta(minutes=1)) == []
    assert queries.due_checks(soon) == [north.pk]
    assert queries.due_checks(born + rules.RECHECKED_FOR) == []


def test_call_is_asked_for_once_with_a_deadline(north: Tenant) -> None:
    request = actions.ask_for_proof(way="call", contact="Mme Maurin", by=administrator(), at=AT)
    assert (request.state, request.due_at) == (State.ASKED, AT + rules.DECIDED_WITHIN)
    assert list(queries.waiting()) == [request]
    with pytest.raises(Refused, match="déjà chez nous"):
        actions.ask_for_proof(way="letter", contact="x", by=administrator(), at=AT)


@pytest.mark.parametrize(("way", "words"), [("dns", "courrier ou un appel"), ("", "courrier ou")])
def test_other_ways_are_refused(north: Tenant, way: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        actions.ask_for_proof(way=way, contact="x", by=administrator(), at=AT)


def test_only_an_administrator_of_the_space_asks(north: Tenant) -> None:
    member = SpaceActor("north", "M-XXXXXX", "Karim", "member")
    with pytest.raises(NotAllowed):
        actions.ask_for_proof(way="call", contact="x", by=member, at=AT)


def test_operator_proves_or_refuses_with_a_note(north: Tenant, operator: User) -> None:
    actions.ask_for_proof(way="letter", contact="x", by=administrator(), at=AT)
    with pytest.raises(Refused, match="Notez qui"):
        actions.prove(tenant=north, way="letter", note=" ", by=operator, at=AT)
    with pytest.raises(Refused, match="l’espace le lit"):
        actions.refuse(tenant=north, note="", by=operator, at=AT)
    refused = actions.refuse(tenant=north, note="SIREN d’un autre", by=operator, at=AT)
    assert (refused.state, list(queries.waiting())) == (State.REFUSED, [])
    assert rules.allowance(refused, today=AT.date(), at=AT) == rules.NONE_LEFT
    again = actions.ask_for_proof(way="call", contact="x", by=administrator(), at=AT)
    assert again.state == State.ASKED
    proven = actions.prove(tenant=north, way="call", note="Mme Maurin", by=operator, at=AT)
    assert (proven.state, proven.way, proven.decided_by) == (
        State.PROVEN,
        "call",
        f"Troovon ({operator.display_name})",
    )
    with pytest.raises(Refused, match="déjà vérifié"):
        actions.refuse(tenant=north, note="x", by=operator, at=AT)


def test_decision_is_mailed_to_administrators_once(
    north: Tenant, operator: User, camille: User
) -> None:
    with schema.in_public():
        standing = actions.refuse(tenant=north, note="SIREN d’un autre", by=operator, at=AT)
    for _twice in range(2):
        tasks.mail_decision.apply(args=(standing.pk,), headers={SCHEMA_HEADER: "north"}, throw=True)
    (sent,) = mail.outbox
    assert sent.to == [camille.email]
    assert "SIREN d’un autre" in str(sent.body)
    assert "/admin/space/proof/" in str(sent.body)


def test_new_space_invites_fifty_a_day_and_nobody_outside(north: Tenant) -> None:
    today = AT.date()

    def spend(day: dt.date = today, *, is_outside: bool = False) -> bool:
        return actions.spend_invitation(
            tenant_schema="north", is_outside=is_outside, today=day, at=AT
        )

    assert not spend(is_outside=True)
    assert [spend() for _ in range(51)] == [True] * 50 + [False]
    assert spend(today + DAY)


def test_name_once_approved_is_not_read_again(north: Tenant, operator: User) -> None:
    def present(name: str, accent: str = "#0b5f63") -> None:
        addresses.present(schema_name="north", name=name, accent=accent, by=administrator(), at=AT)

    present("Banque Nord")
    actions.prove(tenant=north, way="call", note="C’est bien elle", by=operator, at=AT)
    present("Banque Nord", "#b3261e")
    assert _of(north).flagged == ""
    present("Banque du Nord")
    assert _of(north).flagged == "banque"
    present("Espace du Nord")
    assert _of(north).flagged == ""


def test_daily_number_grows_with_the_age_of_the_proof() -> None:
    proven = SpaceStanding(state=State.PROVEN, way="dns", decided_at=AT)

    def after(days: int) -> rules.Allowance:
        at = AT + days * DAY
        return rules.allowance(proven, today=at.date(), at=at)

    assert after(0) == rules.Allowance(1_000, 50)
    assert after(10) == rules.Allowance(6_000, 150)
    assert after(400) == rules.Allowance(10_000, 500)


def test_list_waits_a_week_before_it_names_other_domains() -> None:
    proven = SpaceStanding(state=State.PROVEN, way="dns", decided_at=AT)
    rules.check_outside(proven, 5, at=AT)
    with pytest.raises(Refused, match="sept jours"):
        rules.check_outside(proven, 6, at=AT + 6 * DAY)
    rules.check_outside(proven, 6, at=AT + 7 * DAY)
    with pytest.raises(Refused, match="nouveau"):
        rules.check_outside(SpaceStanding(), 1, at=AT)
    rules.check_outside(None, 0, at=AT)


@pytest.mark.parametrize(
    "name",
    [
        "Gagnez sur www.promo.xyz",
        "promo.com",
        "Appelez le 06 12 34 56 78",
        "contact@banque.fr",
        "http://x",
        "Nos offres sur \uff50romo\uff0ecom",
        "GAGNEZ UN TELEPHONE MAINTENANT",
    ],
)
def test_name_with_a_link_or_in_capitals_is_refused(north: Tenant, name: str) -> None:
    with pytest.raises(Refused):
        addresses.present(
            schema_name="north", name=name, accent="#0b5f63", by=administrator(), at=AT
        )


@pytest.mark.parametrize(
    "name", ["Les Trois-Moulins", "SNCF", "Parc 2000", "Ville d’Angers", "L’Œuf"]
)
def test_plain_name_is_taken(name: str) -> None:
    names.check_name(name)
    assert names.flagged([name]) == ""


@pytest.mark.parametrize("name", ["Banque Nord", "Service Sécurité", "URSSAF Centre", "Troovon"])
def test_name_of_an_institution_waits_for_an_operator(
    north: Tenant, operator: User, name: str
) -> None:
    addresses.present(schema_name="north", name=name, accent="#0b5f63", by=administrator(), at=AT)
    standing = _of(north)
    assert standing.flagged
    assert standing.due_at == AT + rules.DECIDED_WITHIN
    assert list(queries.waiting()) == [standing]
    assert not actions.spend_invitation(
        tenant_schema="north", is_outside=False, today=AT.date(), at=AT
    )
    actions.prove(tenant=north, way="call", note="C’est bien elle", by=operator, at=AT)
    assert _of(north).flagged == ""
    assert actions.spend_invitation(tenant_schema="north", is_outside=False, today=AT.date(), at=AT)


@pytest.mark.parametrize(
    "name", ["Cher client", "Banque", "Léa www.x.fr", "0612345678", "<b>", "1"]
)
def test_first_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        names.check_person(name)


@pytest.mark.parametrize(
    "name", ["Léa", "Jean-Noël", "d’Arc", "O'Neil", "Anne Marie", "Jr.", "Zoë"]
)
def test_real_first_name_is_taken(name: str) -> None:
    names.check_person(name)


def test_administrator_reads_what_new_means_and_asks(
    north: Tenant, browse: Browse, camille: User
) -> None:
    client = browse(camille)
    shown = client.get("/admin/space/proof/").text
    assert "personne n’a encore vérifié" in shown
    assert "_troovon-space.north.example" in shown
    with schema.in_public():
        assert rules.record_text(_of(north).token) in shown
    assert "Dites qui demander" in client.refused("/admin/space/proof/", {"way": "call"})
    answer = client.post("/admin/space/proof/", {"way": "call", "contact": "Mme Maurin"})
    assert answer.status_code == 303
    assert "répondons au plus tard le" in client.get("/admin/space/proof/").text
    assert client.post("/admin/space/proof/check/").status_code == 303


def test_space_without_siren_is_offered_dns_alone(
    own_database: None,
) -> None:
    north = Tenant.objects.get(slug="north")
    SpaceStanding.objects.filter(tenant=north).update(state=State.NEW, way="")
    Company.objects.using(OWNER).filter(tenant=north).update(siren="")
    with pytest.raises(Refused, match="DNS"):
        actions.ask_for_proof(way="call", contact="x", by=administrator(), at=AT)
