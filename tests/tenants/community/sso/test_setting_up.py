"""Setup of a company's provider by an administrator: described, tested, opened, and stored."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks, schema
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.people import erasing
from saas.kernel.secrets import sealed
from tenants.community.members.models import Role
from tenants.community.personal_data.models import LogEntry
from tenants.community.sso import actions
from tenants.community.sso.models import Identity, Provider
from tenants.community.sso.rules import signing_in as rules
from tenants.spaces.models import OwnCompany
from tests.fixtures.people import Browse, make_user
from tests.tenants.community.sso.conftest import (
    DOMAIN,
    SECRET,
    Company,
    come,
    describe,
    number,
    page_of,
)

ADD = "/admin/sign-in/openid/"


def test_administrator_describes_tests_and_opens_it(
    browse: Browse, company: Company, admin: User, teammate: User
) -> None:
    client = browse(admin)
    typed = {
        "name": "Compte Nord",
        "issuer": f"{company.issuer}/.well-known/openid-configuration",
        "client_id": "troovon",
        "secret": SECRET,
        "domains": [DOMAIN],
    }
    assert "://north." in client.get(ADD).text
    assert "/signin/company/callback/" in client.get(ADD).text
    assert "Collez le secret" in client.refused(ADD, typed | {"secret": ""})
    assert client.post(ADD, typed)["Location"] == page_of()
    assert "Pas encore testée" in client.get(page_of()).text
    assert "Testez d’abord" in client.refused(page_of("mode/"), {"mode": "required"})
    assert browse().get("/signin/company/").status_code == 404

    assert (
        come(client, company, "someone@elsewhere.example", page_of("test/"))["Location"]
        == page_of()
    )
    assert "n’ouvre pas cet espace" in client.get(page_of()).text
    company.says = {"email_verified": False}
    come(client, company, admin.email, page_of("test/"))
    shown = client.get(page_of()).text
    assert shown.count("Trust email") == 2
    assert "En panne depuis" in shown
    company.says = {}
    assert come(client, company, admin.email, page_of("test/"))["Location"] == page_of()
    shown = client.get(page_of()).text
    assert f"vous reconnaît par {admin.email}" in shown
    assert "Dernière réussite" in shown
    assert shown.count('method="post"') == shown.count("csrfmiddlewaretoken")
    assert not Identity.objects.exists()

    assert client.post(page_of("mode/"), {"mode": "required"}).status_code == 303
    assert SECRET not in client.get(page_of()).text
    read = browse(teammate).get("/me/data/").text
    assert "Connexion par l’entreprise exigée" in read
    assert come(browse(), company, teammate.email).status_code == 303


def test_new_secret_leaves_it_open_and_a_new_provider_shuts_it(
    opened: Provider, company: Company, admin: User
) -> None:
    assert describe(company, admin, secret="another").mode == "offered"
    assert sealed.unseal(rules.PURPOSE, Provider.objects.get().secret) == "another"
    assert describe(company, admin, secret="", name="Autre").mode == "offered"
    changed = describe(company, admin, client_id="another", secret=SECRET)
    assert (changed.mode, changed.tested_at) == ("off", None)
    log = LogEntry.objects.order_by("pk").values_list("what", flat=True)
    words = [what.rpartition(" ")[2] for what in log]
    assert words == ["proposée", "autrement", "autrement", "éteinte"]
    with pytest.raises(Refused, match="secret"):
        describe(company, admin, client_id="third", secret="")


def test_only_who_runs_all_of_the_park_sets_it_up(company: Company, admin: User) -> None:
    local = make_user("Ines")
    first = OwnCompany.objects.first()
    assert first
    Role.objects.create(
        user=local, role="administrator", company_id=first.pk, given_at=timezone.now()
    )
    for somebody in (local, make_user("Paul")):
        with pytest.raises(NotAllowed):
            describe(company, somebody)
    with pytest.raises(Refused, match="domaine prouvé"):
        describe(company, admin, domains=["north-un.example"])  # a company's own


@pytest.mark.parametrize(
    ("issuer", "words"),
    [
        ("http://id.north.example", "https"),
        ("https://169.254.169.254/", "interne"),
        ("https://id.north.example?tenant=1", "paramètres"),
        ("https://gitlab.com", "tout le monde"),
        ("https://accounts.google.com/evil", "tout le monde"),
        ("https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", "monde"),
    ],
)
def test_issuer_that_nobody_may_be_believed_from_is_refused(
    company: Company, admin: User, issuer: str, words: str
) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        describe(company, admin, issuer=issuer)
    assert refusal.value.field == "issuer"


def test_secret_is_sealed_for_this_space_and_by_keys_of_ours(
    opened: Provider, company: Company, browse: Browse, teammate: User, settings: object
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM sso_provider")
        [stored] = cursor.fetchone()
    assert SECRET not in stored
    with schema.in_public(), pytest.raises(sealed.UnopenedError):
        sealed.unseal(rules.PURPOSE, stored)
    with pytest.raises(sealed.UnopenedError):
        sealed.unseal("another purpose", stored)
    before = settings.SECRET_KEY  # type: ignore[attr-defined]
    settings.SECRET_KEY = "x" * 60  # type: ignore[attr-defined]
    assert come(browse(), company, teammate.email).status_code == 422
    assert Provider.objects.get().failure == "unsealed"
    settings.SECRET_KEY_FALLBACKS = [before]  # type: ignore[attr-defined]
    assert come(browse(), company, teammate.email).status_code == 303


def test_database_keeps_a_provider_tested_before_it_is_open(opened: Provider) -> None:
    for change in ({"tested_at": None}, {"domains": ""}, {"mode": "other"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Provider.objects.update(**change)


def test_provider_is_removed_once_it_is_off_and_a_member_s_part_with_them(
    opened: Provider, company: Company, browse: Browse, admin: User, teammate: User
) -> None:
    assert come(browse(), company, teammate.email).status_code == 303
    client = browse(admin)
    client.post(page_of("remove/"))
    assert "Éteignez d’abord" in client.get(page_of()).text
    assert "Aucun compte lié" in client.refused(page_of("unbind/"), {"email": "x@y.example"})
    client.post(page_of("unbind/"), {"email": teammate.email})
    assert not Identity.objects.exists()
    assert LogEntry.objects.filter(person=teammate, what__contains="délié").exists()
    assert come(browse(), company, teammate.email).status_code == 303
    client.post(page_of("mode/"), {"mode": "off"})
    client.post(page_of("remove/"))
    assert not Provider.objects.exists()
    [copied] = [
        one
        for answer in hooks.personal_data.ask(teammate)
        for one in answer
        if one.name == "identities"
    ]
    assert copied.rows[0][0] == company.issuer
    erasing.erase.ask(teammate, timezone.now() + dt.timedelta(days=1))
    assert not Identity.objects.exists()


def test_park_without_a_domain_of_its_own_reads_what_to_prove(
    browse: Browse, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenants.community.sso.queries.domains_by_owner", dict)
    assert "Prouvez d’abord un domaine de tout le parc" in browse(admin).get(ADD).text


def test_action_says_what_became_of_a_provider_that_is_gone(admin: User) -> None:
    with pytest.raises(Refused, match="éteinte ici"):
        actions.switch(number=9, mode="off", by=admin, at=timezone.now())


def test_two_administrators_require_the_provider(
    browse: Browse, opened: Provider, admin: User, teammate: User
) -> None:
    Role.objects.create(user=teammate, role="administrator", given_at=timezone.now())
    client, mode = browse(admin), {"mode": "required"}
    client.post(page_of("mode/"), mode)
    client.post(page_of("mode/"), mode)
    assert Provider.objects.get().mode == "offered"
    shown = client.get(page_of()).text
    assert "C’est proposé" in shown
    assert f"{admin.display_name} a proposé" in " ".join(shown.split())
    Provider.objects.update(proposed_at=timezone.now() - dt.timedelta(days=8))
    actions.switch(number=number(), mode="required", by=teammate, at=timezone.now())
    assert Provider.objects.get().mode == "offered"
    actions.switch(number=number(), mode="required", by=admin, at=timezone.now())
    found = Provider.objects.get()
    assert (found.mode, found.proposed_by_id) == ("required", None)
