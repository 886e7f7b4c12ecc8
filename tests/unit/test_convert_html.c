/* convert_html.c, convert_table.c: what is in a page comes out, what is not seen
 * does not. */
#include "converted.h"

static char *S_html(const char *s)
{
	return S_convert_n(convert_html, s, strlen(s), ST_OK);
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_html_blocks),
		cmocka_unit_test(test_html_that_is_not_seen),
		cmocka_unit_test(test_html_boxes),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_signs_of_markdown_are_text),
		cmocka_unit_test(test_encodings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
