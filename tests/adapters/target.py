# SPDX-License-Identifier: GPL-3.0-or-later
"""The control protocol of proto/target.proto, from a test in Python: an adapter as a child process."""
import importlib
import os
import subprocess
import sys
import tempfile
import time


class Contracts:
    """The contracts, compiled by protoc into a directory of its own."""

    def __init__(self, proto):
        self.directory = tempfile.TemporaryDirectory()
        names = ["target", "content", "gatekeeper"]
        subprocess.run(["protoc", "--proto_path=" + proto, "--python_out=" + self.directory.name] +
                       [os.path.join(proto, n + ".proto") for n in names], check=True)
        sys.path.insert(0, self.directory.name)
        for name in names:
            setattr(self, name, importlib.import_module(name + "_pb2"))


class Target:
    def __init__(self, pb, command):
        self.pb = pb
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.seq = 0
        self.seen = {}
        self.profile = self.ask("hello", protocol_version=1).profile
        self.ask("reset", seed=bytes(range(32)))

    def close(self):
        self.child.stdin.close()
        status = self.child.wait(timeout=10)
        self.child.stdout.close()
        assert status == 0, "the adapter ended with %d" % status

    # one of the contract's fields is named self
    def ask(this, op, /, **fields):
        this.seq += 1
        request = this.pb.target.Request(seq=this.seq)
        slot = getattr(request, op)
        slot.SetInParent()
        for name, value in fields.items():
            field = slot.DESCRIPTOR.fields_by_name[name]
            if field.label == field.LABEL_REPEATED:
                getattr(slot, name).extend(value)
            elif field.message_type:
                getattr(slot, name).CopyFrom(value)
            else:
                setattr(slot, name, value)
        body = request.SerializeToString()
        this.child.stdin.write(len(body).to_bytes(4, "big") + body)
        this.child.stdin.flush()
        size = int.from_bytes(this.child.stdout.read(4), "big")
        reply = this.pb.target.Reply.FromString(this.child.stdout.read(size))
        assert reply.seq == this.seq
        return reply

    def done(this, op, /, **fields):
        reply = this.ask(op, **fields)
        assert reply.WhichOneof("result") == "done", reply
        return reply

    def address(self, text):
        name, device = text.split("@")[0].rsplit(":", 1)
        return self.pb.target.Address(name=name, device=int(device))

    def events(self, party, since=0):
        return list(self.ask("events", party=party, since=since).event_list.events)

    def wait(self, party, kind, seconds=5, since=0):
        """The first event of |kind| ("CONNECTED") after number |since|; None when none came."""
        number = self.pb.target.EventKind.Value("EVENT_" + kind)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for event in self.events(party, since):
                if event.kind == number:
                    return event
            time.sleep(0.005)
        return None
