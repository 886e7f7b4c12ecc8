/* The file `sources` of an index: refused, or a catalogue that writes itself, is
 * read back the same, and finds its files and ids. */
#include "../../indexer/catalogue.h"
#include "fuzz.h"

static char *S_written(size_t *n, const struct catalogue *c)
{
	struct err err = {0};
	char *text = NULL;
	FILE *f = open_memstream(&text, n);

	REQUIRE(f);
	REQUIRE(catalogue_write(f, c, &err) == ST_OK);
	REQUIRE(fclose(f) == 0);
	return text;
}

static void S_found(const struct catalogue *c)
{
	struct id_table ids;
	struct err err = {0};

	for (size_t i = 0; i < c->n; i++) {
		REQUIRE(catalogue_find(c, c->files[i].real) == &c->files[i]);
		REQUIRE(!i || strcmp(c->files[i - 1].real, c->files[i].real) < 0);
		REQUIRE(strlen(c->files[i].hash) < sizeof c->files[i].hash);
	}
	REQUIRE(id_table_init(&ids, c, &err) == ST_OK);
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < c->files[i].n; k++) {
			const char *id = c->files[i].entries[k].id;

			if (id && !id_table_find(&ids, id))
				id_table_add(&ids, i, k);
			REQUIRE(!id || id_table_find(&ids, id));
		}
	id_table_release(&ids);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = fuzz_copy(data, size), *first, *second;
	struct catalogue c, again;
	struct err err = {0};
	size_t first_n, second_n;
	enum status st;

	catalogue_init(&c);
	st = catalogue_read(&c, bytes, size, NULL, &err);
	if (st) {
		REQUIRE(st == ST_DAMAGED || st == ST_VERSION);
		fuzz_is_message(&err);
	} else {
		S_found(&c);
		first = S_written(&first_n, &c);
		catalogue_init(&again);
		REQUIRE(catalogue_read(&again, first, first_n, NULL, &err) == ST_OK);
		REQUIRE(catalogue_count(&again) == catalogue_count(&c));
		second = S_written(&second_n, &again);
		REQUIRE(first_n == second_n && memcmp(first, second, first_n) == 0);
		catalogue_release(&again);
		free(first);
		free(second);
	}
	catalogue_release(&c);
	free(bytes);
	return 0;
}
