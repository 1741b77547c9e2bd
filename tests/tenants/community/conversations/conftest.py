"""Something to talk about."""

import pytest

from saas.accounts.models import User
from tenants.community.classifieds.models import Classified
from tests.tenants.community.classifieds.making import make_classified


@pytest.fixture
def bike(owner: User) -> Classified:
    return make_classified(owner)
