"""Stripe's published description of its API, and the part of it used by the simulator.

The description is a cut of the published file (`cut.py`). Run as a program, this module rewrites
the table of accepted parameters.
"""

import json
from pathlib import Path
from typing import Any

from infra.stripe_simulator import objects, routes

Node = Any
CUT = Path(__file__).with_name("stripe_description.json")
SPEC: dict[str, Any] = json.loads(CUT.read_text(encoding="utf-8"))
SCHEMAS: dict[str, Any] = SPEC["schemas"]
TABLE = Path(__file__).parents[3] / "infra" / "stripe_simulator" / "parameters.json"

# Trees that the simulator takes and does not read.
PAYING = [
    "amount_details",
    "mandate_data",
    "payment_details",
    "payment_method_data",
    "payment_method_options",
]
RENAMED = (
    "POST /v1/checkout/sessions",
    "POST /v1/payment_intents",
    "POST /v1/payment_intents/{intent}",
    "POST /v1/payment_intents/{intent}/confirm",
)
UNREAD = dict.fromkeys(RENAMED[1:], PAYING)


def resolved(schema: Node) -> Node:
    """Follow a reference into the list of schemas."""
    while "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rsplit("/", 1)[1]]
    return schema


def _scalar(schema: Node) -> Node:
    if "enum" in schema:
        return {"one": [*schema["enum"]]}
    kind, form = schema.get("type", "string"), schema.get("format")
    if form == "unix-time":
        return "integer"
    if form in {"date-time", "decimal"}:
        return form
    longest = schema.get("maxLength", 5000)
    return f"string:{longest}" if kind == "string" and longest < 5000 else kind


def node(schema: Node) -> Node:
    """Return the table's entry for a parameter."""
    schema = resolved(schema)
    if "anyOf" in schema:
        return {"any": [node(option) for option in schema["anyOf"]]}
    if schema.get("type") == "array":
        return {"each": node(schema["items"])}
    if schema.get("type") != "object":
        return _scalar(schema)
    if isinstance(schema.get("additionalProperties"), dict):
        return {"map": node(schema["additionalProperties"])}
    out: Node = {"of": {name: node(item) for name, item in schema.get("properties", {}).items()}}
    return out | ({"must": [*schema["required"]]} if schema.get("required") else {})


def accepted(endpoint: str) -> Node:
    """Return the parameters that an endpoint accepts in its query and its body."""
    method, path = endpoint.split()
    operation = SPEC["paths"][path][method.lower()]
    query = [item for item in operation.get("parameters", []) if item["in"] == "query"]
    out: Node = {"of": {item["name"]: node(item["schema"]) for item in query}}
    must = [item["name"] for item in query if item.get("required")]
    if body := operation.get("requestBody"):
        inside = node(next(iter(body["content"].values()))["schema"])
        out["of"] |= inside["of"]
        must += inside.get("must", [])
    unread = set(UNREAD.get(endpoint, [])) & set(out["of"])
    out["of"] |= dict.fromkeys(sorted(unread), "anything")
    return out | ({"must": must} if must else {})


def as_of_endive(table: dict[str, Node]) -> dict[str, Node]:
    """Bring the description, which is two releases older, to the pinned version."""
    for endpoint in RENAMED:
        fields = table[endpoint]["of"]
        fields["allowed_payment_method_types"] = fields.pop("payment_method_types")
    del table["POST /v1/checkout/sessions"]["of"]["line_items"]["each"]["of"]["dynamic_tax_rates"]
    table["POST /v1/checkout/sessions"]["of"]["locale"]["one"].append("hi-IN")
    table["POST /v1/products"]["of"]["type"] = {"one": ["good", "service"]}
    for endpoint in ("POST /v1/customers", "POST /v1/customers/{customer}"):
        table[endpoint]["of"]["validate"] = "boolean"
    for name in ("bank_account", "card"):
        table["POST /v1/customers/{customer}"]["of"].pop(name)
    for name in ("default_alipay_account", "default_bank_account", "default_card"):
        table["POST /v1/customers/{customer}"]["of"].pop(name)
    dispute = table["POST /v1/disputes/{dispute}"]["of"]
    ways = ["", "manual", "prefer_manual", "prefer_smart_disputes", "smart_disputes"]
    dispute["intended_submission_method"] = {"one": ways}
    appeal: Node = {"reason_for_filing": "string", "supporting_files": {"each": "string"}}
    dispute["evidence"]["of"]["appeal"] = {"of": {"card": {"of": appeal}}}
    newest = table["POST /v1/webhook_endpoints"]["of"]["api_version"]["one"]
    newest.append("2026-10-28.endive")
    cases = table["POST /v2/core/account_links"]["of"]["use_case"]["of"]
    for case in ("account_onboarding", "account_update"):
        cases[case]["of"].pop("configurations")
        cases[case]["must"].remove("configurations")
    return table


def endpoints() -> list[str]:
    """List the endpoints of the simulator; they are there once its objects are imported."""
    assert objects.__all__
    return sorted(name for found in routes.ROUTES.values() for _, name, _ in found)


def table() -> dict[str, Node]:
    """Build the whole table of accepted parameters."""
    return as_of_endive({endpoint: accepted(endpoint) for endpoint in endpoints()})


def as_text(rows: dict[str, Node]) -> str:
    """Return the table as text with a line for each endpoint."""
    lines = (
        f"{json.dumps(name)}: {json.dumps(row, separators=(',', ':'))}"
        for name, row in rows.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    TABLE.write_text(as_text(table()), encoding="utf-8")
