"""Records what a Linux kernel does in the network of a lab, as a golden file.

The nodes become network namespaces, the cables taps with a relay between them; services are the usual daemons, the
steps of the run the usual tools. Needs root or unprivileged user namespaces, and /dev/net/tun. Where something of the
lab cannot be recorded here, it says what and why, and exits 2."""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from . import programs
from .lab import Lab, seconds
from .network import Network

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))


def arguments():
    p = argparse.ArgumentParser(prog="record", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("lab", metavar="LAB", help="the lab file, NAME.lab.yaml")
    p.add_argument("-o", "--out", metavar="DIR", default=".", help="where NAME.txt is written [here]")
    p.add_argument("--until", metavar="TIME", help="read the tables at this moment of the run [as in the golden file that is there already; else 0.7 s after the last step ended]")
    p.add_argument("--rule", action="append", default=[], metavar="RULE", help="a rule of the golden file; may be given several times")
    p.add_argument("--pcap", metavar="FILE", help="keep the capture, too")
    p.add_argument("--build", metavar="DIR", default=f"{ROOT}/build/dev", help="where packetarium and tests/test_golden are built")
    p.add_argument("--keep", action="store_true", help="keep the folder with the logs of all programs")
    return p.parse_args()


def give_up(*reasons):
    for reason in reasons:
        print(f"record: {reason}", file=sys.stderr)
    sys.exit(2)


def enter_namespaces():
    """Starts this program again in namespaces of its own: what it makes there vanishes with it, whatever happens."""
    if os.environ.pop("PACKETARIUM_RECORDING", None):
        return
    command = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if os.geteuid() != 0:
        command += ["--user", "--map-root-user"]
    if not shutil.which("unshare"):
        give_up("unshare is missing: apt-get install util-linux.")
    if not os.path.exists("/dev/net/tun"):
        give_up("This machine has no /dev/net/tun, so the cables cannot be made: modprobe tun, or give the container that device.")
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        give_up("We may not open /dev/net/tun, so the cables cannot be made: chmod 666 /dev/net/tun, or run this as root.")
    probe = subprocess.run(command + ["true"], stderr=subprocess.PIPE, text=True)
    if probe.returncode:
        give_up(f"This machine lets us make no namespaces ({probe.stderr.strip()}): run it as root, or allow unprivileged user namespaces.")
    os.environ["PACKETARIUM_RECORDING"] = "inside"
    os.execvp("unshare", command + [sys.executable, sys.argv[0]] + sys.argv[1:])


def run_steps(network, until):
    """Plays the lab's run; gives when it was over."""
    begin, running = time.monotonic(), []
    programs.start_clients(network)
    for at, node, text in network.lab.steps:
        if until is not None and at > until:
            break
        time.sleep(max(0.0, begin + at - time.monotonic()))
        word, *words = text.split()
        if word in ("cut", "repair", "mend"):
            network.relay.set_cut(words[0], word == "cut")
        elif word in ("plug", "unplug"):
            network.relay.set_carrier(words[0], word == "plug")
        else:
            p = network.start(node, programs.command(network, node, text), f"{network.scratch}/steps.log")
            running.append(p)
    if until is None:
        for p in running:
            p.wait()
        time.sleep(0.7)
    else:
        time.sleep(max(0.0, begin + until - time.monotonic()))
    return time.monotonic() - begin


def congestion(network):
    """What the kernel used where the lab's hosts speak TCP, and whether the lab asks for something else."""
    used, wanted = set(), {}
    for node, value in network.lab.nodes.items():
        if network.lab.is_switch(node):
            continue
        used.add(network.shell(node, "cat /proc/sys/net/ipv4/tcp_congestion_control").strip())
        wanted.setdefault(value.get("congestion-control", "cubic"), []).append(node)
    text = "congestion control " + ", ".join(sorted(used))
    other = [f"{which} ({', '.join(nodes)})" for which, nodes in sorted(wanted.items()) if used != {which}]
    return text + (f", although the lab asks for {' and '.join(other)}: this kernel did not let us choose" if other else "")


def kept_rules(golden):
    """The rules of the golden file that is to be recorded anew."""
    if not os.path.exists(golden):
        return []
    with open(golden) as f:
        return [line[7:].strip() for line in f if line.startswith("# rule ")]


def version(*command):
    try:
        text = subprocess.run(command, capture_output=True, text=True).stdout
        return re.search(r"\d+\.\d+[\w.]*", text)[0]
    except (OSError, TypeError):
        return "?"


def main():
    a = arguments()
    if not os.path.exists(a.lab):
        give_up(f"{a.lab}: there is no such file.")
    name = os.path.basename(a.lab).removesuffix(".yaml").removesuffix(".lab")
    program, test = f"{a.build}/packetarium", f"{a.build}/tests/test_golden"
    for path in (program, test):
        if not os.access(path, os.X_OK):
            give_up(f"{path} is missing: build the project first (./check), or say where it is with --build.")
    try:
        lab = Lab(a.lab, program)
        until = seconds(a.until) if a.until else None
    except ValueError as e:
        give_up(str(e))
    golden = f"{os.path.dirname(os.path.abspath(a.lab))}/golden/{name}.txt"
    rules = list(a.rule) + kept_rules(golden)
    if until is None:
        until = next((seconds(r[6:]) for r in rules if r.startswith("until ")), None)
    rules = [r for r in rules if not r.startswith("until ")]
    reasons = programs.missing(lab)
    if reasons:
        give_up(*reasons)
    enter_namespaces()
    scratch = tempfile.mkdtemp(prefix="record-")
    os.chmod(scratch, 0o711)  # daemons that change their user find their files in it
    network = Network(lab, scratch)
    try:
        network.build()
        network.watch()
        before = len(network.started)
        programs.start_services(network)
        time.sleep(1.0)
        network.stand(before)
        network.capture.frames.clear()  # what the daemons said before the beginning is not part of the run
        over = run_steps(network, until)
        tables, control = network.tables(), congestion(network)
        time.sleep(0.2)
    except (RuntimeError, OSError) as e:
        give_up(f"{e}", *([f"The logs are in {scratch}."] if a.keep else []))
    finally:
        network.stop()
    capture, state = f"{scratch}/capture.pcapng", f"{scratch}/state.txt"
    network.capture.write(capture)
    with open(state, "w") as f:
        f.write(tables)
    first = lab.first_port()
    if first != 49152 and not os.path.exists(golden):
        rules.append(f"ephemeral-from {first}")
    lines = subprocess.run([test, "--lines", capture, state] + rules, capture_output=True, text=True)
    if lines.returncode:
        give_up(lines.stderr.strip())
    os.makedirs(a.out, exist_ok=True)
    head = [f"# What Linux {os.uname().release} sent in this network, one line a frame; README.md tells how to read it.",
            f"# Recorded with {control}; dnsmasq {version('dnsmasq', '--version')}, curl {version('curl', '--version')}.",
            f"# rule until {round(over * 1000)}ms"] + [f"# rule {r}" for r in rules]
    with open(f"{a.out}/{name}.txt", "w") as f:
        f.write("\n".join(head) + "\n" + lines.stdout)
    if a.pcap:
        shutil.copy(capture, a.pcap)
    if a.keep:
        print(f"logs: {scratch}")
    else:
        shutil.rmtree(scratch)
    frames = sum(bool(x) and x[0] not in "=#[" for x in lines.stdout.split("== tables")[0].splitlines())
    print(f"{a.out}/{name}.txt: {frames} frames in {over:.1f} s")
