"""What the host panel holds, and what is shown on whose page."""

from django.contrib import admin

from appointments.admin import AppointmentAdmin, appointments_held
from appointments.models import Appointment
from appointments.screens import Screen
from entrymgmt.panel.screens import ScreenAdmin
from hosts.admin import HostAdmin
from hosts.models import Host
from notifications.admin import NotificationAdmin, notifications_about
from notifications.models import Notification

admin.site.register(Host, HostAdmin, sections=[appointments_held])
admin.site.register(Appointment, AppointmentAdmin, sections=[notifications_about])
admin.site.register(Notification, NotificationAdmin)
admin.site.register(Screen, ScreenAdmin)
