"""Stations of the walk past every endpoint: the bad days of disputes and payouts."""

from typing import Any

from tests.infra.stripe_simulator.conftest import Body, Simulator


class Walk:
    """Asks every endpoint at least once and keeps each answer with the name of its endpoint."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.answers: list[tuple[str, int, Body]] = []

    def __call__(
        self, endpoint: str, params: Body | None = None, *, owner: str = "", **path: str
    ) -> Any:
        method, template = endpoint.split()
        headers = {"Stripe_Account": owner} if owner else {}
        answer = self.simulator.api(method, template.format(**path), params, **headers)
        self.answers.append((endpoint, answer.status, answer.json))
        return answer.json


def bad_days(ask: Walk, simulator: Simulator, known: dict[str, str]) -> None:
    """Let a bank dispute payments in each way, answer it, and let it decide."""
    _answered(ask, simulator)
    _decided(ask, simulator, known["charge"])
    _called_off(ask, simulator)
    for owner in ("", known["account"]):
        _paid_out(ask, simulator, owner)
    _banks(ask, simulator, known["account"])


def _answered(ask: Walk, simulator: Simulator) -> None:
    for verdict in ("won", "appeal_won"):
        name = simulator.lever(f"dispute/{simulator.charge()}")["id"]
        evidence = {"customer_name": "Boulangerie", "uncategorized_text": "losing_evidence"}
        ask("POST /v1/disputes/{dispute}", {"evidence": evidence, "submit": False}, dispute=name)
        text = "losing_evidence" if verdict == "appeal_won" else "Le client a signé."
        sent = {"evidence": {"uncategorized_text": text}, "metadata": {"a": "b"}}
        ask("POST /v1/disputes/{dispute}", sent, dispute=name)
        if verdict == "appeal_won":
            simulator.lever(f"dispute/{name}/appeal")
            appeal: Body = {"evidence": {"appeal": {"card": {"reason_for_filing": "Voir reçu"}}}}
            ask("POST /v1/disputes/{dispute}", appeal, dispute=name)
        simulator.lever(f"dispute/{name}/{verdict}")
        ask("GET /v1/disputes/{dispute}", {"expand": ["charge", "payment_intent"]}, dispute=name)


def _decided(ask: Walk, simulator: Simulator, charge: str) -> None:
    name = simulator.lever(f"dispute/{simulator.charge()}", inquiry=True)["id"]
    ask("GET /v1/disputes/{dispute}", dispute=name)
    ask("POST /v1/disputes/{dispute}/close", dispute=name)
    name = simulator.lever(f"dispute/{charge}", amount=100, lost=True)["id"]
    ask("POST /v1/disputes/{dispute}/close", dispute=name)
    ask("GET /v1/disputes", {"expand": ["data.charge"]})
    ask("GET /v1/charges/{charge}", charge=charge)


def _paid_out(ask: Walk, simulator: Simulator, owner: str) -> None:
    whose = {"account": owner} if owner else {}
    simulator.lever("balance", available=100000, **whose)
    by_hand = {"amount": 2000, "currency": "eur", "metadata": {"a": "b"}}
    first = ask("POST /v1/payouts", by_hand, owner=owner)["id"]
    ask("POST /v1/payouts/{payout}/cancel", payout=first, owner=owner)
    second = ask("POST /v1/payouts", by_hand, owner=owner)["id"]
    ask("POST /v1/payouts/{payout}", {"metadata": {"c": "d"}}, payout=second, owner=owner)
    schedule = {"minimum_balance_by_currency": {"eur": 5000}, "schedule": {"interval": "daily"}}
    ask("POST /v1/balance_settings", {"payments": {"payouts": schedule}}, owner=owner)
    simulator.lever("clock/advance", days=1)
    opened = {"expand": ["balance_transaction", "destination"]}
    ask("GET /v1/payouts/{payout}", opened, payout=second, owner=owner)
    simulator.lever("clock/advance", days=4)
    rows = ask("GET /v1/payouts", {"expand": ["data.balance_transaction"]}, owner=owner)["data"]
    paid = next(row["id"] for row in rows if row["automatic"])
    ask("GET /v1/balance_transactions", {"payout": paid}, owner=owner)
    simulator.lever(f"payout/{paid}/failed", code="account_closed")
    opened = {"expand": ["failure_balance_transaction"]}
    ask("GET /v1/payouts/{payout}", opened, payout=paid, owner=owner)
    simulator.lever("fee", amount=200, **whose)
    ask("GET /v1/balance_transactions", {"type": "stripe_fee"}, owner=owner)
    ask(
        "POST /v1/balance_settings", {"payments": {"payouts": {"schedule": {"interval": "manual"}}}}
    )


def _banks(ask: Walk, simulator: Simulator, account: str) -> None:
    simulator.lever(f"bank/{account}/replaced")
    rows = ask("GET /v1/accounts/{account}/external_accounts", account=account)["data"]
    names = {"account": account, "id": rows[0]["id"]}
    ask("GET /v1/accounts/{account}/external_accounts/{id}", **names)
    holder = {"account_holder_name": "CSE"}
    ask("POST /v1/accounts/{account}/external_accounts/{id}", holder, **names)


def _called_off(ask: Walk, simulator: Simulator) -> None:
    simulator.lever("faults", kind="pending_refund")
    name = ask("POST /v1/refunds", {"charge": simulator.charge()})["id"]
    simulator.lever(f"refund/{name}/requires_action")
    ask("GET /v1/refunds/{refund}", refund=name)
    ask("POST /v1/refunds/{refund}/cancel", refund=name)
