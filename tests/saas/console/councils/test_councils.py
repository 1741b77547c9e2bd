"""An operator offers terms, records legal personality, writes claims off; history is kept."""

import datetime as dt

import pytest

from billing.councils.actions.councils import accept_terms, offer_terms
from billing.models import Claim, Council, LedgerEntry, Share, ShareTerms
from saas.accounts.models import User
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.factories.records import DELPHINE
from tests.fixtures.billing import Till
from tests.fixtures.people import Count, SpaceClient
from tests.tenants.community.council.reading import text_in, text_of

TYPED = {"rate_bp": "12,5", "valid_from": "2099-01-01"}
A_RATE = "Écrivez un taux, par exemple 40 ou 12,5.", "Type a rate, such as 40 or 12.5."
SENTENCES = [
    ({"rate_bp": "", "valid_from": "2099-01-01"}, *A_RATE),
    ({"rate_bp": "beaucoup", "valid_from": "2099-01-01"}, *A_RATE),
    (
        {"rate_bp": "101", "valid_from": "2099-01-01"},
        *("Le taux va de 0 à 100 %.", "The rate is between 0% and 100%."),
    ),
    (
        {"rate_bp": "40", "valid_from": "2020-01-01"},
        "De nouvelles conditions commencent au plus tôt maintenant.",
        "New terms cannot start in the past.",
    ),
    (
        {"rate_bp": "40", "valid_from": "demain"},
        *("Écrivez un jour, par exemple 25/11/2026.", "Type a day, such as 25/11/2026."),
    ),
]


def speaking(user_id: int, language: str) -> None:
    User.objects.filter(pk=user_id).update(language=language)


def page_of(council: Council) -> str:
    return f"/councils/{council.reference}/"


def test_a_council_is_reached_from_its_space(console: SpaceClient) -> None:
    council = make_council("north")
    assert f'href="{page_of(council)}"' in console.get("/spaces/").content.decode()
    page = text_of(console, page_of(council))
    assert "CSE north" in page
    assert "Version 1 En vigueur 40 %" in page
    assert console.get("/councils/CO-XXXXXX/").status_code == 404


def test_terms_are_offered_and_wait_for_the_council(console: SpaceClient, agathe: int) -> None:
    council = make_council("north")
    response = console.post(f"{page_of(council)}terms/", TYPED)
    assert (response.status_code, response["Location"]) == (303, page_of(council))
    offered = ShareTerms.objects.get(council=council, version=2)
    assert (offered.rate_bp, offered.accepted_at) == (1_250, None)
    assert offered.valid_from == dt.datetime(2098, 12, 31, 23, tzinfo=dt.UTC)
    page = text_of(console, page_of(council))
    assert "Version 2 Proposée 12,5 %" in page
    assert "Conditions n° 2 proposées : 12,5 %" in page
    assert "Agathe Troovon" in page
    again = console.post(f"{page_of(council)}terms/", TYPED)
    assert again.status_code == 422
    assert "Des conditions attendent déjà la réponse de ce CSE." in text_in(again.content)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_refused_terms_stay_typed(console: SpaceClient, agathe: int, language: str) -> None:
    speaking(agathe, language)
    council = make_council("north")
    for sent, french, english in SENTENCES:
        response = console.post(f"{page_of(council)}terms/", sent)
        assert response.status_code == 422
        assert (french if language == "fr" else english) in text_in(response.content)
        for typed in filter(None, sent.values()):
            assert f'value="{typed}"' in response.content.decode()
    assert council.terms.count() == 1


def test_a_council_may_be_no_legal_person_and_become_one(console: SpaceClient) -> None:
    council = make_council("north")
    url = f"{page_of(council)}personality/"
    none = {"is_person": "no", "evidence": "32 salariés, DSN d’octobre"}
    assert [console.post(url, none).status_code for _click in range(2)] == [303, 422]
    council.refresh_from_db()
    assert (council.legal_personality, council.account_state) == (False, "no_legal_personality")
    page = text_of(console, page_of(council))
    assert "32 salariés, DSN d’octobre" in page
    assert "Noter qu’il l’a acquise" in page
    assert 'value="yes"' in console.get(page_of(council)).content.decode()
    one = {"is_person": "yes", "evidence": "54 salariés"}
    assert [console.post(url, one).status_code for _click in range(2)] == [303, 422]
    council.refresh_from_db()
    assert (council.legal_personality, council.account_state) == (True, "none")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("fr", "Dites ce qui le justifie."), ("en", "Explain what this is based on.")],
)
def test_legal_personality_needs_evidence(
    console: SpaceClient, agathe: int, language: str, sentence: str
) -> None:
    speaking(agathe, language)
    url = f"{page_of(make_council('north'))}personality/"
    response = console.post(url, {"is_person": "no", "evidence": " "})
    assert response.status_code == 422
    assert sentence in text_in(response.content)


def test_a_council_with_an_account_stays_a_legal_person(console: SpaceClient) -> None:
    council = make_council("north", account="acct_1")
    assert "Noter" not in text_of(console, page_of(council))
    sent = {"is_person": "no", "evidence": "erreur"}
    response = console.post(f"{page_of(council)}personality/", sent)
    assert response.status_code == 422
    assert "Ce n’est plus possible" in text_in(response.content)


def owed(till: Till) -> Claim:
    make_council("north")
    till.sell(make_campaign(make_shop(), {"north": 10_000}, at=till.at))
    share = Share.objects.get()
    return Claim.objects.create(share=share, amount_cents=900, state="owed", due_at=till.at)


def test_claim_is_written_off_with_a_reason(console: SpaceClient, till: Till) -> None:
    claim = owed(till)
    url, sent = f"/owed/{claim.pk}/", {"reason": "CSE dissous", "seen_cents": "900"}
    assert "Abandonner 9,00 €" in text_of(console, "/transfers/")
    response = console.post(url, sent)
    assert (response.status_code, response["Location"]) == (303, "/transfers/")
    claim.refresh_from_db()
    assert claim.state == "written_off"
    lost = LedgerEntry.objects.filter(account="bad_debt")
    assert [entry.amount_cents for entry in lost] == [900]
    assert console.post(url, sent).status_code == 404


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("fr", "Dites pourquoi : le motif reste"), ("en", "Say why: the reason stays")],
)
def test_claim_is_not_written_off_without_a_reason(
    console: SpaceClient, till: Till, agathe: int, language: str, sentence: str
) -> None:
    speaking(agathe, language)
    claim = owed(till)
    response = console.post(f"/owed/{claim.pk}/", {"reason": "", "seen_cents": "900"})
    assert response.status_code == 422
    assert sentence in text_in(response.content)
    claim.refresh_from_db()
    assert claim.state == "owed"


def test_a_long_history_costs_what_a_short_one_costs(
    console: SpaceClient, till: Till, agathe: int, count_queries: Count
) -> None:
    council = make_council("north")
    operator = User.objects.get(pk=agathe)

    def change(rate_bp: int) -> None:
        offer_terms(council=council, rate_bp=rate_bp, valid_from=till.at, by=operator, at=till.at)
        accept_terms(council=council, by=DELPHINE, at=till.at)

    change(4_500)
    few = count_queries(console, page_of(council))
    change(5_000)
    change(5_500)
    assert len(count_queries(console, page_of(council))) == len(few) <= 13
