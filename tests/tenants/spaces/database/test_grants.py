"""Rights in `public` by the database are those of the list, right by right."""

import datetime as dt

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from saas.kernel import schema
from tenants.spaces.database import grants
from tests.tenants.spaces.database import connecting


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_database_gives_what_the_list_says_and_nothing_else() -> None:
    assert grants.granted("owner") == grants.wanted()


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("SELECT ON spaces_domain TO north", ("north", "spaces_domain", "SELECT")),
        ("SELECT ON accounts_user TO PUBLIC", ("public", "accounts_user", "SELECT")),
        ("DELETE ON billing_sale TO troovon_app", ("troovon_app", "billing_sale", "DELETE")),
        (
            "SELECT (email) ON accounts_user TO troovon_shared",
            ("troovon_shared", "accounts_user", 'SELECT ("email")'),
        ),
    ],
)
def test_a_right_that_anybody_was_given_beside_the_list_is_seen_and_taken_back(
    own_database: None, given: str, seen: tuple[str, str, str]
) -> None:
    with connecting.admin() as admin:
        admin.execute(f"SET ROLE troovon_owner; GRANT {given}")
    assert grants.granted("owner") - grants.wanted() == {grants.Right(*seen)}
    grants.apply("owner")
    assert grants.granted("owner") == grants.wanted()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO console_operator (user_id, since) VALUES (1, now())",
        "INSERT INTO spaces_company (tenant_id, name, head_count) VALUES (1, 'x', 1)",
        "DELETE FROM spaces_company",
        "UPDATE spaces_company SET tenant_id = 1",
        "UPDATE spaces_company SET head_count = 9",
        "UPDATE spaces_site SET head_count = 1",
        "UPDATE spaces_site SET tenant_id = 1",
        "DELETE FROM spaces_site",
        "UPDATE spaces_gate SET site_id = 1",
        "UPDATE spaces_emaildomain SET tenant_id = 1",
        "UPDATE spaces_emaildomain SET company_id = NULL",
        "UPDATE spaces_emaildomainclaim SET tenant_id = 1",
        "UPDATE spaces_emaildomainclaim SET company_id = NULL",
        "UPDATE spaces_emaildomainclaim SET domain = 'x'",
        "UPDATE spaces_emaildomainclaim SET email = 'x'",
        "INSERT INTO spaces_tenant (schema_name) VALUES ('t_more')",
        "UPDATE spaces_tenant SET schema_name = 'south' WHERE schema_name = 'north'",
        "UPDATE spaces_tenant SET created_at = now()",
        "UPDATE spaces_domain SET tenant_id = (SELECT max(id) FROM spaces_tenant)",
        "UPDATE spaces_domain SET domain = 'x' || domain",
        "UPDATE spaces_domainclaim SET tenant_id = 1",
        "UPDATE spaces_domainclaim SET domain = 'x'",
        "SELECT nextval('spaces_company_id_seq')",
        "SELECT setval('spaces_company_id_seq', 1)",
    ],
)
def test_the_public_site_writes_nothing_that_only_founding_writes(db: None, statement: str) -> None:
    with connecting.refused("permission denied") as cursor:
        cursor.execute(statement)


def test_the_public_site_writes_what_an_administrator_may_change(db: None) -> None:
    with schema.in_public(), connection.cursor() as cursor:
        cursor.execute("UPDATE spaces_tenant SET name = 'Nord' WHERE schema_name = 'north'")
        cursor.execute("UPDATE spaces_company SET badge = 'N'")
        assert cursor.rowcount


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM spaces_domain",
        "UPDATE spaces_domain SET kind = 'custom'",
        (
            "WITH gone AS (DELETE FROM spaces_domain RETURNING *) INSERT INTO spaces_domain"
            " (domain, is_primary, tenant_id) SELECT domain, true, tenant_id + 1 FROM gone"
        ),
    ],
)
def test_host_of_one_space_is_not_freed_for_another_by_statement(db: None, statement: str) -> None:
    with connecting.refused("a host of a space stays its own") as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("claimant", "confirmed"),
    [("north", None), ("south", dt.datetime(2026, 11, 25, tzinfo=dt.UTC))],
    ids=["unconfirmed", "of another space"],
)
def test_mail_domain_is_not_written_without_a_mailbox_that_confirmed_it(
    db: None, claimant: str, confirmed: dt.datetime | None
) -> None:
    with schema.in_public(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO spaces_emaildomainclaim (tenant_id, domain, email, language, nonce,"
            " token_hash, asked_by, asked_at, expires_at, confirmed_at)"
            " SELECT id, 'x.example', 'a@x.example', 'fr', gen_random_uuid(), 'h', 'x', now(),"
            " now(), %s FROM spaces_tenant WHERE schema_name = %s",
            [confirmed, claimant],
        )
        with (
            pytest.raises(ProgrammingError, match="proven by a mailbox in it"),
            transaction.atomic(),
        ):
            cursor.execute(
                "INSERT INTO spaces_emaildomain (tenant_id, domain, proven_at)"
                " SELECT id, 'x.example', now() FROM spaces_tenant WHERE schema_name = 'north'"
            )


@pytest.mark.parametrize("table", ["spaces_emaildomain", "spaces_emaildomainclaim"])
def test_mail_domain_is_not_of_a_company_of_another_space(own_database: None, table: str) -> None:
    columns, values = "tenant_id, company_id, domain, proven_at", "'x.example', now()"
    if table == "spaces_emaildomainclaim":
        columns = (
            "tenant_id, company_id, domain, email, language, nonce, token_hash, asked_by,"
            " asked_at, expires_at"
        )
        values = "'x.example', 'a@x.example', 'fr', gen_random_uuid(), 'h', 'x', now(), now()"
    with (
        connecting.admin() as admin,
        pytest.raises(psycopg.errors.CheckViolation, match="company of its own space"),
    ):
        admin.execute(
            f"INSERT INTO {table} ({columns}) SELECT t.id, c.id, {values}"  # noqa: S608 - a literal
            " FROM spaces_tenant t, spaces_company c JOIN spaces_tenant o ON o.id = c.tenant_id"
            " WHERE t.schema_name = 'north' AND o.schema_name = 'south'"
        )


@pytest.mark.parametrize("space", ["north", "south"])
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO public.spaces_emaildomain (tenant_id, domain) VALUES (1, 'x')",
        "DELETE FROM public.spaces_emaildomain",
        "SELECT FROM public.spaces_emaildomain",
        "SELECT FROM public.spaces_emaildomainclaim",
        "UPDATE public.spaces_emaildomainclaim SET confirmed_at = now()",
    ],
)
def test_space_itself_touches_no_mail_domain(in_north: None, space: str, statement: str) -> None:
    with connecting.refused("permission denied", space=space) as cursor:
        cursor.execute(statement)
