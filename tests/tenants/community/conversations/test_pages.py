"""The pages of conversations, visible only to both parties."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.classifieds import actions as classifieds
from tenants.community.classifieds.models import Classified
from tenants.community.conversations import actions, forms
from tenants.community.conversations.models import Conversation, Message
from tests.fixtures.people import Browse, SameCost, SpaceClient, make_user


@pytest.fixture
def talk(bike: Classified, owner: User, teammate: User, browse: Browse) -> Conversation:
    browse(teammate).post(write_about(bike), {"text": "Est-ce toujours disponible ?"})
    return Conversation.objects.get()


def write_about(bike: Classified) -> str:
    return f"/messages/begin/classified/{bike.reference}/"


def test_writing_from_the_page_begins_a_conversation(
    browse: Browse, bike: Classified, owner: User, teammate: User
) -> None:
    answer = browse(teammate).post(write_about(bike), {"text": "Bonjour", "slot": "12:30"})
    conversation = Conversation.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, conversation.get_absolute_url())
    assert (conversation.asker_id, conversation.owner_id) == (teammate.pk, owner.pk)
    assert "12\u00a0h\u00a030" in Message.objects.get().text


def test_an_empty_message_is_asked_for_again_with_the_time_kept(
    browse: Browse, bike: Classified, teammate: User
) -> None:
    answer = browse(teammate).refused(write_about(bike), {"text": " ", "slot": "12:30"})
    assert "Écrivez quelques mots." in answer
    assert re.search(r'name="slot"[^>]*value="12:30', answer)


def test_a_broken_time_and_ones_own_or_an_unknown_thing_are_refused(
    browse: Browse, bike: Classified, owner: User, teammate: User
) -> None:
    wrong = [{"slot": slot} for slot in ("25:99", "12:31", "\x00", "midi")]
    for when in (*wrong, {"slot": "12:30", "day": "0001-01-01"}):
        browse(teammate).refused(write_about(bike), {"text": "Bonjour", **when})
    assert "personne à qui écrire" in browse(owner).refused(write_about(bike), {"text": "Bonjour"})
    for unknown in ("classified/PA-ZZZZZZ", f"loan/{bike.reference}"):
        answer = browse(teammate).post(f"/messages/begin/{unknown}/", {"text": "Bonjour"})
        assert answer.status_code == 404
    assert not Message.objects.exists()


def test_conversation_shows_its_two_alone_the_thing_and_the_messages(
    browse: Browse, talk: Conversation, bike: Classified, owner: User, teammate: User
) -> None:
    Message.objects.update(sent_at=timezone.now() - dt.timedelta(days=400))
    link = f"/classifieds/{bike.reference}/close/?with={teammate.reference}"
    for person, other in ((owner, "Karim L."), (teammate, "Nadia B.")):
        text = browse(person).get(talk.get_absolute_url()).text
        for words in ("Est-ce toujours disponible", "Vélo pliant 7 vitesses", "Disponible", other):
            assert words in text
        assert "@" not in text.split("<main")[1]
        assert (link in text) == (person == owner)
    part = browse(owner).get(talk.get_absolute_url(), headers={"HX-Request": "true"}).text
    assert "<h1" not in part
    assert "Est-ce toujours disponible" in part
    inbox = browse(make_user("Ines")).get("/messages/").text
    assert "Pas encore de message" in inbox
    assert "disponible" not in inbox.split("<main")[1]


def test_opening_it_reads_it_and_the_other_sees_that(
    browse: Browse, talk: Conversation, owner: User, teammate: User
) -> None:
    assert "Lu par" not in browse(teammate).get(talk.get_absolute_url()).text
    inbox = browse(owner).get("/messages/").text
    assert "1 nouveau" in inbox
    browse(owner).get(talk.get_absolute_url())
    assert "1 nouveau" not in browse(owner).get("/messages/").text
    assert "Lu par Nadia B." in browse(teammate).get(talk.get_absolute_url()).text


def test_an_answer_goes_back_to_the_conversation(hers: SpaceClient, talk: Conversation) -> None:
    url = talk.get_absolute_url()
    assert "Oui, c’est toujours disponible." in hers.get(url).text
    assert "Écrivez quelques mots." in hers.refused(url, {"text": ""})
    answer = hers.post(url, {"text": "Oui, c’est toujours disponible."})
    assert (answer.status_code, answer["Location"]) == (303, f"{url}#last")
    assert Message.objects.count() == 2


def test_closed_thing_says_so_and_the_two_may_go_on(
    his: SpaceClient, bike: Classified, talk: Conversation, owner: User, teammate: User
) -> None:
    classifieds.close(
        classified=bike, outcome="here", closed_with=teammate, by=owner, at=timezone.now()
    )
    text = his.get(talk.get_absolute_url()).text
    assert "Vendu" in text
    assert "C’est terminé." in text
    assert his.post(talk.get_absolute_url(), {"text": "Merci !"}).status_code == 303


def test_leaver_is_shown_as_gone(his: SpaceClient, talk: Conversation, owner: User) -> None:
    owner.is_active = False
    owner.save()
    text = his.get(talk.get_absolute_url()).text
    assert "a quitté l’espace" in text
    assert "Votre message" not in text


def test_writing_too_fast_is_slowed_down(
    hers: SpaceClient, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "MOST_MESSAGES", 1)
    assert hers.post(talk.get_absolute_url(), {"text": "un"}).status_code == 303
    slowed = hers.refused(talk.get_absolute_url(), {"text": "deux"})
    assert "Trop d’essais" in slowed
    assert "deux" in slowed


def test_hostile_words_are_shown_as_words(
    browse: Browse, talk: Conversation, owner: User, teammate: User
) -> None:
    words = "<img src=x onerror=alert(1)> {{ 7|add:7 }}"
    actions.send(conversation=talk, text=words, by=teammate, at=timezone.now())
    for url in (talk.get_absolute_url(), "/messages/"):
        text = browse(owner).get(url).text
        assert "<img src=x" not in text
        assert "&lt;img src=x" in text


def test_three_conversations_cost_what_one_costs(
    browse: Browse, hers: SpaceClient, same_cost: SameCost, bike: Classified
) -> None:
    browse(make_user("Ines")).post(write_about(bike), {"text": "Bonjour"})
    with same_cost(hers, "/messages/", most=8):
        for name in ("Hugo", "Lou"):
            browse(make_user(name)).post(write_about(bike), {"text": "Bonjour"})
