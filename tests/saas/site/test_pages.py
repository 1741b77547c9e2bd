"""The public site: open to all, in both languages, and without the names of spaces."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import OperationalError
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from saas.catalogue.placements.models import Price, PriceList
from saas.kernel.mail import OutboxBackend
from saas.kernel.silence import SilentError
from saas.kernel.tasks import SCHEMA_HEADER
from saas.site import forms, queries, tasks
from tenants.spaces.models import Tenant
from tests.fixtures.people import Browse, SpaceClient
from tests.tenants.spaces.wizard import words_of

USUAL = {"heads": "321", "merchants": "5", "days": "10", "rate_bp": "40"}
PAGES = ["", "simulator/", "employers/", "merchants/", "councils/", "pricing/"]


@pytest.fixture
def site(browse: Browse) -> SpaceClient:
    return browse(None, space="")


@pytest.fixture
def outbox(tmp_path: Path, settings: Any) -> OutboxBackend:
    """An outbox with two mails in it."""
    settings.DATA_DIR = tmp_path
    backend = OutboxBackend(folder=str(tmp_path / "outbox"))
    for subject, to in (("Premier", "nadia@north.example"), ("Second", "karim@north.example")):
        message = EmailMultiAlternatives(subject, "Voici : http://a.example/enter/x/", to=[to])
        message.attach_alternative('<p style="color:red">Voici</p>', "text/html")
        backend.send_messages([message])
    return backend


@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_are_open_in_the_language_of_their_address(site: SpaceClient, language: str) -> None:
    for page in PAGES:
        response = site.get(f"/{language}/{page}", headers={"Accept-Language": "de"})
        assert response.status_code == 200
        assert f'<html lang="{language}"' in response.content.decode()
        assert response.content.decode().count("<h1") == 1


def test_pages_without_a_language_in_their_address_are_open(site: SpaceClient) -> None:
    for page in ("/find/", "/find/sent/", "/legal/", "/legal/privacy/", "/accessibility/"):
        response = site.get(page)
        assert response.status_code == 200
        assert response.content.decode().count("<h1") == 1


def test_the_root_leads_on_by_language(site: SpaceClient) -> None:
    for languages, shown in (("fr", "/fr/"), ("en-GB,en", "/en/"), ("de", "/fr/")):
        response = site.get("/", headers={"Accept-Language": languages})
        assert (response.status_code, response["Location"]) == (302, shown)
        assert "Accept-Language" in response["Vary"]
    changed = site.post("/preferences/", {"language": "en", "next": "/fr/employers/"})
    assert (changed.status_code, changed["Location"]) == (303, "/en/employers/")


def test_pricing_shows_the_rows_that_checkout_reads(site: SpaceClient) -> None:
    newest = PriceList.objects.create(version=90, valid_from=timezone.now())
    Price.objects.create(
        price_list=newest, slot="home_feed", day_cents=1_234, day_per_hundred_cents=321
    )
    words = words_of(site.get("/fr/pricing/"))
    assert "12,34\xa0€" in words
    assert "3,21\xa0€" in words
    # Five days for three hundreds: 5 x (12,34 + 3 x 3,21).
    assert "109,85\xa0€" in words


def test_pricing_says_so_without_prices(site: SpaceClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert queries.shown_prices(dt.datetime(2000, 1, 1, tzinfo=dt.UTC)) == []
    monkeypatch.setattr(queries, "shown_prices", lambda _at: [])
    assert "ne sont pas encore publiés" in words_of(site.get("/fr/pricing/"))


def test_simulator_shows_each_step_from_a_day_to_a_year(site: SpaceClient) -> None:
    newest = PriceList.objects.create(version=90, valid_from=timezone.now())
    Price.objects.create(
        price_list=newest, slot="home_feed", day_cents=200, day_per_hundred_cents=100
    )
    answers = {"heads": "250", "merchants": "4", "days": "10", "rate_bp": "12,5"}
    words = words_of(site.get("/fr/simulator/", answers))
    # A day costs 2 + 3 x 1, a month ten of them, a year twelve months of four merchants.
    for step in ("5,00", "50,00", "2\u202f400,00", "300,00"):
        assert f"{step}\xa0€" in words
    assert "12,5\xa0%" in words
    usual = words_of(site.get("/fr/simulator/"))
    assert "Environ 1\u202f200,00\xa0€ par an pour le CSE" in usual


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"heads": "0"}, "De 1 à 100\u202f000 membres."),
        ({"merchants": "beaucoup"}, "De 1 à 200 commerçants."),
        ({"days": "32"}, "De 1 à 31 jours par mois."),
        ({"rate_bp": "120"}, "Le taux va de 0 à 100\xa0%."),
        ({"rate_bp": "x"}, "Écrivez un taux, par exemple 40 ou 12,5."),
    ],
)
def test_simulator_keeps_what_was_typed_and_says_what_is_wrong(
    site: SpaceClient, wrong: dict[str, str], sentence: str
) -> None:
    page = site.get("/fr/simulator/", {**USUAL, **wrong})
    assert sentence in words_of(page)
    assert "par an pour le CSE" not in words_of(page)


def test_find_answers_the_same_whether_the_domain_is_known(site: SpaceClient) -> None:
    for email in ("a@north.example", "a@nowhere.example"):
        answer = site.post("/find/", {"email": email})
        assert (answer.status_code, answer["Location"]) == (303, "/find/sent/")


def test_find_is_limited_by_address_and_not_by_the_network_of_an_office(site: SpaceClient) -> None:
    for number in range(200):  # on the day of its launch
        typed = {"email": f"m{number}@north.example"}
        assert site.post("/find/", typed).status_code == 303
    for _ in range(4):
        assert site.post("/find/", {"email": "a@north.example"}).status_code == 303
    refused = site.post("/find/", {"email": "a@north.example"})
    assert refused.status_code == 422
    assert "Trop d’essais." in words_of(refused)


def test_strangers_who_ask_for_an_address_neither_flood_it_nor_shut_its_owner_out(
    site: SpaceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(forms, "send", lambda _task, address, _language: sent.append(address))
    for number in range(12):
        stranger: dict[str, Any] = {"REMOTE_ADDR": f"198.51.100.{number // 3}"}
        site.post("/find/", {"email": "b@north.example"}, **stranger)
    assert len(sent) == 4
    assert site.post("/find/", {"email": "b@north.example"}).status_code == 303


@pytest.mark.parametrize("error", [OperationalError("nobody there"), SilentError()])
def test_find_says_so_when_nothing_could_be_sent(
    site: SpaceClient, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def nobody_there(**_how: object) -> None:
        raise error

    monkeypatch.setattr(tasks.mail_spaces, "apply_async", nobody_there)
    refused = site.post("/find/", {"email": "a@north.example"})
    assert refused.status_code == 422
    assert "Réessayez dans une minute" in words_of(refused)
    assert "a@north.example" in refused.content.decode()


def mail_spaces(email: str, language: str = "fr") -> EmailMultiAlternatives:
    tasks.mail_spaces.apply(args=(email, language), headers={SCHEMA_HEADER: "public"}, throw=True)
    message = mail.outbox[-1]
    assert isinstance(message, EmailMultiAlternatives)
    return message


def test_the_mail_names_the_open_spaces_of_the_proven_domain_only(db: None) -> None:
    message = mail_spaces("a@north.example")
    assert message.to == ["a@north.example"]
    assert f"//north.{settings.BASE_HOST}/" in str(message.body)
    assert "//south." not in str(message.body)

    Tenant.objects.filter(slug="north").update(state=Tenant.State.SUSPENDED)
    assert "//north." not in str(mail_spaces("a@north.example").body)


def test_the_mail_to_an_unknown_domain_says_what_to_do(db: None) -> None:
    message = mail_spaces("a@nowhere.example")
    assert "@nowhere.example" in str(message.body)
    assert "/start/" in str(message.body)


def test_the_outbox_lists_mails_newest_first(site: SpaceClient, outbox: OutboxBackend) -> None:
    listed = site.get("/outbox/", headers={"Accept": "application/json"}).json()
    assert [mail["subject"] for mail in listed] == ["Second", "Premier"]
    assert set(listed[0]) == {
        *("id", "to", "reply_to", "headers", "subject", "text", "html", "links", "at"),
    }
    assert listed[0]["links"] == ["http://a.example/enter/x/"]
    page = words_of(site.get("/outbox/"))
    assert page.index("Second") < page.index("Premier")
    only = site.get("/outbox/?to=nadia@north.example", headers={"Accept": "application/json"})
    assert [mail["subject"] for mail in only.json()] == ["Premier"]


def test_a_mail_is_shown_as_text_and_its_html_stays_in_a_box(
    site: SpaceClient, outbox: OutboxBackend
) -> None:
    mail = site.get("/outbox/", headers={"Accept": "application/json"}).json()[0]
    page = site.get(f"/outbox/{mail['id']}/").content.decode()
    assert '<a href="http://a.example/enter/x/"' in page
    assert "<p style" not in page
    assert "sandbox" in page
    box = site.get(f"/outbox/{mail['id']}/html/")
    assert box.content.decode() == mail["html"]
    policy = box["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert policy.endswith("sandbox")


def test_mail_is_found_by_its_name_on_the_public_host_alone(
    site: SpaceClient, outbox: OutboxBackend, browse: Browse
) -> None:
    for unknown in ("nothing", "..%2f..%2fsecrets", "20260101-x", "x" * 3_000):
        assert site.get(f"/outbox/{unknown}/").status_code == 404
    assert browse(None, space="north").get("/outbox/").status_code == 404


def test_empty_outbox_says_what_fills_it(site: SpaceClient, tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    assert "Aucun message pour l’instant" in words_of(site.get("/outbox/"))
    assert json.loads(site.get("/outbox/", headers={"Accept": "application/json"}).content) == []


def test_a_stored_mail_is_readable_by_its_owner_only(outbox: OutboxBackend, tmp_path: Path) -> None:
    folder = tmp_path / "outbox"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {stored.stat().st_mode & 0o777 for stored in folder.iterdir()} == {0o600}


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["", "north", "ops"])
def test_security_txt_names_a_contact_and_a_day(browse: Browse, host: str) -> None:
    answer = browse(None, space=host).get("/.well-known/security.txt")
    assert answer["Content-Type"].startswith("text/plain")
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"].startswith("mailto:security@")
    left = dt.datetime.fromisoformat(fields["Expires"]) - timezone.now()
    assert dt.timedelta(days=30) < left < dt.timedelta(days=365)  # RFC 9116: under a year
    assert fields["Canonical"].endswith("/.well-known/security.txt")
