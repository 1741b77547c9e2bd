"""Resources of a space."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from api.description import SpaceDescription, reference
from api.v1.classifieds import Classifieds
from api.v1.conversations import Conversations, Meetings
from api.v1.deals import Deals
from api.v1.gatherings import Gatherings
from api.v1.loans import Loans
from api.v1.media import Media
from api.v1.moderation import ModerationCases, Reports
from api.v1.neighbours import Neighbours
from api.v1.notifications import Notifications, NotificationSwitches
from api.v1.rides import RideBookings, Rides
from api.v1.screens import Screens
from api.v1.search import Favourites, SavedSearches, Search
from api.v1.things import Things

app_name = "api"
router = SimpleRouter()
router.register("classifieds", Classifieds, basename="classified")
router.register("conversations", Conversations, basename="conversation")
router.register("meetings", Meetings, basename="meeting")
router.register("deals", Deals, basename="deal")
router.register("gatherings", Gatherings, basename="gathering")
router.register("things", Things, basename="thing")
router.register("loans", Loans, basename="loan")
router.register("media", Media, basename="medium")
router.register("screens", Screens, basename="screen")
router.register("rides", Rides, basename="ride")
router.register("ride-bookings", RideBookings, basename="ride-booking")
router.register("notifications", Notifications, basename="notification")
router.register("notification-switches", NotificationSwitches, basename="notification-switch")
router.register("reports", Reports, basename="report")
router.register("moderation-cases", ModerationCases, basename="moderation-case")
router.register("neighbours", Neighbours, basename="neighbour")
router.register("search", Search, basename="search")
router.register("saved-searches", SavedSearches, basename="saved-search")
router.register("favourites", Favourites, basename="favourite")
urlpatterns = [
    path("", reference, name="reference"),
    path("openapi.json", SpaceDescription.as_view(), name="openapi"),
    *router.urls,
]
