#!/usr/bin/env python3
"""Speed of `datacurve redact` against ripgrep with the same keywords, both on one thread, in one run.

Usage: bench/redaction.py [megabytes] [command ...]
The command is what redacts (default: dotnet on the built tool; give the published one as `PATH redact`). The
text is made from a seed: half code of this repository, half logs, an address in one log line of twenty. Prints
processor seconds, which other work on the machine disturbs least: first for secrets alone, which is what
ripgrep looks for, and then for personal data too.
"""
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
RULES = ROOT / "src/Datacurve.Core/Redaction/Rules/default.toml"
TOOL = ROOT / "src/Datacurve.Cli/bin/Release/net10.0/datacurve.dll"
WORDS = "request handled user cache miss db query rows connection pool retry worker job queue refresh".split()


def log_line(chance):
    words = " ".join(chance.choice(WORDS) for _ in range(7))
    origin = f" from 83.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(1, 255)}"
    return (
        f"2026-11-{chance.randrange(1, 29):02}T{chance.randrange(24):02}:{chance.randrange(60):02}:00.123Z INFO "
        f"{words} id={chance.randrange(10**7)} took={chance.randrange(900)}.5ms"
        + (origin if chance.random() < 0.05 else "")
    )


def write_text(path, size, chance):
    code = [line for file in sorted(ROOT.glob("src/**/*.cs")) if "obj" not in file.parts
            for line in file.read_text().splitlines()]
    with open(path, "w") as out:
        while out.tell() < size:
            block = [log_line(chance) for _ in range(500)]
            start = chance.randrange(max(1, len(code) - 800))
            out.write("\n".join(block + code[start:start + 800]) + "\n")


def seconds(command, text):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(text, "rb") as given:
        subprocess.run(command, stdin=given, stdout=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    command = sys.argv[2:] or ["dotnet", str(TOOL), "redact"]
    rules = tomllib.loads(RULES.read_text())["rules"]
    with tempfile.TemporaryDirectory() as folder:
        text, words = pathlib.Path(folder, "text"), pathlib.Path(folder, "words")
        write_text(text, megabytes << 20, random.Random(7))
        words.write_text("\n".join(sorted({word for rule in rules for word in rule["keywords"]})) + "\n")
        start = seconds(command, "/dev/null")
        for what, options in (("secrets", ["--no-personal"]), ("and personal data", [])):
            ours = seconds([*command, *options], text) - start
            theirs = seconds(["rg", "-j1", "-c", "-F", "-f", str(words), "-"], text)
            print(f"seed 7, {megabytes} MiB, {what}: redact {ours:.2f} s ({megabytes / ours:.0f} MiB/s, "
                  f"start {start:.2f} s), ripgrep {theirs:.2f} s ({megabytes / theirs:.0f} MiB/s), "
                  f"ratio {theirs / ours:.2f}")


main()
