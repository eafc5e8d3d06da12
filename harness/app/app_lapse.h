/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * app/app_lapse.h - what a client gets wrong in one situation only, by name.
 * Depends on: nothing.
 *
 * An honest client has APP_LAPSE_NONE. What each does says its line.
 */
#ifndef ASSAY_APP_APP_LAPSE_H
#define ASSAY_APP_APP_LAPSE_H

enum app_lapse {
    APP_LAPSE_NONE = 0,
    /* frames and the channel */
    APP_LAPSE_THIRD_PIECE,         /* of a frame stands in the place of the second */
    APP_LAPSE_CUT_LENGTH,          /* the part of a length at a read's end is lost */
    APP_LAPSE_BEHIND_SUCCESS,      /* what comes in the same read is not looked at */
    APP_LAPSE_LARGEST_MESSAGE,     /* a transport message of the maximum ends the connection */
    APP_LAPSE_SHORT_NONCE,         /* the counter is written in one byte */
    APP_LAPSE_KEEPS_HALF_FRAME,    /* over the end of a connection */
    APP_LAPSE_SHORT_WRITE_REPEATS, /* what was written is written again with the rest */
    APP_LAPSE_KNOWN_SERVER,        /* the chain of a key that was sound is not checked again */
    APP_LAPSE_TOKEN_AFTER_515,     /* is that of the connection before */
    /* reconnects and the outbox */
    APP_LAPSE_PAUSE_AT_DIAL,   /* pauses begin anew when a connection opens */
    APP_LAPSE_RETURNS_TO_SEND, /* after it gave up */
    APP_LAPSE_RESENDS_UNDER_NEW_ID,
    APP_LAPSE_ACK_COVERS_EARLIER, /* messages, too */
    APP_LAPSE_FORGETS_ACKED,      /* messages at a restart */
    /* retries */
    APP_LAPSE_RETRY_OF_OTHER_DEVICE, /* of the addressee is answered */
    APP_LAPSE_RETRIES_OF_SENDER,     /* are counted together */
    APP_LAPSE_RETRY_KEYS_AGAIN,      /* one one-time prekey in all of them */
    APP_LAPSE_RETRY_KEYS_UNUSED,     /* by the answer */
    APP_LAPSE_RETRY_KEYS_UNWARNED,   /* of another identity in them nobody hears */
    APP_LAPSE_RETRY_LAST_RESORT,     /* v4: where a one-time KEM prekey is due */
    /* received messages */
    APP_LAPSE_REFUSED_IS_SHOWN,    /* after a restart */
    APP_LAPSE_ID_OF_OTHER_DEVICE,  /* of the sender counts as used before */
    APP_LAPSE_OFFLINE_UNRECEIPTED, /* no delivery receipt for what waited */
    APP_LAPSE_OWN_ID_IS_ECHO,      /* a message with the id of one it sent is not opened */
    APP_LAPSE_READS_OF_NAME,       /* read receipts to all devices of the name */
    APP_LAPSE_FIRST_CHILD,         /* only that may be the enc */
    APP_LAPSE_FIRST_COLON,         /* ends the name in an address */
    APP_LAPSE_EMPTY_TEXT,          /* is no content */
    APP_LAPSE_LINE_ENDS,           /* CR LF is shown as LF */
    /* prekeys */
    APP_LAPSE_REFILLS_ONCE,     /* in a connection */
    APP_LAPSE_ONE_WAITS,        /* of the texts to somebody without session */
    APP_LAPSE_SHORT_PREKEY_IDS, /* of others, in 16 bits */
    APP_LAPSE_OLD_LAST_RESORT,  /* v4: beside the rotated signed prekey */
    /* ---- of the fourth list (adapters/flawed/fourth_blind_flaws.c) */
    /* the channel and the connection */
    APP_LAPSE_EPHEMERAL_AGAIN,    /* where the connection before was not let in */
    APP_LAPSE_TOKEN_OF_CONNECT,   /* its times are those of the person's order to connect */
    APP_LAPSE_PAUSE_WRAPS,        /* after the longest */
    APP_LAPSE_PAUSE_STAYS_ONLINE, /* though its person takes it offline meanwhile */
    APP_LAPSE_UPLOAD_NEVER_FAILS, /* without an answer */
    /* the outbox */
    APP_LAPSE_ACK_OF_ANY_CLASS, /* is that of a message */
    APP_LAPSE_RESENDS_FAILED,   /* messages, after a reconnect */
    APP_LAPSE_RESENDS_BACKWARDS,
    APP_LAPSE_UNSENT_UNSAVED, /* what was said while it was not connected */
    APP_LAPSE_DEVICE_UNSAVED, /* of addressees: it is 1 */
    APP_LAPSE_KIND_UNSAVED,   /* of ciphertexts: they are ordinary ones */
    /* retries */
    APP_LAPSE_RETRIES_UNSAVED,
    APP_LAPSE_RETRY_KEYS_AT,        /* their count only, and not from it on */
    APP_LAPSE_GIVES_UP_UNACKED,     /* nor asks */
    APP_LAPSE_REPEATED_FIRST_ASKED, /* again */
    APP_LAPSE_RESENDS_LAST,         /* message to that peer, whichever was asked for */
    /* received stanzas */
    APP_LAPSE_TO_OTHER_DEVICE,   /* of the own name is taken */
    APP_LAPSE_CDATA,             /* ends the connection */
    APP_LAPSE_SHORT_TIME,        /* of messages: 31 bits */
    APP_LAPSE_REMEMBERS_SIXTEEN, /* messages */
    APP_LAPSE_LONGEST_PADDING,   /* is none */
    APP_LAPSE_STRANGER_UNACKED,  /* receipts */
    APP_LAPSE_READS_UNSAVED,     /* that they were told */
    APP_LAPSE_SET_UNANSWERED,    /* of no known purpose */
    APP_LAPSE_WARNS_ONCE,        /* of a peer */
    /* prekeys */
    APP_LAPSE_REFILLS_AT_BOUND,
    APP_LAPSE_ANSWER_TO_LAST,     /* fetch, whichever it names */
    APP_LAPSE_SIGNED_ZERO,        /* prekeys are none */
    APP_LAPSE_REFILL_WITHOUT_KEM, /* v4: of last resort */
    APP_LAPSE_SEVENTEEN_KEM       /* v4: prekeys in a list */
};

#endif
