/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay-vocabulary: the vocabulary of steps as the tables of suites/README.md or as
 * suites/suite.rng, both made from the table in harness/scenario/verb.c. Tests compare them with
 * what is in the tree.
 */
#include "scenario/field_ref.h"
#include "scenario/verb.h"
#include "scenario/wire_words.h"
#include "support/rows.h"

#include <stdio.h>
#include <string.h>

/* ---- for people */

static const char *const type_texts[] = {
    [ATTRIBUTE_TEXT] = "text",
    [ATTRIBUTE_PARTY] = "a party",
    [ATTRIBUTE_TARGET] = "a party of the target",
    [ATTRIBUTE_HARNESS] = "a party of the harness",
    [ATTRIBUTE_NEW_PARTY] = "a new name",
    [ATTRIBUTE_MESSAGE] = "a message",
    [ATTRIBUTE_MESSAGES] = "messages",
    [ATTRIBUTE_BUNDLE] = "a bundle",
    [ATTRIBUTE_SNAPSHOT] = "a snapshot",
    [ATTRIBUTE_ARTIFACT] = "a message or bundle",
    [ATTRIBUTE_ARTIFACTS] = "messages or bundles",
    [ATTRIBUTE_NEW_ARTIFACT] = "a new name",
    [ATTRIBUTE_NUMBER] = "a number",
    [ATTRIBUTE_YES_NO] = "`yes` `no`",
    [ATTRIBUTE_HEX] = "bytes in hex",
    [ATTRIBUTE_REASON] = "a reason",
    [ATTRIBUTE_FIELD] = "a field",
    [ATTRIBUTE_MUTATION] = "a mutation",
    [ATTRIBUTE_VECTOR] = "a file",
    [ATTRIBUTE_STANZA_MUTATION] = "a stanza's mutation",
    [ATTRIBUTE_CONTENT_MUTATION] = "a content's mutation",
    [ATTRIBUTE_CERTIFICATE_MUTATION] = "a certificate's mutation",
    [ATTRIBUTE_HANDSHAKE_MUTATION] = "a handshake's mutation",
    [ATTRIBUTE_CHANNEL_MUTATION] = "a channel's mutation",
    [ATTRIBUTE_FETCH_MUTATION] = "a fetch's mutation",
    [ATTRIBUTE_SERVICE] = "a service stanza",
    [ATTRIBUTE_RULE] = "a rule",
    [ATTRIBUTE_SERVICE_RULE] = "a service rule",
    [ATTRIBUTE_MEDIUM_MUTATION] = "a medium's bend",
    [ATTRIBUTE_CLIENT_MUTATION] = "a client's mutation",
    [ATTRIBUTE_UTTERANCE] = "an utterance",
    [ATTRIBUTE_HOSTED] = "a medium or token",
};

/* A sentence for a page: a tag in it is text, not HTML. */
static void print_sentence(const char *sentence)
{
    for (; *sentence; sentence++) {
        if (*sentence == '<')
            putchar('\\');
        putchar(*sentence);
    }
}

static void print_value(const struct attribute_rule *a)
{
    if (a->type != ATTRIBUTE_EXPECT && a->type != ATTRIBUTE_CHOICE)
        fputs(type_texts[a->type], stdout);
    for (size_t i = 0; i < VERB_CHOICES_MAX && a->choices[i]; i++)
        printf("%s`%s`", i ? " " : "", a->choices[i]);
    for (size_t i = 0; i < VERB_SWEEPS_MAX && a->sweeps[i]; i++)
        printf(" `%s`", a->sweeps[i]);
}

static void print_attribute(const struct attribute_rule *a)
{
    printf("| `%s`%s | ", a->name, a->is_required ? " *" : "");
    print_value(a);
    printf(" | %s%s%s | ", a->fallback ? "`" : "", a->fallback ? a->fallback : "",
           a->fallback ? "`" : "");
    print_sentence(a->explanation);
    const char *needed = a->surfaces ? surface_name(surface_only(a->surfaces)) : a->capability;
    if (needed)
        printf("; needs `%s`%s%s", needed, a->needed_when ? " when " : "",
               a->needed_when ? a->needed_when : "");
    puts(" |");
}

static void print_markdown(void)
{
    for (unsigned v = VERB_NONE + 1; v < N_VERB; v++) {
        const struct verb_rule *rule = verb_rule((enum verb)v);
        printf("%s**`<%s>`** ", v > 1 ? "\n" : "", rule->name);
        print_sentence(rule->explanation);
        if (surface_only(rule->surfaces))
            printf(" Needs the capability `%s`.", surface_name(surface_only(rule->surfaces)));
        if (rule->capability)
            printf(" Needs the capability `%s`.", rule->capability);
        puts("\n\n| attribute | value | without it | |\n|---|---|---|---|");
        for (size_t i = 0; i < VERB_ATTRIBUTES_MAX && rule->attributes[i].name; i++)
            print_attribute(&rule->attributes[i]);
    }
}

/* What has fields: objects of the default cipher, then of the wire. */
static const struct {
    enum cipher_role role;
    enum object object;
    const char *text;
} field_owners[] = {
    {CIPHER_MESSAGE, OBJECT_NONE, "a message, or the one inside a prekey message"},
    {CIPHER_FIRST_MESSAGE, OBJECT_NONE, "a prekey message"},
    {CIPHER_GROUP_MESSAGE, OBJECT_NONE, "a group's message"},
    {CIPHER_DISTRIBUTION, OBJECT_NONE, "a distribution message"},
    {CIPHER_BUNDLE, OBJECT_NONE, "a bundle"},
    {CIPHER_ROLE_NONE, OBJECT_CONTENT, "what is encrypted in a message of the harness (`client`)"},
    {CIPHER_ROLE_NONE, OBJECT_STANZA, "the stanza around a message to the target (`client`)"},
    {CIPHER_ROLE_NONE, OBJECT_HANDSHAKE,
     "the server's handshake message, of a connection (`client`)"},
    {CIPHER_ROLE_NONE, OBJECT_TRANSPORT,
     "the transport message around a message to the target (`client`)"},
    {CIPHER_ROLE_NONE, OBJECT_FRAME,
     "the frame around that, or around a connection's handshake message (`client`)"},
    {CIPHER_ROLE_NONE, OBJECT_TOKEN, "the token of a connection (`client`)"},
};

static void print_fields_of(size_t owner, bool is_number)
{
    struct field_ref f;
    for (size_t i = 0; field_ref_at(cipher_default(), i, &f); i++) {
        enum object object = f.wire ? f.wire->object : OBJECT_NONE;
        if (object == field_owners[owner].object && f.cipher.role == field_owners[owner].role &&
            f.is_number == is_number)
            printf(" `%s`", f.name);
    }
}

static void print_field_table(void)
{
    puts("| of | bytes | numbers |\n|---|---|---|");
    for (size_t i = 0; i < COUNT(field_owners); i++) {
        printf("| %s |", field_owners[i].text);
        print_fields_of(i, false);
        fputs(" |", stdout);
        print_fields_of(i, true);
        puts(" |");
    }
}

static const struct {
    enum attribute_type type;
    const char *title;
} word_tables[] = {
    {ATTRIBUTE_STANZA_MUTATION, "Mutations of a stanza (`stanza`, `bend`)"},
    {ATTRIBUTE_CHANNEL_MUTATION, "Mutations of a transport message and its frame (`channel`)"},
    {ATTRIBUTE_HANDSHAKE_MUTATION, "Mutations of the gatekeeper's handshake message (`handshake`)"},
    {ATTRIBUTE_CERTIFICATE_MUTATION, "Mutations of its certificate chain (`certificate`)"},
    {ATTRIBUTE_MUTATION, "Deviations of a party of the harness (`bend` of `<start>` and `<seal>`)"},
    {ATTRIBUTE_FETCH_MUTATION, "Mutations of the answer to a fetch of keys (`fetch`)"},
    {ATTRIBUTE_CONTENT_MUTATION, "Mutations of content and padding (`content`)"},
    {ATTRIBUTE_SERVICE, "Stanzas of the gatekeeper's own (`<push stanza=\"\">`)"},
    {ATTRIBUTE_RULE, "Rules (`<verify rule=\"\">`)"},
    {ATTRIBUTE_SERVICE_RULE, "Rules of the service (`<request rule=\"\">`)"},
    {ATTRIBUTE_MEDIUM_MUTATION, "Mutations of a medium and of its host (`medium`)"},
    {ATTRIBUTE_CLIENT_MUTATION, "Mutations of a client that dials (`<sign-in how=\"\">`)"},
    {ATTRIBUTE_UTTERANCE, "What a hostile client sends (`<utter what=\"\">`)"},
};

static const char *taken(const struct word *w)
{
    return w->may_be_refused ? "or refused" : w->is_tolerated ? "yes" : "";
}

static void print_words(void)
{
    for (size_t t = 0; t < COUNT(word_tables); t++) {
        const struct word_table *words = word_tables[t].type == ATTRIBUTE_MUTATION
                                             ? cipher_default()->mutations->words
                                             : wire_words_of(word_tables[t].type);
        const struct word *w;
        printf("%s**%s**\n\n| word | taken? | what it is | follows from |\n|---|---|---|---|\n",
               t ? "\n" : "", word_tables[t].title);
        for (unsigned i = 1; (w = word_at(words, i)); i++) {
            printf("| `%s", w->name);
            if (w->most)
                printf("%cN", words->sign);
            printf("` | %s | ", taken(w));
            print_sentence(w->why);
            printf(" | %s |\n", word_by(words, w));
        }
    }
}

/* ---- for RelaxNG */

static const char *const patterns[] = {
    [ATTRIBUTE_TEXT] = "text",
    [ATTRIBUTE_PARTY] = "name",
    [ATTRIBUTE_TARGET] = "name",
    [ATTRIBUTE_HARNESS] = "name",
    [ATTRIBUTE_NEW_PARTY] = "name",
    [ATTRIBUTE_MESSAGE] = "name",
    [ATTRIBUTE_MESSAGES] = "names",
    [ATTRIBUTE_BUNDLE] = "name",
    [ATTRIBUTE_SNAPSHOT] = "name",
    [ATTRIBUTE_ARTIFACT] = "name",
    [ATTRIBUTE_ARTIFACTS] = "names",
    [ATTRIBUTE_NEW_ARTIFACT] = "name",
    [ATTRIBUTE_NUMBER] = "number",
    [ATTRIBUTE_YES_NO] = "yes-no",
    [ATTRIBUTE_HEX] = "hex",
    [ATTRIBUTE_REASON] = "words",
    [ATTRIBUTE_FIELD] = "field",
    [ATTRIBUTE_MUTATION] = "text",
    [ATTRIBUTE_VECTOR] = "text",
    [ATTRIBUTE_EXPECT] = NULL,
    [ATTRIBUTE_CHOICE] = NULL,
    [ATTRIBUTE_STANZA_MUTATION] = "text",
    [ATTRIBUTE_CONTENT_MUTATION] = "text",
    [ATTRIBUTE_CERTIFICATE_MUTATION] = "text",
    [ATTRIBUTE_HANDSHAKE_MUTATION] = "text",
    [ATTRIBUTE_CHANNEL_MUTATION] = "text",
    [ATTRIBUTE_FETCH_MUTATION] = "text",
    [ATTRIBUTE_SERVICE] = "text",
    [ATTRIBUTE_RULE] = "text",
    [ATTRIBUTE_SERVICE_RULE] = "text",
    [ATTRIBUTE_MEDIUM_MUTATION] = "text",
    [ATTRIBUTE_CLIENT_MUTATION] = "text",
    [ATTRIBUTE_UTTERANCE] = "text",
    [ATTRIBUTE_HOSTED] = "name",
};

static void print_schema_attribute(const struct attribute_rule *a)
{
    bool is_choice = !patterns[a->type];
    bool is_several = a->sweeps[0] || is_choice;
    if (!a->is_required)
        fputs("      <optional>", stdout);
    else
        fputs("      ", stdout);
    printf("<attribute name=\"%s\">%s", a->name, is_several ? "<choice>" : "");
    if (!is_choice)
        printf("<ref name=\"%s\"/>", patterns[a->type]);
    for (size_t i = 0; i < VERB_CHOICES_MAX && a->choices[i]; i++)
        printf("<value>%s</value>", a->choices[i]);
    for (size_t i = 0; i < VERB_SWEEPS_MAX && a->sweeps[i]; i++)
        printf("<ref name=\"%s\"/>", a->sweeps[i]);
    if (is_choice && a->sweeps[0] && strcmp(a->sweeps[0], "each-permutation") == 0)
        fputs("<ref name=\"number\"/>", stdout);
    printf("%s</attribute>%s\n", is_several ? "</choice>" : "",
           a->is_required ? "" : "</optional>");
}

static const char schema_head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<!-- The form of suite files. Made from the table in harness/scenario/verb.c by "
    "assay-vocabulary: change it there.\n"
    "     The loader says more, and says it better; this is for editors, and so that nothing "
    "slips. -->\n"
    "<grammar xmlns=\"http://relaxng.org/ns/structure/1.0\" ns=\"urn:assay:suite:1\"\n"
    "         datatypeLibrary=\"http://www.w3.org/2001/XMLSchema-datatypes\">\n"
    "  <start>\n"
    "    <choice><ref name=\"suite\"/><ref name=\"probes\"/></choice>\n"
    "  </start>\n"
    "\n"
    "  <define name=\"suite\">\n"
    "    <element name=\"suite\">\n"
    "      <attribute name=\"id\"><ref name=\"words\"/></attribute>\n"
    "      <attribute name=\"title\"><text/></attribute>\n"
    "      <attribute name=\"layer\"><ref name=\"words\"/></attribute>\n"
    "      <optional><attribute name=\"cipher\"><text/></attribute></optional>\n"
    "      <oneOrMore><ref name=\"case\"/></oneOrMore>\n"
    "      <optional><ref name=\"repro\"/></optional>\n"
    "    </element>\n"
    "  </define>\n"
    "\n";

static const char schema_probes[] =
    "  <!-- Situations and probes: each chosen combination is a case. -->\n"
    "  <define name=\"probes\">\n"
    "    <element name=\"probes\">\n"
    "      <attribute name=\"id\"><ref name=\"words\"/></attribute>\n"
    "      <attribute name=\"title\"><text/></attribute>\n"
    "      <attribute name=\"layer\"><ref name=\"words\"/></attribute>\n"
    "      <optional><attribute name=\"cipher\"><text/></attribute></optional>\n"
    "      <oneOrMore>\n"
    "        <choice>\n"
    "          <element name=\"beginning\">\n"
    "            <optional><attribute name=\"begins\"><ref "
    "name=\"requirement\"/></attribute></optional>\n"
    "            <ref name=\"about\"/>\n"
    "            <ref name=\"part\"/>\n"
    "            <zeroOrMore><ref name=\"step\"/></zeroOrMore>\n"
    "            <optional><element name=\"reply\"><oneOrMore><ref "
    "name=\"step\"/></oneOrMore></element></optional>\n"
    "            <optional><element name=\"end\"><oneOrMore><ref "
    "name=\"step\"/></oneOrMore></element></optional>\n"
    "          </element>\n"
    "          <element name=\"moment\">\n"
    "            <ref name=\"about\"/>\n"
    "            <optional><attribute name=\"of\"><value>start</value></attribute></optional>\n"
    "            <ref name=\"part\"/>\n"
    "            <oneOrMore><ref name=\"step\"/></oneOrMore>\n"
    "            <optional><element name=\"refused\"><oneOrMore><ref "
    "name=\"step\"/></oneOrMore></element></optional>\n"
    "            <optional><element name=\"opened\"><oneOrMore><ref "
    "name=\"step\"/></oneOrMore></element></optional>\n"
    "          </element>\n"
    "          <element name=\"condition\">\n"
    "            <ref name=\"about\"/>\n"
    "            <ref name=\"part\"/>\n"
    "            <zeroOrMore><ref name=\"step\"/></zeroOrMore>\n"
    "            <optional><element name=\"end\"><oneOrMore><ref "
    "name=\"step\"/></oneOrMore></element></optional>\n"
    "          </element>\n"
    "          <element name=\"probe\">\n"
    "            <attribute name=\"requirement\"><ref name=\"requirement\"/></attribute>\n"
    "            <attribute name=\"aftermath\"><ref name=\"words\"/></attribute>\n"
    "            <optional><attribute name=\"level\"><ref name=\"level\"/></attribute></optional>\n"
    "            <optional><attribute name=\"sibling\"><ref "
    "name=\"case-id\"/></attribute></optional>\n"
    "            <optional><attribute name=\"cipher\"><text/></attribute></optional>\n"
    "            <ref name=\"part\"/>\n"
    "            <oneOrMore><ref name=\"step\"/></oneOrMore>\n"
    "          </element>\n"
    "          <element name=\"aftermath\">\n"
    "            <attribute name=\"id\"><ref name=\"words\"/></attribute>\n"
    "            <oneOrMore>\n"
    "              <choice>\n"
    "                <ref name=\"step\"/>\n"
    "                <element name=\"refused\"><empty/></element>\n"
    "                <element name=\"opened\"><empty/></element>\n"
    "              </choice>\n"
    "            </oneOrMore>\n"
    "          </element>\n"
    "        </choice>\n"
    "      </oneOrMore>\n"
    "    </element>\n"
    "  </define>\n"
    "\n"
    "  <!-- What an honest message is about there (README.md). -->\n"
    "  <define name=\"about\">\n"
    "    <optional><attribute name=\"about\"><ref name=\"requirement\"/></attribute></optional>\n"
    "  </define>\n"
    "\n"
    "  <define name=\"part\">\n"
    "    <attribute name=\"id\"><ref name=\"words\"/></attribute>\n"
    "    <optional><attribute name=\"needs\"><text/></attribute></optional>\n"
    "    <optional><attribute name=\"unless\"><text/></attribute></optional>\n"
    "    <optional><attribute name=\"target\"><ref name=\"name\"/></attribute></optional>\n"
    "    <optional><attribute name=\"peer\"><ref name=\"name\"/></attribute></optional>\n"
    "    <ref name=\"purpose\"/>\n"
    "    <zeroOrMore>\n"
    "      <element name=\"never\">\n"
    "        <attribute name=\"with\"><text/></attribute>\n"
    "        <attribute name=\"because\"><text/></attribute>\n"
    "      </element>\n"
    "    </zeroOrMore>\n"
    "  </define>\n"
    "\n";

static const char schema_case[] =
    "  <define name=\"case\">\n"
    "    <element name=\"case\">\n"
    "      <attribute name=\"id\"><ref name=\"case-id\"/></attribute>\n"
    "      <attribute name=\"requirement\"><ref name=\"requirement\"/></attribute>\n"
    "      <optional><attribute name=\"level\"><ref name=\"level\"/></attribute></optional>\n"
    "      <optional><attribute name=\"needs\"><text/></attribute></optional>\n"
    "      <optional><attribute name=\"unless\"><text/></attribute></optional>\n"
    "      <optional><attribute name=\"sibling\"><ref name=\"case-id\"/></attribute></optional>\n"
    "      <optional><attribute name=\"stands-on\"><ref "
    "name=\"requirement\"/></attribute></optional>\n"
    "      <optional><attribute name=\"origin\"><text/></attribute></optional>\n"
    "      <optional><attribute name=\"cipher\"><text/></attribute></optional>\n"
    "      <ref name=\"purpose\"/>\n"
    "      <choice>\n"
    "        <oneOrMore><ref name=\"step\"/></oneOrMore>\n"
    "        <element name=\"conversations\">\n"
    "          <attribute name=\"seed\"><text/></attribute>\n"
    "          <attribute name=\"count\"><data type=\"positiveInteger\"/></attribute>\n"
    "          <attribute name=\"quick\"><data type=\"positiveInteger\"/></attribute>\n"
    "        </element>\n"
    "      </choice>\n"
    "    </element>\n"
    "  </define>\n"
    "\n"
    "  <define name=\"step\">\n"
    "    <choice>\n";

static const char schema_tail[] =
    "  <!-- A recorded failure: its seed and its tape (harness/scenario/repro_file.h). -->\n"
    "  <define name=\"repro\">\n"
    "    <element name=\"repro\">\n"
    "      <attribute name=\"seed\"><data type=\"string\"><param "
    "name=\"pattern\">[0-9a-f]{64}</param></data></attribute>\n"
    "      <attribute name=\"target\"><text/></attribute>\n"
    "      <attribute name=\"case\"><text/></attribute>\n"
    "      <attribute name=\"verdict\"><ref name=\"words\"/></attribute>\n"
    "      <optional><attribute name=\"format\"><value>2</value></attribute></optional>\n"
    "      <optional><attribute "
    "name=\"surface\"><choice><value>client</value><value>service</value></choice></attribute></"
    "optional>\n"
    "      <optional><attribute name=\"profile\"><text/></attribute></optional>\n"
    "      <zeroOrMore>\n"
    "        <element name=\"constant\">\n"
    "          <attribute name=\"name\"><text/></attribute>\n"
    "          <attribute name=\"value\"><text/></attribute>\n"
    "        </element>\n"
    "      </zeroOrMore>\n"
    "      <zeroOrMore>\n"
    "        <choice>\n"
    "          <element name=\"sent\"><text/></element>\n"
    "          <element name=\"received\"><text/></element>\n"
    "          <element name=\"ended\"><attribute name=\"seen\"><ref "
    "name=\"words\"/></attribute><text/></element>\n"
    "        </choice>\n"
    "      </zeroOrMore>\n"
    "    </element>\n"
    "  </define>\n"
    "\n"
    "  <define name=\"purpose\">\n"
    "    <element name=\"purpose\"><data type=\"string\"><param "
    "name=\"minLength\">1</param></data></element>\n"
    "  </define>\n"
    "  <define name=\"requirement\"><data type=\"string\"><param "
    "name=\"pattern\">[A-Z]+-[0-9]+</param></data></define>\n"
    "  <define name=\"level\"><choice><value>must</value><value>should</value><value>hardening</"
    "value><value>measure</value></choice></define>\n"
    "  <define name=\"case-id\"><data type=\"string\"><param "
    "name=\"pattern\">[a-z][a-z0-9]*(-[a-z0-9]+)*(@[a-z][a-z0-9]*(-[a-z0-9]+)*)?</param></"
    "data></define>\n"
    "  <define name=\"text\"><text/></define>\n"
    "  <define name=\"words\"><data type=\"string\"><param "
    "name=\"pattern\">[a-z][a-z0-9]*(-[a-z0-9]+)*</param></data></define>\n"
    "  <define name=\"name\"><data type=\"string\"><param "
    "name=\"pattern\">[A-Za-z][A-Za-z0-9_.\\-]*</param></data></define>\n"
    "  <define name=\"names\"><data type=\"string\"><param name=\"pattern\"> "
    "*[A-Za-z][A-Za-z0-9_.\\-]*( +[A-Za-z][A-Za-z0-9_.\\-]*)* *</param></data></define>\n"
    "  <define name=\"number\"><data type=\"string\"><param "
    "name=\"pattern\">[0-9]{1,10}</param></data></define>\n"
    "  <define name=\"hex\"><data type=\"string\"><param name=\"pattern\">[0-9a-fA-F "
    "\\n\\r\\t]*</param></data></define>\n"
    "  <define name=\"yes-no\"><choice><value>yes</value><value>no</value></choice></define>\n"
    "  <define name=\"each-bit\"><value>each-bit</value></define>\n"
    "  <define name=\"each-length\"><value>each-length</value></define>\n"
    "  <define name=\"each-permutation\"><value>each-permutation</value></define>\n"
    "  <define name=\"each-of\"><data type=\"string\"><param name=\"pattern\">each-of "
    "(.|\\n)*</param></data></define>\n";

static void print_fields(void)
{
    struct field_ref f;
    puts("  <define name=\"field\">\n    <choice>");
    for (size_t i = 0; field_ref_at(cipher_default(), i, &f); i++)
        printf("      <value>%s</value>\n", f.name);
    /* the fields of other ciphers; the loader knows which the suite's cipher has */
    puts("      <data type=\"string\"><param name=\"pattern\">[a-z-]+(\\.[a-z-]+)?</param></data>");
    puts("    </choice>\n  </define>");
}

static void print_schema(void)
{
    fputs(schema_head, stdout);
    fputs(schema_probes, stdout);
    fputs(schema_case, stdout);
    for (unsigned v = VERB_NONE + 1; v < N_VERB; v++)
        printf("      <ref name=\"%s\"/>\n", verb_rule((enum verb)v)->name);
    puts("    </choice>\n  </define>");
    for (unsigned v = VERB_NONE + 1; v < N_VERB; v++) {
        const struct verb_rule *rule = verb_rule((enum verb)v);
        printf("\n  <!-- %s -->\n  <define name=\"%s\">\n    <element name=\"%s\">\n",
               rule->explanation, rule->name, rule->name);
        for (size_t i = 0; i < VERB_ATTRIBUTES_MAX && rule->attributes[i].name; i++)
            print_schema_attribute(&rule->attributes[i]);
        print_schema_attribute(verb_common_attribute());
        puts("      <empty/>\n    </element>\n  </define>");
    }
    puts("");
    fputs(schema_tail, stdout);
    print_fields();
    puts("</grammar>");
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "vocabulary") == 0)
        print_markdown();
    else if (argc == 2 && strcmp(argv[1], "schema") == 0)
        print_schema();
    else if (argc == 2 && strcmp(argv[1], "fields") == 0)
        print_field_table();
    else if (argc == 2 && strcmp(argv[1], "words") == 0)
        print_words();
    else
        return fputs("assay-vocabulary vocabulary|fields|words|schema\n", stderr), 64;
    return 0;
}
