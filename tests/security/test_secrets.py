"""Secrets are compared whole, salted with their space, and cached responses are per person."""

import ast
import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from django.conf import LazySettings
from django.test import RequestFactory

from saas.accounts import rules as account_rules
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.secrets import tokens
from saas.site import views as site_views
from tenants.community.classifieds.models import Classified
from tenants.community.conversations.rules import replies
from tenants.community.integrations import queries as integration_queries
from tenants.community.integrations.models import IdempotentRequest
from tenants.community.kiosk.models import Screen
from tenants.community.kiosk.rules import screens as screen_rules
from tenants.community.lending.models import Loan
from tenants.community.lending.rules import codes
from tenants.community.mediastore.rules import shelf
from tests.api.test_classifieds import payload
from tests.api.test_programs import ask, token_of
from tests.architecture.source import nodes_of, served_sources
from tests.fixtures.people import AT, Browse

COMPARISONS = {"compare_digest", "constant_time_compare"}
DIGESTS = {"salted_hmac"}
# Digests that name no space, and why each may be the same in all of them.
WITHOUT_SPACE = {
    "tenants/community/conversations/rules/replies.py:_mac": "the address names the space",
    "tenants/community/treaties/rules.py:copy_name": "a copy that several spaces see",
    "tenants/spaces/rules/foundings.py:link_token": "a founding has no space yet",
}
# Digests that are cut, because they stand in an address; each keeps 128 bits or more.
LEAST_BITS = 128
NUMBERED_BITS = 17 * 8  # of space, conversation, person and day
MOST_SIGNS = 64  # of the part before the @, RFC 5321
# Rows that are found by the key of a request alone, and why.
WITHOUT_PERSON = {
    "tenants/community/lending/queries/loans.py:loan_of_reservation": "a meeting of two made it",
}


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for source in served_sources():
        for node in nodes_of(source.tree):
            if isinstance(node, ast.FunctionDef):
                yield f"{source.name}:{node.name}", node


def calls_of(function: ast.AST, names: set[str]) -> list[ast.Call]:
    return [
        node
        for node in nodes_of(function)
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", "") in names or getattr(node.func, "attr", "") in names)
    ]


def test_no_secret_is_compared_in_part() -> None:
    compared = {place: calls_of(one, COMPARISONS) for place, one in functions()}
    calls = [(place, call) for place, found in compared.items() for call in found]
    assert len(calls) >= 5
    for place, call in calls:
        parts = [node for one in call.args for node in ast.walk(one)]
        assert not [node for node in parts if isinstance(node, ast.Subscript)], place


def test_each_digest_names_its_space() -> None:
    salted = {place: one for place, one in functions() if calls_of(one, DIGESTS)}
    assert len(salted) >= 5
    bare = {
        place
        for place, one in salted.items()
        if not calls_of(one, {"_salt"}) and "schema.current" not in ast.unparse(one)
    }
    assert bare == set(WITHOUT_SPACE)


@pytest.mark.parametrize("name", ["north", "south"])
def test_digest_in_an_address_has_128_bits(name: str, settings: LazySettings) -> None:
    settings.INBOUND_MAIL = SimpleNamespace(domain=f"{name}.test")
    day = dt.date(2026, 12, 2)
    local = replies.write_address(replies.ReplyAddress(1, 2, 3, day)).partition("@")[0]
    assert len(local) <= MOST_SIGNS
    assert 5 * len(local.removeprefix(replies.PREFIX)) - NUMBERED_BITS >= LEAST_BITS


def test_each_stored_answer_is_found_by_its_person() -> None:
    found = set()
    for place, one in functions():
        for call in calls_of(one, {"filter", "get"}):
            names = {keyword.arg for keyword in call.keywords}
            if names & {"idempotency_key"} and not names & PERSONS:
                chained = ast.unparse(one)
                if not any(f"{name}=by" in chained for name in PERSONS):
                    found.add(place)
    assert found == set(WITHOUT_PERSON)


PERSONS = {"author", "asker", "organiser", "added_by", "borrower", "owner", "person"}


def one_sign_off(text: str) -> Iterator[str]:
    """Yield each text that differs by a single character, and shorter or longer texts."""
    for place, sign in enumerate(text):
        other = "1" if sign == "0" else "0"
        yield f"{text[:place]}{other}{text[place + 1 :]}"
    yield from (text[:-1], text[1:], f"{text}0", "")


def test_signature_of_a_play_is_compared_whole() -> None:
    screen = Screen(play_secret="s" * 64, paired_at=AT - dt.timedelta(days=1))
    signed = "x|deal:y||0|10"
    good = screen_rules.signature_of(signed, screen.play_secret)
    report = screen_rules.PlayReport(
        uuid.uuid4(), "deal:y", "", AT - dt.timedelta(hours=1), 10, good, signed
    )
    assert screen_rules.is_credible(report, screen, at=AT)
    for wrong in one_sign_off(good):
        forged = report._replace(signature=wrong)
        assert not screen_rules.is_credible(forged, screen, at=AT), wrong


def test_code_of_a_gate_is_compared_whole(in_north: None) -> None:
    code = shelf.gate_code_of(AT.date())
    shelf.check_gate_code(code, code)
    for wrong in one_sign_off(code):
        with pytest.raises(Refused):
            shelf.check_gate_code(wrong, code)


def test_token_of_a_probe_is_compared_whole() -> None:
    factory, shows = RequestFactory(), vars(site_views)["_shows"]

    def opens(given: str) -> bool:
        request = factory.get("/", headers={"authorization": given})
        return bool(shows(request, "0123456789abcdef"))

    assert opens("Bearer 0123456789abcdef")
    for wrong in one_sign_off("0123456789abcdef"):
        assert not opens(f"Bearer {wrong}"), wrong


def in_each_space(make: Callable[[], str]) -> list[str]:
    found = []
    for name in ("north", "south"):
        with schema.inside(name):
            found.append(make())
    return found


NONCE = uuid.UUID(int=7)
DERIVED: dict[str, Callable[[], str]] = {
    "figures of a hand-over": lambda: codes.figures(Loan(pk=7), codes.PICK_UP, 3),
    "code of a hand-over": lambda: codes.write(Loan(pk=7), codes.PICK_UP, 3).rpartition(":")[2],
    "code of a gate": lambda: shelf.gate_code_of(AT.date()),
    "figures": lambda: tokens.figures("x", "y", count=12),
    "name": lambda: tokens.name("x", "y"),
    "token of a row": lambda: account_rules.token_for("x", NONCE),
}


@pytest.mark.parametrize("what", DERIVED)
def test_derived_secret_is_another_in_each_space(db: None, what: str) -> None:
    north, south = in_each_space(DERIVED[what])
    assert north != south


def test_idempotency_key_never_answers_with_the_answer_of_another(
    browse: Browse, owner: User, teammate: User
) -> None:
    made, other = (token_of(one, "classifieds:write") for one in (owner, teammate))
    client, key = browse(None), {"idempotency-key": "a1"}
    first = ask(client, "/api/v1/classifieds/", made.secret, payload(), **key)
    second = ask(client, "/api/v1/classifieds/", other.secret, payload(), **key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert "Idempotency-Replayed" not in second
    assert first.json()["reference"] != second.json()["reference"]
    authors = {row.reference: row.author_id for row in Classified.objects.all()}
    assert authors[second.json()["reference"]] == teammate.pk
    for person, answer in ((owner, first), (teammate, second)):
        stored = integration_queries.answered_with("a1", person=person)
        assert stored is not None
        assert answer.json()["reference"] in stored.body
    assert IdempotentRequest.objects.count() == 2
