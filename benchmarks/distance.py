"""A TCP proxy that adds latency to a service, because databases are usually on another machine.

    python -m benchmarks.distance 5433 127.0.0.1:5432 0.5

This example forwards connections to port 5433 of this machine to 127.0.0.1:5432, with 0.5 ms more in each direction.
"""

from __future__ import annotations

import argparse
import asyncio


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    """Forward all data until the end of the stream, each chunk with this delay."""
    loop = asyncio.get_running_loop()
    while data := await reader.read(65536):
        loop.call_later(seconds, writer.write, data)
    loop.call_later(seconds, writer.close)


async def serve(port: int, host: str, host_port: int, seconds: float) -> None:
    """Proxy until interrupted."""

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, host_port)
        await asyncio.gather(carry(reader, back, seconds), carry(there, writer, seconds), return_exceptions=True)

    server = await asyncio.start_server(connect, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("port", type=int)
    parser.add_argument("service", help="host:port")
    parser.add_argument("milliseconds", type=float)
    options = parser.parse_args()
    host, _colon, host_port = options.service.rpartition(":")
    asyncio.run(serve(options.port, host, int(host_port), options.milliseconds / 1000))
