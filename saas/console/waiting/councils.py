"""Councils that wait for an operator: their terms, their accounts at Stripe, their banks."""

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import ngettext

from billing.councils.queries.terms import councils_without_terms
from billing.models import AccountChange, Council, CouncilNotice, Payout, ShareTerms
from saas.console.waiting.shapes import Waiting

_News = CouncilNotice.Kind
_ACCOUNT_NEWS = (
    *(_News.NEEDS, _News.PAST_DUE, _News.PAYOUTS_STOPPED),
    *(_News.RESTRICTED, _News.REJECTED, _News.UNSUPPORTED, _News.CLOSED),
)
_HAS_NO_ACCOUNT = ["none", "created", "onboarding"]
_BLOCKED = ["restricted", "rejected", "unsupported"]


def waiting() -> list[Waiting]:
    """Return councils without terms or account, blocked accounts and refused payouts."""
    return [
        *_unfinished(),
        *_accounts(),
        _lost_accounts(),
        *_payouts(),
        _refused_payouts(),
        _persons(),
        _declined(),
    ]


def _unfinished() -> list[Waiting]:
    return [
        Waiting(
            councils_without_terms(),
            "created_at",
            lambda count: ngettext(
                "%(count)d CSE sans conditions acceptées",
                "%(count)d CSE sans conditions acceptées",
                count,
            ),
            "ops:councils",
            "warn",
        ),
        Waiting(
            Council.objects.filter(ended_at=None, account_state__in=_HAS_NO_ACCOUNT),
            "created_at",
            lambda count: ngettext(
                "%(count)d CSE sans compte actif", "%(count)d CSE sans compte actif", count
            ),
            "ops:councils",
            "warn",
        ),
        Waiting(
            AccountChange.objects.filter(
                state__in=[AccountChange.State.ASKED, AccountChange.State.CONFIRMED]
            ),
            "asked_at",
            lambda count: ngettext(
                "%(count)d remplacement de compte en cours",
                "%(count)d remplacements de compte en cours",
                count,
            ),
            "ops:councils",
            "warn",
            alarm="account_change",
        ),
    ]


def _accounts() -> list[Waiting]:
    councils = Council.objects.annotate(news_at=account_news_at())
    return [
        Waiting(
            councils.filter(account_state=Council.AccountState.RESTRICTED),
            "news_at",
            lambda count: ngettext(
                "%(count)d CSE dont le compte est bloqué",
                "%(count)d CSE dont le compte est bloqué",
                count,
            ),
            "ops:councils",
            "warn",
            alarm="account_blocked",
        ),
        Waiting(
            councils.filter(account_state=Council.AccountState.ACTIVE, ended_at=None).exclude(
                account_needs="nothing"
            ),
            "news_at",
            lambda count: ngettext(
                "%(count)d CSE à qui Stripe demande une pièce",
                "%(count)d CSE à qui Stripe demande une pièce",
                count,
            ),
            "ops:councils",
            "warn",
            alarm="account_needs",
        ),
    ]


def _lost_accounts() -> Waiting:
    lost = Council.objects.filter(
        account_state__in=[
            Council.AccountState.REJECTED,
            Council.AccountState.UNSUPPORTED,
            Council.AccountState.CLOSED,
        ],
        ended_at=None,
    )
    return Waiting(
        lost.annotate(news_at=account_news_at()),
        "news_at",
        words=lambda count: ngettext(
            "%(count)d CSE dont Stripe ne tient plus le compte",
            "%(count)d CSE dont Stripe ne tient plus le compte",
            count,
        ),
        page="ops:councils",
        tone="warn",
        alarm="account_lost",
    )


def _payouts() -> list[Waiting]:
    active = Council.objects.filter(ended_at=None, account_state=Council.AccountState.ACTIVE)
    blocked = active.filter(payouts_state__in=_BLOCKED)
    return [
        Waiting(
            blocked.annotate(news_at=account_news_at()),
            "news_at",
            lambda count: ngettext(
                "%(count)d CSE dont les virements sont bloqués",
                "%(count)d CSE dont les virements sont bloqués",
                count,
            ),
            "ops:councils",
            "warn",
            alarm="payouts_blocked",
        ),
        Waiting(
            Council.objects.filter(account_balance_cents__lt=0, account_balance_at__isnull=False),
            "account_balance_at",
            lambda count: ngettext(
                "%(count)d CSE dont le solde Stripe est négatif",
                "%(count)d CSE dont le solde Stripe est négatif",
                count,
            ),
            "ops:councils",
            "warn",
            alarm="balance_negative",
        ),
    ]


def _refused_payouts() -> Waiting:
    payouts = Payout.objects.annotate(whose=Coalesce("council_id", 0))  # 0 is our own bank
    paid_since = payouts.filter(
        whose=OuterRef("whose"), state=Payout.State.PAID, made_at__gt=OuterRef("made_at")
    )
    return Waiting(
        payouts.filter(~Exists(paid_since), state=Payout.State.FAILED),
        "made_at",
        lambda count: ngettext(
            "%(count)d virement refusé par une banque",
            "%(count)d virements refusés par une banque",
            count,
        ),
        "ops:payouts",
        "bad",
        alarm="payout_refused",
    )


def _persons() -> Waiting:
    return Waiting(
        Council.objects.filter(personality_asked_at__isnull=False),
        "personality_asked_at",
        words=lambda count: ngettext(
            "%(count)d CSE dit avoir la personnalité morale",
            "%(count)d CSE disent avoir la personnalité morale",
            count,
        ),
        page="ops:councils",
        tone="warn",
        alarm="personality",
    )


def _declined() -> Waiting:
    later = ShareTerms.objects.filter(council=OuterRef("council"), version__gt=OuterRef("version"))
    return Waiting(
        ShareTerms.objects.filter(~Exists(later), declined_at__isnull=False),
        "declined_at",
        words=lambda count: ngettext(
            "%(count)d CSE a décliné ses conditions",
            "%(count)d CSE ont décliné leurs conditions",
            count,
        ),
        page="ops:councils",
        tone="warn",
        alarm="terms_declined",
    )


def account_news_at() -> Coalesce:
    """Return since when a council's account stands as it does: each look at Stripe is later."""
    news = CouncilNotice.objects.filter(council=OuterRef("pk"), kind__in=_ACCOUNT_NEWS)
    last = news.order_by("-pk").values("happened_at")[:1]
    return Coalesce(Subquery(last), "account_seen_at", "created_at")
