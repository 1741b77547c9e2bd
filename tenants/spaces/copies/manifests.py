"""The manifest of an archive or of a full copy, checked before anything of the file is used."""

import datetime as dt
import re
import zoneinfo
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from saas.kernel import modules
from saas.kernel.display.accent import SEED
from saas.kernel.errors import Refused
from tenants.spaces import archives
from tenants.spaces.copies import arriving
from tenants.spaces.models import Change, Tenant

_TABLE = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")
_SHA256_BYTES = 32
_LONGEST_HOST = 253
_OF_A_SPACE = {
    *("schema_name", "slug", "name", "kind", "accent", "language", "time_zone", "modules_off"),
    *("companies", "sites", "email_domains"),
}
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+\Z")
_FILE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*\Z")
_FORMAT = re.compile(r"troovon-space-[0-9]{1,6}\Z")


def check_form(manifest: dict[str, Any]) -> None:
    """Raise ValueError, KeyError or TypeError if the manifest has another form than ours."""
    _check_version(manifest)
    for table in manifest["tables"]:
        _check_part(table, _TABLE)
        check(isinstance(table["rows"], int) and isinstance(table["columns"], list))
    _check_files(manifest["files"])
    for value, is_called in manifest["sequences"].values():
        check(isinstance(value, int) and isinstance(is_called, bool))
    _check_space(manifest["space"])
    if "copy" in manifest:
        _check_copy(manifest["copy"])


def _check_files(files: list[dict[str, Any]]) -> None:
    for file in files:
        _check_part(file, _FILE)
    names = [file["name"] for file in files]
    check(len(set(names)) == len(names))


def _check_version(manifest: dict[str, Any]) -> None:
    form = manifest["format"]
    if form in archives.OLDER_FORMATS:
        raise Refused(_older(timezone.localtime(dt.datetime.fromisoformat(manifest["made_at"]))))
    if form != archives.FORMAT and _FORMAT.match(form):
        raise Refused(_newer())
    check(form == archives.FORMAT)


def _older(made_at: dt.datetime) -> str:
    return _(
        "Cette archive a été faite le %(day)s par un Troovon plus ancien, dont les tables ont été"
        " refaites depuis\u00a0: celui-ci ne sait pas la lire, et rien n’a été restauré."
        " Restaurez-la avec le Troovon qui l’a faite, et téléchargez-y la copie de l’espace, qui se"
        " lit sans lui."
    ) % {"day": date_format(made_at, "DATE_FORMAT")}


def _newer() -> str:
    return _(
        "Ce fichier vient d’un Troovon plus récent que celui-ci : mettez d’abord celui-ci à"
        " jour. Rien n’a été restauré."
    )


def _check_copy(copy: dict[str, Any]) -> None:
    """Check the part of a full copy that becomes rows in public."""
    if isinstance(copy["version"], int) and copy["version"] > arriving.VERSION:
        raise Refused(_newer())
    check(copy["version"] == arriving.VERSION)
    for host in copy["hosts"]:
        check(_DOMAIN.match(host) is not None and len(host) <= _LONGEST_HOST)
    for change in copy["changes"]:
        check(change["what"] in Change.What.values)
        check(dt.datetime.fromisoformat(change["at"]).tzinfo is not None)
        check(all(isinstance(change[key], str) for key in ("company", "before", "after", "by")))


def _check_space(space: dict[str, Any]) -> None:
    """Check the fields that each page reads: a wrong value would break the space, or its style."""
    check(set(space) >= _OF_A_SPACE)
    check(space["kind"] in Tenant.Kind.values)
    check(SEED.fullmatch(space["accent"]) is not None)
    check(space["language"] in dict(settings.LANGUAGES))
    check(space["time_zone"] in zoneinfo.available_timezones())
    archives.launch_day_of(space)
    check(set(space["modules_off"].split(" ")) <= {"", *modules.labels()})
    for company in space["companies"]:
        check(not company["colour"] or SEED.fullmatch(company["colour"]) is not None)
        check(company["badge"].isprintable())
    companies = {company["name"] for company in space["companies"]}
    check(set(space.get("company_domains", {}).values()) <= companies)
    for domain in space["email_domains"]:
        check(_DOMAIN.match(domain) is not None)


def check(condition: bool) -> None:  # noqa: FBT001 - what must be so
    """Raise ValueError unless the condition holds."""
    if not condition:
        raise ValueError


def _check_part(part: dict[str, Any], form: re.Pattern[str]) -> None:
    check(form.match(part["name"]) is not None)
    check(".." not in part["name"].split("/"))
    check(isinstance(part["bytes"], int) and part["bytes"] >= 0)
    check(isinstance(part["member"], str) and len(bytes.fromhex(part["sha256"])) == _SHA256_BYTES)
