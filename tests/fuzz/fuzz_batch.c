/* One line of `batch`: always one line of JSON, inert, with an answer or an
 * error; never a failure. */
#include "../../searcher/batch.h"
#include "fuzz.h"
#include "fuzz_answers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = fuzz_copy(data, size);
	struct buf out;
	struct err err = {0};
	bool answered;
	json_t *j;

	buf_init(&out, 0);
	REQUIRE(batch_answer(&out, &answered, fuzz_engine(), line, size, &err) ==
		ST_OK);
	REQUIRE(out.len && memchr(out.data, '\n', out.len) == out.data + out.len - 1);
	fuzz_is_inert(out.data, out.len);
	fuzz_is_json(out.data, out.len);
	j = json_loadb(out.data, out.len - 1, JSON_ALLOW_NUL, NULL);
	REQUIRE(json_is_object(j));
	REQUIRE(!answered || !json_object_get(j, "error"));
	json_decref(j);
	buf_release(&out);
	free(line);
	return 0;
}
