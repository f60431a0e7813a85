"""Every pictogram of the product, drawn on a grid of 24 by 24; stroke and fill come from `.icon` in entry.css."""

SHAPES = {
    "arrow": '<path d="M3 12h17M12.5 4.5 20 12l-7.5 7.5"/>',
    "available": '<circle class="solid" cx="12" cy="12" r="10"/>',
    "away": '<circle cx="12" cy="12" r="9"/><path d="M18 6 6 18"/>',
    "bell": '<path d="M3.5 17a8.5 8.5 0 0 1 17 0zM2 20.5h20M12 8.5V5M9 4.5h6"/>',
    "chat": '<path d="M3 4h18v13H11l-5 4v-4H3z"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 6.5V12l4 3"/>',
    "double": '<path d="m1.5 12.5 5 5L16 7M11 16l1.5 1.5L23 7"/>',
    "leave": '<path d="M13 3H4v18h9M9 12h12M16.5 7l4.5 5-4.5 5"/>',
    "mail": '<path d="M2.5 5h19v14h-19zM3 6l9 7.5L21 6"/>',
    "meeting": '<circle cx="12" cy="12" r="9"/><path class="solid" d="M12 3a9 9 0 0 1 0 18z"/>',
    "people": (
        '<circle cx="8.5" cy="7.5" r="3.5"/>'
        '<path d="M2 20.5c0-4.5 2.5-6.5 6.5-6.5s6.5 2 6.5 6.5'
        'M15.5 4.2a3.5 3.5 0 0 1 0 6.6M17.5 14.3c3 .6 4.5 2.7 4.5 6.2"/>'
    ),
    "print": '<path d="M6.5 8V2.5h11V8M6 17H2.5V8h19v9H18M6.5 13.5h11v8h-11z"/>',
    "remote": '<path d="M2 12.5 12 3.5l10 9M5 10.5V21h14V10.5"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 6 6"/>',
    "seat": (
        '<path d="M5.5 10V6a2.5 2.5 0 0 1 2.5-2.5h8A2.5 2.5 0 0 1 18.5 6v4'
        'M2.5 10.5h3.5v5h12v-5h3.5V19h-19zM5.5 19v2.5M18.5 19v2.5"/>'
    ),
    "signpost": (
        '<path d="M12 1.5V4M12 10.5v2M12 19v3.5M3.5 4H17l3.5 3.25L17 10.5H3.5zM20.5 12.5H7l-3.5 3.25L7 19h13.5z"/>'
    ),
    "text": '<path d="M6.5 2h11v20h-11zM10.5 18h3"/>',
    "tick": '<path d="m3.5 12.5 6 6L20.5 6"/>',
    "up": '<path d="M12 21V4M4.5 11.5 12 4l7.5 7.5"/>',
    "walk": (
        '<circle class="solid" cx="13" cy="3.6" r="2.4"/>'
        '<path d="m7 12.5 1.5-3.5L12.5 7.5 11 14l4 3.5 1 5M11 14l-1.5 4-3.5 4.5M12.5 7.5l2.5 4 4 1"/>'
    ),
    "warning": '<path d="M12 3 22 20.5H2zM12 9.5v5M12 16.5v2"/>',
}
# These have a direction and are mirrored where text runs from right to left.
FLIPS = {"arrow", "chat", "leave", "people", "search", "walk"}
