# Sourced by the scripts beside it: a display of its own, a window on it, and what hands do. PROGRAM, FOLDER (default
# /tmp/drive) and DISPLAY are the script's arguments; $LAB is the lab that it saves.
# shellcheck shell=bash disable=SC2034,SC2086 # used by those that source it; places are two numbers
set -u
PROGRAM=$(realpath "${1:?usage: $(basename "$0") PROGRAM [FOLDER] [DISPLAY]}")
OUT=${2:-/tmp/drive}
export DISPLAY=${3:-:91}
export QT_QPA_PLATFORM=xcb QT_SCALE_FACTOR=1 LC_ALL=C.UTF-8
LAB=$OUT/mine.lab.yaml

for tool in Xvfb xdotool openbox import; do
    command -v "$tool" >/dev/null || {
        echo "$(basename "$0"): $tool is missing (apt install xvfb xdotool openbox imagemagick)" >&2
        exit 2
    }
done
mkdir -p "$OUT"
rm -f "$LAB"
# Settings of its own: what this user has opened before must not matter.
XDG_CONFIG_HOME=$(mktemp -d)
export XDG_CONFIG_HOME

PIDS=()
finish() {
    for pid in "${PIDS[@]}"; do kill "$pid" 2>/dev/null; done
    wait 2>/dev/null
    rm -rf "$XDG_CONFIG_HOME"
}
trap finish EXIT
fail() {
    echo "$(basename "$0"): $*" >&2
    import -window root "$OUT/failed.png"
    exit 1
}

Xvfb "$DISPLAY" -screen 0 1440x900x24 >/dev/null 2>&1 & PIDS+=($!)
until xdotool getdisplaygeometry >/dev/null 2>&1; do sleep 0.1; done
openbox >/dev/null 2>&1 & PIDS+=($!)
sleep 0.5

# --- hands ---------------------------------------------------------------------------------------------------------
key() { xdotool key --delay 30 "$@"; sleep 0.1; }
text() { xdotool type --delay 8 -- "$1"; sleep 0.1; }
enter() { text "$1"; key Return; }        # a value into the field at hand
tab() { local i; for ((i = 0; i < $1; ++i)); do xdotool key --delay 15 Tab; done; sleep 0.1; }
click() { xdotool mousemove "$1" "$2" sleep 0.05 click 1; sleep 0.2; }
doubleclick() { xdotool mousemove "$1" "$2" sleep 0.05 click --repeat 2 --delay 60 1; sleep 0.4; }
shot() { import -window root "$OUT/$1.png"; }
title() { xdotool getactivewindow getwindowname 2>/dev/null; }
await() { # await PATTERN: until the title of the window at hand matches
    local i
    for ((i = 0; i < 100; ++i)); do
        # shellcheck disable=SC2053 # a pattern
        [[ "$(title)" == $1 ]] && return
        sleep 0.1
    done
    fail "no window \"$1\" came; there is \"$(title)\""
}
drag() { # drag X Y TO_X TO_Y, as a hand does it: not in one leap
    xdotool mousemove "$1" "$2" sleep 0.1 mousedown 1 sleep 0.1
    local i
    for i in 1 2 3 4 5 6; do
        xdotool mousemove $(($1 + ($3 - $1) * i / 6)) $(($2 + ($4 - $2) * i / 6)) sleep 0.05
    done
    xdotool sleep 0.1 mouseup 1
    sleep 0.3
}
start() {
    "$PROGRAM" "$@" >"$OUT/program.log" 2>&1 & PROGRAM_PID=$!
    PIDS+=($!)
}

# --- where things are in a maximised window of 1440 x 900 ----------------------------------------------------------
TITLE="720 20" # before it is maximised
HOST="60 178" WEB="60 210" DNS="60 242" HUB="60 311" SWITCH="60 343" ROUTER="60 375"

empty() { # a maximised window on a new lab
    start
    await "home.lab.yaml*"
    doubleclick $TITLE
    sleep 0.6
    key ctrl+n
    await "untitled*"
}
