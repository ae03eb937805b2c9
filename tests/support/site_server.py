# The server as an operator runs it, for tests in Python: settings, the first user, its JSON API.
import http.client
import json
import os
import re
import signal
import subprocess
import time

PASSWORD = "Trial-password-1"


def fail(*what):
    raise SystemExit("FAIL: " + " ".join(str(w) for w in what))


class Site:
    def __init__(self, xiezhi, folder, config, more=()):
        self.xiezhi, self.folder, self.more = xiezhi, folder, list(more)
        self.config, self.data, self.log = (os.path.join(folder, n) for n in ("site.yaml", "data", "log"))
        with open(self.config, "w") as f:
            f.write(config)
        self.process, self.cookies, self.csrf, self.keys = None, {}, {}, 0

    def start(self):
        began = time.monotonic()
        with open(self.log, "w") as log:
            self.process = subprocess.Popen([self.xiezhi, "serve", "--config", self.config] + self.more, stderr=log)
        while time.monotonic() - began < 60:
            m = re.search(r"xiezhi: http://(127\.0\.0\.1):(\d+)", open(self.log).read())
            if self.process.poll() is not None:
                break
            if m and self.reaches(int(m.group(2))):
                return time.monotonic() - began
            time.sleep(0.02)
        fail("the server does not start:", open(self.log).read()[-2000:])

    def reaches(self, port):
        self.port = port
        try:
            return self.call("GET", "/healthz")[0] == 200
        except OSError:
            return False

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(60) != 0:
            fail("the end is not in order")
        self.process = None

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()
        self.process = None

    def user(self, login, roles):
        subprocess.run([self.xiezhi, "user", "add", "--data", self.data, "--login", login, "--roles", roles, "--name", login],
                       input=PASSWORD + "\n", text=True, check=True)
        self.login(login)

    def login(self, login):
        status, body, headers = self.call("POST", "/api/session", {"login": login, "password": PASSWORD}, full=True)
        if status != 200:
            fail("cannot log in:", status, body)
        for c in headers.get_all("Set-Cookie") or []:
            self.cookies[login] = c.split(";")[0]
        self.csrf[login] = body.get("csrf") or body.get("csrf_token") or ""

    def call(self, method, path, body=None, user=None, full=False):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Accept-Language": "en"}
        if user in self.cookies:
            headers["Cookie"] = self.cookies[user]
            headers["X-CSRF-Token"] = self.csrf[user]
        if body is not None:
            headers["Content-Type"] = "application/json"
            self.keys += 1
            headers["Idempotency-Key"] = "key-%d-%d" % (os.getpid(), self.keys)
        c.request(method, path, json.dumps(body) if body is not None else None, headers)
        r = c.getresponse()
        raw = r.read()
        kind = r.headers.get("Content-Type", "")
        value = json.loads(raw) if "json" in kind and raw else raw
        c.close()
        return (r.status, value, r.headers) if full else (r.status, value)

    def get(self, path, user="chen"):
        status, value = self.call("GET", path, user=user)
        if status != 200:
            fail("GET", path, status, value)
        return value

    def until(self, what, fn, seconds=20.0):
        """What fn gives once it gives something true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            got = fn()
            if got:
                return got
            time.sleep(0.05)
        fail("never:", what, open(self.log).read()[-1500:])

    def source_port(self, source):
        address = self.get("/api/sources/" + source)["source"]["address"]
        return int(address.rsplit(":", 1)[1])

    def doctor(self):
        r = subprocess.run([self.xiezhi, "doctor", "--data", self.data], capture_output=True, text=True)
        if r.returncode != 0:
            fail("doctor:", r.stdout, r.stderr)
        return r.stdout
