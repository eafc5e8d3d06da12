/* Letters that go: sealed, posted, and sent again when asked for or after a reconnect. */
#include "app/app_internal.h"

#include "wire/content.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOCUMENT_MAX (16u * 1024u * 1024u)

void app_outgoing_free(struct outgoing *l)
{
    free(l->id);
    free(l->name);
    buffer_fini(&l->content);
    buffer_fini(&l->body);
    free(l);
}

static enum status seal(struct app *c, struct outgoing *l, struct sealed *out)
{
    struct buffer plaintext;
    enum refusal why;
    uint32_t n = 0;
    buffer_init(&plaintext, DOCUMENT_MAX);
    enum status st =
        random_below(c->options.random, c->profile.padding_max - c->profile.padding_min + 1, &n);
    n += c->profile.padding_min;
    if (!st && (c->rules->content.sends_no_padding || c->rules->content.pads_too_much)) {
        st = buffer_append(&plaintext, buffer_bytes(&l->content));
        for (uint32_t i = 0; c->rules->content.pads_too_much && i < 40; i++)
            buffer_append_byte(&plaintext, 40);
    } else if (!st) {
        st = content_pad(buffer_bytes(&l->content), n, &c->profile, &plaintext);
    }
    if (!st)
        st = party_seal(c->party, (struct address){l->name, l->device}, buffer_bytes(&plaintext),
                        NULL, out, &why);
    buffer_fini(&plaintext);
    return st;
}

static const char *media_type(enum content_kind kind)
{
    static const char *const types[N_CONTENT_KIND] = {[CONTENT_IMAGE] = "image",
                                                      [CONTENT_VOICE] = "ptt",
                                                      [CONTENT_VIDEO] = "video",
                                                      [CONTENT_FILE] = "document"};
    return types[kind];
}

static enum status write_letter(struct app *c, struct outgoing *l, const char *id, uint32_t count,
                                enum signal_kind kind)
{
    struct arena arena;
    struct stanza_writer w;
    struct buffer document;
    struct content content;
    const struct app_rules *r = c->rules;
    char text[64] = "";
    if (content_decode(buffer_bytes(&l->content), &content))
        return E_PARSE;
    const char *media = media_type(content.kind);
    arena_init(&arena, 65536);
    buffer_init(&document, DOCUMENT_MAX);
    stanza_begin(&w, &document);
    stanza_open(&w, "message");
    stanza_attribute(&w, "id", id);
    stanza_attribute(&w, "to",
                     stanza_address(&arena, l->name, l->device, c->profile.stanza_user_domain));
    if (!r->stanza.omits_type)
        stanza_attribute(&w, "type",
                         media && !r->stanza.mistypes_media ? "media"
                         : content.kind == CONTENT_REACTION ? "reaction"
                                                            : "text");
    if (r->stanza.says_text && content.text.len && content.text.len < sizeof(text)) {
        memcpy(text, content.text.data, content.text.len);
        stanza_attribute(&w, "preview", text);
    }
    stanza_attribute(&w, "account", r->stanza.says_user ? c->user : NULL);
    stanza_open(&w, "enc");
    stanza_attribute(&w, "v", r->stanza.omits_version ? NULL : "2");
    stanza_attribute(&w, "type", kind == SIGNAL_KIND_PREKEY ? "pkmsg" : "msg");
    stanza_attribute(&w, "mediatype", r->stanza.mistypes_media ? NULL : media);
    if (count)
        stanza_attribute_number(&w, "count", count);
    stanza_base64(&w, c->rules->retry.resends_in_clear && count ? buffer_bytes(&l->content)
                                                                : buffer_bytes(&l->body));
    enum status st = app_push(c, &w, &document);
    arena_fini(&arena);
    return st;
}

enum status app_outgoing_send(struct app *c, struct outgoing *l, const char *id, uint32_t count)
{
    struct sealed sealed;
    enum status st = OK;
    sealed_init(&sealed);
    bool repeats = c->rules->retry.repeats_bytes && count && l->body.len;
    if (!repeats)
        st = seal(c, l, &sealed);
    if (!st && !repeats) {
        buffer_clear(&l->body);
        st = buffer_append(&l->body, buffer_bytes(&sealed.body));
        l->kind = sealed.kind;
    }
    if (!st)
        st = write_letter(c, l, id, count, l->kind);
    sealed_fini(&sealed);
    return st;
}

static char *new_id(struct app *c)
{
    char text[48];
    snprintf(text, sizeof(text), "M-%u", c->rules->stanza.repeats_ids ? 1 : ++c->next_id);
    return app_text(text);
}

enum status app_outgoing_post(struct app *c, struct address peer, struct bytes content)
{
    struct outgoing *l = calloc(1, sizeof(*l));
    if (!l)
        return E_NOMEM;
    l->id = new_id(c);
    l->name = app_text(peer.name);
    l->device = peer.device;
    buffer_init(&l->content, content.len + 1);
    buffer_init(&l->body, DOCUMENT_MAX);
    if (!l->id || !l->name || buffer_append(&l->content, content)) {
        app_outgoing_free(l);
        return E_NOMEM;
    }
    struct outgoing **end = &c->outgoing;
    while (*end)
        end = &(*end)->next;
    *end = l;
    return app_outgoing_send(c, l, l->id, 0);
}

/* After a connection was lost: what nobody acked goes again, as it was encrypted. */
enum status app_outgoing_resend(struct app *c)
{
    enum status st = OK;
    for (struct outgoing *l = c->outgoing; !st && l; l = l->next)
        if (!l->is_acked && l->body.len) {
            st = write_letter(c, l, l->id, 0, l->kind);
        }
    return st;
}
