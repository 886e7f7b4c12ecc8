#include "writer.h"

#include "writer_parts.hh"

#include <cerrno>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "glass.h"
#include "messages.h"
#include "positions.h"
#include "stored.h"

/* From databases that were committed to what is published: parts become one,
 * and the one single file. */

/* Databases, one behind the other, as one to read from. */
static Xapian::Database S_parts(const std::vector<std::string> &dirs)
{
	Xapian::Database all;

	for (const std::string &dir : dirs)
		all.add_database(Xapian::Database(dir, Xapian::DB_BACKEND_GLASS));
	return all;
}

/* What a part's document numbers go on from, as Xapian's compaction numbers
 * them. */
static enum status S_offsets(std::vector<uint32_t> &offsets, const char *const *parts,
			     size_t n, struct err *err)
{
	uint64_t offset = 0;

	for (size_t i = 0; i < n; i++) {
		Xapian::Database db(parts[i], Xapian::DB_BACKEND_GLASS);
		Xapian::PostingIterator first = db.postlist_begin("");

		/* Compaction would leave out numbers before the first. */
		if (n > 1 && first != db.postlist_end("") && *first != 1)
			return err_set(err, ST_INTERNAL, "%s",
				       _("a part does not begin with its first "
					 "document"));
		offsets.push_back((uint32_t)offset);
		offset += db.get_lastdocid();
		if (offset > WRITER_DOCID_MAX)
			return err_set(err, ST_LIMIT, "%s",
				       _("the index is out of document numbers"));
	}
	return ST_OK;
}

/* What stands beside Xapian's files of all parts, as one file each in `to`. */
static enum status S_join_beside(const std::string &to, const char *const *parts,
				 size_t n, struct err *err)
{
	std::vector<std::string> files;
	std::vector<const char *> positions, records;
	std::vector<uint32_t> offsets;
	enum status st = S_offsets(offsets, parts, n, err);

	for (size_t i = 0; i < n; i++) {
		files.push_back(writer_beside(parts[i], POSITIONS_FILE));
		files.push_back(writer_beside(parts[i], STORED_FILE));
	}
	for (size_t i = 0; i < n; i++) {
		positions.push_back(files[2 * i].c_str());
		records.push_back(files[2 * i + 1].c_str());
	}
	if (!st)
		st = positions_join(writer_beside(to, POSITIONS_FILE).c_str(),
				    positions.data(), offsets.data(), n, err);
	return st ? st
		  : stored_join(writer_beside(to, STORED_FILE).c_str(), records.data(),
				offsets.data(), n, err);
}

static const char *const S_names_beside[] = {POSITIONS_FILE, STORED_FILE};

static std::string S_folder_of(const char *path)
{
	std::string folder = path;
	size_t slash = folder.rfind('/');

	return slash == std::string::npos ? "." : folder.substr(0, slash);
}

/* What searching does not need is left out of the published file: the lists
 * of terms by document.  Xapian leaves a table out that is not there, so it
 * is shown the database without it, in a folder of links. */
#define LEAN_DIR "/lean"

static const char *const S_lean_names[] = {"iamglass", "postlist.glass"};

static enum status S_remove_lean(const std::string &dir, struct err *err)
{
	for (const char *name : S_lean_names)
		if (unlink((dir + "/" + name).c_str()) != 0 && errno != ENOENT)
			return err_errno(err, ST_IO, _("cannot remove %s"),
					 dir.c_str());
	if (rmdir(dir.c_str()) != 0 && errno != ENOENT)
		return err_errno(err, ST_IO, _("cannot remove %s"), dir.c_str());
	return ST_OK;
}

static enum status S_make_lean(const std::string &lean, struct err *err)
{
	enum status st = S_remove_lean(lean, err);

	if (st)
		return st;
	if (mkdir(lean.c_str(), 0700) != 0)
		return err_errno(err, ST_IO, _("cannot create %s"), lean.c_str());
	for (const char *name : S_lean_names) {
		std::string from = std::string("../") + name, to = lean + "/" + name;

		if (symlink(from.c_str(), to.c_str()) != 0)
			return err_errno(err, ST_IO, _("cannot write %s"), to.c_str());
	}
	return ST_OK;
}

static enum status S_compact(const char *path, const std::vector<std::string> &dirs,
			     struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	bool ours = true; /* until Xapian has the descriptor */

	if (fd < 0)
		return err_errno(err, ST_IO, _("cannot write %s"), path);
	try {
		Xapian::Database all = S_parts(dirs);

		ours = false;
		all.compact(
			fd,
			Xapian::DBCOMPACT_SINGLE_FILE | Xapian::Compactor::FULLER |
				(dirs.size() == 1 ? Xapian::DBCOMPACT_NO_RENUMBER : 0));
	} catch (...) {
		if (ours)
			close(fd);
		throw;
	}
	return ST_OK;
}

/* Where Xapian could not look whether there is a table, it goes on, and makes an
 * empty one.  What the store would refuse when it is opened is not published. */
static enum status S_made(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	enum status st = ST_IO;
	struct stat s;

	if (fd >= 0 && fstat(fd, &s) == 0)
		st = glass_check(fd, (uint64_t)s.st_size, true);
	if (st == ST_IO)
		err_errno(err, ST_IO, _("cannot read %s"), path);
	else if (st == ST_NOMEM)
		err_nomem(err);
	else if (st)
		err_set(err, ST_DAMAGED, _("the new index does not verify: %s"),
			"index.glass");
	if (fd >= 0)
		close(fd);
	return st;
}

/* Xapian's part of what is published. */
static enum status S_join_glass(const char *path, const char *const *parts, size_t n,
				struct err *err)
{
	std::vector<std::string> lean;
	enum status st = guard(err, [&] {
		enum status done = ST_OK;

		for (size_t i = 0; !done && i < n; i++) {
			lean.push_back(std::string(parts[i]) + LEAN_DIR);
			done = S_make_lean(lean.back(), err);
		}
		if (!done)
			done = S_compact(path, lean, err);
		return done ? done : S_made(path, err);
	});

	/* Where it stays, the writable database is not what Xapian made, and will
	 * not be used again: better told now. */
	for (const std::string &dir : lean) {
		struct err why;
		enum status removed =
			guard(&why, [&] { return S_remove_lean(dir, &why); });

		if (removed && !st) {
			st = removed;
			if (err)
				*err = why;
		}
	}
	return st;
}

static enum status S_copy_beside(const std::string &to, const std::string &from,
				 struct err *err)
{
	enum status st = ST_OK;

	for (const char *name : S_names_beside)
		if (!st)
			st = file_copy(writer_beside(to, name).c_str(),
				       writer_beside(from, name).c_str(), err);
	return st;
}

enum status writer_compact(const char *dir, const char *path, struct err *err)
{
	enum status st = S_join_glass(path, &dir, 1, err);

	return st ? st : guard(err, [&] {
		return S_copy_beside(S_folder_of(path), dir, err);
	});
}

enum status writer_join(const char *dir, const char *const *parts, size_t n,
			struct err *err)
{
	enum status st = guard(err, [&] {
		std::vector<std::string> dirs(parts, parts + n);

		S_parts(dirs).compact(dir, Xapian::Compactor::STANDARD);
		return ST_OK;
	});

	return st ? st : file_sync_dir(dir, err);
}

enum status writer_join_file(const char *path, const char *dir,
			     const char *const *parts, size_t n, struct err *err)
{
	enum status st = S_join_glass(path, parts, n, err);

	if (!st)
		st = guard(err, [&] {
			std::string folder = S_folder_of(path);
			enum status done = S_join_beside(folder, parts, n, err);

			return done ? done : S_copy_beside(dir, folder, err);
		});
	return st ? st : file_sync_dir(dir, err);
}
