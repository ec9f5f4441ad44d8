#include "CMeter.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

// The program's own malloc takes the place of the C library's in every shared object of the process. What is counted
// is then done by the C library's, under the names that it exports for this.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static atomic_ulong allocations;

static void count(void) { atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed); }

uint64_t cmeter_allocations(void) { return atomic_load(&allocations); }

void *malloc(size_t size) {
    count();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count();
    return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
    count();
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **result, size_t alignment, size_t size) {
    void *bytes = memalign(alignment, size);
    if (!bytes) return ENOMEM;
    *result = bytes;
    return 0;
}
