#!/usr/bin/env python3
"""The programs that labs run on their nodes, on real sockets: scripts and a small web server.

  sockets.py connect tcp|udp HOST PORT FROM SCRIPT      FROM 0: any port
  sockets.py listen tcp|udp PORT SCRIPT
  sockets.py web PORT PAGES.json"""
import json
import os
import re
import socket
import struct
import sys
import threading
import time


def steps(script):
    for text in script.split(","):
        word, _, amount = text.strip().partition(" ")
        yield word, amount.strip()


def duration(text):
    m = re.fullmatch(r"([\d.]+)\s*(ns|us|ms|s|min)?", text)
    return float(m[1]) * {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1, "min": 60}[m[2] or "s"]


def prepare(s, script):
    """What holds from the handshake on, when it stands first; gives the backlog, if there is one."""
    backlog = None
    for word, amount in steps(script):
        if word == "rcvbuf":
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, int(amount))
        elif word == "backlog":
            backlog = int(amount)
        else:
            break
    return backlog


def play(s, tcp, script):
    try:
        for word, amount in steps(script):
            if word == "send":
                size, _, times = amount.partition("x")
                for _ in range(int(times or 1)):
                    s.sendall(bytes(i & 255 for i in range(int(size)))) if tcp else s.send(bytes(i & 255 for i in range(int(size))))
            elif word == "recv" and tcp:
                left = int(amount or 1)
                while left > 0 and (got := s.recv(left)):
                    left -= len(got)
            elif word == "recv":
                s.settimeout(30)
                s.recv(70000)
            elif word == "drain":
                while s.recv(65536):
                    pass
            elif word == "echo":
                while True:
                    data, who = s.recvfrom(70000)
                    s.sendto(data, who)
            elif word == "sleep":
                time.sleep(duration(amount))
            elif word == "shut":
                s.shutdown(socket.SHUT_WR)
            elif word == "close":
                return s.close()
            elif word == "rst":
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return s.close()
            elif word == "rcvbuf":
                s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, int(amount))
            elif word == "nodelay":
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            elif word == "keepalive":
                s.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL):
                    s.setsockopt(socket.IPPROTO_TCP, option, max(1, round(duration(amount))))
            elif word == "join":
                s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(amount) + bytes(4))
            elif word != "backlog":
                sys.exit(f"{word}: unknown step")
    except OSError as e:
        print(e.strerror or e, flush=True)


def connect(kind, host, port, source, script):
    tcp = kind == "tcp"
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM)
    prepare(s, script)
    try:
        if int(source):
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(("", int(source)))
        s.connect((host, int(port)))
    except OSError as e:
        return print(e.strerror, flush=True)
    play(s, tcp, script)


def listen(kind, port, script):
    tcp = kind == "tcp"
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    backlog = prepare(s, script)
    s.bind(("", int(port)))
    if not tcp:
        return play(s, False, script)
    s.listen(backlog or 16)
    while backlog:  # one after the other
        with s.accept()[0] as c:
            play(c, True, script)
    while True:
        threading.Thread(target=play, args=(s.accept()[0], True, script), daemon=True).start()


def web(port, pages):
    with open(pages) as f:
        pages = json.load(f)
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("", int(port)))
    s.listen(16)

    def serve(c):
        data = b""
        while got := c.recv(65536):
            data += got
            while b"\r\n\r\n" in data:
                head, _, data = data.partition(b"\r\n\r\n")
                path = head.split()[1].decode()
                body = pages.get(path, "Not Found").encode()
                status = "200 OK" if path in pages else "404 Not Found"
                c.sendall(f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                          + (b"" if head.startswith(b"HEAD") else body))
        c.close()

    while True:
        threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()


if __name__ == "__main__":
    {"connect": connect, "listen": listen, "web": web}[sys.argv[1]](*sys.argv[2:])
    os._exit(0) if sys.argv[1] == "web" else None
