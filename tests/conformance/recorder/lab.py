"""The lab that is to be recorded, as "packetarium export LAB --json" gives it."""
import json
import re
import subprocess

UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0}


def seconds(text):
    """A time of a lab file ("300ms", "1.5s", 0.2) in seconds."""
    m = re.fullmatch(r"([\d.]+)\s*(ns|us|ms|s|min)?", str(text).strip())
    if not m:
        raise ValueError(f"{text}: no time")
    return float(m[1]) * UNITS[m[2] or "s"]


def bits(text):
    m = re.fullmatch(r"([\d.]+)\s*([kMGT]?)bit/s", str(text))
    return float(m[1]) * {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}[m[2]]


def octets(text):
    m = re.fullmatch(r"([\d.]+)\s*([kMG]?)(i?)B", str(text))
    return float(m[1]) * (1024 if m[3] else 1000) ** " kMG".index(m[2] or " ")


def many(value):
    """A value that may be one or a list of them."""
    return [] if value is None else value if isinstance(value, list) else [value]


class Fault:
    """One counted fault: "drop data 4,6-8 from b", "hold any 2 from a by 30ms"."""

    def __init__(self, text):
        words = text.split()
        self.kind, self.what = words[0], words[1]
        self.numbers = set()
        for part in "".join(words[2:words.index("from")]).split(","):
            first, _, last = part.partition("-")
            self.numbers |= set(range(int(first), int(last or first) + 1))
        self.sender = words[words.index("from") + 1]
        self.hold = seconds(words[-1]) if "by" in words else 0.0
        self.seen = 0


class Link:
    def __init__(self, value):
        value = value if isinstance(value, dict) else {"ends": value}
        self.ends = value["ends"]
        self.delay = seconds(value.get("delay", "1ms"))
        self.rate = bits(value.get("rate", "1Gbit/s"))
        self.queue = octets(value.get("queue", "1MB"))
        self.up = value.get("up", True)
        self.chances = [k for k in ("loss", "corrupt", "duplicate", "reorder", "jitter") if k in value]
        self.faults = [Fault(f) for f in many(value.get("faults"))]


class Lab:
    def __init__(self, path, program):
        done = subprocess.run([program, "export", path, "--json"], capture_output=True, text=True)
        if done.returncode:
            raise ValueError(done.stderr.strip())
        self.json = json.loads(done.stdout)
        self.nodes = {name: self.json["nodes"][name] for name in self.json["order"]}
        self.links = [Link(v) for v in self.json.get("links", [])]
        self.steps = sorted(((seconds(s["at"]), s.get("on"), s["do"]) for s in self.json.get("run", [])), key=lambda s: s[0])

    def is_switch(self, name):
        return self.nodes[name].get("kind") == "switch"

    def interface(self, node, name):
        """What the file says of an interface; {} when it says nothing."""
        found = self.nodes[node].get("interfaces")
        found = found.get(name) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {"address": found} if found else {}

    def first_port(self, default=32768):
        """Where random ports begin: the lowest of the ranges that the nodes use."""
        ranges = [str(n.get("ephemeral-ports", f"{default}-60999")) for name, n in self.nodes.items() if not self.is_switch(name)]
        return min([int(r.split("-")[0]) for r in ranges] or [default])
