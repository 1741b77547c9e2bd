"""Rules of a list of staff: its columns, the fields of a line, the day of its invitations."""

import datetime as dt
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saas.accounts.models import normal_email
from saas.kernel.display.writing import num, shortdate
from saas.kernel.errors import Refused
from saas.kernel.uploads import sheets
from saas.kernel.uploads.sheets import Line
from tenants.community.members.models import RosterUpload
from tenants.spaces.rules.names import check_person

EMAIL, FIRST_NAME, LAST_NAME = "email", "first_name", "last_name"
COMPANY, SITE, LANGUAGE = "company", "site", "language"
REQUIRED = (EMAIL, FIRST_NAME, LAST_NAME)
ENTERS, LEAVES = "enters", "leaves"
# Fields of which a list may differ from an invitation; then the dates of a contract.
COMPARED = (FIRST_NAME, LAST_NAME, COMPANY, SITE, LANGUAGE)
FIELDS = (EMAIL, *COMPARED, ENTERS, LEAVES)
LABELS = {
    EMAIL: gettext_lazy("Adresse e-mail"),
    FIRST_NAME: gettext_lazy("Prénom"),
    LAST_NAME: gettext_lazy("Nom"),
    COMPANY: gettext_lazy("Entreprise"),
    SITE: gettext_lazy("Site"),
    LANGUAGE: gettext_lazy("Langue"),
    ENTERS: gettext_lazy("Date d’entrée"),
    LEAVES: gettext_lazy("Date de sortie"),
}
# Headings that payroll programs write, as `plain` leaves them.
HEADINGS = {
    EMAIL: "adresseemail email mail courriel adressemail adresseelectronique emailprofessionnel "
    "adresseprofessionnelle adresseemailprofessionnelle mailprofessionnel mailpro emailpro "
    "emailaddress workemail workaddress workemailaddress",
    FIRST_NAME: "prenom prenomusuel prenomdusage firstname givenname forename",
    LAST_NAME: "nom nomdefamille nomusuel nomdusage lastname surname familyname name",
    COMPANY: "entreprise societe company employer employeur raisonsociale",
    SITE: "site etablissement lieu lieudetravail location office worksite",
    LANGUAGE: "langue language",
    ENTERS: "datedentree dateentree entree datedembauche dateembauche embauche startdate hiredate "
    "entrydate debutdecontrat",
    LEAVES: "datedesortie datesortie sortie datededepart datedepart depart enddate exitdate "
    "leavingdate terminationdate findecontrat datefincontrat datedefindecontrat",
}
_LANGUAGES = {"fr": "fr francais french frfr", "en": "en anglais english engb enus"}
LONGEST_NAME = 60
EXCEL_BEGINS, EXCEL_DIGITS = dt.date(1899, 12, 30), 5

UPLOAD_RETENTION = dt.timedelta(days=1)
MOST_ATTEMPTS = 2  # to read a file
READ_WITHIN = dt.timedelta(minutes=5)
# From the day on which the mail leaves.
INVITED_FOR = dt.timedelta(days=60)
HOUR_OF_MAILS = dt.time(8)
MOST_DAYS_AHEAD = 90
MOST_WAITING = 30_000
# Moves and closings are settled in all rooms while the administrator waits.
MOST_SETTLED = 100
IMPORTS_A_DAY, A_DAY_SECONDS = 20, 24 * 3600
REMINDED_AFTER = dt.timedelta(days=3)
NEXT_TRY = dt.timedelta(hours=1)
MAILED_AT_ONCE = 200


class Entry(NamedTuple):
    """A line with all the data of an invitation; site and language may be empty."""

    number: int
    email: str
    first_name: str
    last_name: str
    company_id: int | None
    site_id: int | None
    language: str
    enters_on: dt.date | None = None
    leaves_on: dt.date | None = None

    def has_left(self, today: dt.date) -> bool:
        """Return True if the person left before a day."""
        return self.leaves_on is not None and self.leaves_on < today

    @property
    def name(self) -> str:
        """The name as lists show it."""
        return f"{self.first_name} {self.last_name}"


class Problem(NamedTuple):
    """A line without an invitation, with a sentence about its correction."""

    number: int
    words: dict[str, str]
    sentence: str


class Places(NamedTuple):
    """The companies, sites and mail domains that a line may name.

    `scope`: the companies of the administrator; `company_id`: the company of all lines.
    """

    companies: Mapping[int, str]
    sites: Mapping[int, str]
    domains: Mapping[str, int | None]
    scope: frozenset[int] | None
    company_id: int | None


def plain(words: str) -> str:
    """Return words as they are compared: no accents, no signs, no capitals."""
    parts = words.casefold()
    if not parts.isascii():
        parts = unicodedata.normalize("NFKD", parts)
    return "".join(sign for sign in parts if sign.isalnum())


def fields_of(*, names_company: bool) -> tuple[str, ...]:
    """Return the fields of a list; the company only if each line names its own."""
    return tuple(field for field in FIELDS if names_company or field != COMPANY)


def recognised(heading: Sequence[str], fields: Collection[str]) -> dict[str, int]:
    """Return the column of each field with a recognised heading."""
    found: dict[str, int] = {}
    for column, words in enumerate(heading):
        for field in fields:
            if field not in found and plain(words) in HEADINGS[field].split():
                found[field] = column
                break
    return found


def is_complete(columns: Mapping[str, int]) -> bool:
    """Return True if the columns required for an invitation are known."""
    return set(REQUIRED) <= columns.keys()


def check_columns(columns: Mapping[str, int], many: int) -> None:
    """Raise Refused if a column is missing, does not exist, or is used twice."""
    for field in REQUIRED:
        if field not in columns:
            raise Refused(_("Choisissez la colonne où le lire."), field=field)
    seen: set[int] = set()
    for field, column in columns.items():
        if column in seen or not 0 <= column < many:
            raise Refused(_("Cette colonne sert déjà\u00a0: choisissez-en une autre."), field=field)
        seen.add(column)


def headed(lines: Sequence[Line]) -> tuple[list[str], list[list[str | int]]]:
    """Return the headings and the rows, each with its number; a list may have no headings."""
    first = lines[0].cells
    width = max(len(line.cells) for line in lines)
    rows: list[list[str | int]] = [
        [line.number, *line.cells, *[""] * (width - len(line.cells))] for line in lines
    ]
    blank = [""] * (width - len(first))
    if any("@" in cell for cell in first):
        return [""] * width, rows
    return [*first, *blank], rows[1:]


def take_columns(upload: RosterUpload, columns: Mapping[str, int]) -> None:
    """Leave of a list these columns alone."""
    upload.rows = [
        [row[0], *(row[column + 1] for column in columns.values())] for row in upload.rows
    ]
    upload.heading = [upload.heading[column] for column in columns.values()]
    upload.columns = {field: place for place, field in enumerate(columns)}


def check_upload(upload: RosterUpload | None) -> RosterUpload:
    """Return the list to confirm. Raises Refused if it is missing or has not been read yet."""
    if upload is None:
        raise Refused(
            _(
                "Aucune liste n’attend ici\u00a0: elle a été confirmée, ou effacée après un jour. "
                "Envoyez-la de nouveau."
            )
        )
    if upload.state == RosterUpload.State.WAITING:
        raise Refused(_("Votre liste est encore en lecture\u00a0: quelques secondes."))
    if upload.state == RosterUpload.State.FAILED:
        raise Refused(sheets.sentence(upload.failure))
    return upload


def check_company_is_named(company_id: int | None, scope: frozenset[int] | None) -> None:
    """Raise Refused if the user does not administer the company of the list."""
    if scope is not None and company_id not in scope:
        raise Refused(_("Choisissez l’entreprise de cette liste."), field="company_id")


def entry_of(number: int, words: Mapping[str, str], places: Places) -> Entry:
    """Return the entry of a line. Raises Refused with the error in it."""
    email = _address(words.get(EMAIL, ""))
    return Entry(
        number,
        email,
        _name(words.get(FIRST_NAME, ""), FIRST_NAME),
        _name(words.get(LAST_NAME, ""), LAST_NAME),
        _company(words.get(COMPANY, ""), email, places),
        _site(words.get(SITE, ""), places),
        _language(words.get(LANGUAGE, "")),
        _day(words.get(ENTERS, "")),
        _day(words.get(LEAVES, "")),
    )


def _address(words: str) -> str:
    if not words:
        raise Refused(
            _(
                "Pas d’adresse e-mail\u00a0: cette personne entre avec le code d’une affiche, sur "
                "la page Inviter."
            )
        )
    try:
        validate_email(words)
    except ValidationError as error:
        raise Refused(_("L’adresse e-mail n’est pas complète, ou mal écrite.")) from error
    return normal_email(words)


def _day(words: str) -> dt.date | None:
    """Return a date as spreadsheets write it; a number counts days since 1899, as Excel does."""
    if not words:
        return None
    if words.isascii() and words.isdigit() and len(words) == EXCEL_DIGITS:
        return EXCEL_BEGINS + dt.timedelta(days=int(words))
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y"):
        try:
            return dt.datetime.strptime(words.split(" ", maxsplit=1)[0], form).date()  # noqa: DTZ007 - a day
        except ValueError:
            continue
    raise Refused(_("Écrivez les dates comme 31/12/2026."))


def _name(words: str, field: str) -> str:
    if not words:
        first = field == FIRST_NAME
        raise Refused(_("Il manque le prénom.") if first else _("Il manque le nom."))
    if len(words) > LONGEST_NAME:
        raise Refused(_("Ce nom a plus de %(most)s signes.") % {"most": num(LONGEST_NAME)})
    check_person(words)
    return words


def _company(words: str, email: str, places: Places) -> int | None:
    """Return the company of a line. Raises Refused if another company has proven its domain."""
    chosen = _company_named(words, email, places)
    proven = places.domains.get(email.rpartition("@")[2])
    if proven is not None and proven in places.companies and proven != chosen:
        raise Refused(
            _("Cette adresse est d’un domaine de «\u00a0%(name)s\u00a0».")
            % {"name": places.companies[proven]}
        )
    if places.scope is not None and chosen not in places.scope:
        raise Refused(_("Vous n’administrez pas cette entreprise."))
    return chosen


def _company_named(words: str, email: str, places: Places) -> int | None:
    if places.company_id is not None:
        return places.company_id
    if not words:
        proven = places.domains.get(email.rpartition("@")[2])
        if proven is None:
            raise Refused(_("Il manque l’entreprise."))
        return proven
    company_id = _named(words, places.companies)
    if company_id is None:
        raise Refused(
            _("Aucune entreprise ne s’appelle «\u00a0%(words)s\u00a0» ici.") % {"words": words}
        )
    return company_id


def _site(words: str, places: Places) -> int | None:
    site_id = _named(words, places.sites)
    if words and site_id is None:
        raise Refused(_("Aucun site ne s’appelle «\u00a0%(words)s\u00a0» ici.") % {"words": words})
    return site_id


def _named(words: str, places: Mapping[int, str]) -> int | None:
    found = (place_id for place_id, name in places.items() if plain(name) == plain(words))
    return next(found, None)


def _language(words: str) -> str:
    if not words:
        return ""
    for code, known in _LANGUAGES.items():
        if plain(words) in known.split():
            return code
    raise Refused(_("Écrivez «\u00a0français\u00a0» ou «\u00a0anglais\u00a0»."))


def read_lines(
    rows: Sequence[Sequence[str | int]],
    read: Callable[[int, dict[str, str]], Entry],
    fields: list[str],
) -> tuple[list[Entry], list[Problem], frozenset[str]]:
    """Return the valid lines, the invalid lines, and each address in the list."""
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for number, *cells in rows:
        words = dict(zip(fields, map(str, cells), strict=False))
        try:
            entry = read(int(number), words)
            check_is_first(entries.get(entry.email))
        except Refused as refusal:
            problems.append(Problem(int(number), words, refusal.sentence))
        else:
            entries[entry.email] = entry
    named = {normal_email(problem.words.get(EMAIL, "")) for problem in problems}
    return list(entries.values()), problems, frozenset(named | entries.keys())


def check_is_first(before: Entry | None) -> None:
    """Refuse an address that an earlier line has."""
    if before is not None:
        raise Refused(_("La ligne %(number)s a la même adresse.") % {"number": num(before.number)})


def check_day(day: dt.date | None, *, launches_on: dt.date | None, today: dt.date) -> None:
    """Raise Refused if the day of the invitations is past, too far away or before the launch."""
    if day is not None and launches_on is not None and day < launches_on:
        raise Refused(
            _(
                "Le lancement est le %(day)s\u00a0: choisissez ce jour ou un jour d’après, ou "
                "changez d’abord le jour du lancement."
            )
            % {"day": shortdate(launches_on)},
            field="day",
        )
    last = max(today, launches_on or today) + dt.timedelta(days=MOST_DAYS_AHEAD)
    if day is not None and not today <= day <= last:
        raise Refused(
            _("Choisissez un jour d’aujourd’hui au %(last)s.") % {"last": shortdate(last)},
            field="day",
        )


def due_at(day: dt.date | None, *, at: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """Return when the invitations leave: now, or in the morning of a day."""
    return at if day is None else dt.datetime.combine(day, HOUR_OF_MAILS, tzinfo=zone)


def check_waiting(many: int) -> None:
    """Refuse more invitations at a time than a large company has people."""
    if many > MOST_WAITING:
        raise Refused(
            _(
                "Il y aurait plus de %(most)s invitations en attente. Retirez d’abord celles qui "
                "ne servent plus."
            )
            % {"most": num(MOST_WAITING)}
        )


def check_has_something(many: int) -> None:
    """Raise Refused if a confirmation would change nothing."""
    if not many:
        raise Refused(_("Il n’y a rien à faire\u00a0: cochez qui est parti, ou changez de liste."))


def check_reminds(many: int) -> None:
    """Raise Refused if there is no invitation to remind of."""
    if not many:
        raise Refused(
            _(
                "Personne n’est à relancer\u00a0: une invitation se rappelle une fois, trois jours "
                "après son envoi au plus tôt."
            )
        )
