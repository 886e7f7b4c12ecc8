/* convert_*.c: what is in a document comes out, what is not seen does not, and
 * hostile files are refused in time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../indexer/confine.h"
#include "../../indexer/convert.h"
#include "text.h"

static char *S_convert_n(convert_fn *convert, const char *bytes, size_t n,
			 enum status expected)
{
	struct err err = {.text = ""};
	struct buf out;
	enum status st;

	buf_init(&out, CONVERT_MAX);
	st = convert(&out, bytes, n, &err);
	if (st != expected)
		print_message("%s: %s\n", err.text, out.data);
	assert_int_equal(st, expected);
	if (st) {
		assert_true(err.text[0]);
		buf_clear(&out);
	}
	assert_true(utf8_valid(out.data, out.len, NULL));
	return buf_detach(&out);
}

static char *S_html(const char *s)
{
	return S_convert_n(convert_html, s, strlen(s), ST_OK);
}

#define SAME(got, expected)                          \
	do {                                         \
		char *got_ = (got);                  \
		assert_string_equal(got_, expected); \
		free(got_);                          \
	} while (0)

static void test_html_blocks(void **state)
{
	(void)state;
	SAME(S_html("<h1>T\n itulo</h1><p>uno <b>dos</b>\n tres<br>cuatro<p>cinco"),
	     "T itulo\n\nuno dos tres\ncuatro\n\ncinco\n");
	SAME(S_html("a<div>b</div>c<hr>d"), "a\n\nb\n\nc\n\nd\n");
	SAME(S_html("<ul><li>uno<li><p>dos<p>tres</ul>x"),
	     "- uno\n- dos\n\ntres\n\nx\n");
	SAME(S_html("<pre>uno\n\tdos\n\n\n\ntres</pre>"), "uno\ndos\n\ntres\n");
	SAME(S_html("&aacute;&#241;&amp;&nbsp;<i></i>\xE2\x80\x9C"),
	     "\xC3\xA1\xC3\xB1& \xE2\x80\x9C\n");
	SAME(S_html("2<sup>do</sup> <q>x</q>"), "2do \xE2\x80\x9Cx\xE2\x80\x9D\n");
	SAME(S_html(""), "");
	SAME(S_html("<p> </p><p>&nbsp;</p>"), "");
}

static void test_html_that_is_not_seen(void **state)
{
	(void)state;
	SAME(S_html("<head><title>t</title><style>p{}</style></head>"
		    "<script>if (a<b) c()</script><template>x</template>"
		    "<noscript>n</noscript><!-- c --><p hidden>h<b>i</b></p>"
		    "<p style='color:red; DISPLAY : none'>d</p>"
		    "<div style=\"visibility:hidden\">v<p>w</p></div><del>x</del>"
		    "<nav>menu</nav><select><option>a<option selected>b</select><p>p"),
	     "b\n\np\n");
}

static void test_html_boxes(void **state)
{
	(void)state;
	SAME(S_html("<p><input type=checkbox>uno<br><input type=checkbox CHECKED> dos"
		    "<p><label><input type='checkbox' checked=''>tres</label>"
		    "<label><input type='checkbox' value=checked>cuatro</label>"),
	     "[ ] uno\n[x] dos\n[x] tres\n[ ] cuatro\n");
	SAME(S_html("<p>\xE2\x98\x92 uno</p><p>\xE2\x98\x90 "
		    "dos</p><p>\xE2\x98\x91tres"),
	     "[x] uno\n[ ] dos\n[x] tres\n");
	SAME(S_html("<span role=checkbox aria-checked=true>uno</span> "
		    "<span style='font-family:\"Wingdings\"'>\xC3\xBE</span> dos "
		    "<font face=Wingdings>\xC2\xA8</font> tres"),
	     "[x] uno\n[x] dos\n[ ] tres\n");
	SAME(S_html("<input type=text value='La Reina'>"), "La Reina\n");
	SAME(S_html("<ul><li>\xE2\x9C\x93 uno<li><input type=checkbox>dos</ul>"),
	     "- \xE2\x9C\x93 uno\n- [ ] dos\n");
}

static void test_tables(void **state)
{
	(void)state;
	SAME(S_html("<table><tr><td>Enero<td>Marzo<td>Abril<tr><td><td>x<td></"
		    "table>fin"),
	     "| Enero | Marzo | Abril |\n|  | x |  |\n\nfin\n");
	/* A frame round everything. */
	SAME(S_html("<table><tr><td>uno<p>dos</td></tr><tr><td>tres</td></tr></table>"),
	     "uno\n\ndos\n\ntres\n");
	/* Lines in a cell. */
	SAME(S_html("<table><tr><td>a<td>b<br>c<p>d<tr><td>e<td>f</table>"),
	     "<table\n><tr><td>a</td><td>b<br\n>c<p\n>d</td></tr\n>"
	     "<tr><td>e</td><td>f</td></tr\n></table>\n");
	/* A table in a cell, and one that no <table> begins. */
	SAME(S_html("<table><tr><td>a<td><table><tr><td>1<td>2</table></table>"),
	     "a\n\n| 1 | 2 |\n");
	SAME(S_html("<tr><td>a</td><td>b</td></tr>"), "a\n\nb\n");
	SAME(S_html("<table><tr><td colspan=3>a<td>b<tr><td>1<td>2<td>3<td>4</table>"),
	     "| a |  |  | b |\n| 1 | 2 | 3 | 4 |\n");
	SAME(S_html("<table><tr><td>a|b<td>c</table>"), "| a\\|b | c |\n");
}

static void test_signs_of_markdown_are_text(void **state)
{
	(void)state;
	SAME(S_html("<p># no<p>&gt; no<p>5*3 _a_ `c` ~~d~~<p>* si<p>a &lt;b&gt; &lt; 3"
		    "<p>&amp;amp; & y<p>C:\\x"),
	     "\\# no\n\n\\> no\n\n5\\*3 \\_a\\_ \\`c\\` \\~\\~d\\~\\~\n\n* si\n\n"
	     "a &lt;b> < 3\n\n&amp;amp; & y\n\nC:\\\\x\n");
}

static void test_encodings(void **state)
{
	(void)state;
	SAME(S_html("<p>A\xF1o \x93x\x94"), "A\xC3\xB1o \xE2\x80\x9Cx\xE2\x80\x9D\n");
	SAME(S_html("<meta charset=iso-8859-1><p>A\xC3\xB1o"), "A\xC3\xB1o\n");
	SAME(S_html("<meta charset='utf-8'><p>A\xF1o"), "A\xEF\xBF\xBDo\n");
	SAME(S_html("\xEF\xBB\xBF<p>A\xC3\xB1o"), "A\xC3\xB1o\n");
	SAME(S_convert_n(convert_html, "\xFF\xFE<\0p\0>\0\xF1\0", 10, ST_OK),
	     "\xC3\xB1\n");
	SAME(S_convert_n(convert_html, "\xFE\xFF\0<\0p\0>\0\xF1\xD8", 11, ST_OK),
	     "\xC3\xB1\xEF\xBF\xBD\n");
	SAME(S_convert_n(convert_html, "a\0b", 3, ST_OK), "a b\n");
}

/* ---- zips ---- */

struct part {
	const char *name, *text;
	size_t n; /* 0: strlen */
};

/* A zip of the parts.  free(). */
static char *S_zip(size_t *n, const struct part *parts)
{
	size_t cap = 1 << 20;
	char *zip = malloc(cap);
	struct archive *a = archive_write_new();

	assert_non_null(zip);
	assert_non_null(a);
	archive_write_set_format_zip(a);
	assert_int_equal(archive_write_open_memory(a, zip, cap, n), ARCHIVE_OK);
	for (; parts->name; parts++) {
		struct archive_entry *e = archive_entry_new();
		size_t size = parts->n ? parts->n : strlen(parts->text);

		archive_entry_set_pathname(e, parts->name);
		archive_entry_set_size(e, (la_int64_t)size);
		archive_entry_set_filetype(e, AE_IFREG);
		archive_entry_set_perm(e, 0644);
		assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
		assert_int_equal(archive_write_data(a, parts->text, size), size);
		archive_entry_free(e);
	}
	archive_write_close(a);
	archive_write_free(a);
	return zip;
}

static char *S_package(convert_fn *convert, const struct part *parts,
		       enum status expected)
{
	size_t n;
	char *zip = S_zip(&n, parts), *text = S_convert_n(convert, zip, n, expected);

	free(zip);
	return text;
}

#define W_NS "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define DOCX_HEAD                                                                 \
	"<w:document xmlns:w='" W_NS "' xmlns:w14='http://schemas.microsoft.com/" \
	"office/word/2010/wordml' xmlns:mc='http://schemas.openxmlformats.org/"   \
	"markup-compatibility/2006' xmlns:v='urn:v'><w:body>"

static char *S_docx(const char *body)
{
	struct buf b;
	struct part parts[] = {
		{"word/styles.xml",
		 "<w:styles xmlns:w='" W_NS "'>"
		 "<w:style w:styleId='H'><w:rPr><w:vanish/></w:rPr></w:style>"
		 "<w:style w:styleId='L'><w:pPr><w:numPr><w:numId w:val='3'/>"
		 "</w:numPr></w:pPr></w:style><w:style w:styleId='L2'>"
		 "<w:basedOn w:val='L'/></w:style>"
		 "<w:style w:styleId='Loop'><w:basedOn w:val='Loop'/></w:style>"
		 "</w:styles>",
		 0},
		{"word/document.xml", NULL, 0},
		{NULL, NULL, 0}};
	char *text;

	buf_init(&b, 0);
	buf_addf(&b, DOCX_HEAD "%s</w:body></w:document>", body);
	parts[1].text = b.data;
	text = S_package(convert_docx, parts, ST_OK);
	buf_release(&b);
	return text;
}

#define P(x)  "<w:p>" x "</w:p>"
#define R(x)  "<w:r>" x "</w:r>"
#define T(x)  R("<w:t>" x "</w:t>")
#define PP(x) "<w:pPr>" x "</w:pPr>"
#define RP(x) "<w:rPr>" x "</w:rPr>"

static void test_docx_text(void **state)
{
	(void)state;
	SAME(S_docx(P(T("uno") T(" dos") R("<w:br/>") T("tres")) P(T("cuatro"))),
	     "uno dos\ntres\n\ncuatro\n");
	SAME(S_docx(P(PP("<w:pStyle w:val='L2'/>") T("uno")) P(
		     PP("<w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr>")
			     T("dos")) P(PP("<w:pStyle w:val='L'/><w:numPr><w:numId "
					    "w:val='0'/></w:numPr>") T("tres"))
			    P(PP("<w:pStyle "
				 "w:val='Loop'/>") T("cuatro"))),
	     "- uno\n- dos\n\ntres\n\ncuatro\n");
	SAME(S_docx(P(T("a") R("<w:br w:type='page'/>") T("b"))
			    P(PP("<w:pageBreakBefore/>") T("c"))),
	     "a\n\n\fb\n\n\fc\n");
	SAME(S_docx(P(R(
		     "<w:t>auto</w:t><w:noBreakHyphen/><w:t>x</w:t><w:softHyphen/>"))),
	     "auto-x\xC2\xAD\n");
	/* Tabs are columns where rows have them, else they indent. */
	SAME(S_docx(P(R("<w:tab/>") T("sangr\xC3\xAD"
				      "a")) P(T("a") R("<w:tab/>") T("b"))
			    P(R("<w:tab/>") T("c"))),
	     "sangr\xC3\xAD"
	     "a\n\na\tb\n\tc\n");
	/* A field shows its result, not its code. */
	SAME(S_docx(P(R("<w:fldChar w:fldCharType='begin'/>") R(
		     "<w:instrText>PAGE</w:instrText>") R("<w:fldChar "
							  "w:fldCharType='separate'/"
							  ">") T("7") R("<w:fldChar "
									"w:"
									"fldCharType="
									"'end'/>"))),
	     "7\n");
}

static void test_docx_that_is_not_seen(void **state)
{
	(void)state;
	SAME(S_docx(P("<w:del>" R("<w:delText>a</w:delText>") "</w:del>" T(
		     "b") "<w:moveFrom>" T("c") "</w:moveFrom><w:ins>" T("d") "</"
									      "w:"
									      "ins>")),
	     "bd\n");
	SAME(S_docx(P(R(RP("<w:vanish/>") "<w:t>a</w:t>")
			      R(RP("<w:vanish w:val='0'/>") "<w:t>b</w:t>")
				      R(RP("<w:rStyle w:val='H'/>") "<w:t>c</w:t>")
					      R(RP("<w:rPrChange><w:rPr><w:vanish/></"
						   "w:rPr></w:rPrChange>") "<w:t>d</"
									   "w:t>"))),
	     "bd\n");
	SAME(S_docx(P("<mc:AlternateContent><mc:Choice>" R("<v:x><w:txbxContent>" P(
		     T("caja")) "</w:txbxContent></v:x>") "</"
							  "mc:Choice><mc:"
							  "Fallback>" T(
								  "otra "
								  "vez") "<"
									 "/"
									 "m"
									 "c"
									 ":"
									 "F"
									 "a"
									 "l"
									 "l"
									 "b"
									 "a"
									 "c"
									 "k"
									 ">"
									 "<"
									 "/"
									 "m"
									 "c"
									 ":"
									 "A"
									 "l"
									 "t"
									 "e"
									 "r"
									 "n"
									 "a"
									 "t"
									 "e"
									 "C"
									 "o"
									 "n"
									 "t"
									 "e"
									 "n"
									 "t"
									 ">" T("fin"))),
	     "caja\n\nfin\n");
	SAME(S_docx("<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" P(
		     T("Haga clic")) "</w:sdtContent></w:sdt>" P(T("x"))),
	     "x\n");
}

#define BOX(v)                                                   \
	"<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val='" v \
	"'/></w14:checkbox></w:sdtPr><w:sdtContent>" R(          \
		"<w:t>\xE2\x98\x90</w:t>") "</w:sdtContent></w:sdt>"
#define OLD(x)                                                        \
	R("<w:fldChar w:fldCharType='begin'><w:ffData><w:checkBox>" x \
	  "</w:checkBox></w:ffData></w:fldChar>")

static void test_docx_boxes(void **state)
{
	(void)state;
	SAME(S_docx(P(BOX("1") T("uno")) P(BOX("0") T("dos")) P(BOX("true") T("tres"))),
	     "[x] uno\n[ ] dos\n[x] tres\n");
	SAME(S_docx(P(OLD("<w:default w:val='1'/>") T("uno")) P(
		     OLD("<w:default w:val='1'/><w:checked w:val='0'/>") T("dos"))
			    P(OLD("<w:"
				  "default "
				  "w:val='0'/><w:checked/>") T("tres"))),
	     "[x] uno\n[ ] dos\n[x] tres\n");
	SAME(S_docx(P(R("<w:sym w:font='Wingdings' w:char='F0FE'/>") T("uno")) P(
		     R("<w:sym w:font='Wingdings' w:char='F0A8'/>") T("dos"))
			    P(R(RP("<w:rFonts w:ascii='Wingdings'/>") "<w:t>\xC3\xBD</"
								      "w:t>") T("tres"))
				    P(R("<w:sym w:font='Wingdings 2' w:char='F0A3'/>")
					      T("cuatro"))
					    P(R("<w:sym w:font='Symbol' "
						"w:char='F0B7'/>") T("cinco"))),
	     "[x] uno\n[ ] dos\n[x] tres\n[ ] cuatro\n\n\xE2\x80\xA2"
	     "cinco\n");
	/* A control round a whole paragraph, and round a cell. */
	SAME(S_docx("<w:sdt><w:sdtPr><w14:checkbox><w14:checked "
		    "w14:val='1'/></w14:checkbox></w:sdtPr><w:sdtContent>" P(
			    T("\xE2\x98\x92")) "</w:sdtContent></w:sdt>"),
	     "[x]\n");
	SAME(S_docx("<w:tbl><w:tr><w:tc>" P(BOX("1")) "</w:tc><w:tc>" P(
		     T("uno")) "</w:tc></w:tr></w:tbl>"),
	     "| [x] | uno |\n");
}

#define ODT_HEAD                                                                     \
	"<office:document-content "                                                  \
	"xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "           \
	"xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' "               \
	"xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' "             \
	"xmlns:style='urn:oasis:names:tc:opendocument:xmlns:style:1.0' "             \
	"xmlns:form='urn:oasis:names:tc:opendocument:xmlns:form:1.0' "               \
	"xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0' "            \
	"xmlns:fo='urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0' "    \
	"xmlns:svg='urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0' "      \
	"xmlns:loext='urn:org:documentfoundation:names:experimental:office:xmlns:"   \
	"loext:1.0' "                                                                \
	"xmlns:field='urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:" \
	"1.0'>"

static char *S_odt(const char *styles, const char *body)
{
	struct buf b;
	struct part parts[] = {{"content.xml", NULL, 0}, {NULL, NULL, 0}};
	char *text;

	buf_init(&b, 0);
	buf_addf(&b,
		 ODT_HEAD "<office:automatic-styles>%s</office:automatic-styles>"
			  "<office:body><office:text>%s</office:text></office:body>"
			  "</office:document-content>",
		 styles, body);
	parts[0].text = b.data;
	text = S_package(convert_odt, parts, ST_OK);
	buf_release(&b);
	return text;
}

static void test_odt_text(void **state)
{
	(void)state;
	SAME(S_odt("", "<text:h>T\xC3\xADtulo</text:h><text:p>uno<text:s "
		       "text:c='3'/>dos<text:line-break/>tres<text:tab/>x</text:p>"),
	     "T\xC3\xADtulo\n\nuno dos\ntres\tx\n");
	SAME(S_odt("", "<text:list><text:list-item><text:p>uno</text:p><text:p>dos"
		       "</text:p></text:list-item><text:list-item><text:p>tres</text:p>"
		       "</text:list-item></text:list><text:p>x</text:p>"),
	     "- uno\n\ndos\n\n- tres\n\nx\n");
	SAME(S_odt("<style:style style:name='a' style:family='paragraph'>"
		   "<style:paragraph-properties fo:break-before='page'/></style:style>"
		   "<style:style style:name='b' style:family='paragraph' "
		   "style:parent-style-name='a'/>",
		   "<text:p>uno</text:p><text:p text:style-name='b'>dos</text:p>"),
	     "uno\n\n\f"
	     "dos\n");
	SAME(S_odt("", "<table:table><table:table-row><table:table-cell "
		       "table:number-columns-repeated='3'/><table:table-cell><text:p>a"
		       "</text:p></table:table-cell></table:table-row></table:table>"),
	     "|  |  |  | a |\n");
	SAME(S_odt("",
		   "<table:table><table:table-row><table:table-cell><text:p>a</text:p>"
		   "</table:table-cell><table:covered-table-cell/><table:table-cell>"
		   "<text:p>b</text:p></table:table-cell></table:table-row>"
		   "</table:table>"),
	     "| a |  | b |\n");
}

static void test_odt_that_is_not_seen(void **state)
{
	(void)state;
	SAME(S_odt("<style:style style:name='h' "
		   "style:family='text'><style:text-properties "
		   "text:display='none'/></style:style><style:style style:name='h' "
		   "style:family='paragraph'><style:text-properties "
		   "text:display='none'/>"
		   "</style:style><style:style style:name='c' "
		   "style:family='table-cell'>"
		   "<style:text-properties text:display='none'/></style:style>",
		   "<text:tracked-changes><text:p>a</text:p></text:tracked-changes>"
		   "<text:p>b<text:span text:style-name='h'>c</text:span>"
		   "<text:note><text:note-body><text:p>d</text:p></text:note-body>"
		   "</text:note><office:annotation><text:p>e</text:p></"
		   "office:annotation>"
		   "<draw:frame><draw:text-box><text:p>caja</text:p></draw:text-box>"
		   "<svg:title>f</svg:title></draw:frame></text:p>"
		   "<text:p text:style-name='h'>g</text:p>"
		   "<text:section "
		   "text:display='none'><text:p>i</text:p></text:section>"),
	     "b\n\ncaja\n");
}

static void test_odt_boxes(void **state)
{
	(void)state;
	SAME(S_odt("",
		   "<office:forms><form:form><form:checkbox form:id='c1' "
		   "form:label='Check Box 1'/><form:checkbox form:id='c2' "
		   "form:current-state='checked'/><form:checkbox form:id='c3' "
		   "form:state='checked' form:label='tres'/></form:form></office:forms>"
		   "<text:p><draw:control draw:control='c1'/>uno</text:p>"
		   "<text:p><draw:control draw:control='c2'/>dos</text:p>"
		   "<text:p><draw:control draw:control='c3'/></text:p>"
		   "<text:p><draw:control draw:control='c9'/>nada</text:p>"),
	     "[ ] uno\n[x] dos\n[x] tres\n\nnada\n");
	SAME(S_odt("", "<text:p><loext:content-control loext:checkbox='true' "
		       "loext:checked='true'>\xE2\x98\x92</loext:content-control>uno"
		       "</text:p><text:p><field:fieldmark-start "
		       "field:type='vnd.oasis.opendocument.field.FORMCHECKBOX'>"
		       "<field:param field:name='Checkbox_Checked' field:value='true'/>"
		       "</field:fieldmark-start>dos</text:p>"),
	     "[x] uno\n[x] dos\n");
	SAME(S_odt("<style:style style:name='w' "
		   "style:family='text'><style:text-properties "
		   "style:font-name='Wingdings'/></style:style>",
		   "<text:p><text:span text:style-name='w'>\xC3\xBE</text:span>uno"
		   "</text:p><text:p><text:span text:style-name='w'>\xEF\x82\xA8"
		   "</text:span>dos</text:p>"),
	     "[x] uno\n[ ] dos\n");
}

/* ---- hostile files ---- */

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

static char *S_file(size_t *n, const char *name)
{
	char path[200];
	FILE *f;
	char *s = malloc(1 << 20);

	snprintf(path, sizeof path, "tests/fixtures/formats/%s", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	assert_non_null(s);
	*n = fread(s, 1, 1 << 20, f);
	fclose(f);
	return s;
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
		cmocka_unit_test(test_html_blocks),
		cmocka_unit_test(test_html_that_is_not_seen),
		cmocka_unit_test(test_html_boxes),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_signs_of_markdown_are_text),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_docx_text),
		cmocka_unit_test(test_docx_that_is_not_seen),
		cmocka_unit_test(test_docx_boxes),
		cmocka_unit_test(test_odt_text),
		cmocka_unit_test(test_odt_that_is_not_seen),
		cmocka_unit_test(test_odt_boxes),
		cmocka_unit_test(test_zip_bombs),
		cmocka_unit_test(test_xml_that_is_refused),
		cmocka_unit_test(test_deep_html),
		cmocka_unit_test(test_output_is_limited),
		cmocka_unit_test(test_damaged_files),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
