"""The trusted edge: what is settled, limited and refused about a request before any other code of the product sees it.

`server.py` is Daphne with limits of bytes and of time, started by `python -m entrymgmt.edge`; the other modules are
ASGI middleware, which `entrymgmt.asgi` puts together.
"""
