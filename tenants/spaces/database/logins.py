"""A separate login for a single space: the app's login can no longer enter it.

The space's role itself may then log in. It is a member only of `troovon_shared`, so that even code
in the app's other connections cannot enter the space, nor the reverse.
"""

import secrets
from typing import Any

from django.db import connections

from saas.kernel.errors import SpaceGone
from tenants.spaces.database import role_access


def give(name: str, alias: str = "owner") -> str:
    """Let a space's role log in, and shut it to the app; return the new password."""
    if not role_access.standing(name, alias).whole:
        raise SpaceGone(f"there is no space {name!r} in the database")
    password = secrets.token_urlsafe(32)
    connection: Any = connections[alias]
    with connection.cursor() as cursor:
        # Only the password's verifier is sent to the server, so that no log contains the password.
        verifier = connection.connection.pgconn.encrypt_password(
            password.encode(), name.encode(), b"scram-sha-256"
        ).decode()
        database = connection.ops.quote_name(connection.settings_dict["NAME"])
        # The search's threshold is a setting of pg_trgm; `similarity` loads it, so that it can be
        # set.
        cursor.execute(
            f"SELECT public.similarity('', ''); GRANT CONNECT ON DATABASE {database} TO"
            f" troovon_shared; ALTER ROLE \"{name}\" LOGIN PASSWORD '{verifier}';"
            f" ALTER ROLE \"{name}\" SET timezone = 'UTC';"
            f" ALTER ROLE \"{name}\" SET pg_trgm.word_similarity_threshold = '0.4'"
        )
    role_access.shut(name, alias)
    return password


def withdraw(name: str, alias: str = "owner") -> None:
    """Take the login away, and let the app enter the space as it does the others."""
    with connections[alias].cursor() as cursor:
        cursor.execute(f'ALTER ROLE "{name}" NOLOGIN PASSWORD NULL; ALTER ROLE "{name}" RESET ALL')
    role_access.reopen(name, alias)
