"""An operator opens and ends a park's councils, answers requests, and sees late councils."""

from billing.councils.actions.accounts import ask_personality
from billing.councils.actions.councils import decline_terms
from billing.models import Council, ShareTerms
from tenants.spaces.models import Company
from tests.factories.billing import make_council
from tests.factories.records import DELPHINE
from tests.fixtures.people import AT, SpaceClient
from tests.tenants.community.council.reading import text_in, text_of

PARK = "/spaces/north/councils/"


def company(name: str) -> Company:
    return Company.objects.get(name=name)


def page_of(council: Council) -> str:
    return f"/councils/{council.reference}/"


def test_a_company_of_a_park_gets_its_council(console: SpaceClient) -> None:
    make_council("north")
    sent = {"company": company("North Un").pk, "rate_bp": "42,5"}
    response = console.post(PARK, sent)
    made = Council.objects.get(company__name="North Un")
    assert (response.status_code, response["Location"]) == (303, page_of(made))
    assert ShareTerms.objects.get(council=made).rate_bp == 4_250
    page = text_of(console, PARK)
    assert "CSE north" in page
    assert "CSE North Un" in page
    again = console.post(PARK, sent)
    assert again.status_code == 422
    assert "sans CSE encore" in text_in(again.content)


def test_company_of_elsewhere_or_a_rate_that_cannot_be_opens_nothing(console: SpaceClient) -> None:
    own = company("North Un").pk
    stranger = Company.objects.exclude(tenant__schema_name="north").earliest("pk")
    for chosen in (stranger.pk, 0, "x", ""):
        assert console.post(PARK, {"company": chosen, "rate_bp": "40"}).status_code == 422
    for rate in ("", "101", "beaucoup"):
        assert console.post(PARK, {"company": own, "rate_bp": rate}).status_code == 422
    assert not Council.objects.exists()


def test_a_space_of_one_company_opens_no_further_council(console: SpaceClient) -> None:
    assert "Ouvrir le CSE d’une entreprise" not in text_of(console, "/spaces/south/councils/")
    assert console.get("/spaces/nowhere/councils/").status_code == 404


def test_council_among_several_ends_with_a_reason(console: SpaceClient) -> None:
    own, other = make_council("north"), make_council("north", company="North Un")
    assert console.post(f"{page_of(own)}end/", {"reason": " "}).status_code == 422
    assert console.post(f"{page_of(own)}end/", {"reason": "repris"}).status_code == 303
    page = text_of(console, page_of(own))
    assert "Plus de part nouvelle depuis le" in page
    assert "Fin des parts nouvelles" in page
    last = console.post(f"{page_of(other)}end/", {"reason": "fini"})
    assert last.status_code == 422
    assert "seul CSE de cet espace" in text_in(last.content)


def test_head_count_is_noted_with_what_it_was_or_refused(console: SpaceClient) -> None:
    council = make_council("north")
    url = f"{page_of(council)}heads/"
    for typed in ("", "0", "-4", "beaucoup", "1e3", "99999999999999999999"):
        assert console.post(url, {"weight": typed}).status_code == 422, typed
    council.refresh_from_db()
    assert council.weight == 100
    assert console.post(url, {"weight": "320"}).status_code == 303
    page = text_of(console, page_of(council))
    assert "320 salariés" in page
    assert "100 → 320" in page


def test_councils_that_ask_declined_or_are_in_trouble_are_listed(console: SpaceClient) -> None:
    asks = make_council("north")
    Council.objects.update(account_state="no_legal_personality", legal_personality=False)
    ask_personality(council=asks, evidence="54 salariés", by=DELPHINE, at=AT)
    declines = make_council("north", company="North Un", accepted=False)
    decline_terms(council=declines, reason="Trop peu", by=DELPHINE, at=AT)
    lost = make_council("south", account="acct_1")
    Council.objects.filter(pk=lost.pk).update(account_state="rejected")
    page = text_of(console, "/councils/")
    assert "dit avoir la personnalité morale" in page
    assert "a décliné ses conditions : Trop peu" in page
    assert "Compte refusé" in page
    home = text_of(console, "/")
    assert "1 CSE dit avoir la personnalité morale" in home
    assert "1 CSE a décliné ses conditions" in home
    assert "1 CSE dont Stripe ne tient plus le compte" in home
    assert "Delphine Marchal : 54 salariés" in text_of(console, page_of(asks))


def test_a_council_is_answered_that_it_is_not_yet_a_person(console: SpaceClient) -> None:
    council = make_council("north")
    Council.objects.update(account_state="no_legal_personality", legal_personality=False)
    url = f"{page_of(council)}not-yet/"
    assert console.post(url, {"reason": "48 en juin"}).status_code == 422
    ask_personality(council=council, evidence="51", by=DELPHINE, at=AT)
    assert console.post(url, {"reason": ""}).status_code == 422
    assert console.post(url, {"reason": "48 en juin"}).status_code == 303
    assert "Personnalité morale pas encore notée" in text_of(console, page_of(council))
