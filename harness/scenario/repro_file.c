/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/repro_file.h"

#include "base/hex.h"
#include "scenario/suite_reader.h"
#include "scenario/xml.h"

#include <stdio.h>
#include <string.h>

#define REPRO_FORMAT "2"               /* of files with a profile in them */
#define ENTRY_MAX (8u * 1024u * 1024u) /* bytes: four times the longest frame */

static const char *const kind_names[] = {
    [REPRO_SENT] = "sent", [REPRO_RECEIVED] = "received", [REPRO_ENDED] = "ended"};

/* ---- reading */

static enum repro_kind kind_from_name(const char *name)
{
    for (size_t i = REPRO_NONE + 1; i < COUNT_OF(kind_names); i++)
        if (strcmp(kind_names[i], name) == 0)
            return (enum repro_kind)i;
    return REPRO_NONE;
}

static enum status take_bytes(const struct element *e, struct arena *arena, struct bytes *out)
{
    struct buffer decoded;
    buffer_init(&decoded, ENTRY_MAX);
    enum status st = hex_decode(e->text, strlen(e->text), &decoded);
    if (!st) {
        *out = arena_copy(arena, buffer_bytes(&decoded));
        st = out->data ? OK : E_NOMEM;
    }
    buffer_fini(&decoded);
    return st;
}

static enum status take_entry(const char *path, const struct element *e, struct arena *arena,
                              struct repro_entry *out, struct diags *diags)
{
    const char *seen = element_attribute(e, "seen");
    out->kind = kind_from_name(e->name);
    out->seen = seen ? seen_from_name(seen) : SEEN_NOTHING_YET;
    if (out->kind == REPRO_NONE || (out->kind == REPRO_ENDED && !out->seen))
        return diags_add(diags, path, e->line,
                         "<%.60s>: <sent>, <received> or <ended seen=\"\"> is expected", e->name);
    enum status st = take_bytes(e, arena, &out->bytes);
    if (st == E_NOMEM)
        return st;
    if (st)
        diags_add(diags, path, e->line, "<%s>: bytes in hex are expected, at most %u", e->name,
                  ENTRY_MAX);
    return st ? E_INPUT : OK;
}

/* One constant of the profile. */
static enum status take_constant(const char *path, const struct element *e,
                                 struct wire_profile *wire, struct diags *diags)
{
    const char *name = element_attribute(e, "name"), *value = element_attribute(e, "value");
    if (name && value && profile_set(wire, name, value) == OK)
        return OK;
    return diags_add(diags, path, e->line,
                     "<constant>: \"%.60s\" is no constant with the value \"%.60s\"",
                     name ? name : "", value ? value : "");
}

/* Room for the profile that the file holds, at its defaults yet; none in files of format 1. */
static enum status begin_profile(const char *path, const struct element *e, struct arena *arena,
                                 struct wire_profile **out, struct diags *diags)
{
    const char *format = element_attribute(e, "format"), *id = element_attribute(e, "profile");
    *out = NULL;
    if (!format)
        return OK;
    if (strcmp(format, REPRO_FORMAT) != 0)
        return diags_add(diags, path, e->line,
                         "<repro>: format \"%.20s\"; this assay reads " REPRO_FORMAT, format);
    if (!(*out = arena_alloc(arena, sizeof(**out))))
        return E_NOMEM;
    profile_defaults(*out);
    snprintf((*out)->id, sizeof((*out)->id), "%s", id ? id : "");
    return OK;
}

static enum status take_attributes(const char *path, const struct element *e, struct arena *arena,
                                   struct repro *out, struct diags *diags)
{
    const char *seed = element_attribute(e, "seed");
    const char *label = element_attribute(e, "case");
    const char *verdict = element_attribute(e, "verdict");
    const char *target = element_attribute(e, "target");
    const char *surface = element_attribute(e, "surface");
    const char *problem = NULL;
    if (!seed || hex_decode_exact(seed, out->seed, sizeof(out->seed)))
        problem = "seed is expected: 32 bytes in hex";
    else if (!label || !*label)
        problem = "case is expected: the full id of the case that failed";
    else if (!verdict || !verdict_from_name(verdict))
        problem = "verdict is expected: pass, inconclusive, fail or error";
    else if (surface && !surface_from_name(surface))
        problem = "surface is expected: library or client";
    if (problem)
        return diags_add(diags, path, e->line, "<repro>: %s", problem);
    out->surface = surface ? surface_from_name(surface) : SURFACE_LIBRARY;
    out->label = arena_text(arena, label);
    out->verdict = arena_text(arena, verdict);
    out->target = arena_text(arena, target ? target : "");
    return out->label && out->verdict && out->target ? OK : E_NOMEM;
}

static enum status take_repro(const char *path, const struct element *e, struct arena *arena,
                              struct repro *out, struct diags *diags)
{
    struct wire_profile *wire = NULL;
    enum status st = take_attributes(path, e, arena, out, diags);
    struct repro_entry *entries = arena_array(arena, e->n_children + 1, sizeof(*entries));
    size_t n = 0;
    if (!st)
        st = entries ? begin_profile(path, e, arena, &wire, diags) : E_NOMEM;
    for (size_t i = 0; !st && i < e->n_children; i++) {
        const struct element *child = &e->children[i];
        if (wire && strcmp(child->name, "constant") == 0)
            st = take_constant(path, child, wire, diags);
        else
            st = take_entry(path, child, arena, &entries[n++], diags);
    }
    out->wire = wire;
    out->entries = entries;
    out->n_entries = st ? 0 : n;
    return st;
}

enum status repro_load(const char *path, struct arena *arena, struct repro *out,
                       struct diags *diags)
{
    struct xml_options options = {
        .path = path, .root = "suite", .ns = SUITE_NAMESPACE, .max = SUITE_REPRO_FILE_MAX};
    struct xml_document *d;
    memset(out, 0, sizeof(*out));
    enum status st = xml_load(&options, &d, diags);
    if (st)
        return st;
    const struct element *e = element_child(xml_root(d), "repro");
    if (e) {
        st = take_repro(path, e, arena, out, diags);
    } else {
        diags_add(diags, path, xml_root(d)->line,
                  "<repro> is missing: this is no recorded failure");
        st = E_INPUT;
    }
    xml_free(d);
    return st;
}

/* ---- writing */

static void put_entry(struct buffer *out, const struct repro_entry *entry)
{
    const char *name = kind_names[entry->kind];
    buffer_printf(out, "    <%s", name);
    if (entry->kind == REPRO_ENDED)
        buffer_printf(out, " seen=\"%s\"", seen_name(entry->seen));
    buffer_append_text(out, ">");
    hex_append(out, entry->bytes);
    buffer_printf(out, "</%s>\n", name);
}

static void put_profile(struct buffer *out, const struct wire_profile *wire)
{
    size_t n;
    const struct profile_constant *constants = profile_constants(&n);
    for (size_t i = 0; i < n; i++) {
        char value[2 * PROFILE_TEXT_MAX];
        profile_get(wire, &constants[i], value, sizeof(value));
        buffer_printf(out, "    <constant name=\"%s\" value=\"", constants[i].name);
        xml_escape(out, value);
        buffer_append_text(out, "\"/>\n");
    }
}

enum status repro_save(const struct repro *what, struct buffer *out)
{
    buffer_append_text(out, "  <repro seed=\"");
    hex_append(out, bytes_of(what->seed, sizeof(what->seed)));
    buffer_append_text(out, "\" target=\"");
    xml_escape(out, what->target);
    buffer_append_text(out, "\" case=\"");
    xml_escape(out, what->label);
    buffer_append_text(out, "\" verdict=\"");
    xml_escape(out, what->verdict);
    bool has_profile = what->surface != SURFACE_LIBRARY;
    if (has_profile) {
        buffer_printf(out, "\" format=\"" REPRO_FORMAT "\" surface=\"%s\" profile=\"",
                      surface_name(what->surface));
        xml_escape(out, what->wire->id);
    }
    buffer_append_text(out, "\">\n");
    if (has_profile)
        put_profile(out, what->wire);
    for (size_t i = 0; i < what->n_entries; i++)
        if (what->entries[i].kind > REPRO_NONE && what->entries[i].kind < COUNT_OF(kind_names))
            put_entry(out, &what->entries[i]);
    buffer_append_text(out, "  </repro>\n");
    return buffer_status(out);
}
