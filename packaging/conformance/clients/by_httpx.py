"""httpx: `python3 by_httpx.py 1.1|2 URL CA-FILE`."""

import sys

import httpx

import cases


class Httpx:
    def __init__(self, version, base, authority):
        self.version = "HTTP/2" if version == "2" else "HTTP/1.1"
        self.client = httpx.Client(
            base_url=base,
            verify=authority,
            http1=version != "2",
            http2=version == "2",
            trust_env=False,
            follow_redirects=True,
            timeout=cases.LIMIT_SECONDS,
        )

    def check(self, answered):
        cases.same("status", 200, answered.status_code)
        cases.same("version", self.version, answered.http_version)
        return answered

    def answer(self, method, path, **options):
        return self.check(self.client.request(method, path, **options))

    def get(self):
        cases.same_pattern(cases.GET_BYTES, self.answer("GET", f"/get?bytes={cases.GET_BYTES}").content)

    def post(self):
        cases.same("received", cases.received("length"), self.answer("POST", "/post", content=cases.BODY).text)

    def chunked(self):
        cases.same("received", cases.received("chunked"), self.answer("POST", "/post", content=cases.pieces()).text)

    def expect(self):
        """It does not wait for the 100, and must not take it for the answer."""
        answered = self.answer("POST", "/post", content=cases.BODY, headers={"Expect": "100-continue"})
        cases.same("received", cases.received("length"), answered.text)

    def redirect(self):
        answered = self.answer("GET", "/redirect")
        cases.same("redirects", 2, len(answered.history))
        cases.same_pattern(1_000, answered.content)

    def streaming(self):
        name = "httpx-" + self.version[-1]
        with self.client.stream("GET", f"/events?run={name}") as answered:
            cases.follow(
                self.check(answered).iter_lines(),
                lambda event: self.answer("GET", f"/ack?run={name}&event={event}"),
            )


cases.run(Httpx(*sys.argv[1:]))
