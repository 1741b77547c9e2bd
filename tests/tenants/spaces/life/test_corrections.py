"""Corrections of companies and administrations are written and told by the founder's worker."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.spaces import clock
from tenants.spaces.actions import corrections as actions
from tenants.spaces.models import Company, SpaceOperation, Tenant
from tenants.spaces.queries import corrections as queries
from tenants.spaces.tasks import corrections as tasks
from tests.fixtures.people import AT
from tests.tenants.spaces.life.conftest import Do

REASON = "Erreur de saisie"


@pytest.fixture
def operator(space: Tenant) -> User:
    """Return an operator without an account in the space."""
    return User(first_name="Agathe", last_name="Troovon", reference="M-OPS")


def correct(space: Tenant, company: Company | None, by: User, **typed: Any) -> SpaceOperation:
    columns = ("name", "siren", "head_count")
    known = {column: getattr(company, column) for column in columns} if company else {}
    return actions.correct_company(
        schema_name=space.schema_name,
        company_id=company.pk if company else None,
        **{**known, **typed},
        reason=REASON,
        by=by,
        at=AT,
    )


def test_name_changes_at_once_and_heads_on_the_first(space: Tenant, operator: User, do: Do) -> None:
    company = Company.objects.filter(tenant=space)[0]
    heads = company.head_count
    done = do(correct(space, company, operator, name="Nouveau nom", head_count=heads + 7))
    assert (done.state, done.failure) == ("done", "")
    company.refresh_from_db()
    assert (company.name, company.head_count) == ("Nouveau nom", heads)
    first = queries.first_of_next_month(AT)
    (row,) = [row for row in queries.companies_of(space) if row.company == company]
    assert row.later == queries.LaterHeads(heads + 7, first)
    assert tasks.write_head_counts(first - dt.timedelta(days=1)) == 0
    assert [tasks.write_head_counts(first) for _twice in range(2)] == [1, 0]
    company.refresh_from_db()
    assert company.head_count == heads + 7
    assert queries.companies_of(space)[0].later is None


def test_later_correction_of_the_same_month_wins(space: Tenant, operator: User, do: Do) -> None:
    company = Company.objects.filter(tenant=space)[0]
    for heads in (901, 902):
        do(correct(space, company, operator, head_count=heads))
    tasks.write_head_counts(queries.first_of_next_month(AT))
    company.refresh_from_db()
    assert company.head_count == 902


def test_added_company_is_mailed_to_administrators(space: Tenant, operator: User, do: Do) -> None:
    with pytest.raises(Refused, match="une seule entreprise"):
        correct(space, None, operator, name="Ajoutée SAS", siren="", head_count=3)
    Tenant.objects.using("owner").filter(pk=space.pk).update(kind="park")
    done = do(correct(space, None, operator, name="Ajoutée SAS", siren="732829320", head_count=12))
    assert done.state == "done"
    assert Company.objects.get(name="Ajoutée SAS").tenant_id == space.pk
    with schema.in_public():
        letters = [letter for letter in mail.outbox if REASON in letter.body]
    assert letters
    assert all("Ajoutée SAS" in letter.body for letter in letters)
    with pytest.raises(Refused, match="porte ce nom"):
        correct(space, None, operator, name="AJOUTÉE SAS", siren="", head_count=3)


def test_person_who_no_longer_administers_is_mailed_too(
    space: Tenant, operator: User, do: Do
) -> None:
    with schema.inside(space.schema_name):
        member = User.objects.filter(is_active=True).exclude(first_name="Claire")[0]
    work = actions.record_administrators(
        schema_name=space.schema_name,
        appointed="Claire (M-1)",
        ended=f"{member.display_name} ({member.reference})",
        ended_reference=member.reference,
        paper="public/administrators/x.pdf",
        reason=REASON,
        by=operator,
        at=AT,
    )
    assert do(work).state == "done"
    mailed = {letter.to[0] for letter in mail.outbox if REASON in letter.body}
    assert member.email in mailed
    assert len(mailed) >= 2


def test_clock_has_due_head_counts_written(
    space: Tenant, operator: User, do: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = Company.objects.filter(tenant=space)[0]
    do(correct(space, company, operator, head_count=77))
    queued: list[Any] = []
    monkeypatch.setattr(actions, "after_commit", lambda *words: queued.append(words))
    for days in (0, 40):
        monkeypatch.setattr(timezone, "now", lambda days=days: AT + dt.timedelta(days=days))
        clock.apply_head_counts()
    ((job, day),) = queued
    job(day)
    company.refresh_from_db()
    assert company.head_count == 77
