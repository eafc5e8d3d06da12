# SPDX-License-Identifier: 0BSD
# The contract (proto/target.proto of assay) for an adapter in Python: frames, as much protobuf as it takes, one operation after
# another. Python 3, nothing else. adapter.py beside it says what your library does; this file need not change.
#
# serve(target): |target| has |name| and |version| of the implementation, |protocol|, |capabilities|, and
#   create(address, identity)  a party with fresh keys; |identity| is what its export_identity gave once, or b""
#   restore(state)             a party from the bytes of its |save|
#   decision(error)            the Reason for which the library refused, or None when |error| is anything else
# A party has a method for each operation of the table below. A method that a capability stands beside is called only where the target
# claims it.
import collections, enum, struct, sys

Address = collections.namedtuple("Address", "name device")
Message = collections.namedtuple("Message", "kind body")
Bundle = collections.namedtuple("Bundle", "kind body")
Fingerprint = collections.namedtuple("Fingerprint", "displayable scannable")

BUNDLE_SIGNAL_V3, BUNDLE_SIGNAL_V4, BUNDLE_OPAQUE = 1, 2, 15
MESSAGE_PREKEY, MESSAGE_SIGNAL, MESSAGE_SENDER_KEY, MESSAGE_DISTRIBUTION, MESSAGE_OPAQUE = 1, 2, 3, 4, 15

FRAME_MAX = 2 * 1024 * 1024
DETAIL_MAX = 1024


class Reason(enum.IntEnum):
    UNSPECIFIED = 0
    MALFORMED = 1
    VERSION = 2
    AUTHENTICATION = 3
    DUPLICATE = 4
    TOO_FAR = 5
    INVALID_KEY = 6
    PREKEY_SIGNATURE = 7
    UNKNOWN_PREKEY = 8
    NO_SESSION = 9
    UNTRUSTED_IDENTITY = 10
    PADDING = 11
    POLICY = 12


class Refused(Exception):
    """A decision of the protocol code that the library leaves to its user."""

    def __init__(self, reason, detail):
        super().__init__(detail)
        self.reason = reason


class WrongHandle(Exception):
    """The harness named a party that is not there, or is there already."""


# ---- protobuf: a field that is not there is 0 or b"", and of a repeated one the last is kept


def varint(n):
    return bytes([n]) if n < 128 else bytes([n & 127 | 128]) + varint(n >> 7)


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else bytes(value)
    return varint(number << 3 | 2) + varint(len(data)) + data


def parse(data):
    """{field number: value}"""
    found, at = {}, 0

    def take(size):
        nonlocal at
        if size > len(data) - at:
            raise ValueError("the message ends within a field")
        at += size
        return data[at - size:at]

    def take_varint():
        value = 0
        for shift in range(0, 70, 7):
            byte = take(1)[0]
            value |= (byte & 127) << shift
            if byte < 128:
                return value
        raise ValueError("a number is too long")

    while at < len(data):
        key = take_varint()
        wire = key & 7
        if wire not in (0, 1, 2, 5):
            raise ValueError("a field of unknown form")
        found[key >> 3] = take_varint() if wire == 0 else take({1: 8, 5: 4}.get(wire) or take_varint())
    return found


class Fields:
    """The fields of a message of the contract, by number."""

    def __init__(self, data):
        self.values = parse(data)

    def __getitem__(self, number):
        return self.values.get(number, b"")

    def text(self, number):
        return self[number].decode()

    def flag(self, number):
        return bool(self.values.get(number, 0))

    def address(self, number):
        inner = parse(self[number])
        return Address(inner.get(1, b"").decode(), inner.get(2, 0))

    def pair(self, number, kind):
        inner = parse(self[number])
        return kind(inner.get(1, 0), inner.get(2, b""))


# ---- operations: each gives the number of a result in Reply, and its bytes

PROFILE, DONE, BUNDLE_MADE, SEALED, OPENED, STATE, FINGERPRINT_SHOWN, REFUSED, UNSUPPORTED, FAULT = range(10, 20)


def sealed(message):
    return SEALED, field(1, field(1, message.kind) + field(2, message.body))


class Connection:
    def __init__(self, target):
        self.target = target
        self.parties = {}

    def party(self, op):
        if op.text(1) not in self.parties:
            raise WrongHandle("no party has this handle")
        return self.parties[op.text(1)]

    def keep(self, op, make):
        if op.text(1) in self.parties:
            raise WrongHandle("a party has this handle already")
        self.parties[op.text(1)] = make()
        return DONE, b""

    def hello(self, op):
        t = self.target
        names = b"".join(field(7, name) for name in t.capabilities)
        return PROFILE, (field(1, 1) + field(2, t.name) + field(3, t.version) + field(4, t.protocol) + field(5, "library") +
                         field(6, "cipher") + names + field(9, "1"))

    def reset(self, op):
        self.parties.clear()
        return DONE, b""

    def ping(self, op):
        return DONE, b""

    def create_party(self, op):
        return self.keep(op, lambda: self.target.create(op.address(2), op[4]))

    def get_bundle(self, op):
        bundle = self.party(op).publish(without_one_time_prekey=op.flag(2), rotate_signed_prekey=op.flag(3))
        return BUNDLE_MADE, field(1, field(1, bundle.kind) + field(2, bundle.body))

    def start_session(self, op):
        self.party(op).start(op.address(2), op.pair(3, Bundle))
        return DONE, b""

    def seal(self, op):
        if op[3]:
            return sealed(self.party(op).seal_group(op.text(3), op[4]))
        return sealed(self.party(op).seal(op.address(2), op[4]))

    def open(self, op):
        message = op.pair(4, Message)
        if not op[3]:
            return OPENED, field(1, self.party(op).open(op.address(2), message))
        if message.kind == MESSAGE_DISTRIBUTION:
            self.party(op).absorb(op.text(3), op.address(2), message)
            return OPENED, field(2, 1)
        return OPENED, field(1, self.party(op).open_group(op.text(3), op.address(2), message))

    def snapshot(self, op):
        return STATE, field(1, self.party(op).save())

    def restore(self, op):
        return self.keep(op, lambda: self.target.restore(op[2]))

    def fingerprint(self, op):
        shown = self.party(op).fingerprint(op.address(2), op.text(3), op.text(4))
        return FINGERPRINT_SHOWN, field(1, shown.displayable) + field(2, shown.scannable)

    def forget_session(self, op):
        self.party(op).forget(op.address(2))
        return DONE, b""

    def accept_identity(self, op):
        self.party(op).accept(op.address(2), op[3])
        return DONE, b""

    def distribute_sender_key(self, op):
        return sealed(self.party(op).distribute(op.text(2), op.flag(3)))

    def export_identity(self, op):
        return STATE, field(1, self.party(op).export_identity())


# By their numbers in Request, with the capability that they belong to; None: everybody's.
OPERATIONS = {
    10: (Connection.hello, None),
    11: (Connection.reset, None),
    12: (Connection.ping, None),
    13: (Connection.create_party, None),
    14: (Connection.get_bundle, None),
    15: (Connection.start_session, None),
    16: (Connection.seal, None),
    17: (Connection.open, None),
    18: (Connection.snapshot, "snapshot"),
    19: (Connection.restore, "snapshot"),
    20: (Connection.fingerprint, "fingerprint"),
    21: (Connection.forget_session, "forget-session"),
    22: (Connection.accept_identity, "accept-identity"),
    23: (Connection.distribute_sender_key, "sender-keys"),
    24: (Connection.export_identity, "export-identity"),
}

# And those of an operation's fields: what the target does not claim, it is not asked.
FIELDS = {
    13: {3: "import-keys", 4: "export-identity", 5: "versions"},
    14: {2: "without-one-time-prekey", 3: "rotate-signed-prekey"},
    16: {3: "sender-keys"},
    17: {3: "sender-keys", 5: "open-own"},
}


def is_offered(target, number, op):
    needed = [OPERATIONS[number][1]] + [name for field_number, name in FIELDS.get(number, {}).items() if op[field_number]]
    return all(name is None or name in target.capabilities for name in needed)


def result_of(connection, request):
    """The fields of Reply beside seq."""
    number = next((n for n in request if n in OPERATIONS), None)
    if number is None:
        return field(UNSUPPORTED, b"")
    try:
        op = Fields(request[number])
        if not is_offered(connection.target, number, op):
            return field(UNSUPPORTED, b"")
        return field(*OPERATIONS[number][0](connection, op))
    except Exception as error:
        is_ours = isinstance(error, (Refused, WrongHandle))
        reason = getattr(error, "reason", None) if is_ours else connection.target.decision(error)
        detail = (str(error) if is_ours else repr(error))[:DETAIL_MAX]
    if reason is None:
        return field(FAULT, field(1, detail))
    warned = field(3, 1) if reason == Reason.UNTRUSTED_IDENTITY else b""
    return warned + field(REFUSED, field(1, int(reason)) + field(2, detail))


def read(stream, size):
    data = stream.read(size)
    if len(data) < size:
        sys.exit(0)  # the harness has gone
    return data


def serve(target):
    """One connection on standard input and output, until the input ends."""
    connection = Connection(target)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints is no frame
    while True:
        size = struct.unpack(">I", read(source, 4))[0]
        if size > FRAME_MAX:
            sys.exit("a frame is longer than 2 MiB")
        request = parse(read(source, size))
        reply = field(1, request.get(1, 0)) + result_of(connection, request)
        sink.write(struct.pack(">I", len(reply)) + reply)
        sink.flush()
