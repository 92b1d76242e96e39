"""Packet filter rules of a lab as nft(8) commands."""

CHAINS = ("input", "forward", "output")
REJECTIONS = {"net-unreachable": "net-unreachable", "host-unreachable": "host-unreachable", "prot-unreachable": "prot-unreachable",
              "port-unreachable": "port-unreachable", "net-prohibited": "net-prohibited", "host-prohibited": "host-prohibited",
              "admin-prohibited": "admin-prohibited"}


def table():
    """The table with all chains, which does nothing when it is there already."""
    chains = " ".join(f"chain {c} {{ type filter hook {c} priority 0; }};" for c in CHAINS)
    return f"nft 'table ip lab {{ {chains} }}'"


def rule(text):
    """The nft command of a rule like "reject udp to port 9 with admin-prohibited", or ValueError."""
    words = text.split()
    verdict = words.pop(0)
    if verdict == "policy":
        return f"nft 'chain ip lab {words[0]} {{ policy {words[1]}; }}'"
    if verdict not in ("accept", "drop", "reject", "reset"):
        raise ValueError(text)
    chain, protocol, match, reason = "input", None, [], "port-unreachable"
    while words:
        word = words.pop(0)
        if word in CHAINS:
            chain = word
        elif word in ("tcp", "udp", "icmp"):
            protocol = word
        elif word in ("from", "to") and words[0] == "port":
            match.append(f"{protocol or 'th'} {'sport' if word == 'from' else 'dport'} {words[1]}")
            del words[:2]
        elif word in ("from", "to"):
            match.append(f"ip {'saddr' if word == 'from' else 'daddr'} {words.pop(0)}")
        elif word in ("in", "out"):
            match.append(f"{'i' if word == 'in' else 'o'}ifname \"{words.pop(0)}\"")
        elif word == "state":
            match.append(f"ct state {words.pop(0)}")
        elif word == "with" and words[0] in REJECTIONS:
            reason = REJECTIONS[words.pop(0)]
        else:
            raise ValueError(text)
    if protocol:
        match.insert(0, f"ip protocol {protocol}")
    end = {"reject": f"reject with icmp type {reason}", "reset": "reject with tcp reset"}.get(verdict, verdict)
    return f"nft 'add rule ip lab {chain} {' '.join(match)} {end}'"
