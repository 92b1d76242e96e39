"""Cables between namespaces: taps joined by a relay in this process, with delay, rate, queue and counted faults; and
the capture of every interface by packet sockets."""
import ctypes
import fcntl
import heapq
import os
import select
import socket
import struct
import threading
import time

libc = ctypes.CDLL(None, use_errno=True)
TUNSETCARRIER = 0x400454E2
TUNSETIFF, IFF_TAP, IFF_NO_PI, CLONE_NEWNET, PACKET_OUTGOING, ETH_P_ALL = 0x400454CA, 2, 0x1000, 0x40000000, 4, 3


class Inside:
    """with Inside(pid): this thread is in the network namespace of a process."""

    def __init__(self, pid):
        self.pid = pid

    def __enter__(self):
        self.home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        self.enter(os.open(f"/proc/{self.pid}/ns/net", os.O_RDONLY))

    def __exit__(self, *_):
        self.enter(self.home)

    @staticmethod
    def enter(fd):
        bad = libc.setns(fd, CLONE_NEWNET)
        os.close(fd)
        if bad:
            raise OSError(ctypes.get_errno(), "setns")


def open_tap(pid, name):
    with Inside(pid):
        fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    return fd


def classes(frame):
    """The words by which a fault may count a frame."""
    found, kind = {"any"}, frame[12:14]
    if kind == b"\x08\x06":
        found.add("arp")
    elif kind == b"\x08\x00":
        header = (frame[14] & 15) * 4
        total, protocol = int.from_bytes(frame[16:18], "big"), frame[23]
        found |= {{1: "icmp", 6: "tcp", 17: "udp"}.get(protocol, "ip")}
        segment = frame[14 + header:]
        if protocol == 6 and len(segment) >= 20:
            if total - header - (segment[12] >> 4) * 4 > 0:
                found.add("data")
            found |= {word for bit, word in ((1, "fin"), (2, "syn")) if segment[13] & bit}
    return found


class Relay(threading.Thread):
    """Relay carries frames between the two taps of each link."""

    class End:
        def __init__(self, fd, far, link, name):
            self.fd, self.far, self.link, self.name = fd, far, link, name
            self.free, self.cut = 0.0, False
            self.faults = [f for f in link.faults if f.sender in (name, name.split(":")[0])]

    def __init__(self):
        super().__init__(daemon=True)
        self.ends, self.waiting, self.number, self.epoll, self.running = {}, [], 0, select.epoll(), True

    def join(self, fds, link):
        for i in (0, 1):
            self.ends[fds[i]] = self.End(fds[i], fds[1 - i], link, link.ends[i])
            self.epoll.register(fds[i], select.EPOLLIN)

    def set_carrier(self, port, up):
        """Plugs the cable of a port in, or out: both of its ends gain or lose their carrier, and what is on it is lost."""
        for fd, end in self.ends.items():
            if port in end.link.ends:
                end.cut = not up
                fcntl.ioctl(fd, TUNSETCARRIER, struct.pack("i", up))
        if not up:
            lost = {fd for fd, end in self.ends.items() if port in end.link.ends}
            self.waiting = [w for w in self.waiting if w[2] not in lost]
            heapq.heapify(self.waiting)

    def set_cut(self, port, cut):
        for end in self.ends.values():
            if port in end.link.ends:
                end.cut = cut

    def leave(self, end, frame, now):
        extra, copies = 0.0, 0 if end.cut else 1
        if end.faults:
            kinds = classes(frame)
            for fault in (f for f in end.faults if f.what in kinds):
                fault.seen += 1
                if fault.seen not in fault.numbers:
                    continue
                if fault.kind == "drop":
                    copies = 0
                elif fault.kind == "duplicate":
                    copies = 2 * copies
                elif fault.kind == "hold":
                    extra += fault.hold
                elif fault.kind == "corrupt":
                    frame = frame[:-1] + bytes([frame[-1] ^ 1])
        # What a cable carries besides the captured bytes: preamble, FCS, gap; and 64 bytes at least.
        cost = (max(len(frame) + 4, 64) + 20) * 8 / end.link.rate
        if (end.free - now) / cost * len(frame) > end.link.queue:
            return
        end.free = max(now, end.free) + cost
        for _ in range(copies):
            self.number += 1
            heapq.heappush(self.waiting, (end.free + end.link.delay + extra, self.number, end.far, frame))

    def run(self):
        while self.running:
            wait = 0.1 if not self.waiting else max(0.0, min(0.1, self.waiting[0][0] - time.monotonic()))
            for fd, _ in self.epoll.poll(wait):
                try:
                    while True:
                        self.leave(self.ends[fd], os.read(fd, 70000), time.monotonic())
                except OSError:  # nothing more, or the interface is down
                    pass
            while self.waiting and self.waiting[0][0] <= time.monotonic():
                _, _, fd, frame = heapq.heappop(self.waiting)
                try:
                    os.write(fd, frame)
                except OSError:  # the far interface is down
                    pass


class Capture(threading.Thread):
    """Capture keeps what every interface sent and received, in the kernel's order."""

    def __init__(self):
        super().__init__(daemon=True)
        self.sockets, self.frames, self.epoll, self.running = {}, [], select.epoll(), True

    def add(self, pid, node, interface, raw):
        with Inside(pid):
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        s.bind((interface, ETH_P_ALL))
        s.setblocking(False)
        self.sockets[s.fileno()] = (s, len(self.sockets), f"{node}:{interface}", raw)
        self.epoll.register(s.fileno(), select.EPOLLIN)

    def run(self):
        while self.running:
            for fd, _ in self.epoll.poll(0.1):
                s, index, name, _ = self.sockets[fd]
                try:
                    while True:
                        frame, where = s.recvfrom(70000)
                        # lo shows everything twice: as it goes out, and as it comes in.
                        if not (name.endswith(":lo") and where[2] == PACKET_OUTGOING):
                            self.frames.append((index, time.time_ns(), frame))
                except BlockingIOError:
                    pass
                except OSError:  # the interface went down
                    pass

    def write(self, path):
        """One pcapng with a block for each interface, called NODE:IFACE."""
        def block(kind, body):
            body += b"\0" * (-len(body) % 4)
            return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)

        with open(path, "wb") as out:
            out.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
            for _, _, name, raw in self.sockets.values():
                name = name.encode()
                option = struct.pack("<HH", 2, len(name)) + name + b"\0" * (-len(name) % 4)
                resolution = struct.pack("<HHB3x", 9, 1, 9)
                out.write(block(1, struct.pack("<HHI", 101 if raw else 1, 0, 0) + option + resolution + struct.pack("<HH", 0, 0)))
            for index, when, frame in self.frames:
                head = struct.pack("<IIIII", index, when >> 32, when & 0xFFFFFFFF, len(frame), len(frame))
                out.write(block(6, head + frame))

