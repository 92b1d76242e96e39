"""What runs on the nodes: the usual daemons for services, the usual tools for steps."""
import ipaddress
import json
import os
import shlex
import shutil
import sys

from . import firewall
from .lab import many, seconds
from .network import sysctl_key

SOCKETS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sockets.py")
RECORDED = set("kind at interfaces ports gateway routes loopback neighbours firewall dns forwarding nat dns-server web-server "
               "dhcp-server dhcp-relay rip listen ephemeral-ports user-agent congestion-control cards sysctl rules".split())
CABLES = ("plug", "unplug", "cut", "repair", "mend")


def missing(lab):
    """One sentence for each thing that this machine, or this program, cannot record of a lab."""
    why = []
    tools = {"ip": "iproute2", "bridge": "iproute2", "ss": "iproute2", "nsenter": "util-linux", "unshare": "util-linux",
             "tshark": "tshark", "conntrack": "conntrack"}
    for name, node in lab.nodes.items():
        if isinstance(node.get("nat"), dict):
            tools["nft"] = "nftables"
        if "dns-server" in node or node.get("dhcp-server") or node.get("dhcp-relay"):
            tools["dnsmasq"] = "dnsmasq-base"
        if any(lab.interface(name, c["name"]).get("address") == "dhcp" for c in node["cards"]):
            tools["udhcpc"] = "udhcpc"
        for card in node["cards"]:
            tunnel = lab.interface(name, card["name"]).get("wireguard")
            if tunnel:
                tools["wg"] = "wireguard-tools"
                if tunnel.get("userspace"):
                    tools["wireguard-go"] = "wireguard-go"
                if "private-key" not in tunnel or any("node" in p for p in many(tunnel.get("peers"))):
                    why.append(f"{name}:{card['name']}: keys made by the simulator cannot be given to the kernel; write private-key and public-key.")
                if tunnel.get("under-load"):
                    why.append(f"{name}:{card['name']}: under-load cannot be recorded, because the kernel decides that by its real load.")
        for text in many(node.get("firewall")):
            tools["nft"] = "nftables"
            why += unknown_rule(name, text)
        if node.get("rip"):
            for daemon in ("zebra", "ripd"):
                if not os.path.exists(f"/usr/lib/frr/{daemon}"):
                    why.append(f"{name} runs RIP, and FRR's {daemon} is missing: apt-get install frr.")
        if node.get("rip") and os.geteuid() != 0:
            why.append(f"{name} runs RIP, and FRR changes to a user of its own, which namespaces without root do not have: run this as root.")
        for key in sorted(set(node) - RECORDED):
            why.append(f"{name}: \"{key}\" cannot be recorded yet.")
        if isinstance(node.get("nat"), dict) and set(node["nat"]) > {"outside"}:
            why.append(f"{name}: of \"nat\", only \"outside\" can be recorded yet.")
        for record in records_of(node):
            if "address" not in record and not str(record.get("data", "")).startswith("CNAME "):
                why.append(f"{name}: the record {record.get('name')} {record.get('data', '')} cannot be recorded yet.")
        if isinstance(node.get("dns-server"), dict):
            for key in sorted(set(node["dns-server"]) - {"records", "domains", "forward"}):
                why.append(f"{name}: a DNS server's \"{key}\" cannot be recorded yet.")
    for link in lab.links:
        if link.chances:
            why.append(f"{' - '.join(link.ends)}: {', '.join(link.chances)} come by chance, so no two recordings would agree; use faults that count.")
    for at, node, text in lab.steps:
        word = text.split()[0]
        tools.update({"ping": {"ping": "iputils-ping"}, "traceroute": {"traceroute": "traceroute"},
                      "browse": {"curl": "curl"}, "dhcp": {"udhcpc": "udhcpc"}}.get(word, {}))
        if word == "firewall":
            tools["nft"] = "nftables"
            why += unknown_rule(node, text.partition(" ")[2])
        elif word not in KNOWN + CABLES:
            why.append(f"The step \"{text}\" cannot be recorded yet.")
    for tool, package in sorted(tools.items()):
        if not shutil.which(tool):
            why.append(f"{tool} is missing: apt-get install {package}.")
    return why


def unknown_rule(node, text):
    try:
        firewall.rule(text)
    except (ValueError, IndexError):
        return [f"{node}: the filter rule \"{text}\" cannot be recorded yet, because nothing here translates it for nft."]
    return []


def start_services(network):
    lab = network.lab
    for name, node in lab.nodes.items():
        masq = dnsmasq(network, name, node)
        if masq:
            network.start(name, masq)
        if isinstance(node.get("web-server"), dict):
            server = node["web-server"]
            pages = f"{network.scratch}/{name}.pages"
            with open(pages, "w") as f:
                json.dump(server.get("pages", {"/": "<h1>It works</h1>\n"}), f)
            network.start(name, [sys.executable, SOCKETS, "web", str(int(server.get("port", 80))), pages])
        for port, script in node.get("listen", {}).items():
            kind, number = port.split()
            network.start(name, [sys.executable, SOCKETS, "listen", kind, number, script])


def records_of(node):
    """The records of a node's DNS server, each with name, ttl and address or data."""
    records = node["dns-server"].get("records", {}) if isinstance(node.get("dns-server"), dict) else {}
    if isinstance(records, dict):
        return [{"name": k, "data" if " " in str(a) else "address": a} for k, v in records.items() for a in many(v)]
    return records


def dnsmasq(network, name, node):
    """The command of a node's DNS and DHCP server, or nothing."""
    dns, pools, servers = node.get("dns-server"), many(node.get("dhcp-server")), many(node.get("dhcp-relay"))
    if not isinstance(dns, dict) and not pools and not servers:
        return None
    # It stays who it is: namespaces without root have nobody else.
    command = ["dnsmasq", "-k", "-C", "/dev/null", "--user=", "--group=", "--pid-file=", "--no-hosts", "--no-resolv",
               "--bind-interfaces", "--log-facility=-"]
    outside = node["nat"]["outside"] if isinstance(node.get("nat"), dict) else None
    inside = [c for c in node["cards"] if c["name"] != outside and c["addresses"]]
    if isinstance(dns, dict):
        low = str(node.get("ephemeral-ports", "32768-60999")).split("-")[0]
        command.append(f"--min-port={low}")
        command += [f"--listen-address={a.split('/')[0]}" for c in inside for a in c["addresses"]]
        command += [f"--server={a}" for a in many(dns.get("forward"))]
        command += [f"--local=/{d}/" for d in many(dns.get("domains"))]
        records = records_of(node)
        command += [f"--host-record={r['name']},{r['address']},{int(r.get('ttl', 300))}" for r in records if "address" in r]
        command += [f"--cname={r['name']},{r['data'].split()[1]},{int(r.get('ttl', 300))}" for r in records
                    if str(r.get("data", "")).startswith("CNAME ")]
    else:
        command.append("--port=0")
    for pool in pools:
        pool = pool if isinstance(pool, dict) else {}
        if "pool" not in pool:
            continue
        first, last = pool["pool"].split("-")
        lease = int(seconds(pool.get("lease", "60min")))
        mask = [str(ipaddress.ip_network(pool["network"]).netmask)] if "network" in pool else []
        command += [f"--dhcp-range={','.join([first, last, *mask, str(lease)])}", f"--dhcp-leasefile={network.scratch}/{name}.leases"]
        command += ["--dhcp-authoritative"] if pool.get("authoritative", True) else []
        command += ["--no-ping"] if not pool.get("ping", True) else []
        command += [f"--dhcp-option=option:router,{pool['router']}"] if "router" in pool else []
        command += [f"--dhcp-option=option:dns-server,{','.join(many(pool['dns']))}"] if "dns" in pool else []
        command += [f"--domain={pool['domain']}"] if "domain" in pool else []
        for mac, address in pool.get("reservations", {}).items():
            command.append(f"--dhcp-host={mac},{address}")
    command += [f"--dhcp-relay={a.split('/')[0]},{s}" for s in servers for c in inside for a in c["addresses"]]
    if (pools or servers) and not isinstance(dns, dict):
        command += [f"--interface={c['name']}" for c in inside]
    return command


def start_clients(network):
    """What asks by itself from the first moment on: DHCP clients and routing daemons."""
    for name, node in network.lab.nodes.items():
        for card in node["cards"]:
            said = network.lab.interface(name, card["name"])
            if said.get("address") == "dhcp":
                network.start(name, udhcpc(network, name, card["name"], said) + ["-p", pidfile(network, name, card["name"])])
        if node.get("rip"):
            start_rip(network, name, node["rip"] if isinstance(node["rip"], dict) else {})


def pidfile(network, node, card):
    return f"{network.scratch}/{node}.{card}.pid"


def udhcpc(network, node, card, said):
    script = f"{network.scratch}/udhcpc.sh"
    if not os.path.exists(script):
        with open(script, "w") as f:
            f.write("#!/bin/sh\ncase $1 in\nbound|renew) ip addr replace $ip/$mask dev $interface\n"
                    "  for r in $router; do ip route replace default via $r; done;;\n"
                    "deconfig) ip addr flush dev $interface;;\nesac\nexit 0\n")
        os.chmod(script, 0o755)
    command = ["udhcpc", "-f", "-i", card, "-s", script]
    command += ["-x", f"hostname:{said['hostname']}"] if "hostname" in said else []
    return command + (["-a"] if said.get("check") else [])


def start_rip(network, node, rip):
    folder = f"{network.scratch}/{node}.frr"
    os.makedirs(folder)
    lines = ["router rip", " version 2"] + [f" network {n}" for n in many(rip.get("networks"))]
    if not rip.get("networks"):
        lines += [f" network {c['name']}" for c in network.lab.nodes[node]["cards"]]
    if "timers" in rip:
        lines.append(" timers basic " + " ".join(str(int(seconds(t))) for t in rip["timers"]))
    lines += [f" passive-interface {p}" for p in many(rip.get("passive"))]
    lines += [f" redistribute {r}" for r in many(rip.get("redistribute"))]
    lines += [" default-information originate"] if rip.get("default-originate") else []
    if rip.get("split-horizon") is False:
        for card in network.lab.nodes[node]["cards"]:
            lines += [f"interface {card['name']}", " no ip rip split-horizon"]
    with open(f"{folder}/ripd.conf", "w") as f:
        f.write("\n".join(lines) + "\n")
    open(f"{folder}/zebra.conf", "w").close()
    shutil.chown(folder, "frr", "frr")
    common = f"-z {folder}/z.sock --vty_socket {folder}"
    network.start(node, ["sh", "-c", f"/usr/lib/frr/zebra {common} -f {folder}/zebra.conf -i {folder}/z.pid & sleep 0.4; "
                                     f"exec /usr/lib/frr/ripd {common} -f {folder}/ripd.conf -i {folder}/r.pid"])


def ping(words):
    command, rest = ["ping"], words[1:]
    options = {"interval": "-i", "size": "-s", "ttl": "-t", "deadline": "-w", "from": "-I", "count": "-c"}
    if "count" not in words:
        command += ["-c", "4"]
    while rest:
        word = rest.pop(0)
        if word in options:
            value = rest.pop(0)
            command += [options[word], f"{seconds(value):g}" if word in ("interval", "deadline") else value]
        else:
            command += {"fragment": ["-M", "dont"], "dont-fragment": ["-M", "do"], "broadcast": ["-b"], "numeric": ["-n"], "ipv4": ["-4"]}[word]
    return command + [words[0]]


def traceroute(words):
    command, rest, size = ["traceroute", "-n", "-N", "1"], words[1:], []
    options = {"port": "-p", "first": "-f", "hops": "-m", "queries": "-q", "wait": "-w"}
    if "queries" not in words:
        command += ["-q", "1"]
    while rest:
        word = rest.pop(0)
        if word in options:
            value = rest.pop(0)
            command += [options[word], f"{seconds(value):g}" if word == "wait" else value]
        elif word == "size":
            size = [rest.pop(0)]
        else:
            command += {"udp": [], "icmp": ["-I"], "tcp": ["-T"], "ipv4": ["-4"]}[word]
    return command + [words[0]] + size


def script(kind, words):
    host, port, rest, source = words[0], words[1], words[2:], "0"
    if rest[0] == "from":
        source, rest = rest[1], rest[2:]
    return [sys.executable, SOCKETS, "connect", kind, host, port, source, " ".join(rest)]


def dhcp(network, node, words):
    clients = [c["name"] for c in network.lab.nodes[node]["cards"] if network.lab.interface(node, c["name"]).get("address") == "dhcp"]
    card = next((w for w in words if w in clients), clients[0])
    file = pidfile(network, node, card)
    if words[0] in ("renew", "release"):
        return ["sh", "-c", f"kill -{'USR1' if words[0] == 'renew' else 'USR2'} $(cat {file})"]
    wish = next((w for w in words[1:] if w[0].isdigit()), None)
    again = udhcpc(network, node, card, network.lab.interface(node, card)) + ["-q", "-n"] + (["-r", wish] if wish else [])
    return ["sh", "-c", f"kill $(cat {file} 2>/dev/null) 2>/dev/null; exec {shlex.join(again)}"]


def neighbour(words):
    where = f"dev $(ip route get {words[0]} | sed 's/.* dev \\([^ ]*\\).*/\\1/;q')"
    if words[1] == "gone":
        return f"ip neigh del {words[0]} {where}"
    if ":" in words[1]:
        return f"ip neigh replace {words[0]} lladdr {words[1]} nud permanent {where}"
    return f"ip neigh change {words[0]} {where} nud {words[1]}"


KNOWN = ("ping", "traceroute", "browse", "resolve", "tcp", "udp", "dhcp", "neighbour", "forget", "flush", "route", "address", "rule",
         "sysctl", "interface")


def set_sysctl(name, value):
    return f"echo {value} > /proc/sys/{sysctl_key(name).replace('.', '/')}"


def command(network, node, text):
    """The command line of a step."""
    word, *words = text.split()
    if word == "ping":
        return ping(words)
    if word == "traceroute":
        return traceroute(words)
    if word == "browse":
        agent = network.lab.nodes[node].get("user-agent", "Packetarium/0.1")
        return ["curl", *(["-4"] if "ipv4" in words else []), "-s", "-A", agent, "-o", "/dev/null", words[0]]
    if word == "resolve":
        family = {("A", "AAAA"): "AF_UNSPEC", ("AAAA",): "AF_INET6"}.get(tuple(words[1:]), "AF_INET")
        return [sys.executable, "-c", f"import socket; socket.getaddrinfo({words[0]!r}, 0, socket.{family})"]
    if word in ("tcp", "udp"):
        return script(word, words)
    if word == "dhcp":
        return dhcp(network, node, words)
    if word == "firewall":
        return ["sh", "-c", f"{firewall.table()}; {firewall.rule(text.partition(' ')[2])}"]
    shell = {"neighbour": lambda: neighbour(words),
             "forget": lambda: f"bridge fdb del {words[0]} dev $(bridge fdb show | sed -n 's/^{words[0]} dev \\([^ ]*\\) .*/\\1/p;q') master",
             "flush": lambda: "ip route flush cache", "route": lambda: "ip " + text, "address": lambda: "ip " + text,
             "rule": lambda: "ip " + text, "interface": lambda: f"ip link set {words[0]} {words[1]}",
             "sysctl": lambda: set_sysctl(*words[0].split("="))}[word]()
    return ["sh", "-c", shell]
