"""Refusals of the wizard, in French and in English, where what was typed is kept."""

from typing import Any

import pytest

from saas.kernel import schema
from tenants.spaces import provisioning
from tenants.spaces.models import EmailDomain, Founding, Tenant
from tenants.spaces.tasks import foundings as tasks
from tests.fixtures.people import AT
from tests.tenants.spaces.wizard import APPEARANCE, COMPANY, PARK, SITE, Wizard, run, words_of

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
        "The break must end after it starts.",
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
        "This address is reserved for Troovon’s own use.",
    ),
    (
        "address",
        {"slug": "adm1n"},
        "Cette adresse est réservée au fonctionnement de Troovon.",
        "This address is reserved for Troovon’s own use.",
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
        "No accents in the address",
    ),
    (
        "address",
        {"slug": "xn--caf-dma"},
        "Une adresse s’écrit sans accent",
        "No accents in the address",
    ),
    (
        "address",
        {"slug": "helv\u0430ne"},
        "Une adresse s’écrit sans accent",
        "No accents in the address",
    ),
    (
        "address",
        {"slug": "\uff4e\uff4f\uff52\uff54\uff48"},
        "Cette adresse est prise.",
        "This address is taken.",
    ),
    (
        "address",
        {"slug": "a" * 63},
        "Une adresse compte de 3 à 40 signes.",
        "An address must have 3 to 40 characters.",
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
        "An address must have 3 to 40 characters.",
    ),
    (
        "address",
        {"slug": "2026"},
        "Une adresse contient au moins une lettre.",
        "An address needs at least one letter.",
    ),
    (
        "look",
        {**APPEARANCE, "accent": "own", "own": "violet"},
        "Une couleur s’écrit comme #0b5f63.",
        "Enter a colour like #0b5f63.",
    ),
    ("look", {**APPEARANCE, "password": "court"}, "trop court", "too short"),
]
STEP_BEFORE = {"company": "confirmed", "site": "described", "address": "described", "look": "named"}


@pytest.mark.parametrize("page", STEP_BEFORE)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_answer_is_refused_with_its_reason(
    db: None, language: str, page: str, subtests: pytest.Subtests
) -> None:
    """A refused founder stands where they stood, and tries the next answer."""
    wizard = getattr(Wizard(language), STEP_BEFORE[page])()
    for refused_page, answers, french, english in REFUSED:
        if refused_page == page:
            with subtests.test(english):
                response = wizard.post(page, answers)
                assert response.status_code == 422
                assert (french if language == "fr" else english) in words_of(response)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "gmail.com est une messagerie personnelle"),
        ("en", "gmail.com is a personal e-mail service"),
    ],
)
def test_a_private_mailbox_is_refused_kindly(db: None, language: str, sentence: str) -> None:
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
    own_database: None, language: str, sentence: str
) -> None:
    with schema.in_public():
        north = Tenant.objects.get(slug="north")
        proven = EmailDomain.objects.using(provisioning.OWNER)
        proven.create(tenant_id=north.pk, domain="helvane.example", proven_at=AT)
    wizard = Wizard(language)
    response = wizard.start()
    assert response.status_code == 422
    assert sentence in words_of(response)
    assert b'href="/find/"' in response.content

    assert wizard.start(kind="park").status_code == 303
    wizard.client.post(wizard.link())
    assert wizard.post("company", COMPANY).status_code == 422
    assert wizard.post("company", PARK).status_code == 303


def test_second_founder_of_a_company_is_led_to_the_space_of_the_first(own_database: None) -> None:
    first, second = Wizard(), Wizard()
    first.named()
    second.start(email="sacha.meunier@helvane.example")
    assert second.client.post(second.link()).status_code == 303
    second.post("company", COMPANY)
    second.post("site", SITE)
    second.post("address", {"slug": "helvane-bis"})
    assert second.founding.slug == "helvane-bis"
    mine = Founding.objects.get(slug="helvane")
    assert first.client.post(f"/start/{mine.reference}/look/", APPEARANCE).status_code == 303

    while_it_is_built = second.post("look", APPEARANCE)
    run(tasks.build_space, mine.pk)
    for refused in (while_it_is_built, second.post("look", APPEARANCE)):
        assert refused.status_code == 422
        assert "Un espace existe déjà pour helvane.example." in words_of(refused)
    Founding.objects.filter(slug="helvane-bis").update(state=Founding.State.FAILED)
    again = second.client.post(second.url("again"), follow=True)
    assert "Un espace existe déjà pour helvane.example." in words_of(again)


@pytest.mark.parametrize(
    ("typed", "words"), [("732 829 320", "est juste"), ("732 829 321", "vérifiez les 9 chiffres")]
)
def test_a_siren_is_judged_while_it_is_typed(db: None, typed: str, words: str) -> None:
    assert words in words_of(Wizard().client.get("/start/siren/", {"siren": typed}))


def test_adding_a_row_keeps_what_was_typed(db: None) -> None:
    wizard = Wizard().confirmed()
    page = wizard.post("company", {**PARK, "more": "1"})
    assert page.status_code == 422
    text = page.content.decode()
    assert text.count('name="companies-4-name"') == 1
    assert 'value="Ateliers Brisson"' in text
    assert 'class="err"' not in text
    assert wizard.founding.state == Founding.State.CONFIRMED


@pytest.mark.parametrize("count", ["abc", "-5", "", "9" * 30])
def test_adding_a_row_works_however_many_rows_the_form_claims(db: None, count: str) -> None:
    wizard = Wizard().confirmed()
    page = wizard.post("company", {**PARK, "companies-TOTAL_FORMS": count, "more": "1"})
    assert page.status_code == 422


def test_coordinates_may_be_pasted_as_a_map_gives_them(db: None) -> None:
    wizard = Wizard().described()
    pasted: dict[str, Any] = {**SITE, "latitude": "45.188529, 5.724524", "longitude": ""}
    assert wizard.post("site", pasted).status_code == 303
    stored = wizard.founding.description["sites"][0]
    assert (stored["latitude"], stored["longitude"]) == ("45.188529", "5.724524")
