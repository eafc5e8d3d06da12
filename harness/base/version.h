/*
 * base/version.h - the version of assay.
 * Depends on: nothing.
 */
#ifndef ASSAY_BASE_VERSION_H
#define ASSAY_BASE_VERSION_H

#define ASSAY_VERSION "0.1.0"

#endif
