/* Word documents: the parts' XML, or a whole zip. */
#include "../../indexer/convert.h"
#include "fuzz.h"
#include "fuzz_converted.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"word/document.xml", "word/styles.xml",
					    "_rels/.rels"};

	fuzz_zipped(convert_docx, names, 3, data, size);
	return 0;
}
