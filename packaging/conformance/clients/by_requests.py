"""requests: `python3 by_requests.py 1.1 URL CA-FILE`."""

import sys

import requests

import cases


class Requests:
    def __init__(self, base, authority):
        self.base = base
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = authority

    def answer(self, method, path, **options):
        answered = self.session.request(method, self.base + path, timeout=cases.LIMIT_SECONDS, **options)
        cases.same("status", 200, answered.status_code)
        cases.same("version", 11, answered.raw.version)
        return answered

    def get(self):
        cases.same_pattern(cases.GET_BYTES, self.answer("GET", f"/get?bytes={cases.GET_BYTES}").content)

    def post(self):
        cases.same("received", cases.received("length"), self.answer("POST", "/post", data=cases.BODY).text)

    def chunked(self):
        cases.same("received", cases.received("chunked"), self.answer("POST", "/post", data=cases.pieces()).text)

    def expect(self):
        """It does not wait for the 100, and must not take it for the answer."""
        answered = self.answer("POST", "/post", data=cases.BODY, headers={"Expect": "100-continue"})
        cases.same("received", cases.received("length"), answered.text)

    def redirect(self):
        answered = self.answer("GET", "/redirect")
        cases.same("redirects", 2, len(answered.history))
        cases.same_pattern(1_000, answered.content)

    def streaming(self):
        answered = self.answer("GET", "/events?run=requests", stream=True)
        cases.follow(
            answered.iter_lines(decode_unicode=True),
            lambda event: self.answer("GET", f"/ack?run=requests&event={event}"),
        )


cases.run(Requests(*sys.argv[2:]))
