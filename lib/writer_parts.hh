#ifndef WRITER_PARTS_HH
#define WRITER_PARTS_HH
/*
 * writer_parts - what the parts of the writer share:
 *
 *   writer.cc       one transaction
 *   writer_join.cc  joining and compacting
 */
#include "xap.hh"

#include <string>

/* The greatest document number is Xapian's less a margin. */
#define WRITER_DOCID_MAX 0x7ffffff0u

/* What stands beside Xapian's files. */
static inline std::string writer_beside(const std::string &dir, const char *name)
{
	return dir + "/" + name;
}

#endif
