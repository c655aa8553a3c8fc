"""Posts JSON to an address that someone typed in: so only to public machines, and without following anyone further."""

import json
import socket
import ssl
from http.client import HTTPConnection, HTTPException, InvalidURL
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

TIMEOUT_S = 5
GONE = 410
PORTS = {"http": 80, "https": 443}


class WebhookError(Exception):
    """``final``: trying again will not help."""

    def __init__(self, text: str, *, final: bool = False) -> None:
        super().__init__(text)
        self.final = final


def post_json(url: str, body: dict[str, Any]) -> None:
    """Every answer but 2xx is a failure, redirects included. Raises ``WebhookError``, ``OSError``, and
    ``ValueError`` for an address that can't be read."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.username:
        raise WebhookError("Only addresses with http or https, and without a password, can be notified.", final=True)
    port = parts.port or PORTS[parts.scheme]
    connection = HTTPConnection(parts.hostname, port, timeout=TIMEOUT_S)
    connection.sock = open_socket(parts, port)
    try:
        connection.request(
            "POST",
            f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}",
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "User-Agent": "Visita"},
        )
        status = connection.getresponse().status
    except HTTPException as error:
        raise WebhookError(
            f"{type(error).__name__} from {parts.hostname}", final=isinstance(error, InvalidURL)
        ) from error
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise WebhookError(f"{parts.hostname} answered {status}", final=status == GONE)


def open_socket(parts: SplitResult, port: int) -> socket.socket:
    """Connects to the very address that was checked, so that a second answer of the name server can't point inside."""
    host = str(parts.hostname)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(address[4][0]) for address in found]
    if not settings.ALLOW_PRIVATE_WEBHOOKS and not all(map(is_public, addresses)):
        raise WebhookError(f"{host} is not a public machine; ALLOW_PRIVATE_WEBHOOKS would allow it.", final=True)
    plain = socket.create_connection((addresses[0], port), timeout=TIMEOUT_S)
    if parts.scheme == "http":
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def is_public(address: str) -> bool:
    found = ip_address(address.split("%", 1)[0])
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found.is_global and not found.is_multicast
