"""Pictures in messages: visible only to both parties, and a mistake loses no picture."""

import re

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import private_pictures
from tenants.community.conversations import actions, tasks
from tenants.community.conversations.models import Conversation, Message, Picture
from tests.fixtures.people import DAY, Browse, SpaceClient, make_user
from tests.tenants.community.classifieds.making import make_classified, picture_bytes, run, upload
from tests.tenants.community.conversations.test_meetings import talk_about


@pytest.fixture
def talk(owner: User, teammate: User) -> Conversation:
    return talk_about(make_classified(owner), teammate)


def test_picture_reaches_the_other_and_nobody_else(
    browse: Browse, talk: Conversation, owner: User, teammate: User, stranger: User
) -> None:
    url = talk.get_absolute_url()
    sent = browse(teammate).post(url, {"text": "", "pictures": [upload()]})
    assert sent.status_code == 303
    picture = Picture.objects.select_related("message").get()
    assert picture.message is not None
    assert picture.message.text == "Une photo"
    run(tasks.prepare_picture, picture.pk)
    picture.refresh_from_db()
    address = private_pictures.url_of(picture, 480)
    assert address in browse(owner).get(url).text
    for person in (owner, teammate):
        assert browse(person).get(address).status_code == 200
    assert browse(make_user("Ines")).get(address).status_code == 404
    assert browse(stranger, space="south").get(address).status_code == 404
    assert browse(None).get(address).status_code == 302


def test_sender_alone_reads_that_a_picture_is_unreadable(
    browse: Browse, talk: Conversation, owner: User, teammate: User
) -> None:
    url, broken = talk.get_absolute_url(), upload(picture_bytes("PNG")[:400])
    sent = browse(teammate).post(url, {"text": "Voici", "pictures": [broken]})
    assert sent.status_code == 303
    assert "Vos photos se préparent" in browse(teammate).get(url).text
    run(tasks.prepare_picture, Picture.objects.get().pk)
    assert "pu être lue\u00a0: elle n’est pas partie" in browse(teammate).get(url).text
    assert "pu être lue" not in browse(owner).get(url).text


def test_mistake_keeps_pictures_that_came(his: SpaceClient, talk: Conversation) -> None:
    url = talk.get_absolute_url()
    files = [upload(picture_bytes()), upload(b"<svg></svg>", name="dessin.svg")]
    text = his.refused(url, {"text": "Voici", "pictures": files})
    assert "dessin.svg" in text
    picture_ids = re.findall(r'name="keep_pictures"\s+value="([^"]+)"', text)
    assert his.post(url, {"text": "Voici", "keep_pictures": picture_ids}).status_code == 303
    assert Message.objects.get(text="Voici").pictures.count() == 1


def test_pictures_of_others_and_words_without_any_are_not_sent(
    browse: Browse, talk: Conversation, owner: User, teammate: User
) -> None:
    url = talk.get_absolute_url()
    refused = browse(owner).post(url, {"text": "x" * 2_001, "pictures": [upload()]})
    theirs = re.findall(r'name="keep_pictures"\s+value="([^"]+)"', refused.text)
    answer = browse(teammate).refused(url, {"text": " ", "keep_pictures": theirs})
    assert "Écrivez quelques mots." in answer


def test_drafts_that_were_not_sent_are_forgotten_with_their_files(teammate: User) -> None:
    now = timezone.now()
    picture = actions.receive_picture(upload=upload(), by=teammate, at=now - 3 * DAY)
    original = private_pictures.original_of(picture.name)
    assert default_storage.exists(original)
    assert actions.forget_drafts(at=now) == 1
    assert not Picture.objects.exists()
    run(tasks.delete_files, picture.name)
    assert not default_storage.exists(original)
