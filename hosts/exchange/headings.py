"""Which column of a file is which, by its heading: as the export writes them, and as the usual directories do."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.text import searchable
from hosts.exchange.columns import LABELS, NAME

Matching = dict[str, int]
# What is longer is no heading; so much of it is looked at and shown.
MAX_HEADING = 200

# Each list in order of preference: a file may have several columns that would do. Those of Microsoft Entra and 365,
# Active Directory, LDAP, Google Workspace and Contacts, Outlook, Apple Contacts and the usual programs of HR, and what
# people write by hand.
_KNOWN = {
    "name": """
        display name / full name / employee name / preferred full name / formatted name / common name / cn / worker /
        host / person / employee / anzeigename / vollständiger name / nom complet / nom d'affichage / nombre completo /
        nombre para mostrar / nome completo / nome visualizzato / volledige naam / weergavenaam / name / nom / nombre /
        nome / naam / namn / navn / nazwisko i imię / 姓名 / 氏名 / 名前 / 이름 / नाम
    """,
    "first_name": """
        first name / given name / preferred name / legal first name / forename / vorname / prénom / nombre / nombres /
        nome / voornaam / förnamn / fornavn / imię
    """,
    "last_name": """
        last name / sn / surname / family name / legal last name / nachname / familienname / nom de famille /
        nom / apellidos / apellido / cognome / sobrenome / apelido / achternaam / efternamn / etternavn / nazwisko
    """,
    "title": """
        job title / position / role / employee title / organization title / organization 1 title / business title /
        designation / job / funktion / stelle / stellenbezeichnung / berufsbezeichnung / fonction / poste /
        intitulé du poste / puesto / cargo / ruolo / qualifica / mansione / functie / functietitel / stanowisko /
        役職 / 职位 / title / titel / titre / título / team / department / abteilung / service / departamento
    """,
    "email": """
        email / email address / mail / primary email / primary email address / work email / work email address /
        primary work email / business email / company email / email 1 value / smtp address / primary smtp address /
        windows email address / user principal name / upn / user email / home email / email adresse / emailadresse /
        mailadresse / courriel / adresse email / adresse électronique / adresse de messagerie / correo electrónico /
        correo / dirección de correo electrónico / posta elettronica / indirizzo email / endereço de email /
        e mail adres / emailadres / adres email / epost / メール / メールアドレス / 邮箱 / 电子邮件
    """,
    "phone": """
        mobile / mobile phone / mobile phone number / mobile number / mobile telephone number / cell / cell phone /
        cell number / primary mobile / phone mobile / work mobile / handy / handynummer / mobil / mobiltelefon /
        mobilnummer / mobilrufnummer / portable / téléphone mobile / téléphone portable / móvil / teléfono móvil /
        celular / cellulare / telefono cellulare / telemóvel / mobiel / mobiele telefoon / telefon komórkowy / komórka /
        携帯電話 / 手机 / phone / phone number / telephone / telephone number / tel / phone 1 value / primary phone /
        work phone / work phone number / business phone / business phones / office phone / telefon / telefonnummer /
        rufnummer / téléphone / numéro de téléphone / teléfono / número de teléfono / telefono / numero di telefono /
        telefone / telefoon / telefoonnummer / numer telefonu / 電話番号 / 电话
    """,
    "address": """
        address / full address / work address / business address / office address / address 1 formatted /
        postal address / street address / street / work street / business street / office location / office /
        office name / physical delivery office name / location / work location / site / building / building id /
        desk location / adresse / anschrift / straße / standort / büro / bureau / lieu de travail / dirección /
        oficina / ubicación / indirizzo / sede / ufficio / endereço / morada / local / adres / kantoor / locatie /
        biuro / 住所 / 地址
    """,
    "presence": "presence / where / status today / anwesenheit / présence / presencia / presenza / aanwezigheid",
    "listed": """
        listed / listed at check-in / account enabled / enabled / active / is active / aktiv / actif / activo / attivo /
        ativo / actief
    """,
}
# Headings that mean the whole name alone, and a part of it beside the other part.
_EITHER = "name / nom / nombre / nome / naam / namn / navn"


def plain(heading: str) -> str:
    """The heading in small letters and digits alone, without `[Required]` and the like."""
    said = re.sub(r"\[[^\[\]]*\]|\([^()]*\)", "", heading[:MAX_HEADING]).replace("#", " number")
    return "".join(each for each in searchable(said) if each.isalnum())


_RANKS = {
    name: {plain(heading): rank for rank, heading in reversed(list(enumerate(known.split(" / "))))}
    for name, known in ((name, " ".join(text.split())) for name, text in _KNOWN.items())
}
_PARTS = {plain(heading) for heading in _EITHER.split(" / ")}


def match(headings: Sequence[str]) -> Matching:
    """The index of the column that is each of `LABELS`, as far as its heading is known."""
    found: Matching = {}
    said = [plain(heading) for heading in headings]
    for name in LABELS:
        ranks = {plain(str(LABELS[name])): len(_RANKS[name]), **_RANKS[name]}
        ranked = [(ranks[heading], at) for at, heading in enumerate(said) if heading in ranks]
        if ranked:
            found[name] = min(ranked)[1]
    return _with_parts(found, headings)


def _with_parts(found: Matching, headings: Sequence[str]) -> Matching:
    """Without the parts of the name where there is a column for it or one part alone, and the other way round."""
    whole, first, last = (found.get(name) for name in ("name", "first_name", "last_name"))
    is_part = whole is not None and plain(headings[whole]) in _PARTS
    if whole is not None and is_part and first not in {None, whole} and last is None:
        # “Name” beside “Vorname”.
        found["last_name"] = last = whole
    if whole is not None and is_part and last not in {None, whole} and first is None:
        found["first_name"] = first = whole
    has_parts = first is not None and last is not None and first != last
    if has_parts and (whole is None or whole in {first, last}):
        found.pop(NAME.name, None)
    else:
        found = {name: at for name, at in found.items() if name not in {"first_name", "last_name"}}
    return found


def known(row: Sequence[str]) -> int:
    """How many columns of a host this row names as headings; none when it is no row of headings.

    Words such as *Office* may stand in any row, and a row with an address is that of a person.
    """
    found = match(row)
    is_head = ("email" in found or len(found) > 2) and not has_address(row)
    return len(found) if is_head else 0


def has_address(row: Sequence[str]) -> bool:
    """Whether an email address stands in the row."""
    return any("@" in cell for cell in row)
