from tests.panel.conftest import desk, manager, panel, receptionist, sign_in  # noqa: F401
