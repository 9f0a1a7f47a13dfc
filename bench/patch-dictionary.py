#!/usr/bin/env python3
"""What a trained dictionary would save on small patches: the diffs of this repository's own history.

Usage: bench/patch-dictionary.py [REPOSITORY]. Needs git and zstd. Every commit's diff of every file of at most
64 KiB is a patch, as recorders send them. A dictionary is trained on every other one, and all figures are of
those it has not seen: what is stored with it and without, in bytes and in the blocks that files take.
"""
import os
import subprocess
import sys
import tempfile

BLOCK = 4096
RAW_MAX = 4096
DICTIONARY_BYTES = 64 * 1024


def patches(repository):
    log = subprocess.run(
        ["git", "-C", repository, "log", "-p", "--no-merges", "--no-color", "--no-ext-diff", "--format="],
        check=True,
        capture_output=True,
    ).stdout
    found = (b"diff --git " + part for part in log.split(b"diff --git ")[1:])
    return sorted({patch for patch in found if len(patch) <= 64 * 1024})


def write_all(folder, contents):
    os.makedirs(folder)
    for number, content in enumerate(contents):
        with open(os.path.join(folder, f"{number:06}"), "wb") as file:
            file.write(content)


def compressed(folder, level, dictionary=None):
    """The length of each file's frame; frames go beside the files and are removed again."""
    command = ["zstd", "-q", f"-{level}", "-f", "-r", folder]
    subprocess.run(command + (["-D", dictionary] if dictionary else []), check=True)
    lengths = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".zst"):
            lengths.append(os.path.getsize(os.path.join(folder, name)))
            os.remove(os.path.join(folder, name))
    return lengths


def blocks(lengths):
    return sum(-(-length // BLOCK) * BLOCK for length in lengths)


def main():
    repository = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    found = patches(repository)
    # By size, so that both halves are alike.
    found.sort(key=len)
    with tempfile.TemporaryDirectory() as scratch:
        seen, new = os.path.join(scratch, "seen"), os.path.join(scratch, "new")
        write_all(seen, found[::2])
        write_all(new, found[1::2])
        dictionary = os.path.join(scratch, "dictionary")
        train = ["zstd", "-q", "--train", "-r", seen, "-o", dictionary, f"--maxdict={DICTIONARY_BYTES}"]
        subprocess.run(train, check=True, stderr=subprocess.DEVNULL)
        raw = [len(content) for content in found[1::2]]
        plain, trained = compressed(new, 1), compressed(new, 1, dictionary)
        # As blobs are stored: what fits a block as it is.
        stored = [length if length <= RAW_MAX else frame for length, frame in zip(raw, plain)]
        small = [at for at, length in enumerate(raw) if length <= RAW_MAX]
        print(f"{len(raw)} patches, {sum(raw):,} bytes, median {sorted(raw)[len(raw) // 2]:,}; "
              f"{len(small) / len(raw):.0%} of them fit a block as they are")
        rows = [("as they are", raw), ("frames", plain), ("frames with a dictionary", trained), ("as stored", stored)]
        for name, lengths in rows:
            print(f"{name:26} {sum(lengths):12,} bytes {sum(lengths) / sum(raw):6.1%}"
                  f" {blocks(lengths):12,} in blocks {blocks(lengths) / blocks(raw):6.1%}")
        print(f"frames are {sum(plain) / sum(trained):.2f} times as long without the dictionary, "
              f"and take {blocks(plain) / blocks(trained):.2f} times as many blocks; "
              f"what is stored takes {blocks(stored) / blocks(trained):.2f} times as many")


if __name__ == "__main__":
    main()
