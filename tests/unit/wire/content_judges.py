"""protoc's opinion of every content vector, and of what our decoder says about it.

protoc knows proto/content.proto and none of our code. It must parse what we take, with the same
fields, and not parse what we refuse, but for what docs/wire.md forbids although protobuf takes it
(FORBIDDEN). Padding is taken off here once more, by the letter of docs/wire.md; UTF-8 is judged by
Python. Usage: content_judges.py GENERATOR SAYER PROTO-FOLDER. Exits with 77 when protoc is missing.
"""
import codecs
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

MESSAGE = "assay.content.v1.Content"

# protoc parses it, and we refuse it: why.
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
# What protoc --encode makes of a text, and what we must read in it: kind, text, reply-to.
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


class Protoc:
    def __init__(self, folder):
        self.command = ["protoc", "-I", folder]
        self.file = os.path.join(folder, "content.proto")

    def _run(self, act, data):
        command = self.command + [f"--{act}={MESSAGE}", self.file]
        done = subprocess.run(command, input=data, capture_output=True)
        return done.stdout if done.returncode == 0 else None

    def decode(self, data):
        """The message as text without its unknown fields; None: does not parse."""
        text = self._run("decode", data)
        return None if text is None else known(text.decode("ascii"))

    def encode(self, text):
        return self._run("encode", text.encode())


def known(text):
    """Without what stands under a number instead of a name."""
    kept, depth = [], 0
    for line in text.splitlines():
        if depth or re.match(r"\s*\d+( \{|:)", line):
            depth += line.endswith("{") - (line.strip() == "}")
        else:
            kept.append(line)
    return "\n".join(kept)


def field(text, block, name):
    """The bytes of a string field in a block of the text; none: b''."""
    body = re.search(rf"^{block} \{{\n((?:  .*\n?)*)", text, re.M)
    value = body and re.search(rf'^  {name}: "(.*)"$', body.group(1), re.M)
    return codecs.escape_decode(value.group(1))[0] if value else b""


def kind_of(text):
    return re.match(r"(?:reply \{\n(?:  .*\n)*\}\n)?(\w+)", text).group(1)


def unpad(data):
    """docs/wire.md: N bytes of value N, 1 to 16."""
    n = data[-1] if data else 0
    if not 1 <= n <= 16 or data[len(data) - n:] != bytes([n]) * n or n > len(data):
        return None
    return data[: len(data) - n]


class Judge:
    def __init__(self, sayer, protoc):
        self.sayer, self.protoc = sayer, protoc
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

    def compare(self, name, ours, text):
        """Our answer to "decode" and protoc's text must say the same."""
        base = name.split()[0].split("=")[0]
        if text is None or ours == "refused":
            if text is not None and ours == "refused" and base in FORBIDDEN:
                self.seen.add(base)
                return
            self.expect(text is None and ours == "refused",
                        f"{name}: protoc {'refuses' if text is None else 'parses'}, we say {ours}")
            return
        kind, body, reply = ours.split()
        theirs = (kind_of(text), hex_of(field(text, "text", "body")),
                  hex_of(field(text, "reply", "message_id")))
        self.expect((kind, body, reply) == theirs, f"{name}: we say {ours}, protoc {theirs}")

    def contents(self, named):
        """Pairs of a name and the bytes of a content: both decoders. Gives protoc's texts."""
        ours = self.say([f"decode {hex_of(data)}" for _, data in named])
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            texts = list(pool.map(self.protoc.decode, [data for _, data in named]))
        for (name, _), answer, text in zip(named, ours, texts):
            self.compare(name, answer, text)
        return texts


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
    texts = judge.contents([(name, data) for name, _, data in opened])
    for (name, c, data), text in zip(opened, texts):
        if c["must"] == "be taken":
            judge.expect(text == plain[c["kind"]], f"{name}: protoc reads another message")
            judge.expect(c["shown"]["kind"] == c["kind"], f"{name}: shown is another kind")
            if c["kind"] == "text":
                said = field(text, "text", "body").decode()
                judge.expect(c["shown"].get("text") == said, f"{name}: shown is not the text")
        else:
            base = c["name"].split("=")[0]
            judge.expect(text is None or base in FORBIDDEN, f"{name}: protoc parses it")
    for name, c, data in [(n, c, d) for (n, c, _), d in zip(cases, inner) if d is None]:
        judge.expect(c["must"] == "be refused", f"{name}: its padding is wrong, it must be taken")
    cuts = [(f"{kind} cut to {i}", honest[kind][:i])
            for kind in ("text", "image", "receipt", "reaction")
            for i in range(1, len(honest[kind]))]
    judge.contents(cuts)


def judge_written(judge):
    made = [judge.protoc.encode(text) for text, *_ in WRITTEN]
    for (text, kind, body, reply), data, answer in zip(
            WRITTEN, made, judge.say([f"decode {hex_of(d)}" for d in made])):
        wanted = f"{kind} {hex_of(body.encode())} {hex_of(reply.encode())}"
        judge.expect(answer == wanted, f"{text[:60]}: we say {answer}, not {wanted}")
    answers = judge.say([f"equal {hex_of(a)} {hex_of(b)}" for a in made for b in made])
    for i, answer in enumerate(answers):
        a, b = divmod(i, len(made))
        is_same = judge.protoc.decode(made[a]) == judge.protoc.decode(made[b]) if a != b else True
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
    if not shutil.which("protoc"):
        print("protoc is not installed (package protobuf-compiler)")
        return 77
    generator, sayer, proto = sys.argv[1:]
    judge = Judge(sayer, Protoc(proto))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([generator, folder], check=True)
        with open(os.path.join(folder, "content.json"), encoding="utf-8") as file:
            judge_vectors(judge, json.load(file))
    judge_written(judge)
    judge_utf8(judge)
    for name in sorted(set(FORBIDDEN) - judge.seen):
        judge.complaints.append(f"{name}: listed as parsed by protoc, and is not")
    print("\n".join(judge.complaints[:50]) or f"{judge.n} answers: all agree")
    return 1 if judge.complaints else 0


sys.exit(main())
