from django.db import migrations
from django.db.models import Q

from appointments.search import indexed_words

AT_ONCE = 500
BEYOND_ASCII = r"[^ -~]"


def index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        # It is made anew after all migrations: one of them may have dropped a trigger that keeps it up to date.
        for event in ("insert", "update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS appointments_search_{event}")
        schema_editor.execute("DROP TABLE IF EXISTS appointments_search")
    appointments = apps.get_model("appointments", "Appointment").objects.using(schema_editor.connection.alias)
    changed = appointments.filter(Q(visitor_name__regex=BEYOND_ASCII) | Q(host_name__regex=BEYOND_ASCII)).order_by("pk")
    last = 0
    while some := list(changed.filter(pk__gt=last)[:AT_ONCE]):
        for appointment in some:
            texts = (appointment.visitor_name, appointment.visitor_email, appointment.host_name)
            appointment.search_words = indexed_words(texts, appointment.visitor_phone)
        appointments.bulk_update(some, ["search_words"])
        last = some[-1].pk


class Migration(migrations.Migration):
    """Makes earlier appointments found by the end of a name in a script without spaces."""

    dependencies = [("appointments", "0006_screen_of_check_in")]

    operations = [migrations.RunPython(index, migrations.RunPython.noop, elidable=True)]
