"""Resources of a space."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from api.description import SpaceDescription, reference
from api.v1.administration import Companies, CouncilSums, Modules, Usage
from api.v1.classifieds import Classifieds
from api.v1.conversations import Conversations, Meetings
from api.v1.deals import Deals
from api.v1.gatherings import Gatherings
from api.v1.loans import Loans
from api.v1.media import Media
from api.v1.moderation import ModerationCases, Reports
from api.v1.notifications import Notifications, NotificationSwitches
from api.v1.offers import Offers
from api.v1.people import People
from api.v1.rides import RideBookings, Rides
from api.v1.roster import Roster
from api.v1.screens import Screens
from api.v1.search import Favourites, SavedSearches, Search
from api.v1.shared_items import SharedItems
from api.v1.things import Things
from saas.accounts.access import opened, program

app_name = "api"
router = SimpleRouter()
router.register("classifieds", Classifieds, basename="classified")
router.register("conversations", Conversations, basename="conversation")
router.register("meetings", Meetings, basename="meeting")
router.register("deals", Deals, basename="deal")
router.register("offers", Offers, basename="offer")
router.register("gatherings", Gatherings, basename="gathering")
router.register("things", Things, basename="thing")
router.register("loans", Loans, basename="loan")
router.register("media", Media, basename="medium")
router.register("screens", Screens, basename="screen")
router.register("rides", Rides, basename="ride")
router.register("ride-bookings", RideBookings, basename="ride-booking")
router.register("notifications", Notifications, basename="notification")
router.register("notification-switches", NotificationSwitches, basename="notification-switch")
router.register("people", People, basename="person")
router.register("companies", Companies, basename="company")
router.register("modules", Modules, basename="module")
router.register("usage", Usage, basename="usage")
router.register("council", CouncilSums, basename="council")
router.register("roster", Roster, basename="roster")
router.register("reports", Reports, basename="report")
router.register("moderation-cases", ModerationCases, basename="moderation-case")
router.register("neighbours", SharedItems, basename="neighbour")
router.register("search", Search, basename="search")
router.register("saved-searches", SavedSearches, basename="saved-search")
router.register("favourites", Favourites, basename="favourite")
urlpatterns = [
    path("", reference, name="reference"),
    path("openapi.json", SpaceDescription.as_view(), name="openapi"),
    *router.urls,
]
access = (
    program("api:gathering-list", get="in:200", post="in:400"),
    program("api:search-list", get="in:200"),
    program("api:saved-search-list", get="in:200", post="in:422"),
    program("api:saved-search-detail", "own search", get="in:404 member:200"),
    program("api:saved-search-detail", "foreign search", get="in:404"),
    program("api:saved-search-rhythm", "own search", post="in:404 member:400"),
    program("api:saved-search-forget", "spare search", post="in:404 member:204"),
    program("api:favourite-list", get="in:200", post="in:400"),
    program("api:favourite-unmark", post="in:400"),
    program("api:gathering-detail", "own gathering", get="in:200"),
    program("api:gathering-detail", "company's gathering", get="in:404 other:200"),
    program("api:gathering-detail", "foreign gathering", get="in:404"),
    program("api:gathering-edit", "own gathering", post="in:400"),
    program("api:gathering-edit", "company's gathering", post="in:404 other:400"),
    program("api:gathering-edit", "foreign gathering", post="in:404"),
    program("api:gathering-cancel", "spare gathering", post="in:403 member:200"),
    program("api:gathering-cancel", "foreign gathering", post="in:404"),
    program("api:gathering-join", "own gathering", post="in:200"),
    program("api:gathering-join", "company's gathering", post="in:404 other:200"),
    program("api:gathering-join", "foreign gathering", post="in:404"),
    program("api:gathering-leave", "own gathering", post="in:200"),
    program("api:gathering-leave", "foreign gathering", post="in:404"),
    program("api:gathering-budget", "own gathering", post="in:400"),
    program("api:gathering-budget", "company's gathering", post="in:404 other:400"),
    program("api:gathering-budget", "foreign gathering", post="in:404"),
    program("api:person-detail", "ref other", get="in:200"),
    program("api:person-detail", "ref gone", get="in:404"),
    program("api:person-detail", "ref foreigner", get="in:404"),
    program("api:person-me", get="in:200", post="in:200"),
    program("api:company-list", get="in:403 local,admin:200"),
    program("api:module-list", get="in:403 local,admin:200"),
    program("api:usage-list", get="in:403 local,admin:200"),
    program("api:council-list", get="in:403 local,admin:200"),
    program("api:roster-list", get="in:403 local,admin:200"),
    program("api:roster-send", post="in:403 local,admin:415"),
    program("api:roster-preview", get="in:403 local,admin:422"),
    program("api:roster-columns", post="in:403 local,admin:400"),
    program("api:roster-confirm", post="in:403 local,admin:422"),
    program("api:roster-discard", post="in:403 local,admin:200"),
    program("api:roster-undo", post="in:403 local,admin:422"),
    program("api:roster-remind", post="in:403 local,admin:422"),
    program("api:ride-list", get="in:200", post="in:400"),
    program("api:ride-detail", "own ride", get="in:200"),
    program("api:ride-detail", "company's ride", get="in:404 other:200"),
    program("api:ride-detail", "foreign ride", get="in:404"),
    program("api:ride-close", "spare ride", post="in:403 member:200"),
    program("api:ride-close", "foreign ride", post="in:404"),
    program("api:ride-cancel-day", "own ride", post="in:400"),
    program("api:ride-cancel-day", "foreign ride", post="in:404"),
    program("api:ride-ask", "own ride", post="in:400"),
    program("api:ride-ask", "company's ride", post="in:404 other:400"),
    program("api:ride-ask", "foreign ride", post="in:404"),
    program("api:ride-booking-detail", "accepted booking", get="in:404 member,other:200"),
    program("api:ride-booking-accept", "accepted booking", post="in:404 member:200 other:403"),
    program("api:ride-booking-decline", "accepted booking", post="in:404 member:422 other:403"),
    program("api:ride-booking-cancel", "cancelled booking", post="in:404 member,other:200"),
    program("api:notification-list", get="in:200"),
    program("api:notification-read", "own notification", post="in:404 member:204"),
    program("api:notification-read", "foreign notification", post="in:404"),
    program("api:notification-read-all", post="in:204"),
    program("api:notification-switch-list", get="in:200", post="in:400"),
    program("api:notification-switch-habits", get="in:200", post="in:400"),
    program("api:notification-switch-resume-digests", post="in:200"),
    program("api:notification-switch-resume-mails", post="in:200"),
    program("api:medium-list", get="in:200"),
    program("api:medium-detail", "council's medium", get="in:200"),
    program("api:medium-detail", "foreign medium", get="in:404"),
    program("api:medium-borrow", "lent medium", post="in:200"),
    program("api:medium-borrow", "council's medium", post="in:422"),
    program("api:medium-borrow", "foreign medium", post="in:404"),
    program("api:medium-give-back", "lent medium", post="in:200"),
    program("api:medium-give-back", "foreign medium", post="in:404"),
    program("api:medium-mark", "council's medium", post="in:400"),
    program("api:medium-mark", "foreign medium", post="in:404"),
    program("api:medium-stop-waiting", "lent medium", post="in:200"),
    program("api:medium-stop-waiting", "foreign medium", post="in:404"),
    program("api:offer-list", get="in:200"),
    program("api:offer-detail", "offer of merchant", get="in:200"),
    program("api:offer-detail", "OF-XX", get="in:404"),
    program("api:offer-code", "offer of merchant", get="in:404", post="in:204"),
    program("api:offer-code", "OF-XX", get="in:404", post="in:404"),
    opened("api:reference", get="all:200"),
    program("api:classified-edit", "own classified", post="in:400"),
    program("api:classified-edit", "company's classified", post="in:404 other:400"),
    program("api:classified-edit", "foreign classified", post="in:404"),
    program("api:classified-renew", "own classified", post="in:403 member:422"),
    program("api:classified-renew", "foreign classified", post="in:404"),
    program("api:classified-reserve", "own classified", post="in:400"),
    program("api:classified-reserve", "company's classified", post="in:404 other:400"),
    program("api:classified-reserve", "foreign classified", post="in:404"),
    program("api:classified-release", "own classified", post="in:403 member:200"),
    program("api:classified-release", "company's classified", post="in:404 other:200"),
    program("api:classified-release", "foreign classified", post="in:404"),
    program("api:classified-thank", "own classified", post="in:403"),
    program("api:classified-thank", "company's classified", post="in:404 other:403"),
    program("api:classified-thank", "foreign classified", post="in:404"),
    program("api:conversation-list", get="in:200", post="in:400"),
    program("api:conversation-detail", "own conversation", get="in:404 member,other:200"),
    program("api:conversation-detail", "their conversation", get="in:404 other,admin:200"),
    program("api:conversation-detail", "XX", get="in:404"),
    program(
        "api:conversation-messages",
        "own conversation",
        get="in:404 member,other:200",
        post="in:404 member,other:400",
    ),
    program(
        "api:conversation-messages",
        "their conversation",
        get="in:404 other,admin:200",
        post="in:404 other,admin:400",
    ),
    program("api:conversation-read", "own conversation", post="in:404 member,other:200"),
    program("api:conversation-blocked", get="in:200"),
    program("api:conversation-block", "their conversation", post="in:404 other,admin:204"),
    program("api:conversation-unblock", "own conversation", post="in:404 member,other:204"),
    program("api:conversation-propose", "own conversation", post="in:404 member,other:400"),
    program("api:conversation-accept", "own conversation", post="in:404 member,other:422"),
    program("api:conversation-refuse", "own conversation", post="in:404 member,other:422"),
    program("api:conversation-cancel", "own conversation", post="in:404 member,other:422"),
    program("api:meeting-list", get="in:200"),
    program("api:screen-list", get="in:403 kiosk,admin:200"),
    program("api:screen-detail", "own screen", get="in:403 kiosk,admin:200"),
    program("api:screen-detail", "foreign screen", get="in:403 kiosk,admin:404"),
    program("api:screen-place", "own screen", post="in:403 kiosk,admin:400"),
    program("api:screen-place", "foreign screen", post="in:403 kiosk,admin:404"),
    program("api:screen-unpair", "spare screen", post="in:403 kiosk,admin:204"),
    program("api:screen-unpair", "foreign screen", post="in:403 kiosk,admin:404"),
    program("api:report-list", get="in:200", post="in:400"),
    program("api:moderation-case-list", get="in:200"),
    program("api:moderation-case-detail", "decided case", get="in:404 member,other:200"),
    program("api:moderation-case-detail", "waiting case", get="in:404 other:200"),
    program("api:moderation-case-appeal", "decided case", post="in:404 member,other:400"),
    program("api:moderation-case-appeal", "XX", post="in:404"),
    program("api:neighbour-list", get="in:200"),
    opened("api:openapi", get="all:200", options="all:200"),
    program("api:deal-list", get="in:200", post="in:400"),
    program("api:deal-detail", "own deal", get="in:200"),
    program("api:deal-detail", "foreign deal", get="in:404"),
    program("api:deal-edit", "own deal", post="in:400"),
    program("api:deal-edit", "foreign deal", post="in:404"),
    program("api:deal-vote", "own deal", post="in:400"),
    program("api:deal-vote", "foreign deal", post="in:404"),
    program("api:deal-thank", "own deal", post="in:204 member:422"),
    program("api:deal-thank", "foreign deal", post="in:404"),
    program("api:deal-close", "own deal", post="in:403 member:200"),
    program("api:deal-close", "foreign deal", post="in:404"),
    program("api:thing-list", get="in:200", post="in:400"),
    program("api:thing-detail", "own thing", get="in:200"),
    program("api:thing-detail", "company's thing", get="in:404 other:200"),
    program("api:thing-detail", "foreign thing", get="in:404"),
    program("api:thing-borrow", "own thing", post="in:400"),
    program("api:thing-borrow", "foreign thing", post="in:404"),
    program("api:thing-wait", "own thing", post="in:400"),
    program("api:thing-wait", "foreign thing", post="in:404"),
    program("api:thing-stop-waiting", "own thing", post="in:200"),
    program("api:thing-stop-waiting", "foreign thing", post="in:404"),
    program("api:thing-edit", "own thing", post="in:400"),
    program("api:thing-edit", "foreign thing", post="in:404"),
    program("api:thing-withdraw", "own thing", post="in:403 member:200"),
    program("api:thing-withdraw", "foreign thing", post="in:404"),
    program("api:thing-lend-again", "own thing", post="in:403 member:200"),
    program("api:thing-lend-again", "foreign thing", post="in:404"),
    program("api:thing-pictures", "own thing", post="in:415"),
    program("api:thing-pictures", "foreign thing", post="in:404"),
    program("api:loan-list", get="in:200"),
    program("api:loan-waiting", get="in:200"),
    program("api:loan-detail", "own loan", get="in:404 member,other:200"),
    program("api:loan-detail", "foreign loan", get="in:404"),
    program("api:loan-step", "own loan", post="in:404 member,other:400"),
    program("api:loan-step", "foreign loan", post="in:404"),
    program(
        "api:loan-handover",
        "own loan",
        get="in:404 member,other:200",
        post="in:404 member,other:400",
    ),
    program("api:loan-handover", "foreign loan", get="in:404", post="in:404"),
    program(
        "api:loan-damages",
        "own loan",
        get="in:404 member,other:200",
        post="in:404 member,other:400",
    ),
    program("api:loan-damages", "foreign loan", get="in:404", post="in:404"),
    program("api:classified-list", get="in:200", post="in:400"),
    program("api:classified-detail", "own classified", get="in:200"),
    program("api:classified-detail", "company's classified", get="in:404 other:200"),
    program("api:classified-detail", "foreign classified", get="in:404"),
    program("api:classified-close", "own classified", post="in:400"),
    program("api:classified-close", "their classified", post="in:400"),
    program("api:classified-close", "company's classified", post="in:404 other:400"),
    program("api:classified-close", "foreign classified", post="in:404"),
    program("api:classified-pictures", "own classified", post="in:415"),
    program("api:classified-pictures", "company's classified", post="in:404 other:415"),
    program("api:classified-pictures", "foreign classified", post="in:404"),
)
