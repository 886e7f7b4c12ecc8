/* HTML: the text is UTF-8 without control characters but those of convert.h. */
#include "../../indexer/convert.h"
#include "fuzz.h"
#include "fuzz_converted.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_converted(convert_html, data, size);
	return 0;
}
