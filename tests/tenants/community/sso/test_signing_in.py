"""Sign-in by the company's provider: the admitted people, once, in the same browser."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from saas.accounts import tasks
from saas.accounts.models import Pass, User
from saas.accounts.rules import token_for
from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.secrets import tokens
from tenants.community.members.actions import leaving, membership
from tenants.community.members.models import JoinRequest, Profile, Role
from tenants.community.personal_data.models import LogEntry
from tenants.community.sso import actions
from tenants.community.sso import tasks as sso_tasks
from tenants.community.sso.models import Identity, Provider
from tenants.community.sso.rules import signing_in as rules
from tenants.spaces.models import OwnCompany
from tests.fixtures.people import PASSWORD, Browse, make_user
from tests.saas.accounts.jobs import run_in
from tests.tenants.community.sso.conftest import (
    BACK,
    START,
    Company,
    come,
    come_back,
    failure,
    is_in,
    leave,
    number,
    refused,
)


def test_member_comes_in_by_the_company_s_button(
    browse: Browse, opened: Provider, company: Company, teammate: User
) -> None:
    client = browse()
    shown = client.get("/signin/?next=/me/").text
    assert "Se connecter avec Compte Nord" in shown
    assert f'href="/signin/company/with/{opened.pk}/?next=/me/"' in shown

    response = come(client, company, teammate.email, f"{START}?next=/me/")

    assert (response.status_code, response["Location"]) == (303, "/me/")
    assert response["Referrer-Policy"] == "no-referrer"
    assert is_in(client)
    assert Identity.objects.get().user_id == teammate.pk
    line = LogEntry.objects.get(person=teammate)
    assert line.what == "Connexion par le fournisseur d’identité de l’entreprise"
    assert line.by is None
    assert client.get(START).status_code == 302
    assert browse().get(START).status_code == 302
    actions.switch(
        number=number(), mode="off", by=User.objects.get(first_name="Nadia"), at=timezone.now()
    )
    assert browse().get(START).status_code == 404


def test_unknown_address_of_a_proven_domain_joins(
    browse: Browse, opened: Provider, company: Company
) -> None:
    company.says = {"family_name": None, "given_name": None, "name": "Ève de La Tour"}
    client = browse()
    assert come(client, company, "Eve.Tour@north.example").status_code == 303
    person = User.objects.get(email="eve.tour@north.example")
    assert (person.first_name, person.last_name) == ("Ève", "de La Tour")
    assert not person.has_usable_password()
    assert Profile.objects.get(user=person).joined_by == "domain"
    assert come(browse(), company, "Eve.Tour@north.example").status_code == 303
    assert User.objects.filter(email=person.email).count() == 1


def test_list_of_staff_says_whom_somebody_new_works_for(
    browse: Browse, opened: Provider, company: Company, admin: User
) -> None:
    employer = OwnCompany.objects.latest("pk")
    JoinRequest.objects.create(
        email="eve@north.example",
        company_id=employer.pk,
        invited_by=admin,
        token_hash="x",
        asked_at=timezone.now(),
        expires_at=timezone.now() + dt.timedelta(days=1),
    )
    assert come(browse(), company, "eve@north.example").status_code == 303
    profile = Profile.objects.get(user__email="eve@north.example")
    assert (profile.company_id, profile.joined_by) == (employer.pk, "roster")
    assert not JoinRequest.objects.exists()


@pytest.mark.parametrize(
    "email", ["eve@elsewhere.example", "eve@north-un.example", "eve@south.example"]
)
def test_address_beyond_the_provider_s_domains_is_refused_in_words(
    browse: Browse, opened: Provider, company: Company, email: str
) -> None:
    client = browse()
    sentence = refused(client, come(client, company, email))
    assert "n’ouvre pas cet espace" in sentence
    assert email in sentence
    assert not User.objects.filter(email=email).exists()
    assert failure() == ""


def test_closed_account_stays_closed(
    browse: Browse, opened: Provider, company: Company, admin: User, teammate: User
) -> None:
    assert come(browse(), company, teammate.email).status_code == 303
    leaving.close_account(by=admin, of=teammate, at=timezone.now())
    client = browse()
    assert "a été fermé" in refused(client, come(client, company, teammate.email))
    Identity.objects.all().delete()
    assert "a été fermé" in refused(client, come(client, company, teammate.email))


@pytest.mark.parametrize("role", ["council", "treasurer"])
def test_employer_s_provider_lets_nobody_in_as_a_member_of_the_council(
    browse: Browse, opened: Provider, company: Company, teammate: User, role: str
) -> None:
    """Check that the employer's provider cannot sign in a council member.

    An administrator that configures a provider could impersonate any member, but not the treasurer.
    """
    assert come(browse(), company, teammate.email).status_code == 303
    Role.objects.create(user=teammate, role=role, given_at=timezone.now())
    client = browse()
    assert "Le CSE n’est pas à l’employeur" in refused(
        client, come(client, company, teammate.email)
    )


def test_the_provider_s_word_for_a_person_outlives_an_address_and_its_reuse(
    browse: Browse, opened: Provider, company: Company, admin: User, teammate: User
) -> None:
    company.says = {"sub": "karim"}
    assert come(browse(), company, teammate.email).status_code == 303
    married = browse()
    assert come(married, company, "karim.new@north.example").status_code == 303
    assert teammate.email in married.get("/me/").text
    assert not User.objects.filter(email="karim.new@north.example").exists()

    company.says = {"sub": "another"}
    client = browse()
    assert "une autre personne" in refused(client, come(client, company, teammate.email))
    actions.unbind(number=number(), email=teammate.email, by=admin, at=timezone.now())
    assert come(client, company, teammate.email).status_code == 303
    assert Identity.objects.get().subject == "another"


def test_answer_serves_once_and_only_the_browser_that_asked(
    browse: Browse, opened: Provider, company: Company, teammate: User
) -> None:
    client, other = browse(), browse()
    back = client.on(company.lead_back(leave(client), teammate.email))
    assert "n’a pas commencé ici" in refused(other, other.get(back))
    assert come_back(client, back).status_code == 303
    client.post("/signout/")
    assert "a déjà servi" in refused(client, come_back(client, back))
    assert "a déjà servi" in refused(client, client.get(BACK))
    assert failure() == ""


def test_answer_on_another_space_s_host_opens_neither(
    browse: Browse, opened: Provider, company: Company, stranger: User
) -> None:
    client = browse()
    back = client.on(company.lead_back(leave(client), "solene@north.example"))
    elsewhere = browse(space="south")
    elsewhere.cookies = client.cookies
    assert "n’a pas commencé ici" in refused(elsewhere, elsewhere.get(back))
    with schema.inside("south"):
        assert not User.objects.filter(email="solene@north.example").exists()


def test_two_tabs_come_back_in_any_order(
    browse: Browse, opened: Provider, company: Company, teammate: User
) -> None:
    client = browse()
    pages = [leave(client, f"{START}?next=/me/"), leave(client, f"{START}?next=/deals/")]
    backs = [client.on(company.lead_back(page, teammate.email)) for page in pages]
    assert come_back(client, backs[1])["Location"] == "/deals/"
    assert come_back(client, backs[0])["Location"] == "/me/"


def test_old_attempt_and_what_would_lead_elsewhere(
    browse: Browse,
    opened: Provider,
    company: Company,
    teammate: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = browse()
    for wanted in ("//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:x"):
        assert come(client, company, teammate.email, f"{START}?next={wanted}")["Location"] == "/"
        client.post("/signout/")
    back = client.on(company.lead_back(leave(client), teammate.email))
    later = timezone.now() + dt.timedelta(minutes=11)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert "a trop attendu" in refused(client, come_back(client, back))


def test_page_of_the_provider_is_given_no_secret_and_no_verifier(
    browse: Browse, opened: Provider, company: Company
) -> None:
    page = leave(browse())
    assert page.startswith(f"{company.issuer}/authorize?response_type=code&client_id=troovon&")
    assert "code_challenge_method=S256" in page
    assert "code_verifier" not in page
    assert "Kanari" not in page


def test_required_shuts_passwords_links_and_joining_to_its_domains_alone(
    browse: Browse, opened: Provider, admin: User, teammate: User
) -> None:
    outside = make_user("Paul", email="paul@elsewhere.example")
    treasurer = make_user("Rose")
    Role.objects.create(user=treasurer, role="treasurer", given_at=timezone.now())
    actions.switch(number=number(), mode="required", by=admin, at=timezone.now())

    def try_password(person: User) -> Any:
        return browse().post("/signin/", {"email": person.email, "password": PASSWORD})

    assert "entrent par leur entreprise" in try_password(teammate).text
    assert [try_password(one).status_code for one in (admin, treasurer, outside)] == [303] * 3
    wrong = browse().post("/signin/", {"email": teammate.email, "password": "wrong"})
    assert "ne vont pas ensemble" in wrong.text
    joining = {"email": "eve@north.example", "first_name": "Ève", "last_name": "Roi"}
    assert "entrent par leur entreprise" in browse().refused("/join/", joining)
    assert "Le seul chemin" in browse().get("/signin/").text
    lasting = {"asked_at": timezone.now(), "expires_at": timezone.now() + dt.timedelta(days=1)}
    JoinRequest.objects.create(email="eve@north.example", token_hash=tokens.hashed("t"), **lasting)
    with pytest.raises(Refused, match="par leur entreprise"):
        membership.join(token="t", password="", at=timezone.now())


def test_mailed_link_says_that_the_company_is_the_way(
    browse: Browse, opened: Provider, admin: User, teammate: User
) -> None:
    browse().post("/signin/link/", {"email": teammate.email})
    before = Pass.objects.get()
    actions.switch(number=number(), mode="required", by=admin, at=timezone.now())
    run_in("north", tasks.mail_link_of_a_space, before.pk)
    [message] = mail.outbox
    assert "Se connecter avec Compte Nord" in str(message.body)
    assert "/enter/" not in str(message.body)
    client = browse()
    refused(client, client.post(f"/enter/{token_for(before.purpose, before.nonce)}/"))


def test_session_of_the_provider_ends_after_a_day_s_work_however_it_is_used(
    browse: Browse,
    opened: Provider,
    company: Company,
    teammate: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = timezone.now()
    proved = now - dt.timedelta(hours=2)
    company.says = {"acr": "urn:mfa", "auth_time": int(proved.timestamp())}
    client = browse()
    assert come(client, company, teammate.email).status_code == 303
    identity = Identity.objects.get()
    assert (identity.acr, identity.proved_at) == ("urn:mfa", proved.replace(microsecond=0))
    almost = now + rules.SESSION_LASTS - dt.timedelta(minutes=5)
    monkeypatch.setattr(timezone, "now", lambda: almost)
    assert is_in(client)
    client.post("/language/", {"language": "en"})
    over = now + rules.SESSION_LASTS + dt.timedelta(minutes=5)
    monkeypatch.setattr(timezone, "now", lambda: over)
    assert not is_in(client)


def test_provider_is_asked_to_let_nobody_in_who_proved_themselves_long_ago(
    browse: Browse, opened: Provider, company: Company, teammate: User
) -> None:
    client = browse()
    assert "&max_age=43200" in leave(client)
    long_ago = timezone.now() - rules.PROVEN_WITHIN - dt.timedelta(minutes=5)
    company.says = {"auth_time": int(long_ago.timestamp())}
    refused(client, come(client, company, teammate.email))
    assert failure() == "stale"


def test_page_that_waits_asks_again_by_itself_and_without_script(
    browse: Browse, opened: Provider, company: Company, teammate: User
) -> None:
    client, other = browse(), browse()
    back = client.on(company.lead_back(leave(client), teammate.email))
    where = client.get(back)["Location"]
    page = client.get(where)
    assert '<meta http-equiv="refresh" content="2">' in page.text
    assert f'data-poll-url="{where}?seen=waiting"' in page.text
    assert page["Cache-Control"] == "no-store"
    again = client.get(f"{where}?seen=waiting")
    assert again.status_code == 204
    state = where.removesuffix("/").rpartition("/")[2]
    run_in("north", sso_tasks.exchange, state)
    assert client.get(f"{where}?seen=waiting")["HX-Redirect"] == where
    assert "n’a pas commencé ici" in refused(other, other.get(where))
    assert client.get(where).status_code == 303
    assert is_in(client)


def test_page_that_waits_in_vain_says_so_and_a_late_job_asks_nobody(
    browse: Browse,
    opened: Provider,
    company: Company,
    teammate: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = browse()
    back = client.on(company.lead_back(leave(client), teammate.email))
    where = client.get(back)["Location"]
    later = timezone.now() + rules.WAITS + dt.timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert "Réessayez dans une minute" in refused(client, client.get(where))
    run_in("north", sso_tasks.exchange, where.removesuffix("/").rpartition("/")[2])
    assert len(company.grants) == 1
    assert failure() == "silent"


def test_job_that_comes_twice_uses_its_code_once(
    browse: Browse, opened: Provider, company: Company, teammate: User
) -> None:
    client = browse()
    back = client.on(company.lead_back(leave(client), teammate.email))
    where = client.get(back)["Location"]
    state = where.removesuffix("/").rpartition("/")[2]
    for _time in range(2):
        run_in("north", sso_tasks.exchange, state)
    assert client.get(where).status_code == 303
    assert is_in(client)
