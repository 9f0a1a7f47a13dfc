#!/usr/bin/env python3
"""Compares the layouts of the events table in SQLite, durable, 100 rows a transaction.

Baseline: the table without a rowid, clustered by (trace, seq). Each line is the ratio of the layout with a
rowid to the baseline of the same run: rows written and read a second (more is better), bytes of the file (less
is better). Layouts alternate, and the median of the rounds counts. Usage: bench/event-table-layout.py [ROUNDS]
"""

import os
import sqlite3
import statistics
import sys
import tempfile
import time

TABLE = """
create table events (trace_id blob not null, seq integer not null, event_id blob not null, body blob not null,
    primary key (trace_id, seq)) {suffix};
create unique index events_by_id on events (trace_id, event_id);
"""
ROWS, ROWS_A_TRACE, ROWS_A_COMMIT = 20_000, 2_000, 100


def measure(suffix: str, body_bytes: int) -> tuple[float, float, int]:
    """Rows written a second, rows read a second, bytes of the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "events.db")
        database = sqlite3.connect(path, isolation_level=None)
        database.execute("pragma journal_mode=wal")
        database.execute("pragma synchronous=full")
        database.executescript(TABLE.format(suffix=suffix))
        traces = [os.urandom(16) for _ in range(ROWS // ROWS_A_TRACE)]
        body = os.urandom(body_bytes)
        started = time.perf_counter()
        for first in range(0, ROWS, ROWS_A_COMMIT):
            database.execute("begin immediate")
            for seq in range(first, first + ROWS_A_COMMIT):
                row = (traces[seq // ROWS_A_TRACE], seq, os.urandom(16), body)
                database.execute("insert into events values (?, ?, ?, ?)", row)
            database.execute("commit")
        written = ROWS / (time.perf_counter() - started)
        database.execute("pragma wal_checkpoint(truncate)")
        started = time.perf_counter()
        for trace in traces:
            database.execute("select seq, body from events where trace_id = ? order by seq", (trace,)).fetchall()
        read = ROWS / (time.perf_counter() - started)
        database.close()
        return written, read, os.path.getsize(path)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print(f"{'body bytes':>10} {'write':>8} {'read':>8} {'file':>8}   with a rowid / without, median of {rounds}")
    for body_bytes in (380, 1_600, 6_000):
        ratios = []
        for _ in range(rounds):
            without, with_rowid = measure("without rowid", body_bytes), measure("", body_bytes)
            ratios.append([new / old for new, old in zip(with_rowid, without)])
        write, read, size = (statistics.median(column) for column in zip(*ratios))
        print(f"{body_bytes:>10} {write:>7.2f}x {read:>7.2f}x {size:>7.2f}x")


if __name__ == "__main__":
    main()
