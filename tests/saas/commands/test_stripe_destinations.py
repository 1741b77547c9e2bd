"""Stripe is told once where to post, however often it is asked."""

import io
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from billing.dispatch.events import SNAPSHOT_KINDS
from billing.stripe.gateway.client import client
from billing.stripe.gateway.events import read_event, warn_of_missing_secrets
from billing.stripe.gateway.values import BadEvent
from tests.fixtures.services import Simulator

ENDPOINTS = ("snapshot", "connected", "thin")


def run() -> tuple[list[str], str]:
    output, aside = io.StringIO(), io.StringIO()
    call_command("stripe_destinations", stdout=output, stderr=aside)
    return output.getvalue().splitlines(), aside.getvalue()


def own_destinations() -> dict[str, dict[str, Any]]:
    found = client().v2.core.event_destinations.list({"include": ["webhook_endpoint.url"]})
    shapes = (one.to_dict() for one in found.data)
    return {shape["name"]: shape for shape in shapes if shape["name"].startswith("troovon-")}


def test_three_destinations_are_made_and_their_secrets_printed(stripe_simulator: Simulator) -> None:
    lines, aside = run()
    for words in ("settings/emails", "settings/billing/automatic", "finalized invoices", "receipt"):
        assert words in aside, "mails of Stripe's own are to be switched off"
    names, secrets = zip(*(line.split("=") for line in lines), strict=True)
    assert names == tuple(f"STRIPE_WEBHOOK_SECRETS_{kind.upper()}" for kind in ENDPOINTS)
    assert all(secret.startswith("whsec_") for secret in secrets)
    made = own_destinations()
    assert len(made) == 3
    for name, shape in made.items():
        kind = name.rpartition("-")[2]
        assert shape["webhook_endpoint"]["url"].endswith(f"/stripe/{kind}/")
        assert shape["event_payload"] == ("thin" if kind == "thin" else "snapshot")
    snapshot = next(shape for name, shape in made.items() if name.endswith("snapshot"))
    assert snapshot["enabled_events"] == SNAPSHOT_KINDS
    assert snapshot["snapshot_api_version"] == "2026-10-28.endive"
    whose = {name.rpartition("-")[2]: shape["events_from"] for name, shape in made.items()}
    own, of_councils = ["@self"], ["@accounts"]
    assert whose == {"snapshot": own, "connected": of_councils, "thin": own + of_councils}


def test_doing_it_again_makes_none_and_brings_kinds_up_to_date(stripe_simulator: Simulator) -> None:
    run()
    old = next(shape for name, shape in own_destinations().items() if name.endswith("connected"))
    events = client().v2.core.event_destinations
    events.update(old["id"], {"enabled_events": ["payout.paid"]})
    lines, aside = run()
    assert lines == []
    assert aside.count("was there") == 4
    assert len(own_destinations()) == 3
    new = next(shape for name, shape in own_destinations().items() if name.endswith("connected"))
    assert set(new["enabled_events"]) >= {"payout.paid", "payout.failed"}


def test_second_run_prints_the_steps_for_a_lost_secret(
    stripe_simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    secrets = {"snapshot": [], "connected": ["whsec_x"], "thin": []}
    monkeypatch.setattr(settings, "STRIPE_WEBHOOK_SECRETS", secrets)
    lines, aside = run()
    assert lines == []
    assert "STRIPE_WEBHOOK_SECRETS_SNAPSHOT is empty here" in aside
    assert "dashboard.stripe.com/workbench/webhooks" in aside
    assert "STRIPE_WEBHOOK_SECRETS_CONNECTED" not in aside


def test_portal_is_made_once_and_brought_up_to_date(stripe_simulator: Simulator) -> None:
    _, first = run()
    configurations = client().v1.billing_portal.configurations
    (made,) = configurations.list().data
    features = made.features
    assert (features.invoice_history.enabled, features.customer_update.enabled) == (False, False)
    assert features.payment_method_update.enabled
    assert features.subscription_cancel.enabled
    assert features.subscription_cancel.mode == "at_period_end"
    assert f"portal {made.id} made" in first
    configurations.update(made.id, {"features": {"invoice_history": {"enabled": True}}})
    _, second = run()
    (again,) = configurations.list().data
    assert again.id == made.id
    assert not again.features.invoice_history.enabled
    assert f"portal {made.id} was there" in second


def test_command_reports_a_refusal_of_stripe(stripe_simulator: Simulator) -> None:
    stripe_simulator.pull(
        "faults", kind="error_before", path="/v2/core/event_destinations", method="GET", times="3"
    )
    with pytest.raises(CommandError, match="Stripe said no"):
        run()


def test_web_process_logs_missing_secrets(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = {"snapshot": ["whsec_x"], "connected": [], "thin": ["whsec_x"]}
    monkeypatch.setattr(settings, "STRIPE_WEBHOOK_SECRETS", secrets)
    warn_of_missing_secrets()
    [line] = caplog.messages
    assert "STRIPE_WEBHOOK_SECRETS_CONNECTED is empty" in line
    with pytest.raises(BadEvent, match="stripe_destinations"):
        read_event("connected", b"{}", "t=1,v1=x")
