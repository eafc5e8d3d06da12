/* Shows that files are written as they are read, and that no file can do harm. */
#include "scratch.h"

#include "scenario/repro_file.h"
#include "scenario/requirements_file.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define HONEST_AFTER "<deliver message=\"m\"/></case>"
#define CASE(attributes)                                                                           \
    "<case id=\"a\" requirement=\"D-05\"" attributes "><purpose>What it shows.</purpose>"

static void assert_no_complaint(const struct scratch *s)
{
    char *complaint = scratch_complaint(s, 0);
    assert_string_equal(complaint, "");
    free(complaint);
}

static void assert_complaint(const struct scratch *s, const char *expected)
{
    char *complaint = scratch_complaint(s, 0);
    assert_string_equal(complaint, expected);
    free(complaint);
}

/* Load one case; its spec. */
static const struct case_spec *load(struct scratch *s, const char *cases)
{
    const struct suite *suite;
    char *text = scratch_suite(cases);
    enum status st = scratch_load(s, text, &suite);
    assert_no_complaint(s);
    assert_int_equal(st, OK);
    free(text);
    return &suite->cases[0];
}

/* ---- and back */

static void assert_same_steps(const struct case_spec *a, const struct case_spec *b)
{
    assert_int_equal(a->n_steps, b->n_steps);
    for (size_t i = 0; i < a->n_steps; i++) {
        assert_int_equal(a->steps[i].verb, b->steps[i].verb);
        assert_int_equal(a->steps[i].n_attributes, b->steps[i].n_attributes);
        for (size_t j = 0; j < a->steps[i].n_attributes; j++) {
            assert_string_equal(a->steps[i].attributes[j].name, b->steps[i].attributes[j].name);
            assert_string_equal(a->steps[i].attributes[j].value, b->steps[i].attributes[j].value);
        }
    }
}

static void saved_case_loads_as_it_was(void **state)
{
    struct scratch *s = *state;
    const struct case_spec *spec =
        load(s, CASE("") "<establish/><seal as=\"m\" text=\"&lt;&amp;&quot; &#9;&#10;\xc3\xa4\"/>"
                         "<tamper message=\"m\" as=\"f\" field=\"signal.mac\" flip=\"17\"/>"
                         "<deliver message=\"f\" expect=\"refuses\"/>" HONEST_AFTER);
    struct saved_case saved = {.suite_id = "mine",
                               .title = "A \"title\" <of> ours",
                               .case_id = "a",
                               .requirement = "D-05",
                               .level = LEVEL_MUST,
                               .purpose = "What it shows.",
                               .origin = "seed & more",
                               .steps = spec->steps,
                               .n_steps = spec->n_steps};
    struct buffer out;
    const struct suite *again;
    buffer_init(&out, 65536);
    assert_int_equal(suite_save(&saved, &out), OK);
    assert_int_equal(scratch_load(s, buffer_text(&out), &again), OK);
    assert_same_steps(spec, &again->cases[0]);
    assert_string_equal(again->title, saved.title);
    assert_string_equal(again->cases[0].origin, saved.origin);
    assert_string_equal(again->cases[0].purpose, saved.purpose);
    buffer_fini(&out);
}

static void saved_permutation_loads_as_a_number(void **state)
{
    struct scratch *s = *state;
    const struct case_spec *spec =
        load(s, CASE("") "<establish/><seal as=\"m\"/><seal as=\"n\"/>"
                         "<deliver messages=\"m n\" order=\"each-permutation\"/></case>");
    struct planned planned = {.spec = spec, .instance = 1};
    struct saved_case saved = {.suite_id = "mine",
                               .title = "t",
                               .case_id = "a",
                               .requirement = "D-05",
                               .level = LEVEL_MUST,
                               .purpose = "p",
                               .n_steps = spec->n_steps};
    struct arena arena;
    struct buffer out;
    const struct suite *again;
    arena_init(&arena, 65536);
    buffer_init(&out, 65536);
    assert_int_equal(planned_steps(&planned, &arena, &saved.steps), OK);
    assert_int_equal(suite_save(&saved, &out), OK);
    assert_int_equal(scratch_load(s, buffer_text(&out), &again), OK);
    assert_string_equal(step_text(&again->cases[0].steps[3], "order"), "1");
    assert_int_equal(again->cases[0].n_instances, 1);
    arena_fini(&arena);
    buffer_fini(&out);
}

/* ---- directories */

static void shipped_suites_load(void **state)
{
    struct loader_options options = {.suite_dir = SUITES_DIR,
                                     .vector_dir = SUITES_DIR "/../vectors"};
    struct catalogue c;
    struct diags diags;
    (void)state;
    diags_init(&diags);
    enum status st = catalogue_load(&options, &c, &diags);
    for (size_t i = 0; i < diags.count && i < DIAG_MAX; i++)
        print_error("%s:%u: %s\n", diags.items[i].file, diags.items[i].line, diags.items[i].text);
    assert_int_equal(st, OK);
    assert_true(c.n_suites >= 1);
    assert_true(c.n_requirements >= 1);
    catalogue_free(&c);
    diags_fini(&diags);
}

static void suites_are_in_order_of_id(void **state)
{
    struct scratch *s = *state;
    static const char *const more[] = {"order"};
    struct loader_options options = s->options;
    struct catalogue c;
    options.more_suite_dirs = more;
    options.n_more_suite_dirs = 1;
    assert_int_equal(mkdir("order", 0700), 0);
    scratch_write("order/a.xml", "<suite xmlns=\"urn:assay:suite:1\" id=\"b\" title=\"t\" "
                                 "layer=\"c\">" CASE("") "<ping/></case></suite>");
    scratch_write("order/b.xml", "<suite xmlns=\"urn:assay:suite:1\" id=\"a\" title=\"t\" "
                                 "layer=\"c\">" CASE("") "<ping/></case></suite>");
    assert_int_equal(catalogue_load(&options, &c, &s->diags), OK);
    assert_int_equal(c.n_suites, 2);
    assert_string_equal(c.suites[0]->file, "order/b.xml");
    assert_string_equal(c.suites[1]->file, "order/a.xml");
    catalogue_free(&c);
}

static void private_suite_with_a_known_id_is_refused(void **state)
{
    struct scratch *s = *state;
    static const char *const more[] = {"one", "two"};
    struct loader_options options = s->options;
    struct catalogue c;
    options.more_suite_dirs = more;
    options.n_more_suite_dirs = 2;
    char *text = scratch_suite(CASE("") "<ping/></case>");
    assert_int_equal(mkdir("one", 0700) || mkdir("two", 0700), 0);
    scratch_write("one/first.xml", text);
    scratch_write("two/second.xml", text);
    free(text);
    diags_fini(&s->diags);
    diags_init(&s->diags);
    assert_int_equal(catalogue_load(&options, &c, &s->diags), E_INPUT);
    assert_complaint(s, "two/second.xml:0: <suite id=\"mine\">: one/first.xml has this id");
    catalogue_free(&c);
}

static void absent_directory_is_named(void **state)
{
    struct scratch *s = *state;
    static const char *const more[] = {"nowhere"};
    struct loader_options options = s->options;
    struct catalogue c;
    options.more_suite_dirs = more;
    options.n_more_suite_dirs = 1;
    diags_fini(&s->diags);
    diags_init(&s->diags);
    assert_int_equal(catalogue_load(&options, &c, &s->diags), E_INPUT);
    assert_complaint(s, "nowhere:0: cannot be opened: No such file or directory");
    catalogue_free(&c);
}

/* ---- requirements */

#define REQUIREMENTS(content)                                                                      \
    "<requirements xmlns=\"urn:assay:requirements:1\">" content "</requirements>"
#define REQUIREMENT(id)                                                                            \
    "<requirement id=\"" id "\" source=\"s\" section=\"1\" level=\"must\" testable=\"yes\">"       \
    "<text>t</text><impact>i</impact></requirement>"

/* What the requirements come from; a test may put another text here. */
#define SOURCES(content) "<sources xmlns=\"urn:assay:requirements:1\">" content "</sources>"
static const char standard_sources[] =
    SOURCES("<source name=\"s\" class=\"field\" url=\"https://example.org/s\"/>");
static const char *sources = standard_sources;

/* Load |dir|, made for this with the schemas, |sources| and two files of requirements (NULL: no
 * file). */
static enum status load_requirements(struct scratch *s, const char *dir, const char *const names[2],
                                     const char *const texts[2], struct catalogue *out)
{
    struct loader_options options = s->options;
    char path[128];
    options.suite_dir = dir;
    assert_int_equal(mkdir(dir, 0700), 0);
    snprintf(path, sizeof(path), "%s/suite.rng", dir);
    assert_int_equal(symlink(SUITES_DIR "/suite.rng", path), 0);
    snprintf(path, sizeof(path), "%s/requirements.rng", dir);
    assert_int_equal(symlink(SUITES_DIR "/requirements.rng", path), 0);
    snprintf(path, sizeof(path), "%s/sources.xml", dir);
    scratch_write(path, sources);
    for (size_t i = 0; i < 2 && names[i]; i++) {
        snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
        scratch_write(path, texts[i]);
    }
    diags_fini(&s->diags);
    diags_init(&s->diags);
    return catalogue_load(&options, out, &s->diags);
}

static void every_requirements_file_is_read(void **state)
{
    static const char *const names[] = {"requirements.xml", "requirements-more.xml"};
    static const char *const texts[] = {REQUIREMENTS(REQUIREMENT("Z-01") REQUIREMENT("Z-02")),
                                        REQUIREMENTS(REQUIREMENT("ZZ-01"))};
    struct catalogue c;
    enum status st = load_requirements(*state, "every", names, texts, &c);
    assert_no_complaint(*state);
    assert_int_equal(st, OK);
    assert_int_equal(c.n_requirement_files, 3);
    assert_string_equal(c.requirement_files[0], "every/sources.xml");
    assert_string_equal(c.requirement_files[1], "every/requirements-more.xml");
    assert_string_equal(c.requirement_files[2], "every/requirements.xml");
    assert_int_equal(c.n_requirements, 3);
    assert_non_null(catalogue_requirement(&c, "Z-02"));
    assert_non_null(catalogue_requirement(&c, "ZZ-01"));
    assert_int_equal(c.n_suites, 0);
    catalogue_free(&c);
}

static void requirement_has_what_its_source_has(void **state)
{
    static const char *const names[] = {"requirements.xml", NULL};
    static const char *const texts[2] = {REQUIREMENTS(
        REQUIREMENT("Z-01") "<requirement id=\"Z-02\" source=\"s\" section=\"1\" level=\"must\" "
                            "testable=\"yes\"><text>t</text><quote>It\n is.</quote>"
                            "<impact>i</impact></requirement>")};
    struct catalogue c;
    enum status st = load_requirements(*state, "with-source", names, texts, &c);
    assert_no_complaint(*state);
    assert_int_equal(st, OK);
    assert_string_equal(c.requirements[0].kind, "field");
    assert_string_equal(c.requirements[0].url, "https://example.org/s");
    assert_null(c.requirements[0].quote);
    assert_string_equal(c.requirements[1].quote, "It is.");
    catalogue_free(&c);
}

static void requirement_without_a_source_is_refused(void **state)
{
    static const char *const names[] = {"requirements.xml", NULL};
    static const char *const texts[2] = {REQUIREMENTS(REQUIREMENT("ZZ-01"))};
    struct catalogue c;
    sources = SOURCES("<source name=\"t\" class=\"field\" url=\"https://example.org/t\"/>");
    assert_int_equal(load_requirements(*state, "no-source", names, texts, &c), E_INPUT);
    sources = standard_sources;
    assert_complaint(*state, "no-source/requirements.xml:1: <requirement id=\"ZZ-01\">: "
                             "source=\"s\" is not in sources.xml (did you mean \"t\"?)");
    catalogue_free(&c);
}

static void source_of_no_class_is_refused(void **state)
{
    static const char *const names[] = {"requirements.xml", NULL};
    static const char *const texts[2] = {REQUIREMENTS(REQUIREMENT("ZZ-01"))};
    struct catalogue c;
    sources = SOURCES("<source name=\"s\" class=\"rumour\" url=\"https://example.org/s\"/>");
    assert_int_equal(load_requirements(*state, "no-class", names, texts, &c), E_INPUT);
    sources = standard_sources;
    assert_complaint(*state, "no-class/sources.xml:1: <source name=\"s\">: class is expected to be "
                             "specification, profile or field");
    catalogue_free(&c);
}

static void requirement_in_two_files_is_refused(void **state)
{
    static const char *const names[] = {"requirements.xml", "requirements-more.xml"};
    static const char *const texts[] = {REQUIREMENTS(REQUIREMENT("ZZ-01")),
                                        REQUIREMENTS(REQUIREMENT("ZZ-01"))};
    struct catalogue c;
    assert_int_equal(load_requirements(*state, "same-id", names, texts, &c), E_INPUT);
    assert_complaint(*state, "same-id/requirements.xml:1: <requirement id=\"ZZ-01\">: another "
                             "requirement has this id");
    catalogue_free(&c);
}

static void directory_without_requirements_is_named(void **state)
{
    static const char *const none[] = {NULL, NULL};
    struct catalogue c;
    assert_int_equal(load_requirements(*state, "without", none, none, &c), E_INPUT);
    assert_complaint(*state, "without:0: holds no requirements.xml");
    catalogue_free(&c);
}

/* What the guide shows to a newcomer is a suite that loads as it stands. */
static void example_of_the_guide_loads(void **state)
{
    struct scratch *s = *state;
    const struct suite *suite;
    static char guide[65536];
    FILE *file = fopen(SUITES_DIR "/README.md", "r");
    assert_non_null(file);
    guide[fread(guide, 1, sizeof(guide) - 1, file)] = '\0';
    fclose(file);
    char *begin = strstr(guide, "```xml\n");
    assert_non_null(begin);
    char *end = strstr(begin, "\n```\n");
    assert_non_null(end);
    *end = '\0';
    enum status st = scratch_load(s, begin + strlen("```xml\n"), &suite);
    assert_no_complaint(s);
    assert_int_equal(st, OK);
}

/* ---- recorded failures */

static const uint8_t some_bytes[] = {0, 1, 0xfe, 0xff};

static void save_repro(struct buffer *out, const struct repro *repro, const struct case_spec *spec)
{
    struct buffer extra;
    buffer_init(&extra, 65536);
    assert_int_equal(repro_save(repro, &extra), OK);
    struct saved_case saved = {.suite_id = "mine",
                               .title = "t",
                               .case_id = "a",
                               .requirement = "D-05",
                               .level = LEVEL_MUST,
                               .purpose = "p",
                               .steps = spec->steps,
                               .n_steps = spec->n_steps,
                               .extra = buffer_text(&extra)};
    assert_int_equal(suite_save(&saved, out), OK);
    buffer_fini(&extra);
}

static void repro_loads_as_it_was(void **state)
{
    struct scratch *s = *state;
    const struct repro_entry entries[] = {
        {REPRO_SENT, SEEN_NOTHING_YET, bytes_of(some_bytes, sizeof(some_bytes))},
        {REPRO_RECEIVED, SEEN_NOTHING_YET, bytes_of(NULL, 0)},
        {REPRO_ENDED, SEEN_DEATH, bytes_of_text("signal 11")}};
    struct wire_profile wire;
    profile_defaults(&wire);
    snprintf(wire.id, sizeof(wire.id), "mine");
    assert_int_equal(profile_set(&wire, "frame.max", "4096"), OK);
    assert_int_equal(profile_set(&wire, "stanza.server", "a\"<b"), OK);
    struct repro repro = {.label = "mine/a#17",
                          .verdict = "fail",
                          .target = "a \xff<target>\x01",
                          .surface = SURFACE_CLIENT,
                          .wire = &wire,
                          .entries = entries,
                          .n_entries = 3};
    memset(repro.seed, 0xab, sizeof(repro.seed));
    const struct case_spec *spec = load(s, CASE("") "<establish/><seal as=\"m\"/>" HONEST_AFTER);
    struct buffer out;
    struct arena arena;
    struct repro again;
    const struct suite *suite;
    buffer_init(&out, 65536);
    arena_init(&arena, 65536);
    save_repro(&out, &repro, spec);
    assert_int_equal(scratch_load(s, buffer_text(&out), &suite), OK);
    assert_int_equal(repro_load("mine.xml", &arena, &again, &s->diags), OK);
    assert_memory_equal(again.seed, repro.seed, sizeof(repro.seed));
    assert_string_equal(again.label, repro.label);
    assert_string_equal(again.verdict, "fail");
    assert_string_equal(again.target, "a ?<target>?");
    assert_int_equal(again.surface, SURFACE_CLIENT);
    assert_non_null(again.wire);
    assert_string_equal(again.wire->id, "mine");
    assert_true(profile_equal(again.wire, &wire));
    assert_int_equal(again.n_entries, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(again.entries[i].kind, entries[i].kind);
        assert_true(bytes_equal(again.entries[i].bytes, entries[i].bytes));
    }
    assert_int_equal(again.entries[2].seen, SEEN_DEATH);
    arena_fini(&arena);
    buffer_fini(&out);
}

static void repro_needs_no_sibling(void **state)
{
    struct scratch *s = *state;
    const struct suite *suite;
    char *text =
        scratch_suite(CASE("") "<establish/><seal as=\"m\"/>"
                               "<deliver message=\"m\" expect=\"refuses\"/></case>"
                               "<repro seed=\"00000000000000000000000000000000"
                               "00000000000000000000000000000000\" target=\"t\" case=\"mine/a\" "
                               "verdict=\"fail\"/>");
    assert_int_equal(scratch_load(s, text, &suite), OK);
    free(text);
}

struct repro_row {
    const char *sentence;
    const char *repro; /* in line 3 */
    const char *expected;
};

#define SEED "seed=\"0000000000000000000000000000000000000000000000000000000000000000\" "

static const struct repro_row repro_rows[] = {
    {"a suite that is no repro", "", "mine.xml:1: <repro> is missing: this is no recorded failure"},
    {"a short seed", "<repro seed=\"00\" case=\"a/b\" verdict=\"fail\"/>",
     "mine.xml:3: <repro>: seed is expected: 32 bytes in hex"},
    {"a repro of no case", "<repro " SEED "verdict=\"fail\"/>",
     "mine.xml:3: <repro>: case is expected: the full id of the case that failed"},
    {"an unknown verdict", "<repro " SEED "case=\"a/b\" verdict=\"bad\"/>",
     "mine.xml:3: <repro>: verdict is expected: pass, inconclusive, fail or error"},
    {"an unknown surface", "<repro " SEED "case=\"a/b\" verdict=\"fail\" surface=\"roof\"/>",
     "mine.xml:3: <repro>: surface is expected: library or client"},
    {"an unknown kind of entry",
     "<repro " SEED "case=\"a/b\" verdict=\"fail\"><heard>00</heard></repro>",
     "mine.xml:3: <heard>: <sent>, <received> or <ended seen=\"\"> is expected"},
    {"an ending nobody saw", "<repro " SEED "case=\"a/b\" verdict=\"fail\"><ended/></repro>",
     "mine.xml:3: <ended>: <sent>, <received> or <ended seen=\"\"> is expected"},
    {"bytes that are none", "<repro " SEED "case=\"a/b\" verdict=\"fail\"><sent>0</sent></repro>",
     "mine.xml:3: <sent>: bytes in hex are expected, at most 8388608"},
};

static void *shared;

static void bad_repro_is_explained(void **state)
{
    const struct repro_row *row = *state;
    struct scratch *s = shared;
    char cases[1024];
    struct arena arena;
    struct repro repro;
    snprintf(cases, sizeof(cases), "%s<ping/></case>\n%s", CASE(""), row->repro);
    char *text = scratch_suite(cases);
    scratch_write("mine.xml", text);
    free(text);
    diags_fini(&s->diags);
    diags_init(&s->diags);
    arena_init(&arena, 65536);
    assert_int_equal(repro_load("mine.xml", &arena, &repro, &s->diags), E_INPUT);
    assert_complaint(s, row->expected);
    arena_fini(&arena);
}

/* ---- files that mean harm */

/* Every beginning of a good file is refused, and none does anything else. */
static void no_beginning_of_a_suite_is_a_suite(void **state)
{
    struct scratch *s = *state;
    char *text = scratch_suite(CASE("") "<establish/><seal as=\"m\"/><tamper message=\"m\" "
                                        "as=\"f\" field=\"signal.mac\" flip=\"each-bit\"/>"
                                        "<deliver message=\"f\" expect=\"refuses\"/>" HONEST_AFTER);
    const struct suite *suite;
    size_t whole = strlen(text) - 1; /* the last line's end says nothing */
    for (size_t len = 0; len < whole; len++) {
        char *beginning = strndup(text, len);
        assert_non_null(beginning);
        assert_int_equal(scratch_load(s, beginning, &suite), E_INPUT);
        assert_true(s->diags.count >= 1);
        free(beginning);
    }
    assert_int_equal(scratch_load(s, text, &suite), OK);
    free(text);
}

/* Every byte of a good file replaced by one that has a meaning in XML: refused, or another good
 * suite. */
static void no_wrong_byte_does_harm(void **state)
{
    struct scratch *s = *state;
    static const char bytes[] = {'<', '>', '"', '&', '\x01', '\xff', '0', ' '};
    char *text = scratch_suite(CASE("") "<establish/><seal as=\"m\" size=\"each-of 1 | 2\"/>"
                                        "<deliver message=\"m\"/></case>");
    const struct suite *suite;
    for (size_t at = 0; text[at]; at++) {
        for (size_t i = 0; i < sizeof(bytes); i++) {
            char kept = text[at];
            text[at] = bytes[i];
            enum status st = scratch_load(s, text, &suite);
            assert_true(st == OK || (st == E_INPUT && s->diags.count >= 1));
            text[at] = kept;
        }
    }
    free(text);
}

static void entity_bomb_is_refused_unread(void **state)
{
    struct scratch *s = *state;
    const struct suite *suite;
    assert_int_equal(
        scratch_load(s,
                     "<?xml version=\"1.0\"?>\n<!DOCTYPE suite [\n<!ENTITY a \"aaaaaaaaaa\">\n"
                     "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">\n"
                     "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]>\n"
                     "<suite xmlns=\"urn:assay:suite:1\" id=\"a\" title=\"&c;\" layer=\"c\"/>",
                     &suite),
        E_INPUT);
    assert_complaint(s, "mine.xml:2: a document type is not taken: no DTD and no entities here");
    assert_int_equal(s->diags.count, 1);
}

static void external_entity_is_refused(void **state)
{
    struct scratch *s = *state;
    const struct suite *suite;
    assert_int_equal(
        scratch_load(s, "<!DOCTYPE suite SYSTEM \"file:///etc/passwd\">\n<suite/>", &suite),
        E_INPUT);
    assert_complaint(s, "mine.xml:1: a document type is not taken: no DTD and no entities here");
}

/* |count| times |piece| between |head| and |tail|. */
static char *repeated(const char *head, const char *piece, size_t count, const char *tail)
{
    size_t size = strlen(head) + strlen(piece) * count + strlen(tail) + 1;
    char *text = malloc(size);
    assert_non_null(text);
    size_t len = (size_t)snprintf(text, size, "%s", head);
    for (size_t i = 0; i < count; i++)
        len += (size_t)snprintf(text + len, size - len, "%s", piece);
    snprintf(text + len, size - len, "%s", tail);
    return text;
}

static void nesting_is_bounded(void **state)
{
    struct scratch *s = *state;
    const struct suite *suite;
    char *text = repeated("<suite xmlns=\"urn:assay:suite:1\">", "<a>", 100, "");
    char *closed = repeated(text, "</a>", 100, "</suite>");
    assert_int_equal(scratch_load(s, closed, &suite), E_INPUT);
    assert_complaint(s, "mine.xml:1: <a> stands deeper than 8 elements");
    free(closed);
    free(text);
}

static void steps_of_a_case_are_bounded(void **state)
{
    struct scratch *s = *state;
    const struct suite *suite;
    char *cases = repeated(CASE(""), "<ping/>", 401, "</case>");
    char *text = scratch_suite(cases);
    assert_int_equal(scratch_load(s, text, &suite), E_INPUT);
    assert_complaint(s, "mine.xml:2: <case id=\"a\">: has more than 400 steps");
    free(text);
    free(cases);
}

static void parties_of_a_case_are_bounded(void **state)
{
    struct scratch *s = *state;
    const struct suite *suite;
    char cases[2048];
    size_t len = (size_t)snprintf(cases, sizeof(cases), "%s", CASE(""));
    for (int i = 0; i < 23; i++)
        len += (size_t)snprintf(cases + len, sizeof(cases) - len, "<peer name=\"p%d\"/>", i);
    snprintf(cases + len, sizeof(cases) - len, "</case>");
    char *text = scratch_suite(cases);
    assert_int_equal(scratch_load(s, text, &suite), E_INPUT);
    assert_complaint(s, "mine.xml:2: <peer>: a case has at most 24 parties and 400 things");
    free(text);
}

static void long_suite_in_a_directory_is_refused(void **state)
{
    struct scratch *s = *state;
    static const char *const more[] = {"long"};
    struct loader_options options = s->options;
    struct catalogue c;
    options.more_suite_dirs = more;
    options.n_more_suite_dirs = 1;
    char *text = repeated("<suite>", "<!-- words words words -->", 170000, "</suite>");
    assert_int_equal(mkdir("long", 0700), 0);
    scratch_write("long/long.xml", text);
    free(text);
    diags_fini(&s->diags);
    diags_init(&s->diags);
    assert_int_equal(catalogue_load(&options, &c, &s->diags), E_INPUT);
    assert_complaint(s, "long/long.xml:0: is longer than 4194304 bytes");
    catalogue_free(&c);
}

static int group_setup(void **state)
{
    (void)state;
    return scratch_setup(&shared);
}

static int group_teardown(void **state)
{
    (void)state;
    return scratch_teardown(&shared);
}

static int use_scratch(void **state)
{
    *state = shared;
    return 0;
}

#define PLAIN(f) cmocka_unit_test_setup(f, use_scratch)

static const struct CMUnitTest plain_tests[] = {
    PLAIN(saved_case_loads_as_it_was),
    PLAIN(saved_permutation_loads_as_a_number),
    PLAIN(shipped_suites_load),
    PLAIN(suites_are_in_order_of_id),
    PLAIN(private_suite_with_a_known_id_is_refused),
    PLAIN(absent_directory_is_named),
    PLAIN(every_requirements_file_is_read),
    PLAIN(requirement_has_what_its_source_has),
    PLAIN(requirement_without_a_source_is_refused),
    PLAIN(source_of_no_class_is_refused),
    PLAIN(requirement_in_two_files_is_refused),
    PLAIN(directory_without_requirements_is_named),
    PLAIN(example_of_the_guide_loads),
    PLAIN(repro_loads_as_it_was),
    PLAIN(repro_needs_no_sibling),
    PLAIN(no_beginning_of_a_suite_is_a_suite),
    PLAIN(no_wrong_byte_does_harm),
    PLAIN(entity_bomb_is_refused_unread),
    PLAIN(external_entity_is_refused),
    PLAIN(nesting_is_bounded),
    PLAIN(steps_of_a_case_are_bounded),
    PLAIN(parties_of_a_case_are_bounded),
    PLAIN(long_suite_in_a_directory_is_refused),
};

int main(void)
{
    struct CMUnitTest tests[COUNT(plain_tests) + COUNT(repro_rows)];
    memcpy(tests, plain_tests, sizeof(plain_tests));
    size_t n = COUNT(plain_tests);
    ADD_ROWS(tests, n, repro_rows, sentence, bad_repro_is_explained);
    return _cmocka_run_group_tests("files", tests, n, group_setup, group_teardown);
}
