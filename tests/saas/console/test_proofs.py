"""Operators prove spaces, and read whom merchants reach there."""

import pytest

from tenants.spaces.actions.standing import ask_for_proof
from tenants.spaces.models import SpaceStanding
from tests.fixtures.people import AT, SpaceClient
from tests.tenants.spaces.dns import administrator

URL = "/spaces/north/proof/"


@pytest.fixture
def asked(db: None) -> SpaceStanding:
    """The space north, which asked for a call."""
    SpaceStanding.objects.filter(tenant__slug="north").update(state="new", way="")
    return ask_for_proof(way="call", contact="Mme Maurin, le matin", by=administrator(), at=AT)


def test_operator_reads_a_request_and_proves_the_space(
    console: SpaceClient, asked: SpaceStanding
) -> None:
    assert "1 espace à vérifier" in console.get("/").text
    shown = console.get("/spaces/north/").text
    assert "Mme Maurin, le matin" in shown
    assert "732829320" in shown
    assert "Notez qui" in console.refused(URL, {"verdict": "prove", "way": "call"})
    done = console.post(URL, {"verdict": "prove", "way": "letter", "note": "Courrier revenu signé"})
    assert done.status_code == 303
    asked.refresh_from_db()
    assert (asked.state, asked.way, asked.note) == ("proven", "letter", "Courrier revenu signé")
    assert "espace à vérifier" not in console.get("/").text
    assert 'value="refuse"' not in console.get("/spaces/north/").text


def test_operator_refuses_a_space_with_a_reason(console: SpaceClient, asked: SpaceStanding) -> None:
    assert "l’espace le lit" in console.refused(URL, {"verdict": "refuse", "note": " "})
    console.post(URL, {"verdict": "refuse", "note": "Inconnu au numéro du SIREN"})
    asked.refresh_from_db()
    assert (asked.state, asked.note) == ("refused", "Inconnu au numéro du SIREN")
    assert "Non vérifié" in console.get("/spaces/").text


def test_console_shows_members_beside_the_head_count(console: SpaceClient) -> None:
    SpaceStanding.objects.filter(tenant__slug="north").update(active_members=52)
    listed = " ".join(console.get("/spaces/?q=north").text.split())
    assert '50 <small class="muted">/ 430</small>' in listed
    assert "Membres actifs sur 30 jours" in console.get("/spaces/north/").text
