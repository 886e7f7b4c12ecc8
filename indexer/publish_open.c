#include "publish_parts.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

enum status publish_map(struct publish_mapped *m, struct store *store,
			enum store_file f, struct err *err)
{
	char path[PATH_MAX];
	enum status st = store_path(path, sizeof path, store, f, err);

	memset(m, 0, sizeof *m);
	return st ? st : file_map_path(&m->bytes, &m->n, path, err);
}

void publish_unmap(struct publish_mapped *m)
{
	file_unmap(m->bytes, m->n);
	memset(m, 0, sizeof *m);
}

void publish_forget(const struct publish_mapped *m)
{
	file_forget(m->bytes, m->n);
}

enum status publish_reader_open(struct publish_reader *p, struct store *store,
				struct err *err)
{
	char path[PATH_MAX];
	struct reader_files files = {.glass = -1};
	enum status st = store_path(path, sizeof path, store, STORE_GLASS, err);

	memset(p, 0, sizeof *p);
	if (!st) {
		files.glass = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		if (files.glass < 0)
			st = err_errno(err, ST_IO, "%s", path);
	}
	if (!st)
		st = publish_map(&p->positions, store, STORE_POSITIONS, err);
	if (!st)
		st = publish_map(&p->records, store, STORE_RECORDS, err);
	files.positions = p->positions.bytes;
	files.positions_n = p->positions.n;
	files.records = p->records.bytes;
	files.records_n = p->records.n;
	if (!st)
		st = reader_open(&p->r, &files, err);
	if (files.glass >= 0)
		close(files.glass);
	return st;
}

void publish_reader_close(struct publish_reader *p)
{
	reader_close(p->r);
	publish_unmap(&p->positions);
	publish_unmap(&p->records);
	p->r = NULL;
}
