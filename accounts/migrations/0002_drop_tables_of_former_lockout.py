from django.db import migrations

# django-axes, which held typed names and addresses in clear. Each table refers only to those after it.
TABLES = ["axes_accessattemptexpiration", "axes_accessattempt", "axes_accessfailurelog", "axes_accesslog"]


class Migration(migrations.Migration):
    """The tables of the package that delayed logins before `accounts.delays` did."""

    dependencies = [("accounts", "0001_logins_factors_and_sessions")]

    operations = [
        migrations.RunSQL([f"DROP TABLE IF EXISTS {table}" for table in TABLES], migrations.RunSQL.noop),
    ]
