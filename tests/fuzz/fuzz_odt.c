/* OpenDocument texts: the parts' XML, or a whole zip. */
#include "../../indexer/convert.h"
#include "fuzz.h"
#include "fuzz_converted.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"content.xml", "styles.xml"};

	fuzz_zipped(convert_odt, names, 2, data, size);
	return 0;
}
