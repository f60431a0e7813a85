"""Registers the records of the registry with the admin site, during Django's autodiscovery."""

from django.contrib import admin
from django.utils.module_loading import import_string

from panel.registry import RECORDS

for record in RECORDS:
    if record.admin:
        if admin.site.is_registered(record.model):
            # Django's own admin of accounts and groups.
            admin.site.unregister(record.model)
        admin_class = import_string(record.admin) if isinstance(record.admin, str) else record.admin
        admin.site.register(record.model, admin_class, sections=record.sections)
