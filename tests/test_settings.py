"""What a wrong or half-given setting does: the program ends at its start, with one sentence."""

import os
import re
import runpy
import subprocess
import sys

import pytest

from tests.services.product import ROOT, settings_named

pytestmark = pytest.mark.once

ACCOUNT = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "a token",
    "TWILIO_FROM": "+14155550100",
}
MAIL = {"EMAIL_URL": "smtp://mail.example.com", "DEFAULT_FROM_EMAIL": "reception@example.com"}

WRONG = [
    ({"SECRET_KEY": ""}, "SECRET_KEY must be a random text of 50 characters or more"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY must be a random text of 50 characters or more"),
    ({"DEBUG": "perhaps"}, "DEBUG must be true or false, but is “perhaps”"),
    ({"SITE_URL": "visit.example.com"}, "SITE_URL must look like https://visit.example.com"),
    ({"SITE_URL": "https://visit.example.com/entry"}, "SITE_URL must look like https://visit.example.com"),
    ({"SITE_URL": "https://visit.example.com:port"}, "SITE_URL must look like https://visit.example.com"),
    ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name each host"),
    ({"TIME_ZONE": "Bengaluru"}, "TIME_ZONE must be a name such as Asia/Kolkata, but is “Bengaluru”"),
    ({"PHONE_REGION": "India"}, "PHONE_REGION must be a two-letter country code such as IN"),
    ({"RECEPTION_PHONE": "front desk"}, "RECEPTION_PHONE must be a phone number with its country code"),
    ({"RECEPTION_PHONE": "080 5550 0100", "PHONE_REGION": ""}, "RECEPTION_PHONE must be a phone number with its"),
    ({"LINK_RETENTION_DAYS": "a month"}, "LINK_RETENTION_DAYS must be a whole number of days, 1 or more"),
    ({"LINK_RETENTION_DAYS": "0"}, "LINK_RETENTION_DAYS must be a whole number of days, 1 or more"),
    ({"CHAT_WAIT_SECONDS": "2m"}, "CHAT_WAIT_SECONDS must be a whole number of seconds, 1 or more"),
    ({"DATABASE_URL": "mysql://127.0.0.1/entry"}, "DATABASE_URL must begin with sqlite: or postgres:"),
    ({"DATABASE_URL": "postgres://127.0.0.1:port/entry"}, "DATABASE_URL must look like postgres://"),
    ({"DATABASE_URL": "postgres://127.0.0.1"}, "DATABASE_URL must look like postgres://"),
    ({"REDIS_URL": "127.0.0.1:6379"}, "REDIS_URL must begin with redis:, rediss: or unix:"),
    ({**MAIL, "EMAIL_URL": "mail.example.com"}, "EMAIL_URL must look like smtp+tls://user:password@mail.example.com"),
    ({**MAIL, "EMAIL_URL": "smtp://"}, "EMAIL_URL must name the mail server"),
    ({**MAIL, "EMAIL_URL": "smtp://entry@mail.example.com"}, "EMAIL_URL must give both the user and the password"),
    ({**MAIL, "DEFAULT_FROM_EMAIL": ""}, "DEFAULT_FROM_EMAIL must be given with EMAIL_URL"),
    ({**MAIL, "DEFAULT_FROM_EMAIL": "Reception"}, "DEFAULT_FROM_EMAIL must be an address such as"),
    ({**ACCOUNT, "TWILIO_ACCOUNT_SID": ""}, "TWILIO_ACCOUNT_SID must be given too"),
    ({**ACCOUNT, "TWILIO_AUTH_TOKEN": ""}, "TWILIO_AUTH_TOKEN must be given too"),
    ({**ACCOUNT, "TWILIO_FROM": ""}, "TWILIO_FROM must be given too"),
    ({**ACCOUNT, "TWILIO_ACCOUNT_SID": "AC1"}, "TWILIO_ACCOUNT_SID must be AC followed by 32 hexadecimal digits"),
    ({**ACCOUNT, "TWILIO_FROM": "reception"}, "TWILIO_FROM must be a number such as +14155550100 or a messaging"),
    ({**ACCOUNT, "TWILIO_API_URL": "twilio.example.com"}, "TWILIO_API_URL must begin with http: or https:"),
    ({"TWILIO_API_URL": "http://127.0.0.1:8080"}, "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN and TWILIO_FROM must be"),
]


@pytest.mark.parametrize(("environment", "sentence"), WRONG)
def test_a_wrong_or_half_given_setting_ends_the_program_in_one_sentence(monkeypatch, environment, sentence):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(ROOT / "entrymgmt" / "settings.py"))

    said = str(end.value.code)
    assert said.startswith(sentence)
    assert said.endswith(".")
    assert "\n" not in said


@pytest.mark.parametrize("program", [["manage.py", "run_huey"], ["-m", "daphne", "entrymgmt.asgi:application"]])
def test_each_process_says_it_and_nothing_else(program):
    environment = {**os.environ, "TWILIO_FROM": "+14155550100", "DJANGO_SETTINGS_MODULE": "entrymgmt.settings"}

    command = [sys.executable, *program]

    ended = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)

    assert ended.returncode == 1
    assert ended.stderr == (
        "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN must be given too, because Twilio needs TWILIO_ACCOUNT_SID, "
        "TWILIO_AUTH_TOKEN, TWILIO_FROM together.\n"
    )


def test_every_setting_has_a_wrong_value_here_or_takes_any_text():
    takes_any_text = {"ORGANISATION_NAME"}

    assert {name for environment, _ in WRONG for name in environment} | takes_any_text == settings_named()


def test_the_readme_explains_every_setting_and_no_other():
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Settings")[2].partition("\n## ")[0]

    assert set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE)) == settings_named()


def test_the_code_reads_no_setting_that_is_not_named():
    code = [(ROOT / "entrymgmt" / name).read_text(encoding="utf-8") for name in ("environment.py", "settings.py")]

    read = re.findall(r'\.(?:text|flag|number)\(\s*"([A-Z_]+)"|"(TWILIO_[A-Z_]+)"', "".join(code))

    assert {name for names in read for name in names if name} == settings_named()
