# A JT/T 808-2013 terminal for tests: frames by hand, one socket, what comes back.
# Only what the standard says of the wire (4.4): flags, escapes, check, header; nothing of the project's own code.
import socket
import struct
import time


def bcd(digits, n):
    return bytes.fromhex(digits.rjust(2 * n, "0"))


def frame(msg, phone, serial, body=b"", part=None):
    attr = len(body) | (0x2000 if part else 0)
    head = struct.pack(">HH", msg, attr) + bcd(phone, 6) + struct.pack(">H", serial & 0xFFFF)
    if part:
        head += struct.pack(">HH", part[1], part[0])
    whole, check = head + body, 0
    for b in whole:
        check ^= b
    whole += bytes([check])
    return b"\x7e" + whole.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02") + b"\x7e"


def position(t, lat=23.0, lon=113.1, kmh=40, course=90):
    """The 28 bytes of 0x0200; t: seconds since 1970."""
    civil = time.strftime("%y%m%d%H%M%S", time.gmtime(t + 8 * 3600))
    return struct.pack(">IIIIHHH", 0, 3, round(lat * 1e6), round(lon * 1e6), 10, kmh * 10, course) + bcd(civil, 6)


class Terminal:
    def __init__(self, port, phone, token=None):
        self.phone, self.token, self.serial, self.buf, self.port = phone, token, 0, b"", port
        self.inbox = []
        self.sock = None

    def connect(self):
        self.close()
        self.sock = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buf = b""
        return self

    def close(self):
        if self.sock:
            self.sock.close()
        self.sock = None

    def send(self, msg, body=b"", serial=None, part=None):
        if serial is None:
            serial = self.serial
            self.serial += 1
        self.sock.sendall(frame(msg, self.phone, serial, body, part))
        return serial & 0xFFFF

    def read(self, timeout=10.0):
        """The next frame as (message, serial, body), or None: nothing came, or the peer has gone (then closed is set)."""
        end = time.monotonic() + timeout
        while True:
            at = self.buf.find(b"\x7e", 1)
            if self.buf[:1] == b"\x7e" and at > 0:
                raw, self.buf = self.buf[1:at], self.buf[at + 1:]
                if not raw:
                    continue
                raw = raw.replace(b"\x7d\x02", b"\x7e").replace(b"\x7d\x01", b"\x7d")
                msg, attr = struct.unpack(">HH", raw[:4])
                serial, = struct.unpack(">H", raw[10:12])
                at = 16 if attr & 0x2000 else 12
                return msg, serial, raw[at:-1]
            left = end - time.monotonic()
            if left <= 0:
                return None
            self.sock.settimeout(left)
            try:
                got = self.sock.recv(65536)
            except TimeoutError:
                return None
            except OSError:
                got = b""
            if not got:
                self.closed = True
                return None
            self.buf += got

    closed = False

    def wait(self, wanted, timeout=10.0):
        """The first frame for which wanted(msg, serial, body) holds; the others wait in the inbox."""
        for i, f in enumerate(self.inbox):
            if wanted(*f):
                return self.inbox.pop(i)
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            f = self.read(end - time.monotonic())
            if f is None:
                return None
            if wanted(*f):
                return f
            self.inbox.append(f)
        return None

    def answer_to(self, serial, msg, timeout=10.0):
        """The result of the platform's general answer 0x8001, or None."""
        f = self.wait(lambda m, s, b: m == 0x8001 and b[:4] == struct.pack(">HH", serial, msg), timeout)
        return f[2][4] if f else None

    def register(self):
        serial = self.send(0x0100, struct.pack(">HH", 44, 604) + b"XIEZH" + b"T" * 20 + b"0000001" + b"\x02" +
                           "粤E12345".encode("gbk"))
        f = self.wait(lambda m, s, b: m == 0x8100 and b[:2] == struct.pack(">H", serial))
        if f is None:
            return None
        if f[2][2] == 0:
            self.token = f[2][3:].decode()
        return f[2][2]

    def login(self, timeout=10.0):
        return self.answer_to(self.send(0x0102, (self.token or "").encode()), 0x0102, timeout)

    def confirm(self, msg, serial, result=0):
        self.send(0x0001, struct.pack(">HHB", serial, msg, result))
