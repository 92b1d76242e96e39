"""The nodes of a lab as network namespaces, configured with ip(8), nft(8) and wg(8)."""
import os
import re
import subprocess
import time

from . import firewall, wires
from .lab import many


def sysctl(key, value):
    return f"echo '{value}' > /proc/sys/{key.replace('.', '/')}"


class Network:
    def __init__(self, lab, scratch):
        self.lab, self.scratch = lab, scratch
        self.pids, self.relay, self.capture, self.started = {}, wires.Relay(), wires.Capture(), []

    def inside(self, node):
        return ["nsenter", "-t", str(self.pids[node]), "-n", "-m", "--"]

    def shell(self, node, script, check=True):
        done = subprocess.run(self.inside(node) + ["sh", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, stdin=subprocess.DEVNULL)
        if check and done.returncode:
            raise RuntimeError(f"{node}: {script.strip()}\n{done.stdout.strip()}")
        return done.stdout

    def start(self, node, command, log=None):
        out = open(log or f"{self.scratch}/{node}.log", "a")
        p = subprocess.Popen(self.inside(node) + command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        self.started.append(p)
        return p

    def stand(self, since):
        """Fails with the words of the first program that ended since there were so many."""
        for p in self.started[since:]:
            if p.poll() is not None:
                node = next(n for n, pid in self.pids.items() if p.args[2] == str(pid))
                with open(f"{self.scratch}/{node}.log") as f:
                    raise RuntimeError(f"{node}: {' '.join(p.args[6:9])} … ended at once: {f.read().strip()}")

    def build(self):
        mine = os.readlink("/proc/self/ns/net")
        for node in self.lab.nodes:
            holder = subprocess.Popen(["unshare", "--net", "--mount", "sleep", "infinity"])
            self.started.append(holder)
            self.pids[node] = holder.pid
            while os.readlink(f"/proc/{holder.pid}/ns/net") == mine or "sleep" not in open(f"/proc/{holder.pid}/comm").read():
                time.sleep(0.01)
        taps = {}
        linked = {end for link in self.lab.links for end in link.ends}
        for node, value in self.lab.nodes.items():
            for card in value["cards"]:
                port = f"{node}:{card['name']}"
                if port in linked:
                    taps[port] = wires.open_tap(self.pids[node], card["name"])
        for link in self.lab.links:
            self.relay.join([taps[e] for e in link.ends], link)
            if not link.up:
                self.relay.set_carrier(link.ends[0], False)
        self.relay.start()
        for node in self.lab.nodes:
            self.configure(node, linked)
        self.wait_for_bridges()

    def configure(self, node, linked):
        value, switch = self.lab.nodes[node], self.lab.is_switch(node)
        low, high = str(value.get("ephemeral-ports", "32768-60999")).split("-")
        lines = [sysctl("net.ipv6.conf.all.disable_ipv6", 1), sysctl("net.ipv6.conf.default.disable_ipv6", 1),
                 sysctl("net.ipv4.ip_forward", int(bool(value["forwarding"]))),
                 sysctl("net.ipv4.ip_local_port_range", f"{low} {high}"),
                 sysctl("net.ipv4.conf.all.rp_filter", 0), sysctl("net.ipv4.conf.default.rp_filter", 0),
                 sysctl("net.ipv4.tcp_rmem", "4096 131072 6291456"), sysctl("net.ipv4.tcp_wmem", "4096 16384 4194304"),
                 f"({sysctl('net.ipv4.tcp_congestion_control', value.get('congestion-control', 'cubic'))}) 2>/dev/null || :",
                 sysctl("net.ipv4.conf.all.promote_secondaries", 1), "ip link set lo up"]
        if switch:
            lines.append("ip link add br0 type bridge mcast_snooping 0")
        for card in value["cards"]:
            name, said = card["name"], self.lab.interface(node, card["name"])
            if "wireguard" in said:
                lines.append(self.wireguard(node, name, said["wireguard"]))
            elif "vxlan" in said:
                v = said["vxlan"]
                lines.append(f"ip link add {name} type vxlan id {v['vni']} remote {v['remote']} dstport {int(v.get('port', 4789))}"
                             + (f" local {v['local']}" if "local" in v else ""))
            elif said.get("kind") == "tunnel":
                lines.append(f"ip tuntap add {name} mode tun")
            elif f"{node}:{name}" not in linked:
                lines.append(f"ip tuntap add {name} mode tap")
            if not set(card["mac"]) <= {"0", ":"}:
                lines.append(f"ip link set {name} address {card['mac']}")
            lines.append(f"ip link set {name} mtu {card['mtu']}")
            if switch:
                lines.append(f"ip link set {name} master br0")
        lines += [f"ip link set {card['name']} up" for card in value["cards"]] + (["ip link set br0 up"] if switch else [])
        for card in value["cards"]:
            lines += [f"ip addr add {a} dev {card['name']}" for a in card["addresses"]
                      if self.lab.interface(node, card["name"]).get("address") != "dhcp"]
        lines += [f"ip addr add {a} dev lo" for a in many(value.get("loopback"))]
        lines += [sysctl(sysctl_key(k), int(v)) for k, v in value.get("sysctl", {}).items() if not k.endswith("ip_forward")]
        lines += [f"ip rule add {r} || :" for r in rule_words(many(value.get("rules")))]
        if "gateway" in value:
            lines.append(f"ip route add default via {value['gateway']} || :")
        # What the kernel refuses is refused in the simulator, too: the recording goes on.
        lines += [f"ip route add {route_words(r)} || :" for r in many(value.get("routes"))]
        for address, mac in value.get("neighbours", {}).items():
            lines.append(f"ip neigh add {address} lladdr {mac} nud permanent "
                         f"dev $(ip route get {address} | sed 's/.* dev \\([^ ]*\\).*/\\1/;q')")
        if "nat" in value and isinstance(value["nat"], dict):
            lines.append("nft 'table ip nat { chain out { type nat hook postrouting priority srcnat; "
                         f"oifname \"{value['nat']['outside']}\" masquerade; }}; }}'")
        rules = many(value.get("firewall"))
        lines += ([firewall.table()] if rules else []) + [firewall.rule(r) for r in rules]
        self.shell(node, "set -e\n" + "\n".join(lines))
        files = {"resolv.conf": "".join(f"nameserver {a}\n" for a in many(value.get("dns"))), "hosts": "127.0.0.1 localhost\n"}
        for name, text in files.items():
            path = f"{self.scratch}/{node}.{name}"
            with open(path, "w") as f:
                f.write(text)
            self.shell(node, f"mount --bind {path} /etc/{name}")

    def wireguard(self, node, name, value):
        """The keys of a tunnel, and what makes its interface: the kernel, or wireguard-go where the lab asks for it."""
        lines = [f"[Interface]\nPrivateKey = {value['private-key']}"]
        lines += [f"ListenPort = {int(value['listen-port'])}"] if "listen-port" in value else []
        for peer in many(value.get("peers")):
            lines.append(f"[Peer]\nPublicKey = {peer['public-key']}\nAllowedIPs = {', '.join(many(peer.get('allowed-ips')))}")
            lines += [f"PresharedKey = {peer['preshared-key']}"] if "preshared-key" in peer else []
            lines += [f"Endpoint = {peer['endpoint']}"] if "endpoint" in peer else []
            lines += [f"PersistentKeepalive = {peer['persistent-keepalive'].rstrip('s')}"] if "persistent-keepalive" in peer else []
        path = f"{self.scratch}/{node}.{name}.conf"
        with open(path, "w") as f:
            f.write("\n".join(lines) + "\n")
        if value.get("userspace"):
            make = (f"WG_PROCESS_FOREGROUND=1 wireguard-go {name} >/dev/null 2>&1 &\n"
                    f"for i in 1 2 3 4 5 6 7 8 9; do [ -S /var/run/wireguard/{name}.sock ] || sleep 0.2; done")
            make = f"mkdir -p /var/run/wireguard; mount -t tmpfs none /var/run/wireguard\n{make}"
        else:
            make = f"ip link add {name} type wireguard"
        return f"{make}\nwg setconf {name} {path}"

    def wait_for_bridges(self):
        end = time.monotonic() + 5
        for node in filter(self.lab.is_switch, self.lab.nodes):
            while time.monotonic() < end:
                states = re.findall(r"state (\w+)", self.shell(node, "bridge link show"))
                if all(s in ("forwarding", "disabled") for s in states):
                    break
                time.sleep(0.05)

    def watch(self):
        for node, value in self.lab.nodes.items():
            names = [c["name"] for c in value["cards"]] + ([] if self.lab.is_switch(node) else ["lo"])
            for name in names:
                said = self.lab.interface(node, name)
                self.capture.add(self.pids[node], node, name, "wireguard" in said or said.get("kind") == "tunnel")
        self.capture.start()

    def tables(self):
        """The text of all tables, as "packetarium run --state" writes it."""
        rules = "ip rule | wc -l | grep -qx 3 || ip rule | sed 's/:\t/: /'"
        show = (("ip addr", "ip -br addr"), ("ip rule", rules), ("ip route", "ip route"), ("route cache", "ip route show cache"),
                ("ip neigh", "ip neigh"), ("bridge fdb", "bridge fdb show | grep -v permanent"),
                ("sockets", "ss -Htan; ss -Huan"), ("conntrack", "conntrack -L 2>/dev/null | sort"))
        out = []
        for node in self.lab.nodes:
            numbers = self.shell(node, "ip route show table all | sed -n 's/.* table \\([0-9]*\\).*/\\1/p' | sort -nu", check=False)
            tables = tuple((f"ip route table {n}", f"ip route show table {n}") for n in numbers.split())
            for title, command in show + tables:
                text = self.shell(node, command, check=False)
                text = re.sub(r" expires \d+sec| nhid \d+| use=\d+| secctx=\S+", "", text)
                if title == "ip addr":
                    # A tap says UNKNOWN until its carrier changes for the first time, and UP from then on.
                    cards = "|".join(re.escape(c["name"]) for c in self.lab.nodes[node]["cards"])
                    text = re.sub(rf"^({cards})( +)UP\b", r"\1\2UNKNOWN", text, flags=re.M)
                if title == "conntrack":
                    text = re.sub(r"^(\w+ +\d+) \d+", r"\1", text, flags=re.M)
                text = "\n".join(line.rstrip() for line in text.splitlines() if line.strip())
                if text:
                    out.append(f"[{node}] {title}\n{text}\n")
        return "\n".join(out)

    def stop(self):
        self.relay.running = self.capture.running = False
        for p in reversed(self.started):
            if p.poll() is None:
                p.kill()
        for p in self.started:
            p.wait()


def route_words(route):
    """A route of a lab file as ip(8) wants it."""
    if not isinstance(route, dict):
        return route
    words = [route["kind"]] if route.get("kind", "unicast") != "unicast" else []
    words.append(str(route["to"]))
    for key in ("src", "table", "metric"):
        if key in route:
            words += [key, str(int(route[key]) if key == "metric" else route[key])]
    hops = route.get("via") if isinstance(route.get("via"), list) else []
    if hops:
        words += [f"nexthop via {hop}" for hop in hops]
    else:
        words += [f"{key} {route[key]}" for key in ("via", "dev") if key in route]
    if route.get("onlink"):
        words.append("onlink")
    return " ".join(words)


def rule_words(rules):
    """The rules of a lab file as ip(8) wants them: those without a priority keep their order, just before "main"."""
    unnamed = [r for r in rules if "priority" not in r and "pref" not in r]
    return [r if r not in unnamed else f"{r} priority {32766 - len(unnamed) + unnamed.index(r)}" for r in rules]


OF_NODE = ("ip_forward", "icmp_echo_ignore_broadcasts", "tcp_syn_retries", "fib_multipath_hash_policy", "fib_multipath_hash_seed")


def sysctl_key(name):
    """The whole name of a setting: "eth0.proxy_arp" is net.ipv4.conf.eth0.proxy_arp."""
    if name.startswith("net."):
        return name
    scope, _, last = name.rpartition(".")
    if last in OF_NODE:
        return f"net.ipv4.{last}"
    group, usual = ("neigh", "default") if last == "proxy_delay" else ("conf", "all")
    return f"net.ipv4.{group}.{scope.removeprefix(group + '.') or usual}.{last}"
