"""Path converters."""


class TokenConverter:
    """A link token: 22 characters of the URL-safe base64 alphabet (128 bits)."""

    regex = "[A-Za-z0-9_-]{22}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
