/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "driver/driver_service.h"

#include "driver/driver_internal.h"

enum status driver_service(struct driver *d, struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Service m = {MESSAGE(service)};
    return driver_ask(d, OP(SERVICE), &m, arena, NULL, out);
}

enum status driver_host_media(struct driver *d, const struct target_medium *what,
                              struct arena *arena, struct answer *out)
{
    Assay__Target__V1__HostMedia m = {MESSAGE(host_media),
                                      .kind = (Assay__Target__V1__MediaKind)what->kind,
                                      .pattern = lend(what->pattern),
                                      .length = what->length,
                                      .file_name = lend_text(what->file_name),
                                      .user = lend_text(what->user)};
    return driver_ask(d, OP(HOST_MEDIA), &m, arena, NULL, out);
}

enum status driver_take_media(struct driver *d, struct bytes content, const char *origin,
                              const char *roots, struct arena *arena, struct answer *out)
{
    Assay__Target__V1__TakeMedia m = {MESSAGE(take_media), .content = lend(content),
                                      .origin = lend_text(origin), .roots = lend_text(roots)};
    return driver_ask(d, OP(TAKE_MEDIA), &m, arena, NULL, out);
}

enum status driver_expire_media(struct driver *d, struct bytes content, struct arena *arena,
                                struct answer *out)
{
    Assay__Target__V1__ExpireMedia m = {MESSAGE(expire_media), .content = lend(content)};
    return driver_ask(d, OP(EXPIRE_MEDIA), &m, arena, NULL, out);
}

enum status driver_mint_token(struct driver *d, const struct target_mint *what, struct arena *arena,
                              struct answer *out)
{
    Assay__Target__V1__MintToken m = {MESSAGE(mint_token),
                                      .user = lend_text(what->user),
                                      .issuer = lend_text(what->issuer),
                                      .audience = lend_text(what->audience),
                                      .static_key = lend(what->static_key),
                                      .only_enlisted = what->only_enlisted};
    return driver_ask(d, OP(MINT_TOKEN), &m, arena, NULL, out);
}

enum status driver_rotate_keys(struct driver *d, bool retires, struct arena *arena,
                               struct answer *out)
{
    Assay__Target__V1__RotateKeys m = {MESSAGE(rotate_keys), .retire = retires};
    return driver_ask(d, OP(ROTATE_KEYS), &m, arena, NULL, out);
}

enum status driver_enlist(struct driver *d, const struct target_enlist *what, struct arena *arena,
                          struct answer *out)
{
    Assay__Target__V1__Enlist m = {MESSAGE(enlist),
                                   .user = lend_text(what->user),
                                   .url = lend_text(what->url),
                                   .issuer = lend_text(what->issuer),
                                   .audience = lend_text(what->audience),
                                   .roots = lend_text(what->roots)};
    return driver_ask(d, OP(ENLIST), &m, arena, NULL, out);
}

enum status driver_withdraw(struct driver *d, const char *user, struct arena *arena,
                            struct answer *out)
{
    Assay__Target__V1__Withdraw m = {MESSAGE(withdraw), .user = lend_text(user)};
    return driver_ask(d, OP(WITHDRAW), &m, arena, NULL, out);
}

enum status driver_pushes(struct driver *d, const char *user, struct arena *arena,
                          struct answer *out)
{
    Assay__Target__V1__Pushes m = {MESSAGE(pushes), .user = lend_text(user)};
    return driver_ask(d, OP(PUSHES), &m, arena, NULL, out);
}
