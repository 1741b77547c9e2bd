"""Downloads of this room's lists for administrators."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from saas.kernel.display import writing
from saas.kernel.values import cells
from tenants.community.members.models import Role
from tenants.community.members.queries import people as queries
from tenants.community.members.views.membership import record_data_access, require_role
from tenants.spaces.requests import MemberRequest


@require_GET
def people(request: MemberRequest) -> HttpResponseBase:
    """Download the members of the list; each of them can read that it was downloaded."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    gone = request.GET.get("gone") == "1"
    scope = queries.scope_of(request.user)
    members = queries.all_members_found(request.GET.get("q", ""), scope=scope, gone=gone)
    what, why = (
        gettext_noop("Liste des membres en fichier"),
        gettext_noop("Gestion des rôles et des comptes"),
    )
    record_data_access(request, *(member.user.pk for member in members), what=what, why=why)
    rows = [_heading(), *(_row(member) for member in members)]
    return cells.download(rows, name=request.space.slug)


def _heading() -> list[str]:
    words = [_("Nom"), _("Prénom"), _("Adresse e-mail"), _("Entreprise"), _("Site"), _("Équipe")]
    return [*words, _("Depuis"), _("Rôles")]


def _row(member: queries.Member) -> list[str]:
    person = member.user
    words = [person.last_name, person.first_name, person.email, member.company, member.site]
    return [
        *(cells.text(word) for word in (*words, member.team)),
        writing.shortdate(member.joined_at) if member.joined_at else "",
        ", ".join(str(role.get_role_display()) for role in member.roles),
    ]
