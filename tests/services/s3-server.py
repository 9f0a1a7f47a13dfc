"""Runs an S3 server in one folder: Swift's proxy with its S3 interface, over one device with one replica.

Usage: s3-server.py FOLDER. Writes FOLDER/endpoint when it answers, and runs until it is terminated.
"""
import getpass
import os
import secrets
import signal
import socket
import sys
import time
import urllib.parse
import urllib.request

# What hashes the names of objects is read from /etc otherwise.
from swift.common import utils

utils.HASH_PATH_PREFIX, utils.HASH_PATH_SUFFIX = b"", b"datacurve-test"

from swift.common.ring import RingBuilder  # noqa: E402
from swift.common.wsgi import run_wsgi  # noqa: E402

COMMON = """[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
log_level = WARNING
log_udp_host =
"""
STORAGE = """[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
recon_cache_path = {folder}
"""
PROXY = """[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck nothing_cached listing_formats bulk s3api tempauth copy slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:nothing_cached]
use = call:__main__:nothing_cached
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
allow_multipart_uploads = true
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = {secret} .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
"""


class Forgetful:
    """A cache that keeps nothing: parts of Swift want one, and none works without it."""

    def get(self, *_, **__):
        return None

    def set(self, *_, **__):
        pass

    delete = incr = decr = set


def nothing_cached(_conf, **_settings):
    def wrap(app):
        def answer(environ, start_response):
            environ["swift.cache"] = Forgetful()
            return app(environ, start_response)

        return answer

    return wrap


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [held.getsockname()[1] for held in sockets]
    for held in sockets:
        held.close()
    return ports


def main():
    folder = os.path.abspath(sys.argv[1])
    os.makedirs(os.path.join(folder, "devices", "one"), exist_ok=True)
    secret = secrets.token_hex(16)
    kinds = ("proxy", "account", "container", "object")
    ports = dict(zip(kinds, free_ports(len(kinds))))
    for kind in kinds:
        values = dict(kind=kind, port=ports[kind], folder=folder, user=getpass.getuser(), secret=secret)
        with open(os.path.join(folder, f"{kind}.conf"), "w", encoding="utf-8") as conf:
            conf.write((COMMON + (PROXY if kind == "proxy" else STORAGE)).format(**values))
        if kind != "proxy":
            builder = RingBuilder(4, 1, 0)
            place = dict(region=1, zone=1, ip="127.0.0.1", port=ports[kind], device="one", weight=1)
            builder.add_dev(place | dict(replication_ip="127.0.0.1", replication_port=ports[kind], meta=""))
            builder.rebalance()
            builder.get_ring().save(os.path.join(folder, f"{kind}.ring.gz"))

    children = []
    for kind in kinds:
        child = os.fork()
        if child == 0:
            conf = os.path.join(folder, f"{kind}.conf")
            os._exit(run_wsgi(conf, f"{kind}-server", default_port=ports[kind], verbose=True))
        children.append(child)

    def stop(*_):
        for child in children:
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                pass
        os._exit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    health = f"http://127.0.0.1:{ports['proxy']}/healthcheck"
    while True:
        try:
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(health, timeout=1).read()
            break
        except OSError:
            time.sleep(0.05)
    endpoint = f"http://{urllib.parse.quote('test:tester')}:{secret}@127.0.0.1:{ports['proxy']}"
    with open(os.path.join(folder, "endpoint.new"), "w", encoding="utf-8") as written:
        written.write(endpoint + "\n")
    os.rename(os.path.join(folder, "endpoint.new"), os.path.join(folder, "endpoint"))
    os.wait()
    # A server that ended takes the others with it, so that nobody waits on half of them.
    stop()


if __name__ == "__main__":
    main()
