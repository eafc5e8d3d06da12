#include "cipher/signal3/signal3.h"

#include <stddef.h>

const struct cipher *const ciphers[] = {&cipher_signal3, NULL};
