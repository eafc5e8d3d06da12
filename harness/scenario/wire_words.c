#include "scenario/wire_words.h"

#include "server/server_mutation.h"
#include "wire/certificate.h"
#include "wire/content.h"
#include "wire/stanza_mutation.h"
#include "wire/token.h"

#include <string.h>

struct word {
    const char *name, *explanation;
};

static const struct word services[N_SERVICE] = {
    [SERVICE_PING] = {"ping", "an iq get in the ping's namespace"},
    [SERVICE_UNKNOWN_GET] = {"unknown-get", "an iq get in a namespace nobody knows"},
    [SERVICE_UNASKED_RESULT] = {"unasked-result", "an iq result to no question"},
    [SERVICE_UNKNOWN_STANZA] = {"unknown-stanza", "a kind of stanza nobody knows, with an id"},
    [SERVICE_UNKNOWN_NOTIFICATION] = {"unknown-notification", "a notification of an unknown type"},
    [SERVICE_FEW_PREKEYS] = {"few-prekeys",
                             "a notification that \"code\" one-time prekeys are left"},
    [SERVICE_INFORMATION] = {"information", "an <ib> that may be ignored"},
    [SERVICE_DELIVERED] = {"delivered", "a receipt: the message \"of\" was delivered"},
    [SERVICE_READ] = {"read", "a receipt: the message \"of\" was read"},
    [SERVICE_UNKNOWN_ACK] = {"unknown-ack", "an ack for nothing"},
    [SERVICE_SUCCESS_AGAIN] = {"success-again", "a second <success>"},
    [SERVICE_FAILURE] = {"failure", "<failure> with the reason \"code\", then the connection ends"},
    [SERVICE_STREAM_ERROR] = {"stream-error",
                              "<stream:error> with \"code\", then the connection ends"},
    [SERVICE_REPLACED] = {"replaced",
                          "<stream:error> with a conflict: another connection took over"},
};

static const struct word rules[RULE_TOKEN] = {
    [RULE_HEADER_ONCE] = {"header-once", "the profile's header came once, before the first frame"},
    [RULE_FRAMES] = {"frames", "every frame had a length from 1 to the profile's maximum"},
    [RULE_STATIC_ENCRYPTED] = {"static-encrypted", "the static key crossed encrypted, 48 bytes"},
    [RULE_CLIENT_PAYLOAD] = {"client-payload", "product INTEROP, the account's number, a token"},
    [RULE_NOTHING_EARLY] = {"nothing-early", "no stanza came before the handshake was done"},
    [RULE_FRESH_EPHEMERAL] = {"fresh-ephemeral",
                              "no earlier connection of the case had this ephemeral key"},
    [RULE_FRESH_TOKEN] = {"fresh-token", "no earlier connection of the case had this token or jti"},
    [RULE_STOPPED_EARLY] =
        {"stopped-early", "of an attempt that was broken off: nothing came after the gatekeeper's "
                          "handshake message, neither static key nor token"},
    [RULE_UPLOAD_SHAPE] = {"upload-shape", "sizes, key type and number of what was published"},
    [RULE_UPLOAD_IDS] = {"upload-ids", "prekey ids are unique, not 0 and fit 3 bytes"},
    [RULE_UPLOAD_SIGNATURE] = {"upload-signature", "the signature verifies over the 33-byte key"},
    [RULE_UPLOAD_KEYS] = {"upload-keys", "no public key was published twice"},
    [RULE_REFILLED] = {"refilled", "new one-time prekeys came, none published before"},
    [RULE_MESSAGE_SHAPE] = {"message-shape", "id, to, type and one enc with v and type"},
    [RULE_MESSAGE_ID] = {"message-id", "no other message had this id"},
    [RULE_MESSAGE_TYPE] = {"message-type", "type and mediatype agree with the content"},
    [RULE_NAMES_NOBODY_ELSE] = {"names-nobody-else",
                                "nobody of the case stands in it but its sender and its addressee"},
    [RULE_PADDING] = {"padding", "the plaintext ends in N bytes of value N, N as the profile says"},
    [RULE_CONTENT] = {"content", "the content decodes and is what was sent"},
};

static unsigned find(const struct word *words, unsigned count, const char *name)
{
    for (unsigned i = 1; name && i < count; i++)
        if (words[i].name && strcmp(words[i].name, name) == 0)
            return i;
    return 0;
}

enum service_stanza service_from_name(const char *name)
{
    return (enum service_stanza)find(services, N_SERVICE, name);
}

unsigned wire_rule_from_name(const char *name)
{
    unsigned rule = find(rules, RULE_TOKEN, name);
    enum token_rule token = rule || !name ? TOKEN_RULE_NONE : token_rule_from_name(name);
    return token ? RULE_TOKEN + (unsigned)token : rule;
}

/* ---- words by type */

static struct word stanza_word(unsigned i)
{
    return (struct word){stanza_mutation_name(i), stanza_mutation_explanation(i)};
}

static struct word content_word(unsigned i)
{
    return (struct word){content_mutation_name(i), content_mutation_explanation(i)};
}

static struct word certificate_word(unsigned i)
{
    return (struct word){certificate_mutation_name((enum certificate_mutation)i), ""};
}

static struct word server_word(enum server_mutation_table table, unsigned i)
{
    const struct server_mutation_entry *e = server_mutation_entry(table, i);
    return e ? (struct word){e->name, e->explanation} : (struct word){0};
}

static struct word handshake_word(unsigned i) { return server_word(SERVER_MUTATIONS_HANDSHAKE, i); }
static struct word channel_word(unsigned i) { return server_word(SERVER_MUTATIONS_CHANNEL, i); }
static struct word fetch_word(unsigned i) { return server_word(SERVER_MUTATIONS_FETCH, i); }

static struct word service_word(unsigned i)
{
    return i < N_SERVICE ? services[i] : (struct word){0};
}

static struct word rule_word(unsigned i)
{
    if (i < RULE_TOKEN)
        return rules[i];
    unsigned token = i - RULE_TOKEN + 1;
    return token < N_TOKEN_RULE ? (struct word){token_rule_name((enum token_rule)token),
                                                "a rule of the identity token"}
                                : (struct word){0};
}

static const struct vocabulary {
    enum attribute_type type;
    struct word (*at)(unsigned i); /* from 1 */
} vocabularies[] = {
    {ATTRIBUTE_STANZA_MUTATION, stanza_word},
    {ATTRIBUTE_CONTENT_MUTATION, content_word},
    {ATTRIBUTE_CERTIFICATE_MUTATION, certificate_word},
    {ATTRIBUTE_HANDSHAKE_MUTATION, handshake_word},
    {ATTRIBUTE_CHANNEL_MUTATION, channel_word},
    {ATTRIBUTE_FETCH_MUTATION, fetch_word},
    {ATTRIBUTE_SERVICE, service_word},
    {ATTRIBUTE_RULE, rule_word},
};

static const struct vocabulary *vocabulary_of(enum attribute_type type)
{
    for (size_t i = 0; i < sizeof(vocabularies) / sizeof(vocabularies[0]); i++)
        if (vocabularies[i].type == type)
            return &vocabularies[i];
    return NULL;
}

const char *const *wire_words(enum attribute_type type, struct arena *arena, size_t *out_count)
{
    const struct vocabulary *v = vocabulary_of(type);
    size_t n = 0;
    *out_count = 0;
    while (v && v->at((unsigned)n + 1).name)
        n++;
    const char **names = arena_array(arena, n + 1, sizeof(*names));
    for (size_t i = 0; names && i < n; i++)
        names[i] = v->at((unsigned)i + 1).name;
    *out_count = names ? n : 0;
    return names;
}

const char *wire_word_explanation(enum attribute_type type, size_t i)
{
    const struct vocabulary *v = vocabulary_of(type);
    const char *text = v ? v->at((unsigned)i + 1).explanation : NULL;
    return text ? text : "";
}

static bool server_keeps(enum server_mutation_table table, const char *word)
{
    struct server_mutation b;
    return server_mutation_parse(table, word, &b) && server_mutation_entry(table, b.what)->keeps;
}

bool wire_word_keeps(enum attribute_type type, const char *word)
{
    struct stanza_mutation stanza;
    struct content_mutation content;
    switch (type) {
    case ATTRIBUTE_STANZA_MUTATION:
        return stanza_mutation_parse(word, &stanza) && stanza_mutation_keeps(stanza.what);
    case ATTRIBUTE_CONTENT_MUTATION:
        return content_mutation_parse(word, &content) && content_mutation_keeps(content.what);
    case ATTRIBUTE_CERTIFICATE_MUTATION:
        return word && strcmp(word, certificate_mutation_name(CERTIFICATE_UNKNOWN_FIELDS)) == 0;
    case ATTRIBUTE_HANDSHAKE_MUTATION:
        return server_keeps(SERVER_MUTATIONS_HANDSHAKE, word);
    case ATTRIBUTE_CHANNEL_MUTATION:
        return server_keeps(SERVER_MUTATIONS_CHANNEL, word);
    case ATTRIBUTE_FETCH_MUTATION:
        return server_keeps(SERVER_MUTATIONS_FETCH, word);
    default:
        return false;
    }
}
