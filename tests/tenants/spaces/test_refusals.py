"""What the wizard says no to, in French and in English, and where it keeps what was typed."""

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from saas.kernel import schema
from tenants.spaces import tasks
from tenants.spaces.models import EmailDomain, Founding, Tenant
from tests.tenants.spaces.wizard import COMPANY, LOOK, PARK, SITE, Wizard, run, words_of

REFUSED: list[tuple[str, dict[str, str], str, str]] = [
    (
        "company",
        {**COMPANY, "siren": "732829321"},
        "vérifiez les 9 chiffres. Sa clé de contrôle ne correspond pas.",
        "check the 9 digits. Its check digit does not match.",
    ),
    (
        "company",
        {**COMPANY, "siren": "73282932"},
        "Un numéro SIREN compte 9 chiffres : celui-ci en a 8.",
        "A SIREN has 9 digits: this one has 8.",
    ),
    (
        "company",
        {**COMPANY, "siren": "73282932000074"},
        "C’est un SIRET, qui compte 14 chiffres",
        "This is a SIRET, which has 14 digits",
    ),
    (
        "company",
        {**COMPANY, "siren": "ABC829320"},
        "Un numéro SIREN ne contient que des chiffres.",
        "A SIREN contains digits only.",
    ),
    (
        "company",
        {**COMPANY, "head_count": "0"},
        "Au moins une personne y travaille.",
        "At least one person works there.",
    ),
    (
        "company",
        {**PARK, "companies-2-name": "", "companies-2-siren": "", "companies-2-head_count": ""},
        "Un parc réunit au moins deux entreprises.",
        "A business park brings together at least two companies.",
    ),
    (
        "company",
        {**PARK, "companies-2-siren": "732829320"},
        "Deux entreprises portent le même nom ou le même SIREN.",
        "Two companies have the same name or the same SIREN.",
    ),
    (
        "company",
        {**PARK, "companies-2-siren": "552100555"},
        "vérifiez les 9 chiffres",
        "check the 9 digits",
    ),
    (
        "site",
        {**SITE, "latitude": "95"},
        "La latitude va de −90 à 90 degrés",
        "Latitude goes from −90 to 90 degrees",
    ),
    (
        "site",
        {**SITE, "longitude": "190,5"},
        "La longitude va de −180 à 180 degrés",
        "Longitude goes from −180 to 180 degrees",
    ),
    (
        "site",
        {**SITE, "latitude": "0", "longitude": "0"},
        "Ce point est au milieu de l’océan",
        "This point is in the middle of the ocean",
    ),
    (
        "site",
        {**SITE, "latitude": "quarante-cinq"},
        "Ce sont des degrés, par exemple 48,8566.",
        "These are degrees, such as 48.8566.",
    ),
    (
        "site",
        {**SITE, "longitude": ""},
        "Il manque la longitude",
        "The longitude is missing",
    ),
    (
        "site",
        {**SITE, "break_ends": "11:45"},
        "La pause se termine après avoir commencé.",
        "The break ends after it begins.",
    ),
    (
        "site",
        {**SITE, "gate2_name": "Porte Nord", "gate2_latitude": "45.2"},
        "Donnez les deux coordonnées de cette entrée",
        "Give both coordinates of this entrance",
    ),
    (
        "address",
        {"slug": "stripe"},
        "Cette adresse est réservée au fonctionnement de Troovon.",
        "This address is reserved for running Troovon.",
    ),
    (
        "address",
        {"slug": "adm1n"},
        "Cette adresse est réservée au fonctionnement de Troovon.",
        "This address is reserved for running Troovon.",
    ),
    ("address", {"slug": "north"}, "Cette adresse est prise.", "This address is taken."),
    (
        "address",
        {"slug": "n0rth"},
        "Cette adresse ressemble trop à celle d’un autre espace",
        "This address looks too much like another space’s",
    ),
    (
        "address",
        {"slug": "nor-th"},
        "Cette adresse ressemble trop à celle d’un autre espace",
        "This address looks too much like another space’s",
    ),
    (
        "address",
        {"slug": "café"},
        "Une adresse s’écrit sans accent",
        "An address is written without accents",
    ),
    (
        "address",
        {"slug": "xn--caf-dma"},
        "Une adresse s’écrit sans accent",
        "An address is written without accents",
    ),
    (
        "address",
        {"slug": "-helvane"},
        "ni tiret au début ou à la fin",
        "no hyphen at the start or at the end",
    ),
    (
        "address",
        {"slug": "ab"},
        "Une adresse compte de 3 à 40 signes.",
        "An address has 3 to 40 characters.",
    ),
    (
        "address",
        {"slug": "2026"},
        "Une adresse contient au moins une lettre.",
        "An address contains at least one letter.",
    ),
    (
        "look",
        {**LOOK, "accent": "own", "own": "violet"},
        "Une couleur s’écrit comme #0b5f63.",
        "A colour is written like #0b5f63.",
    ),
    ("look", {**LOOK, "password": "court"}, "trop court", "too short"),
]
STEP_BEFORE = {"company": "confirmed", "site": "described", "address": "described", "look": "named"}


@pytest.mark.parametrize(("page", "answers", "french", "english"), REFUSED)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_answer_is_refused_with_its_reason(
    own_database: None,
    language: str,
    page: str,
    answers: dict[str, str],
    french: str,
    english: str,
) -> None:
    wizard = getattr(Wizard(language), STEP_BEFORE[page])()
    response = wizard.post(page, answers)
    assert response.status_code == 422
    assert (french if language == "fr" else english) in words_of(response)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("fr", "gmail.com est une messagerie personnelle"), ("en", "gmail.com is a private mailbox")],
)
def test_a_private_mailbox_is_refused_kindly(
    own_database: None, language: str, sentence: str
) -> None:
    response = Wizard(language).start(email="camille@gmail.com")
    assert response.status_code == 422
    assert sentence in words_of(response)
    assert b'value="Camille"' in response.content
    assert not Founding.objects.exists()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "Un espace existe déjà pour helvane.example."),
        ("en", "There is already a space for helvane.example."),
    ],
)
def test_a_company_that_has_a_space_is_led_there_but_a_park_goes_on(
    own_database: None, at: dt.datetime, language: str, sentence: str
) -> None:
    with schema.in_public():
        north = Tenant.objects.get(slug="north")
        EmailDomain.objects.create(tenant=north, domain="helvane.example", proven_at=at)
    wizard = Wizard(language)
    response = wizard.start()
    assert response.status_code == 422
    assert sentence in words_of(response)
    assert b'href="/find/"' in response.content

    assert wizard.start(kind="park").status_code == 303
    wizard.client.post(wizard.link())
    assert wizard.post("company", COMPANY).status_code == 422
    assert wizard.post("company", PARK).status_code == 303


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("fr", "Ce lien a plus de 60 minutes."), ("en", "This link is more than 60 minutes old.")],
)
def test_an_old_link_offers_a_new_one(own_database: None, language: str, sentence: str) -> None:
    wizard = Wizard(language)
    wizard.start()
    link = wizard.link()
    Founding.objects.update(token_expires_at=timezone.now() - dt.timedelta(seconds=1))
    for response in (wizard.client.get(link), wizard.client.post(link)):
        assert response.status_code == 422
        assert sentence in words_of(response)
    assert wizard.founding.state == Founding.State.STARTED

    renewed = wizard.client.post(link.replace("confirm", "renew"))
    assert renewed.status_code == 303
    assert wizard.client.get(link).status_code == 404
    assert wizard.client.post(wizard.link()).status_code == 303


def test_following_the_link_confirms_nothing_until_the_button_is_pressed(
    own_database: None,
) -> None:
    wizard = Wizard()
    wizard.start()
    assert wizard.client.get(wizard.link()).status_code == 200
    assert wizard.founding.state == Founding.State.STARTED


def test_the_mailed_link_is_not_kept_as_it_is(own_database: None) -> None:
    wizard = Wizard()
    wizard.start()
    token = wizard.link().rstrip("/").rpartition("/")[2]
    assert len(token) == 43
    assert token not in str(Founding.objects.values().get())


def test_a_seventh_link_in_an_hour_is_refused(own_database: None) -> None:
    wizard = Wizard()
    wizard.start()
    for _ in range(5):
        wizard.client.post(wizard.url("resend"))
    response = wizard.client.post(wizard.url("resend"), follow=True)
    assert "Trop d’essais." in words_of(response)


def test_the_page_that_waits_goes_on_in_the_browser_that_confirmed(own_database: None) -> None:
    wizard = Wizard()
    wizard.start()
    polled = {"HX-Request": "true"}
    assert b"<html" not in wizard.client.get(wizard.url("check"), headers=polled).content
    wizard.client.post(wizard.link())
    answer = wizard.client.get(wizard.url("check"), headers=polled)
    assert answer["HX-Redirect"] == wizard.url("company")
    assert wizard.client.get(wizard.url("check"))["Location"] == wizard.url("company")


def test_whoever_only_typed_the_address_does_not_get_the_founding(own_database: None) -> None:
    typed, read = Wizard(), Wizard()
    typed.start()
    read.client.post(read.link())
    page = typed.client.get(typed.url("check"))
    assert "confirmée sur un autre écran" in words_of(page)
    assert typed.client.get(typed.url("company")).status_code == 404
    assert typed.post("company", COMPANY).status_code == 404
    assert read.client.get(read.url("company")).status_code == 200


@pytest.mark.parametrize(
    "page", ["check", "company", "site", "address", "available", "look", "build", "progress"]
)
def test_a_stranger_finds_nothing_of_a_founding(own_database: None, page: str) -> None:
    known = Wizard().named()
    assert Wizard().client.get(known.url(page)).status_code == 404


def test_an_unfinished_founding_is_taken_up_where_it_stood(own_database: None) -> None:
    first = Wizard().named()
    again = Wizard()
    again.start(first_name="Camille")
    assert again.founding == first.founding
    response = again.client.post(again.link())
    assert response["Location"] == again.url("look")


def test_no_answer_changes_once_the_building_has_begun(own_database: None) -> None:
    wizard = Wizard().queued()
    for page in ("company", "site", "address", "look"):
        response = wizard.client.get(wizard.url(page))
        assert (response.status_code, response["Location"]) == (302, wizard.url("build"))


def test_the_second_of_two_clicks_leads_to_the_building_too(
    own_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    wizard = Wizard().named()
    first = wizard.post("look", LOOK)
    with monkeypatch.context() as patch:  # what the second request read before the first ended
        patch.setattr("tenants.spaces.rules.is_closed", closed_from_the_second_look())
        second = wizard.post("look", LOOK)
    assert (first.status_code, second.status_code) == (303, 303)
    assert second["Location"] == wizard.url("build")


def closed_from_the_second_look() -> Callable[[Founding], bool]:
    looks = itertools.count()
    return lambda _founding: next(looks) > 0


def test_steps_are_not_skipped(own_database: None) -> None:
    wizard = Wizard().confirmed()
    for page in ("site", "address", "look", "build"):
        assert wizard.client.get(wizard.url(page))["Location"] == wizard.url("company")


def test_the_subdomain_of_another_founding_is_taken(own_database: None) -> None:
    Wizard().named("sillage")
    other = Wizard()
    other.start(email="lou@sillage.example")
    other.client.post(other.link())
    other.post("company", {**COMPANY, "name": "Sillage"})
    other.post("site", SITE)
    judged = other.client.get(
        other.url("available"), {"slug": "sillage"}, headers={"Accept": "application/json"}
    ).json()
    assert judged["available"] is False
    assert judged["reason"] == "Cette adresse est prise."
    assert len(judged["proposals"]) == 3
    page = other.post("address", {"slug": "sillage"})
    assert page.status_code == 422
    for proposal in judged["proposals"]:
        assert proposal in words_of(page)
    assert other.post("address", {"slug": judged["proposals"][0]}).status_code == 303


def test_of_two_who_save_the_same_subdomain_one_is_told(
    own_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    Wizard().named("sillage")
    other = Wizard()
    other.start(email="lou@sillage.example")
    other.client.post(other.link())
    other.post("company", {**COMPANY, "name": "Sillage"})
    other.post("site", SITE)
    with monkeypatch.context() as patch:
        patch.setattr("tenants.spaces.queries.taken_slugs", lambda _asking: set[str]())
        page = other.post("address", {"slug": "sillage"})
    assert page.status_code == 422
    assert "Cette adresse vient d’être prise." in words_of(page)
    assert other.founding.slug == ""


@pytest.mark.parametrize("wanted", ["s1llage", "ops", "troovon-nord"])
def test_a_label_that_misleads_is_not_proposed_again_with_something_behind_it(
    own_database: None, wanted: str
) -> None:
    Wizard().named("sillage")
    wizard = Wizard()
    wizard.start(email="lou@loge.example")
    wizard.client.post(wizard.link())
    wizard.post("company", {**COMPANY, "name": "Loge"})
    wizard.post("site", SITE)
    judged = wizard.client.get(
        wizard.url("available"), {"slug": wanted}, headers={"Accept": "application/json"}
    ).json()
    assert judged["available"] is False
    assert len(judged["proposals"]) == 3
    assert not [slug for slug in judged["proposals"] if wanted in slug]


def test_a_free_subdomain_is_said_to_be_free_while_it_is_typed(own_database: None) -> None:
    wizard = Wizard().described()
    part = wizard.client.get(
        wizard.url("available"), {"slug": "Helvane"}, headers={"HX-Request": "true"}
    )
    assert b"<html" not in part.content
    assert "helvane est libre." in words_of(part).replace(" .", ".")


@pytest.mark.parametrize(
    ("typed", "words"), [("732 829 320", "est juste"), ("732 829 321", "vérifiez les 9 chiffres")]
)
def test_a_siren_is_judged_while_it_is_typed(db: None, typed: str, words: str) -> None:
    assert words in words_of(Wizard().client.get("/start/siren/", {"siren": typed}))


def test_another_row_keeps_what_was_typed(own_database: None) -> None:
    wizard = Wizard().confirmed()
    page = wizard.post("company", {**PARK, "more": "1"})
    assert page.status_code == 422
    text = page.content.decode()
    assert text.count('name="companies-4-name"') == 1
    assert 'value="Ateliers Brisson"' in text
    assert 'class="err"' not in text
    assert wizard.founding.state == Founding.State.CONFIRMED


@pytest.mark.parametrize("count", ["abc", "-5", "", "9" * 30])
def test_another_row_comes_however_many_rows_the_form_claims(
    own_database: None, count: str
) -> None:
    wizard = Wizard().confirmed()
    page = wizard.post("company", {**PARK, "companies-TOTAL_FORMS": count, "more": "1"})
    assert page.status_code == 422


def test_coordinates_may_be_pasted_as_a_map_gives_them(own_database: None) -> None:
    wizard = Wizard().described()
    pasted: dict[str, Any] = {**SITE, "latitude": "45.188529, 5.724524", "longitude": ""}
    assert wizard.post("site", pasted).status_code == 303
    kept = wizard.founding.description["sites"][0]
    assert (kept["latitude"], kept["longitude"]) == ("45.188529", "5.724524")


def test_the_wizard_takes_no_job_for_a_founding_that_is_gone(db: None) -> None:
    gone = Founding().pk
    run(tasks.mail_link, gone)
    run(tasks.build_space, gone)
