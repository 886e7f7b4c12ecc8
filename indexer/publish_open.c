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
	int fd = -1;
	enum status st = store_path(path, sizeof path, store, STORE_GLASS, err);

	memset(p, 0, sizeof *p);
	if (!st) {
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		if (fd < 0)
			st = err_errno(err, ST_IO, "%s", path);
	}
	if (!st)
		st = reader_open(&p->r, fd, err);
	if (fd >= 0)
		close(fd);
	if (!st)
		st = publish_map(&p->positions, store, STORE_POSITIONS, err);
	if (!st)
		st = reader_positions(p->r, p->positions.bytes, p->positions.n, err);
	if (!st)
		st = publish_map(&p->records, store, STORE_RECORDS, err);
	if (!st)
		st = reader_records(p->r, p->records.bytes, p->records.n, err);
	return st;
}

void publish_reader_close(struct publish_reader *p)
{
	reader_close(p->r);
	publish_unmap(&p->positions);
	publish_unmap(&p->records);
	p->r = NULL;
}
