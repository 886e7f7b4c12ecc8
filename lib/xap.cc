#include "xap.hh"

#include <cstring>

#include "messages.h"

enum status xap_caught(struct err *err) noexcept
{
	try {
		throw;
	} catch (const xap_failure &f) {
		return f.code;
	} catch (const Xapian::DatabaseLockError &e) {
		return err_set(err, ST_BUSY, "%s",
			       _("another process is writing this index"));
	} catch (const Xapian::DatabaseVersionError &) {
		return err_set(err, ST_VERSION, "%s",
			       _("the index was written by another version"));
	} catch (const Xapian::DatabaseCorruptError &e) {
		return err_set(err, ST_DAMAGED, _("the index is damaged (%s)"),
			       e.get_msg().c_str());
	} catch (const Xapian::DatabaseNotFoundError &e) {
		return err_set(err, ST_DAMAGED, _("the index is damaged (%s)"),
			       e.get_msg().c_str());
	} catch (const Xapian::DatabaseError &e) {
		const char *why = e.get_error_string();
		return err_set(err, ST_IO,
			       _("the index cannot be read or written: %s%s%s"),
			       e.get_msg().c_str(), why ? ": " : "", why ? why : "");
	} catch (const Xapian::Error &e) {
		return err_set(err, ST_INTERNAL, "%s: %s", e.get_type(),
			       e.get_msg().c_str());
	} catch (const std::bad_alloc &) {
		return err_nomem(err);
	} catch (const std::exception &e) {
		return err_set(err, ST_INTERNAL, "%s", e.what());
	} catch (...) {
		return err_set(err, ST_INTERNAL, "%s", _("unknown exception"));
	}
}
