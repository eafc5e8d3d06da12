# SPDX-License-Identifier: GPL-3.0-or-later
"""protobuf's opinion of every content vector, and of what our decoder says about it.

Google's parser knows proto/content.proto, by protoc, and none of our code. It must parse what we
take, with the same fields, and not parse what we refuse, but for what docs/wire.md forbids although
protobuf takes it (FORBIDDEN). Padding is taken off here once more, by the letter of docs/wire.md;
UTF-8 is judged by Python. Usage: content_judges.py GENERATOR SAYER PROTO-FOLDER. Exits with 77 when
protobuf is missing.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import warnings

try:
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format
    from google.protobuf.message import DecodeError
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)
if not shutil.which("protoc"):
    print("skipped: there is no protoc")
    sys.exit(77)

MESSAGE = "assay.content.v1.Content"

# protobuf parses it, and we refuse it: why.
FORBIDDEN = {
    "two-kinds": "of a oneof the last one counts",
    "two-kinds-before": "of a oneof the last one counts",
    "no-kind": "a oneof may be unset",
    "empty": "no field at all is a message",
    "wrong-type": "a known number of another type is an unknown field",
    "wrong-type-inside": "a known number of another type is an unknown field",
    "kind-as-group": "a known number of another type is an unknown field",
    "padding-only": "no field at all is a message",
}
# What protobuf makes of a text, and what we must read in it: kind, text, reply-to.
WRITTEN = [
    ('text { body: "abc" }', "text", "abc", ""),
    ('text { body: "" }', "text", "", ""),
    ('text { body: "Gr\\303\\274\\303\\237e \\360\\237\\221\\215" } reply { message_id: "m1" author: "a:1@b" }',
     "text", "Grüße 👍", "m1"),
    ('image { url: "u" width: 4294967295 height: 1 media_key: "\\377\\000" }', "image", "", ""),
    ('voice { seconds: 300 waveform: "\\001\\002" }', "voice", "", ""),
    ('video { file_length: 18446744073709551615 caption: "c" }', "video", "", ""),
    ('file { file_name: "f" thumbnail: "t" } reply { message_id: "x" }', "file", "", "x"),
    ('receipt { kind: READ message_ids: "a" message_ids: "" message_ids: "b" }', "receipt", "", ""),
    ("receipt { " + 'message_ids: "m" ' * 300 + "}", "receipt", "", ""),
    ('reaction { message_id: "m" emoji: "" }', "reaction", "", ""),
    ("reaction { }", "reaction", "", ""),
]


class Protobuf:
    """The contract as protoc compiles it, and Google's parser of messages, in this process."""

    def __init__(self, folder):
        with tempfile.TemporaryDirectory() as made:
            path = os.path.join(made, "content")
            subprocess.run(["protoc", "-I", folder, "--descriptor_set_out=" + path, "content.proto"], check=True)
            with open(path, "rb") as file:
                files = descriptor_pb2.FileDescriptorSet.FromString(file.read())
        pool = descriptor_pool.DescriptorPool()
        for one in files.file:
            pool.Add(one)
        self.content = message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName(MESSAGE))

    def decode(self, data):
        """The message without its unknown fields; None: does not parse."""
        message = self.content()
        try:
            # an end of a group where none began is only a warning in Python; to protoc it does not parse
            with warnings.catch_warnings(record=True) as heard:
                warnings.simplefilter("always", RuntimeWarning)
                message.ParseFromString(data)
        except DecodeError:
            return None
        if heard:
            return None
        message.DiscardUnknownFields()
        return message

    def encode(self, text):
        return text_format.Parse(text, self.content()).SerializeToString()


def unpad(data):
    """docs/wire.md: N bytes of value N, 1 to 16."""
    n = data[-1] if data else 0
    if not 1 <= n <= 16 or data[len(data) - n:] != bytes([n]) * n or n > len(data):
        return None
    return data[: len(data) - n]


class Judge:
    def __init__(self, sayer, protobuf):
        self.sayer, self.protobuf = sayer, protobuf
        self.complaints, self.n, self.seen = [], 0, set()

    def say(self, questions):
        text = "".join(q + "\n" for q in questions)
        done = subprocess.run([self.sayer], input=text, capture_output=True, text=True, check=True)
        answers = [line.strip() for line in done.stdout.splitlines()]
        if len(answers) != len(questions):
            raise RuntimeError("the sayer did not answer every question")
        return answers

    def expect(self, is_so, complaint):
        self.n += 1
        if not is_so:
            self.complaints.append(complaint)

    def compare(self, name, ours, message):
        """Our answer to "decode" and protobuf's message must say the same."""
        base = name.split()[0].split("=")[0]
        if message is None or ours == "refused":
            if message is not None and ours == "refused" and base in FORBIDDEN:
                self.seen.add(base)
                return
            self.expect(message is None and ours == "refused",
                        f"{name}: protobuf {'refuses' if message is None else 'parses'}, we say {ours}")
            return
        theirs = (message.WhichOneof("kind"), hex_of(message.text.body.encode()),
                  hex_of(message.reply.message_id.encode()))
        self.expect(tuple(ours.split()) == theirs, f"{name}: we say {ours}, protobuf {theirs}")

    def contents(self, named):
        """Pairs of a name and the bytes of a content: both decoders. Gives protobuf's messages."""
        ours = self.say([f"decode {hex_of(data)}" for _, data in named])
        messages = [self.protobuf.decode(data) for _, data in named]
        for (name, _), answer, message in zip(named, ours, messages):
            self.compare(name, answer, message)
        return messages


def hex_of(data):
    return data.hex() or "-"


def judge_vectors(judge, vectors):
    honest = {kind: bytes.fromhex(h) for kind, h in vectors["honest"].items()}
    plain = dict(zip(honest, judge.contents([(f"honest {k}", d) for k, d in honest.items()])))
    cases = [(f"{c['name']} of {c['kind']}", c, bytes.fromhex(c["bytes"])) for c in vectors["cases"]]
    inner = [unpad(data) for _, _, data in cases]
    for (name, _, data), expected, answer in zip(
            cases, inner, judge.say([f"unpad {hex_of(d)}" for _, _, d in cases])):
        wanted = "refused" if expected is None else hex_of(expected)
        judge.expect(answer == wanted, f"{name}: padding: we say {answer[:40]}, not {wanted[:40]}")
    opened = [(name, c, data) for (name, c, _), data in zip(cases, inner) if data is not None]
    messages = judge.contents([(name, data) for name, _, data in opened])
    for (name, c, data), message in zip(opened, messages):
        if c["must"] == "be taken":
            judge.expect(message == plain[c["kind"]], f"{name}: protobuf reads another message")
            judge.expect(c["shown"]["kind"] == c["kind"], f"{name}: shown is another kind")
            if c["kind"] == "text":
                judge.expect(c["shown"].get("text") == message.text.body, f"{name}: shown is not the text")
        else:
            base = c["name"].split("=")[0]
            judge.expect(message is None or base in FORBIDDEN, f"{name}: protobuf parses it")
    for name, c, data in [(n, c, d) for (n, c, _), d in zip(cases, inner) if d is None]:
        judge.expect(c["must"] == "be refused", f"{name}: its padding is wrong, it must be taken")
    cuts = [(f"{kind} cut to {i}", honest[kind][:i])
            for kind in ("text", "image", "receipt", "reaction")
            for i in range(1, len(honest[kind]))]
    judge.contents(cuts)


def judge_written(judge):
    made = [judge.protobuf.encode(text) for text, *_ in WRITTEN]
    for (text, kind, body, reply), data, answer in zip(
            WRITTEN, made, judge.say([f"decode {hex_of(d)}" for d in made])):
        wanted = f"{kind} {hex_of(body.encode())} {hex_of(reply.encode())}"
        judge.expect(answer == wanted, f"{text[:60]}: we say {answer}, not {wanted}")
    answers = judge.say([f"equal {hex_of(a)} {hex_of(b)}" for a in made for b in made])
    for i, answer in enumerate(answers):
        a, b = divmod(i, len(made))
        is_same = judge.protobuf.decode(made[a]) == judge.protobuf.decode(made[b]) if a != b else True
        judge.expect(answer == ("yes" if is_same else "no"),
                     f"{WRITTEN[a][0][:40]} and {WRITTEN[b][0][:40]}: equal? we say {answer}")


def judge_utf8(judge):
    edges = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF]
    texts = [bytes([a]) for a in range(256)]
    texts += [bytes([a, b]) for a in range(256) for b in range(256)]
    texts += [bytes([a, b, c]) for a in range(0xE0, 256) for b in range(256) for c in edges]
    texts += [bytes([a, b, c, d]) for a in range(0xEF, 256) for b in range(256)
              for c in edges for d in edges]
    for text, answer in zip(texts, judge.say([f"utf8 {t.hex()}" for t in texts])):
        try:
            text.decode("utf-8", "strict")
            wanted = "yes"
        except UnicodeDecodeError:
            wanted = "no"
        judge.expect(answer == wanted, f"UTF-8 {text.hex()}: we say {answer}")


def main():
    generator, sayer, proto = sys.argv[1:]
    judge = Judge(sayer, Protobuf(proto))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([generator, folder], check=True)
        with open(os.path.join(folder, "content.json"), encoding="utf-8") as file:
            judge_vectors(judge, json.load(file))
    judge_written(judge)
    judge_utf8(judge)
    for name in sorted(set(FORBIDDEN) - judge.seen):
        judge.complaints.append(f"{name}: listed as parsed by protobuf, and is not")
    print("\n".join(judge.complaints[:50]) or f"{judge.n} answers: all agree")
    return 1 if judge.complaints else 0


sys.exit(main())
