"""Money that waited for a council's answer, split between its two budgets as it decided."""

from django.db.models import Q

from billing.models import SaleTerms, Share, ShareTerms


def split_what_waited(accepted: ShareTerms) -> int:
    """Split the shares that were counted under terms which nobody had accepted; say how many."""
    never_answered_yes = Q(terms=accepted) | Q(terms__accepted_at=None)
    waited = SaleTerms.objects.filter(never_answered_yes, council=accepted.council_id)
    shares = Share.objects.filter(council=accepted.council_id, sale__in=waited.values("sale"))
    return shares.update(aep_bp=accepted.aep_bp)
