"""Queues of the console: rows with a deadline, two answers, the next row, a single reminder."""

import datetime as dt

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from billing.models import Council, CouncilMandate, CouncilNotice
from saas.console import clock, tasks
from saas.console.models import FactorReset, QueueReminder
from saas.kernel.display.writing import shortdate
from tests.factories.billing import make_council
from tests.factories.mandates import make_mandate
from tests.fixtures.people import SpaceClient

LIST = "/queues/councils/"
REFUSAL = {"verdict": "refuse", "reason": "La dernière page du procès-verbal manque."}


@pytest.fixture
def mandate(console: SpaceClient) -> CouncilMandate:
    """The minutes of a council that wait."""
    return make_mandate(make_council("north", confirmed=False))


@pytest.fixture
def later(mandate: CouncilMandate) -> CouncilMandate:
    """The minutes of another council, due a day later."""
    deadline_at = mandate.deadline_at + dt.timedelta(days=1)
    return make_mandate(make_council("south", confirmed=False), deadline_at=deadline_at)


def address(mandate: CouncilMandate) -> str:
    return f"{LIST}{mandate.reference}/"


def test_queue_lists_rows_by_deadline(
    console: SpaceClient, mandate: CouncilMandate, later: CouncilMandate
) -> None:
    listed = console.get(LIST).content.decode()
    assert listed.index(mandate.reference) < listed.index(later.reference)
    assert 'data-key="1" accesskey="1"' in " ".join(listed.split())
    home = console.get("/").content.decode()
    assert "2 CSE attendent que leur élection soit confirmée" in home
    assert f'href="{LIST}"' in home


def test_empty_queue_says_so(console: SpaceClient) -> None:
    assert "Aucun procès-verbal à lire" in console.get(LIST).content.decode()


def test_approval_leads_to_next_row(
    console: SpaceClient, mandate: CouncilMandate, later: CouncilMandate
) -> None:
    shown = console.get(address(mandate)).content.decode()
    for key in ("a", "r", "n", "l", "o"):
        assert f'data-key="{key}"' in shown
    answer = console.post(address(mandate), {"verdict": "approve"})
    assert answer.status_code == 303
    assert answer["Location"] == address(later)
    council = Council.objects.get(pk=mandate.council_id)
    assert council.confirmed_until == mandate.ends_on
    assert council.treasurer_reference == mandate.treasurer_reference
    assert CouncilNotice.objects.get().kind == CouncilNotice.Kind.MANDATE_CONFIRMED


def test_last_answer_leads_to_list(console: SpaceClient, mandate: CouncilMandate) -> None:
    answer = console.post(address(mandate), REFUSAL)
    assert (answer.status_code, answer["Location"]) == (303, LIST)
    listed = console.get(LIST).content.decode()
    assert "La dernière page du procès-verbal manque." in listed
    assert Council.objects.get(pk=mandate.council_id).confirmed_until is None


def test_refusal_needs_reason(console: SpaceClient, mandate: CouncilMandate) -> None:
    answer = console.post(address(mandate), {"verdict": "refuse", "reason": "  "})
    assert answer.status_code == 422
    assert "Dites pourquoi" in answer.content.decode()
    mandate.refresh_from_db()
    assert mandate.state == CouncilMandate.State.WAITING


def test_row_is_answered_once(console: SpaceClient, mandate: CouncilMandate) -> None:
    console.post(address(mandate), REFUSAL)
    answer = console.post(address(mandate), {"verdict": "approve"})
    assert answer.status_code == 422
    assert "a déjà reçu sa réponse" in answer.content.decode()
    assert 'value="approve"' not in console.get(address(mandate)).content.decode()


def test_unknown_queue_and_row_are_not_found(console: SpaceClient) -> None:
    assert console.get("/queues/none/MD-1/").status_code == 404
    assert console.get(f"{LIST}MD-1/").status_code == 404


def test_operators_are_mailed_once_before_deadline(
    console: SpaceClient, mandate: CouncilMandate, later: CouncilMandate
) -> None:
    now = timezone.now()
    CouncilMandate.objects.filter(pk=mandate.pk).update(deadline_at=now + dt.timedelta(hours=20))
    CouncilMandate.objects.filter(pk=later.pk).update(deadline_at=now + dt.timedelta(hours=30))
    clock.remind_operators()
    tasks.mail_reminders()
    clock.remind_operators()
    tasks.mail_reminders()
    assert QueueReminder.objects.count() == 2
    [sent] = mail.outbox
    assert "2 choses attendent une réponse de Troovon" in sent.subject
    assert mandate.reference in sent.body
    assert later.reference in sent.body

    CouncilMandate.objects.filter(pk=later.pk).update(deadline_at=now + dt.timedelta(hours=20))
    clock.remind_operators()
    tasks.mail_reminders()
    clock.remind_operators()
    tasks.mail_reminders()
    assert len(mail.outbox) == 2
    assert "1 chose attend une réponse de Troovon" in mail.outbox[1].subject
    assert mandate.reference not in mail.outbox[1].body


def test_mail_says_since_when_a_row_is_overdue(
    console: SpaceClient, mandate: CouncilMandate
) -> None:
    deadline_at = timezone.now() - dt.timedelta(days=2)
    CouncilMandate.objects.filter(pk=mandate.pk).update(deadline_at=deadline_at)
    clock.remind_operators()
    tasks.mail_reminders()
    [sent] = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    for text in (str(sent.body), str(sent.alternatives[0][0])):
        assert f"en retard depuis le {shortdate(deadline_at)}" in text
        assert "avant le" not in text


def test_answered_row_is_not_mailed(console: SpaceClient, mandate: CouncilMandate) -> None:
    soon = timezone.now() + dt.timedelta(hours=2)
    row = {"queue": "councils", "reference": mandate.reference, "title": "x"}
    QueueReminder.objects.create(**row, deadline_at=soon, mailed_at=None)
    CouncilMandate.objects.update(state="refused", reason="x", decided_at=timezone.now())
    clock.remind_operators()
    tasks.mail_reminders()
    assert mail.outbox == []


def test_minutes_are_downloaded_and_not_opened(
    console: SpaceClient, mandate: CouncilMandate
) -> None:
    answer = console.get(f"/mandates/{mandate.reference}/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_council_is_confirmed_with_a_second_factor_of_now(
    console: SpaceClient, mandate: CouncilMandate
) -> None:
    session = console.session
    session["factor_at"] -= 3600
    session.save()
    page = console.refused(address(mandate), {"verdict": "approve"})
    assert "C’est bien vous" in page
    assert Council.objects.get(pk=mandate.council_id).confirmed_until is None


def test_operator_who_vouched_for_them_does_not_confirm(
    ruben: int, console: SpaceClient, agathe: int, mandate: CouncilMandate
) -> None:
    FactorReset.objects.create(
        place="north",
        person=mandate.secretary_reference,
        proof="call",
        note="Rappelée au siège",
        by_id=agathe,
        at=timezone.now(),
    )
    page = console.post(address(mandate), {"verdict": "approve"}).content.decode()
    assert "un autre opérateur confirme" in page
    assert CouncilMandate.objects.get(pk=mandate.pk).state == CouncilMandate.State.WAITING
    FactorReset.objects.all().delete()
    assert console.post(address(mandate), {"verdict": "approve"}).status_code == 303
