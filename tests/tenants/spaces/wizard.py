"""A founder in a browser, step by step; jobs run when the test starts them."""

import re
from typing import Any

from celery import Task
from django.conf import settings
from django.core import mail

from saas.kernel.tasks import SCHEMA_HEADER
from tenants.spaces.models import Founding
from tenants.spaces.tasks import foundings as tasks
from tests.fixtures.people import SpaceClient

EMAIL = "camille.aubry@helvane.example"
PERSON = {"email": EMAIL, "first_name": "Camille", "last_name": "Aubry"}
COMPANY = {
    "kind": "company",
    "name": "Helvane",
    "siren": "732 829 320",
    "head_count": "420",
    "language": "fr",
}
PARK = {
    "kind": "park",
    "name": "Les Trois-Moulins",
    "language": "fr",
    "companies-TOTAL_FORMS": "4",
    "companies-INITIAL_FORMS": "4",
    "companies-0-name": "Helvane",
    "companies-0-siren": "732829320",
    "companies-0-head_count": "420",
    "companies-2-name": "Ateliers Brisson",
    "companies-2-siren": "552 100 554",
    "companies-2-head_count": "240",
}
SITE = {
    "name": "Saint-Avel",
    "street": "3, rue des Bateliers",
    "postcode": "38123",
    "city": "Saint-Avel-sur-Loge",
    "head_count": "420",
    "break_starts": "12:00",
    "break_ends": "13:30",
    "gate_name": "Porte Sud",
    "latitude": "45,1885",
    "longitude": "5,7245",
}
APPEARANCE = {"accent": "#7b3fa0", "password": "la loge coule sous le pont"}


def run(task: Task[Any, None], *ids: Any) -> None:
    """Run a job as the worker would."""
    task.apply(args=ids, headers={SCHEMA_HEADER: "public"}, throw=True)


class Wizard:
    """A browser on the public host, and the founding that it works on."""

    def __init__(self, language: str = "fr") -> None:
        self.client = SpaceClient(settings.BASE_HOST)
        self.client.defaults["HTTP_ACCEPT_LANGUAGE"] = language

    @property
    def founding(self) -> Founding:
        """Return the founding from the database."""
        return Founding.objects.select_related("tenant").latest("created_at")

    def url(self, page: str) -> str:
        return f"/start/{self.founding.reference}/{page}/"

    def post(self, page: str, answers: dict[str, str]) -> Any:
        return self.client.post(self.url(page), answers)

    def start(self, **other: str) -> Any:
        return self.client.post("/start/", {**PERSON, **other})

    def link(self) -> str:
        """Have the mail sent, and return the path of its link."""
        run(tasks.mail_link, self.founding.pk)
        found = re.search(r"https?://\S+", str(mail.outbox[-1].body))
        assert found is not None
        return self.client.on(found[0])

    def judged(self, slug: str) -> dict[str, Any]:
        """Return the answer that a script displays while a subdomain is typed."""
        query, headers = {"slug": slug}, {"Accept": "application/json"}
        read: dict[str, Any] = self.client.get(self.url("available"), query, headers=headers).json()
        return read

    def confirmed(self, email: str = EMAIL) -> "Wizard":
        """Go as far as a confirmed address."""
        self.start(email=email)
        assert self.client.post(self.link()).status_code == 303
        return self

    def described(self, name: str = "Helvane") -> "Wizard":
        """Go as far as a company on its site."""
        self.confirmed(email=f"camille.aubry@{name.lower()}.example")
        assert self.post("company", {**COMPANY, "name": name}).status_code == 303
        assert self.post("site", SITE).status_code == 303
        return self

    def named(self, slug: str = "helvane") -> "Wizard":
        """Go as far as a reserved subdomain."""
        self.described()
        assert self.post("address", {"slug": slug}).status_code == 303
        return self

    def queued(self) -> "Wizard":
        """Go as far as a space that waits to be built."""
        self.named()
        assert self.post("look", APPEARANCE).status_code == 303
        return self

    def build(self) -> "Wizard":
        """Let the founder's process work."""
        run(tasks.build_space, self.founding.pk)
        return self


def words_of(response: Any) -> str:
    """Return the text of a page with each run of white space as a single space."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"[ \n\t]+", " ", text)
