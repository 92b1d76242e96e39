#!/usr/bin/env python3
"""Kills the real window (kill -9) at random moments while a lab is edited and saved by keyboard, and looks at what is left.

    tests/ui/drive/kill_storm.py PROGRAM [TIMES=100] [SEED=1]

Needs Xvfb and xdotool. After every kill the lab's file must be one of the states that were saved, whole to the byte, and file
or recovery copy must have every edit that is older than a second. Prints a line a kill; exit 1 when anything was lost."""
import json, os, random, re, shutil, signal, subprocess, sys, tempfile, time

program = os.path.abspath(sys.argv[1])
times = int(sys.argv[2]) if len(sys.argv) > 2 else 100
chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
LAB = "packetarium: 1   # mine\nname: Storm\nnodes:\n  a:\n    kind: host\n    at: [%d, 40]   # moved by the storm\n"
STEP = None  # how far an arrow key moves a node: found out before the first kill
display = ":%d" % (90 + os.getpid() % 400)
folder = tempfile.mkdtemp(prefix="kill-storm-")
env = dict(os.environ, DISPLAY=display, XDG_STATE_HOME=folder + "/state", XDG_CONFIG_HOME=folder + "/config", QT_QPA_PLATFORM="xcb", LC_ALL="C.UTF-8")
xvfb = subprocess.Popen(["Xvfb", display, "-screen", "0", "1280x720x24"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def xdotool(*words):
    return subprocess.run(["xdotool", *words], env=env, capture_output=True, text=True)


def place(text):
    found = re.search(r"at: \[(-?\d+), 40\]", text)
    return int(found.group(1)) if found else None


def recovered():
    """The furthest place that a recovery copy has, or None."""
    where = folder + "/state/packetarium/recovery"
    best = None
    for name in os.listdir(where) if os.path.isdir(where) else []:
        if not name.endswith(".json"):
            continue
        with open(os.path.join(where, name)) as f:
            at = place(json.load(f)["text"])
        best = at if best is None or (at or 0) > best else best
    return best


def opened(lab):
    """A window on the lab, with its node selected and the keyboard at hand."""
    window = subprocess.Popen([program, lab], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    found = ""
    while not found:
        found = xdotool("search", "--sync", "--all", "--onlyvisible", "--pid", str(window.pid), "--name", "storm.lab.yaml").stdout.strip()
    xdotool("windowfocus", "--sync", found.split()[-1])
    xdotool("key", "ctrl+a")
    return window


def measure():
    """How far one arrow key moves a node, by saving after it."""
    lab = folder + "/storm.lab.yaml"
    with open(lab, "w") as f:
        f.write(LAB % 0)
    window = opened(lab)
    xdotool("key", "Right")
    xdotool("key", "ctrl+s")
    end = time.monotonic() + 10
    while time.monotonic() < end and place(open(lab).read()) == 0:
        time.sleep(0.05)
    window.kill()
    window.wait()
    return place(open(lab).read())


def once(number):
    shutil.rmtree(folder + "/state", ignore_errors=True)
    lab = folder + "/storm.lab.yaml"
    with open(lab, "w") as f:
        f.write(LAB % 0)
    window = opened(lab)
    edits = []  # the moment after each edit
    save = chance.choice([0, 0.01, 0.05, 0.2])  # seldom: the copy counts; often: the file
    pause = chance.choice([0, 0, 0.02, 0.2])
    end = time.monotonic() + 0.3 + chance.random() * 3.0
    while time.monotonic() < end:
        xdotool("key", "--delay", "0", "Right")
        edits.append(time.monotonic())
        if chance.random() < save:
            xdotool("key", "--delay", "0", "ctrl+s")
        time.sleep(pause)
    os.kill(window.pid, signal.SIGKILL)
    killed = time.monotonic()
    window.wait()
    with open(lab) as f:
        text = f.read()
    saved, copy = place(text), recovered()
    whole = saved is not None and text == LAB % saved
    left = [n for n in os.listdir(folder) if n.startswith(".storm")]
    old = sum(1 for t in edits if t < killed - 1.0) * STEP
    kept = max(saved or 0, copy or 0)
    good = whole and kept >= old
    print("%3d  %3d edits, %4d of them older than 1 s: file %s %s, copy %s%s" % (
        number, len(edits), old, saved, "whole" if whole else "BROKEN", copy, "" if good else "   LOST") + (", left " + " ".join(left) if left else ""), flush=True)
    for n in left:
        os.unlink(os.path.join(folder, n))
    return good


try:
    time.sleep(1)  # the X server comes up
    STEP = measure()
    if not STEP:
        sys.exit("an arrow key moved nothing: the window could not be driven")
    print("an arrow key moves a node by %d" % STEP)
    bad = sum(not once(i + 1) for i in range(times))
    print("%d kills, %d with a loss" % (times, bad))
    sys.exit(1 if bad else 0)
finally:
    xvfb.terminate()
    shutil.rmtree(folder, ignore_errors=True)
