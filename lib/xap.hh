#ifndef XAP_HH
#define XAP_HH
/*
 * xap - the wrapper's one way over the border between C and Xapian.
 *
 * This header alone includes <xapian.h>; only stem.cc, writer.cc and the
 * reader's files (reader*.cc through reader.hh) include this header.  Every function
 * with C linkage sets its outputs to null and then does `return guard(err, [&]{ ...
 * });`: nothing that Xapian, the C++ library or memory throws gets past it.  No Xapian
 * iterator outlives a call; no C callback is called from inside.
 *
 * Never construct a Xapian::Database from a path without DB_BACKEND_GLASS:
 * the default looks for stub files, and a stub can run a program.
 */
#include <xapian.h>

#include <exception>
#include <new>

#include "lastword.h"
#include "status.h"

/* A failure that already has its status and text (set through err). */
struct xap_failure {
	enum status code;
};

/* Maps the exception in flight to a status; never throws. */
enum status xap_caught(struct err *err) noexcept;

struct xap_call {
	xap_call() noexcept
	{
		if (lastword_inside++ == 0)
			lastword_turn++;
	}
	~xap_call()
	{
		lastword_inside--;
	}
	xap_call(const xap_call &) = delete;
	xap_call &operator=(const xap_call &) = delete;
};

template <typename F> enum status guard(struct err *err, F &&body) noexcept
{
	const xap_call counted;

	try {
		return body();
	} catch (...) {
		return xap_caught(err);
	}
}

#endif
