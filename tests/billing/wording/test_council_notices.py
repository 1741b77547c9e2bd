"""Mails to councils and changes that Stripe did not take: each carries its facts."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.wording import council_notices, mandate_notices, monthly
from tests.billing.wording.sentences import SPACE, all_different, in_both

LATER = dt.datetime(2026, 12, 9, 11, 15, tzinfo=dt.UTC)

FACTS = {
    "asked": [{"what": "identity.individual"}, {"what": "relationship"}],
    "until": "2026-12-12T00:00:00+00:00",
    "because": "le règlement a changé.",
    "by": "Odile Cazal",
    "treasurer": "Delphine Marchal",
    "secretary": "Noé Lambert",
    "is_person": False,
    "rate_bp": 4_000,
    "begins": "2026-12-01T00:00:00+01:00",
    "number": "R2026-CO7K3M9-00001",
    "gross_cents": 12_000,
    "cents": 4_200,
    "made_at": "2026-11-25T12:00:00+01:00",
    "failure": "account_closed",
}
REQUIREMENTS = ("l’identité du représentant", "l’identité des dirigeants du CSE")
# Each mail to a council, with the facts that its reader must find.
NOTICES: dict[str, tuple[str, ...]] = {
    "needs": ("avant le 12/12/2026", *REQUIREMENTS),
    "coming": ("à partir du 12/12/2026", *REQUIREMENTS),
    "reminded": ("avant le 12/12/2026", *REQUIREMENTS),
    "past_due": REQUIREMENTS,
    "payouts_stopped": REQUIREMENTS,
    "restricted": REQUIREMENTS,
    "rejected": (),
    "unsupported": (),
    "closed": (),
    "active": (),
    "personality": ("n’a pas la personnalité morale", "le règlement a changé."),
    "offered": (f"40{SPACE}%", "01/12/2026"),
    "change_asked": ("Odile Cazal", "le règlement a changé."),
    "change_confirmed": ("Odile Cazal",),
    "change_done": (),
    "change_cancelled": ("le règlement a changé.",),
    "billed": ("R2026-CO7K3M9-00001", f"120,00{SPACE}€"),
    "payout_refused": (f"42,00{SPACE}€", "25/11/2026", "Le compte bancaire est fermé."),
    "mandate_confirmed": ("12/12/2026", "Delphine Marchal", "Noé Lambert"),
    "mandate_refused": ("le règlement a changé.",),
    "mandate_ending": ("12/12/2026",),
    "mandate_ended": ("12/12/2026",),
}


@pytest.fixture(autouse=True)
def _here() -> Iterator[None]:
    with timezone.override("Europe/Paris"):
        yield


def part_of(kind: str, facts: mandate_notices.Facts, part: str) -> str:
    return str(getattr(council_notices.notice_text(kind, facts, council="CSE Nord"), part))


@pytest.mark.parametrize("kind", NOTICES)
def test_a_notice_to_a_council_carries_its_facts(kind: str) -> None:
    notice = council_notices.notice_text(kind, FACTS, council="CSE Nord")
    for part in ("subject", "text", "next_text", "action"):
        in_both(part_of, kind, FACTS, part)
    assert "CSE Nord" in notice.text
    assert [fact for fact in NOTICES[kind] if fact not in notice.text] == []
    assert reverse(f"council:{notice.page}")


def test_each_notice_to_a_council_has_a_subject_of_its_own() -> None:
    notices = [council_notices.notice_text(kind, FACTS, council="CSE Nord") for kind in NOTICES]
    assert all_different([notice.subject for notice in notices])
    assert all_different([notice.text for notice in notices])


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("needs", "au plus vite\u00a0: une information de plus."),
        ("past_due", "une information de plus."),
        ("personality", "Troovon a noté que CSE Nord a la personnalité morale."),
        ("change_asked", "CSE Nord"),
        ("change_cancelled", "CSE Nord"),
    ],
)
def test_a_notice_of_which_little_is_known_is_complete(kind: str, words: str) -> None:
    notice = council_notices.notice_text(kind, {"is_person": True}, council="CSE Nord")
    assert words in notice.text
    in_both(part_of, kind, {"is_person": True}, "next_text")


def test_a_refused_payout_without_a_reason_ends_with_its_sentence() -> None:
    notice = council_notices.notice_text(
        "payout_refused", {**FACTS, "failure": ""}, council="CSE Nord"
    )
    assert notice.text.endswith("25/11/2026.")


@pytest.mark.parametrize(
    ("wish", "dated", "undated"),
    [
        ("stop", f"240,00{SPACE}€ restent prévus le 09/12/2026", "vous est remboursé"),
        ("end", f"240,00{SPACE}€ restent prévus le 09/12/2026", "vous est remboursé"),
        ("resume", "s’arrête le 09/12/2026", "rien ne se fait deux fois."),
        ("reprice", "au prix d’avant", "le changeons pour vous."),
    ],
)
def test_change_not_taken_by_stripe_says_what_holds(wish: str, dated: str, undated: str) -> None:
    def sentence(next_at: dt.datetime | None) -> str:
        return monthly.not_taken(wish, next_at=next_at, cents=24_000)

    assert dated in in_both(sentence, LATER)[0]
    assert undated in in_both(sentence, None)[0]
    assert ("2026" in sentence(LATER)) == (wish != "reprice")


@pytest.mark.parametrize(
    ("kind", "at_the_end", "wish"),
    [("stop", True, "stop"), ("stop", False, "resume"), ("end", False, "end")],
)
def test_stop_taken_back_is_a_wish_to_go_on(kind: str, *, at_the_end: bool, wish: str) -> None:
    assert monthly.wish_of(kind, {"cancel_at_period_end": at_the_end}) == wish
