#include "stored.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "ficha.h"
#include "messages.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "records are read in place: only for little-endian machines"
#endif

struct stored {
	uint32_t last;
	uint64_t data_bytes;
	size_t dictionary_n;
	const unsigned char *dictionary, *data;
	const uint64_t *start;
	ZSTD_DCtx *context; /* made when the first record is read */
	ZSTD_DDict *prepared;
};

static enum status S_damaged(struct err *err)
{
	return err_set(err, ST_DAMAGED,
		       _("the index is damaged (%s); rebuild it: "
			 "fichas-indexer build --rebuild SOURCE..."),
		       STORED_FILE);
}

/* Where a part of so many bytes is; NULL where the file is too short. */
static const void *S_take(const unsigned char *bytes, size_t n, size_t *at,
			  uint64_t part)
{
	uint64_t padded = (part + 7) & ~(uint64_t)7;
	const void *p;

	if (padded < part || padded > n - *at)
		return NULL;
	p = bytes + *at;
	*at += (size_t)padded;
	return p;
}

enum status stored_open(struct stored **out, const void *bytes, size_t n,
			struct err *err)
{
	struct stored_head head;
	struct stored *a;
	size_t at = sizeof head;

	*out = NULL;
	if ((uintptr_t)bytes % 8 != 0)
		return err_set(err, ST_INTERNAL, "%s", "records: not aligned");
	if (n < sizeof head)
		return S_damaged(err);
	memcpy(&head, bytes, sizeof head);
	if (memcmp(head.magic, STORED_MAGIC, sizeof head.magic) != 0 ||
	    head.last > STORED_DOCID_MAX)
		return S_damaged(err);
	a = calloc(1, sizeof *a);
	if (!a)
		return err_nomem(err);
	a->last = head.last;
	a->data_bytes = head.data_bytes;
	a->dictionary_n = head.dictionary_bytes;
	a->dictionary = S_take(bytes, n, &at, head.dictionary_bytes);
	if (a->dictionary)
		a->data = S_take(bytes, n, &at, head.data_bytes);
	if (a->data)
		a->start = S_take(bytes, n, &at, ((uint64_t)head.last + 1) * 8);
	if (!a->start || at != n) {
		free(a);
		return S_damaged(err);
	}
	*out = a;
	return ST_OK;
}

void stored_close(struct stored *a)
{
	if (!a)
		return;
	ZSTD_freeDCtx(a->context);
	ZSTD_freeDDict(a->prepared);
	free(a);
}

uint32_t stored_last(const struct stored *a)
{
	return a->last;
}

const void *stored_dictionary(size_t *n, const struct stored *a)
{
	*n = a->dictionary_n;
	return a->dictionary;
}

const void *stored_part(size_t *n, const struct stored *a, uint32_t docid)
{
	uint64_t from, to;

	*n = 0;
	if (docid == 0 || docid > a->last)
		return NULL;
	from = a->start[docid - 1];
	to = a->start[docid];
	if (from >= to || to > a->data_bytes)
		return NULL;
	*n = (size_t)(to - from);
	return a->data + from;
}

static enum status S_prepare(struct stored *a, struct err *err)
{
	if (!a->context)
		a->context = ZSTD_createDCtx();
	if (!a->context)
		return err_nomem(err);
	if (a->dictionary_n && !a->prepared) {
		a->prepared = ZSTD_createDDict(a->dictionary, a->dictionary_n);
		/* Memory, or a dictionary that is none. */
		if (!a->prepared)
			return S_damaged(err);
	}
	return ST_OK;
}

/* What of a document's part comes before its frame: the keys and their length.
 * 0 where they do not fit, or there is no part. */
static size_t S_before_frame(const unsigned char *part, size_t n)
{
	size_t keys;

	if (!part || n < 2)
		return 0;
	keys = part[0] | (size_t)part[1] << 8;
	return keys <= n - 2 ? 2 + keys : 0;
}

enum status stored_keys(const void **out, size_t *n, const struct stored *a,
			uint32_t docid, struct err *err)
{
	size_t all;
	const unsigned char *part = stored_part(&all, a, docid);
	size_t before = S_before_frame(part, all);

	*out = NULL;
	*n = 0;
	if (!before)
		return S_damaged(err);
	*out = part + 2;
	*n = before - 2;
	return ST_OK;
}

enum status stored_get(struct buf *out, struct stored *a, uint32_t docid,
		       struct err *err)
{
	static const unsigned char magic[] = {0x28, 0xB5, 0x2F, 0xFD};
	size_t n, got;
	const unsigned char *frame = stored_part(&n, a, docid);
	size_t before = S_before_frame(frame, n);
	unsigned long long size;
	enum status st;
	char *to;

	if (!before)
		return S_damaged(err);
	frame += before;
	n -= before;
	/* One frame of today's format; what it would unpack to is known, and
	 * bounded, before it is unpacked. */
	if (n < sizeof magic || memcmp(frame, magic, sizeof magic) != 0 ||
	    ZSTD_findFrameCompressedSize(frame, n) != n)
		return S_damaged(err);
	size = ZSTD_getFrameContentSize(frame, n);
	if (size > RECORD_MAX)
		return S_damaged(err);
	st = S_prepare(a, err);
	if (st)
		return st;
	to = buf_reserve(out, (size_t)size);
	if (!to)
		return buf_status(out, err);
	got = a->prepared ? ZSTD_decompress_usingDDict(a->context, to, (size_t)size,
						       frame, n, a->prepared)
			  : ZSTD_decompressDCtx(a->context, to, (size_t)size, frame, n);
	if (ZSTD_isError(got) || got != size)
		return S_damaged(err);
	buf_commit(out, (size_t)size);
	return ST_OK;
}
