/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows what a person is told about each mistake in a step: file, line, what was expected. */
#include "mistakes.h"
#include "support/rows.h"

static const struct mistake rows[] = {
    {"an unknown step has a neighbour",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establsh/></case>",
     "mine.xml:4: <establsh>: there is no such step (did you mean \"establish\"?)", false},
    {"an unknown message has a neighbour",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<deliver message=\"frist\"/></case>",
     "mine.xml:5: <deliver message=\"frist\">: no step before it made a message called \"frist\" "
     "(did you mean \"first\"?)",
     false},
    {"an unknown message without a neighbour",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<deliver message=\"quite-another\"/></case>",
     "mine.xml:5: <deliver message=\"quite-another\">: no step before it made a message called "
     "\"quite-another\"",
     false},
    {"one unknown message among several",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<deliver messages=\"first secnd\"/></case>",
     "mine.xml:5: <deliver messages=\"first secnd\">: no step before it made a message called "
     "\"secnd\"",
     false},
    {"a bundle is no message",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<publish as=\"bundle\"/>\n"
     "<deliver message=\"bundle\"/></case>",
     "mine.xml:5: <deliver message=\"bundle\">: \"bundle\" is no message", false},
    {"a message is no bundle",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<start bundle=\"first\"/></case>",
     "mine.xml:5: <start bundle=\"first\">: \"first\" is no bundle", false},
    {"a message is no snapshot",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<restore snapshot=\"first\" as=\"copy\"/></case>",
     "mine.xml:5: <restore snapshot=\"first\">: \"first\" is no snapshot", false},
    {"a message sealed after its delivery",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/>\n"
     "<deliver message=\"late\"/>\n"
     "<seal as=\"late\"/></case>",
     "mine.xml:5: <deliver message=\"late\">: no step before it made a message called \"late\"",
     false},
    {"an unknown attribute has a neighbour",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/>\n"
     "<seal as=\"m\" sise=\"3\"/></case>",
     "mine.xml:5: <seal sise=\"3\">: there is no such attribute (did you mean \"size\"?)", false},
    {"a required attribute is missing",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/>\n"
     "<seal/></case>",
     "mine.xml:5: <seal>: attribute \"as\" is missing: the name of the message", false},
    {"a number that is none",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/>\n"
     "<seal as=\"m\" size=\"many\"/></case>",
     "mine.xml:5: <seal size=\"many\">: expected a number from 0 to 1048576 or each-of", false},
    {"a number beyond its range",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/>\n"
     "<seal as=\"m\" size=\"1048577\"/></case>",
     "mine.xml:5: <seal size=\"1048577\">: expected a number from 0 to 1048576 or each-of", false},
    {"a negative number",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/>\n"
     "<drop count=\"-1\"/></case>",
     "mine.xml:5: <drop count=\"-1\">: expected a number from 1 to 100000 or each-of", false},
    {"a number beyond 2^32",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<tamper message=\"first\" as=\"f\" field=\"signal.counter\" "
     "set-number=\"4294967296\"/></case>",
     "mine.xml:5: <tamper set-number=\"4294967296\">: expected a number from 0 to 4294967295 or "
     "each-of",
     false},
    {"neither yes nor no",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<publish as=\"b\" rotate=\"maybe\"/></case>",
     "mine.xml:4: <publish rotate=\"maybe\">: expected \"yes\" or \"no\"", false},
    {"bytes that are no hex",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<tamper message=\"first\" as=\"f\" field=\"signal.mac\" set=\"0g\"/></case>",
     "mine.xml:5: <tamper set=\"0g\">: expected bytes in hex, two digits each", false},
    {"an expectation the verb does not have",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<deliver message=\"first\" expect=\"open\"/></case>",
     "mine.xml:5: <deliver expect=\"open\">: expected \"opens\" or \"refuses\" or \"either\" or "
     "\"absorbs\" or \"not-shown\" (did you mean \"opens\"?)",
     false},
    {"an unknown reason has a neighbour",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<deliver message=\"first\" expect=\"refuses\" reason=\"duplicat\"/></case>",
     "mine.xml:5: <deliver reason=\"duplicat\">: no refusal has that reason (did you mean "
     "\"duplicate\"?)",
     false},
    {"an unknown field has a neighbour",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<tamper message=\"first\" as=\"f\" field=\"signal.macc\" flip=\"1\"/></case>",
     "mine.xml:5: <tamper field=\"signal.macc\">: no such field; suites/README.md lists them (did "
     "you mean \"signal.mac\"?)",
     false},
    {"a field of the stanza around a message to the harness",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<seal by=\"target\" as=\"theirs\"/><tamper message=\"theirs\" as=\"f\" field=\"stanza.type\" "
     "remove=\"yes\"/></case>",
     "mine.xml:5: <tamper field=\"stanza.type\">: \"theirs\" is of a kind that has no such field",
     false},
    {"content of a message whose keys nobody here has",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<seal by=\"target\" as=\"theirs\"/><tamper message=\"theirs\" as=\"f\" "
     "field=\"content.padding\" set=\"00\"/></case>",
     "mine.xml:5: <tamper field=\"content.padding\">: \"theirs\" is of a kind that has no such "
     "field",
     false},
    {"a token of a message",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<tamper message=\"first\" as=\"f\" field=\"token.alg\" remove=\"yes\"/></case>",
     "mine.xml:5: <tamper field=\"token.alg\">: \"first\" is of a kind that has no such field",
     false},
    {"an order of what is not protobuf",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<tamper message=\"first\" as=\"f\" field=\"stanza.enc\" reverse=\"yes\"/></case>",
     "mine.xml:5: <tamper field=\"stanza.enc\">: \"reverse\" is for what stands in protobuf, and "
     "this field does not",
     false},
    {"a long varint of a frame",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<tamper message=\"first\" as=\"f\" field=\"frame.length\" long-varint=\"5\"/></case>",
     "mine.xml:5: <tamper field=\"frame.length\">: \"long-varint\" is for numbers of protobuf",
     false},
    {"a bit beyond a tag",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<tamper message=\"first\" as=\"f\" field=\"noise.tag\" flip=\"128\"/></case>",
     "mine.xml:5: <tamper flip=\"128\">: noise.tag has 16 bytes, 127 is the most", false},
    {"a connection like one that was not tampered with",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<connect as=\"c\"/><connect like=\"c\" expect=\"refuses\"/></case>",
     "mine.xml:5: <connect like=\"c\">: a tampered connection is expected", false},
    {"an unknown mutation has a neighbour",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/>\n"
     "<seal as=\"m\" bend=\"mac-zeros\"/></case>",
     "mine.xml:5: <seal bend=\"mac-zeros\">: no such mutation; suites/README.md lists them (did "
     "you "
     "mean \"mac-zero\"?)",
     false},
    {"an unknown party has a neighbour",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<peer name=\"second-peer\"/>\n"
     "<establish by=\"second-pear\"/></case>",
     "mine.xml:5: <establish by=\"second-pear\">: nobody of that name is there yet (did you mean "
     "\"second-peer\"?)",
     false},
    {"the harness where the target is needed",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<snapshot of=\"peer\" as=\"s\"/></case>",
     "mine.xml:4: <snapshot of=\"peer\">: a party of the target is expected, this is one of the "
     "harness",
     false},
    {"the target where the harness is needed",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<accept identity-of=\"target\"/></case>",
     "mine.xml:4: <accept identity-of=\"target\">: a party of the harness is expected, this is one "
     "of the target",
     false},
    {"a name that is taken",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"m\"/>\n"
     "<seal as=\"m\"/></case>",
     "mine.xml:5: <seal as=\"m\">: this name is taken since line 4", false},
    {"the name of somebody who is always there",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<peer name=\"target\"/></case>",
     "mine.xml:4: <peer name=\"target\">: this name is there from the start of every case", false},
    {"a name with a space",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<peer name=\"a b\"/></case>",
     "mine.xml:4: <peer name=\"a b\">: a name is letters, digits, \"-\" and \"_\", a letter first, "
     "at most 48",
     false},
    {"a vector above vectors/",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<recorded vector=\"../secret.json\" as=\"r\"/></case>",
     "mine.xml:4: <recorded vector=\"../secret.json\">: expected the name of a file under vectors/",
     false},
    {"a vector that leads out by a detour",
     "<case id=\"a\" requirement=\"D-05\">\n<purpose>p</purpose>\n"
     "<recorded vector=\"a/../../secret.json\" as=\"r\"/></case>",
     "mine.xml:4: <recorded vector=\"a/../../secret.json\">: expected the name of a file under "
     "vectors/",
     false},
    {"a vector that is not there",
     "<case id=\"a\" requirement=\"D-05\">\n<purpose>p</purpose>\n"
     "<recorded vector=\"absent.json\" as=\"r\"/></case>",
     "mine.xml:4: <recorded vector=\"absent.json\">: is not there, or cannot be "
     "read",
     false},
    {"an address that is empty",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<peer name=\"p\" address=\"\"/></case>",
     "mine.xml:4: <peer address=\"\">: expected 1 to 256 bytes of text", false},
    {"something inside a step",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish><seal as=\"m\"/></establish></case>",
     "mine.xml:4: <establish>: a step has nothing inside it", false},
    {"two plaintexts",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/>\n"
     "<seal as=\"m\" size=\"3\" text=\"abc\"/></case>",
     "mine.xml:5: <seal>: at most one of these is expected: size, text, same-plaintext-as", false},
    {"some of a group's messages that arrive",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/>\n"
     "<drop count=\"9\" but-each=\"3\" group=\"friends\"/></case>",
     "mine.xml:5: <drop>: at most one of these is expected: but-each, group", false},
    {"nothing to deliver",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/>\n"
     "<deliver/></case>",
     "mine.xml:5: <deliver>: exactly one of these is expected: message, messages", false},
    {"two changes at once",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<tamper message=\"first\" as=\"f\" field=\"signal.mac\" flip=\"1\" cut=\"1\"/></case>",
     "mine.xml:5: <tamper>: exactly one of these is expected: flip, set, set-number, add-number, "
     "remove, cut, keep, append, duplicate, unknown, reverse, long-varint, take-from",
     false},
    {"no change at all",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<tamper message=\"first\" as=\"f\" field=\"signal.mac\"/></case>",
     "mine.xml:5: <tamper>: exactly one of these is expected: flip, set, set-number, add-number, "
     "remove, cut, keep, append, duplicate, unknown, reverse, long-varint, take-from",
     false},
    {"a check of a kind and a field",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<check of=\"first\" field=\"signal.mac\" kind=\"message\"/></case>",
     "mine.xml:5: <check>: exactly one of these is expected: field, kind", false},
    {"a reason for an acceptance",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<deliver message=\"first\" reason=\"duplicate\"/></case>",
     "mine.xml:5: <deliver>: \"reason\" goes with expect=\"refuses\" or \"either\" only", false},
    {"a measure of something certain",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<deliver message=\"first\" measure=\"x\"/></case>",
     "mine.xml:5: <deliver>: \"measure\" goes with expect=\"either\" only", false},
    {"an order of one message",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<deliver message=\"first\" order=\"reversed\"/></case>",
     "mine.xml:5: <deliver>: \"order\" goes with \"messages\" only", false},
    {"a mutating target",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<publish by=\"peer\" as=\"b\"/>\n"
     "<start by=\"target\" bundle=\"b\" bend=\"omit-dh4\"/></case>",
     "mine.xml:5: <start bend=\"omit-dh4\">: only a party of the harness takes a mutation", false},
    {"a mutation of a message at the start",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<publish as=\"b\"/>\n"
     "<start bundle=\"b\" bend=\"mac-zero\"/></case>",
     "mine.xml:5: <start bend=\"mac-zero\">: is a mutation of <seal>, not of <start>", false},
    {"a mutation of a start at a message",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/>\n"
     "<seal as=\"m\" bend=\"omit-dh4\"/></case>",
     "mine.xml:5: <seal bend=\"omit-dh4\">: is a mutation of <start>, not of <seal>", false},
    {"a mutation of a group without one",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/>\n"
     "<seal as=\"m\" bend=\"key-id:5\"/></case>",
     "mine.xml:5: <seal bend=\"key-id:5\">: is a mutation of a group's message: \"group\" is "
     "missing",
     false},
    {"a field of another kind of thing",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<publish as=\"b\"/>\n"
     "<tamper bundle=\"b\" as=\"f\" field=\"signal.mac\" flip=\"1\"/></case>",
     "mine.xml:5: <tamper field=\"signal.mac\">: \"b\" is of a kind that has no such field", false},
    {"a donor without the field",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<publish as=\"b\"/><tamper message=\"first\" as=\"f\" field=\"signal.mac\" "
     "take-from=\"b\"/></case>",
     "mine.xml:5: <tamper field=\"signal.mac\">: \"b\" is of a kind that has no such field", false},
    {"bytes set in a number",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<tamper message=\"first\" as=\"f\" field=\"signal.counter\" set=\"05\"/></case>",
     "mine.xml:5: <tamper field=\"signal.counter\">: \"set\" is for bytes, and this field is a "
     "number: set-number is expected",
     false},
    {"a number added to bytes",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<tamper message=\"first\" as=\"f\" field=\"signal.mac\" add-number=\"5\"/></case>",
     "mine.xml:5: <tamper field=\"signal.mac\">: \"add-number\" is for numbers of protobuf", false},
    {"a half of an identity key that there is not",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<accept identity-of=\"peer\" changed=\"third-half\"/></case>",
     "mine.xml:4: <accept changed=\"third-half\">: expected \"first-half\" or \"second-half\"",
     false},
    {"a number set in bytes",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<tamper message=\"first\" as=\"f\" field=\"signal.mac\" set-number=\"5\"/></case>",
     "mine.xml:5: <tamper field=\"signal.mac\">: \"set-number\" is for numbers, and this field is "
     "bytes",
     false},
    {"a flip beyond the field",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<tamper message=\"first\" as=\"f\" field=\"signal.mac\" flip=\"64\"/></case>",
     "mine.xml:5: <tamper flip=\"64\">: signal.mac has 8 bytes, 63 is the most", false},
    {"a reseal of what the target sealed",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal by=\"target\" as=\"m\"/>\n"
     "<tamper message=\"m\" as=\"f\" field=\"signal.counter\" set-number=\"7\" "
     "reseal=\"yes\"/></case>",
     "mine.xml:5: <tamper reseal=\"yes\">: only what a party of the harness made can be sealed or "
     "signed again, and \"m\" is none",
     false},
    {"a signature of the target made again",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<publish as=\"b\"/>\n"
     "<tamper bundle=\"b\" as=\"f\" field=\"bundle.signed-prekey\" flip=\"0\" "
     "reseal=\"yes\"/></case>",
     "mine.xml:5: <tamper reseal=\"yes\">: only what a party of the harness made can be sealed or "
     "signed again, and \"b\" is none",
     false},
    {"bytes in a check of a number",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<check of=\"first\" field=\"signal.counter\" is=\"00ff\"/></case>",
     "mine.xml:5: <check is=\"00ff\">: signal.counter is a number", false},
    {"a check of bytes in capitals",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<check of=\"first\" field=\"signal.version\" is=\"3F\"/></case>",
     "mine.xml:5: <check is=\"3F\">: signal.version is bytes: at most 33 of them in lower-case hex "
     "are expected",
     false},
};

int main(void) { return mistakes_run(rows, COUNT(rows)); }
