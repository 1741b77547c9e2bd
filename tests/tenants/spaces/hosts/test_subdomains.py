"""The subdomain reserved by a founding: exclusive, and never misleading."""

import pytest

from tests.tenants.spaces.wizard import Wizard, words_of

TAKEN_SLUGS = "tenants.spaces.queries.foundings.taken_slugs"


@pytest.fixture
def other(db: None) -> Wizard:
    """Return a wizard before the choice of a subdomain; another founding has `sillage`."""
    Wizard().named("sillage")
    return Wizard().described("Sillage")


def test_the_subdomain_of_another_founding_is_taken(other: Wizard) -> None:
    judged = other.judged("sillage")
    assert (judged["available"], judged["reason"]) == (False, "Cette adresse est prise.")
    assert len(judged["proposals"]) == 3
    page = other.post("address", {"slug": "sillage"})
    assert page.status_code == 422
    for proposal in judged["proposals"]:
        assert proposal in words_of(page)
    assert other.post("address", {"slug": judged["proposals"][0]}).status_code == 303


def test_race_for_a_subdomain_refuses_one(other: Wizard, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(TAKEN_SLUGS, lambda _asking: set[str]())
        page = other.post("address", {"slug": "sillage"})
    assert page.status_code == 422
    assert "Cette adresse vient d’être prise." in words_of(page)
    assert other.founding.slug == ""


def test_misleading_label_is_not_proposed_with_something_behind_it(other: Wizard) -> None:
    for wanted in ("s1llage", "ops", "troovon-nord"):
        judged = other.judged(wanted)
        assert (judged["available"], len(judged["proposals"])) == (False, 3)
        assert not [slug for slug in judged["proposals"] if wanted in slug]


def test_a_free_subdomain_is_shown_as_free_while_it_is_typed(db: None) -> None:
    wizard = Wizard().described()
    query, headers = {"slug": "Helvane"}, {"HX-Request": "true"}
    part = wizard.client.get(wizard.url("available"), query, headers=headers)
    assert b"<html" not in part.content
    assert "helvane est libre." in words_of(part).replace(" .", ".")


def test_label_that_is_too_long_or_no_host_s_is_refused_in_words(db: None) -> None:
    wizard = Wizard().described()
    for label in ("a" * 41, "a" * 64, "a" * 10_000):
        assert wizard.judged(label)["reason"] == "Une adresse compte de 3 à 40 signes."
        page = wizard.post("address", {"slug": label})
        assert page.status_code == 422
        assert "3 à 40 signes" in words_of(page)
        assert f'value="{label}"' in page.content.decode()
    for label in ("hel\0vane", "hel\nvane", "hel/vane", "hel..vane", "@helvane", ".helvane"):
        assert wizard.post("address", {"slug": label}).status_code == 422, label
    assert wizard.founding.slug == ""
