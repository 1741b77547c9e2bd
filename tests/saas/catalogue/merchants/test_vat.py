"""French VAT at the merchant's desk: its debtor, the queries to VIES, and their effects."""

import datetime as dt
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from saas.catalogue.merchants import clock, gateway, notifications, tasks
from saas.catalogue.merchants.actions import shops as actions
from saas.catalogue.merchants.models import Merchant, VatCheck
from saas.catalogue.merchants.queries import shops as queries
from saas.catalogue.merchants.rules import vat
from saas.catalogue.merchants.rules.vat import Standing
from saas.kernel.errors import Refused
from tests.factories.billing import answered, make_shop, move_abroad
from tests.fixtures.people import AT, Browse
from tests.saas.catalogue.making import describe_again, owner_of

pytestmark = pytest.mark.django_db

A_DAY = dt.timedelta(days=1)
NUMBER = "DE136695976"
KEHL: dict[str, Any] = {"latitude": Decimal("48.573000"), "longitude": Decimal("7.815000")}
SEAT = {"seat_street": "Hauptstraße 1", "seat_postcode": "77694", "seat_city": "Kehl"}
GERMAN: dict[str, Any] = {"country": "DE", "vat_number": NUMBER, "siren": "", **SEAT}


@pytest.fixture
def vies(settings: Settings, tmp_path: Path) -> Callable[..., None]:
    """Set the answers of the VIES substitute: `vies(DE136695976="no")`; others get a yes."""
    settings.DATA_DIR = tmp_path

    def answers(**answers_by_number: str) -> None:
        (tmp_path / "vies.json").write_text(json.dumps(answers_by_number))

    return answers


@pytest.fixture
def shop() -> Merchant:
    return make_shop()


def standing(shop: Merchant, at: dt.datetime = AT) -> Standing:
    return queries.vat_of(Merchant.objects.get(pk=shop.pk), at=at).standing


def rate(shop: Merchant, at: dt.datetime = AT) -> int:
    return queries.vat_bp(Merchant.objects.get(pk=shop.pk), at=at)


def vat_at(shop: Merchant, at: dt.datetime = AT) -> tuple[Standing, int]:
    return standing(shop, at), rate(shop, at)


@pytest.mark.parametrize(
    ("place", "latitude", "longitude", "french"),
    [
        ("Lyon", 45.7600, 4.8400, True),
        ("Strasbourg, port du Rhin", 48.5730, 7.7950, True),
        ("Kehl", 48.5730, 7.8150, False),
        ("Tourcoing", 50.7240, 3.1600, True),
        ("Mouscron", 50.7440, 3.2060, False),
        ("Hendaye", 43.3580, -1.7740, True),
        ("Irun", 43.3380, -1.7890, False),
        ("Monaco", 43.7380, 7.4240, True),
        ("Fort-de-France", 14.6000, -61.0700, True),
        ("Genève", 46.2000, 6.1500, False),
    ],
)
def test_pin_says_whether_shop_is_in_france(
    place: str, latitude: float, longitude: float, *, french: bool
) -> None:
    shop = Merchant(country="DE", vat_number=NUMBER, latitude=latitude, longitude=longitude)
    assert vat.is_established_in_france(shop) is french, place


def test_shop_in_french_town_pays_french_vat_whatever_number_vies_confirms(shop: Merchant) -> None:
    Merchant.objects.filter(pk=shop.pk).update(country="DE", vat_number=NUMBER, siren="")
    answered(shop, "yes", at=AT - A_DAY)
    view = queries.vat_of(Merchant.objects.get(pk=shop.pk), at=AT)
    assert (view.standing, rate(shop)) == (Standing.IN_FRANCE, 2_000)
    assert "établissement en France" in view.words
    assert "259" in view.words


def test_company_abroad_with_siren_pays_french_vat(shop: Merchant) -> None:
    move_abroad(shop, at=AT - A_DAY)
    assert rate(shop) == 0
    Merchant.objects.filter(pk=shop.pk).update(siren="732829320")
    assert vat_at(shop) == (Standing.IN_FRANCE, 2_000)


def test_french_company_pays_french_vat_and_is_asked_for_nothing(shop: Merchant) -> None:
    assert vat_at(shop) == (Standing.FRENCH, 2_000)
    assert queries.vat_bp(None, at=AT) == 2_000
    assert queries.numbers_to_ask(at=AT) == []


def test_number_is_charged_vat_until_vies_confirms_it(shop: Merchant) -> None:
    move_abroad(shop, answer="", at=AT - 3 * A_DAY)
    assert vat_at(shop) == (Standing.ASKING, 2_000)
    answered(shop, "unreachable", at=AT - 2 * A_DAY)
    assert vat_at(shop) == (Standing.UNREACHABLE, 2_000)
    answered(shop, "yes", at=AT - A_DAY)
    assert vat_at(shop) == (Standing.CONFIRMED, 0)
    answered(shop, "unreachable", at=AT)
    assert vat_at(shop) == (Standing.CONFIRMED, 0)
    answered(shop, "no", at=AT + A_DAY)
    assert vat_at(shop, AT + A_DAY) == (Standing.REFUSED, 2_000)


def test_yes_counts_from_its_moment_until_vies_is_silent_for_three_months(shop: Merchant) -> None:
    move_abroad(shop, answer="", at=AT - 3 * A_DAY)
    answered(shop, "yes", at=AT)
    assert rate(shop, AT - dt.timedelta(seconds=1)) == 2_000
    assert [rate(shop, AT + days * A_DAY) for days in (0, 89)] == [0, 0]
    assert vat_at(shop, AT + 90 * A_DAY) == (Standing.LAPSED, 2_000)


def test_number_typed_again_needs_a_new_answer(shop: Merchant, vies: Callable[..., None]) -> None:
    vies()
    found = describe_again(shop, at=AT - vat.MOVED_FOR, **GERMAN, **KEHL)
    tasks.ask_vies(found.pk, at=AT)
    assert rate(shop) == 0
    other = {**GERMAN, "vat_number": "DE811569869"}
    describe_again(shop, at=AT + A_DAY, **other, **KEHL)
    assert standing(shop, AT + A_DAY) == Standing.ASKING
    describe_again(shop, at=AT + 2 * A_DAY, **GERMAN, **KEHL)
    assert standing(shop, AT + 2 * A_DAY) == Standing.ASKING
    assert queries.numbers_to_ask(at=AT + 2 * A_DAY) == [shop.pk]
    tasks.ask_vies(shop.pk, at=AT + 2 * A_DAY)
    assert rate(shop, AT + 2 * A_DAY) == 0


def test_number_left_untouched_keeps_its_answer(shop: Merchant, vies: Callable[..., None]) -> None:
    vies()
    found = describe_again(shop, at=AT - vat.MOVED_FOR, **GERMAN, **KEHL)
    tasks.ask_vies(found.pk, at=AT)
    describe_again(shop, at=AT + A_DAY, **GERMAN, **KEHL, phone="01 99 00 00 00")
    assert rate(shop, AT + A_DAY) == 0
    assert queries.numbers_to_ask(at=AT + A_DAY) == []


FRENCH: dict[str, Any] = {"latitude": Decimal("47.190000"), "longitude": Decimal("-1.560000")}


def test_pin_moved_across_the_border_changes_no_tax_for_ninety_days(
    shop: Merchant, vies: Callable[..., None]
) -> None:
    vies()
    describe_again(shop, at=AT - A_DAY, **GERMAN, **FRENCH)
    tasks.ask_vies(shop.pk, at=AT - A_DAY)
    assert standing(shop) == Standing.IN_FRANCE
    describe_again(shop, at=AT, **GERMAN, **KEHL)
    assert (standing(shop), rate(shop)) == (Standing.MOVED, 2_000)
    view = queries.vat_of(Merchant.objects.get(pk=shop.pk), at=AT)
    assert "jusqu’au 23/02/2027" in view.words
    assert not view.may_ask
    assert rate(shop, AT + vat.MOVED_FOR - A_DAY) == 2_000
    tasks.ask_vies(shop.pk, at=AT + vat.MOVED_FOR)
    assert rate(shop, AT + vat.MOVED_FOR) == 0


def test_papers_with_an_address_in_france_bear_french_vat_for_good(
    shop: Merchant, vies: Callable[..., None]
) -> None:
    vies()
    found = describe_again(shop, at=AT - vat.MOVED_FOR, **GERMAN, **FRENCH)
    seat = {"seat_street": found.street, "seat_postcode": found.postcode, "seat_city": found.city}
    describe_again(shop, at=AT - vat.MOVED_FOR, **{**GERMAN, **seat}, **KEHL)
    tasks.ask_vies(shop.pk, at=AT)
    assert (standing(shop), rate(shop)) == (Standing.IN_FRANCE, 2_000)


def test_number_is_asked_by_a_job_once_it_is_saved(
    shop: Merchant,
    vies: Callable[..., None],
    django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vies()
    sent: list[tuple[Any, ...]] = []
    monkeypatch.setattr("saas.kernel.tasks.send", lambda *args, **_: sent.append(args))
    with django_capture_on_commit_callbacks(execute=True):
        describe_again(shop, **GERMAN, **KEHL)
    assert sent == [(tasks.check_vat_number, shop.pk)]
    assert not VatCheck.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        describe_again(shop, **{**GERMAN, "country": "FR", "vat_number": "", "siren": "732829320"})
    assert len(sent) == 1


def test_answer_is_kept_with_its_proof(shop: Merchant, vies: Callable[..., None]) -> None:
    vies(**{NUMBER: "yes"})
    move_abroad(shop, answer="", at=AT)
    tasks.ask_vies(shop.pk, asked_by="M-YVES", at=AT)
    check = VatCheck.objects.get()
    assert (check.number, check.answer, check.asked_at) == (NUMBER, "yes", AT)
    assert (check.asked_by, check.failure) == ("M-YVES", "")
    assert Merchant.objects.get(pk=shop.pk).vat_ask_at == AT + 30 * A_DAY
    tasks.ask_vies(shop.pk, at=AT + 29 * A_DAY)
    assert VatCheck.objects.count() == 1
    clock.ask_vies(at=AT + 30 * A_DAY)
    assert VatCheck.objects.count() == 2


def test_silent_vies_is_asked_again_ever_later(shop: Merchant, vies: Callable[..., None]) -> None:
    vies(**{NUMBER: "unreachable"})
    move_abroad(shop, answer="", at=AT)
    at, waits = AT, []
    for _ in range(11):
        tasks.ask_vies(shop.pk, at=at)
        next_at = Merchant.objects.get(pk=shop.pk).vat_ask_at
        assert next_at is not None
        waits.append((next_at - at).total_seconds() / 60)
        at = next_at
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]
    assert set(VatCheck.objects.values_list("answer", "failure")) == {
        ("unreachable", "MS_UNAVAILABLE")
    }
    vies()
    clock.ask_vies(at=at)
    assert rate(shop, at) == 0


def test_refusal_is_mailed_once_and_shown_at_the_desk(
    shop: Merchant, vies: Callable[..., None], browse: Browse
) -> None:
    vies(**{NUMBER: "no"})
    move_abroad(shop, answer="", at=AT)
    tasks.ask_vies(shop.pk, at=AT)
    tasks.ask_vies(shop.pk, at=AT + 7 * A_DAY)
    first, second = VatCheck.objects.order_by("pk")
    assert (first.mailed_at, second.mailed_at) == (None, AT + 7 * A_DAY)
    assert queries.vat_refusals_with_lost_mail(at=AT + A_DAY) == [first.pk]
    tasks.mail_vat_refusal(first.pk)
    tasks.mail_vat_refusal(first.pk)
    (message,) = mail.outbox
    assert NUMBER in message.subject
    assert "prix TVA comprise" in str(message.body)
    desk = browse(owner_of(shop), space="")
    assert "ne connaît pas votre numéro de TVA" in desk.get("/desk/").content.decode()
    page = desk.get("/desk/page/").content.decode()
    assert "faites-le activer" in page
    assert "Redemander à VIES" in page


def test_refusal_after_a_yes_is_mailed_anew(shop: Merchant, vies: Callable[..., None]) -> None:
    move_abroad(shop, at=AT - 40 * A_DAY)
    vies(**{NUMBER: "no"})
    tasks.ask_vies(shop.pk, at=AT)
    assert VatCheck.objects.filter(answer="no", mailed_at=None).count() == 1


def test_mail_on_refusal_is_english_for_who_reads_english(shop: Merchant) -> None:
    owner = owner_of(shop)
    owner.language = "en"
    owner.save()
    notifications.mail_vat_refusal(answered(shop, "no", at=AT))
    assert "does not know" in str(mail.outbox[0].body)


def test_button_has_vies_asked_a_few_times_an_hour(shop: Merchant, browse: Browse) -> None:
    now = timezone.now()
    move_abroad(shop, at=now)
    desk = browse(owner_of(shop), space="")
    Merchant.objects.update(vat_ask_at=now + 900 * A_DAY)
    answer = desk.post("/desk/page/vat/", follow=True)
    assert "demandé à VIES" in answer.content.decode()
    assert queries.numbers_to_ask(at=now + A_DAY) == [shop.pk]
    for _ in range(5):
        answer = desk.post("/desk/page/vat/", follow=True)
    assert "Trop d’essais" in answer.content.decode()


def test_button_without_a_number_of_another_country_says_so(shop: Merchant) -> None:
    with pytest.raises(Refused, match="autre pays"):
        actions.ask_vies_again(merchant=shop, by=owner_of(shop), at=AT)


def test_shops_abroad_are_checked_together(shop: Merchant, django_assert_num_queries: Any) -> None:
    shops = [move_abroad(one, at=AT) for one in (shop, make_shop(), make_shop())]
    with django_assert_num_queries(1):
        queries.vats_of(shops, at=AT)


class Country(http.server.BaseHTTPRequestHandler):
    """The Commission's service, as far as a test needs it."""

    replies: list[tuple[int, bytes]]
    requests: list[dict[str, str]]

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        self.requests.append(json.loads(self.rfile.read(size)))
        status, body = self.replies.pop(0)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Suppress the log."""


@pytest.fixture
def country(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Country]]:
    Country.replies, Country.requests = [], []
    server = http.server.HTTPServer(("127.0.0.1", 0), Country)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(gateway, "URL", f"http://127.0.0.1:{server.server_port}/")
    yield Country
    server.shutdown()
    server.server_close()


def replying(country: type[Country], expected: Any, status: int = 200) -> gateway.Reply:
    body = expected if isinstance(expected, bytes) else json.dumps(expected).encode()
    country.replies.append((status, body))
    return gateway.Vies().ask(NUMBER, requester="FR44732829320")


def test_vies_is_asked_in_our_name_and_its_consultation_number_kept(country: type[Country]) -> None:
    """The fields are those of the REST interface of VIES (European Commission)."""
    values = {
        "countryCode": "DE",
        "vatNumber": "136695976",
        "requestDate": "2026-11-25T11:15:00.000Z",
        "valid": True,
        "requestIdentifier": "WAPIAAAAX3lU8bHe",
        "name": "---",
        "address": "Hauptstraße 1\n77694 Kehl",
    }
    reply = replying(country, values)
    assert country.requests == [
        {
            "countryCode": "DE",
            "vatNumber": "136695976",
            "requesterMemberStateCode": "FR",
            "requesterNumber": "44732829320",
        }
    ]
    assert reply == gateway.Reply(
        VatCheck.Answer.YES, "WAPIAAAAX3lU8bHe", "", "Hauptstraße 1\n77694 Kehl"
    )
    assert replying(country, values | {"valid": False}).answer == "no"


@pytest.mark.parametrize(
    ("body", "status", "failure"),
    [
        ({"actionSucceed": False, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}, 400, "MS_UNAV"),
        ({"valid": False, "errorWrappers": [{"error": "TIMEOUT"}]}, 200, "TIMEOUT"),
        ({"valid": "yes"}, 200, "HTTP 200"),
        (["valid"], 200, "HTTP 200"),
        (b"<html>Bad gateway</html>", 502, "JSONDecodeError"),
        ({}, 500, "HTTP 500"),
    ],
)
def test_unclear_answer_of_vies_counts_as_none(
    country: type[Country], body: Any, status: int, failure: str
) -> None:
    reply = replying(country, body, status)
    assert reply.answer == "unreachable"
    assert failure in reply.failure


def test_vies_that_cannot_be_reached_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "URL", "http://127.0.0.1:1/")
    reply = gateway.Vies().ask(NUMBER, requester="")
    assert (reply.answer, reply.failure) == ("unreachable", "ConnectionError")


def test_stand_in_answers_what_its_file_says(vies: Callable[..., None]) -> None:
    ask = gateway.FileRegister().ask
    assert ask(NUMBER, requester="FR44732829320").answer == "yes"
    vies(**{NUMBER: "no", "*": "unreachable"})
    assert ask(NUMBER, requester="").answer == "no"
    assert ask("BE0411905847", requester="").answer == "unreachable"


def test_production_asks_the_commission(settings: Settings) -> None:
    settings.VAT_REGISTER = "saas.catalogue.merchants.gateway.Vies"
    assert isinstance(gateway.register(), gateway.Vies)
