/* JSON Lines: every record that comes can be written and read again, every
 * line is a record or a problem, every byte was seen. */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../indexer/jsonl.h"
#include "fuzz.h"
#include "fuzz_records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_records r = {0};
	int fd = fuzz_records_fd(data, size);
	struct err err = {0};

	REQUIRE(jsonl_read(fd, fuzz_analyzer(), fuzz_records_sink(&r), &err) == ST_OK);
	fuzz_records_check(&r, data, size);
	return 0;
}
