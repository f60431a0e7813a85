"""The start command of the web process: `python -m entrymgmt.edge --bind 127.0.0.1 --port 8000 --verbosity 0`."""

from entrymgmt.edge.server import Command

if __name__ == "__main__":
    Command.entrypoint()
