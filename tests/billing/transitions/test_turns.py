import datetime as dt

import pytest

from billing.models import Dispute, StateChange
from billing.transitions.turns import turns_of

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("trigger", "text"),
    [
        ("answered", "Réponse envoyée à la banque"),
        ("credit_note", "Réglé par un avoir"),
        ("bad_debt", "Passé en perte"),
        ("payment_said", "Un autre paiement est noté"),
        ("stop_asked", "Arrêt demandé, à la fin du mois payé"),
        ("resume_asked", "Reprise demandée"),
        ("end_asked", "Arrêt immédiat demandé"),
        ("prices_taken", "Prix du jour acceptés"),
        ("paid_otherwise", "Payé par un autre moyen"),
        ("lost", "Perdu"),
    ],
)
def test_an_act_that_moves_no_state_has_words_of_its_own(trigger: str, text: str) -> None:
    StateChange.objects.create(
        machine="dispute",
        subject_id=1,
        before="lost",
        after="lost",
        trigger=trigger,
        by="Nadia",
        at=AT,
    )
    (turn,) = turns_of("dispute", 1, Dispute.State)
    assert (turn.at, turn.text, turn.by) == (AT, text, "Nadia")
