#!/bin/bash
# A network of two routers, two hosts and a web server, cabled from nothing in the real window without one address typed:
# devices are placed by dropping cables on empty ground. Then a host opens the server's page by its name.
# Exit code 0: the saved lab, run by `packetarium run`, brings the page, and each host pings the other by name.
#
#   tests/ui/drive/from_nothing.sh PROGRAM [FOLDER] [DISPLAY]
# shellcheck disable=SC2086,SC2154 # places are two numbers; hands.sh sets the rest
. "$(dirname "${BASH_SOURCE[0]}")/hands.sh"

R1="600 300" R2="780 300" PC1="400 200" PC2="400 420" WEB1="920 200"
# Entries of the menu that a dropped cable opens, counted from its first one.
pick() { local i; for ((i = 0; i < $1; ++i)); do key Down; done; key Return; sleep 0.3; }

empty
began=$(date +%s)
drag $ROUTER $R1
key c
drag $R1 $PC1
shot 01-menu
pick 0 # a host
drag $R1 $PC2
pick 0
drag $R1 $R2
pick 5 # a router
drag $R2 $WEB1
pick 1 # a web server
key Escape
click $PC1
shot 02-cabled
click 600 500
click $PC1
key space
sleep 0.5
shot 03-asked
key ctrl+a
enter "browse http://web1/"
echo "built, and playing, after $(($(date +%s) - began)) s" >&2
sleep 3
key End
sleep 1
shot 04-arrived
key ctrl+s
sleep 1
await "Save*"
enter "$LAB"
await "mine.lab.yaml*"

"$PROGRAM" run "$LAB" | grep -q "✓ host1: browse http://web1/: 200 OK" || fail "the page did not arrive"
# Every host reaches everybody by name.
for host in host1 host2; do
    for action in "ping host1" "ping host2" "ping r2" "ping web1" "browse http://web1/"; do
        { sed '/^run:/,$d' "$LAB"; echo "run: [{at: 0s, on: $host, do: $action}]"; } >"$OUT/other.lab.yaml"
        "$PROGRAM" run "$OUT/other.lab.yaml" | grep -q "✓ $host: $action" || fail "$host: $action: nothing came of it"
    done
done
echo "from nothing: every host pings and browses by name" >&2
