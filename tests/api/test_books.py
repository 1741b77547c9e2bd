"""The books for an accountant's program: within the token, page by page, equal to the ledger."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from billing.ledger.actions import accountants
from billing.ledger.settlement.numbering import number_entries
from billing.models import AccountantToken, Invoice, LedgerEntry, Statement
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.secrets.program_tokens import CreatedToken
from tests.api.test_programs import token_of
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import Till
from tests.fixtures.people import Browse, SpaceClient, make_user

URL = "/api/v1/books"
LISTS = ("entries", "balances", "papers", "statements")


@pytest.fixture
def sold(till: Till, papers: None) -> Till:
    council = make_council("north")
    for _ in range(2):
        till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))
    till.jobs.catch_up()
    number_entries(at=till.at)
    Statement.objects.create(
        council=council,
        first_day=dt.date(2026, 11, 1),
        last_day=dt.date(2026, 11, 30),
        council_as_it_was={},
        seller={},
        closing_cents=1_000,
        made_at=till.at,
    )
    return till


def make_token(**changes: Any) -> CreatedToken[AccountantToken]:
    with schema.in_public():
        by = make_user("Ada")
        usual: dict[str, Any] = {
            "name": "Cabinet Rivet",
            "reason": "Révision des comptes",
            "days": 90,
        }
        return accountants.make_token(**(usual | changes), by=by, at=timezone.now())


def ask(browse: Browse, path: str, secret: str) -> Any:
    client: SpaceClient = browse(None, space="ops")
    return client.get(f"{URL}/{path}", headers={"authorization": f"Bearer {secret}"})


def test_journal_is_read_page_by_page_and_equals_the_ledger(browse: Browse, sold: Till) -> None:
    secret = make_token().secret
    answer, lines = ask(browse, "entries/?year=2026&limit=4", secret).json(), []
    while True:
        lines += answer["results"]
        if answer["next"] is None:
            break
        answer = ask(browse, answer["next"].partition(f"{URL}/")[2], secret).json()
    assert len(lines) == LedgerEntry.objects.count() > 8
    assert [line["number"] for line in lines] == sorted(line["number"] for line in lines)
    assert sum(line["debit_cents"] for line in lines) == sum(line["credit_cents"] for line in lines)
    days = {line[name] for line in lines for name in ("day", "piece_day")}
    assert days == {"2026-11-25"}
    assert {line["account"] for line in lines} >= {"411000", "517000", "706000", "445710"}
    assert ask(browse, "entries/?year=2025", secret).json()["results"] == []


def test_balances_papers_and_statements_are_those_of_the_books(browse: Browse, sold: Till) -> None:
    secret = make_token().secret
    balances = ask(browse, "balances/", secret).json()
    assert sum(row["cents"] for row in balances["results"]) == 0
    assert ask(browse, "balances/?day=2026-11-24", secret).json() == {
        "day": "2026-11-24",
        "results": [],
    }
    listed = ask(browse, "papers/?since=2026-11-25&until=2026-11-25", secret).json()["results"]
    assert [row["number"] for row in listed] == ["F2026-00001", "F2026-00002"]
    assert ask(browse, "papers/?since=2026-11-26", secret).json()["results"] == []
    assert listed[0]["sha256"] == Invoice.objects.earliest("pk").pdf_sha256 != ""
    file = ask(browse, "papers/F2026-00001/file/", secret)
    assert (file.status_code, file.getvalue()[:5]) == (200, b"%PDF-")
    assert ask(browse, "papers/F2026-00009/file/", secret).status_code == 404
    [statement] = ask(browse, "statements/", secret).json()["results"]
    assert (statement["first_day"], statement["closing_cents"]) == ("2026-11-01", 1_000)
    assert ask(browse, "statements/RE-XX/file/", secret).status_code == 404


@pytest.mark.parametrize("part", LISTS)
def test_nothing_opens_without_a_token_in_use(browse: Browse, sold: Till, part: str) -> None:
    made = make_token()
    query = "?year=2026" if part == "entries" else ""
    assert ask(browse, f"{part}/{query}", made.secret).status_code == 200
    with schema.in_public():
        accountants.revoke_token(
            token_id=made.token.pk, reason="Fin de mission", by=make_user("Bo"), at=timezone.now()
        )
    assert ask(browse, f"{part}/{query}", made.secret).status_code == 401
    refused = browse(None, space="ops").get(f"{URL}/{part}/{query}")
    assert refused.status_code == 401
    assert 'scope="books:read"' in refused["WWW-Authenticate"]


def test_token_that_has_expired_or_of_a_member_opens_nothing(browse: Browse, owner: User) -> None:
    made = make_token(days=30)
    past = timezone.now() - dt.timedelta(days=31)
    with schema.in_public():
        AccountantToken.objects.update(made_at=past, expires_at=past + dt.timedelta(days=30))
    assert ask(browse, "balances/", made.secret).status_code == 401
    member = token_of(owner, "classifieds:read")
    assert ask(browse, "balances/", member.secret).status_code == 401
    space = browse(None).get(f"{URL}/balances/", headers={"authorization": f"Bearer {made.secret}"})
    assert space.status_code == 404
    deals = browse(None).get("/api/v1/deals/", headers={"authorization": f"Bearer {made.secret}"})
    assert deals.status_code == 401


def test_token_only_reads(browse: Browse, sold: Till) -> None:
    headers = {"authorization": f"Bearer {make_token().secret}"}
    answer = browse(None, space="ops").post(f"{URL}/papers/", headers=headers)
    assert answer.status_code in {403, 405}


@pytest.mark.parametrize("query", ["", "?year=x", "?year=2026&limit=0", "?year=2026&cursor=zz"])
def test_journal_refuses_what_it_cannot_read(browse: Browse, sold: Till, query: str) -> None:
    answer = ask(browse, f"entries/{query}", make_token().secret)
    assert answer.status_code == 400
    assert answer.json()["mistakes"]


@pytest.mark.django_db
def test_token_is_made_and_revoked_for_a_reason() -> None:
    made = make_token()
    assert not AccountantToken.objects.filter(token_hash__contains=made.secret[8:]).exists()
    act: dict[str, Any] = {"token_id": made.token.pk, "by": make_user("Bo"), "at": timezone.now()}
    with pytest.raises(Refused, match="pourquoi"):
        accountants.revoke_token(reason=" ", **act)
    accountants.revoke_token(reason="Fin de mission", **act)
    with pytest.raises(Refused, match="déjà"):
        accountants.revoke_token(reason="Encore", **act)
