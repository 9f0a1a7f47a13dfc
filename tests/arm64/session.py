"""Types a session into a recorder, and checks what it caught.

session.py FOLDER COMMAND...: where it may write, and how the tool is started. Exit code 1 and the reason where
something is missing.
"""

import json
import os
import pathlib
import pty
import select
import subprocess
import sys
import time

SECONDS_MAX = 120

folder = pathlib.Path(sys.argv[1])
tool = sys.argv[2:]
repository = folder / "repository"
repository.mkdir()
home = folder / "home"
home.mkdir()
environment = {
    "HOME": str(home),
    "PATH": os.environ["PATH"],
    "SHELL": "/bin/bash",
    "TERM": "xterm-256color",
    "LC_ALL": "C.UTF-8",
    "GIT_CONFIG_NOSYSTEM": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}
screen = b""


def run(*command):
    return subprocess.run(
        command, cwd=repository, env=environment, check=True, capture_output=True, timeout=SECONDS_MAX
    ).stdout


def wait_for(terminal, words, start):
    """Reads until the words are on the screen, behind what was there at the start."""
    global screen
    until = time.monotonic() + SECONDS_MAX
    while words not in screen[start:]:
        ready, _, _ = select.select([terminal], [], [], max(0, until - time.monotonic()))
        if not ready:
            sys.exit(f"{words!r} did not come within {SECONDS_MAX} s:\n{screen.decode(errors='replace')}")
        try:
            screen += os.read(terminal, 65536)
        except OSError:
            sys.exit(f"the recorder ended before {words!r}:\n{screen.decode(errors='replace')}")


def type_line(terminal, line, words):
    start = len(screen)
    os.write(terminal, line.encode() + b"\r")
    wait_for(terminal, words, start)


run("git", "init", "--quiet")
run("git", "config", "user.email", "a@example.com")
run("git", "config", "user.name", "A")
(repository / "calc.py").write_text("def add(a, b):\n    return a - b\n")
run("git", "add", ".")
run("git", "commit", "--quiet", "--message", "base")

child, terminal = pty.fork()
if child == 0:
    os.chdir(repository)
    os.execvpe(tool[0], [*tool, "record"], environment)
wait_for(terminal, b"# ", 0) if os.getuid() == 0 else wait_for(terminal, b"$ ", 0)
type_line(terminal, "echo first; echo se''cond", b"second")
type_line(terminal, "sed -i 's/a - b/a + b/' calc.py; echo ed''ited", b"edited")
type_line(terminal, "python3 -c 'import calc; print(calc.add(40, 2))'", b"42\r\n")
type_line(terminal, "git commit -qam 'Add instead of subtracting'; echo commi''tted", b"committed")
type_line(terminal, "exit", b"datacurve push")
_, status = os.waitpid(child, 0)
if status != 0:
    sys.exit(f"the recorder ended with {os.waitstatus_to_exitcode(status)}")

caught = json.loads(run(*tool, "review", "--json"))
counts = caught["recording"]["events_by_type"]
wanted = {"terminal_command": 5, "terminal_exit": 5, "file_edit": 1, "commit": 1}
if {kind: counts.get(kind) for kind in wanted} != wanted:
    sys.exit(f"wanted {wanted}, caught {counts}")
if b"+    return a + b" not in run(*tool, "review", "--full"):
    sys.exit("the edit is not what was done")
print("arm64: the session was caught", file=sys.stderr)
