/* convert_*.c: hostile and damaged files are refused, in time and at their limits. */
#include "converted.h"

#include <time.h>

/* What we used ourselves: others may keep the machine busy. */
static double S_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void test_zip_bombs(void **state)
{
	size_t n = (size_t)100 << 20;
	char *blanks = malloc(n);
	struct part parts[] = {{"word/document.xml", blanks, n},
			       {"content.xml", blanks, n},
			       {NULL, NULL, 0}};
	double start = S_seconds();

	(void)state;
	assert_non_null(blanks);
	memset(blanks, ' ', n);
	memcpy(blanks, DOCX_HEAD, sizeof DOCX_HEAD - 1);
	free(S_package(convert_docx, parts, ST_INPUT));
	free(S_package(convert_odt, parts, ST_INPUT));
	/* One with a good ratio that is too large all the same is not made here:
	 * it would take 64 MiB of noise. */
	free(blanks);
	assert_true(S_seconds() - start < 10);
}

static void test_xml_that_is_refused(void **state)
{
	static const char laughs[] =
		"<!DOCTYPE x [<!ENTITY a 'ja'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>"
		"<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;'>"
		"<!ENTITY e '&d;&d;&d;&d;&d;&d;'><!ENTITY f '&e;&e;&e;&e;&e;&e;&e;'>"
		"<!ENTITY g '&f;&f;&f;&f;&f;&f;'><!ENTITY h '&g;&g;&g;&g;&g;&g;&g;'>]>"
		"<x y='&h;'>&h;</x>";
	static const char outside[] =
		"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>";
	struct part parts[] = {{"word/document.xml", NULL, 0},
			       {"content.xml", NULL, 0},
			       {NULL, NULL, 0}};
	const char *const bad[] = {laughs,    outside, "",	  "<a>",
				   "<a></b>", "no",    "<a/><b/>"};
	double start = S_seconds();
	struct buf deep;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		parts[0].text = parts[1].text = bad[i];
		free(S_package(convert_docx, parts, ST_INPUT));
		free(S_package(convert_odt, parts, ST_INPUT));
	}
	buf_init(&deep, 0);
	for (int i = 0; i < 20000; i++)
		buf_adds(&deep, "<a b='c'>");
	parts[0].text = parts[1].text = deep.data;
	free(S_package(convert_docx, parts, ST_INPUT));
	free(S_package(convert_odt, parts, ST_INPUT));
	buf_release(&deep);
	assert_true(S_seconds() - start < 5);
	/* No such part; no zip; what Word writes behind a password. */
	parts[0].name = parts[1].name = "other";
	parts[0].text = parts[1].text = "x";
	free(S_package(convert_docx, parts, ST_INPUT));
	free(S_package(convert_odt, parts, ST_INPUT));
	free(S_convert_n(convert_docx, "PK\3\4", 4, ST_INPUT));
	free(S_convert_n(convert_odt, "", 0, ST_INPUT));
	free(S_convert_n(convert_docx, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8,
			 ST_INPUT));
}

static void test_deep_html(void **state)
{
	struct buf b;
	double start = S_seconds();

	(void)state;
	buf_init(&b, 0);
	for (int i = 0; i < CONVERT_DEPTH_MAX - 10; i++)
		buf_adds(&b, "<b>");
	buf_adds(&b, "x");
	SAME(S_convert_n(convert_html, b.data, b.len, ST_OK), "x\n");
	for (int i = 0; i < 2000000; i++)
		buf_adds(&b, "<b>");
	free(S_convert_n(convert_html, b.data, b.len, ST_INPUT));
	/* Tables deeper than are kept apart. */
	buf_clear(&b);
	for (int i = 0; i < 3 * CONVERT_TABLES_MAX; i++)
		buf_adds(&b, "<table><tr><td>a<td>");
	free(S_convert_n(convert_html, b.data, b.len, ST_OK));
	/* Attributes: the parser compares each with each. */
	for (int many = 0; many < 2; many++) {
		buf_clear(&b);
		buf_adds(&b, "<p");
		for (int i = 0; i < (many ? 400000 : 4000); i++)
			buf_addf(&b, " a%d='x y'", i);
		buf_adds(&b, ">x</p>");
		free(S_convert_n(convert_html, b.data, b.len, many ? ST_INPUT : ST_OK));
	}
	buf_release(&b);
	assert_true(S_seconds() - start < 5);
}

/* The least that is refused of what is made of so many is one more than the
 * limit, give or take what the parser opens itself. */
static void test_depth_limit(void **state)
{
	bool was_refused = false;
	int refused = 0;

	(void)state;
	for (int n = CONVERT_DEPTH_MAX - 4; n <= CONVERT_DEPTH_MAX + 1; n++) {
		struct buf b, out;
		struct err err = {.text = ""};
		enum status st;

		buf_init(&b, 0);
		buf_init(&out, CONVERT_MAX);
		for (int i = 0; i < n; i++)
			buf_adds(&b, "<b>");
		buf_adds(&b, "x");
		st = convert_html(&out, b.data, b.len, &err);
		assert_true(st == ST_OK || st == ST_INPUT);
		assert_true(st || !was_refused); /* once over, always over */
		was_refused = st != ST_OK;
		refused += was_refused;
		buf_release(&out);
		buf_release(&b);
	}
	assert_in_range(refused, 1, 4);
}

static void test_text_limit(void **state)
{
	(void)state;
	for (size_t over = 0; over < 2; over++) {
		struct buf b, out;
		struct err err = {.text = ""};

		buf_init(&b, 0);
		buf_init(&out, CONVERT_MAX);
		for (size_t i = 0; i < CONVERT_MAX - 2; i += 2)
			buf_adds(&b, i % 1000 ? "a " : "a\n");
		buf_adds(&b, over ? "bb" : "b");
		assert_int_equal(convert_html(&out, b.data, b.len, &err),
				 over ? ST_LIMIT : ST_OK);
		if (!over)
			assert_int_equal(out.len, CONVERT_MAX);
		buf_release(&out);
		buf_release(&b);
	}
}

/* A zip of n bytes: the document's size, and noise that makes up the rest. */
static char *S_zip_of(size_t n, size_t document)
{
	static char noise[1 << 16];
	char *text = malloc(document);
	struct part parts[] = {{"word/document.xml", text, document},
			       {"noise", noise, 1 << 13},
			       {NULL, NULL, 0}};
	static const char end[] =
		"<w:p><w:r><w:t>x</w:t></w:r></w:p></w:body></w:document>";
	unsigned seed = 7;

	assert_non_null(text);
	for (size_t i = 0; i < sizeof noise; i++) {
		seed = seed * 1103515245 + 12345;
		noise[i] = (char)(seed >> 16);
	}
	memset(text, ' ', document);
	memcpy(text, DOCX_HEAD, sizeof DOCX_HEAD - 1);
	memcpy(text + document - (sizeof end - 1), end, sizeof end - 1);
	for (int tries = 0; tries < 50; tries++) {
		size_t have;
		char *zip = S_zip(&have, parts);

		if (have == n) {
			free(text);
			return zip;
		}
		free(zip);
		parts[1].n += n - have; /* may be less: wraps as it should */
		assert_in_range(parts[1].n, 1, sizeof noise);
	}
	fail_msg("no zip of %zu bytes", n);
	return NULL;
}

static void test_ratio_limit(void **state)
{
	const size_t n = 20000;

	(void)state;
	for (size_t over = 0; over < 2; over++) {
		char *zip = S_zip_of(n, n * CONVERT_RATIO_MAX + over);

		free(S_convert_n(convert_docx, zip, n, over ? ST_INPUT : ST_OK));
		free(zip);
	}
}

static void test_pages_limit(void **state)
{
	(void)state;
	for (unsigned over = 0; over < 2; over++) {
		unsigned pages = CONVERT_PAGES_MAX + over;
		struct buf b, out;
		struct err err = {.text = ""};
		size_t xref;

		/* Objects of 100 bytes each, so that it is plain where they are. */
		buf_init(&b, 0);
		buf_init(&out, CONVERT_MAX);
		buf_addf(&b, "%-99s\n", "%PDF-1.4");
		buf_addf(&b, "%-99s\n", "1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj");
		buf_addf(&b, "%-99s\n",
			 "3 0 obj <</Type/Font/Subtype/Type1/BaseFont/"
			 "Helvetica>> endobj");
		buf_addf(&b, "%-99s\n",
			 "4 0 obj <</Length 33>> stream\nBT /F 12 Tf 72 700 Td (Mesa) "
			 "Tj ET"
			 "\nendstream endobj");
		for (unsigned i = 0; i < pages; i++) {
			char object[100];

			snprintf(object, sizeof object,
				 "%u 0 obj <</Type/Page/Parent 2 0 R%s>> endobj", 5 + i,
				 i ? "" : "/Contents 4 0 R");
			buf_addf(&b, "%-99s\n", object);
		}
		xref = b.len; /* of the pages' list, then of the table */
		buf_addf(
			&b,
			"2 0 obj <</Type/Pages/Count %u/MediaBox[0 0 612 792]/Resources"
			"<</Font<</F 3 0 R>>>>/Kids[",
			pages);
		for (unsigned i = 0; i < pages; i++)
			buf_addf(&b, "%u 0 R ", 5 + i);
		buf_adds(&b, "]>> endobj\n");
		size_t list = xref;
		xref = b.len;
		buf_addf(&b, "xref\n0 %u\n0000000000 65535 f \n", 5 + pages);
		for (unsigned i = 1; i < 5 + pages; i++)
			buf_addf(&b, "%010zu 00000 n \n",
				 i == 1	  ? (size_t)100
				 : i == 2 ? list
					  : (size_t)100 * (i - 1));
		buf_addf(&b,
			 "trailer <</Size %u/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n",
			 5 + pages, xref);
		assert_int_equal(convert_pdf(&out, b.data, b.len, &err),
				 over ? ST_INPUT : ST_OK);
		if (over)
			assert_non_null(strstr(err.text, "5000"));
		else
			assert_non_null(strstr(out.data, "Mesa"));
		buf_release(&out);
		buf_release(&b);
	}
}

static void test_output_is_limited(void **state)
{
	struct buf b, out;
	struct err err;

	(void)state;
	buf_init(&b, 0);
	/* Each sign of these becomes three. */
	for (int i = 0; i < 23 << 20; i++)
		buf_addc(&b, '\x80');
	buf_init(&out, CONVERT_MAX);
	assert_int_equal(convert_html(&out, b.data, b.len, &err), ST_LIMIT);
	buf_release(&out);
	buf_release(&b);
}

/* Cut anywhere, one byte changed: read or refused, never more. */
static void test_damaged_files(void **state)
{
	static const struct {
		const char *name;
		convert_fn *convert;
		size_t step;
	} files[] = {
		{"fichas.html", convert_html, 97},
		{"fichas.docx", convert_docx, 41},
		{"formulario.odt", convert_odt, 41},
		{"formulario.pdf", convert_pdf, 211},
		{"libreoffice.docx", convert_docx, 211},
	};
	unsigned seed = 7;

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		size_t n;
		char *s = S_file(&n, files[i].name);

		for (size_t at = 0; at < n; at += files[i].step) {
			char *cut = malloc(at ? at : 1), was = s[at];
			struct err err = {.text = ""};
			struct buf out;
			enum status st;

			memcpy(cut, s, at);
			buf_init(&out, CONVERT_MAX);
			st = files[i].convert(&out, cut, at, &err);
			assert_true(st == ST_OK || st == ST_INPUT);
			assert_true(!st || err.text[0]);
			free(cut);
			buf_clear(&out);
			seed = seed * 1103515245 + 12345;
			s[at] = (char)(seed >> 16);
			st = files[i].convert(&out, s, n, &err);
			assert_true(st == ST_OK || st == ST_INPUT);
			s[at] = was;
			buf_release(&out);
		}
		free(s);
	}
}

static void test_noise(void **state)
{
	static convert_fn *const all[] = {convert_html, convert_docx, convert_odt,
					  convert_pdf};
	unsigned seed = 3;
	char noise[4096];

	(void)state;
	for (int i = 0; i < 200; i++) {
		for (size_t k = 0; k < sizeof noise; k++) {
			seed = seed * 1103515245 + 12345;
			noise[k] = (char)(seed >> 16);
		}
		memcpy(noise, i % 2 ? "PK\3\4" : "%PDF-1.7\n", i % 2 ? 4 : 9);
		for (size_t k = 0; k < 4; k++) {
			struct err err;
			struct buf out;
			enum status st;

			buf_init(&out, CONVERT_MAX);
			st = all[k](&out, noise, (size_t)i * 20, &err);
			assert_true(st == ST_OK || st == ST_INPUT);
			assert_true(utf8_valid(out.data, out.len, NULL));
			buf_release(&out);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zip_bombs),
		cmocka_unit_test(test_xml_that_is_refused),
		cmocka_unit_test(test_deep_html),
		cmocka_unit_test(test_depth_limit),
		cmocka_unit_test(test_text_limit),
		cmocka_unit_test(test_ratio_limit),
		cmocka_unit_test(test_pages_limit),
		cmocka_unit_test(test_output_is_limited),
		cmocka_unit_test(test_damaged_files),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
