"""How a dispute looks when it begins: reason, evidence that may be sent, and until when."""

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.store import new_id

A_DAY = 24 * 3600
ANSWER_WITHIN_DAYS = 9
DUE_HOUR_SECONDS = A_DAY - 1
REASONS = (
    "bank_cannot_process",
    "check_returned",
    "credit_not_processed",
    "customer_initiated",
    "debit_not_authorized",
    "duplicate",
    "fraudulent",
    "general",
    "incorrect_account_details",
    "insufficient_funds",
    "noncompliant",
    "product_not_received",
    "product_unacceptable",
    "subscription_canceled",
    "unrecognized",
)
NETWORK_CODES = {"fraudulent": "10.4", "product_not_received": "13.1", "duplicate": "12.6.1"}
TEXTS = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)


def due_by(now: int) -> int:
    """Return the last second for an answer to a dispute."""
    return now - now % A_DAY + ANSWER_WITHIN_DAYS * A_DAY + DUE_HOUR_SECONDS


def blank(charge: JSON, amount: int, *, reason: str, inquiry: bool, now: int) -> JSON:
    """Give a dispute that has just come in."""
    record: JSON = {
        "id": new_id("du_1"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(TEXTS) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": due_by(now),
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }
    return record | _means(charge, reason, inquiry=inquiry)


def _means(charge: JSON, reason: str, *, inquiry: bool) -> JSON:
    card = (charge["payment_method_details"] or {}).get("card")
    if card is None:
        return {}
    details = {
        "brand": card["brand"],
        "case_type": "inquiry" if inquiry else "chargeback",
        "network": card["brand"],
        "network_reason_code": NETWORK_CODES.get(reason),
    }
    return {"payment_method_details": {"card": details, "type": "card"}}
