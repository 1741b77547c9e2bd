"""An erased person is found nowhere, and the texts of other members stay."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from saas.accounts import actions as accounts
from saas.accounts.models import Pass, User
from saas.kernel import schema
from saas.kernel.notifying import Words
from saas.kernel.web.drafts import Draft
from tenants.community.classifieds.models import DRAFT, Picture
from tenants.community.conversations import actions as conversations
from tenants.community.conversations.models import Conversation, Message
from tenants.community.gatherings.models import Gathering, Participation
from tenants.community.lending.actions import loans
from tenants.community.lending.models import DamageNote, Loan
from tenants.community.members.models import Profile
from tenants.community.moderation.models import Appeal, Case, Decision, Report
from tenants.community.notifications.models import Notification
from tenants.community.personal_data import actions, tasks
from tenants.community.personal_data.models import LogEntry
from tenants.community.rides.models import Departure as RideDeparture
from tenants.community.search.models import Favourite, SavedSearch, SearchHit
from tests.fixtures.people import DAY, HOUR, Browse, make_user
from tests.tenants.community.classifieds.making import html_of, make_classified, run
from tests.tenants.community.classifieds.test_pictures import prepared
from tests.tenants.community.conversations.test_meetings import talk_about
from tests.tenants.community.deals.making import make_deal
from tests.tenants.community.gatherings.making import make_gathering
from tests.tenants.community.lending.making import make_loan_out, make_thing, slot
from tests.tenants.community.notifications.making import deliver, make_notification
from tests.tenants.community.personal_data.test_every_table import keys_to_people
from tests.tenants.community.rides.making import STATION, make_ride, ride_along

CANARY = "kanarek"
# Allowed foreign keys to an erased person: the frame of other members' data, and logs.
STAYS = {
    "conversations.Conversation.asker",
    "conversations.Conversation.owner",
    "deals.Vote.voter",
    "gatherings.Gathering.organiser",
    "gatherings.Participation.person",
    "lending.Loan.borrower",
    "lending.Thing.owner",
    "members.Departure.closed_by",
    "members.Departure.user",
    "members.Profile.user",
    "moderation.Appeal.appellant",
    "moderation.Case.owner",
    "moderation.Decision.owner",
    "moderation.Report.reporter",
    "personal_data.Erasure.asked_by",
    "personal_data.Erasure.person",
    "personal_data.LogEntry.by",
    "rides.Booking.person",
    "rides.Booking.cancelled_by",
    "rides.Ride.author",
}


@pytest.fixture
def canary(in_north: None) -> User:
    """Return a member with a unique name and address."""
    return make_user("Kanarekine", last_name="Kanarekova", email="kanarek@north.example")


def _post(canary: User, other: User, at: dt.datetime) -> None:
    classified = make_classified(canary, title="Velo kanarek", description="kanarek", at=at)
    picture = prepared(canary)
    Picture.objects.filter(pk=picture.pk).update(classified=classified)
    Draft.objects.create(person=canary, kind=DRAFT, fields={"title": ["kanarek"]}, saved_at=at)
    make_deal(canary, title="kanarek", description="kanarek")
    talk = talk_about(classified, other)
    conversations.send(conversation=talk, text="Oui, kanarek", by=canary, at=at + HOUR)
    search = SavedSearch.objects.create(
        person=other, address="q=x", words="x", rhythm="never", saved_at=at, checked_at=at
    )
    SearchHit.objects.create(
        search=search, reference=classified.reference, title="Velo kanarek", url="/", found_at=at
    )
    Favourite.objects.create(person=other, reference=classified.reference, saved_at=at)
    Notification.objects.create(
        person=other, key="k", kind="messages", title="Kanarekine K. vous écrit", made_at=at
    )


def _meet(canary: User, other: User, at: dt.datetime) -> None:
    gathering = make_gathering(canary, at=at, title="kanarek", description="kanarek")
    Participation.objects.create(gathering=gathering, person=other, state="coming", joined_at=at)
    thing = make_thing(canary, at=at, title="kanarek", place="kanarek")
    loan = make_loan_out(thing, other, slot(at), at=at)
    loans.give_back(loan=loan, by=canary, at=at + HOUR)
    for author, text in ((canary, "kanarek"), (other, "Rayé")):
        DamageNote.objects.create(loan=loan, author=author, text=text, made_at=at)
    ride = make_ride(canary, at=at, spot=STATION._replace(place="kanarek"), note="kanarek")
    ride_along(ride, other, at=at)
    RideDeparture.objects.update(starts_at=at - DAY)


def _judge(canary: User, other: User, moderator: User, at: dt.datetime) -> None:
    texts = {"kind": "classified", "title": "kanarek", "text": "kanarek", "url": "/kanarek/"}
    closed = {"state": "closed", "opened_at": at, "settled_at": at}
    case = Case.objects.create(subject_reference="PA-X", owner=canary, **texts, **closed)
    verdict = {"instance": "first", "outcome": "keep", "facts": "Rien à redire."}
    Decision.objects.create(case=case, by=moderator, owner=canary, decided_at=at, **verdict)
    Appeal.objects.create(case=case, appellant=canary, words="kanarek", made_at=at)
    about_other = Case.objects.create(
        kind="classified", subject_reference="PA-Y", title="x", url="/", owner=other, opened_at=at
    )
    Report.objects.create(
        case=about_other, reporter=canary, reason="other", words="kanarek", reported_at=at
    )


def _live(canary: User, other: User, moderator: User, at: dt.datetime) -> None:
    Profile.objects.filter(user=canary).update(about="kanarek", team="kanarek")
    _post(canary, other, at)
    _meet(canary, other, at)
    _judge(canary, other, moderator, at)
    cache.set(f"visit:{canary.pk}", "kanarek")
    accounts.issue_pass(user=canary, purpose=Pass.Purpose.SIGN_IN, lifetime=HOUR, at=at)
    run(tasks.prepare, actions.ask_export(by=canary, at=at).pk)
    LogEntry.objects.create(
        person=other, by=canary, by_name=canary.display_name, role="x", what="x", why="x", at=at
    )


def _found_in(space: str) -> set[str]:
    """The columns of a schema that hold the canary's words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = %s"
            " AND data_type IN ('text', 'character varying', 'jsonb') AND table_name IN"
            " (SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
            " AND table_schema = %s)",
            [space, space],
        )
        found = set()
        for name, column in cursor.fetchall():
            quoted = f'"{space}"."{name}" WHERE "{column}"::text ILIKE %s'
            cursor.execute("SAVEPOINT look")
            try:
                cursor.execute(f"SELECT 1 FROM {quoted} LIMIT 1", [f"%{CANARY}%"])  # noqa: S608
                found |= {f"{name}.{column}"} if cursor.fetchone() else set()
            except Exception:  # noqa: BLE001 - a space's role may not read it, so neither anybody
                cursor.execute("ROLLBACK TO SAVEPOINT look")
    return found


def _words_of(message: Any) -> str:
    """Return the text of a mail: recipients, subject, and both bodies."""
    return f"{message.message().as_string()} {message.body} {html_of(message)}".lower()


def _files() -> set[str]:
    folders = ("north/classifieds", "north/exports")
    return {
        f"{folder}/{name}"
        for folder in folders
        if default_storage.exists(folder)
        for name in default_storage.listdir(folder)[1]
    }


def test_an_erased_person_is_found_nowhere_and_what_others_wrote_stays(
    browse: Browse,
    canary: User,
    owner: User,
    teammate: User,
    django_capture_on_commit_callbacks: Any,
) -> None:
    at, left_over = timezone.now() - 2 * DAY, _files()
    with django_capture_on_commit_callbacks(execute=True):
        _live(canary, teammate, owner, at)
    client = browse(canary)
    assert client.get("/me/").status_code == 200
    before, files = _found_in("north"), _files()
    assert len(before) > 20
    made = make_notification(
        teammate, at=at, words=lambda: Words("Nouvelle", f"{canary.display_name} vous écrit.")
    )
    Notification.objects.filter(pk=made.pk).update(mail="now", mailed_at=None)
    mail.outbox.clear()
    erasure = actions.ask_erasure(of=canary, by=canary, at=at)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.carry_out(erasure_id=erasure.pk, at=timezone.now())
    assert not actions.carry_out(erasure_id=erasure.pk, at=timezone.now())

    assert _found_in("north") == set()
    with schema.in_public():
        assert _found_in("public") == set()
    deliver()
    assert [message.to for message in mail.outbox if CANARY in _words_of(message)] == []
    assert files - left_over
    assert not _files() - left_over
    assert cache.get(f"visit:{canary.pk}") is None
    assert client.get("/me/").status_code == 302
    talk = Conversation.objects.get()
    assert [message.text for message in Message.objects.all()] == ["Bonjour"]
    assert Decision.objects.get().facts == "Rien à redire."
    assert [note.text for note in DamageNote.objects.all()] == ["Rayé"]
    for path in (
        talk.get_absolute_url(),
        Loan.objects.get().get_absolute_url(),
        Gathering.objects.get().get_absolute_url(),
        "/lending/loans/",
        "/messages/",
        "/rides/mine/",
    ):
        page = browse(teammate).get(path)
        assert page.status_code == 200, path
    assert "Ancien membre" in browse(teammate).get(talk.get_absolute_url()).text


def test_no_key_leads_to_an_erased_person_but_to_what_stays(
    canary: User, owner: User, teammate: User
) -> None:

    at = timezone.now() - 2 * DAY
    _live(canary, teammate, owner, at)
    erasure = actions.ask_erasure(of=canary, by=canary, at=at)
    actions.carry_out(erasure_id=erasure.pk, at=timezone.now())
    left = {
        name
        for name, field in keys_to_people().items()
        if QuerySet(field.model).filter(**{field.name: canary.pk}).exists()
    }
    assert left - STAYS == set()
