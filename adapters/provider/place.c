/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Media and keys in a folder that somebody else's web server serves. */
#include "internal.h"

#include "base/files.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static const char *path_of(struct provider_service *p, const char *folder, const char *name)
{
    return arena_printf(&p->results, "%s/%s%s", p->place->folder, folder, name);
}

int provider_place_open(struct provider_service *p, const char *id)
{
    const char *path = path_of(p, "media/", id);
    return path ? open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644) : -1;
}

void provider_place_drop(struct provider_service *p, const char *id)
{
    const char *path = p->place ? path_of(p, "media/", id) : NULL;
    if (path)
        unlink(path);
}

/* Under another name first: who asks meanwhile gets the old set or the new one. */
enum status provider_place_keys(struct provider_service *p)
{
    struct buffer text;
    if (!p->place)
        return OK;
    const char *path = path_of(p, "", "keys"), *fresh = path_of(p, "", "keys.new");
    buffer_init(&text, KEY_SET_MAX);
    enum status st = path && fresh ? provider_key_set(p, &text) : E_NOMEM;
    FILE *f = st ? NULL : fopen(fresh, "wb");
    bool is_written = f && fwrite(text.data, 1, text.len, f) == text.len;
    if (f && (fclose(f) || !is_written || rename(fresh, path)))
        st = E_IO;
    buffer_fini(&text);
    return st || f ? st : E_IO;
}

const char *provider_url(const struct provider_service *p)
{
    return p->place ? p->place->url : http_host_url(p->host);
}

const char *provider_roots(struct provider_service *p)
{
    struct buffer more;
    if (!p->place)
        return authority_root(p->authority);
    buffer_init(&more, AUTHORITY_PEM_MAX);
    const char *all =
        files_read(p->place->roots, &more)
            ? NULL
            : arena_printf(&p->results, "%s%s", authority_root(p->authority), buffer_text(&more));
    buffer_fini(&more);
    return all;
}
