#!/bin/bash
# Every writer of the program where it cannot write, and every way in which a run is ended from outside: a table of what was
# done, the exit code, what was said, and whether the file that stood there is still whole. Exit 1 when a row is wrong.
#
#   tests/ui/drive/writers.sh PROGRAM [LABS]
#
# As root: the full disk is a tmpfs of 16 kB in a mount namespace of its own. The window's rows need Xvfb, openbox and xdotool.
# LABS (default: resources/labs beside this script's repository) has home.lab.yaml and vpn.lab.yaml.
# shellcheck disable=SC2016 # lines are run by another shell, which knows $P, $LAB and $VPN
set -u
P=$(realpath "${1:?usage: writers.sh PROGRAM [LABS]}")
LABS=$(realpath "${2:-$(dirname "$0")/../../../resources/labs}")
if [[ -z ${WRITERS_INSIDE-} ]]; then
    [[ $(id -u) == 0 ]] || { echo "writers.sh: not root, so there is no full disk here" >&2; exit 2; }
    for tool in Xvfb openbox xdotool python3 unshare; do
        command -v "$tool" >/dev/null || { echo "writers.sh: $tool is missing" >&2; exit 2; }
    done
    WRITERS_INSIDE=1 exec unshare --mount --propagation private "$0" "$P" "$LABS"
fi
TOP=$(mktemp -d)
export P LAB=$LABS/home.lab.yaml VPN=$LABS/vpn.lab.yaml TOP QT_QPA_PLATFORM=offscreen LC_ALL=C.UTF-8
export XDG_STATE_HOME=$TOP/state XDG_CONFIG_HOME=$TOP/config
export LONG=$TOP/long.lab.yaml
cat >"$LONG" <<'LAB'
packetarium: 1
nodes:
  a: {kind: host, interfaces: {eth0: 10.0.0.1/24}}
  b: {kind: host, interfaces: {eth0: 10.0.0.2/24}}
links: [[a:eth0, b:eth0]]
run: [{at: 0s, on: a, do: ping 10.0.0.2 count 65535 interval 50ms}]
LAB
OLD="what stood here before"
PIDS=()
finish() {
    for pid in "${PIDS[@]}"; do kill "$pid" 2>/dev/null; done
    umount "$TOP/disk" 2>/dev/null
    rm -rf "$TOP"
}
trap finish EXIT
ROWS=0 WRONG=0
FOLDER=

# fresh: an empty folder; full PAGES: a full tmpfs of 16 kB with so many pages left beside the old file.
fresh() { FOLDER=$(mktemp -d "$TOP/folder.XXXX"); }
full() {
    umount "$TOP/disk" 2>/dev/null
    mkdir -p "$TOP/disk"
    mount -t tmpfs -o size=16k packetarium "$TOP/disk"
    FOLDER=$TOP/disk
    PAGES=$1
}
PAGES=-1
# fill takes what room there is, once the old file stands.
fill() {
    ((PAGES >= 0)) || return
    head -c 16384 /dev/zero >"$FOLDER/filler" 2>/dev/null
    truncate -s "-$((PAGES * 4096))" "$FOLDER/filler"
    PAGES=-1
}
section() { printf '\n%s\n%-46s %4s  %-5s %s\n' "$1" what exit whole "what was said"; }

# row NAME CODES SAID OLDFILE LINE: CODES is a pattern; SAID has to be among the errors; OLDFILE ("-": none) has to be as before.
row() {
    local name=$1 codes=$2 said=$3 old=$4 line=$5 code errors whole=- wrong=
    [[ $old == - ]] || { mkdir -p "$FOLDER/$(dirname "$old")"; echo "$OLD" >"$FOLDER/$old"; }
    fill
    (cd "$FOLDER" && exec timeout -k 2 60 bash -c "$line") 2>&1 >"$TOP/out" </dev/null | tail -c 3000 | tr '\n\033' '  ' >"$TOP/errors" # a pipe: no limit is in its way
    code=${PIPESTATUS[0]}
    errors=$(cat "$TOP/errors")
    # shellcheck disable=SC2053 # a pattern
    [[ $code == @($codes) ]] || wrong=" WRONG: exit $code, not $codes"
    [[ $errors == *"$said"* ]] || wrong+=" WRONG: does not say \"$said\""
    [[ $errors == *Aborted* || $errors == *Segmentation* || $errors == *terminate* ]] && wrong+=" WRONG: crashed"
    if [[ $old != - ]]; then
        whole=yes
        [[ $(cat "$FOLDER/$old" 2>/dev/null) == "$OLD" ]] || { whole=NO; wrong+=" WRONG: the file is another"; }
    fi
    local left
    left=$(cd "$FOLDER" && find . -name '.*' ! -name . | head -1)
    [[ -z $left ]] || wrong+=" WRONG: left $left"
    ((++ROWS))
    [[ -z $wrong ]] || ((++WRONG))
    if [[ -n $said && ${errors:0:150} != *"$said"* ]]; then errors=…${errors: -140}; fi # after a story, what was said last
    printf '%-46s %4s  %-5s %s%s\n' "$name" "$code" "$whole" "${errors:0:150}" "$wrong"
}

# --- nothing left on the disk, and files that may not grow -----------------------------------------------------------------
writers() { # writers SETUP LIMIT SAID
    local setup=$1 limit=$2 said=$3
    on() { $setup; row "$1" 2 "$said" "$2" "$limit $3"; }
    on "run --pcap" old '$P run $LAB --pcap old >/dev/null'
    on "run --pcap, every end, with comments" old '$P run $LAB --pcap old --both-ends --comments >/dev/null'
    on "run --pcap-dir" desktop.eth0.pcap '$P run $LAB --pcap-dir . >/dev/null'
    on "run --pcap-dir, a new folder" - '$P run $LAB --pcap-dir new >/dev/null'
    on "run --state" old '$P run $LAB --state old >/dev/null'
    on "run, the story" - '$P run $LAB >story'
    on "run --json" - '$P run $LAB --json >data'
    on "run --pcap -" - '$P run $LAB --pcap - >data'
    on "render svg" old.svg '$P render $LAB old.svg'
    on "render png" old.png '$P render $LAB old.png'
    on "render svg -" - '$P render $LAB - --format svg >data'
    on "render png -" - '$P render $LAB - --format png >data'
    on "export --json" - '$P export $LAB --json >data'
}
small() { # the same for what is shorter than a page
    local setup=$1 limit=$2 said=$3
    on() { $setup; row "$1" 2 "$said" "$2" "$limit $3"; }
    on "run --wireguard-keylog" old '$P run $VPN --wireguard-keylog old >/dev/null'
    on "lint" - '$P lint $LAB >data'
    on "check" - '$P check $LAB >data'
    on "help" - '$P help >data'
    on "version" - '$P --version >data'
}
nothingLeft() { full 0; }
onePage() { full 1; }
section "A full disk (tmpfs of 16 kB)"
writers nothingLeft "" "No space left on device"
small nothingLeft "" "No space left on device"
section "A disk with 4 kB left"
writers onePage "" "No space left on device"
section "RLIMIT_FSIZE 1 kB"
writers fresh "ulimit -f 1;" "File too large"
section "RLIMIT_FSIZE 0"
small fresh "ulimit -f 0;" "File too large"

# --- the window ------------------------------------------------------------------------------------------------------------
export DISPLAY=:$((900 + $$ % 90))
Xvfb "$DISPLAY" -screen 0 1280x720x24 >/dev/null 2>&1 & PIDS+=($!)
for _ in {1..100}; do xdotool getdisplaygeometry >/dev/null 2>&1 && break; sleep 0.1; done
openbox >/dev/null 2>&1 & PIDS+=($!)
sleep 0.5

# windowRow NAME SAID LIMIT LAB: moves a node of the lab by keyboard, saves, and looks for the message and at the file.
windowRow() {
    local name=$1 said=$2 limit=$3 lab=$4 wrong= whole=yes pid window dialog="" i text=
    cp "$lab" "$FOLDER/mine.lab.yaml"
    fill
    bash -c "$limit QT_QPA_PLATFORM=xcb exec \$P $FOLDER/mine.lab.yaml" >/dev/null 2>"$TOP/errors" & pid=$!
    for ((i = 0; i < 200; ++i)); do
        window=$(xdotool search --all --onlyvisible --pid $pid --name mine.lab.yaml 2>/dev/null | tail -1)
        [[ -n $window ]] && break
        sleep 0.1
    done
    xdotool windowactivate --sync "$window" key ctrl+a key Right key ctrl+s
    for ((i = 0; i < 50; ++i)); do
        dialog=$(xdotool search --all --onlyvisible --pid $pid --name "not saved" 2>/dev/null | tail -1)
        [[ -n $dialog ]] && break
        sleep 0.1
    done
    if [[ -n $said ]]; then
        [[ -n $dialog ]] || wrong+=" WRONG: no message"
        text=$(xdotool getwindowname "$dialog" 2>/dev/null)
        [[ -n $dialog ]] && xdotool key Escape
        cmp -s "$lab" "$FOLDER/mine.lab.yaml" || { whole=NO; wrong+=" WRONG: the lab is another"; }
        sleep 0.3
        [[ $(xdotool getwindowname "$window") == *\** ]] || wrong+=" WRONG: counts as saved"
    fi
    kill -0 $pid 2>/dev/null || wrong+=" WRONG: the window is gone"
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    ((++ROWS))
    [[ -z $wrong ]] || ((++WRONG))
    printf '%-46s %4s  %-5s %s%s\n' "$name" - "$whole" "$text" "$wrong"
}
section "The window: Ctrl+S"
full 0; windowRow "a full disk" yes "" "$LONG"
fresh; windowRow "RLIMIT_FSIZE 0" yes "ulimit -f 0;" "$LONG"
fresh; windowRow "RLIMIT_FSIZE 1 kB, a lab of 4 kB" yes "ulimit -f 1;" "$LAB"

# --- what is no file, and what is somebody's already -------------------------------------------------------------------------
section "Devices, FIFOs, sockets, -, the lab itself, equal outputs"
plain() { fresh; row "$@"; }
plain "/dev/null stays a device" 0 "" - '$P run $LAB --pcap /dev/null --state /dev/null >/dev/null; r=$?; test -c /dev/null && exit $r'
plain "a device node of its own" 0 "" - 'mknod d c 1 3; $P run $LAB --pcap d >/dev/null; r=$?; test -c d && exit $r'
plain "/dev/full" 2 "No space left on device" - '$P run $LAB --pcap /dev/full >/dev/null'
plain "render to /dev/full" 2 "No space left on device" - '$P render $LAB /dev/full --format svg'
plain "a FIFO" 0 "" - 'mkfifo f; cat f >got & $P run $LAB --pcap f >/dev/null; r=$?; wait; test -p f && test $(head -c 4 got | od -An -tx1 | tr -d " ") = 0a0d0d0a && exit $r'
plain "a FIFO whose reader leaves" "0|141" "" - 'mkfifo f; head -c 9 f >/dev/null & $P run $LAB --pcap f >/dev/null; r=$?; test -p f && exit $r'
plain "a socket" 0 "" - 'python3 -c "
import socket; s = socket.socket(socket.AF_UNIX); s.bind(\"s\"); s.listen(); open(\"ready\", \"w\")
c = s.accept()[0]; n = 0
while True:
    d = c.recv(65536); n += len(d)
    if not d: break
open(\"got\", \"w\").write(str(n))" & until test -e ready; do :; done; $P run $LAB --pcap s >/dev/null; r=$?; wait; test -S s && test $(cat got) -gt 1000 && exit $r'
plain "a socket that nobody serves" 2 "refused" - 'python3 -c "import socket; socket.socket(socket.AF_UNIX).bind(\"s\")"; $P run $LAB --pcap s >/dev/null; r=$?; test -S s && exit $r'
plain "-" 0 "" - '$P run $LAB --pcap - 2>story | head -c 4 | od -An -tx1 | grep -q "0a 0d 0d 0a"'
plain "- twice" 2 "already that of" - '$P run $LAB --pcap - --state -'
plain "- and --json" 2 "--json" - '$P run $LAB --json --pcap -'
plain "the lab itself" 2 "the lab itself" - 'cp $LAB l; $P run l --pcap ./l; r=$?; cmp $LAB l && exit $r'
plain "the lab by a symbolic link" 2 "the lab itself" - 'cp $LAB l; ln -s l m; $P run l --state m; r=$?; cmp $LAB l && exit $r'
plain "the lab by a hard link" 2 "the lab itself" - 'cp $LAB l; ln l m; $P run l --state m; r=$?; cmp $LAB l && exit $r'
plain "a picture over the lab" 2 "the lab itself" - 'cp $LAB l.svg; $P render l.svg l.svg; r=$?; cmp $LAB l.svg && exit $r'
plain "two equal outputs" 2 "same file" old '$P run $LAB --pcap old --state ./old'
plain "an output of --pcap-dir is another" 2 "same file" desktop.eth0.pcap '$P run $LAB --state desktop.eth0.pcap --pcap-dir .'
plain "a folder" 2 "s a directory" - 'mkdir f; $P run $LAB --pcap f'
plain "a folder that is not there" 2 "No such file or directory" - '$P run $LAB --pcap no/f'
plain "a read-only disk" 2 "Read-only file system" - 'mkdir m; mount -t tmpfs -o size=16k x m && echo old >m/old && mount -o remount,ro m; $P run $LAB --pcap m/old; r=$?; grep -q old m/old || r=9; umount m; exit $r'

# --- signals ---------------------------------------------------------------------------------------------------------------
section "Signals"
# Background jobs of a shell ignore INT: env gives it back. \$LONG runs for minutes.
START='start() { env --default-signal=INT,QUIT,HUP,TERM "$@" & p=$!; };
soon() { for i in {1..1000}; do eval "$1" && return; sleep 0.02; done; echo "never: $1" >&2; exit 99; };
ends() { for i in {1..500}; do kill -0 $p 2>/dev/null || { wait $p; return; }; sleep 0.02; done; kill -9 $p; echo "did not end within 10 s" >&2; exit 98; };'
for signal in INT:130 TERM:143 HUP:129; do
    code=${signal#*:} signal=${signal%:*}
    plain "$signal before anything" "$code" "" old "$START start \$P run \$LONG --pcap old >/dev/null; kill -$signal \$p; ends"
    plain "$signal during the run" "$code" "Interrupted" - "$START start \$P run \$LONG --pcap got --state state >story; soon 'test -s story'; kill -$signal \$p; ends; r=\$?; test \$(head -c 4 got | od -An -tx1 | tr -d ' ') = 0a0d0d0a && grep -q 'ip route' state && exit \$r"
    plain "$signal while a reader of the story is slow" "$code" "" - "$START mkfifo f; sleep 100 <f & exec 7>f; start \$P run \$LONG >f; exec 7>&-; sleep 1; kill -$signal \$p; ends; r=\$?; kill %1; exit \$r"
    plain "$signal while a reader of the capture is slow" "$code" "" - "$START mkfifo f; sleep 100 <f & start \$P run \$LONG --pcap f >/dev/null; sleep 1; kill -$signal \$p; ends; r=\$?; kill %1; exit \$r"
    plain "$signal while waiting for a FIFO's reader" "$code" "" - "$START mkfifo f; start \$P run \$LAB --pcap f >/dev/null; sleep 0.5; kill -$signal \$p; ends"
    plain "$signal while waiting for the lab" "$code" "" - "$START mkfifo f; start \$P run f; sleep 0.5; kill -$signal \$p; ends"
    plain "$signal twice: the old file or the new one" "$code" "" - "$START echo '$OLD' >old; mkfifo f; sleep 100 <f & start \$P run \$LONG --state old >f; sleep 1; kill -$signal \$p; kill -$signal \$p; ends; r=\$?; kill %1; rm -f .old.*; { grep -q '$OLD' old || grep -q 'ip route' old; } && exit \$r"
    plain "$signal in the last moment" "0|$code" "" - "$START start \$P run \$LAB --pcap got >story; soon 'grep -q arrived story'; kill -$signal \$p 2>/dev/null; ends; r=\$?; test \$(head -c 4 got | od -An -tx1 | tr -d ' ') = 0a0d0d0a && exit \$r"
done
plain "HUP under nohup" 0 "" - "$START trap '' HUP; \$P run \$LAB >story 2>&1 & p=\$!; kill -HUP \$p; wait \$p; r=\$?; grep -q arrived story && exit \$r"
plain "INT ignored by the parent" 0 "" - 'trap "" INT; $P run $LAB >story & p=$!; kill -INT $p; wait $p; r=$?; grep -q arrived story && exit $r'
plain "INT to render" "0|130" "" old.svg "$START start \$P render \$LAB old.svg; kill -INT \$p; ends; r=\$?; grep -q '<svg' old.svg && echo '$OLD' >old.svg; exit \$r"
plain "KILL during the run" 137 "" old "$START start \$P run \$LONG --state old >story; soon 'test -s story'; kill -KILL \$p; ends; r=\$?; rm -f .old.*; exit \$r"
plain "timeout(1)" 124 "Interrupted" - 'timeout 0.4 $P run $LONG --most-memory 4GB --state s >/dev/null; r=$?; grep -q "ip route" s && exit $r'

# --- streams ---------------------------------------------------------------------------------------------------------------
section "Closed and broken streams"
plain ">&-" 2 "Bad file descriptor" - '$P run $LAB >&-'
plain "<&-" 0 "" - '$P run $LAB <&- >/dev/null'
plain "2>&-" 0 "" - '$P run $LAB 2>&- >/dev/null'
plain "<&- >&- 2>&- with --pcap" 2 "" - '$P run $LAB --pcap got --state state <&- >&- 2>&-; r=$?; test $(head -c 4 got | od -An -tx1 | tr -d " ") = 0a0d0d0a && ! grep -aq "arrived" got && grep -q "ip route" state && exit $r'
plain ">&- with --pcap -" 2 "Bad file descriptor" - '$P run $LAB --pcap - >&-'
plain "lint >&-" 2 "Bad file descriptor" - '$P lint $LAB >&-'
plain "render - >&-" 2 "Bad file descriptor" - '$P render $LAB - --format svg >&-'
plain "run - <&-" 2 "Bad file descriptor" - '$P run - <&-'
plain "| head -1" "0|141" "" - 'set -o pipefail; $P run $LONG | head -1 >/dev/null'
plain "| true" "0|141" "" - 'set -o pipefail; $P run $LONG | true'
plain "--json | true" "0|141" "" - 'set -o pipefail; $P run $LAB --json | true'
plain "--pcap - | true" "0|141" "" - 'set -o pipefail; $P run $LONG --pcap - 2>/dev/null | true'
plain "render - | true" "0|141" "" - 'set -o pipefail; $P render $LAB - --format png | true'
plain "export | head -c 1" "0|141" "" - 'set -o pipefail; $P export $LAB --json | head -c 1 >/dev/null'
plain "help | true" "0|141" "" - 'set -o pipefail; $P help | true'
plain "| true with --state" "0|141" "" - 'set -o pipefail; $P run $LAB --state s | true; r=$?; grep -q "ip route" s && exit $r'
plain ">/dev/full" 2 "No space left on device" - '$P run $LAB >/dev/full'
plain "--json >/dev/full" 2 "No space left on device" - '$P run $LAB --json >/dev/full'
plain "help >/dev/full" 2 "No space left on device" - '$P help >/dev/full'
plain "2>/dev/full" "0|2" "" - '$P run $LAB 2>/dev/full >story; r=$?; grep -q arrived story && exit $r'
plain ">/dev/full 2>&1" 2 "" - '$P run $LAB >/dev/full 2>&1'
plain "a story that cannot be written, with --state" 2 "No space left on device" - '$P run $LAB --state s >/dev/full; r=$?; grep -q "ip route" s && exit $r'

printf '\n%d rows, %d wrong\n' "$ROWS" "$WRONG"
((WRONG == 0))
