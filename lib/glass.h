#ifndef GLASS_H
#define GLASS_H
/*
 * glass - whether a file of Xapian's may be given to Xapian.
 *
 * Xapian believes what stands in a database: how deep its tree is, where a block's
 * items lie, which block comes below which.  Over a file that someone made up it
 * reads beside its buffers, or goes round in a circle for ever.  So the file's shape
 * is looked at before: after it each block is reached once, each item lies in its
 * block, and each key stands behind the one before.  What is in the items is not
 * looked at; Xapian takes that apart with care.
 */
#include <stdbool.h>
#include <stdint.h>

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The head, and where `blocks` is set every block of the tree (each is read once).
 * ST_DAMAGED: not a database as writer.h publishes it.  ST_IO: errno says why.
 * ST_NOMEM. */
enum status glass_check(int fd, uint64_t size, bool blocks);

/* The same of the folder that writer.h writes to, with all blocks. */
enum status glass_check_folder(int dir);

#ifdef __cplusplus
}
#endif

#endif
