"""Operators put right a space's administration and companies, and a shop's pin, with a reason."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from saas.accounts.models import Session, User
from saas.catalogue.merchants import notifications as merchant_mails
from saas.catalogue.merchants.models import Correction
from saas.catalogue.merchants.tasks import corrections_to_mail
from saas.kernel import schema
from tenants.community.members.models import Profile, Role
from tenants.spaces import notifications
from tenants.spaces.models import Change, Company, SpaceOperation, Tenant
from tenants.spaces.wording.life import changes_of
from tests.factories.billing import make_shop
from tests.factories.mandates import PDF
from tests.fixtures.people import AT, SpaceClient, make_user
from tests.tenants.community.council.reading import text_in

ADMINS, COMPANIES = "/spaces/north/administrators/", "/spaces/north/companies/"
REASON = "La RH est partie, lettre de la direction"


@pytest.fixture
def nadia(in_north: None) -> User:
    """The administrator of the north."""
    person = make_user("Nadia")
    Role.objects.create(user=person, role="administrator", given_at=AT, mailed_at=AT)
    return person


def sent(**typed: Any) -> dict[str, Any]:
    paper = SimpleUploadedFile("lettre.pdf", PDF, content_type="application/pdf")
    blank = {"email": "", "first_name": "", "last_name": "", "company_id": "", "ended": ""}
    return {**blank, "paper": paper, "reason": REASON, **typed}


def role_id(of: User) -> int:
    with schema.inside("north"):
        return Role.objects.get(user=of).pk


def test_paper_replaces_the_administrator_by_a_new_member(
    console: SpaceClient, agathe: int, nadia: User
) -> None:
    with schema.inside("north"):
        Session.objects.create(session_key="k1", person_id=nadia.pk, expire_date=AT)
    typed = {"email": "Paul@orsel.example", "first_name": "Paul", "last_name": "Roy"}
    done = console.post(ADMINS, sent(ended=role_id(nadia), **typed))
    assert (done.status_code, done["Location"]) == (303, ADMINS)
    with schema.inside("north"):
        paul = User.objects.get(email="paul@orsel.example")
        assert [role.user_id for role in Role.objects.filter(role="administrator")] == [paul.pk]
        assert Profile.objects.filter(user=paul).exists()
        assert not Session.objects.filter(person_id=nadia.pk).exists()
    with schema.in_public():
        work = SpaceOperation.objects.get(kind="admins")
        change = Change.objects.get(what="admins")
    assert (work.reason, work.asked_by) == (REASON, "Agathe Troovon")
    assert work.options["ended_reference"] == nadia.reference
    assert change.before.startswith("Nadia")
    assert change.after.startswith("Paul Roy")
    page = text_in(console.get(ADMINS).content)
    assert "Paul Roy" in page
    assert REASON in page
    paper = console.get(f"/works/{work.reference}/paper/")
    assert b"".join(paper.streaming_content) == PDF  # type: ignore[attr-defined]


def test_both_sides_read_the_reason_in_their_language(agathe: int, nadia: User) -> None:
    nadia.language = "en"
    options = {"appointed": "Paul Roy (M-1)", "ended": "Nadia Petit (M-2)"}
    with schema.in_public():
        tenant = Tenant.objects.get(slug="north")
        work = SpaceOperation(tenant=tenant, kind="admins", options=options, reason=REASON)
    notifications.mail_operation(work, nadia)
    (letter,) = mail.outbox
    assert "Paul Roy" in letter.body
    assert "Nadia Petit" in letter.body
    assert REASON in letter.body
    assert "N’administre plus" not in letter.body


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Nommez qui administre désormais"),
        ({"email": "paul@orsel.example"}, "écrivez prénom et nom"),
        ({"email": "nadia"}, "e-mail"),
        ({"email": "paul@orsel.example", "paper": ""}, "Joignez la pièce"),
        ({"email": "paul@orsel.example", "reason": ""}, "Dites pourquoi"),
    ],
)
def test_incomplete_change_of_administration_is_refused(
    console: SpaceClient, nadia: User, typed: dict[str, Any], words: str
) -> None:
    answer = console.post(ADMINS, sent(**typed))
    assert answer.status_code == 422
    assert words in text_in(answer.content)
    with schema.in_public():
        assert not SpaceOperation.objects.exists()
    with schema.inside("north"):
        assert Role.objects.filter(user=nadia).exists()


def test_last_administrator_is_replaced_and_never_only_ended(
    console: SpaceClient, nadia: User
) -> None:
    answer = console.post(ADMINS, sent(ended=role_id(nadia)))
    assert answer.status_code == 422
    assert "dernière personne qui administre" in text_in(answer.content)
    same = console.post(ADMINS, sent(ended=role_id(nadia), email=nadia.email))
    assert "même personne" in text_in(same.content)
    with schema.inside("north"):
        nadia.is_active = False
        nadia.save()
    closed = console.post(ADMINS, sent(email=nadia.email))
    assert "est fermé" in text_in(closed.content)


@pytest.fixture
def company(db: None) -> Company:
    return Company.objects.filter(tenant__slug="north").order_by("pk")[0]


def correction(company: Company, **typed: Any) -> dict[str, Any]:
    return {
        "company_id": company.pk,
        "name": company.name,
        "siren": company.siren,
        "head_count": company.head_count,
        "reason": "Erreur de saisie",
        **typed,
    }


def test_head_count_is_noted_for_the_first_of_next_month(
    console: SpaceClient, company: Company
) -> None:
    heads = company.head_count + 40
    done = console.post(COMPANIES, correction(company, head_count=heads, siren="732829320"))
    assert done.status_code == 303
    work = SpaceOperation.objects.get(kind="correct")
    first = dt.date.fromisoformat(work.options["from"])
    assert first.day == 1
    assert first > work.asked_at.date()
    words = " ".join(changes_of(work, language="fr"))
    assert f"{heads} au lieu de {company.head_count}" in words
    assert "Les commandes en cours gardent le leur" in words
    company.refresh_from_db()
    assert company.head_count == heads - 40
    assert Change.objects.get(what="company").by.startswith("Troovon (Agathe")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"reason": ""}, "Dites pourquoi"),
        ({"siren": "123456789"}, "SIREN"),
        ({"head_count": "0"}, "Au moins une personne"),
        ({"name": ""}, "Donnez le nom"),
        ({}, "Rien ne change"),
        ({"company_id": "", "name": "North"}, "porte ce nom"),
    ],
)
def test_wrong_correction_of_a_company_is_refused_in_its_form(
    console: SpaceClient, company: Company, typed: dict[str, Any], words: str
) -> None:
    named = {"name": company.name.upper()} if "company_id" in typed else {}
    answer = console.post(COMPANIES, correction(company, **{**typed, **named}))
    assert answer.status_code == 422
    assert words in text_in(answer.content)
    assert not SpaceOperation.objects.exists()


def test_pin_moves_with_a_reason_that_the_merchant_reads(console: SpaceClient) -> None:
    shop = make_shop()
    url = f"/merchants/{shop.reference}/pin/"
    before = shop.latitude
    for lacking in ({"reason": ""}, {"latitude": "nord"}, {"latitude": "95"}):
        typed = {"latitude": "48,8570", "longitude": "2,3530", "reason": "Au fond de la cour"}
        assert console.post(url, {**typed, **lacking}).status_code == 422, lacking
    typed = {"latitude": "48,8570", "longitude": "2,3530", "reason": "Au fond de la cour"}
    assert console.post(url, typed).status_code == 303
    shop.refresh_from_db()
    assert shop.latitude == Decimal("48.857000") != before
    moved = Correction.objects.get()
    assert (moved.reason, moved.by_name) == ("Au fond de la cour", "Agathe Troovon")
    assert console.post(url, typed).status_code == 422  # the position is already stored
    merchant_mails.mail_correction(corrections_to_mail().get())
    assert "Au fond de la cour" in mail.outbox[-1].body
    assert "Au fond de la cour" in text_in(console.get(f"/merchants/{shop.reference}/").content)


def test_operator_announces_and_cancels_a_company_s_departure(
    console: SpaceClient, agathe: int
) -> None:
    with schema.in_public():
        company = Company.objects.get(tenant__slug="north", name="North Deux")
    address = f"{COMPANIES}{company.pk}/departure/"
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert console.post(address, {"day": tomorrow.isoformat()}).status_code == 303
    assert "quitte le parc" in text_in(console.get(COMPANIES).content)
    assert "annulez-le d’abord" in console.refused(address, {"day": tomorrow.isoformat()})
    assert console.post(address, {"day": ""}).status_code == 303
    assert "Écrivez une date" in console.refused(address, {"day": "demain"})
    with schema.in_public():
        company.refresh_from_db()
        assert company.leaves_on is None
