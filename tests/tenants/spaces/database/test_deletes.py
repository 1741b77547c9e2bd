"""Rows that nothing refers to are deleted where they stand: none is read before."""

import pytest
from django.db import connection
from django.db.models.signals import ModelSignal, post_delete, pre_delete
from django.test.utils import CaptureQueriesContext

from saas.accounts.models import User
from tenants.community.members.models import JoinRequest


def test_many_rows_are_deleted_by_a_statement_that_reads_none(in_north: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        JoinRequest.objects.filter(email="lea@north.example").delete()
    assert [query["sql"].split()[0] for query in queries] == ["DELETE"]


@pytest.mark.parametrize("signal", [pre_delete, post_delete])
def test_no_listener_waits_for_deletions_of_every_table(signal: ModelSignal) -> None:
    assert not signal.has_listeners(User)
