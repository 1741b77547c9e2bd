"""Lists of staff as tests send, compare and confirm them."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from saas.accounts.models import User
from saas.kernel.uploads.sheets import Line
from tenants.community.members.actions import roster
from tenants.community.members.models import (
    Profile,
    RosterUpload,
)
from tenants.community.members.queries import roster as queries
from tenants.spaces.models import OwnCompany
from tests.fixtures.people import AT, SpaceClient, make_user

IMPORT, PREVIEW, COLUMNS = (f"/admin/people/import/{end}" for end in ("", "preview/", "columns/"))
HEADING = "Adresse e-mail;Prénom;Nom;Entreprise;Site;Langue"
LEA = "lea.morel@else.example;Léa;Morel;North Un;;anglais"
HUGO = "hugo@else.example;Hugo;Petit;north  deux"


def send(client: SpaceClient, *lines: str, heading: str = HEADING, **fields: Any) -> Any:
    content = "\r\n".join([heading, *lines]).encode()
    return client.post(IMPORT, {"file": SimpleUploadedFile("paie.csv", content), **fields})


def plan_of(by: User, *lines: str, company_id: int | None = None) -> queries.Plan:
    rows = [rules_line(number, line) for number, line in enumerate([HEADING, *lines], start=1)]
    staff = roster.upload(by=by, name="paie.csv", lines=rows, company_id=company_id, at=AT)
    return queries.plan(staff, by=by, at=AT)


def rules_line(number: int, words: str) -> Any:
    return Line(number, words.split(";"))


def confirm(by: User, *lines: str, **wanted: Any) -> Any:
    at = wanted.pop("at", AT)
    company_id = wanted.pop("company_id", None)
    plan_of(by, *lines, company_id=company_id)
    answers = {"day": None, "leaving_keys": [], "language": "fr", **wanted}
    RosterUpload.objects.update(sent_at=at)
    return roster.confirm(by=by, at=at, **answers)


def company(name: str) -> int:
    return OwnCompany.objects.get(name=name).pk


def came_by_list(first_name: str, company_name: str = "North Un") -> User:
    person = make_user(first_name)
    Profile.objects.filter(user=person).update(
        joined_by=Profile.Joined.ROSTER, company_id=company(company_name)
    )
    return person
