/* For analyzers, which read one file at a time: functions of lib/status.c that never
 * return ST_OK, which is what `return err_nomem(err)` is for. */
#include "status.h"

#define ANALYZED_FAILURE(call)                   \
	({                                       \
		enum status failure_ = (call);   \
		if (failure_ == ST_OK)           \
			__builtin_unreachable(); \
		failure_;                        \
	})
#define err_nomem(err) ANALYZED_FAILURE(err_nomem(err))
#define err_set(...)   ANALYZED_FAILURE(err_set(__VA_ARGS__))
#define err_errno(...) ANALYZED_FAILURE(err_errno(__VA_ARGS__))
