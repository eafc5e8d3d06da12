/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows what a person is told about mistakes in a case as a whole, and in a file as a whole. */
#include "mistakes.h"
#include "support/rows.h"

static const struct mistake rows[] = {
    {"two sweeps in a case",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"m\" size=\"each-of 1 | 2\"/>\n"
     "<tamper message=\"m\" as=\"f\" field=\"signal.mac\" flip=\"each-bit\"/></case>",
     "mine.xml:5: <tamper flip=\"each-bit\">: a case has at most one sweep, and this one has "
     "each-of already",
     false},
    {"a sweep over an unknown length",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<tamper message=\"first\" as=\"f\" field=\"signal.counter\" flip=\"each-bit\"/></case>",
     "mine.xml:5: <tamper flip=\"each-bit\">: the length of signal.counter is not known before "
     "there are bytes: list values with each-of, or sweep a field of known length",
     false},
    {"a sweep of too many instances",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"m\" size=\"20000\"/>\n"
     "<tamper message=\"m\" as=\"f\" field=\"signal.ciphertext\" flip=\"each-bit\"/></case>",
     "mine.xml:5: <tamper flip=\"each-bit\">: 160128 instances are too many, 100000 is the most",
     false},
    {"a permutation of one",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<deliver messages=\"first\" order=\"each-permutation\"/></case>",
     "mine.xml:5: <deliver order=\"each-permutation\">: 2 to 6 messages are expected", false},
    {"a wrong value in a list",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/>\n"
     "<seal as=\"m\" size=\"each-of 1 | two | 3\"/></case>",
     "mine.xml:5: <seal size=\"two\">: expected a number from 0 to 1048576 or each-of", false},
    {"an empty list",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/>\n"
     "<seal as=\"m\" size=\"each-of\"/></case>",
     "mine.xml:5: <seal size=\"\">: expected a number from 0 to 1048576 or each-of", false},
    {"a sweep the attribute does not have",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/>\n"
     "<seal as=\"m\" size=\"each-bit\"/></case>",
     "mine.xml:5: <seal size=\"each-bit\">: expected a number from 0 to 1048576 or each-of", false},
    {"something after a sweep",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<tamper message=\"first\" as=\"f\" field=\"signal.mac\" flip=\"each-bit 3\"/></case>",
     "mine.xml:5: <tamper flip=\"each-bit 3\">: nothing is expected after the name of a sweep",
     false},
    {"a forgery without its original",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<tamper message=\"first\" as=\"forged\" field=\"signal.mac\" flip=\"3\"/>\n"
     "<deliver message=\"forged\" expect=\"refuses\"/>\n"
     "<converse/></case>",
     "mine.xml:6: <deliver message=\"forged\" expect=\"refuses\">: nothing shows that \"first\", "
     "which it was made from, is accepted: add <deliver message=\"first\" expect=\"opens\"/>, or "
     "name a case that does in sibling=\"\"",
     false},
    {"a forgery beside another honest message",
     "<case id=\"a\" requirement=\"D-05\">\n<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/><seal as=\"second\"/>\n"
     "<tamper message=\"first\" as=\"forged\" field=\"signal.mac\" flip=\"3\"/>\n"
     "<deliver message=\"forged\" expect=\"refuses\"/><deliver message=\"second\"/></case>",
     "mine.xml:6: <deliver message=\"forged\" expect=\"refuses\">: nothing shows that \"first\", "
     "which "
     "it was made from, is accepted: add <deliver message=\"first\" expect=\"opens\"/>, or name a "
     "case that does in sibling=\"\"",
     false},
    {"a forged bundle without its original",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<publish by=\"peer\" as=\"b\"/>\n"
     "<tamper bundle=\"b\" as=\"f\" field=\"bundle.signature\" flip=\"3\"/><start by=\"target\" "
     "bundle=\"f\" expect=\"refuses\"/>\n"
     "<converse/></case>",
     "mine.xml:5: <start bundle=\"f\" expect=\"refuses\">: nothing shows that \"b\", which it was "
     "made from, is accepted: add <start bundle=\"b\"/>, or name a case that does in sibling=\"\"",
     false},
    {"a bent message without an honest one",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/>\n"
     "<seal as=\"m\" bend=\"mac-zero\"/><deliver message=\"m\" expect=\"refuses\"/>\n"
     "<publish by=\"peer\" as=\"b\"/><start by=\"target\" bundle=\"b\"/></case>",
     "mine.xml:5: <deliver of \"m\" expect=\"refuses\">: nothing shows that its like is accepted "
     "when nothing is wrong: let an honest one, from the same party to the same party, be accepted "
     "in this case, or name a case that does in sibling=\"\"",
     false},
    {"a replay of what was never opened",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<deliver message=\"first\" expect=\"refuses\"/>\n"
     "<establish/></case>",
     "mine.xml:5: <deliver of \"first\" expect=\"refuses\">: nothing shows that its like is "
     "accepted when nothing is wrong: let an honest one, from the same party to the same party, be "
     "accepted in this case, or name a case that does in sibling=\"\"",
     false},
    {"a bent message is no witness",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/>\n"
     "<seal as=\"m\" bend=\"mac-zero\"/><seal as=\"n\" bend=\"version:52\"/><deliver message=\"m\" "
     "expect=\"refuses\"/><deliver message=\"n\"/></case>",
     "mine.xml:5: <deliver of \"m\" expect=\"refuses\">: nothing shows that its like is accepted "
     "when nothing is wrong: let an honest one, from the same party to the same party, be accepted "
     "in this case, or name a case that does in sibling=\"\"",
     false},
    {"a message of a bent start is no witness",
     "<case id=\"a\" requirement=\"D-05\">\n<purpose>p</purpose>\n"
     "<publish as=\"b\"/><start bundle=\"b\" bend=\"omit-dh4\"/><seal as=\"m\"/><seal as=\"n\"/>\n"
     "<deliver message=\"m\" expect=\"refuses\"/><deliver message=\"n\"/></case>",
     "mine.xml:5: <deliver of \"m\" expect=\"refuses\">: nothing shows that its like is accepted "
     "when "
     "nothing is wrong: let an honest one, from the same party to the same party, be accepted in "
     "this "
     "case, or name a case that does in sibling=\"\"",
     false},
    {"nothing after a refusal",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<deliver message=\"first\"/>\n"
     "<deliver message=\"first\" expect=\"refuses\"/><seal as=\"next\"/></case>",
     "mine.xml:6: <deliver expect=\"refuses\">: after a refusal \"target\" must be seen to accept "
     "something: add a step, or costs=\"session\" where the specification lets the session die",
     false},
    {"a sibling that is not there",
     "<case id=\"a\" requirement=\"D-05\" sibling=\"elsewhere\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<tamper message=\"first\" as=\"forged\" field=\"signal.mac\" flip=\"3\"/>\n"
     "<deliver message=\"forged\" expect=\"refuses\"/>\n"
     "<converse/></case>",
     "mine.xml:2: <case sibling=\"elsewhere\">: this suite has no such case", false},
    {"a sibling that accepts nothing",
     "<case id=\"a\" requirement=\"D-05\" sibling=\"b\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<tamper message=\"first\" as=\"forged\" field=\"signal.mac\" flip=\"3\"/>\n"
     "<deliver message=\"forged\" expect=\"refuses\"/>\n"
     "<converse/></case>\n"
     "<case id=\"b\" requirement=\"D-05\"><purpose>p</purpose><ping/></case>",
     "mine.xml:2: <case sibling=\"b\">: that case accepts nothing that this one refuses", false},
    {"its own sibling",
     "<case id=\"a\" requirement=\"D-05\" sibling=\"a\">\n"
     "<purpose>p</purpose>\n"
     "<establish/><seal as=\"first\"/>\n"
     "<tamper message=\"first\" as=\"forged\" field=\"signal.mac\" flip=\"3\"/>\n"
     "<deliver message=\"forged\" expect=\"refuses\"/>\n"
     "<converse/></case>",
     "mine.xml:2: <case sibling=\"a\">: that case accepts nothing that this one refuses", false},
    {"epochs where there are none",
     "<case id=\"a\" requirement=\"D-05\"><purpose>p</purpose><establish/>\n"
     "<converse epochs=\"1\"/></case>",
     "mine.xml:3: <converse>: this cipher has no epochs", false},
    {"turns measured up to nothing",
     "<case id=\"a\" requirement=\"D-05\"><purpose>p</purpose><establish/>\n"
     "<converse measure=\"turns\"/></case>",
     "mine.xml:3: <converse>: \"measure\" goes with \"epochs\" only", false},
    {"a turn of at least more than the most",
     "<case id=\"a\" requirement=\"D-05\"><purpose>p</purpose><establish/>\n"
     "<converse min-burst=\"4\"/></case>",
     "mine.xml:3: <converse>: \"min-burst\" is above \"max-burst\"", false},
    {"a case without id", "<case requirement=\"D-05\"><purpose>p</purpose><ping/></case>",
     "mine.xml:2: <case id=\"\">: an id is expected: lower-case words with \"-\" between, which "
     "never change",
     false},
    {"an id that is no words",
     "<case id=\"6.3/1\" requirement=\"D-05\"><purpose>p</purpose><ping/></case>",
     "mine.xml:2: <case id=\"6.3/1\">: an id is expected: lower-case words with \"-\" between, "
     "which never change",
     false},
    {"an id with two dashes",
     "<case id=\"a--b\" requirement=\"D-05\"><purpose>p</purpose><ping/></case>",
     "mine.xml:2: <case id=\"a--b\">: an id is expected: lower-case words with \"-\" between, "
     "which "
     "never change",
     false},
    {"an id that ends with a dash",
     "<case id=\"a-\" requirement=\"D-05\"><purpose>p</purpose><ping/></case>",
     "mine.xml:2: <case id=\"a-\">: an id is expected: lower-case words with \"-\" between, which "
     "never change",
     false},
    {"a case without requirement", "<case id=\"a\"><purpose>p</purpose><ping/></case>",
     "mine.xml:2: <case id=\"a\">: attribute \"requirement\" is missing: the id of the one "
     "sentence this case is about",
     false},
    {"an unknown requirement has a neighbour",
     "<case id=\"a\" requirement=\"DD-05\"><purpose>p</purpose><ping/></case>",
     "mine.xml:2: <case requirement=\"DD-05\">: suites/requirements.xml has no such requirement "
     "(did you mean \"D-05\"?)",
     false},
    {"an unknown level",
     "<case id=\"a\" requirement=\"D-05\" level=\"may\"><purpose>p</purpose><ping/></case>",
     "mine.xml:2: <case level=\"may\">: expected must, should, hardening or measure", false},
    {"a measure that measures nothing",
     "<case id=\"a\" requirement=\"D-05\" level=\"measure\"><purpose>p</purpose><ping/></case>",
     "mine.xml:2: <case id=\"a\">: it is of level measure, and measures nothing: <measure>, or "
     "\"measure\" on a step, is expected",
     false},
    {"a case stricter than its requirement",
     "<case id=\"a\" requirement=\"X-07\" level=\"must\"><purpose>p</purpose><ping/></case>",
     "mine.xml:2: <case level=\"must\">: X-07 is only a should, a case cannot be stricter", false},
    {"an unknown attribute of a case",
     "<case id=\"a\" requirment=\"D-05\"><purpose>p</purpose><ping/></case>",
     "mine.xml:2: <case requirment=\"D-05\">: there is no such attribute (did you mean "
     "\"requirement\"?)",
     false},
    {"an unknown capability has a neighbour",
     "<case id=\"a\" requirement=\"D-05\" needs=\"snapshots\"><purpose>p</purpose><ping/></case>",
     "mine.xml:2: <case needs=\"snapshots\">: no such capability; private ones begin with x- (did "
     "you mean \"snapshot\"?)",
     false},
    {"a case without purpose", "<case id=\"a\" requirement=\"D-05\"><ping/></case>",
     "mine.xml:2: <case id=\"a\">: <purpose> is expected first: one sentence that says what the "
     "case shows",
     false},
    {"an empty purpose", "<case id=\"a\" requirement=\"D-05\"><purpose> </purpose><ping/></case>",
     "mine.xml:2: <case id=\"a\">: <purpose> is expected to hold one sentence and nothing else",
     false},
    {"a case without steps", "<case id=\"a\" requirement=\"D-05\"><purpose>p</purpose></case>",
     "mine.xml:2: <case id=\"a\">: steps are expected after <purpose>", false},
    {"text between steps",
     "<case id=\"a\" requirement=\"D-05\"><purpose>p</purpose>and then <ping/></case>",
     "mine.xml:2: <case id=\"a\">: text is not expected here; what the case is for stands in "
     "<purpose>",
     false},
    {"two cases with one id",
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<ping/></case>\n"
     "<case id=\"a\" requirement=\"D-05\">\n"
     "<purpose>p</purpose>\n"
     "<ping/></case>",
     "mine.xml:5: <case id=\"a\">: the case in line 2 has this id", false},
    {"something else than a case", "<cases/>",
     "mine.xml:2: <cases>: <case> is expected (did you mean \"case\"?)", false},
    {"a suite without cases", "", "mine.xml:1: <suite>: 1 to 20000 cases are expected", false},
    {"another root element", "<suites xmlns=\"urn:assay:suite:1\"/>",
     "mine.xml:1: <suites> cannot be the outermost element: <suite xmlns=\"urn:assay:suite:1\"> is "
     "expected",
     true},
    {"no namespace", "<suite id=\"a\"/>",
     "mine.xml:1: <suite> cannot be the outermost element: <suite xmlns=\"urn:assay:suite:1\"> is "
     "expected",
     true},
    {"an element of another namespace",
     "<suite xmlns=\"urn:assay:suite:1\" id=\"a\" title=\"t\" layer=\"cipher\">\n"
     "<case xmlns=\"urn:x\"/></suite>",
     "mine.xml:2: <case> is not in the namespace \"urn:assay:suite:1\"", true},
    {"a namespaced attribute",
     "<suite xmlns=\"urn:assay:suite:1\" xmlns:x=\"urn:x\" id=\"a\" title=\"t\" layer=\"cipher\"\n"
     "x:y=\"z\"/>",
     "mine.xml:2: <suite>: attribute x:y is not expected", true},
    {"a suite without title", "<suite xmlns=\"urn:assay:suite:1\" id=\"a\" layer=\"cipher\"/>",
     "mine.xml:1: <suite id=\"a\">: a title and a layer such as \"cipher\" are expected", true},
    {"an unknown attribute of a suite",
     "<suite xmlns=\"urn:assay:suite:1\" id=\"a\" tite=\"t\" layer=\"cipher\"/>",
     "mine.xml:1: <suite tite=\"t\">: there is no such attribute (did you mean \"title\"?)", true},
    {"an element that does not end",
     "<suite xmlns=\"urn:assay:suite:1\" id=\"a\" title=\"t\" layer=\"cipher\">\n"
     "<case>\n"
     "",
     "mine.xml:3: not well-formed XML: Premature end of data in tag case line 2", true},
    {"an empty file", "", "mine.xml:0: is empty", true},
    {"a document type",
     "<!DOCTYPE suite [<!ENTITY a \"b\">]>\n"
     "<suite/>",
     "mine.xml:1: a document type is not taken: no DTD and no entities here", true},
    {"an undeclared entity",
     "<suite xmlns=\"urn:assay:suite:1\" id=\"&a;\" title=\"t\" layer=\"c\"/>",
     "mine.xml:1: not well-formed XML: Entity 'a' not defined", true},
    {"conversations without a number",
     "<suite xmlns=\"urn:assay:suite:1\" id=\"a\" title=\"t\" layer=\"cipher\">\n"
     "<case id=\"b\" requirement=\"D-04\"><purpose>p</purpose>\n"
     "<conversations seed=\"x\" count=\"many\" quick=\"1\"/></case></suite>",
     "mine.xml:3: <conversations count=\"many\">: a number from 1 to 10000 is expected", true},
    {"more conversations where a run is quick than there are",
     "<suite xmlns=\"urn:assay:suite:1\" id=\"a\" title=\"t\" layer=\"cipher\">\n"
     "<case id=\"b\" requirement=\"D-04\"><purpose>p</purpose>\n"
     "<conversations seed=\"x\" count=\"7\" quick=\"8\"/></case></suite>",
     "mine.xml:3: <conversations quick=\"8\">: a number from 1 to 7 is expected", true},
    {"conversations without a seed",
     "<suite xmlns=\"urn:assay:suite:1\" id=\"a\" title=\"t\" layer=\"cipher\">\n"
     "<case id=\"b\" requirement=\"D-04\"><purpose>p</purpose>\n"
     "<conversations count=\"7\" quick=\"1\"/></case></suite>",
     "mine.xml:3: <conversations>: a seed is expected, in words", true},
    {"a repro that is not last",
     "<suite xmlns=\"urn:assay:suite:1\" id=\"a\" title=\"t\" layer=\"cipher\">\n"
     "<repro/>\n"
     "<case/></suite>",
     "mine.xml:2: <repro>: is expected last", true},
};

int main(void) { return mistakes_run(rows, COUNT(rows)); }
