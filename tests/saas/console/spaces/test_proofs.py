"""Operators prove spaces, and see the audience of merchants there."""

import datetime as dt

import pytest
from django.core import mail

from saas.console import tasks
from saas.console.models import QueueReminder
from saas.console.queues.reminders import record_reminders, unmailed
from tenants.spaces.actions.standing import ask_for_proof
from tenants.spaces.models import SpaceStanding
from tests.fixtures.people import AT, DAY, SpaceClient
from tests.tenants.spaces.hosts.dns import administrator

URL = "/spaces/north/proof/"
QUEUE = "/queues/spaces/"


@pytest.fixture
def standing(db: None) -> SpaceStanding:
    """The space north, which standing for a call."""
    SpaceStanding.objects.filter(tenant__slug="north").update(state="new", way="")
    return ask_for_proof(way="call", contact="Mme Maurin, le matin", by=administrator(), at=AT)


def test_operator_reads_a_request_and_proves_the_space(
    console: SpaceClient, standing: SpaceStanding
) -> None:
    assert "1 espace à vérifier" in console.get("/").text
    shown = console.get("/spaces/north/").text
    assert "Mme Maurin, le matin" in shown
    assert "732829320" in shown
    assert "Notez qui" in console.refused(URL, {"verdict": "prove", "way": "call"})
    done = console.post(URL, {"verdict": "prove", "way": "letter", "note": "Courrier revenu signé"})
    assert done.status_code == 303
    standing.refresh_from_db()
    assert (standing.state, standing.way, standing.note) == (
        "proven",
        "letter",
        "Courrier revenu signé",
    )
    assert "espace à vérifier" not in console.get("/").text
    assert 'value="refuse"' not in console.get("/spaces/north/").text


def test_operator_refuses_a_space_with_a_reason(
    console: SpaceClient, standing: SpaceStanding
) -> None:
    assert "l’espace le lit" in console.refused(URL, {"verdict": "refuse", "note": " "})
    console.post(URL, {"verdict": "refuse", "note": "Inconnu au numéro du SIREN"})
    standing.refresh_from_db()
    assert (standing.state, standing.note) == ("refused", "Inconnu au numéro du SIREN")
    assert "Non vérifié" in console.get("/spaces/").text


def test_console_shows_members_beside_the_head_count(console: SpaceClient) -> None:
    SpaceStanding.objects.filter(tenant__slug="north").update(active_members=52)
    listed = " ".join(console.get("/spaces/?q=north").text.split())
    assert '50 <small class="muted">/ 430</small>' in listed
    assert "Membres actifs sur 30 jours" in console.get("/spaces/north/").text


def test_queue_is_worked_by_two_answers(console: SpaceClient, standing: SpaceStanding) -> None:
    other = SpaceStanding.objects.get(tenant__slug="south")
    SpaceStanding.objects.filter(pk=other.pk).update(flagged="banque", asked_at=AT, due_at=AT + DAY)
    listed = console.get(QUEUE).text
    assert listed.index("Espace south") < listed.index("Espace north")
    shown = console.get(f"{QUEUE}north/").text
    assert "Mme Maurin, le matin" in shown
    assert "SIREN 732829320" in shown
    assert 'accesskey="a"' in shown
    assert "Notez qui" in console.refused(f"{QUEUE}north/", {"verdict": "approve", "way": "call"})
    approved = {"verdict": "approve", "way": "call", "note": "Mme Maurin au standard"}
    assert console.post(f"{QUEUE}north/", approved)["Location"] == f"{QUEUE}south/"
    standing.refresh_from_db()
    assert standing.state == "proven"
    assert "Dites pourquoi" in console.refused(f"{QUEUE}south/", {"verdict": "refuse"})
    refused = {"verdict": "refuse", "reason": "Ce n’est pas cette banque"}
    assert console.post(f"{QUEUE}south/", refused)["Location"] == QUEUE
    other.refresh_from_db()
    assert (other.state, other.note) == ("refused", "Ce n’est pas cette banque")
    decided = console.get(QUEUE).text
    assert "Aucun espace à vérifier" in decided
    assert "Ce n’est pas cette banque" in decided
    assert console.get(f"{QUEUE}nowhere/").status_code == 404


def test_operators_are_mailed_a_day_before_the_deadline(
    console: SpaceClient, standing: SpaceStanding
) -> None:
    assert standing.due_at is not None
    for hours in (26, 25):  # a new row is mailed once, then nothing until its deadline is near
        record_reminders(at=standing.due_at - dt.timedelta(hours=hours))
        assert list(QueueReminder.objects.values_list("is_new", flat=True)) == [True]
    QueueReminder.objects.update(mailed_at=AT)
    for hours in (23, 22):
        record_reminders(at=standing.due_at - dt.timedelta(hours=hours))
        assert unmailed().get().is_new is False
    mail.outbox.clear()
    tasks.mail_reminders()
    (sent,) = mail.outbox
    assert "Espace north" in str(sent.body)
    assert f"{QUEUE}north/" in str(sent.body)
