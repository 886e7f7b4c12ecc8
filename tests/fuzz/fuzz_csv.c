/* CSV: every record that comes can be written and read again, and every byte
 * was seen where the header was good. */
#include "../../indexer/csv.h"
#include "fuzz.h"
#include "fuzz_records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_records r = {0};
	int fd = fuzz_records_fd(data, size);
	struct err err = {0};
	enum status st = csv_read(fd, fuzz_analyzer(), fuzz_lexicon(),
				  fuzz_records_sink(&r), &err);

	if (st) {
		REQUIRE(st == ST_INPUT);
		fuzz_is_message(&err);
		REQUIRE(r.records == 0);
	} else {
		fuzz_records_check(&r, data, size);
	}
	return 0;
}
