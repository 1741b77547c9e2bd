"""A client generated from the API's description reads every list and does the main writes."""

import datetime as dt
import importlib
import inspect
import pkgutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.integrations.rules import scopes_of
from tenants.community.members.models import Role
from tests.api import test_gatherings, test_rides
from tests.api.test_answers import full
from tests.api.test_programs import token_of
from tests.fixtures.people import Browse, SpaceClient, make_user

CONFIG = "post_hooks: []\npackage_name_override: troovon_client\n"
PASSED_ON = ("authorization", "idempotency-key")
FEWEST_LISTS = 18
type Call = Callable[..., Any]

__all__ = ["full"]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The package that openapi-python-client writes; whatever it would leave out fails."""
    folder = tmp_path_factory.mktemp("client")
    described, config = folder / "openapi.yml", folder / "config.yml"
    call_command("spectacular", file=str(described))
    config.write_text(CONFIG)
    words = ["generate", "--path", str(described), "--config", str(config), "--meta", "none"]
    words += ["--output-path", str(folder / "troovon_client"), "--fail-on-warning"]
    program = Path(sys.executable).with_name("openapi-python-client")
    done = subprocess.run(  # noqa: S603 - our own words
        [program, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    return importlib.import_module("troovon_client")


class Direct(httpx.BaseTransport):
    """Hands each request of httpx to Django, without a socket."""

    def __init__(self, browser: SpaceClient) -> None:
        self.browser = browser

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as the web process would."""
        passed = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
        answer = self.browser.generic(
            request.method,
            request.url.raw_path.decode(),
            request.read(),
            content_type=request.headers.get("content-type", ""),
            headers=passed,
        )
        return httpx.Response(
            answer.status_code, headers=dict(answer.headers), content=answer.content
        )


@pytest.fixture(name="calling")
def caller_of(generated: ModuleType, browse: Browse) -> Callable[[User], Call]:
    """Call operations as a person, by the name of their module, and read the typed answer."""

    def calling_as(person: User) -> Call:
        token = token_of(person, *scopes_of("personal"))
        client = generated.AuthenticatedClient(
            base_url=f"https://north.{settings.BASE_HOST}",
            token=token.secret,
            httpx_args={"transport": Direct(browse(None))},
        )

        def call(name: str, *path: str, status: int = 200, **typed: Any) -> Any:
            module = importlib.import_module(f"troovon_client.api.{name}")
            answer = module.sync_detailed(*path, client=client, **_with_body(module, typed))
            assert answer.status_code == status, (name, answer.content.decode())
            return answer.parsed

        return call

    return calling_as


def _with_body(module: ModuleType, typed: dict[str, Any]) -> dict[str, Any]:
    """Return an operation's keyword arguments: its known parameters, and the rest as its body."""
    known = inspect.signature(module.sync_detailed).parameters
    named = {name: value for name, value in typed.items() if name in known}
    body = {name: value for name, value in typed.items() if name not in known}
    if not body:
        return named
    kind = known["body"].annotation
    model = next(one for one in getattr(kind, "__args__", [kind]) if hasattr(one, "from_dict"))
    return {**named, "body": model.from_dict(body)}


def _lists(package: ModuleType) -> list[str]:
    found = importlib.import_module(f"{package.__name__}.api")
    names = [one.name for one in pkgutil.walk_packages(found.__path__, f"{found.__name__}.")]
    return [name.split(".api.")[1] for name in names if name.endswith("_list")]


@pytest.mark.usefixtures("full")
def test_generated_client_reads_every_list(
    generated: ModuleType, calling: Callable[[User], Call], owner: User
) -> None:
    for role in ("kiosk_manager", "administrator"):
        Role.objects.create(user=owner, role=role, given_at=timezone.now())
    call, names = calling(owner), _lists(generated)
    assert len(names) >= FEWEST_LISTS
    for name in names:
        assert call(name) is not None, name


def test_generated_client_puts_a_classified_through_its_life(
    calling: Callable[[User], Call], owner: User, teammate: User
) -> None:
    mine, other = calling(owner), calling(teammate)
    thing = {"kind": "give", "title": "Bocaux en verre", "place": "Hall B"}
    made = mine("classifieds.classifieds_create", status=201, **thing)
    assert (made.title, made.price_cents) == ("Bocaux en verre", None)
    changed = {**thing, "title": "Bocaux"}
    edited = mine("classifieds.classifieds_edit_create", made.reference, **changed)
    assert edited.title == "Bocaux"
    about = {"subject_kind": "classified", "subject_reference": made.reference}
    begun = other("conversations.conversations_create", status=201, **about, text="Bonjour")
    talk = begun.reference
    mine("conversations.conversations_messages_create", talk, status=201, text="Oui")
    assert len(other("conversations.conversations_messages_retrieve", talk).results) == 2
    other("favourites.favourites_create", status=204, reference=made.reference)
    mine("classifieds.classifieds_close_create", made.reference, outcome="here")


def test_generated_client_announces_offers_lends_and_saves(
    calling: Callable[[User], Call], owner: User, teammate: User
) -> None:
    mine, other = calling(owner), calling(teammate)
    outing = mine("gatherings.gatherings_create", status=201, **test_gatherings.payload())
    assert isinstance(outing.starts_at, dt.datetime)
    other("gatherings.gatherings_join_create", outing.reference)
    assert mine("gatherings.gatherings_cancel_create", outing.reference).cancelled_at
    ride = mine("rides.rides_create", status=201, **test_rides.payload())
    mine("rides.rides_close_create", ride.reference)
    deal = {"category": "food", "title": "Menu à 9 €", "description": "Avant midi et quart."}
    made = mine("deals.deals_create", status=201, **deal)
    other("deals.deals_vote_create", made.reference, works=True)
    drill = {"title": "Perceuse", "place": "Hall B"}
    lent = mine("things.things_create", status=201, **drill)
    mine("things.things_withdraw_create", lent.reference)
    search = mine("saved_searches.saved_searches_create", status=201, q="vélo")
    mine("saved_searches.saved_searches_rhythm_create", search.reference, rhythm="never")
    assert mine("people.people_me_create", team="Atelier").team == "Atelier"
    assert timezone.is_aware(outing.starts_at)


def test_generated_client_reads_a_refusal(calling: Callable[[User], Call], owner: User) -> None:
    answer = calling(owner)(
        "classifieds.classifieds_create", status=400, kind="give", title="", place="Hall B"
    )
    assert answer.status == 400
    assert calling(make_user("Ines"))(
        "classifieds.classifieds_retrieve", "PA-ZZZZZZ", status=404
    ).detail
