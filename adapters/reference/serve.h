/*
 * serve.h - one connection: frames in, operations, frames out (proto/target.proto).
 * Depends on: party, reasons.
 */
#ifndef REFERENCE_SERVE_H
#define REFERENCE_SERVE_H

#define SERVE_CONNECTIONS_MAX 64 /* at once, when listening */
#define ADAPTER_VERSION "1"

/*
 * Serve until the stream ends. 0 when it ended between frames; 1 with a sentence on standard error when it broke, a
 * frame was longer than 2 MiB, or a request did not parse.
 */
int serve(int in, int out);

#endif
