"""Tasks after the commit: the fetcher calls the provider, or reads its file; a page waits.

Question and answer are in the cache, encrypted, as long as an attempt lasts.
"""

from typing import Any

from celery import shared_task
from django.utils import timezone

from saas.kernel import cache
from saas.kernel.errors import Refused
from saas.kernel.places import BusyError
from saas.kernel.sandbox.verdicts import TooHeavyError, UnfitError
from saas.kernel.secrets import tokens
from saas.kernel.tasks import AwaitedTask
from tenants.community.sso import queries
from tenants.community.sso.gateway import provider as gateway
from tenants.community.sso.gateway import saml
from tenants.community.sso.models import Provider
from tenants.community.sso.rules import signing_in as rules

_RUN_SECONDS = 60


@shared_task(base=AwaitedTask)
def describe(state: str) -> None:
    """Fetch the provider's discovery document, for a browser about to be redirected there."""
    _answer(state, "describe")


@shared_task(base=AwaitedTask)
def exchange(state: str) -> None:
    """Verify a returning browser: its code at the provider, or its SAML response in a child."""
    _answer(state, "exchange")


@shared_task(base=AwaitedTask)
def read_metadata(person_id: int) -> None:
    """Read the metadata that an administrator pasted, in a child; their page waits."""
    key = rules.metadata_key(person_id)
    question = queries.way_of("asked", key)
    if question is None or queries.way_of("answer", key) is not None:
        return
    try:
        found = saml.read_metadata(question["typed"]["metadata"])
    except UnfitError as unfit:
        queries.store_way("answer", key, {"failure": unfit.reason})
    except TooHeavyError:
        queries.store_way("answer", key, {"failure": "metadata"})
    else:
        queries.store_way("answer", key, {"metadata": found._asdict()})


def _answer(state: str, step: str) -> None:
    """Keep an answer for the page that waits, unless it waits no longer or was answered."""
    question = queries.way_of("asked", state)
    if question is None or rules.waited_too_long(question["at"], at=timezone.now()):
        return
    run = f"sso:run:{step}:{tokens.hashed(state)}"
    if not cache.claimed(run, seconds=_RUN_SECONDS):
        return  # a code serves once, and a job may come twice
    try:
        queries.store_way("answer", state, _answer_of(question, step))
    except BusyError:
        cache.forget(run)
        raise


def _answer_of(question: dict[str, Any], step: str) -> dict[str, Any]:
    attempt = rules.Attempt(*question["attempt"])
    try:
        provider = _provider_for(attempt)
        if provider.kind == Provider.Kind.SAML:
            return {"vouched": saml.vouched_for(provider, attempt, question["code"])}
        if step == "describe":
            return {"page": gateway.describe(provider)}
        return {"vouched": gateway.vouched_for(provider, attempt, question["code"])}
    except rules.BrokenError as broken:
        return {"broken": broken.kind}
    except Refused:
        return {"again": True}


def _provider_for(attempt: rules.Attempt) -> Provider:
    read = queries.provider if attempt.is_test else queries.open_provider
    return rules.check_there(read(attempt.provider))
