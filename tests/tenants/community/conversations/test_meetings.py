"""Appointments that two people agree on, their effect on the subject; and blocked people."""

import datetime as dt
import functools
import zoneinfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.classifieds import actions as classifieds
from tenants.community.classifieds.models import Classified
from tenants.community.conversations import actions
from tenants.community.conversations.models import Block, Conversation, Meeting, Message
from tenants.community.conversations.queries import talks as queries
from tenants.community.conversations.rules import talks as rules
from tenants.community.lending.models import Thing
from tenants.community.notifications.models import Notification
from tenants.community.rides.models import Ride
from tests.fixtures.people import DAY, Browse, SameCost, SpaceClient, make_user
from tests.fixtures.together import acts_at_once
from tests.tenants.community.classifieds.making import make_classified

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
NOON = dt.time(12, 30)


def talk_about(thing: Classified | Thing | Ride, asker: User) -> Conversation:
    kind, reference, now = type(thing).__name__.lower(), thing.reference, timezone.now()
    subject = next(filter(None, hooks.subject.ask(kind, reference, asker)))
    return actions.begin(subject=subject, reference=reference, text="Bonjour", by=asker, at=now)


@pytest.fixture
def talk(bike: Classified, teammate: User) -> Conversation:
    return talk_about(bike, teammate)


def propose(talk: Conversation, by: User, *, days: int = 1) -> Meeting:
    now = timezone.now()
    return actions.propose(conversation=talk, starts_at=now + days * DAY, by=by, at=now)


def states() -> list[str]:
    return list(Meeting.objects.order_by("pk").values_list("state", flat=True))


@pytest.fixture
def agreed(talk: Conversation, owner: User, teammate: User) -> Meeting:
    """The asker proposed, and the owner accepted."""
    propose(talk, teammate)
    return actions.accept(conversation=talk, by=owner, at=timezone.now())


def test_accepting_reserves_the_thing_at_once_and_says_so(
    agreed: Meeting, bike: Classified, owner: User, teammate: User
) -> None:
    bike.refresh_from_db()
    assert bike.reserved_for_id == teammate.pk
    assert next(filter(None, hooks.subject.ask("classified", bike.reference, owner))).state == (
        "Réservé"
    )
    last = Message.objects.order_by("-sent_at")[0]
    assert (last.text[:14], last.author_id) == ("D’accord pour ", owner.pk)


def test_agreed_meeting_moves_to_another_moment_that_has_not_passed(
    agreed: Meeting, talk: Conversation, owner: User, teammate: User
) -> None:
    propose(talk, owner, days=3)
    with pytest.raises(Refused, match="passé"):
        actions.accept(conversation=talk, by=teammate, at=timezone.now() + 4 * DAY)
    actions.accept(conversation=talk, by=teammate, at=timezone.now())
    assert states() == ["replaced", "accepted"]


def test_countering_replaces_the_proposal_and_refusing_leaves_the_thing_free(
    talk: Conversation, bike: Classified, owner: User, teammate: User
) -> None:
    propose(talk, teammate)
    propose(talk, owner, days=2)
    with pytest.raises(Refused, match="votre proposition"):
        actions.accept(conversation=talk, by=owner, at=timezone.now())
    actions.refuse(conversation=talk, by=teammate, at=timezone.now())
    with pytest.raises(Refused, match="n’attend plus"):
        actions.accept(conversation=talk, by=teammate, at=timezone.now())
    bike.refresh_from_db()
    assert (states(), bike.reserved_for_id) == (["replaced", "refused"], None)


def test_thing_is_reserved_for_one_person_at_a_time(
    talk: Conversation, bike: Classified, owner: User, teammate: User
) -> None:
    other = talk_about(bike, make_user("Ines"))
    for one in (talk, other):
        propose(one, owner)
    actions.accept(conversation=talk, by=teammate, at=timezone.now())
    with pytest.raises(Refused, match="déjà réservé"):
        actions.accept(conversation=other, by=other.asker, at=timezone.now())
    actions.cancel(conversation=talk, by=teammate, at=timezone.now())
    actions.accept(conversation=other, by=other.asker, at=timezone.now())
    bike.refresh_from_db()
    assert bike.reserved_for_id == other.asker_id


def test_services_and_wishes_are_not_reserved(owner: User, teammate: User) -> None:
    for kind in ("service", "wanted"):
        thing = make_classified(owner, kind=kind)
        talk = talk_about(thing, teammate)
        propose(talk, teammate)
        actions.accept(conversation=talk, by=owner, at=timezone.now())
        thing.refresh_from_db()
        assert thing.reserved_for_id is None


def test_only_author_and_taker_reserve_and_release(bike: Classified, teammate: User) -> None:
    reserve = functools.partial(
        classifieds.reserve, reference=bike.reference, person_id=teammate.pk, at=timezone.now()
    )
    with pytest.raises(NotAllowed):
        reserve(by=make_user("Ines"))
    reserve(by=teammate)
    with pytest.raises(NotAllowed):
        classifieds.release(
            reference=bike.reference, person_id=teammate.pk, by=make_user("Ines"), at=timezone.now()
        )


@pytest.mark.parametrize(
    ("day", "slot", "sentence"),
    [
        (None, dt.time(12, 31), "de la liste"),
        (dt.date(2026, 3, 27), NOON, "passé"),
        (dt.date(2027, 1, 1), NOON, "deux prochains mois"),
        (dt.date(2026, 3, 29), dt.time(2, 30), "n’existe pas"),
    ],
)
def test_moment_that_cannot_be_met_is_refused(
    day: dt.date | None, slot: dt.time, sentence: str
) -> None:
    at = dt.datetime(2026, 3, 28, 9, tzinfo=PARIS)
    with timezone.override(PARIS), pytest.raises(Refused, match=sentence):
        rules.meeting_at(day, slot, at=at)


def test_hour_without_a_day_is_the_next_one_and_one_that_comes_twice_the_first() -> None:
    at = dt.datetime(2026, 10, 24, 13, tzinfo=PARIS)
    with timezone.override(PARIS):
        assert rules.meeting_at(None, NOON, at=at).date() == dt.date(2026, 10, 25)
        twice = rules.meeting_at(dt.date(2026, 10, 25), dt.time(2, 30), at=at)
    assert twice.astimezone(dt.UTC).hour == 0


def test_database_holds_one_open_proposal_and_one_meeting(
    talk: Conversation, teammate: User
) -> None:
    meeting = propose(talk, teammate)
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.create(
            conversation=talk,
            proposer=teammate,
            starts_at=meeting.starts_at,
            proposed_at=timezone.now(),
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(state="accepted")


def test_meetings_of_somebody_who_leaves_are_off_and_the_thing_is_free(
    agreed: Meeting, bike: Classified, owner: User, teammate: User
) -> None:
    hooks.member_left.ask(teammate, timezone.now())
    bike.refresh_from_db()
    assert (states(), bike.reserved_for_id) == (["cancelled"], None)
    (news,) = Notification.objects.filter(title="Un rendez-vous est annulé")
    assert news.person_id == owner.pk
    assert "Karim L. a quitté l’espace" in news.text
    assert "Vélo pliant" in news.text


def test_blocking_somebody_calls_off_what_the_two_had_agreed(
    agreed: Meeting, talk: Conversation, bike: Classified, owner: User, teammate: User
) -> None:
    elsewhere = talk_about(make_classified(owner), teammate)
    for _twice in range(2):
        actions.block(conversation=elsewhere, by=teammate, at=timezone.now())
    bike.refresh_from_db()
    assert (states(), bike.reserved_for_id) == (["cancelled"], None)
    assert Message.objects.filter(conversation=talk, author=teammate).count() == 3


def test_blocked_colleague_cannot_write_and_is_refused_softly(
    talk: Conversation, owner: User, teammate: User
) -> None:
    propose(talk, owner)
    for _ in range(2):
        actions.block(conversation=talk, by=owner, at=timezone.now())
    for act in (
        lambda: actions.send(conversation=talk, text="Oh", by=teammate, at=timezone.now()),
        lambda: actions.accept(conversation=talk, by=teammate, at=timezone.now()),
        lambda: propose(talk, teammate),
        lambda: talk_about(make_classified(owner), teammate),
    ):
        with pytest.raises(Refused, match="pour l’instant"):
            act()
    with pytest.raises(Refused, match="débloquez"):
        actions.send(conversation=talk, text="Oh", by=owner, at=timezone.now())
    actions.unblock(person=teammate, by=owner, at=timezone.now())
    actions.send(conversation=talk, text="Oh", by=teammate, at=timezone.now())
    assert not Block.objects.exists()


def test_two_agreements_at_once_reserve_the_thing_once(own_north: None) -> None:
    owner = make_user("Nadia")
    bike = make_classified(owner)
    talks = [talk_about(bike, make_user(f"Voix{number}")) for number in range(3)]
    for one in talks:
        propose(one, owner)
    accept = functools.partial(actions.accept, at=timezone.now())
    answers = acts_at_once(
        [functools.partial(accept, conversation=one, by=one.asker) for one in talks]
    )
    assert sum(isinstance(answer, Refused) for answer in answers) == 2
    bike.refresh_from_db()
    (agreed,) = Meeting.objects.filter(state="accepted").select_related("conversation")
    assert bike.reserved_for_id == agreed.conversation.asker_id


def test_pages_propose_answer_and_close_in_one_step(
    browse: Browse, talk: Conversation, bike: Classified, owner: User, teammate: User
) -> None:
    url, asker, seller = talk.get_absolute_url(), browse(teammate), browse(owner)
    day = (timezone.localdate() + DAY).isoformat()
    assert "de la liste" in asker.refused(f"{url}meeting/", {"day": day, "slot": "12:07"})
    assert asker.post(f"{url}meeting/", {"day": day, "slot": "12:30"}).status_code == 303
    assert "attend votre réponse" in seller.get(url).text
    assert "attend sa réponse" in asker.get(url).text
    assert asker.post(f"{url}meeting/answer/", {"answer": "accept"}).status_code == 422
    assert seller.post(f"{url}meeting/answer/", {"answer": "accept"}).status_code == 303
    own = seller.get(bike.get_absolute_url()).text
    assert "Réservé à Karim L." in own
    assert "Réservé" in asker.get("/classifieds/").text
    closing = {"outcome": "here", "closed_with": teammate.reference}
    assert seller.post(f"{bike.get_absolute_url()}close/", closing).status_code == 303
    bike.refresh_from_db()
    assert (bike.outcome, bike.closed_with_id, bike.reserved_for_id) == ("here", teammate.pk, None)


def test_page_of_a_block_shows_it_and_ends_it(
    browse: Browse, talk: Conversation, owner: User, teammate: User
) -> None:
    client, url = browse(owner), talk.get_absolute_url()
    assert client.post(f"{url}block/").status_code == 303
    assert "Karim" in client.get("/messages/blocked/").text
    assert "débloquez cette personne" in client.get(url).text
    theirs = browse(teammate).get(url).text
    assert "pour l’instant" in theirs
    assert 'name="text"' not in theirs
    assert client.post(f"/messages/blocked/{teammate.reference}/unblock/").status_code == 303
    assert client.post(f"/messages/blocked/{teammate.reference}/unblock/").status_code == 404
    assert "Personne n’est bloqué" in client.get("/messages/blocked/").text


def test_conversation_with_meetings_costs_what_one_without_costs(
    hers: SpaceClient, same_cost: SameCost, talk: Conversation, teammate: User
) -> None:
    with same_cost(hers, talk.get_absolute_url(), most=18):
        for _ in range(3):
            propose(talk, teammate)
    assert queries.meeting_of(talk, "proposed") is not None
