/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mutations of the document: entities, markup, namespaces, characters, form and sizes. */
#include "wire/stanza_mutation_internal.h"

static const struct stanza_mutation_entry rows[] = {
    /* ---- Document types and entities */

    {WORD_BY("doctype", "RFC 6120, 11.1",
             "A DOCTYPE without content: a client that takes it has a DTD parser running on what "
             "strangers send."),
     AT(START, "<!DOCTYPE message>")},
    {WORD_BY("doctype-with-entity", "RFC 6120, 11.1",
             "A DOCTYPE declares an entity and a child uses it: a careless client replaces text by "
             "rules of the sender."),
     AT(START, "<!DOCTYPE message [<!ENTITY e \"x\">]>"), AT(FIRST_CHILD, "<extra>&e;</extra>")},
    {WORD_BY("billion-laughs", "RFC 6120, 11.1",
             "Ten levels of entities, ten of each in the next: a client that expands them fills "
             "its memory from a kilobyte."),
     .make = mutation_laughs},
    {WORD_BY("quadratic-blowup", "RFC 6120, 11.1",
             "One long entity used thousands of times: a client that limits nesting only still "
             "fills its memory."),
     .make = mutation_blowup},
    {WORD_BY("external-entity", "RFC 6120, 11.1",
             "An entity outside of the document is used: a careless client fetches an address or "
             "reads a file of its own."),
     AT(START, "<!DOCTYPE message [<!ENTITY e SYSTEM \"{canary}\">]>"),
     AT(FIRST_CHILD, "<extra>&e;</extra>")},
    {WORD_BY(
         "external-entity-in-text", "RFC 6120, 11.1",
         "The same where the base64 stands: a careless client fetches, and decrypts what it got."),
     AT(START, "<!DOCTYPE message [<!ENTITY e SYSTEM \"{canary}\">]>"), AT(ENC_BACK, "&e;")},
    {WORD_BY("external-dtd", "RFC 6120, 11.1",
             "The DOCTYPE names a DTD elsewhere: a careless client fetches it before it looks at "
             "the message."),
     AT(START, "<!DOCTYPE message SYSTEM \"{canary}\">")},
    {WORD_BY("parameter-entity", "RFC 6120, 11.1",
             "A parameter entity outside of the document: fetched even by clients that forbid "
             "general ones."),
     AT(START, "<!DOCTYPE message [<!ENTITY % p SYSTEM \"{canary}\"> %p;]>")},
    {WORD_BY("default-attribute", "RFC 6120, 11.1",
             "The DTD gives message an attribute it does not have: a careless client sees offline "
             "where nothing was sent."),
     AT(START, "<!DOCTYPE message [<!ATTLIST message extra CDATA \"x\">]>")},
    {WORD_BY("undeclared-entity", "RFC 6120, 11.1",
             "An entity nobody declared: a careless client drops or guesses it, and reads another "
             "text than others."),
     AT(FIRST_CHILD, "<extra>&nbsp;</extra>")},

    /* ---- Markup that is not taken */

    {WORD_BY(
         "comment-inside", "RFC 6120, 11.1",
         "A comment splits the base64: clients that take text piece by piece read only its front."),
     AT(ENC_FRONT, "<!-- x -->")},
    {WORD_BY("comment-before", "RFC 6120, 11.1",
             "A comment before the root: a client whose filter looks at the first tag sees none."),
     AT(START, "<!-- x -->")},
    {WORD_BY("comment-after", "RFC 6120, 11.1",
             "A comment after the root: a client that stops reading at the root never sees what "
             "follows."),
     AT(END, "<!-- x -->")},
    {WORD_BY("processing-instruction", "RFC 6120, 11.1",
             "A processing instruction inside the message: a careless client acts on it."),
     AT(FIRST_CHILD, "<?x y?>")},
    {WORD_BY("stylesheet", "RFC 6120, 11.1",
             "An instruction that names a stylesheet elsewhere: a careless client fetches it."),
     AT(START, "<?xml-stylesheet type=\"text/xsl\" href=\"{canary}\"?>")},
    {WORD_BY("cdata-in-markup", "XML 1.0, 3.1",
             "CDATA where an attribute stands: clients that strip it early see other tags than "
             "parsers do."),
     AT(ROOT_ATTRIBUTES, " <![CDATA[x]]>")},
    {WORD_BY("cdata-unfinished", "XML 1.0, 2.7",
             "A CDATA section that is never closed: the rest of the document is taken for text."),
     AT(FIRST_CHILD, "<extra><![CDATA[</extra>")},
    {WORD_BY("cdata-end-in-text", "XML 1.0, 2.4",
             "The characters ]]> in text outside of a CDATA section, where they must be escaped."),
     AT(FIRST_CHILD, "<extra>]]></extra>")},
    {WORD_BY("late-declaration", "XML 1.0, 2.8",
             "An XML declaration after white space; it is allowed as the very first thing only."),
     AT(START, " <?xml version=\"1.0\"?>")},
    {WORD_BY("xml-1.1", "docs/wire.md, Stanza",
             "A declaration of XML 1.1, where other characters are allowed."),
     AT(START, "<?xml version=\"1.1\"?>")},

    /* ---- Namespaces */

    {WORD_TOLERATED_BY("rebound-prefix", "docs/wire.md, Stanza",
                       "A child stream:error whose prefix belongs to somebody else: a client that "
                       "looks at prefixes only ends the connection for it."),
     AT(FIRST_CHILD, "<stream:error xmlns:stream=\"urn:example:other\" code=\"401\"/>")},
    {WORD_BY("message-in-foreign-namespace", "docs/wire.md, Stanza",
             "The root is message, of another namespace: a careless client looks at the local name "
             "only."),
     AT(ROOT_ATTRIBUTES, " xmlns=\"urn:example:other\"")},
    {WORD_BY("enc-in-foreign-namespace", "docs/wire.md, Stanza",
             "The enc is of another namespace, thus no enc: a careless client looks at the local "
             "name only."),
     AT(ENC_ATTRIBUTES, " xmlns=\"urn:example:other\"")},
    {WORD_BY("undeclared-prefix", "Namespaces in XML 1.0, 5",
             "A child element with a prefix that nobody declared."),
     AT(FIRST_CHILD, "<other:extra/>")},
    {WORD_BY("undeclared-attribute-prefix", "Namespaces in XML 1.0, 5",
             "An attribute with a prefix that nobody declared."),
     AT(ROOT_ATTRIBUTES, " other:extra=\"x\"")},
    {WORD_BY("empty-prefix-binding", "Namespaces in XML 1.0, 5",
             "A prefix bound to the empty namespace name, which Namespaces in XML 1.0 forbids."),
     AT(FIRST_CHILD, "<o:extra xmlns:o=\"\"/>")},
    {WORD_BY("duplicate-attribute", "XML 1.0, 3.1",
             "The root has its from twice: one part of a client checks the first, another shows "
             "the second."),
     AT(ROOT_ATTRIBUTES, " from=\"{other}\"")},
    {WORD_BY("duplicate-by-prefix", "Namespaces in XML 1.0, 6.3",
             "The same attribute twice, under two prefixes of one namespace."),
     AT(FIRST_CHILD, "<extra xmlns:p=\"urn:x\" xmlns:q=\"urn:x\" p:a=\"1\" q:a=\"2\"/>")},

    /* ---- Characters */

    {WORD_BY("overlong-utf8", "RFC 3629, 3",
             "A slash in two bytes where one does: checks made before decoding do not see it."),
     AT(FIRST_CHILD, "<extra>\xc0\xaf</extra>")},
    {WORD_BY("overlong-nul", "RFC 3629, 3",
             "U+0000 in two bytes: a C string ends where others go on."),
     AT(FIRST_CHILD, "<extra>\xc0\x80</extra>")},
    {WORD_BY("surrogate-utf8", "RFC 3629, 3",
             "Half of a surrogate pair in UTF-8: it has no character, and other languages cannot "
             "hold it."),
     AT(FIRST_CHILD, "<extra>\xed\xa0\x80</extra>")},
    {WORD_BY("bad-continuation", "RFC 3629, 4",
             "A lead byte followed by none of its own: careless decoders swallow the next "
             "character, a quote or a tag."),
     AT(FIRST_CHILD, "<extra>\xe2\x28\xa1</extra>")},
    {WORD_BY("lone-continuation", "RFC 3629, 4",
             "A UTF-8 continuation byte with no lead byte before it."),
     AT(FIRST_CHILD, "<extra>\x80</extra>")},
    {WORD_BY("beyond-unicode", "RFC 3629, 3",
             "A UTF-8 sequence for U+110000, one past the last code point."),
     AT(FIRST_CHILD, "<extra>\xf4\x90\x80\x80</extra>")},
    {WORD_BY("truncated-utf8", "RFC 3629, 4",
             "The document ends within a character: careless decoders read behind the end."),
     AT(END, "\n\xe2\x82")},
    {WORD_BY("forbidden-nul", "XML 1.0, 2.2",
             "U+0000 as it is: a C string ends here, and what follows was never checked."),
     AT(FIRST_CHILD, "<extra>\0</extra>")},
    {WORD_BY("forbidden-control", "XML 1.0, 2.2",
             "The control character U+0001 itself, which XML 1.0 does not allow."),
     AT(FIRST_CHILD, "<extra>\1</extra>")},
    {WORD_BY("forbidden-noncharacter", "XML 1.0, 2.2",
             "The noncharacter U+FFFE itself, which XML 1.0 does not allow."),
     AT(FIRST_CHILD, "<extra>\xef\xbf\xbe</extra>")},
    {WORD_BY("reference-nul", "XML 1.0, 4.1",
             "U+0000 as a reference: a client that takes it cuts the text."),
     AT(FIRST_CHILD, "<extra>&#0;</extra>")},
    {WORD_BY(
         "reference-control", "XML 1.0, 4.1",
         "The control character U+0001 as a character reference: escaping does not make it legal."),
     AT(FIRST_CHILD, "<extra>&#1;</extra>")},
    {WORD_BY("reference-noncharacter", "XML 1.0, 4.1",
             "The noncharacter U+FFFE as a character reference: escaping does not make it legal."),
     AT(FIRST_CHILD, "<extra>&#xfffe;</extra>")},
    {WORD_BY("reference-surrogate", "XML 1.0, 4.1",
             "A lone surrogate, U+D800, as a character reference: it stands for no character."),
     AT(FIRST_CHILD, "<extra>&#xd800;</extra>")},
    {WORD_BY("reference-overflow", "XML 1.0, 4.1",
             "A character reference beyond 2^32: a client that wraps to 32 bits reads a letter."),
     AT(FIRST_CHILD, "<extra>&#x100000041;</extra>")},
    {WORD_BY("utf8-bom", "RFC 6120, 11.6",
             "A byte order mark in front: not of the wire, as in XMPP."),
     AT(START, "\xef\xbb\xbf")},
    {WORD_BY("utf16-le", "RFC 6120, 11.6",
             "The document in UTF-16, little end first: a client that guesses encodings sees what "
             "a filter does not."),
     .make = mutation_utf16_le},
    {WORD_BY(
         "utf16-be", "RFC 6120, 11.6",
         "The document in UTF-16, big end first: taken only by a client that detects encodings."),
     .make = mutation_utf16_be},
    {WORD_BY("latin1-declared", "RFC 6120, 11.6",
             "A declaration of ISO-8859-1: only UTF-8 is allowed, even where the bytes are plain "
             "ASCII."),
     AT(START, "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>")},
    {WORD_BY("utf7-declared", "RFC 6120, 11.6",
             "A declaration of UTF-7, in which markup can be written with letters alone."),
     AT(START, "<?xml version=\"1.0\" encoding=\"UTF-7\"?>")},
    {WORD_BY("utf16-declared", "RFC 6120, 11.6",
             "A declaration of UTF-16 on a document in UTF-8: bytes and declaration contradict "
             "each other."),
     AT(START, "<?xml version=\"1.0\" encoding=\"UTF-16\"?>")},

    /* ---- The form of the document */

    {WORD_BY("two-roots", "XML 1.0, 2.1",
             "A whole second message behind the first, from somebody else: a careless client "
             "checks one and shows the other."),
     .make = mutation_two_roots},
    {WORD_BY("text-after-root", "XML 1.0, 2.1", "Character data after the root element."),
     AT(END, "hello")},
    {WORD_BY("text-before-root", "XML 1.0, 2.1", "Character data before the root element."),
     AT(START, "hello")},
    {WORD_BY("unclosed-root", "XML 1.0, 3",
             "The root does not end: a client that shows what it has so far shows what may have "
             "been cut."),
     .make = mutation_unclosed_root},
    {WORD_BY("mismatched-tags", "XML 1.0, 3",
             "The end tag of the root has another name than its start tag."),
     .make = mutation_mismatched_tags},
    {WORD_BY("crossing-tags", "XML 1.0, 3",
             "Two elements are closed in the wrong order, so that neither contains the other."),
     AT(FIRST_CHILD, "<one><two></one></two>")},
    {WORD_BY("cut-in-text", "XML 1.0, 3", "The document ends in the middle of the base64."),
     .make = mutation_truncated},
    {WORD_BY("bare-ampersand", "XML 1.0, 2.4", "An ampersand in text that begins no reference."),
     AT(FIRST_CHILD, "<extra>a & b</extra>")},
    {WORD_BY("less-than-in-attribute", "XML 1.0, 3.1",
             "A less-than in an attribute: filters that look for tags see one that is none."),
     AT(ROOT_ATTRIBUTES, " extra=\"<x\"")},
    {WORD_BY("unquoted-attribute", "XML 1.0, 2.3",
             "The attributes of the root without quotes, as browsers take them."),
     REWRITTEN(.quote = "")},
    {WORD_BY("attribute-without-value", "XML 1.0, 3.1",
             "An attribute without equals sign and value, as HTML allows it."),
     AT(ROOT_ATTRIBUTES, " extra")},
    {WORD_BY("adjacent-attributes", "XML 1.0, 3.1",
             "Two attributes without the white space that must stand between them."),
     AT(ROOT_ATTRIBUTES, " one=\"1\"two=\"2\"")},

    /* ---- Sizes */

    {WORD_NUMBER(
         "attributes", 1, STANZA_NUMBER_MAX,
         "A child with so many attributes: comparing each with each takes the square of it.",
         "docs/wire.md, Stanza"),
     .make = mutation_attributes},
    {WORD_NUMBER("depth", 1, STANZA_NUMBER_MAX,
                 "So many elements inside each other, the root counted: a client that calls itself "
                 "for each runs out of stack.",
                 "docs/wire.md, Stanza"),
     .make = mutation_depth},
    {WORD_NUMBER("children", 1, STANZA_NUMBER_MAX,
                 "More empty children than the limit on elements: a client without it keeps a node "
                 "for each.",
                 "docs/wire.md, Stanza"),
     .make = mutation_children},
    {WORD_NUMBER("text", 1, STANZA_NUMBER_MAX,
                 "A child with more bytes of text than the longest stanza: a client without that "
                 "limit keeps them all.",
                 "docs/wire.md, Stanza"),
     .make = mutation_text_child},
    {WORD_TOLERATED_NUMBER("attributes-allowed", 1, STANZA_NUMBER_MAX,
                           "A child with many attributes, within the limit.",
                           "docs/wire.md, Stanza"),
     .make = mutation_attributes},
    {WORD_TOLERATED_NUMBER("depth-allowed", 1, STANZA_NUMBER_MAX,
                           "Elements nested deeply, the root counted, within the limit.",
                           "docs/wire.md, Stanza"),
     .make = mutation_depth},
    {WORD_TOLERATED_NUMBER("children-allowed", 1, STANZA_NUMBER_MAX,
                           "Many empty children, within the limit on elements.",
                           "docs/wire.md, Stanza"),
     .make = mutation_children},
    {WORD_TOLERATED_NUMBER("text-allowed", 1, STANZA_NUMBER_MAX,
                           "A child with much text, within the limit on a stanza.",
                           "docs/wire.md, Stanza"),
     .make = mutation_text_child},
};

const struct word_part stanza_mutation_documents = WORD_PART(rows);
