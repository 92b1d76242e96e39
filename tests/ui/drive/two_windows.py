#!/usr/bin/env python3
"""Two real windows and an editor on one lab file: nothing that another has written is replaced without the question.

    tests/ui/drive/two_windows.py PROGRAM [ROUNDS=100] [SEED=1]

Needs Xvfb, xdotool and openbox. Each round one of the three does something: a window moves its node and saves by keyboard,
or the editor (this script) rewrites the file in place or by rename; sometimes the editor writes while Ctrl+S is on its way.
Before every save it is known what the window has read, so whether the question must come; it is answered by chance (Keep
mine, Reload, Cancel), and the file then must be what that answer means, to the byte. Exit 1 when anything was lost."""
import os, random, re, shutil, subprocess, sys, tempfile, threading, time

program = os.path.abspath(sys.argv[1])
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 100
chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
LAB = "packetarium: 1   # ours\nname: Shared\nnodes:\n  a:\n    kind: host\n    at: [%d, %d]   # by hand\n# edited %d times\n"
STEP = 2  # how far an arrow key moves a node
display = ":%d" % (500 + os.getpid() % 400)
folder = tempfile.mkdtemp(prefix="two-windows-")
lab = folder + "/shared.lab.yaml"
env = dict(os.environ, DISPLAY=display, XDG_STATE_HOME=folder + "/state", XDG_CONFIG_HOME=folder + "/config", QT_QPA_PLATFORM="xcb", LC_ALL="C.UTF-8")
quiet = dict(env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
running = [subprocess.Popen(["Xvfb", display, "-screen", "0", "1280x720x24"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)]


def xdotool(*words):
    return subprocess.run(["xdotool", *words], env=env, capture_output=True, text=True).stdout.split()


def read():
    with open(lab) as f:
        return f.read()


def parts(text):
    x, y, n = re.search(r"at: \[(-?\d+), (-?\d+)\].*\n# edited (\d+) times", text).groups()
    return [int(x), int(y), int(n)]


def until(what, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.03)
    return None


class Window:
    def __init__(self, name):
        self.name = name
        self.process = subprocess.Popen([program, lab], **quiet)
        running.append(self.process)
        self.id = until(lambda: self.windows("shared.lab.yaml"), 30)[-1]
        self.read(read())

    def windows(self, title):
        return xdotool("search", "--all", "--onlyvisible", "--pid", str(self.process.pid), "--name", title)

    def read(self, text):
        """What the window has read or written: its node stands where that says."""
        self.base = text
        self.at = parts(text)

    def text(self):
        return LAB % tuple(self.at)

    def focus(self):
        xdotool("windowactivate", "--sync", self.id)
        xdotool("windowfocus", "--sync", self.id)

    def move(self):
        self.focus()
        xdotool("key", "ctrl+a")
        for _ in range(chance.randint(1, 3)):
            key, axis, by = chance.choice([("Right", 0, STEP), ("Down", 1, STEP)])
            xdotool("key", key)
            self.at[axis] += by

    def question(self):
        return self.windows("^Save$")

    def modified(self):
        return "*" in " ".join(xdotool("getwindowname", self.id))

    def answer(self, tabs):
        """Presses the button so many Tabs after the one at hand; None: Escape."""
        dialog = self.question()[-1]
        xdotool("windowactivate", "--sync", dialog)
        if tabs is None:
            xdotool("key", "Escape")
        else:
            xdotool("key", *["Tab"] * tabs, "space")
        if not until(lambda: dialog not in self.windows("^Save$")):
            sys.exit("%s: the question did not go away" % self.name)


class Lost(Exception):
    pass


# Tabs from Cancel, which is at hand: Reload, Save elsewhere, Keep mine, Show the difference.
BUTTONS = {"cancel": None, "reload": 1, "keep": 3}
edits = 0


def edit():
    """The editor's work: another place and a count of its own, in place or by rename."""
    global edits
    edits += 1
    text = LAB % (1000 * edits, 40, edits)
    if chance.random() < 0.5:
        with open(lab, "w") as f:
            f.write(text)
    else:
        with open(lab + "~", "w") as f:
            f.write(text)
        os.rename(lab + "~", lab)
    return text


def save(window):
    """Ctrl+S, and what must come of it."""
    written = []
    window.focus()
    before = read()
    racing = threading.Timer(chance.random() * 0.08, lambda: written.append(edit())) if chance.random() < 0.5 else None
    if racing:
        racing.start()
    xdotool("key", "ctrl+s")
    until(lambda: window.question() or not window.modified(), 5)
    if racing:
        racing.join()
    time.sleep(0.15)  # a question that is on its way
    word = None
    while window.question():
        theirs = read()
        word = chance.choice(list(BUTTONS))
        window.answer(BUTTONS[word])
        if word != "keep":
            time.sleep(0.2)
            if read() != theirs:
                raise Lost("%s changed the file after \"%s\":\n%s" % (window.name, word, read()))
            if word == "reload":
                if window.modified():
                    raise Lost("%s has not reloaded" % window.name)
                window.read(theirs)
            return "asked: " + word
        # Written once more in between: asked once more.
        until(lambda: not window.modified() or window.question(), 5)
        time.sleep(0.1)
    now, mine = read(), window.text()
    if window.modified():
        raise Lost("%s did not save" % window.name)
    if word is None and before != window.base:
        raise Lost("%s saved over what it had not read, unasked: it had\n%s\nthe file was\n%s\nis now\n%s" % (window.name, window.base, before, now))
    window.read(mine)
    if word is None and written and now == written[0]:
        return "saved, then the editor wrote"
    if now != mine:
        raise Lost("%s saved something else:\n%s\ninstead of\n%s" % (window.name, now, mine))
    if word is None and written and mine != written[0]:
        raise Lost("what the editor wrote is gone, unasked:\n%s\nis now\n%s" % (written[0], now))
    return "asked: keep" if word else "saved"


try:
    until(lambda: xdotool("getdisplaygeometry"))
    running.append(subprocess.Popen(["openbox"], **quiet))
    time.sleep(0.5)
    with open(lab, "w") as f:
        f.write(LAB % (0, 40, 0))
    windows = [Window("the first window"), Window("the second window")]
    counts, lost = {}, 0
    for number in range(1, rounds + 1):
        who = chance.choice(windows * 2 + ["editor"])
        try:
            if who == "editor":
                edit()
                what = "wrote"
                time.sleep(chance.random() * 0.3)
            else:
                who.move()
                what = save(who) if chance.random() < 0.8 else "moved its node"
        except Lost as e:
            lost += 1
            what = "LOST"
            print(e)
            for w in windows:
                w.process.kill()
            windows = [Window("the first window"), Window("the second window")]
        counts[what] = counts.get(what, 0) + 1
        print("%3d  %s: %s" % (number, who if who == "editor" else who.name, what), flush=True)
    print(", ".join("%s: %d" % item for item in sorted(counts.items())))
    print("%d rounds, %d with a loss" % (rounds, lost))
    sys.exit(1 if lost else 0)
finally:
    for process in reversed(running):
        process.kill()
    shutil.rmtree(folder, ignore_errors=True)
