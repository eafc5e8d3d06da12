/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A capture as tshark reads it: nothing is malformed, no segment is lost or out of order, every
 * checksum is right, and comments and bytes are shown. Skipped without tshark. */
#include "driver/capture.h"

#include "base/buffer.h"
#include "wire/content.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define SKIPPED 77
#define BIG 200000u
#define T0 1800000000000000u

#define CHECKS "-o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE "

struct recorded {
    char path[64];
    FILE *file;
    struct capture *capture;
    uint64_t at_us;
};

static void begin(struct recorded *r)
{
    snprintf(r->path, sizeof(r->path), "%s", "capture-test-XXXXXX");
    int fd = mkstemp(r->path);
    assert_true(fd >= 0);
    r->file = fdopen(fd, "wb");
    assert_non_null(r->file);
    r->at_us = T0;
    assert_int_equal(capture_new(r->file, &r->capture), OK);
}

static void end(struct recorded *r)
{
    assert_int_equal(capture_status(r->capture), OK);
    capture_free(r->capture);
    assert_int_equal(fclose(r->file), 0);
}

static void cross(struct recorded *r, const struct capture_connection *line, bool from_client,
                  struct bytes raw, const char *clear)
{
    capture_bytes(r->capture, line, from_client, raw, bytes_of_text(clear), r->at_us += 1000);
}

/* Two connections at once, small and large writes, comments of every kind. */
static void record(struct recorded *r)
{
    static uint8_t big[BIG];
    static char comment[9000];
    const struct capture_connection one = {1, 62222, "channel/a-case"}, two = {2, 62222, NULL};
    memset(big, 0x55, sizeof(big));
    for (size_t i = 0; i + 2 < sizeof(comment); i += 2)
        memcpy(comment + i, "\xc3\xa4", 2); /* an umlaut, which must not be cut in two */
    comment[0] = 'x';
    comment[1] = 'y';
    comment[2] = 'z'; /* from here on every umlaut begins at an odd place */
    memmove(comment + 3, comment + 4, sizeof(comment) - 4);
    begin(r);
    capture_opened(r->capture, &one, r->at_us += 1000);
    cross(r, &one, true, bytes_of_text("hello"), "");
    capture_opened(r->capture, &two, r->at_us += 1000);
    cross(r, &one, false, bytes_of_text("hello yourself"), "<success t=\"1\"/>");
    cross(r, &two, true, bytes_of(big, BIG), comment);
    cross(r, &two, false, bytes_of_text("x"), "<ib/>\n<ib/>");
    cross(r, &one, true, bytes_of_text("odd"), "<iq id=\"1\"/>");
    capture_closed(r->capture, &one, true, r->at_us += 1000);
    cross(r, &two, true, bytes_of_text("y"), "no text: \xff\xc3+\xed\xa0\x80\xf5 end");
    capture_closed(r->capture, &two, false, r->at_us += 1000);
    end(r);
}

/* The exit of a shell's command line, its output appended to |out| (NULL: dropped). */
static int run(const char *command, struct buffer *out)
{
    int ends[2], how = -1;
    char piece[4096];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    for (ssize_t n; (n = read(ends[0], piece, sizeof(piece))) > 0;)
        if (out)
            assert_int_equal(buffer_append(out, bytes_of(piece, (size_t)n)), OK);
    close(ends[0]);
    assert_int_equal(waitpid(child, &how, 0), child);
    return how;
}

/* The output of tshark with |arguments|; its exit code in |*out_exit|. */
static void ask(const char *path, const char *arguments, struct buffer *out, int *out_exit)
{
    char command[512];
    snprintf(command, sizeof(command), "tshark -n %s-r %s %s 2>/dev/null", CHECKS, path, arguments);
    *out_exit = run(command, out);
}

struct row {
    const char *sentence;
    const char *arguments;
    bool is_empty;           /* there must be no such packet */
    const char *expected[4]; /* what must be in the answer */
};

static const struct row rows[] = {
    {"tshark takes it", "", false, {"SYN", "FIN", NULL}},
    {"nothing is malformed", "-Y _ws.malformed", true, {NULL}},
    {"no segment is lost, repeated or out of order", "-Y tcp.analysis.flags", true, {NULL}},
    {"no connection is used again", "-Y tcp.analysis.reused_ports", true, {NULL}},
    {"every checksum of IP is right", "-Y 'ip.checksum.status != 1'", true, {NULL}},
    {"every checksum of TCP is right", "-Y 'tcp.checksum.status != 1'", true, {NULL}},
    {"no expert has a warning or an error", "-Y '_ws.expert.severity >= 6291456'", true, {NULL}},
    {"there are two connections, whole from SYN to FIN",
     "-Y 'tcp.completeness == 31' -T fields -e tcp.stream",
     false,
     {"0\n", "1\n", NULL}},
    {"stanzas are comments",
     "-Y frame.comment -T fields -e frame.comment",
     false,
     {"<success t=\"1\"/>", "<iq id=\"1\"/>", "channel/a-case", NULL}},
    {"what is no text is a question mark",
     "-Y 'frame.comment contains \"no text\"' -T fields -e frame.comment",
     false,
     {"no text: ??+???? end", NULL}},
    {"no comment is cut within a character",
     "-Y 'frame.comment contains \"xyz\"' -T fields -e frame.comment",
     false,
     {"\xc3\xa4", NULL}},
    {"the client's bytes of the first connection are those sent",
     "-Y 'tcp.stream == 0 && tcp.srcport != 62222 && tcp.len > 0' -T fields -e tcp.payload",
     false,
     {"68656c6c6f\n6f6464\n", NULL}},
    {"large writes are there to the last byte",
     "-Y 'tcp.stream == 1 && tcp.srcport != 62222 && tcp.flags.fin == 1' -T fields -e tcp.seq",
     false,
     {"200002\n", NULL}},
};

static void says(void **state)
{
    const struct row *row = *state;
    struct recorded r;
    struct buffer out;
    int how;
    record(&r);
    buffer_init(&out, 64u * 1024u * 1024u);
    ask(r.path, row->arguments, &out, &how);
    unlink(r.path);
    assert_int_equal(how, 0);
    if (row->is_empty)
        assert_string_equal(buffer_text(&out), "");
    for (size_t i = 0; i < 4 && row->expected[i]; i++)
        assert_non_null(strstr(buffer_text(&out), row->expected[i]));
    assert_true(content_is_utf8(buffer_bytes(&out)));
    assert_null(strstr(buffer_text(&out), "\xef\xbf\xbd")); /* U+FFFD: of something cut */
    buffer_fini(&out);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(rows)];
    size_t n = 0;
    if (run("tshark --version 2>/dev/null", NULL)) {
        fputs("skipped: there is no tshark\n", stderr);
        return SKIPPED;
    }
    ADD_ROWS(tests, n, rows, sentence, says);
    return _cmocka_run_group_tests("capture", tests, n, NULL, NULL);
}
