#!/usr/bin/env python3
"""What a service takes: bytes an event, memory of its processes, connections to PostgreSQL, a job in Redis.

Usage: bench/size.py [TRACES]
Starts the release build (DATACURVE_SERVER names another): on SQLite as one process, and, where DATABASE_URL and
REDIS_URL name servers that may be filled, on a database of its own as an api and a worker, which needs psql and
an engine. 16 clients append TRACES (100) traces of 2,000 events, some 390 bytes each, in batches of
100, and finalize them; QA finds nothing to run and judges them without a model. Sizes are as the stores say.
"""
import concurrent.futures
import http.client
import json
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent
SERVER = os.environ.get("DATACURVE_SERVER", ROOT / "src/Datacurve.Server/bin/Release/net10.0/datacurve-server.dll")
POSTGRES, REDIS = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
CLIENTS, EVENTS, BATCH, IDLE_SECONDS, END_SECONDS = 16, 2_000, 100, 20, 300
WORDS = "return import index value schedule interval booking assert merge start finish raise error config".split()
TRACE = {"repo": {"repo_id": "size", "commit_base": "a" * 40}, "developer": {"developer_id": "size"},
         "task": {"bug_report": {"title": "t", "description": "d"}}, "environment": {"ide": {"name": "vim"}}}


class Service:
    """A process of the service until it is told to stop."""

    def __init__(self, roles, folder, **settings):
        names = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "DOCKER_HOST")}
        command = ["dotnet", str(SERVER), "serve", "--port", "0", "--roles", roles]
        if not settings:
            command += ["--data", folder]
        self.process = subprocess.Popen(command, env=names | settings, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.address = urllib.parse.urlparse(self.process.stdout.readline().split()[-1]).netloc

    def memory(self):
        """Resident MiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) >> 10

    def cpu(self):
        """Processor seconds so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection(self.address, timeout=60)
        connection.request(method, path, body and json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {text[:300]}")
        return json.loads(text)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def event(chance, seq):
    def text(least, most):
        return " ".join(chance.choice(WORDS) for _ in range(chance.randrange(least, most) // 7))

    kind, payload = chance.choice([
        ("terminal_command", lambda: {"cwd": "/home/dev/src/freebusy", "command": text(20, 400)}),
        ("terminal_output", lambda: {"stream": "stdout", "chunk_blob_id": f"sha256:{chance.randbytes(32).hex()}"}),
        ("navigation", lambda: {"file_path": f"src/freebusy/{chance.choice(WORDS)}.py", "line": 12}),
        ("error", lambda: {"error_type": "AssertionError", "message": text(50, 880)}),
    ])
    return {"event_id": str(uuid.UUID(bytes=chance.randbytes(16), version=4)), "seq": seq,
            "ts_ms": 1_795_471_570_000 + seq * 731, "type": kind, "actor": {"kind": "human"}, "payload": payload()}


def record(service, seed):
    chance = random.Random(seed)
    trace = service.ask("POST", "/traces", TRACE)["trace_id"]
    for first in range(1, EVENTS, BATCH):
        events = [event(chance, seq) for seq in range(first, first + BATCH)]
        service.ask("POST", f"/traces/{trace}/events", {"events": events})
    return trace


def on_clients(work, items):
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as clients:
        return list(clients.map(work, items))


def end(service, traces):
    on_clients(lambda trace: service.ask("POST", f"/traces/{trace}/finalize", {"final_state": {}}), traces)
    until = time.monotonic() + END_SECONDS
    while service.ask("GET", "/traces?limit=1&status=finalizing")["traces"]:
        if time.monotonic() > until:
            raise SystemExit("QA has not ended")
        time.sleep(0.5)


def say(store, events, bodies, rows, **more):
    print(f"{store}: {events} events, {bodies / events:.0f} bytes each, {rows / events:.0f} with rows and indexes")
    for name, value in more.items():
        print(f"  {name.replace('_', ' ')}: {value}")


def embedded(traces):
    with tempfile.TemporaryDirectory() as folder:
        service = Service("api,worker", folder)
        time.sleep(IDLE_SECONDS)
        idle = service.memory()
        done = on_clients(lambda seed: record(service, seed), range(traces))
        loaded = service.memory()
        path = os.path.join(folder, "datacurve.db")
        database = sqlite3.connect(path)
        events, bodies = database.execute("select count(*), sum(length(body)) from events").fetchone()
        names = "'events', 'events_by_id'"
        rows = database.execute(f"select sum(pgsize) from dbstat where name in ({names})").fetchone()[0]
        database.close()
        end(service, done)
        say("SQLite", events, bodies, rows, idle_MiB=idle, after_appends_MiB=loaded, after_QA_MiB=service.memory())
        service.stop()


def psql(url, sql):
    return subprocess.check_output(["psql", "--no-psqlrc", "-Atc", sql, url], text=True).strip()


def redis_bytes():
    info = subprocess.check_output(["redis-cli", "-u", REDIS, "info", "memory"], text=True)
    return int(info.split("used_memory:")[1].split()[0])


def cluster(traces):
    name = f"size_{uuid.uuid4().hex[:12]}"
    psql(POSTGRES, f"create database {name}")
    url = urllib.parse.urlparse(POSTGRES)._replace(path=f"/{name}").geturl()
    count = f"select count(*) from pg_stat_activity where datname = '{name}' and pid <> pg_backend_pid()"
    with tempfile.TemporaryDirectory() as folder:
        settings = {"DATABASE_URL": url, "REDIS_URL": REDIS, "BLOB_STORE_PATH": f"{folder}/blobs"}
        api = Service("api", folder, **settings, WORK_PATH=f"{folder}/api")
        worker = Service("worker", folder, **settings, WORK_PATH=f"{folder}/worker")
        time.sleep(IDLE_SECONDS)
        more = {"idle_api_MiB": api.memory(), "idle_worker_MiB": worker.memory(),
                "connections_idle": psql(POSTGRES, count)}
        most, over = [0], threading.Event()

        def watch():
            while not over.wait(0.2):
                most.append(int(psql(POSTGRES, count)))

        watching = threading.Thread(target=watch)
        watching.start()
        done = on_clients(lambda seed: record(api, seed), range(traces))
        more["api_after_appends_MiB"], more["connections_at_most_appending"] = api.memory(), max(most)
        sums = psql(url, "select count(*), sum(length(body)), pg_total_relation_size('events') from events")
        before, begun = redis_bytes(), worker.cpu()
        end(api, done)
        more["connections_at_most_in_QA"], more["worker_after_QA_MiB"] = max(most), worker.memory()
        more["processor_seconds_of_the_worker_for_a_trace"] = f"{(worker.cpu() - begun) / traces:.2f}"
        more["bytes_of_Redis_for_a_trace"] = round((redis_bytes() - before) / traces)
        over.set()
        watching.join()
        say("PostgreSQL", *map(int, sums.split("|")), **more)
        api.stop()
        worker.stop()
    psql(POSTGRES, f"drop database {name} with (force)")


def main():
    traces = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    embedded(traces)
    if POSTGRES and REDIS:
        cluster(traces)


main()
