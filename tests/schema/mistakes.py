#!/usr/bin/env python3
"""What an editor shows for resources/lab.schema.json, asked of yaml-language-server (the server behind YAML in VS Code,
Neovim and others). Typing mistakes must each be flagged in their line, every key must have a hover text, and no lab that
the program takes may be complained about.

    mkdir -p /tmp/yls && (cd /tmp/yls && npm install yaml-language-server)     # outside the repository
    tests/schema/mistakes.py /tmp/yls [more labs that must be clean…]

It needs node and that package, and no network once it is there; ./check does not run it."""
import glob
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCHEMA = "file://" + os.path.join(ROOT, "resources/lab.schema.json")

HEAD = """packetarium: 1
nodes:
  a:
    kind: host
    interfaces:
      eth0: {mac: "02:00:00:00:00:01", address: 192.168.0.5/24}
  b: {}
links:
  - [a:eth0, b:eth0]
"""

# What, the text, and the line (from 1) that must be flagged.
MISTAKES = [
    ("key of the lab", "packetarium: 1\nnotes2: []\n", 2),
    ("key of a node", "packetarium: 1\nnodes:\n  a:\n    gatewey: 10.0.0.1\n", 4),
    ("key of an interface", "packetarium: 1\nnodes:\n  a:\n    interfaces:\n      eth0:\n        adress: 10.0.0.1/8\n", 6),
    ("key of a link", "packetarium: 1\nlinks:\n  - ends: [a:eth0, b:eth0]\n    dealy: 4ms\n", 4),
    ("key of a link in brackets", "packetarium: 1\nlinks:\n  - {ends: [a:eth0, b:eth0], dealy: 4ms}\n", 3),
    ("key of a route", "packetarium: 1\nnodes:\n  a:\n    routes:\n      - to: default\n        gateway: 10.0.0.1\n", 6),
    ("key of a peer", "packetarium: 1\nnodes:\n  a:\n    interfaces:\n      wg0:\n        wireguard:\n          peers:\n"
     "            - node: b\n              allowed-ip: 10.0.0.0/8\n", 9),
    ("key of a DHCP pool", "packetarium: 1\nnodes:\n  a:\n    dhcp-server:\n      leese: 2min\n", 5),
    ("key of a zone", "packetarium: 1\nnodes:\n  a:\n    dns-server:\n      zones:\n        a.b:\n          tll: 60\n", 7),
    ("key of a page", "packetarium: 1\nnodes:\n  a:\n    web-server:\n      pages:\n        /:\n          txt: Hello\n", 7),
    ("key of RIP", "packetarium: 1\nnodes:\n  a:\n    rip:\n      network: 10.0.0.0/8\n", 5),
    ("key of a step", "packetarium: 1\nrun:\n  - at: 0s\n    node: a\n    do: ping 10.0.0.1\n", 4),
    ("key of NAT", "packetarium: 1\nnodes:\n  a:\n    nat:\n      outside: wan0\n      forwards: tcp 80 to 10.0.0.1\n", 6),
    ("unknown option of a port", "packetarium: 1\nnodes:\n  a:\n    interfaces:\n      eth0: {speed: 100}\n", 5),
    ("unknown kind", "packetarium: 1\nnodes:\n  a:\n    kind: ruter\n", 4),
    ("wrong type", "packetarium: 1\nnodes:\n  a:\n    forwarding: maybe\n", 4),
    ("list instead of a map", "packetarium: 1\nnodes:\n  - a\n", 3),
    ("map instead of a list", "packetarium: 1\nlinks:\n  a: b\n", 3),
    ("number out of range", "packetarium: 1\nnodes:\n  a:\n    interfaces:\n      eth0:\n        mtu: 20\n", 6),
    ("port out of range", "packetarium: 1\nnodes:\n  a:\n    web-server:\n      port: 70000\n", 5),
    ("bad address", "packetarium: 1\nnodes:\n  a:\n    gateway: 192.168.0.256\n", 4),
    ("bad prefix", "packetarium: 1\nnodes:\n  a:\n    interfaces:\n      eth0: 192.168.0.1/33\n", 5),
    ("prefix without length", "packetarium: 1\nnodes:\n  a:\n    interfaces:\n      eth0:\n        address: 192.168.0.1\n", 6),
    ("bad MAC", "packetarium: 1\nnodes:\n  a:\n    interfaces:\n      eth0:\n        mac: \"02:00:00:00:00\"\n", 6),
    ("MAC of a group", "packetarium: 1\nnodes:\n  a:\n    interfaces:\n      eth0:\n        mac: \"01:00:00:00:00:01\"\n", 6),
    ("duration without unit", "packetarium: 1\nlinks:\n  - ends: [a:eth0, b:eth0]\n    delay: 4\n", 4),
    ("duration with a wrong unit", "packetarium: 1\nlinks:\n  - ends: [a:eth0, b:eth0]\n    delay: 4 sec\n", 4),
    ("bad rate", "packetarium: 1\nlinks:\n  - ends: [a:eth0, b:eth0]\n    rate: 100Mbps\n", 4),
    ("bad chance", "packetarium: 1\nlinks:\n  - ends: [a:eth0, b:eth0]\n    loss: 101%\n", 4),
    ("unknown verb", "packetarium: 1\nrun:\n  - {at: 0s, on: a, do: pong 10.0.0.1}\n", 3),
    ("missing ends", "packetarium: 1\nlinks:\n  - {delay: 4ms}\n", 3),
    ("three ends", "packetarium: 1\nlinks:\n  - [a:eth0, b:eth0, c:eth0]\n", 3),
    ("an end without port", "packetarium: 1\nlinks:\n  - [a:eth0, b]\n", 3),
    ("bad fault", "packetarium: 1\nlinks:\n  - ends: [a:eth0, b:eth0]\n    faults: lose data 4 from b\n", 4),
    ("bad filter rule", "packetarium: 1\nnodes:\n  a:\n    firewall:\n      - deny tcp to port 80\n", 5),
    ("bad port forward", "packetarium: 1\nnodes:\n  a:\n    nat:\n      outside: wan0\n      forward: tcp 80 10.0.0.1\n", 6),
    ("bad name of a node", "packetarium: 1\nnodes:\n  1a: {}\n", 3),
    ("bad key of listen", "packetarium: 1\nnodes:\n  a:\n    listen:\n      sctp 80: echo\n", 5),
    ("no version", "name: Lab\n", 1),
    ("peer with node and key", "packetarium: 1\nnodes:\n  a:\n    interfaces:\n      wg0:\n        wireguard:\n          peers:\n"
     "            - node: b\n              public-key: xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\n", 8),
]


class Server:
    def __init__(self, folder):
        program = os.path.join(folder, "node_modules/yaml-language-server/bin/yaml-language-server")
        self.process = subprocess.Popen(["node", program, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        self.number = 0
        self.diagnostics = {}
        self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {
            "textDocument": {"hover": {"contentFormat": ["markdown"]}}}})
        self.tell("initialized", {})
        self.tell("workspace/didChangeConfiguration", {"settings": {"yaml": {
            "schemas": {SCHEMA: "*.lab.yaml"}, "schemaStore": {"enable": False}, "validate": True, "hover": True}}})

    def send(self, message):
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(text), text))
        self.process.stdin.flush()

    def tell(self, method, params):
        self.send({"method": method, "params": params})

    def receive(self):
        length = 0
        while line := self.process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        message = json.loads(self.process.stdout.read(length))
        if message.get("method") == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif message.get("method") == "workspace/configuration":
            self.send({"id": message["id"], "result": [
                {"schemas": {SCHEMA: "*.lab.yaml"}, "schemaStore": {"enable": False}, "validate": True, "hover": True}
                if item.get("section") == "yaml" else None for item in message["params"]["items"]]})
        elif "method" in message and "id" in message:
            self.send({"id": message["id"], "result": None})
        return message

    def ask(self, method, params):
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == self.number and "method" not in message:
                return message.get("result")

    def open(self, uri, text):
        """open gives what is flagged: line from 1, and message."""
        self.diagnostics.pop(uri, None)
        self.tell("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}})
        while uri not in self.diagnostics:
            self.receive()
        return [(d["range"]["start"]["line"] + 1, d["message"]) for d in self.diagnostics[uri]]

    def hover(self, uri, line, column):
        result = self.ask("textDocument/hover", {"textDocument": {"uri": uri},
                                                 "position": {"line": line, "character": column}})
        return result and result["contents"]["value"]


# Where the keys of each group stand: lines before them, the last one's depth in spaces.
NODE = "nodes:\n  a:\n"
PLACES = {
    "lab": ("", 0), "link": ("links:\n  -\n", 4), "step": ("run:\n  -\n", 4), "area": ("areas:\n  -\n", 4),
    "note": ("notes:\n  -\n", 4), "node": (NODE, 4), "interface": (NODE + "    interfaces:\n      eth0:\n", 8),
    "wireguard": (NODE + "    interfaces:\n      eth0:\n        wireguard:\n", 10),
    "peer": (NODE + "    interfaces:\n      eth0:\n        wireguard:\n          peers:\n            -\n", 14),
    "vxlan": (NODE + "    interfaces:\n      eth0:\n        vxlan:\n", 10), "route": (NODE + "    routes:\n      -\n", 8),
    "nat": (NODE + "    nat:\n", 6), "dnsServer": (NODE + "    dns-server:\n", 6),
    "zone": (NODE + "    dns-server:\n      zones:\n        a.b:\n", 10),
    "record": (NODE + "    dns-server:\n      records:\n        -\n", 10), "webServer": (NODE + "    web-server:\n", 6),
    "webHost": (NODE + "    web-server:\n      hosts:\n        a.b:\n", 10),
    "page": (NODE + "    web-server:\n      pages:\n        /:\n", 10), "dhcpPool": (NODE + "    dhcp-server:\n", 6),
    "reservation": (NODE + "    dhcp-server:\n      reservations:\n        \"00:00:00:00:00:09\":\n", 10),
    "rip": (NODE + "    rip:\n", 6),
}


def groups():
    """The groups of the schema: name, keys with their descriptions, the required ones."""
    schema = json.load(open(os.path.join(ROOT, "resources/lab.schema.json")))
    for name, group in [("lab", schema), *schema["$defs"].items()]:
        for form in group.get("anyOf", [group]):
            if "properties" in form:
                yield name, form["properties"], form.get("required", [])


def example(properties, key):
    return properties[key]["description"].rsplit("Example: %s: " % key, 1)[1]


def examples():
    """For each key: group, key, a lab text with its example, and the place of the key."""
    for name, properties, required in groups():
        before, depth = PLACES[name]
        for key in properties:
            others = [k for k in required if k != key]
            if name == "peer" and key not in ("node", "public-key"):
                others.append("node")
            if name == "record" and key not in ("address", "data"):
                others.append("address")
            lines = ["%s: %s" % (k, example(properties, k)) for k in [key, *others]]
            head = "" if name == "lab" else "packetarium: 1\n"
            text = head + before + "".join(" " * depth + line + "\n" for line in lines)
            yield name, key, text, (head + before).count("\n"), depth


def main():
    server = Server(sys.argv[1])
    bad = 0
    shown = os.environ.get("VERBOSE")
    for number, (what, text, line) in enumerate(MISTAKES):
        found = server.open("file:///m%d.lab.yaml" % number, text)
        if not any(at == line for at, _ in found):
            bad += 1
            print("NOT FLAGGED in line %d: %s: %s" % (line, what, found))
        elif shown or len(found) > 1:
            print("%-28s %s" % (what, "; ".join("%d: %s" % (at, re.sub(r"\s+", " ", m)) for at, m in found)))
    print("%d mistakes, %d not flagged in their line" % (len(MISTAKES), bad))

    clean = ["resources/labs/*.lab.yaml", "tests/conformance/*.lab.yaml", "tests/fuzz/*.lab.yaml"]
    files = [f for pattern in clean for f in sorted(glob.glob(os.path.join(ROOT, pattern)))] + sys.argv[2:]
    complaints = 0
    for f in files:
        for at, message in server.open("file://" + os.path.abspath(f), open(f).read()):
            complaints += 1
            print("%s:%d: %s" % (f, at, re.sub(r"\s+", " ", message)))
    print("%d labs, %d complaints" % (len(files), complaints))

    keys = silent = wrong = 0
    for name, key, text, row, column in examples():
        keys += 1
        uri = "file:///k%d.lab.yaml" % keys
        for at, message in server.open(uri, text):
            wrong += 1
            print("%s.%s: its example is flagged: %d: %s\n%s" % (name, key, at, message, text))
        hover = server.hover(uri, row, column + 1) or ""
        if "Example" not in hover:
            silent += 1
            print("%s.%s: no hover text but %r" % (name, key, hover))
    print("%d keys, %d without hover text, %d complaints about their examples" % (keys, silent, wrong))
    server.process.kill()
    sys.exit(1 if bad or complaints or silent or wrong else 0)


main()
