"""Refusals of the wizard, in French and in English, with the typed values kept."""

from typing import Any

import pytest

from saas.kernel import schema
from tenants.spaces import provisioning
from tenants.spaces.models import EmailDomain, Founding, Tenant
from tenants.spaces.tasks import foundings as tasks
from tests.fixtures.people import AT
from tests.tenants.spaces.wizard import APPEARANCE, COMPANY, PARK, SITE, Wizard, run, words_of

NO_SECOND_COMPANY = {f"companies-2-{name}": "" for name in ("name", "siren", "head_count")}
NOWHERE = {"latitude": "0", "longitude": "0"}
HALF_A_GATE = {"gate2_name": "Porte Nord", "gate2_latitude": "45.2"}
TWIN_GATES = {"gate2_name": "porte sud", "gate2_latitude": "45,19", "gate2_longitude": "5,72"}
RESERVED = ("réservée au fonctionnement de Troovon", "reserved for Troovon’s own use")
TAKEN = ("Cette adresse est prise.", "This address is taken.")
LOOKALIKE = ("ressemble trop à celle d’un autre", "looks too much like another space’s")
ACCENTED = ("Une adresse s’écrit sans accent", "No accents in the address")
LONG_OR_SHORT = ("compte de 3 à 40 signes.", "must have 3 to 40 characters.")
# By page: the step before it, the typed values, and the responses in French and in English.
REFUSED: dict[str, tuple[str, list[tuple[dict[str, str], str, str]]]] = {
    "company": (
        "confirmed",
        [
            ({**COMPANY, "siren": "732829321"}, "Sa clé de contrôle", "Its check digit"),
            ({**COMPANY, "siren": "73282932"}, "celui-ci en a 8.", "this one has 8."),
            ({**COMPANY, "siren": "73282932000074"}, "C’est un SIRET", "This is a SIRET"),
            ({**COMPANY, "siren": "ABC829320"}, "ne contient que des chiffres", "digits only."),
            ({**COMPANY, "head_count": "0"}, "Au moins une personne", "At least one person"),
            ({**PARK, **NO_SECOND_COMPANY}, "au moins deux entreprises", "at least two companies"),
            ({**PARK, "companies-2-siren": "732829320"}, "le même SIREN.", "the same SIREN."),
            ({**PARK, "companies-2-siren": "552100555"}, "les 9 chiffres", "check the 9 digits"),
        ],
    ),
    "site": (
        "described",
        [
            ({**SITE, "latitude": "95"}, "va de −90 à 90 degrés", "goes from −90 to 90 degrees"),
            ({**SITE, "longitude": "190,5"}, "de −180 à 180 degrés", "from −180 to 180 degrees"),
            ({**SITE, **NOWHERE}, "au milieu de l’océan", "in the middle of the ocean"),
            ({**SITE, "latitude": "quarante"}, "par exemple 48,8566.", "such as 48.8566."),
            ({**SITE, "longitude": ""}, "Il manque la longitude", "The longitude is missing"),
            ({**SITE, "break_ends": "11:45"}, "après avoir commencé.", "must end after it starts."),
            ({**SITE, **TWIN_GATES}, "portent le même nom", "have the same name"),
            (
                {**SITE, **HALF_A_GATE},
                "coordonnées de cette entrée",
                "coordinates of this entrance",
            ),
        ],
    ),
    "address": (
        "described",
        [
            ({"slug": "stripe"}, *RESERVED),
            ({"slug": "adm1n"}, *RESERVED),
            ({"slug": "north"}, *TAKEN),
            ({"slug": "\uff4e\uff4f\uff52\uff54\uff48"}, *TAKEN),
            ({"slug": "n0rth"}, *LOOKALIKE),
            ({"slug": "nor-th"}, *LOOKALIKE),
            ({"slug": "café"}, *ACCENTED),
            ({"slug": "xn--caf-dma"}, *ACCENTED),
            ({"slug": "helv\u0430ne"}, *ACCENTED),
            ({"slug": "a" * 63}, *LONG_OR_SHORT),
            ({"slug": "ab"}, *LONG_OR_SHORT),
            ({"slug": "-helvane"}, "ni tiret au début ou à la fin", "no hyphen at the start"),
            ({"slug": "2026"}, "contient au moins une lettre.", "needs at least one letter."),
        ],
    ),
    "look": (
        "named",
        [
            (
                {**APPEARANCE, "accent": "own", "own": "violet"},
                "s’écrit comme #0b",
                "like #0b5f63.",
            ),
            ({**APPEARANCE, "password": "court"}, "trop court", "too short"),
        ],
    ),
}


@pytest.mark.parametrize("page", REFUSED)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_answer_is_refused_with_its_reason(
    db: None, language: str, page: str, subtests: pytest.Subtests
) -> None:
    """Check each refusal in turn: a refused founder stays at the same step."""
    step_before, refused = REFUSED[page]
    wizard = getattr(Wizard(language), step_before)()
    for answers, french, english in refused:
        with subtests.test(english):
            response = wizard.post(page, answers)
            assert response.status_code == 422
            assert (french if language == "fr" else english) in words_of(response)


@pytest.mark.parametrize(
    ("language", "sentence"), [("fr", "est une messagerie personnelle"), ("en", "personal e-mail")]
)
def test_a_private_mailbox_is_refused_kindly(db: None, language: str, sentence: str) -> None:
    response = Wizard(language).start(email="camille@gmail.com")
    assert response.status_code == 422
    assert "gmail.com" in words_of(response)
    assert sentence in words_of(response)
    assert b'value="Camille"' in response.content
    assert not Founding.objects.exists()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("fr", "Un espace existe déjà pour"), ("en", "There is already a space for")],
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
    assert f"{sentence} helvane.example." in words_of(response)
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


def test_a_siren_is_judged_while_it_is_typed(db: None) -> None:
    for typed, words in (("732 829 320", "est juste"), ("732 829 321", "vérifiez les 9 chiffres")):
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


def test_adding_a_row_works_however_many_rows_the_form_claims(db: None) -> None:
    wizard = Wizard().confirmed()
    for count in ("abc", "-5", "", "9" * 30):
        typed = {**PARK, "companies-TOTAL_FORMS": count, "more": "1"}
        assert wizard.post("company", typed).status_code == 422


def test_coordinates_may_be_pasted_as_a_map_gives_them(db: None) -> None:
    wizard = Wizard().described()
    pasted: dict[str, Any] = {**SITE, "latitude": "45.188529, 5.724524", "longitude": ""}
    assert wizard.post("site", pasted).status_code == 303
    stored = wizard.founding.description["sites"][0]
    assert (stored["latitude"], stored["longitude"]) == ("45.188529", "5.724524")
