"""Cases of moderation: reports, decisions, appeals, and the log."""

import datetime as dt

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import retention
from saas.kernel.models import RowNumber, SpaceModel, one_of, reference, waits_or_ended

CASE_RETENTION = dt.timedelta(days=365)
"""A case is kept for a year after the last word: six months to ask for a second look (DSA art. 20),
and as long again for who goes to court."""


def case_reference() -> str:
    """Return a new public reference of a case."""
    return reference("MO")


class Reason(models.TextChoices):
    """The reason of a report, and the rule named by a decision.

    The most frequent come first. Kinds of goods that are forbidden in offers have their sentences
    and sources in `rules/goods.py`.
    """

    MISPLACED = "misplaced", _("Ce n’est pas sa place, ou c’est trompeur")
    SCAM = "scam", _("Une arnaque")
    BUSINESS = "business", _("De la publicité, ou du commerce")
    HARASSMENT = "harassment", _("Du harcèlement")
    HATE = "hate", _("Une injure, ou de la haine")
    PRIVACY = "privacy", _("Une atteinte à la vie privée")
    COUNTERFEIT = "counterfeit", _("Une contrefaçon, ou un objet volé")
    MEDICINE = "medicine", _("Un médicament")
    TOBACCO = "tobacco", _("Du tabac, ou de quoi vapoter")
    ANIMAL = "animal", _("Un animal")
    WEAPON = "weapon", _("Une arme, ou ce qui en tient lieu")
    OTHER = "other", _("Autre chose")


class Case(SpaceModel):
    """A reported item, until its final decision.

    Title, text and address are a copy from the first report: later changes by the author do not
    count, the case is judged by the version that colleagues saw. An item of a neighbouring space
    has no owner: its author is not a member here.
    """

    RETENTION = retention.by_room(CASE_RETENTION, _("Dossiers de modération, après le dernier mot"))

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", _("à examiner")
        DECIDED = "decided", _("décidé")
        APPEALED = "appealed", _("second avis demandé")
        CLOSED = "closed", _("second avis rendu")

    reference = models.CharField(max_length=12, unique=True, default=case_reference)
    kind = models.CharField(max_length=20)
    subject_reference = models.CharField(max_length=48)
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=200)
    owner = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    company_id = models.BigIntegerField(null=True, blank=True)  # of its owner, when reported
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    opened_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True, blank=True)  # by three reports, before any decision
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_reference"],
                condition=one_of("state", ["waiting", "appealed"]),
                name="a_thing_is_judged_in_one_case_at_a_time",
            ),
            models.CheckConstraint(
                condition=waits_or_ended("settled_at"),
                name="a_case_that_was_decided_says_since_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.kind} {self.subject_reference}"

    def get_absolute_url(self) -> str:
        """Return the address where the parties read the decision."""
        return reverse("moderation:decision", args=[self.reference])


class Report(SpaceModel):
    """A colleague's report of an item, with a reason; its author stays unknown to the owner."""

    RETENTION = retention.WITH_PARENT

    id = RowNumber(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=11, choices=Reason)
    words = models.TextField(max_length=1000, blank=True)
    reported_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        ordering = ["reported_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "reporter"],
                name="a_colleague_reports_a_thing_once",
                violation_error_message=_("Vous avez déjà signalé ceci : la modération le verra."),
            ),
            models.CheckConstraint(
                condition=~models.Q(reason="other") | ~models.Q(words=""),
                name="another_reason_is_said_in_words",
                violation_error_message=_("Dites en quelques mots ce qui ne va pas."),
            ),
        ]

    def __str__(self) -> str:
        return f"report of {self.case_id}: {self.reason}"


class Decision(SpaceModel):
    """A moderator's decision of a case, first or on appeal: a statement of reasons.

    It contains the items required by article 17 of the Digital Services Act (Regulation (EU)
    2022/2065): the measure, the facts, the ground in law or in the charter, the use of automated
    means. Its page shows the means of redress. `owner` and `first_by` repeat columns of the case,
    so that a database constraint refuses judges in their own cause.
    """

    RETENTION = retention.WITH_PARENT

    class Instance(models.TextChoices):
        """Whether it is the first word or the second look."""

        FIRST = "first"
        APPEAL = "appeal"

    class Outcome(models.TextChoices):
        """The thing's fate."""

        KEEP = "keep", _("Garder en ligne")
        REMOVE = "remove", _("Retirer")

    class Ground(models.TextChoices):
        """The ground of a removal."""

        LAW = "law", _("la loi")
        CHARTER = "charter", _("la charte de l’espace")

    id = RowNumber(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    instance = models.CharField(max_length=6, choices=Instance)
    outcome = models.CharField(max_length=6, choices=Outcome)
    ground = models.CharField(max_length=7, choices=Ground, blank=True)
    rule = models.CharField(max_length=11, choices=Reason, blank=True)
    facts = models.TextField(max_length=2000)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    owner = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    first_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        ordering = ["decided_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "instance"],
                name="a_case_is_decided_once_in_each_instance",
                violation_error_message=_("Une autre personne vient de décider."),
            ),
            models.CheckConstraint(
                condition=~models.Q(by=models.F("owner")),
                name="nobody_judges_what_is_their_own",
                violation_error_message=_("On ne décide pas de ce que l’on a publié soi-même."),
            ),
            models.CheckConstraint(
                condition=~models.Q(by=models.F("first_by")),
                name="somebody_else_takes_the_second_look",
                violation_error_message=_("Le second avis est rendu par une autre personne."),
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="keep", ground="", rule="")
                | (models.Q(outcome="remove") & ~models.Q(ground="") & ~models.Q(rule="")),
                name="a_removal_names_its_ground",
                violation_error_message=_("Dites quelle règle n’est pas respectée."),
            ),
            models.CheckConstraint(
                condition=~models.Q(facts=""),
                name="a_decision_states_its_facts",
                violation_error_message=_("Dites sur quels faits vous décidez."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instance} decision of {self.case_id}: {self.outcome}"


class Appeal(SpaceModel):
    """A request of the losing party for another moderator's decision."""

    RETENTION = retention.WITH_PARENT

    id = RowNumber(primary_key=True)
    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="appeal")
    appellant = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    words = models.TextField(max_length=1000)
    made_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=~models.Q(words=""), name="an_appeal_says_why")
        ]

    def __str__(self) -> str:
        return f"appeal of {self.case_id}"


class LogLine(SpaceModel):
    """A line of the log for moderators; never edited. A report is logged without a name."""

    RETENTION = retention.WITH_PARENT

    class What(models.TextChoices):
        """The steps of a case."""

        REPORTED = "reported", _("Signalé par un collègue")
        HIDDEN = "hidden", _("Masqué après trois signalements, dans l’attente d’une décision")
        OPENED = "opened", _("Dossier ouvert")
        KEPT = "kept", _("Gardé en ligne")
        REMOVED = "removed", _("Retiré par la modération")
        APPEALED = "appealed", _("Second avis demandé")
        UPHELD = "upheld", _("Second avis : décision confirmée")
        REVERSED = "reversed", _("Second avis : décision changée")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="log")
    what = models.CharField(max_length=8, choices=What)
    moderator = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.what} {self.case_id}"


class Charter(SpaceModel):
    """A version of the rules of the space; the latest applies, as a whole, from `binding_at`.

    Until then is a grace period: members read and accept it, and no page is blocked.
    """

    RETENTION = retention.with_space(_("Chartes"))

    version = models.PositiveIntegerField(unique=True)
    text = models.TextField(max_length=8000)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    binding_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(version__gt=0), name="versions_of_a_charter_begin_with_one"
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="a_charter_says_something"),
            models.CheckConstraint(
                condition=models.Q(binding_at__gte=models.F("published_at")),
                name="a_charter_does_not_bind_before_it_is_read",
            ),
        ]

    def __str__(self) -> str:
        return f"charter {self.version}"


class CharterAcceptance(SpaceModel):
    """A member's acceptance of a version of the charter."""

    RETENTION = retention.with_person(_("Chartes acceptées"))

    id = RowNumber(primary_key=True)
    charter = models.ForeignKey(Charter, on_delete=models.CASCADE, related_name="acceptances")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    accepted_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["charter", "person"], name="a_version_of_the_charter_is_accepted_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} accepted {self.charter_id}"
