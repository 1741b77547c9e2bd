"""What the database says of rights in `public` is what the list says, right by right."""

import pytest

from tenants.spaces.database import grants


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_database_gives_what_the_list_says_and_nothing_else() -> None:
    assert grants.granted("owner") == grants.wanted()
