#!/bin/bash
# Builds a small network in the real window, by mouse and keyboard alone, saves it, opens it again and plays it.
# Exit code 0: the saved lab, run by `packetarium run`, brings the page. See tests/ui/README.md.
#
#   tests/ui/drive/build_a_lab.sh PROGRAM [FOLDER] [DISPLAY]
#
# FOLDER (default /tmp/drive) receives mine.lab.yaml and the screenshots.
# shellcheck disable=SC2086,SC2154 # places are two numbers; hands.sh sets the rest
. "$(dirname "${BASH_SOURCE[0]}")/hands.sh"

# --- where the devices go ------------------------------------------------------------------------------------------
HOST1="289 228" HOST2="289 428" SW1="429 328" NAT="569 328" SW2="729 328" DNS1="889 228" WEB1="889 428"

# --- an empty lab --------------------------------------------------------------------------------------------------
empty
shot 01-empty

# --- seven devices from the palette --------------------------------------------------------------------------------
drag $HOST $HOST1
drag $HOST $HOST2
drag $SWITCH $SW1
drag $ROUTER $NAT
drag $SWITCH $SW2
drag $DNS $DNS1
drag $WEB $WEB1
shot 02-devices

# --- cables: C, then from device to device; a router asks for the port, the first is offered -----------------------
cable() { click "$1" "$2"; click "$3" "$4"; sleep 0.2; }
key c
cable $HOST1 $SW1
cable $HOST2 $SW1
click $SW1; click $NAT; sleep 0.2; shot 03-ports; key Return
click $SW2; click $NAT; sleep 0.2; key Return
cable $SW2 $DNS1
cable $SW2 $WEB1
key Escape
shot 04-cabled

# --- addresses: a double-click opens the inspector in the address; Tab goes on through the form --------------------
# After the address of a port: its name, MAC, MTU. After the last port: + Add port, gateway, DNS, routes, forwarding,
# NAT, what it does when the lab starts, DNS server, its names.
doubleclick $HOST1
enter 192.168.1.10/24
tab 5; enter 192.168.1.1
tab 1; enter 203.0.113.53
tab 4; text "browse http://www.example.org/"; key ctrl+Return
shot 05-host
doubleclick $HOST2
enter 192.168.1.11/24
tab 5; enter 192.168.1.1
tab 1; enter 203.0.113.53
doubleclick $NAT
enter 192.168.1.1/24
tab 4; enter 203.0.113.1/24
tab 17                                    # eth2, eth3, + Add port, gateway, DNS, routes, forwarding, NAT
key Down Down                             # no port, eth0, eth1
shot 06-router
doubleclick $DNS1
enter 203.0.113.53/24
tab 5; enter 203.0.113.1
tab 7; text "www.example.org 203.0.113.80"; key ctrl+Return
shot 07-dns
doubleclick $WEB1
enter 203.0.113.80/24
tab 5; enter 203.0.113.1
shot 08-web

# --- saved, closed ---------------------------------------------------------------------------------------------------
key ctrl+s
await "Save the lab*"
shot 09-save
key ctrl+a
enter "$LAB"
await "mine.lab.yaml*"
[[ -s $LAB ]] || fail "nothing was saved"
shot 10-saved
key ctrl+q
for ((i = 0; i < 50; ++i)); do kill -0 "$PROGRAM_PID" 2>/dev/null || break; sleep 0.1; done
kill -0 "$PROGRAM_PID" 2>/dev/null && fail "Ctrl+Q did not close the program"

# --- opened again and played -----------------------------------------------------------------------------------------
start "$LAB"
await "mine.lab.yaml*"
sleep 1
shot 11-opened
key space
sleep 8
shot 12-playing
key bracketright bracketright             # four times as fast
sleep "${PLAY_SECONDS:-25}"
shot 13-arrived

"$PROGRAM" run "$LAB" >"$OUT/story.txt" || fail "packetarium run failed"
# The last but one line: what became of the step.
grep -q "^✓ host1: .*200 OK" "$OUT/story.txt" || fail "the page did not arrive: see $OUT/story.txt"
grep "^✓ host1: " "$OUT/story.txt"
