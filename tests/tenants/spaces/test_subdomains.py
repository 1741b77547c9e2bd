"""The subdomain that a founding reserves: one has it, and nothing misleading is due."""

import pytest

from tests.tenants.spaces.wizard import COMPANY, SITE, Wizard, words_of


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


def test_race_of_two_foundings_for_a_subdomain_refuses_one(
    own_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    Wizard().named("sillage")
    other = Wizard()
    other.start(email="lou@sillage.example")
    other.client.post(other.link())
    other.post("company", {**COMPANY, "name": "Sillage"})
    other.post("site", SITE)
    with monkeypatch.context() as patch:
        patch.setattr("tenants.spaces.queries.foundings.taken_slugs", lambda _asking: set[str]())
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


def test_a_free_subdomain_is_shown_as_free_while_it_is_typed(own_database: None) -> None:
    wizard = Wizard().described()
    part = wizard.client.get(
        wizard.url("available"), {"slug": "Helvane"}, headers={"HX-Request": "true"}
    )
    assert b"<html" not in part.content
    assert "helvane est libre." in words_of(part).replace(" .", ".")


@pytest.mark.parametrize("signs", [41, 61, 63, 64, 255, 10_000])
def test_a_label_that_is_too_long_is_refused_in_words_on_the_page_and_while_one_types(
    own_database: None, signs: int
) -> None:
    wizard = Wizard().described()
    label = "a" * signs
    judged = wizard.client.get(
        wizard.url("available"), {"slug": label}, headers={"Accept": "application/json"}
    ).json()
    assert judged["available"] is False
    assert judged["reason"] == "Une adresse compte de 3 à 40 signes."
    page = wizard.post("address", {"slug": label})
    assert page.status_code == 422
    assert "3 à 40 signes" in words_of(page)
    assert f'value="{label}"' in page.content.decode()
    assert wizard.founding.slug == ""


@pytest.mark.parametrize(
    "label", ["hel\0vane", "hel\nvane", "hel/vane", "hel..vane", "@helvane", ".helvane"]
)
def test_a_sign_that_no_host_has_is_refused_in_words(own_database: None, label: str) -> None:
    wizard = Wizard().described()
    page = wizard.post("address", {"slug": label})
    assert page.status_code == 422
    assert wizard.founding.slug == ""
