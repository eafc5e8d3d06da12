/*
 * run/scene_internal.h - what the files of a scene share.
 * Depends on: run/scene.
 */
#ifndef ASSAY_RUN_SCENE_INTERNAL_H
#define ASSAY_RUN_SCENE_INTERNAL_H

#include "run/scene.h"

/* Room for one more of |size| bytes in a list that lives in the arena; NULL, and scene->trouble,
 * when there is none. */
void *scene_grown(struct scene *scene, void *items, size_t count, size_t *cap, size_t size);

/* The gatekeeper's listener; |context| is the scene (scene_heard.c). */
void scene_happened(void *context, const struct gate_event *e);
void scene_saw_bytes(void *context, const struct gate_line *line, bool from_client,
                     struct bytes raw);
void scene_saw_document(void *context, const struct gate_line *line, bool from_client,
                        struct bytes clear);

/* As scene_event, but the oldest one. */
const struct remote_event *scene_first_event(const struct actor *a, enum remote_event_kind kind,
                                             size_t since);

#endif
