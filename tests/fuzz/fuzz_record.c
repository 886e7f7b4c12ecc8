/* Stored and exported records: what is read, written and read again is the
 * same, and what is written is JSON of one line. */
#include "fuzz.h"

#include <jansson.h>

#include "record.h"

static void S_written(struct buf *out, const struct ficha *f, enum record_form form)
{
	struct err err;
	json_t *j;

	buf_init(out, 0);
	REQUIRE(record_write(out, f, form, &err) == ST_OK);
	REQUIRE(utf8_valid(out->data, out->len, NULL));
	REQUIRE(!memchr(out->data, '\n', out->len));
	j = json_loadb(out->data, out->len, JSON_REJECT_DUPLICATES, NULL);
	REQUIRE(json_is_object(j));
	json_decref(j);
}

static void S_again(const struct ficha *f, enum record_form form)
{
	struct ficha g;
	struct err err = {0};
	struct buf one, two;

	S_written(&one, f, form);
	ficha_init(&g);
	REQUIRE(record_read(&g, NULL, one.data, one.len, &err) == ST_OK);
	S_written(&two, &g, form);
	REQUIRE(one.len == two.len && memcmp(one.data, two.data, one.len) == 0);
	ficha_release(&g);
	buf_release(&one);
	buf_release(&two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size);
	struct record_keys keys;
	struct ficha f;
	struct err err = {0};
	enum status st;

	ficha_init(&f);
	st = record_read(&f, &keys, text, size, &err);
	if (st) {
		REQUIRE(st == ST_INPUT);
		fuzz_is_message(&err);
	} else {
		REQUIRE(f.text[F_TITLE]);
		S_again(&f, RECORD_STORED);
		S_again(&f, RECORD_EXPORT);
	}
	ficha_release(&f);
	free(text);
	return 0;
}
