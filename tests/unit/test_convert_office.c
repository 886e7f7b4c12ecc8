/* convert_docx.c, convert_odt.c: what is in a document comes out, what is not seen
 * does not. */
#include "converted.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_docx_text),
		cmocka_unit_test(test_docx_that_is_not_seen),
		cmocka_unit_test(test_docx_boxes),
		cmocka_unit_test(test_odt_text),
		cmocka_unit_test(test_odt_that_is_not_seen),
		cmocka_unit_test(test_odt_boxes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
