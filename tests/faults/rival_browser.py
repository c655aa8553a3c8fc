"""A customer's browser without JavaScript, as a process of its own. Knows nothing of Django.

Arguments: addresses of customers' links. Says ``ready``, waits for a line, then opens each link, chooses the first time
and confirms it. Prints one JSON row a link.
"""

import json
import re
import sys
import time
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, Request, build_opener

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
OFFER = re.compile(r'name="offer" value="(\d+)"')
CONFIRMED = "appointment.ics"


class Customer:
    def __init__(self, address: str) -> None:
        self.address = address
        self.open = build_opener(HTTPCookieProcessor(CookieJar())).open
        self.statuses: list[int] = []
        self.took_ms: list[int] = []

    def ask(self, address: str, data: dict[str, str] | None = None) -> str:
        request = Request(address, data=None if data is None else urlencode(data).encode())
        request.add_header("Referer", self.address)
        started = time.monotonic()
        try:
            with self.open(request, timeout=120) as answer:
                status, body = answer.status, answer.read().decode()
        except HTTPError as error:
            status, body = error.code, error.read().decode()
        self.statuses.append(status)
        self.took_ms.append(round((time.monotonic() - started) * 1000))
        return body

    def post(self, page: str, path: str) -> str:
        token, offer = TOKEN.search(page), OFFER.search(page)
        if token is None or offer is None:
            return page
        return self.ask(urljoin(self.address, path), {"csrfmiddlewaretoken": token[1], "offer": offer[1]})

    def book(self) -> dict[str, object]:
        page = self.ask(self.address)
        page = self.post(page, "/v/choose/")
        if self.statuses[-1] == 200:
            page = self.post(page, "/v/confirm/")
        return {"statuses": self.statuses, "took_ms": self.took_ms, "confirmed": CONFIRMED in page}


def main(addresses: list[str]) -> None:
    customers = [Customer(address) for address in addresses]
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps([customer.book() for customer in customers]))


if __name__ == "__main__":
    main(sys.argv[1:])
