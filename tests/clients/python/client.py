#!/usr/bin/env python3
"""A client of the wire contract, written from the contract alone with the standard library.

Runs the whole life of a trace against a service and checks every answer:

    client.py URL [--wait-for-qa SECONDS]

Exits with 0 where the service keeps the contract, with 1 and a sentence where it does not.
"""

import argparse
import hashlib
import json
import sys
import time
import urllib.error
import urllib.request
import uuid


class Broken(Exception):
    """The service did not do what the contract says."""


class Client:
    """One HTTP call for each line of the contract; nothing is retried unless it is asked for."""

    def __init__(self, url):
        self.url = url.rstrip("/")

    def call(self, method, path, body=None, content_type="application/json", headers=None):
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=body, method=method, headers=headers or {})
        if body is not None:
            request.add_header("Content-Type", content_type)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers.get_content_type(), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers.get_content_type(), error.read()

    def json(self, method, path, body=None, status=200, headers=None):
        got, content_type, answer = self.call(method, path, body, headers=headers)
        expect(got == status, f"{method} {path} gave {got}, not {status}: {answer[:300]!r}")
        wanted = "application/json" if status < 400 else "application/problem+json"
        expect(content_type == wanted, f"{method} {path} gave {content_type}, not {wanted}")
        return json.loads(answer)

    def refused(self, method, path, body, field):
        problem = self.json(method, path, body, status=400)
        expect(isinstance(problem.get("detail"), str), f"the problem has no detail: {problem}")
        fields = [error["field"] for error in problem["errors"]]
        expect(field in fields, f"{field} is not among the refused: {fields}")
        expect(
            all({"field", "message", "value"} <= error.keys() for error in problem["errors"]),
            f"an error lacks a member: {problem['errors']}",
        )

    def upload(self, content):
        boundary = uuid.uuid4().hex
        form = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="blob"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode() + content + f"\r\n--{boundary}--\r\n".encode()
        status, _, answer = self.call("POST", "/blobs", form, f"multipart/form-data; boundary={boundary}")
        expect(status == 201, f"an upload gave {status}: {answer[:300]!r}")
        stored = json.loads(answer)
        expect(stored["blob_id"] == blob_id(content), f"the blob is called {stored['blob_id']}")
        expect(stored["byte_length"] == len(content), f"the blob has {stored['byte_length']} bytes")
        expect(isinstance(stored["storage_uri"], str), "the blob has no storage_uri")
        return stored["blob_id"]


def expect(holds, otherwise):
    if not holds:
        raise Broken(otherwise)


def blob_id(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def event(seq, kind, payload, actor="human"):
    return {
        "event_id": str(uuid.uuid4()),
        "seq": seq,
        "ts_ms": 1_700_000_000_000 + seq,
        "type": kind,
        "actor": {"kind": actor},
        "payload": payload,
    }


PATCH = b"--- a/calc.py\n+++ b/calc.py\n@@ -1,2 +1,2 @@\n def add(a, b):\n-    return a - b\n+    return a + b\n"


def new_trace():
    return {
        "repo": {"repo_id": "example/calc", "commit_base": "0" * 40},
        "task": {
            "bug_report": {"title": "add subtracts", "description": "add(1, 2) gives -1", "links": ["#1"]},
            "labels": ["arithmetic"],
        },
        "developer": {"developer_id": "python-client", "experience_level": "senior"},
        "environment": {"ide": {"name": "vim"}, "language": ["python"], "x_newer": {"kept": [1, None]}},
    }


def all_events(patch, text):
    """One event of each type of the contract, with no member that has a default or is optional."""
    return [
        event(1, "navigation", {"file_path": "calc.py"}, "ide"),
        event(2, "terminal_command", {"cwd": "/w", "command": "pytest"}),
        event(3, "terminal_output", {"stream": "stdout", "chunk_blob_id": text}, "tool"),
        event(
            4,
            "test_run",
            {"command": "pytest", "runner": "pytest", "exit_code": 1, "duration_ms": 5, "passed": False},
            "tool",
        ),
        event(5, "thought", {"content_blob_id": text, "kind": "hypothesis"}),
        event(6, "error", {"error_type": "AssertionError", "message": "-1 != 3"}, "tool"),
        event(7, "debug_action", {"action": "breakpoint", "details": {"line": 2}}, "ide"),
        event(8, "file_snapshot", {"file_path": "calc.py", "content_blob_id": text, "snapshot_reason": "pre_test"}),
        event(9, "file_edit", {"file_path": "calc.py", "edit_kind": "patch", "patch_blob_id": patch}, "ide"),
        event(12, "commit", {"commit_sha": "1" * 40, "message": "Add instead of subtracting"}),
        event(13, "pr_metadata", {"title": "Fix add", "x_newer": 1e3}),
    ]


DEFAULTS = {
    "file_edit": {"patch_format": "unified_diff"},
    "terminal_command": {"shell": "bash"},
    "terminal_output": {"is_truncated": False},
    "thought": {"links_to": []},
    "commit": {"parent_shas": []},
}


def open_trace(client):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    created = client.json("POST", "/traces", new_trace(), 201, key)
    expect(created["status"] == "collecting", f"a new trace is {created['status']}")
    expect(isinstance(created["created_at_ms"], int), "created_at_ms is no integer")
    again = client.json("POST", "/traces", new_trace(), 201, key)
    expect(again["trace_id"] == created["trace_id"], "the same key opened a second trace")
    unfinished = new_trace()
    del unfinished["repo"]["commit_base"]
    client.refused("POST", "/traces", unfinished, "repo.commit_base")
    return created["trace_id"]


def append(client, trace_id, events):
    path = f"/traces/{trace_id}/events"
    first = client.json("POST", path, {"events": events[:6]}, 202)
    expect((first["accepted"], first["seq_high"]) == (6, 6), f"the first batch gave {first}")
    # The answer was lost; a client that cannot know sends it all again.
    again = client.json("POST", path, {"events": events[:6]}, 202)
    expect((again["accepted"], again["seq_high"], again["duplicates"]) == (6, 6, 6), f"the retry gave {again}")
    rest = client.json("POST", path, {"events": events}, 202)
    expect((rest["accepted"], rest["duplicates"]) == (len(events), 6), f"the longer retry gave {rest}")

    client.refused("POST", path, {"events": []}, "events")
    client.refused("POST", path, {"events": [event(3, "navigation", {"file_path": "x"})]}, "events.0.seq")
    client.refused("POST", path, {"events": [event(20, "navigation", {})]}, "events.0.payload.file_path")
    client.refused("POST", path, {"events": [event(20, "teleport", {})]}, "events.0.type")
    changed = dict(events[0], seq=20)
    conflict = client.json("POST", path, {"events": [changed]}, 409)
    expect(conflict["detail"].startswith("Duplicate event_id(s): "), f"the conflict says {conflict['detail']}")
    client.json("POST", f"/traces/{uuid.uuid4()}/events", {"events": events[:1]}, 404)


def check_document(client, trace_id, events):
    trace = client.json("GET", f"/traces/{trace_id}")
    expect(trace["trace_version"] == "1.0", f"trace_version is {trace['trace_version']}")
    expect(trace["developer"]["consent_flags"]["allow_llm_judge"] is True, "consent has lost its default")
    expect(trace["environment"]["x_newer"] == {"kept": [1, None]}, "an unknown member was lost")
    expect(trace["ingestion"]["seq_last"] == events[-1]["seq"], "seq_last is not the last seq")
    for sent, stored in zip(events, trace["events"], strict=True):
        wanted = json.loads(json.dumps(sent))
        wanted["payload"] = {**DEFAULTS.get(sent["type"], {}), **wanted["payload"]}
        expect(stored == wanted, f"{stored} is not {wanted}")
    bare = client.json("GET", f"/traces/{trace_id}?include_events=false&include_qa=false")
    expect(bare["events"] == [] and bare["qa"] is None, "what was declined was sent")


def finalize(client, trace_id, patch):
    path = f"/traces/{trace_id}/finalize"
    client.refused("POST", path, {}, "final_state")
    body = {"final_state": {"commit_head": "1" * 40, "pr": {"title": "Fix add", "diff_blob_id": patch}}}
    done = client.json("POST", path, body)
    expect(done["trace_id"] == trace_id and done["status"] == "finalizing", f"finalize gave {done}")
    uuid.UUID(done["qa_job_id"])
    client.json("POST", path, body, 409)
    client.json("POST", f"/traces/{trace_id}/events", {"events": [event(99, "pr_metadata", {})]}, 409)


def check_qa(client, trace_id, seconds):
    deadline = time.monotonic() + seconds
    while (trace := client.json("GET", f"/traces/{trace_id}"))["status"] == "finalizing":
        expect(time.monotonic() < deadline, f"QA has not ended after {seconds} seconds")
        time.sleep(0.2)
    expect(trace["status"] in ("complete", "failed"), f"the trace is {trace['status']}")
    qa = trace["qa"]
    expect(isinstance(qa["schema_valid"], bool), "qa has no schema_valid")
    expect(trace["status"] == "complete" or isinstance(qa["error"], str), "a failed QA gives no reason")
    if qa.get("judge"):
        scores = qa["judge"]["scores"]
        expect(len(scores) == 6 and all(0 <= score <= 5 for score in scores.values()), f"scores are {scores}")
        expect(abs(qa["judge"]["overall"] - sum(scores.values()) / 6) <= 0.0501, "overall is not the mean")


def run(url, wait_for_qa):
    client = Client(url)
    expect(client.json("GET", "/health") == {"status": "ok"}, "the service is not healthy")
    client.json("GET", f"/traces/{uuid.uuid4()}", status=404)
    patch, text = client.upload(PATCH), client.upload("the sign is wrong \N{BUG}".encode())
    expect(client.upload(PATCH) == patch, "the same bytes gave another id")
    status, _, answer = client.call("POST", "/blobs", {})
    expect(status == 400, f"an upload without a form gave {status}: {answer[:300]!r}")
    trace_id = open_trace(client)
    events = all_events(patch, text)
    append(client, trace_id, events)
    check_document(client, trace_id, events)
    finalize(client, trace_id, patch)
    if wait_for_qa:
        check_qa(client, trace_id, wait_for_qa)
    print(f"trace {trace_id}: the service keeps the contract")


def main():
    parser = argparse.ArgumentParser(description="Runs the life of a trace against a service.")
    parser.add_argument("url")
    parser.add_argument("--wait-for-qa", type=float, metavar="SECONDS", help="wait for QA and check its result")
    arguments = parser.parse_args()
    try:
        run(arguments.url, arguments.wait_for_qa)
    except Broken as broken:
        print(f"client.py: {broken}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
