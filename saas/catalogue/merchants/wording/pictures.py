"""Sentences about a picture that was sent."""

from django.utils.translation import gettext as _

from saas.catalogue.merchants.models import SentPicture
from saas.kernel.uploads import pictures


def refusal(sent: SentPicture) -> str:
    """Return why a picture could not be drawn, or nothing while a job has it in hand."""
    if not sent.failure:
        return ""
    sentence = pictures.sentence_for(sent.failure)
    return _("%(sentence)s L’annonce et la page restent sans elle.") % {"sentence": sentence}
