"""The link that confirms an address, its owner's right to the founding, and the next page."""

import datetime as dt
import itertools

import pytest
from django.utils import timezone

from tenants.spaces.models import Founding
from tenants.spaces.queries import foundings as queries
from tenants.spaces.tasks import foundings as tasks
from tests.tenants.spaces.wizard import APPEARANCE, COMPANY, Wizard, run, words_of


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("fr", "Ce lien a plus de 60 minutes."), ("en", "This link is more than 60 minutes old.")],
)
def test_an_old_link_offers_a_new_one(db: None, language: str, sentence: str) -> None:
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
    for replaced in (wizard.client.get(link), wizard.client.post(link)):
        assert replaced.status_code == 404
        assert 'href="/start/"' in replaced.text
        assert sentence not in words_of(replaced)
    assert wizard.client.post(wizard.link()).status_code == 303


def test_an_old_link_leads_to_the_space_once_it_stands(own_database: None) -> None:
    wizard = Wizard().queued()
    link = wizard.link()
    wizard.build()
    Founding.objects.update(token_expires_at=timezone.now() - dt.timedelta(days=7))
    response = Wizard().client.get(link)
    assert response.status_code == 422
    assert "Votre espace est construit" in words_of(response)
    assert f'href="{queries.url_of(wizard.founding)}"' in response.text
    assert "Recevoir un nouveau lien" not in response.text

    refused = Wizard().client.post(link.replace("confirm", "renew"))
    assert "Votre espace est construit" in words_of(refused)
    assert link == wizard.link()


def test_following_the_link_confirms_nothing_and_its_token_is_not_kept(db: None) -> None:
    wizard = Wizard()
    wizard.start()
    link = wizard.link()
    assert wizard.client.get(link).status_code == 200
    assert wizard.founding.state == Founding.State.STARTED
    token = link.rstrip("/").rpartition("/")[2]
    assert len(token) == 43
    assert token not in str(Founding.objects.values().get())


def test_a_seventh_link_in_an_hour_is_refused(db: None) -> None:
    wizard = Wizard()
    wizard.start()
    for _ in range(5):
        wizard.client.post(wizard.url("resend"))
    response = wizard.client.post(wizard.url("resend"), follow=True)
    assert "Trop d’essais." in words_of(response)


def test_the_page_that_waits_goes_on_in_the_browser_that_confirmed(db: None) -> None:
    wizard = Wizard()
    wizard.start()
    polled = {"HX-Request": "true"}
    assert b"<html" not in wizard.client.get(wizard.url("check"), headers=polled).content
    wizard.client.post(wizard.link())
    answer = wizard.client.get(wizard.url("check"), headers=polled)
    assert answer["HX-Redirect"] == wizard.url("company")
    assert wizard.client.get(wizard.url("check"))["Location"] == wizard.url("company")


def test_browser_that_only_typed_the_address_does_not_get_the_founding(db: None) -> None:
    typed, read = Wizard(), Wizard()
    typed.start()
    read.client.post(read.link())
    page = typed.client.get(typed.url("check"))
    assert "confirmée sur un autre écran" in words_of(page)
    assert typed.client.get(typed.url("company")).status_code == 404
    assert typed.post("company", COMPANY).status_code == 404
    assert read.client.get(read.url("company")).status_code == 200


def test_a_stranger_finds_nothing_of_a_founding(db: None) -> None:
    known, stranger = Wizard().named(), Wizard().client
    pages = ("check", "company", "site", "address", "available", "look", "build", "progress")
    assert {stranger.get(known.url(page)).status_code for page in pages} == {404}


def test_an_unfinished_founding_is_taken_up_where_it_stood(db: None) -> None:
    first = Wizard().named()
    again = Wizard()
    again.start(first_name="Camille")
    assert again.founding == first.founding
    # A stranger that types a founder's address does not learn the state of the founding.
    assert "confirmée" not in words_of(again.client.get(again.url("check")))
    response = Wizard().client.post(again.link())
    assert response["Location"] == again.url("look")
    assert "confirmée sur un autre écran" in words_of(again.client.get(again.url("check")))


def test_steps_are_not_skipped_and_no_answer_changes_once_the_building_has_begun(db: None) -> None:
    wizard = Wizard().confirmed()
    for page in ("site", "address", "look", "build"):
        assert wizard.client.get(wizard.url(page))["Location"] == wizard.url("company")
    wizard = Wizard().queued()
    for page in ("company", "site", "address", "look"):
        response = wizard.client.get(wizard.url(page))
        assert (response.status_code, response["Location"]) == (302, wizard.url("build"))


def test_second_click_leads_to_the_building_too(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    wizard, reads = Wizard().named(), itertools.count()
    first = wizard.post("look", APPEARANCE)
    with monkeypatch.context() as patch:  # the second request read before the first ended
        patch.setattr("tenants.spaces.rules.foundings.is_closed", lambda _founding: next(reads) > 0)
        second = wizard.post("look", APPEARANCE)
    assert (first.status_code, second.status_code) == (303, 303)
    assert second["Location"] == wizard.url("build")


def test_the_wizard_takes_no_job_for_a_founding_that_is_gone(db: None) -> None:
    gone = Founding().pk
    run(tasks.mail_link, gone)
    run(tasks.build_space, gone)
