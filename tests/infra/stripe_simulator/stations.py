"""Stations of the walk past every endpoint: the bad days of disputes and payouts."""

import re
from typing import Any

from tests.infra.stripe_simulator.conftest import Body, Simulator


class Walk:
    """Asks every endpoint at least once and keeps each answer with the name of its endpoint."""

    def __init__(self, sim: Simulator) -> None:
        self.sim = sim
        self.answers: list[tuple[str, int, Body]] = []

    def __call__(self, endpoint: str, *ids: str, owner: str = "", **params: Any) -> Any:
        """Ask an endpoint about the objects of these ids, maybe in the name of an account."""
        method, template = endpoint.split()
        path = re.sub(r"\{\w+\}", "{}", template).format(*ids)
        headers = {"Stripe_Account": owner} if owner else {}
        answer = self.sim.api(method, path, params, **headers)
        self.answers.append((endpoint, answer.status, answer.json))
        return answer.json


def bad_days(ask: Walk, sim: Simulator, known: dict[str, str]) -> None:
    """Let a bank dispute payments in each way, answer it, and let it decide."""
    _answered(ask, sim)
    _decided(ask, sim, known["charge"])
    _called_off(ask, sim)
    for owner in ("", known["account"]):
        _paid_out(ask, sim, owner)
    _banks(ask, sim, known["account"])


def _answered(ask: Walk, sim: Simulator) -> None:
    for verdict in ("won", "appeal_won"):
        name = sim.lever(f"dispute/{sim.charge()}")["id"]
        evidence: Body = {"customer_name": "Boulangerie", "uncategorized_text": "losing_evidence"}
        ask("POST /v1/disputes/{dispute}", name, evidence=evidence, submit=False)
        text = "losing_evidence" if verdict == "appeal_won" else "Le client a signé."
        evidence = {"uncategorized_text": text}
        ask("POST /v1/disputes/{dispute}", name, evidence=evidence, metadata={"a": "b"})
        if verdict == "appeal_won":
            sim.lever(f"dispute/{name}/appeal")
            evidence = {"appeal": {"card": {"reason_for_filing": "Voir reçu"}}}
            ask("POST /v1/disputes/{dispute}", name, evidence=evidence)
        sim.lever(f"dispute/{name}/{verdict}")
        ask("GET /v1/disputes/{dispute}", name, expand=["charge", "payment_intent"])


def _decided(ask: Walk, sim: Simulator, charge: str) -> None:
    name = sim.lever(f"dispute/{sim.charge()}", inquiry=True)["id"]
    ask("GET /v1/disputes/{dispute}", name)
    ask("POST /v1/disputes/{dispute}/close", name)
    name = sim.lever(f"dispute/{charge}", amount=100, lost=True)["id"]
    ask("POST /v1/disputes/{dispute}/close", name)
    ask("GET /v1/disputes", expand=["data.charge"])
    ask("GET /v1/charges/{charge}", charge)


def _paid_out(ask: Walk, sim: Simulator, owner: str) -> None:
    whose = {"account": owner} if owner else {}
    sim.lever("balance", available=100000, **whose)
    by_hand: Body = {"amount": 2000, "currency": "eur", "owner": owner}
    first = ask("POST /v1/payouts", **by_hand, metadata={"a": "b"})["id"]
    ask("POST /v1/payouts/{payout}/cancel", first, owner=owner)
    second = ask("POST /v1/payouts", **by_hand)["id"]
    ask("POST /v1/payouts/{payout}", second, owner=owner, metadata={"c": "d"})
    schedule = {"minimum_balance_by_currency": {"eur": 5000}, "schedule": {"interval": "daily"}}
    ask("POST /v1/balance_settings", owner=owner, payments={"payouts": schedule})
    sim.advance(days=1)
    opened = ["balance_transaction", "destination"]
    ask("GET /v1/payouts/{payout}", second, owner=owner, expand=opened)
    sim.advance(days=4)
    rows = ask("GET /v1/payouts", owner=owner, expand=["data.balance_transaction"])["data"]
    paid = next(row["id"] for row in rows if row["automatic"])
    ask("GET /v1/balance_transactions", owner=owner, payout=paid)
    sim.lever(f"payout/{paid}/failed", code="account_closed")
    ask("GET /v1/payouts/{payout}", paid, owner=owner, expand=["failure_balance_transaction"])
    sim.lever("fee", amount=200, **whose)
    ask("GET /v1/balance_transactions", owner=owner, type="stripe_fee")
    ask("POST /v1/balance_settings", payments={"payouts": {"schedule": {"interval": "manual"}}})


def _banks(ask: Walk, sim: Simulator, account: str) -> None:
    sim.lever(f"bank/{account}/replaced")
    bank = ask("GET /v1/accounts/{account}/external_accounts", account)["data"][0]["id"]
    path = "/v1/accounts/{account}/external_accounts/{id}"
    ask(f"GET {path}", account, bank)
    ask(f"POST {path}", account, bank, account_holder_name="CSE")


def _called_off(ask: Walk, sim: Simulator) -> None:
    sim.lever("faults", kind="pending_refund")
    name = ask("POST /v1/refunds", charge=sim.charge())["id"]
    sim.lever(f"refund/{name}/requires_action")
    ask("GET /v1/refunds/{refund}", name)
    ask("POST /v1/refunds/{refund}/cancel", name)
