"""Operators see campaigns with monthly payments, and end a campaign for its merchant."""

import pytest
from django.test import TestCase
from django.utils import timezone

from billing.models import StripeCall, Subscription
from billing.orders.actions.subscriptions import stop_subscription
from billing.stripe.calls.send import make_call
from billing.stripe.gateway import writes
from billing.stripe.gateway.values import StripeCallFailed
from billing.stripe.rules.answers import Problem
from tests.fixtures.billing import Till
from tests.fixtures.months import Days
from tests.fixtures.people import SpaceClient
from tests.tenants.community.council.reading import text_in, text_of

REFUSED = 422


@pytest.fixture
def subscription(console: SpaceClient, running: Subscription) -> Subscription:
    """A subscription of 240 € a month; the operator stood there before it."""
    return running


def stop_that_is_refused(subscription: Subscription, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise StripeCallFailed(Problem(400, "invalid_request_error", message="No such price."))

    found = Subscription.objects.select_related("merchant__owner").get(pk=subscription.pk)
    stop_subscription(subscription=found, by=found.merchant.owner, at=timezone.now())
    with monkeypatch.context() as while_it_lasts:
        while_it_lasts.setattr(writes, "change_subscription", refuse)
        make_call(StripeCall.objects.get(kind="stop").pk, at=timezone.now())


def end(console: SpaceClient, subscription: Subscription, **typed: str) -> object:
    path = f"/subscriptions/{subscription.reference}/"
    seen = console.get(path).content.decode().partition('name="seen" value="')[2].partition('"')[0]
    with TestCase.captureOnCommitCallbacks(execute=True):
        return console.post(path, {"seen": seen, **typed})


def test_page_without_subscriptions_says_so(console: SpaceClient) -> None:
    assert "Aucun abonnement en cours" in text_of(console, "/subscriptions/")
    assert console.get("/subscriptions/SU-XX/").status_code == 404


def test_each_says_when_it_is_paid_next_and_which_change_waits_for_somebody(
    console: SpaceClient, subscription: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = text_of(console, "/subscriptions/")
    assert "1 campagne mensuelle en cours" in listed
    assert "En cours Le mois suivant est prélevé le 25/12/2026. 240,00 €" in listed
    stop_that_is_refused(subscription, monkeypatch)
    assert "En cours Changement à examiner" in text_of(console, "/subscriptions/")
    page = text_of(console, f"/subscriptions/{subscription.reference}/")
    assert "Ce que Stripe n’a pas pris arrêt d’un abonnement" in page
    assert "No such price." in page
    assert "L’arrêt est demandé depuis le 25/11/2026 et n’est pas fait" in page
    assert "un mois prélevé après ce jour est rendu de lui-même" in page
    assert "les deux choix arrêtent tout de suite" not in page
    assert "Arrêt demandé, à la fin du mois payé" in page


@pytest.mark.parametrize(
    ("when", "state", "words"),
    [
        ("period", "ending", "Rien n’est plus prélevé : elle s’arrête le 25/12/2026."),
        ("now", "ended", "Rien n’est plus prélevé. Rien à faire."),
    ],
)
def test_subscription_is_ended_with_a_reason(
    console: SpaceClient,
    till: Till,
    days: Days,
    subscription: Subscription,
    monkeypatch: pytest.MonkeyPatch,
    when: str,
    state: str,
    words: str,
) -> None:
    stop_that_is_refused(subscription, monkeypatch)
    answer = end(console, subscription, when=when, reason="demandé par téléphone")
    assert (answer.status_code, answer["Location"]) == (  # type: ignore[attr-defined,index]
        303,
        f"/subscriptions/{subscription.reference}/",
    )
    for _looked_for_then_made in range(2):
        till.jobs.catch_up()
    subscription.refresh_from_db()
    assert subscription.state == state
    page = text_of(console, f"/subscriptions/{subscription.reference}/")
    assert words in page
    assert "demandé par téléphone" in page
    assert "Ce que Stripe n’a pas pris" not in page
    assert (subscription.reference in text_of(console, "/subscriptions/")) is (state == "ending")


def test_bad_input_gets_a_sentence_and_ends_nothing(
    console: SpaceClient, subscription: Subscription
) -> None:
    path = f"/subscriptions/{subscription.reference}/"
    for typed, sentence in (
        ({"when": "now", "reason": ""}, "Dites pourquoi"),
        ({"when": "jamais", "reason": "doublon"}, "Sélectionnez un choix valide"),
        ({"when": "", "reason": "doublon"}, "Choisissez l’un des deux."),
        ({"when": "now", "reason": "doublon", "seen": "active"}, "La situation vient de changer"),
    ):
        answer = console.post(path, typed)
        assert answer.status_code == REFUSED
        assert sentence in text_in(answer.content)
    assert not StripeCall.objects.filter(kind__in=["stop", "end"]).exists()


def test_ended_subscription_is_not_ended_again(
    console: SpaceClient, till: Till, subscription: Subscription
) -> None:
    end(console, subscription, when="now", reason="doublon")
    till.jobs.catch_up()
    path = f"/subscriptions/{subscription.reference}/"
    assert "Mettre fin à l’abonnement" not in text_of(console, path)
    answer = console.post(path, {"when": "now", "reason": "encore", "seen": "ended"})
    assert answer.status_code == REFUSED


def test_while_a_month_is_unpaid_it_says_that_both_choices_end_it_at_once(
    console: SpaceClient, subscription: Subscription
) -> None:
    Subscription.objects.update(state="past_due")
    page = text_of(console, f"/subscriptions/{subscription.reference}/")
    assert "les deux choix arrêtent tout de suite" in page
