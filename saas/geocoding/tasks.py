"""The fetcher asks the geocoder while a person types."""

import logging

from celery import shared_task
from django.db import transaction

from saas.geocoding import gateway, queries, rules
from saas.geocoding.models import Address, Street
from saas.kernel.tasks import AwaitedPublicTask
from saas.kernel.web.outgoing import AddressRefusedError, TooLargeError

logger = logging.getLogger(__name__)
_FAILED_SECONDS = 30


@shared_task(base=AwaitedPublicTask)
def look_up(digest: str) -> None:
    """Ask the geocoder a stored question and keep its addresses among ours."""
    text = queries.question_asked(digest)
    if not text or queries.is_answered(digest):
        return
    try:
        answers = gateway.ask(text)
    except (OSError, ValueError, AddressRefusedError, TooLargeError) as error:
        logger.warning("the geocoder did not answer: %s", type(error).__name__)
        queries.remember_answer(digest, seconds=_FAILED_SECONDS)
        return
    for answer in answers:
        _store(answer)
    queries.remember_answer(digest)


@transaction.atomic
def _store(answer: gateway.Answer) -> None:
    """Create the street and the number of an answer, unless they are there."""
    place = {"latitude": answer.latitude, "longitude": answer.longitude}
    words = rules.words_of(answer.name, answer.postcode, answer.city)
    street, _new = Street.objects.get_or_create(
        insee=answer.insee,
        postcode=answer.postcode,
        name=answer.name,
        defaults={"city": answer.city, "words": words, **place},
    )
    if answer.number not in rules.NO_NUMBER:
        cell = rules.cell_of(answer.latitude, answer.longitude)
        Address.objects.get_or_create(
            street=street,
            number=answer.number,
            suffix=answer.suffix,
            defaults={**place, "cell": cell},
        )
