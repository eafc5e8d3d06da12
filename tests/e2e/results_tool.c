/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * results-tool - what end-to-end tests ask of results.json.
 *
 *   results-tool same A B             equal apart from "times"
 *   results-tool alike A B            the same cases, of each the same verdict, cause and refusals
 *   results-tool agree A B            of each case of A, B says the same, or has no verdict
 *   results-tool get FILE KEY...      a member, by its path; text as it is, anything else as JSON
 *   results-tool case FILE ID KEY     a member of one case
 *   results-tool count FILE VERDICT   how many cases have this verdict
 *   results-tool passed FILE SUITE N  the ids of N passing cases of a suite, from its end; likewise
 * failed
 */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *load(const char *path)
{
    json_error_t error;
    json_t *document = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!document)
        fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
    return document;
}

static void print(const json_t *value)
{
    if (json_is_string(value))
        puts(json_string_value(value));
    else if (value) {
        json_dumpf(value, stdout, JSON_ENCODE_ANY | JSON_COMPACT);
        putchar('\n');
    }
}

/* Print the first difference, as a path. */
static int differ(json_t *a, json_t *b, const char *path)
{
    char below[1024];
    const char *key;
    json_t *value;
    size_t i;
    if (json_equal(a, b))
        return 0;
    if (json_is_object(a) && json_is_object(b)) {
        json_object_foreach(a, key, value)
        {
            snprintf(below, sizeof(below), "%s.%s", path, key);
            if (differ(value, json_object_get(b, key), below))
                return 1;
        }
    } else if (json_is_array(a) && json_is_array(b)) {
        json_array_foreach(a, i, value)
        {
            snprintf(below, sizeof(below), "%s[%zu]", path, i);
            if (differ(value, json_array_get(b, i), below))
                return 1;
        }
    }
    printf("they differ at %s\n", path);
    print(a);
    print(b);
    return 1;
}

/* Of each case what was found, whatever shared a session. */
static json_t *findings(json_t *document)
{
    static const char *const keys[] = {"id", "verdict", "cause", "refused", "violates"};
    json_t *all = json_array(), *one;
    size_t i;
    json_array_foreach(json_object_get(document, "cases"), i, one)
    {
        json_t *found = json_object();
        for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
            if (json_object_get(one, keys[k]))
                json_object_set(found, keys[k], json_object_get(one, keys[k]));
        json_array_append_new(all, found);
    }
    return all;
}

/* Equal findings, and at least one. */
static int alike(const char *first, const char *second)
{
    json_t *a = load(first), *b = load(second);
    json_t *of_a = findings(a), *of_b = findings(b);
    int result = json_array_size(of_a) == 0 || differ(of_a, of_b, "");
    json_decref(of_a);
    json_decref(of_b);
    json_decref(a);
    json_decref(b);
    return result;
}

static bool is_no_verdict(const char *verdict)
{
    return strcmp(verdict, "error") == 0 || strcmp(verdict, "not-run") == 0;
}

static const char *text_of(const json_t *one, const char *key)
{
    const char *text = json_string_value(json_object_get(one, key));
    return text ? text : "";
}

/* A case that is missing, or has another verdict, is printed. */
static int agree(const char *first, const char *second)
{
    json_t *a = load(first), *b = load(second), *of_a = json_object_get(a, "cases");
    json_t *of_b = json_object_get(b, "cases"), *one;
    size_t i;
    int result = json_array_size(of_a) == 0 || json_array_size(of_a) != json_array_size(of_b);
    json_array_foreach(of_a, i, one)
    {
        const json_t *other = json_array_get(of_b, i);
        const char *was = text_of(one, "verdict"), *is = text_of(other, "verdict");
        if (strcmp(text_of(one, "id"), text_of(other, "id")) == 0 &&
            (strcmp(was, is) == 0 || is_no_verdict(is)))
            continue;
        printf("%s was %s, %s is %s\n", text_of(one, "id"), was, text_of(other, "id"), is);
        result = 1;
    }
    json_decref(a);
    json_decref(b);
    return result;
}

static int same(const char *first, const char *second)
{
    json_t *a = load(first), *b = load(second);
    int result = 1;
    if (a && b) {
        json_object_del(a, "times");
        json_object_del(b, "times");
        result = differ(a, b, "");
    }
    json_decref(a);
    json_decref(b);
    return result;
}

static int get(const char *path, int n_keys, char **keys)
{
    json_t *document = load(path);
    const json_t *at = document;
    for (int i = 0; i < n_keys; i++)
        at = json_object_get(at, keys[i]);
    print(at);
    json_decref(document);
    return at ? 0 : 1;
}

static int member_of_case(const char *path, const char *id, const char *key)
{
    json_t *document = load(path), *one;
    const json_t *found = NULL;
    size_t i;
    json_array_foreach(json_object_get(document, "cases"), i, one)
    {
        const char *this_id = json_string_value(json_object_get(one, "id"));
        if (this_id && strcmp(this_id, id) == 0)
            found = json_object_get(one, key);
    }
    print(found);
    json_decref(document);
    return found ? 0 : 1;
}

static int count(const char *path, const char *verdict)
{
    json_t *document = load(path), *one;
    size_t i, n = 0;
    json_array_foreach(json_object_get(document, "cases"), i, one)
    {
        const char *this_verdict = json_string_value(json_object_get(one, "verdict"));
        n += this_verdict && strcmp(this_verdict, verdict) == 0;
    }
    printf("%zu\n", n);
    json_decref(document);
    return document ? 0 : 1;
}

static int ids(const char *path, const char *suite, size_t n, const char *wanted)
{
    json_t *document = load(path);
    const json_t *cases = json_object_get(document, "cases");
    for (size_t i = json_array_size(cases); i > 0 && n > 0; i--) {
        const json_t *one = json_array_get(cases, i - 1);
        const char *in = json_string_value(json_object_get(one, "suite"));
        const char *verdict = json_string_value(json_object_get(one, "verdict"));
        if (in && verdict && strcmp(in, suite) == 0 && strcmp(verdict, wanted) == 0) {
            print(json_object_get(one, "id"));
            n--;
        }
    }
    json_decref(document);
    return n == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "same") == 0)
        return same(argv[2], argv[3]);
    if (argc == 4 && strcmp(argv[1], "alike") == 0)
        return alike(argv[2], argv[3]);
    if (argc == 4 && strcmp(argv[1], "agree") == 0)
        return agree(argv[2], argv[3]);
    if (argc >= 4 && strcmp(argv[1], "get") == 0)
        return get(argv[2], argc - 3, argv + 3);
    if (argc == 5 && strcmp(argv[1], "case") == 0)
        return member_of_case(argv[2], argv[3], argv[4]);
    if (argc == 4 && strcmp(argv[1], "count") == 0)
        return count(argv[2], argv[3]);
    if (argc == 5 && strcmp(argv[1], "passed") == 0)
        return ids(argv[2], argv[3], (size_t)strtoul(argv[4], NULL, 10), "pass");
    if (argc == 5 && strcmp(argv[1], "failed") == 0)
        return ids(argv[2], argv[3], (size_t)strtoul(argv[4], NULL, 10), "fail");
    fputs("usage: results-tool same|alike|agree A B | get FILE KEY... | case FILE ID KEY | count "
          "FILE "
          "VERDICT |"
          " passed|failed FILE SUITE N\n",
          stderr);
    return 64;
}
