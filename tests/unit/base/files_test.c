/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files are written whole or not at all, directories made as needed, and nothing longer than asked
 * for is read.
 */
#include "base/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct world {
    char dir[64];
    struct arena arena;
};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof(*w));
    if (!w)
        return -1;
    snprintf(w->dir, sizeof(w->dir), "/tmp/assay-files-test.XXXXXX");
    arena_init(&w->arena, 65536);
    *state = w;
    return mkdtemp(w->dir) ? 0 : -1;
}

static int teardown(void **state)
{
    struct world *w = *state;
    int how = -1;
    pid_t child = fork();
    if (child == 0) {
        execlp("rm", "rm", "-rf", w->dir, (char *)NULL);
        _exit(127);
    }
    waitpid(child, &how, 0);
    arena_fini(&w->arena);
    free(w);
    return how;
}

static void test_missing_directories_are_made(void **state)
{
    struct world *w = *state;
    struct stat there;
    const char *deep = files_join(&w->arena, w->dir, "a/b/c");
    assert_int_equal(files_make_dirs(deep), OK);
    assert_int_equal(stat(deep, &there), 0);
    assert_int_equal(files_make_dirs(deep), OK);
}

static void test_a_file_in_the_way_is_an_error(void **state)
{
    struct world *w = *state;
    const char *file = files_join(&w->arena, w->dir, "file");
    assert_int_equal(files_write(file, bytes_of_text("x")), OK);
    assert_int_equal(files_make_dirs(files_join(&w->arena, w->dir, "file/below")), E_IO);
}

static void test_what_is_written_is_read(void **state)
{
    struct world *w = *state;
    struct buffer contents;
    const char *file = files_join(&w->arena, w->dir, "file");
    buffer_init(&contents, 16);
    assert_int_equal(files_write(file, bytes_of_text("first, longer")), OK);
    assert_int_equal(files_write(file, bytes_of_text("second")), OK);
    assert_int_equal(files_read(file, &contents), OK);
    assert_string_equal(buffer_text(&contents), "second");
    buffer_fini(&contents);
}

static void test_nothing_is_left_beside_a_file_that_cannot_be_written(void **state)
{
    struct world *w = *state;
    const char *dir = files_join(&w->arena, w->dir, "taken");
    assert_int_equal(files_make_dirs(dir), OK);
    assert_int_equal(files_write(dir, bytes_of_text("x")), E_IO);
    assert_int_equal(rmdir(dir), 0);
    assert_int_equal(rmdir(w->dir), 0);
    assert_int_equal(mkdir(w->dir, 0700), 0);
}

static void test_a_longer_file_than_asked_for_is_refused(void **state)
{
    struct world *w = *state;
    struct buffer contents;
    const char *file = files_join(&w->arena, w->dir, "file");
    buffer_init(&contents, 5);
    assert_int_equal(files_write(file, bytes_of_text("123456")), OK);
    assert_int_equal(files_read(file, &contents), E_LIMIT);
    buffer_fini(&contents);
}

static void write_in(struct world *w, const char *name, const char *text)
{
    assert_int_equal(files_write(files_join(&w->arena, w->dir, name), bytes_of_text(text)), OK);
}

static bool is_there(struct world *w, const char *name)
{
    struct stat there;
    return lstat(files_join(&w->arena, w->dir, name), &there) == 0;
}

static void test_only_marked_files_with_the_ending_are_removed(void **state)
{
    struct world *w = *state;
    static const char *const marks[] = {"<never", "<mine"};
    write_in(w, "case.xml", "<suite><mine/></suite>");
    write_in(w, "theirs.xml", "<suite/>");
    write_in(w, "notes.txt", "<mine/>");
    assert_int_equal(symlink("notes.txt", files_join(&w->arena, w->dir, "link.xml")), 0);
    assert_int_equal(files_remove_in(w->dir, ".xml", marks, 2, NULL), OK);
    assert_false(is_there(w, "case.xml"));
    assert_true(is_there(w, "theirs.xml"));
    assert_true(is_there(w, "notes.txt"));
    assert_true(is_there(w, "link.xml"));
}

static void test_what_is_kept_is_not_removed(void **state)
{
    struct world *w = *state;
    static const char *const marks[] = {"x"};
    struct text_index kept = {0};
    assert_int_equal(text_index_add(&kept, &w->arena, "mine.xml", 0), OK);
    write_in(w, "mine.xml", "x");
    write_in(w, "other.xml", "x");
    assert_int_equal(files_remove_in(w->dir, ".xml", marks, 1, &kept), OK);
    assert_true(is_there(w, "mine.xml"));
    assert_false(is_there(w, "other.xml"));
    text_index_fini(&kept);
}

static void test_what_was_half_written_is_removed(void **state)
{
    struct world *w = *state;
    static const char *const marks[] = {"mine"};
    write_in(w, "empty.xml.AbCdEf", "");
    write_in(w, "part.xml.AbCdEf", "mine");
    write_in(w, "theirs.xml.AbCdEf", "x");
    write_in(w, "theirs.xml.AbCdEfG", "");
    write_in(w, "theirs.txt.AbCdEf", "");
    write_in(w, "empty.xml", "");
    assert_int_equal(files_remove_in(w->dir, ".xml", marks, 1, NULL), OK);
    assert_false(is_there(w, "empty.xml.AbCdEf"));
    assert_false(is_there(w, "part.xml.AbCdEf"));
    assert_true(is_there(w, "theirs.xml.AbCdEf"));
    assert_true(is_there(w, "theirs.xml.AbCdEfG"));
    assert_true(is_there(w, "theirs.txt.AbCdEf"));
    assert_true(is_there(w, "empty.xml"));
}

static void test_a_file_goes_on_behind_what_is_kept_of_it(void **state)
{
    struct world *w = *state;
    const char *path = files_join(&w->arena, w->dir, "file");
    struct buffer contents;
    write_in(w, "file", "one\ntw");
    FILE *file = files_continue(path, 4);
    assert_non_null(file);
    fputs("two\n", file);
    assert_int_equal(fclose(file), 0);
    buffer_init(&contents, 64);
    assert_int_equal(files_read(path, &contents), OK);
    assert_string_equal(buffer_text(&contents), "one\ntwo\n");
    buffer_fini(&contents);
    assert_int_equal(symlink("file", files_join(&w->arena, w->dir, "link")), 0);
    assert_null(files_continue(files_join(&w->arena, w->dir, "link"), 0));
    assert_null(files_continue(files_join(&w->arena, w->dir, "nowhere"), 0));
}

static void test_nothing_is_done_through_a_symbolic_link(void **state)
{
    struct world *w = *state;
    static const char *const marks[] = {"x"};
    const char *real = files_join(&w->arena, w->dir, "real");
    const char *link = files_join(&w->arena, w->dir, "link");
    const char *file = files_join(&w->arena, w->dir, "file");
    assert_int_equal(files_make_dirs(real), OK);
    write_in(w, "real/case.xml", "x");
    assert_int_equal(symlink("real", link), 0);
    assert_int_equal(files_remove_in(link, ".xml", marks, 1, NULL), E_IO);
    assert_true(files_is_link(link));
    assert_false(files_is_link(real));
    assert_true(is_there(w, "real/case.xml"));
    assert_int_equal(symlink("real/case.xml", file), 0);
    assert_null(files_create(file));
    assert_false(files_is_plain(file));
    assert_true(files_is_plain(files_join(&w->arena, w->dir, "real/case.xml")));
}

static void test_a_directory_is_free_or_not(void **state)
{
    struct world *w = *state;
    assert_true(files_is_free(w->dir, ".mark"));
    assert_int_equal(files_make_dirs(files_join(&w->arena, w->dir, "below")), OK);
    assert_false(files_is_free(w->dir, ".mark"));
    write_in(w, "below/.mark", "x");
    assert_true(files_is_free(w->dir, ".mark"));
    write_in(w, ".hidden", "x");
    assert_false(files_is_free(w->dir, ".mark"));
    assert_false(files_is_free(files_join(&w->arena, w->dir, "nowhere"), ".mark"));
}

static void test_a_directory_is_new_or_not(void **state)
{
    struct world *w = *state;
    assert_true(files_is_new(w->dir));
    assert_true(files_is_new(files_join(&w->arena, w->dir, "nowhere")));
    write_in(w, ".hidden", "x");
    assert_false(files_is_new(w->dir));
    assert_false(files_is_new(files_join(&w->arena, w->dir, ".hidden")));
}

static void test_lines_are_read_with_the_nul_bytes_in_them(void **state)
{
    struct world *w = *state;
    char text[8];
    size_t len;
    FILE *file = fopen(files_join(&w->arena, w->dir, "lines"), "w+b");
    assert_non_null(file);
    assert_int_equal(fwrite("a\n\0b\nlong, and no end", 1, 21, file), 21);
    rewind(file);
    assert_true(files_read_line(file, text, sizeof(text), &len));
    assert_string_equal(text, "a\n");
    assert_true(files_read_line(file, text, sizeof(text), &len));
    assert_int_equal(len, 3);
    assert_memory_equal(text, "\0b\n", 4);
    assert_true(files_read_line(file, text, sizeof(text), &len));
    assert_string_equal(text, "long, a");
    assert_int_equal(len, 7);
    while (files_read_line(file, text, sizeof(text), &len))
        assert_int_equal(strlen(text), len);
    assert_int_equal(ferror(file), 0);
    assert_int_equal(fclose(file), 0);
}

static void test_removing_what_is_not_there_is_fine(void **state)
{
    struct world *w = *state;
    assert_int_equal(files_remove(files_join(&w->arena, w->dir, "nothing")), OK);
    assert_int_equal(
        files_remove_in(files_join(&w->arena, w->dir, "nowhere"), ".xml", NULL, 0, NULL), OK);
}

static void test_a_quoted_path_is_one_word_of_a_shell(void **state)
{
    struct world *w = *state;
    assert_string_equal(files_quoted(&w->arena, "a b/$c"), "'a b/$c'");
    assert_string_equal(files_quoted(&w->arena, "it's/'"), "'it'\\''s/'\\'''");
    assert_string_equal(files_quoted(&w->arena, ""), "''");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_missing_directories_are_made, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_file_in_the_way_is_an_error, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_written_is_read, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nothing_is_left_beside_a_file_that_cannot_be_written,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_longer_file_than_asked_for_is_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_only_marked_files_with_the_ending_are_removed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_what_was_half_written_is_removed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_kept_is_not_removed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_file_goes_on_behind_what_is_kept_of_it, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_nothing_is_done_through_a_symbolic_link, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_directory_is_free_or_not, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_directory_is_new_or_not, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lines_are_read_with_the_nul_bytes_in_them, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_removing_what_is_not_there_is_fine, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_quoted_path_is_one_word_of_a_shell, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
