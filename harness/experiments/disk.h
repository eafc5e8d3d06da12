/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * experiments/disk.h - what a target writes to disk during a conversation.
 * Depends on: experiments/experiment, driver.
 *
 * The target is started once more with HOME, TMPDIR and the XDG folders in a private folder.
 * Inspected afterwards: files in that folder, files new or changed in the working folder itself,
 * and regular files its processes hold open for writing. A target that is not assay's own process
 * cannot be inspected, which disk_begin reports.
 */
#ifndef ASSAY_EXPERIMENTS_DISK_H
#define ASSAY_EXPERIMENTS_DISK_H

#include "experiments/experiment.h"

#define DISK_PATH_MAX 256u
#define DISK_ENTRIES_MAX 4096u

struct disk_entry;

struct disk {
    struct driver *driver; /* to the target in the private folder */
    char folder[DISK_PATH_MAX];
    char detail[512];          /* one sentence, when something was found or could not be done */
    struct disk_entry *before; /* the working folder's files */
    size_t n_before;
};

/* E_IO with a sentence in |out->detail|: not assay's process, or it does not start so. */
MUST_USE enum status disk_begin(const struct experiment_options *options, struct disk *out);
/* True when a file was found, or looking failed; |detail| says which. */
bool disk_look(struct disk *d);
/* Ends the target and removes the folder. */
void disk_end(struct disk *d);

#endif
