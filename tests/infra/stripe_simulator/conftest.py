"""A simulator in its own process, a client of each kind, and a receiver of webhooks."""

import contextlib
import functools
import http.client
import http.server
import json
import os
import signal
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import stripe

from tests.fixtures.patience import PATIENCE
from tests.infra.stripe_simulator.forms import Form
from tests.infra.stripe_simulator.receiving import Delivery, Receiver
from tests.infra.stripe_simulator.selling import BOTH, RECURRING

# A day in the week and not late at night: banks rest at weekends, late payouts arrive the next day.
WEDNESDAY = "2026-11-25T10:00:00Z"
KEY = "sk_test_simulator_key"
SECRETS = {"snapshot": "whsec_snapshot", "connected": "whsec_connected", "thin": "whsec_thin"}
ENDIVE = "2026-10-28.endive"
ROOT = Path(__file__).parents[3]
NO_ACCOUNT = "acct_1AAAAAAAAAAAAAAA"
Body = dict[str, Any]


@contextlib.contextmanager
def refused(
    words: str | None = None,
    /,
    *,
    error: type[stripe.StripeError] = stripe.InvalidRequestError,
    **attributes: Any,
) -> Iterator[None]:
    """Expect the library to raise this error, with these words and these attributes."""
    with pytest.raises(error, match=words) as refusal:
        yield
    assert {name: getattr(refusal.value, name) for name in attributes} == attributes


def acting_as(account: str) -> Any:
    """Return the library's options for a call as an account; without an account: the platform."""
    return {"stripe_account": account} if account else {}


@dataclass
class Answer:
    """The answer to a plain request."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Body:
        found: Body = json.loads(self.text)
        return found


@dataclass
class Simulator:
    """The running simulator, with a method for each kind of visitor."""

    base: str
    receiver: Receiver
    process: "subprocess.Popen[str]"
    http: Any = field(default_factory=lambda: stripe.RequestsClient(timeout=PATIENCE))

    @functools.cached_property
    def client(self) -> Any:
        """The library's client; untyped here, since tests look into every corner of it."""
        bases = dict.fromkeys(("api", "connect", "files", "meter_events"), self.base)
        return stripe.StripeClient(
            KEY,
            base_addresses=bases,  # type: ignore[arg-type]
            max_network_retries=2,
            http_client=self.http,
        )

    @property
    def v1(self) -> Any:
        return self.client.v1

    @property
    def v2(self) -> Any:
        return self.client.v2

    def send(
        self,
        method: str,
        url: str,
        body: bytes | str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        parts = urllib.parse.urlsplit(url if "://" in url else self.base + url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        with contextlib.closing(
            http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
        ) as link:
            link.request(method, path, body, headers or {})
            response = link.getresponse()
            text = response.read().decode()
        return Answer(response.status, dict(response.headers.items()), text)

    def api(
        self,
        method: str,
        path: str,
        params: Body | None = None,
        *,
        key: str | None = None,
        version: str | None = ENDIVE,
        raw: str | None = None,
        **headers: str,
    ) -> Answer:
        sent = {"Authorization": f"Bearer {KEY}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if version:
            sent["Stripe-Version"] = version
        if key:
            sent["Idempotency-Key"] = key
        body = raw
        if path.startswith("/v2/") and method == "POST":
            sent["Content-Type"] = "application/json"
            body = raw if raw is not None else json.dumps(params or {})
        elif method == "POST":
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            body = raw if raw is not None else urllib.parse.urlencode(flat(params or {}))
        elif params:
            path += "?" + urllib.parse.urlencode(flat(params))
        return self.send(method, path, body, sent)

    def lever(self, name: str, verb: str = "POST", /, **given: Any) -> Body:
        answer = self.try_lever(name, verb, **given)
        assert answer.status == 200, answer.text
        return answer.json

    def try_lever(self, name: str, verb: str = "POST", /, **given: Any) -> Answer:
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        return self.send(verb, f"/_sim/{name}", json.dumps(given), headers)

    def advance(self, **step: Any) -> None:
        """Let time pass: by days, hours and seconds, or to a moment."""
        self.lever("clock/advance", **step)

    def page(self, url: str, language: str = "fr") -> Answer:
        return self.send("GET", url, headers={"Accept-Language": language})

    def submit(self, url: str, **changes: str) -> Answer:
        """Open a page, change some answers of its form, and send it off."""
        form = Form(self.page(url).text)
        return self.post(form.action, form.values | changes)

    def post(self, url: str, values: dict[str, str], **headers: str) -> Answer:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        form |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send("POST", url, urllib.parse.urlencode(values), form)

    def deliveries(self) -> list[Delivery]:
        """Give the webhooks once everything was tried."""
        assert self.lever("settle", seconds=PATIENCE)["idle"]
        return self.receiver.deliveries

    def session(self, cents: int = 24000, /, **more: Any) -> Any:
        product = {"name": "Un mois à l’accueil"}
        price = {"currency": "eur", "unit_amount": cents, "product_data": product}
        params: Any = {
            "mode": "payment",
            "line_items": [{"quantity": 1, "price_data": price}],
            "success_url": "http://localhost:8000/retour/?session_id={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://localhost:8000/commande/",
            "locale": "fr",
        }
        return self.v1.checkout.sessions.create(params | more)

    def charge(self, cents: int = 24000, card: str = "pm_card_visa", **more: Any) -> str:
        params: Any = {"amount": cents, "currency": "eur", "confirm": True, "payment_method": card}
        intent = self.v1.payment_intents.create(params | more)
        return str(intent.latest_charge)

    def account(self, state: str = "active", **more: Any) -> str:
        capability = {"stripe_balance": {"stripe_transfers": {"requested": True}}}
        params: Any = {
            "contact_email": "tresorier@example.com",
            "display_name": "CSE Les Trois-Moulins",
            "dashboard": "express",
            "identity": {"country": "fr", "entity_type": "non_profit"},
            "configuration": {"recipient": {"capabilities": capability}},
        }
        account = self.v2.core.accounts.create(params | more)
        if state != "pending":
            self.lever(f"account/{account.id}/{state}")
        return str(account.id)

    def onboarding(self, account: str) -> str:
        """Return the address of the onboarding page of an account."""
        leads = {
            "refresh_url": "http://localhost:8000/r/",
            "return_url": "http://localhost:8000/b/",
        }
        fields = {"collection_options": {"fields": "eventually_due"}}
        case: Any = {"type": "account_onboarding", "account_onboarding": leads | fields}
        links = self.v2.core.account_links
        return str(links.create({"account": account, "use_case": case}).url)

    def transfer(self, account: str, cents: int = 1, **more: Any) -> Any:
        params: Any = {"amount": cents, "currency": "eur", "destination": account}
        return self.v1.transfers.create(params | more)

    def transferred(self) -> tuple[str, str]:
        """Send 30.00 of a charge to an account; give the transfer and the account."""
        charge, account = self.charge(), self.account()
        return self.transfer(account, 3000, source_transaction=charge).id, account

    def destination(self, url: str, *types: str, **more: Any) -> Any:
        """Let events of these types go to another address."""
        params: Any = {"name": "mine", "type": "webhook_endpoint", "event_payload": "snapshot"}
        params |= {"enabled_events": list(types), "webhook_endpoint": {"url": url}}
        return self.v2.core.event_destinations.create(params | more)

    def balance(self, account: str = "") -> tuple[int, int]:
        """Return the available and the pending amount, in cents."""
        found = self.v1.balance.retrieve({}, acting_as(account))
        return found.available[0].amount, found.pending[0].amount

    def movements(self, account: str = "", /, **params: Any) -> list[Any]:
        """Give the moves of a balance, newest first."""
        rows = self.v1.balance_transactions.list({"limit": 100, **params}, acting_as(account))
        return list(rows.auto_paging_iter())

    def kinds(self, pattern: str | None = None, **params: Any) -> list[str]:
        """Give the types of events, oldest first."""
        given = params | ({"type": pattern} if pattern else {})
        return [row.type for row in self.v1.events.list({"limit": 100, **given}).data][::-1]

    def subscribe(self, outcome: str = "paid", /, **more: Any) -> Any:
        """Subscribe as a merchant would, and give the subscription."""
        session = self.monthly(**more)
        self.lever(f"pay/{session.id}", outcome=outcome)
        done = self.v1.checkout.sessions.retrieve(session.id)
        return self.v1.subscriptions.retrieve(done.subscription)

    def again(self, subscription: Any) -> Any:
        return self.v1.subscriptions.retrieve(subscription.id)

    def invoices(self, subscription: Any) -> list[Any]:
        """Give the invoices of a subscription, oldest first."""
        params = {"subscription": subscription.id, "limit": 100}
        return list(self.v1.invoices.list(params).data)[::-1]

    def events(self, *types: str) -> list[Any]:
        """Give the events of these types, oldest first."""
        params = {"types": list(types), "limit": 100}
        return list(self.v1.events.list(params).data)[::-1]

    def monthly(self, /, **more: Any) -> Any:
        """Open a Checkout page for a subscription."""
        line = {"quantity": 1, "price_data": RECURRING}
        given = {"mode": "subscription", "line_items": [line], "allowed_payment_method_types": BOTH}
        return self.session(**given | more)


def flat(params: Body, prefix: str = "") -> list[tuple[str, str]]:
    """Write nested parameters as a form does."""
    out: list[tuple[str, str]] = []
    for name, value in params.items():
        key = f"{prefix}[{name}]" if prefix else str(name)
        if isinstance(value, dict):
            out += flat(value, key)
        elif isinstance(value, list):
            out += flat({str(place): item for place, item in enumerate(value)}, key)
        else:
            out.append((key, str(value).lower() if isinstance(value, bool) else str(value)))
    return out


def start(*arguments: str, **environment: str) -> "subprocess.Popen[str]":
    """Start a simulator as the demo would."""
    secrets = {f"SIMULATOR_{name.upper()}_SECRET": value for name, value in SECRETS.items()}
    env = os.environ | {"SIMULATOR_API_KEY": KEY} | secrets | environment
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "infra.stripe_simulator", *arguments],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ready(process: "subprocess.Popen[str]") -> str:
    """Wait for the line with the simulator's address, and return that address."""
    assert process.stdout is not None
    found: Body = json.loads(process.stdout.readline())
    return str(found["api_base"])


@pytest.fixture(scope="session")
def process() -> Iterator[Simulator]:
    receiver = Receiver()
    running = start("--webhooks-base", receiver.base, "--webhook-host", "localhost:8000")
    sim = Simulator(ready(running), receiver, running)
    yield sim
    sim.http.close()
    running.terminate()
    assert running.wait(PATIENCE) == 0
    running.communicate()
    receiver.close()


class Houses:
    """Simulators that take over the same state file, in turn."""

    def __init__(self, state: Path, receiver: Receiver) -> None:
        self.state = state
        self.receiver = receiver
        self.running: list[Simulator] = []

    def open(self, webhooks: str = "http://127.0.0.1:9") -> Simulator:
        process = start("--state-file", str(self.state), "--webhooks-base", webhooks)
        self.running.append(Simulator(ready(process), self.receiver, process))
        return self.running[-1]

    def kill(self, sim: Simulator, farewell: signal.Signals = signal.SIGKILL) -> None:
        sim.process.send_signal(farewell)
        sim.process.communicate(timeout=PATIENCE)
        sim.http.close()
        self.running.remove(sim)


@pytest.fixture
def houses(tmp_path: Path) -> Iterator[Houses]:
    receiver = Receiver()
    found = Houses(tmp_path / "folder" / "state.sqlite", receiver)
    yield found
    for sim in list(found.running):
        found.kill(sim)
    receiver.close()


@pytest.fixture
def sim(process: Simulator) -> Simulator:
    """The simulator as new, on a Wednesday: nothing has happened, no webhook is on its way."""
    process.lever("reset")
    process.lever("clock", now=WEDNESDAY)
    process.receiver.deliveries.clear()
    process.receiver.refused.clear()
    return process
