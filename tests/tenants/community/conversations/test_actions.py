"""Messages between two colleagues, and their read state."""

import uuid

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.errors import Refused
from tenants.community.conversations import actions
from tenants.community.conversations.models import Conversation, Message
from tenants.community.conversations.queries import talks as queries
from tests.fixtures.people import AT, MINUTE


def thing_of(owner: User, **changes: object) -> hooks.Subject:
    """Return a subject as its room describes it."""
    usual: dict[str, object] = {
        "kind": "classified",
        "id": 1,
        "title": "Vélo pliant",
        "url": "/classifieds/PA-VELO22/",
        "owner_id": owner.pk,
        "picture_url": None,
        "state": "Disponible",
        "open": True,
    }
    return hooks.Subject(**(usual | changes))  # type: ignore[arg-type]


def begin(owner: User, asker: User, text: str = "Bonjour", **more: object) -> Conversation:
    data: dict[str, object] = {"at": timezone.now(), "reference": "PA-VELO22"} | more
    thing = data.pop("thing", thing_of(owner))
    return actions.begin(subject=thing, text=text, by=asker, **data)  # type: ignore[arg-type]


def test_an_asker_has_one_conversation_about_a_thing(owner: User, teammate: User) -> None:
    first = begin(owner, teammate, "Bonjour", at=AT)
    again = begin(owner, teammate, "Toujours là ?", at=AT + MINUTE)
    assert first == again
    assert [m.text for m in Message.objects.all()] == ["Bonjour", "Toujours là ?"]


def test_ended_thing_gets_no_first_message_but_may_get_another(owner: User, teammate: User) -> None:
    over = thing_of(owner, open=False, state="Vendu")
    with pytest.raises(Refused, match="trop tard"):
        begin(owner, teammate, thing=over)
    assert not Conversation.objects.exists()
    begin(owner, teammate)
    begin(owner, teammate, "Merci quand même", thing=over)
    assert Message.objects.count() == 2


@pytest.mark.usefixtures("going_on_from_at")
def test_a_moment_to_meet_is_added_to_the_message(owner: User, teammate: User) -> None:
    begin(owner, teammate, "Bonjour", starts_at=AT + MINUTE * 15, at=AT)
    message = Message.objects.select_related("meeting").get()
    assert message.text.startswith("Bonjour\nRendez-vous proposé\u00a0: mercredi 25 novembre, ")
    assert message.meeting is not None
    assert message.meeting.state == "proposed"


@pytest.mark.parametrize("text", ["", "   \n", "x" * 2_001])
def test_a_message_says_something_and_not_too_much(owner: User, teammate: User, text: str) -> None:
    with pytest.raises(Refused) as refusal:
        begin(owner, teammate, text)
    assert refusal.value.field == "text"


def test_the_same_key_sends_once(owner: User, teammate: User) -> None:
    key = uuid.uuid4()
    conversation = begin(owner, teammate, key=key, at=AT)
    begin(owner, teammate, key=key, at=AT)
    actions.send(conversation=conversation, text="Autre", key=key, by=teammate, at=AT)
    assert Message.objects.count() == 1


def test_messages_of_one_moment_keep_their_order(owner: User, teammate: User) -> None:
    conversation = begin(owner, teammate, "un", at=AT)
    for text in ("deux", "trois"):
        actions.send(conversation=conversation, text=text, by=owner, at=AT)
    assert [m.text for m in Message.objects.all()] == ["un", "deux", "trois"]
    assert len(set(Message.objects.values_list("sent_at", flat=True))) == 3


def test_each_counts_what_they_have_not_read(owner: User, teammate: User) -> None:
    def unread(person: User) -> int:
        return queries.rail_counts(person, AT)["unread"]

    conversation = begin(owner, teammate, at=AT)
    actions.send(conversation=conversation, text="Encore", by=teammate, at=AT + MINUTE)
    assert (unread(owner), unread(teammate)) == (2, 0)
    actions.read(conversation=conversation, at=AT, by=owner)
    assert unread(owner) == 1
    actions.read(conversation=conversation, at=AT - MINUTE, by=owner)  # never goes back
    assert unread(owner) == 1
    actions.send(conversation=conversation, text="Oui", by=owner, at=AT + 2 * MINUTE)
    assert (unread(owner), unread(teammate)) == (0, 1)


def test_leaver_gets_no_message(owner: User, teammate: User) -> None:
    conversation = begin(owner, teammate)
    owner.is_active = False
    owner.save()
    with pytest.raises(Refused, match="a quitté l’espace"):
        actions.send(conversation=conversation, text="Encore", by=teammate, at=timezone.now())
