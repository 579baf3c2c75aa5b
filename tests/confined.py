#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""confined.py UNIT PROGRAM — the daemon behind the unit's own system call filter and without memory that is written and
executed, as systemd would have it, but without systemd: reads packs, keeps a history, serves the page, runs a rule's
command, stops when told to. Ends with 77, "skipped", where kernel or library lack something."""

import ctypes
import errno
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

PATIENCE = int(os.environ.get("PACKWIRE_PATIENCE", "60"))  # s; nothing takes that long unless it fails
PR_SET_MDWE, PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG = 65, 38, 1
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def group(name):
    """All calls of a group such as @system-service, by systemd's own list."""
    listed = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True)
    calls = set()
    for line in listed.stdout.splitlines()[1:]:
        line = line.strip()
        if line.startswith("@"):
            calls |= group(line)
        elif line and not line.startswith("#"):
            calls.add(line)
    return calls


def allowed(unit):
    """What SystemCallFilter= leaves."""
    calls = group("@default") | {"execve"}
    for words in re.findall(r"^SystemCallFilter=(.*)$", unit, re.MULTILINE):
        for word in words.lstrip("~").split():
            named = group(word) if word.startswith("@") else {word}
            calls = calls - named if words.startswith("~") else calls | named
    return calls


def confine(calls):
    """For this process and all that it starts. Runs between fork and exec."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.prctl(PR_SET_MDWE, 1, 0, 0, 0) != 0:
        raise OSError("PR_SET_MDWE")
    seccomp = ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    seccomp.seccomp_rule_add.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint]
    seccomp.seccomp_load.argtypes = [ctypes.c_void_p]
    context = seccomp.seccomp_init(REFUSE)
    for call in calls:
        number = seccomp.seccomp_syscall_resolve_name(call.encode())
        if number >= 0:
            seccomp.seccomp_rule_add(context, ALLOW, number, 0)
    if seccomp.seccomp_load(context) != 0:
        raise OSError("seccomp_load")


def wait_for(what, done, log):
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            sys.exit(f"confined: {what} did not happen; the log:\n{open(log).read()}")
        time.sleep(0.1)


def healthy(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def free_port():
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def live(program, calls, work):
    link, log, config, port = f"{work}/line", f"{work}/log", f"{work}/packwire.toml", free_port()
    with open(config, "w") as file:
        file.write(
            f'[[bus]]\nport = "{link}"\nbaud = 19200\naddresses = [1, 2]\n[venus]\nenabled = false\n'
            f'[web]\nlisten = "127.0.0.1:{port}"\n[status]\nsocket = "{work}/socket"\n[json_lines]\npath = "{work}/lines"\n'
            f'[store]\npath = "{work}/history.db"\ninterval = "1s"\n'
            f'[[rule]]\nname = "touch"\nwhen = "bank.state_of_charge >= 1"\ncommand_on = ["/bin/touch", "{work}/switched"]\n'
        )
    # Where the program has sanitizers: finding leaks at the end takes ptrace, which is refused.
    environment = dict(os.environ, STATE_DIRECTORY=work, ASAN_OPTIONS="detect_leaks=0")
    sim = subprocess.Popen(
        [program, "sim", "--packs", "2", "--baud", "0", "--latency", "1ms", "--link", link], stdout=subprocess.DEVNULL
    )
    try:
        with open(log, "w") as out:
            daemon = subprocess.Popen(
                [program, "run", "--config", config], stderr=out, env=environment, preexec_fn=lambda: confine(calls)
            )
        try:
            lines = f"{work}/lines"
            wait_for("a reading", lambda: os.path.exists(lines) and '"fresh"' in open(lines).read(), log)
            wait_for("the page", lambda: healthy(port), log)
            wait_for("the history", lambda: os.path.getsize(f"{work}/history.db") > 0, log)
            wait_for("the rule", lambda: os.path.exists(f"{work}/switched"), log)
            status = open(f"/proc/{daemon.pid}/status").read()
            if not re.search(r"^Seccomp:\s*2$", status, re.MULTILINE):
                sys.exit("confined: it was not")
        finally:
            daemon.terminate()
            code = daemon.wait(PATIENCE)
        if code != 0:
            sys.exit(f"confined: ended with {code}; the log:\n{open(log).read()}")
    finally:
        sim.terminate()
        sim.wait(PATIENCE)


def main():
    unit, program = open(sys.argv[1]).read(), sys.argv[2]
    if shutil.which("systemd-analyze") is None:
        skip("no systemd-analyze")
    try:
        ctypes.CDLL("libseccomp.so.2")
    except OSError:
        skip("no libseccomp")
    # In a child: what is set stays.
    if os.spawnlp(os.P_WAIT, sys.executable, sys.executable, "-c",
                  f"import ctypes, sys; sys.exit(ctypes.CDLL(None).prctl({PR_SET_MDWE}, 1, 0, 0, 0) != 0)") != 0:
        skip("the kernel has no PR_SET_MDWE (6.3)")
    if "MemoryDenyWriteExecute=yes" not in unit:
        sys.exit("confined: the unit lacks MemoryDenyWriteExecute")
    calls = allowed(unit)
    with tempfile.TemporaryDirectory() as work:
        live(program, calls, work)
    print(f"confined: {len(calls)} system calls are enough: good")


main()
