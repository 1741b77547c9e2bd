"""Two judges of an answer: Stripe's published description, and the types of stripe-python."""

import ast
import functools
from pathlib import Path
from typing import Any

import jsonschema
import stripe

from tests.infra.stripe_simulator.description import SCHEMAS, SPEC

Schema = dict[str, Any]
SDK = Path(stripe.__file__).parent
# The same few annotations are asked for three hundred thousand times.
parse, unparse = functools.cache(ast.parse), functools.cache(ast.unparse)

# Fields of the pinned version that the description lacks: it is two releases older.
ADDED = {
    "checkout.session": ["allowed_payment_method_types"],
    "dispute": ["intended_submission_method"],
    "payment_intent": ["allowed_payment_method_types"],
    "product": ["type"],
    "setup_intent": ["allowed_payment_method_types"],
    "subscription_item": ["plan"],
}
# The same for parts of objects, which have no id of their own.
ADDED_TO_PARTS = {
    "dispute_evidence": ["appeal"],
    "dispute_evidence_details": ["submission_method"],
    "dispute_payment_method_details_card": ["network"],
    "portal_features": ["subscription_pause"],
}
# Values that are new beside a known value.
NEW_WORDS = {
    "unsupported": ["rejected"],
    "unsupported_business": ["rejected_other"],
    "warning_under_review": ["appeal_needs_response", "appeal_under_review"],
}
REMOVED = {"v2.core.account_link": ["configurations"]}
DROPPED_WORDS = {
    "description", "title", "maxLength", "x-expandableFields", "x-resourceId", "x-resourceIds",
    "x-expansionResources", "x-stripeBypassValidation", "nullable", "format", "example",
    "discriminator",
}  # fmt: skip


def _strict(schema: Any, name: str, *, v2: bool) -> Any:
    """Turn a piece of OpenAPI 3.0 into JSON Schema that allows nothing it does not mention."""
    if "$ref" in schema:
        return {"$ref": "#/$defs/" + schema["$ref"].rsplit("/", 1)[1]}
    out: Schema = {
        key: _inside(key, value, name, v2=v2)
        for key, value in schema.items()
        if key not in DROPPED_WORDS
    }
    if out.get("properties"):
        out = _closed(out, name, v2=v2)
    return {"anyOf": [out, {"type": "null"}]} if schema.get("nullable") else out


def _inside(word: str, value: Any, name: str, *, v2: bool) -> Any:
    if word in {"anyOf", "oneOf"}:
        return [_strict(option, name, v2=v2) for option in value]
    if word == "items" or (word == "additionalProperties" and isinstance(value, dict)):
        return _strict(value, name, v2=v2)
    if word == "enum":
        return [*value, *(new for old, words in NEW_WORDS.items() if old in value for new in words)]
    return value


def _closed(out: Schema, name: str, *, v2: bool) -> Schema:
    """Allow the named fields only; in v2 whatever may be absent may also be null."""
    required = [item for item in out.get("required", []) if item not in REMOVED.get(name, [])]
    properties = {key: _strict(item, name, v2=v2) for key, item in out["properties"].items()}
    if v2:
        properties = {
            key: item if key in required else {"anyOf": [item, {"type": "null"}]}
            for key, item in properties.items()
        }
    properties |= {key: {} for key in ADDED.get(name, []) if "id" in properties}
    properties |= {key: {} for key in ADDED_TO_PARTS.get(name, [])}
    return out | {"required": required, "properties": properties, "additionalProperties": False}


@functools.cache
def _definitions() -> Schema:
    return {
        name: _strict(schema, name, v2=name.startswith("v2."))
        for name, schema in SCHEMAS.items()
        if not name.startswith("v2.error.")
    }


def disagreements(endpoint: str, status: int, body: Schema) -> list[str]:
    """Return the places where a response differs from the description of its endpoint."""
    method, path = endpoint.split()
    answers = SPEC["paths"][path][method.lower()]["responses"]
    v2 = path.startswith("/v2/")
    if status == 200:
        schema = _strict(answers["200"]["content"]["application/json"]["schema"], "", v2=v2)
    else:
        schema = {"$ref": "#/$defs/" + ("v2.error" if v2 else "error")}
    if v2 and status != 200:
        schema = {"type": "object", "required": ["error"]}
    validator = jsonschema.Draft202012Validator(schema | {"$defs": _definitions()})
    return [
        f"{endpoint} {'.'.join(str(piece) for piece in error.absolute_path)}: {error.message[:300]}"
        for error in validator.iter_errors(body)
    ]


@functools.cache
def _classes() -> dict[str, ast.ClassDef]:
    """Return each class of the library that represents an object of the API."""
    found: dict[str, ast.ClassDef] = {}
    for file in [*SDK.glob("_*.py"), *SDK.glob("*/_*.py"), *SDK.glob("v2/core/_*.py")]:
        source = file.read_text(encoding="utf-8")
        if "OBJECT_NAME" not in source:
            continue
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef) and (name := _object_name(node)):
                found[name] = node
    return found


def _object_name(node: ast.ClassDef) -> str:
    for line in node.body:
        if isinstance(line, ast.AnnAssign) and unparse(line.target) == "OBJECT_NAME":
            return str(ast.literal_eval(line.value)) if line.value else ""
    return ""


def misfits(body: Any, path: str = "") -> list[str]:
    """Return the places where an object differs from the library's class for it."""
    node = _classes().get(body.get("object", ""))
    return [] if node is None else _against(node, body, path or body["object"])


def _against(node: ast.ClassDef, body: Schema, path: str) -> list[str]:
    inner = {line.name: line for line in node.body if isinstance(line, ast.ClassDef)}
    fields = {
        unparse(line.target): line.annotation
        for line in node.body
        if isinstance(line, ast.AnnAssign) and "ClassVar" not in unparse(line.annotation)
    }
    beyond = {"data", "related_object"} if path.startswith("v2.core.event") else set()
    out = [f"{path}.{name}: unknown" for name in body if name not in fields and name not in beyond]
    for name, annotation in fields.items():
        optional = unparse(annotation).startswith("Optional")
        if body.get(name) is None:
            out += [] if optional else [f"{path}.{name}: missing"]
        else:
            out += _value(annotation, body[name], f"{path}.{name}", inner)
    return out


def _value(
    annotation: ast.expr, value: Any, path: str, inner: dict[str, ast.ClassDef]
) -> list[str]:
    if isinstance(annotation, ast.Constant):  # a forward reference
        annotation = parse(str(annotation.value), mode="eval").body
    text = unparse(annotation)
    if isinstance(annotation, ast.Subscript):
        return _generic(annotation, value, path, inner)
    if text in inner:
        return _against(inner[text], value, path)
    plain = {"int": int, "str": str, "bool": bool}.get(text)
    if plain and type(value) is not plain:
        return [f"{path}: {value!r} is no {text}"]
    return misfits(value, path) if isinstance(value, dict) else []


def _generic(
    annotation: ast.Subscript, value: Any, path: str, inner: dict[str, ast.ClassDef]
) -> list[str]:
    outer, inside = unparse(annotation.value), annotation.slice
    if outer == "Optional":
        return _value(inside, value, path, inner)
    if outer == "List":
        return [line for item in value for line in _value(inside, item, f"{path}[]", inner)]
    if outer == "ListObject":
        return [line for item in value["data"] for line in misfits(item, f"{path}[]")]
    if outer == "Literal":
        known = ast.literal_eval(inside)
        fits = value == known or (isinstance(known, tuple) and value in known)
        return [] if fits else [f"{path}: {value!r} is none of {known!r:.80}"]
    return misfits(value, path) if isinstance(value, dict) and "object" in value else []
