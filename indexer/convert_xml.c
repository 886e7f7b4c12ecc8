#include "convert_xml.h"

#include <string.h>

#include <archive.h>
#include <archive_entry.h>
#include <libxml/xmlreader.h>

#include "messages.h"
#include "reserve.h"

#define ENTRIES_MAX 10000

struct part {
	struct archive *zip;
	size_t given;	/* bytes unpacked so far */
	size_t allowed; /* at most */
	bool damaged, too_large;
};

static int S_read(void *ctx, char *buffer, int len)
{
	struct part *p = ctx;
	la_ssize_t n = archive_read_data(p->zip, buffer, (size_t)len);

	if (n < 0) {
		p->damaged = true;
		return -1;
	}
	p->given += (size_t)n;
	if (p->given > p->allowed) {
		p->too_large = true;
		return -1;
	}
	return (int)n;
}

static int S_close(void *ctx)
{
	(void)ctx;
	return 0;
}

static void S_quiet(void *ctx, const char *msg, xmlParserSeverities severity,
		    xmlTextReaderLocatorPtr where)
{
	(void)ctx;
	(void)msg;
	(void)severity;
	(void)where;
}

bool xml_attribute(char *out, size_t n, const struct xml_events *e, const char *name)
{
	xmlTextReaderPtr r = e->reader;
	bool found = false;

	out[0] = '\0';
	while (!found && xmlTextReaderMoveToNextAttribute(r) == 1) {
		const char *have = (const char *)xmlTextReaderConstLocalName(r);
		const char *value;
		size_t k;

		if (!have || strcmp(have, name) != 0)
			continue;
		value = (const char *)xmlTextReaderConstValue(r);
		found = value != NULL;
		k = found ? strlen(value) : 0;
		if (k > n - 1)
			for (k = n - 1; k && ((unsigned char)value[k] & 0xC0) == 0x80;)
				k--;
		if (found)
			memcpy(out, value, k);
		out[k] = '\0';
	}
	xmlTextReaderMoveToElement(r);
	return found;
}

static const char *S_string(const xmlChar *s)
{
	return s ? (const char *)s : "";
}

static enum status S_element(struct xml_events *e, xmlTextReaderPtr r, int *skip)
{
	const char *name = S_string(xmlTextReaderConstLocalName(r));
	const char *space = S_string(xmlTextReaderConstNamespaceUri(r));
	bool empty = xmlTextReaderIsEmptyElement(r) == 1;
	int depth = xmlTextReaderDepth(r);

	if (depth < 0 || depth >= XML_DEPTH_MAX)
		return ST_INPUT;
	if (!e->start(e->ctx, space, name, (unsigned)depth)) {
		if (!empty)
			*skip = depth;
	} else if (empty) {
		e->end(e->ctx, space, name, (unsigned)depth);
	}
	return ST_OK;
}

/* ST_INPUT without a text: what libxml2 gives is nothing for a person. */
static enum status S_events(struct xml_events *e, xmlTextReaderPtr r)
{
	int skip = -1, ret; /* depth of the element left out */
	enum status st = ST_OK;

	while (!st && (ret = xmlTextReaderRead(r)) == 1) {
		const char *s;

		switch (xmlTextReaderNodeType(r)) {
		case XML_READER_TYPE_ELEMENT:
			if (skip < 0)
				st = S_element(e, r, &skip);
			break;
		case XML_READER_TYPE_END_ELEMENT:
			if (skip < 0)
				e->end(e->ctx,
				       S_string(xmlTextReaderConstNamespaceUri(r)),
				       S_string(xmlTextReaderConstLocalName(r)),
				       (unsigned)xmlTextReaderDepth(r));
			else if (xmlTextReaderDepth(r) == skip)
				skip = -1;
			break;
		case XML_READER_TYPE_TEXT:
		case XML_READER_TYPE_CDATA:
		case XML_READER_TYPE_WHITESPACE:
		case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
			s = S_string(xmlTextReaderConstValue(r));
			if (skip < 0)
				e->text(e->ctx, s, strlen(s));
			break;
		case XML_READER_TYPE_DOCUMENT_TYPE:
		case XML_READER_TYPE_ENTITY_REFERENCE:
			st = ST_INPUT;
			break;
		default:
			break;
		}
	}
	return !st && ret != 0 ? ST_INPUT : st;
}

void xml_memory(void)
{
	reserve_set_aside();
	xmlMemSetup(reserve_free, reserve_malloc, reserve_realloc, reserve_strdup);
}

static enum status S_parse(struct xml_events *e, struct part *p, const char *name,
			   struct err *err)
{
	xmlTextReaderPtr r;
	enum status st;

	xml_memory();
	r = xmlReaderForIO(S_read, S_close, p, NULL, NULL,
			   XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
				   XML_PARSE_COMPACT);
	/* The encoding is looked at when the reader is made. */
	if (p->too_large || p->damaged)
		st = ST_INPUT;
	else if (!r)
		return err_nomem(err);
	else {
		xmlTextReaderSetErrorHandler(r, S_quiet, NULL);
		e->reader = r;
		st = S_events(e, r);
		e->reader = NULL;
	}
	xmlFreeTextReader(r);
	if (p->too_large)
		return err_set(err, ST_INPUT,
			       _("%s unpacks to more than %zu MiB, or to more than %d "
				 "times its size"),
			       name, CONVERT_ENTRY_MAX >> 20, CONVERT_RATIO_MAX);
	if (p->damaged)
		return err_set(err, ST_INPUT,
			       _("%s cannot be unpacked: damaged, or "
				 "behind a password"),
			       name);
	return st ? err_set(err, ST_INPUT, _("%s is not well-formed XML"), name)
		  : ST_OK;
}

static bool S_is(const char *have, const char *name)
{
	while (*name == '/')
		name++;
	return have && strcmp(have, name) == 0;
}

enum status xml_part(bool *there, struct xml_events *e, const char *zip, size_t n,
		     const char *name, struct err *err)
{
	struct part p = {.zip = archive_read_new()};
	struct archive_entry *entry;
	enum status st = ST_OK;
	bool found = false;
	int ret;

	if (there)
		*there = false;
	if (!p.zip)
		return err_nomem(err);
	p.allowed = n < CONVERT_ENTRY_MAX / CONVERT_RATIO_MAX ? n * CONVERT_RATIO_MAX
							      : CONVERT_ENTRY_MAX;
	if (archive_read_support_format_zip(p.zip) != ARCHIVE_OK ||
	    archive_read_open_memory(p.zip, zip, n) != ARCHIVE_OK) {
		archive_read_free(p.zip);
		return err_set(err, ST_INPUT, "%s", _("not a zip file"));
	}
	for (int i = 0; !found; i++) {
		ret = archive_read_next_header(p.zip, &entry);
		if (ret != ARCHIVE_OK && ret != ARCHIVE_WARN)
			break;
		if (i == ENTRIES_MAX) {
			ret = ARCHIVE_EOF;
			break;
		}
		found = S_is(archive_entry_pathname(entry), name);
	}
	if (found && archive_entry_is_encrypted(entry))
		st = err_set(err, ST_INPUT, "%s", _("behind a password"));
	else if (found)
		st = S_parse(e, &p, name, err);
	else if (ret != ARCHIVE_EOF)
		st = err_set(err, ST_INPUT, "%s", _("a damaged zip file"));
	else if (!there)
		st = err_set(err, ST_INPUT, _("a zip file without %s"), name);
	if (there)
		*there = found;
	archive_read_free(p.zip);
	return st;
}
