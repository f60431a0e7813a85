"""Pages of the panel are called by what they show."""

import pytest
from django.contrib.admin.models import LogEntry

from kiosks.models import Kiosk


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/admin/hosts/host/", "Hosts"),
        ("/admin/hosts/host/{host}/change/", "Anika Rao"),
        ("/admin/appointments/appointment/{visit}/change/", "Yusuf Al-Masri – Anika Rao"),
        ("/admin/kiosks/kiosk/", "Reception screens"),
        ("/admin/kiosks/kiosk/{screen}/change/", "Front desk"),
        ("/admin/admin/logentry/", "Change log"),
        ("/admin/offices/office/", "Office"),
    ],
)
def test_a_list_has_its_menus_name_and_a_record_its_own(panel, in_person, path, title):
    screen = Kiosk.objects.create(name="Front desk")

    answer = panel.get(path.format(host=in_person.host_id, visit=in_person.pk, screen=screen.pk), follow=True)

    page = answer.content.decode()
    assert f"<h1>{title}</h1>" in page
    assert " to change" not in page.partition("<table")[0]
    assert not LogEntry.objects.exists()
