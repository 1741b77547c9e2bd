import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saas.accounts.models import User
from tenants.community.deals.models import Deal

CHRISTMAS = dt.date(2026, 12, 24)


def deal(owner: User, **columns: str) -> Deal:
    return Deal(author=owner, title="Piscine", ends_on=CHRISTMAS, **columns)


def test_checks_that_hold_are_asked_at_once_and_those_of_other_columns_never(owner: User) -> None:
    with CaptureQueriesContext(connection) as statements:
        deal(owner, code="NAGE").validate_constraints()
    reads = [one["sql"] for one in statements.captured_queries if one["sql"].startswith("SELECT")]
    assert len(reads) == 1
    deal(owner, link="http://piscine.example").validate_constraints(exclude={"link"})


def test_each_check_that_does_not_hold_says_its_own_sentence(owner: User) -> None:
    with pytest.raises(ValidationError) as refused:
        deal(owner, link="").validate_constraints()
    assert refused.value.messages == [
        "Dites comment en profiter\N{NO-BREAK SPACE}: un code, un lien ou quelques mots."
    ]
    with pytest.raises(ValidationError) as refused:
        deal(owner, link="http://piscine.example").validate_constraints()
    assert refused.value.messages == ["Un lien commence par https://."]
