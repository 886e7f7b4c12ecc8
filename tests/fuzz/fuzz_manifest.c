/* CURRENT, MANIFEST and the names of generations: what is read is what would
 * be written, byte for byte. */
#include "../../lib/store_parts.h"
#include "fuzz.h"

static void S_current(const char *p, size_t n)
{
	struct current c;
	struct buf b;
	enum status st = current_read(&c, p, n);

	REQUIRE(st == ST_OK || st == ST_DAMAGED || st == ST_VERSION);
	if (st)
		return;
	REQUIRE(n <= CURRENT_LIMIT);
	buf_init(&b, CURRENT_LIMIT);
	current_write(&b, &c);
	REQUIRE(b.len == n && memcmp(b.data, p, n) == 0);
	buf_release(&b);
}

static void S_manifest(const char *p, size_t n)
{
	struct manifest m;
	struct buf b;
	enum status st = manifest_read(&m, p, n);

	REQUIRE(st == ST_OK || st == ST_DAMAGED || st == ST_VERSION);
	if (st)
		return;
	REQUIRE(n <= MANIFEST_LIMIT && m.n_build <= BUILD_FILES_MAX);
	/* No name leads out of its folder. */
	for (size_t i = 0; i < m.n_build; i++)
		REQUIRE(m.build[i].name[0] && !strchr(m.build[i].name, '/') &&
			strcmp(m.build[i].name, "..") != 0 &&
			strcmp(m.build[i].name, ".") != 0);
	buf_init(&b, MANIFEST_LIMIT);
	manifest_write(&b, &m);
	REQUIRE(b.len == n && memcmp(b.data, p, n) == 0);
	buf_release(&b);
}

static void S_generation(const char *name)
{
	char again[GENERATION_MAX];

	for (int tmp = 0; tmp < 2; tmp++) {
		uint32_t number;

		if (!generation_number(&number, name, tmp))
			continue;
		generation_name(again, number, tmp);
		REQUIRE(strcmp(again, name) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	REQUIRE(text);
	memcpy(text, data, size);
	text[size] = '\0';
	S_generation(text);
	text = realloc(text, size ? size : 1);
	S_current(text, size);
	S_manifest(text, size);
	free(text);
	return 0;
}
