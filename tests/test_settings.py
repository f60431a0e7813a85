"""An invalid or incomplete setting ends the program at start-up, with one sentence."""

import os
import re
import runpy
import secrets
import string
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.services.product import ROOT, settings_named

pytestmark = pytest.mark.once

ACCOUNT = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "a token",
    "TWILIO_FROM": "+14155550100",
}
MAIL = {"EMAIL_URL": "smtp://mail.example.com", "DEFAULT_FROM_EMAIL": "reception@example.com"}

RANDOM = secrets.token_urlsafe(50)
GUESSABLE = [
    "x" * 60,
    "01" * 40,
    "abcdefghij" * 6,
    "0123456789abcdef" * 4,
    "password" * 10,
    "abcdefghijklmnopqrstuvwxyz" * 2,
    "django-insecure-2n5mbGKSwLUoNn6bERwj76w97thkDWQhDRPe710YRohi2K",
    "change-me-2n5mbGKSwLUoNn6bERwj76w97thkDWQhDRPe710YRohi2K",
    "a secret key of an example, which everybody can read in a book",
]

WRONG = [
    ({"SECRET_KEY": ""}, "SECRET_KEY must be a random text of 50 characters or more"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY must be a random text of 50 characters or more"),
    *(({"SECRET_KEY": key}, "SECRET_KEY must be a random text, not one") for key in GUESSABLE),
    ({"SECRET_KEY_FALLBACKS": "short"}, "SECRET_KEY_FALLBACKS must be a random text of 50 characters or more"),
    ({"SECRET_KEY_FALLBACKS": f"{RANDOM},{'x' * 60}"}, "SECRET_KEY_FALLBACKS must be a random text, not one"),
    ({"DEBUG": "perhaps"}, "DEBUG must be true or false, but is “perhaps”"),
    (
        {"DEBUG": "true", "SITE_URL": "https://visit.example.com"},
        "DEBUG must be false when SITE_URL begins with https:",
    ),
    ({"HSTS": "domain"}, "HSTS must be host, subdomains or preload, but is “domain”"),
    ({"SITE_URL": "visit.example.com"}, "SITE_URL must look like https://visit.example.com"),
    ({"SITE_URL": "https://visit.example.com/entry"}, "SITE_URL must look like https://visit.example.com"),
    ({"SITE_URL": "https://visit.example.com:port"}, "SITE_URL must look like https://visit.example.com"),
    ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name each host"),
    ({"TRUSTED_PROXIES": "nginx"}, "TRUSTED_PROXIES must be addresses or networks such as 127.0.0.1 or 10.0.0.0/8"),
    ({"METRICS_ALLOW": "prometheus"}, "METRICS_ALLOW must be addresses or networks such as 127.0.0.1 or 10.0.0.0/8"),
    ({"TRUSTED_PROXIES": "127.0.0.1 10.0.0.1"}, "TRUSTED_PROXIES must be addresses or networks"),
    ({"CHECK_IN": "reception"}, "CHECK_IN must be everywhere or screens, but is “reception”"),
    ({"SECOND_FACTOR": "yes"}, "SECOND_FACTOR must be required or optional, but is “yes”"),
    ({"TIME_ZONE": "Bengaluru"}, "TIME_ZONE must be a name such as Asia/Kolkata, but is “Bengaluru”"),
    ({"PHONE_REGION": "India"}, "PHONE_REGION must be a two-letter country code such as IN"),
    ({"RECEPTION_PHONE": "front desk"}, "RECEPTION_PHONE must be a phone number with its country code"),
    ({"RECEPTION_PHONE": "080 5550 0100", "PHONE_REGION": ""}, "RECEPTION_PHONE must be a phone number with its"),
    ({"LINK_RETENTION_DAYS": "a month"}, "LINK_RETENTION_DAYS must be a whole number of days, 1 or more"),
    ({"LINK_RETENTION_DAYS": "0"}, "LINK_RETENTION_DAYS must be a whole number of days, 1 or more"),
    (
        {"LINK_RETENTION_DAYS": "99999999"},
        "LINK_RETENTION_DAYS must be a whole number of days, 1 or more and 3650",
    ),
    ({"ORGANISATION_NAME": "M" * 121}, "ORGANISATION_NAME must be a name of 120 characters or fewer"),
    ({"RECEPTION_EMAIL": "front desk"}, "RECEPTION_EMAIL must be an address such as reception@example.com"),
    ({"RECEPTION_EMAIL": "reception@localhost"}, "RECEPTION_EMAIL must be an address such as reception@example.com"),
    ({"RECEPTION_PHONE": "+4412"}, "RECEPTION_PHONE must be a phone number with its country code"),
    ({"CHAT_WAIT_SECONDS": "2m"}, "CHAT_WAIT_SECONDS must be a whole number of seconds, 1 or more"),
    ({"SMS_REGIONS": "IN,England"}, "SMS_REGIONS must be country codes such as IN,GB, or * for every country"),
    ({"DATABASE_URL": "mysql://127.0.0.1/entry"}, "DATABASE_URL must begin with sqlite: or postgres:"),
    ({"DATABASE_URL": "postgres://127.0.0.1:port/entry"}, "DATABASE_URL must look like postgres://"),
    ({"DATABASE_URL": "postgres://127.0.0.1"}, "DATABASE_URL must look like postgres://"),
    ({"REDIS_URL": "127.0.0.1:6379"}, "REDIS_URL must begin with redis:, rediss: or unix:"),
    ({**MAIL, "EMAIL_URL": "mail.example.com"}, "EMAIL_URL must look like smtp+tls://user:password@mail.example.com"),
    ({**MAIL, "EMAIL_URL": "smtp://"}, "EMAIL_URL must name the mail server"),
    ({**MAIL, "EMAIL_URL": "smtp://entry@mail.example.com"}, "EMAIL_URL must give both the user and the password"),
    ({**MAIL, "DEFAULT_FROM_EMAIL": ""}, "DEFAULT_FROM_EMAIL must be given with EMAIL_URL"),
    ({**MAIL, "DEFAULT_FROM_EMAIL": "Reception"}, "DEFAULT_FROM_EMAIL must be an address such as"),
    ({**MAIL, "DEFAULT_FROM_EMAIL": "reception@[127.0.0.1]"}, "DEFAULT_FROM_EMAIL must be an address such as"),
    ({**MAIL, "DEFAULT_FROM_EMAIL": '"https://evil.example"@x.example'}, "DEFAULT_FROM_EMAIL must be an address such"),
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
    said = refusal(monkeypatch, environment)

    assert said.startswith(sentence)
    assert said.endswith(".")
    assert "\n" not in said


def read(monkeypatch, environment) -> SimpleNamespace:
    """The settings of a process with this environment."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return SimpleNamespace(**runpy.run_path(str(ROOT / "entrymgmt" / "settings.py")))


def refusal(monkeypatch, environment) -> str:
    """What a process with this environment says at its end."""
    with pytest.raises(SystemExit) as end:
        read(monkeypatch, environment)
    return str(end.value.code)


@pytest.mark.parametrize("key", [*GUESSABLE, "short"])
def test_a_refused_key_is_not_repeated_and_the_sentence_says_how_to_make_one(monkeypatch, key):
    said = refusal(monkeypatch, {"SECRET_KEY": key})

    assert "python -c 'import secrets; print(secrets.token_urlsafe(50))'" in said
    assert key not in said


@pytest.mark.parametrize(
    "alphabet", [string.digits, string.hexdigits[:16], string.ascii_letters + string.digits + "-_"]
)
def test_a_random_key_of_any_alphabet_is_taken(monkeypatch, alphabet):
    for _ in range(20):
        key = "".join(secrets.choice(alphabet) for _ in range(50))

        assert key == read(monkeypatch, {"SECRET_KEY": key}).SECRET_KEY


SECRET_VALUES = {
    "SECRET_KEY": RANDOM,
    "SECRET_KEY_FALLBACKS": RANDOM,
    "DATABASE_URL": "postgres://entry:s3cret@db.example:5432/entry",
    "REDIS_URL": "rediss://:s3cret@redis.example:6379/0",
    "EMAIL_URL": "smtp+tls://entry:s3cret@mail.example.com:587",
    "TWILIO_AUTH_TOKEN": "s3cret",
}


@pytest.mark.parametrize("name", SECRET_VALUES)
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_secret_may_stand_in_a_file(monkeypatch, tmp_path, name, end):
    file = tmp_path / "secret"
    rest = {**MAIL, **ACCOUNT}
    directly = vars(read(monkeypatch, {**rest, name: SECRET_VALUES[name]}))
    file.write_bytes((SECRET_VALUES[name] + end).encode())

    by_file = vars(read(monkeypatch, {name: "", f"{name}_FILE": str(file)}))

    compared = ["SECRET_KEY", "SECRET_KEY_FALLBACKS", "DATABASES", "REDIS_URL", "EMAIL_HOST_PASSWORD", "TWILIO"]
    assert [str(by_file.get(each)) for each in compared] == [str(directly.get(each)) for each in compared]


@pytest.mark.parametrize("name", SECRET_VALUES)
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "{name}_FILE must name a file to read, but “{file}” cannot be read: No such file or directory."),
        (b"", "{name}_FILE must name a file with the value in it, but “{file}” is empty."),
        (b" \n\n", "{name}_FILE must name a file with the value in it, but “{file}” is empty."),
        (b"\xff\xfe\x00", "{name}_FILE must name a text file, but “{file}” is none."),
    ],
)
def test_a_file_that_holds_no_secret_ends_the_program(monkeypatch, tmp_path, name, content, sentence):
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)

    said = refusal(monkeypatch, {**MAIL, **ACCOUNT, name: "", f"{name}_FILE": str(file)})

    assert said == sentence.format(name=name, file=file)


@pytest.mark.parametrize("name", SECRET_VALUES)
def test_a_secret_is_given_once(monkeypatch, tmp_path, name):
    said = refusal(monkeypatch, {name: SECRET_VALUES[name], f"{name}_FILE": str(tmp_path / "secret")})

    assert said == f"{name} and {name}_FILE are both given, but only one of them can count."


def test_a_folder_is_no_secret(monkeypatch, tmp_path):
    said = refusal(monkeypatch, {"SECRET_KEY": "", "SECRET_KEY_FILE": str(tmp_path)})

    assert said.startswith("SECRET_KEY_FILE must name a file to read")


HTTPS = {"SITE_URL": "https://visit.example.com"}


@pytest.mark.parametrize(
    ("scope", "subdomains", "preload"), [("", False, False), ("Subdomains", True, False), ("preload", True, True)]
)
def test_hsts_goes_no_further_than_it_is_asked_to(monkeypatch, scope, subdomains, preload):
    settings = read(monkeypatch, {**HTTPS, "HSTS": scope})

    assert settings.SECURE_HSTS_SECONDS == 365 * 24 * 60 * 60
    assert (subdomains, preload) == (settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, settings.SECURE_HSTS_PRELOAD)


def test_http_asks_no_browser_for_https(monkeypatch):
    assert not hasattr(read(monkeypatch, {"HSTS": "preload"}), "SECURE_HSTS_SECONDS")


def test_while_a_key_is_changed_all_processes_share_queue_and_cache(monkeypatch):
    redis = {"REDIS_URL": "redis://127.0.0.1:6379/0"}
    before = read(monkeypatch, {**redis, "SECRET_KEY": RANDOM})

    meanwhile = read(monkeypatch, {**redis, "SECRET_KEY": secrets.token_urlsafe(50), "SECRET_KEY_FALLBACKS": RANDOM})
    twice = secrets.token_urlsafe(50) + "," + RANDOM
    again = read(monkeypatch, {**redis, "SECRET_KEY": secrets.token_urlsafe(50), "SECRET_KEY_FALLBACKS": twice})

    for settings in (meanwhile, again):
        assert settings.HUEY["name"] == before.HUEY["name"]
        assert settings.CACHES == before.CACHES
        assert settings.CHANNEL_LAYERS == before.CHANNEL_LAYERS


@pytest.mark.parametrize("program", [["manage.py", "run_huey"], ["-m", "entrymgmt.edge"]])
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

    read = re.findall(r'\.(?:text|flag|number|_networks)\(\s*"([A-Z_]+)"|"(TWILIO_[A-Z_]+)"', "".join(code))

    assert {name for names in read for name in names if name} == settings_named()
