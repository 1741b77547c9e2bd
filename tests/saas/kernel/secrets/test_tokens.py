"""A signed value is worth something in the space and for the purpose that it was signed for."""

import pytest
from django.core import signing

from saas.kernel import schema
from saas.kernel.secrets import tokens


def test_a_value_comes_back_in_its_space_and_for_its_purpose_alone(db: None) -> None:
    with schema.inside("north"):
        signed = tokens.sign("picture", 7)
        assert tokens.unsign("picture", signed, max_age_seconds=60) == 7
    for space, purpose in (("south", "picture"), ("north", "join")):
        with schema.inside(space), pytest.raises(signing.BadSignature):
            tokens.unsign(purpose, signed, max_age_seconds=60)


def test_stored_hash_does_not_give_its_token_away() -> None:
    token, hashed = tokens.fresh()
    assert tokens.hashed(token) == hashed
    assert token not in hashed
    assert len(hashed) == 64
