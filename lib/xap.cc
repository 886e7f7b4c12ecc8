#include "xap.hh"

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "messages.h"

#define FAILED_TWICE "Modifications failed ("

enum status xap_caught(struct err *err) noexcept
{
	/* Texts of Xapian's own are for the curious; what to do stands before
	 * them.  Nothing here may throw: get_msg() and get_error_string() are
	 * inside the outer try for that. */
	try {
		try {
			throw;
		} catch (const xap_failure &f) {
			return f.code;
		} catch (const Xapian::DatabaseLockError &) {
			return err_set(err, ST_BUSY, "%s",
				       _("another process is writing this index"));
		} catch (const Xapian::DatabaseVersionError &) {
			return err_set(err, ST_VERSION, "%s",
				       _("the index was written by another version; "
					 "rebuild it: fichas-indexer build --rebuild "
					 "SOURCE..."));
		} catch (const Xapian::DatabaseCreateError &e) {
			/* A file that could not be made holds no bytes yet. */
			return err_set(err, ST_IO, _("the index cannot be written: %s"),
				       e.get_msg().c_str());
		} catch (const Xapian::DatabaseError &e) {
			const char *why = e.get_error_string();

			/* A write failed, and so did going back to what was
			 * there before: the reason stands in the text. */
			if (e.get_msg().compare(0, sizeof FAILED_TWICE - 1,
						FAILED_TWICE) == 0)
				return err_set(err, ST_IO,
					       _("the index cannot be written: %s"),
					       e.get_msg().c_str());
			/* With a reason of the system's: the disk's fault;
			 * without one: the bytes'. */
			if (why)
				return err_set(err, ST_IO,
					       _("the index cannot be read or "
						 "written: %s: %s"),
					       e.get_msg().c_str(), why);
			return err_set(err, ST_DAMAGED,
				       _("the index is damaged (%s); rebuild it: "
					 "fichas-indexer build --rebuild SOURCE..."),
				       e.get_msg().c_str());
		} catch (const Xapian::RuntimeError &e) {
			/* What decoding of damaged bytes throws: RangeError,
			 * DocNotFoundError, SerialisationError, ... */
			return err_set(err, ST_DAMAGED,
				       _("the index is damaged (%s); rebuild it: "
					 "fichas-indexer build --rebuild SOURCE..."),
				       e.get_msg().c_str());
		} catch (const Xapian::Error &e) {
			return err_set(err, ST_INTERNAL, "%s: %s", e.get_type(),
				       e.get_msg().c_str());
		} catch (const std::length_error &e) {
			/* Xapian decodes lengths of damaged bytes, and believes them.
			 */
			return err_set(err, ST_DAMAGED,
				       _("the index is damaged (%s); rebuild it: "
					 "fichas-indexer build --rebuild SOURCE..."),
				       e.what());
		} catch (const std::bad_alloc &) {
			return err_nomem(err);
		} catch (const std::exception &e) {
			return err_set(err, ST_INTERNAL, "%s", e.what());
		}
	} catch (...) {
		return err_set(err, ST_INTERNAL, "%s", _("unknown exception"));
	}
}
