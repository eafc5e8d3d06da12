/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/authority.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#define DAY 86400L

struct authority {
    EVP_PKEY *key;
    X509 *certificate;
    struct buffer pem;
};

static bool add_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, x, NULL, NULL, 0);
    X509_EXTENSION *e = X509V3_EXT_nconf_nid(NULL, &context, nid, value);
    bool is_added = e && X509_add_ext(x, e, -1);
    X509_EXTENSION_free(e);
    return is_added;
}

static bool set_serial(X509 *x)
{
    unsigned char bytes[8];
    BIGNUM *n =
        RAND_bytes(bytes, sizeof(bytes)) == 1 ? BN_bin2bn(bytes, sizeof(bytes), NULL) : NULL;
    bool is_set = n && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x));
    BN_free(n);
    return is_set;
}

/* A certificate of |key| without extensions and signature; NULL without memory. */
static X509 *begin(EVP_PKEY *key, const char *name, long from, long until)
{
    X509 *x = X509_new();
    X509_NAME *subject = x ? X509_get_subject_name(x) : NULL;
    if (x && X509_set_version(x, 2) && set_serial(x) &&
        X509_gmtime_adj(X509_getm_notBefore(x), from) &&
        X509_gmtime_adj(X509_getm_notAfter(x), until) && X509_set_pubkey(x, key) &&
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1,
                                   0))
        return x;
    X509_free(x);
    return NULL;
}

static enum status append_bio(BIO *bio, bool is_written, struct buffer *out)
{
    char *data = NULL;
    long len = is_written ? BIO_get_mem_data(bio, &data) : 0;
    enum status st = len > 0 ? buffer_append(out, bytes_of(data, (size_t)len)) : E_CRYPTO;
    BIO_free(bio);
    return st;
}

static enum status append_certificate(X509 *x, struct buffer *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    return append_bio(bio, bio && PEM_write_bio_X509(bio, x), out);
}

static enum status append_key(EVP_PKEY *key, struct buffer *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    return append_bio(bio, bio && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL),
                      out);
}

enum status authority_new(struct authority **out)
{
    struct authority *a = calloc(1, sizeof(*a));
    enum status st = E_CRYPTO;
    *out = NULL;
    if (!a)
        return E_NOMEM;
    buffer_init(&a->pem, AUTHORITY_PEM_MAX);
    a->key = EVP_EC_gen("P-256");
    a->certificate = a->key ? begin(a->key, "assay test root", -3600, 30 * DAY) : NULL;
    if (a->certificate &&
        X509_set_issuer_name(a->certificate, X509_get_subject_name(a->certificate)) &&
        add_extension(a->certificate, a->certificate, NID_basic_constraints,
                      "critical,CA:TRUE,pathlen:0") &&
        add_extension(a->certificate, a->certificate, NID_key_usage, "critical,keyCertSign") &&
        add_extension(a->certificate, a->certificate, NID_subject_key_identifier, "hash") &&
        X509_sign(a->certificate, a->key, EVP_sha256()) > 0)
        st = append_certificate(a->certificate, &a->pem);
    if (!st)
        st = buffer_append_byte(&a->pem, '\0');
    if (st)
        authority_free(a);
    else
        *out = a;
    return st;
}

void authority_free(struct authority *a)
{
    if (!a)
        return;
    EVP_PKEY_free(a->key);
    X509_free(a->certificate);
    buffer_fini(&a->pem);
    free(a);
}

const char *authority_root(const struct authority *a) { return (const char *)a->pem.data; }

/* Fill in and sign |x|, the certificate of |key|. */
static bool finish(const struct authority *a, enum authority_certificate what, X509 *x,
                   EVP_PKEY *key)
{
    bool is_own = what == AUTHORITY_SELF_SIGNED;
    X509 *issuer = is_own ? x : a->certificate;
    const char *names =
        what == AUTHORITY_OTHER_NAME ? "DNS:elsewhere.example" : "IP:127.0.0.1,DNS:localhost";
    return X509_set_issuer_name(x, X509_get_subject_name(issuer)) &&
           add_extension(x, issuer, NID_subject_alt_name, names) &&
           add_extension(x, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(x, issuer, NID_key_usage, "critical,digitalSignature") &&
           add_extension(x, issuer, NID_ext_key_usage, "serverAuth") &&
           add_extension(x, issuer, NID_subject_key_identifier, "hash") &&
           (is_own || add_extension(x, issuer, NID_authority_key_identifier, "keyid:always")) &&
           X509_sign(x, is_own ? key : a->key, EVP_sha256()) > 0;
}

enum status authority_issue(const struct authority *a, enum authority_certificate what,
                            struct buffer *out_key, struct buffer *out_certificate)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    long until = what == AUTHORITY_EXPIRED ? -DAY : 7 * DAY;
    X509 *x = key ? begin(key, "assay test server", -2 * DAY, until) : NULL;
    enum status st = x && finish(a, what, x, key) ? OK : E_CRYPTO;
    if (!st)
        st = append_key(key, out_key);
    if (!st)
        st = append_certificate(x, out_certificate);
    X509_free(x);
    EVP_PKEY_free(key);
    return st;
}
