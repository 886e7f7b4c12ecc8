/*
 * stepper - runs a command, counts its system calls and those of its children,
 * and at one of them kills it or makes the call fail.
 *
 *   stepper [--files] [--log FILE] [--kill N | --fail N --errno NAME [--times M]]
 *           [--report FILE] COMMAND...
 *
 *   --files     counts only calls that have to do with files and processes
 *   --log       writes each counted call: number, process, name, result, and
 *               the files that it is about
 *   --kill N    all processes are killed just before call N
 *   --fail N    call N is not made and fails; with --times M the next M - 1 of
 *               the same name too (0: all)
 *   --report    writes "calls COUNT" and, where it happened, "hit NAME FILE"
 *
 * What the dynamic loader calls is not counted, nor (on x86-64) what the
 * constructors of libraries do before the program's first instruction.  Ends as
 * the command does.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the calls ---- */

/* What the arguments are: fd, directory fd and path, path; twice. */
enum shape { NONE, FD, AT, PATH, AT_AT, PATH_PATH, MMAP, OPEN };

static const struct call {
	long number;
	const char *name;
	enum shape shape;
} S_calls[] = {
	{SYS_openat, "openat", OPEN},
	{SYS_close, "close", FD},
	{SYS_read, "read", FD},
	{SYS_pread64, "pread64", FD},
	{SYS_write, "write", FD},
	{SYS_pwrite64, "pwrite64", FD},
	{SYS_writev, "writev", FD},
	{SYS_fsync, "fsync", FD},
	{SYS_fdatasync, "fdatasync", FD},
	{SYS_ftruncate, "ftruncate", FD},
	{SYS_fallocate, "fallocate", FD},
	{SYS_lseek, "lseek", FD},
	{SYS_fstat, "fstat", FD},
	{SYS_newfstatat, "newfstatat", AT},
	{SYS_getdents64, "getdents64", FD},
	{SYS_fcntl, "fcntl", FD},
	{SYS_mmap, "mmap", MMAP},
	{SYS_renameat, "renameat", AT_AT},
	{SYS_renameat2, "renameat2", AT_AT},
	{SYS_unlinkat, "unlinkat", AT},
	{SYS_mkdirat, "mkdirat", AT},
	{SYS_linkat, "linkat", AT_AT},
	{SYS_faccessat, "faccessat", AT},
	{SYS_readlinkat, "readlinkat", AT},
	{SYS_pipe2, "pipe2", NONE},
	{SYS_clone, "clone", NONE},
	{SYS_clone3, "clone3", NONE},
	{SYS_wait4, "wait4", NONE},
	{SYS_prctl, "prctl", NONE},
	{SYS_prlimit64, "prlimit64", NONE},
	{SYS_copy_file_range, "copy_file_range", NONE},
	{SYS_sendfile, "sendfile", FD},
	{SYS_dup3, "dup3", FD},
	{SYS_fstatfs, "fstatfs", FD},
#ifdef SYS_open
	{SYS_open, "open", PATH},
	{SYS_stat, "stat", PATH},
	{SYS_lstat, "lstat", PATH},
	{SYS_access, "access", PATH},
	{SYS_readlink, "readlink", PATH},
	{SYS_rename, "rename", PATH_PATH},
	{SYS_unlink, "unlink", PATH},
	{SYS_mkdir, "mkdir", PATH},
	{SYS_rmdir, "rmdir", PATH},
	{SYS_link, "link", PATH_PATH},
	{SYS_poll, "poll", NONE},
	{SYS_fork, "fork", NONE},
	{SYS_vfork, "vfork", NONE},
	{SYS_dup2, "dup2", FD},
#endif
};

static const struct call *S_call(uint64_t number)
{
	for (size_t i = 0; i < sizeof S_calls / sizeof *S_calls; i++)
		if ((uint64_t)S_calls[i].number == number)
			return &S_calls[i];
	return NULL;
}

static const struct {
	const char *name;
	int value;
} S_errors[] = {{"ENOSPC", ENOSPC}, {"EIO", EIO},     {"EACCES", EACCES},
		{"EMFILE", EMFILE}, {"EINTR", EINTR}, {"ENOMEM", ENOMEM},
		{"EDQUOT", EDQUOT}, {"EROFS", EROFS}};

/* ---- what was asked for ---- */

static struct {
	bool files;
	long kill, fail, times;
	int error;
	FILE *log;
	const char *report;
} S_asked = {.times = 1};

static long S_count;
static char S_hit[2 * PATH_MAX + 64];
static long S_hit_number = -1; /* the call whose later ones fail too */
static long S_failures;

/* ---- what is known of a process ---- */

#define PROCESSES 256

static struct process {
	pid_t pid;
	bool fails, logged;
	long number;
	uint64_t entry, entry_word; /* where it waits for its first instruction */
	uint64_t loader, loader_end;
	struct __ptrace_syscall_info in;
} S_processes[PROCESSES];

static struct process *S_process(pid_t pid)
{
	struct process *empty = NULL;

	for (size_t i = 0; i < PROCESSES; i++) {
		if (S_processes[i].pid == pid)
			return &S_processes[i];
		if (!S_processes[i].pid && !empty)
			empty = &S_processes[i];
	}
	if (!empty)
		exit(99);
	memset(empty, 0, sizeof *empty);
	empty->pid = pid;
	return empty;
}

static uint64_t S_auxiliary(pid_t pid, uint64_t type)
{
	char path[64];
	Elf64_auxv_t aux;
	uint64_t value = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/auxv", (int)pid);
	f = fopen(path, "re");
	while (f && fread(&aux, sizeof aux, 1, f) == 1)
		if (aux.a_type == type)
			value = aux.a_un.a_val;
	if (f)
		fclose(f);
	return value;
}

/* The dynamic loader's addresses. */
static void S_find_loader(struct process *p)
{
	char path[64], line[PATH_MAX + 128], name[PATH_MAX] = "";
	uint64_t base = S_auxiliary(p->pid, AT_BASE), from, to;
	FILE *f;

	p->loader = p->loader_end = 0;
	snprintf(path, sizeof path, "/proc/%d/maps", (int)p->pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f)) {
		char *file = strchr(line, '/');

		if (sscanf(line, "%lx-%lx", &from, &to) != 2 || !file)
			continue;
		if (from == base)
			snprintf(name, sizeof name, "%s", file);
		if (*name && strcmp(name, file) == 0) {
			p->loader = base;
			p->loader_end = to;
		}
	}
	if (f)
		fclose(f);
}

/*
 * The loader maps some fifty libraries; two stops for each of its calls would
 * take longer than the program itself.  A breakpoint stands where the program
 * begins.
 */
static bool S_await_entry(struct process *p)
{
#if defined(__x86_64__)
	long word;

	p->entry = S_auxiliary(p->pid, AT_ENTRY);
	errno = 0;
	word = ptrace(PTRACE_PEEKTEXT, p->pid, p->entry, 0);
	if (!p->entry || errno)
		return false;
	p->entry_word = (uint64_t)word;
	return ptrace(PTRACE_POKETEXT, p->pid, p->entry, (word & ~0xffL) | 0xcc) == 0;
#else
	(void)p;
	return false;
#endif
}

static bool S_at_entry(struct process *p)
{
#if defined(__x86_64__)
	struct user_regs_struct r;

	if (!p->entry || ptrace(PTRACE_GETREGS, p->pid, 0, &r) != 0 ||
	    r.rip != p->entry + 1)
		return false;
	r.rip = p->entry;
	ptrace(PTRACE_POKETEXT, p->pid, p->entry, p->entry_word);
	ptrace(PTRACE_SETREGS, p->pid, 0, &r);
	p->entry = 0;
	return true;
#else
	(void)p;
	return false;
#endif
}

/* ---- names of files ---- */

static void S_text(char out[PATH_MAX], pid_t pid, uint64_t address)
{
	struct iovec here = {out, PATH_MAX - 1}, there;
	size_t n = PATH_MAX - 1;
	ssize_t k = -1;

	/* Up to the end of the page: the next one may not be there. */
	there.iov_base = (void *)(uintptr_t)address;
	if (n > 4096 - address % 4096)
		n = 4096 - address % 4096;
	there.iov_len = n;
	k = process_vm_readv(pid, &here, 1, &there, 1, 0);
	out[k > 0 ? k : 0] = '\0';
}

static void S_of_fd(char out[PATH_MAX], pid_t pid, int fd)
{
	char path[64];
	ssize_t k;

	if (fd == AT_FDCWD)
		snprintf(path, sizeof path, "/proc/%d/cwd", (int)pid);
	else
		snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, fd);
	k = readlink(path, out, PATH_MAX - 1);
	out[k > 0 ? k : 0] = '\0';
}

static void S_at(char out[2 * PATH_MAX], pid_t pid, int dir, uint64_t address)
{
	char name[PATH_MAX], base[PATH_MAX];

	S_text(name, pid, address);
	if (*name == '/') {
		snprintf(out, 2 * PATH_MAX, "%s", name);
		return;
	}
	S_of_fd(base, pid, dir);
	snprintf(out, 2 * PATH_MAX, "%s%s%s", base, *name ? "/" : "", name);
}

static void S_about(char *out, size_t n, pid_t pid, const struct call *c,
		    const uint64_t *a)
{
	char one[2 * PATH_MAX] = "", two[2 * PATH_MAX] = "";

	switch (c->shape) {
	case NONE:
		break;
	case FD:
		S_of_fd(one, pid, (int)a[0]);
		break;
	case AT:
	case OPEN:
		S_at(one, pid, (int)a[0], a[1]);
		break;
	case PATH:
		S_at(one, pid, AT_FDCWD, a[0]);
		break;
	case AT_AT:
		S_at(one, pid, (int)a[0], a[1]);
		S_at(two, pid, (int)a[2], a[3]);
		break;
	case PATH_PATH:
		S_at(one, pid, AT_FDCWD, a[0]);
		S_at(two, pid, AT_FDCWD, a[1]);
		break;
	case MMAP:
		if (a[3] & MAP_SHARED && a[2] & PROT_WRITE)
			S_of_fd(one, pid, (int)a[4]);
		break;
	}
	snprintf(out, n, "%s\t%s", one, two);
}

/* ---- one stop ---- */

static void S_set(pid_t pid, bool entry, long value)
{
#if defined(__x86_64__)
	/* The call's number while it begins, its result while it ends. */
	ptrace(PTRACE_POKEUSER, pid,
	       entry ? offsetof(struct user_regs_struct, orig_rax)
		     : offsetof(struct user_regs_struct, rax),
	       value);
#elif defined(__aarch64__)
	struct user_regs_struct r;
	int number = (int)value;
	struct iovec io = {entry ? (void *)&number : (void *)&r,
			   entry ? sizeof number : sizeof r};

	if (entry) {
		ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &io);
		return;
	}
	ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &io);
	r.regs[0] = (unsigned long long)value;
	ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &io);
#else
#error "stepper knows x86-64 and aarch64"
#endif
}

static bool S_counts(const struct process *p, const struct __ptrace_syscall_info *i,
		     const struct call *c)
{
	if (i->instruction_pointer >= p->loader &&
	    i->instruction_pointer < p->loader_end)
		return false;
	if (!S_asked.files)
		return true;
	/* Memory is another test's. */
	return c && (c->shape != MMAP || (int)i->entry.args[4] >= 0);
}

static void S_note(struct process *p, const struct call *c, const uint64_t *args)
{
	char files[4 * PATH_MAX];

	if (S_hit[0])
		return;
	if (!c) {
		snprintf(S_hit, sizeof S_hit, "%ld", p->number);
		return;
	}
	S_about(files, sizeof files, p->pid, c, args);
	snprintf(S_hit, sizeof S_hit, "%s %.*s", c->name, 2 * PATH_MAX, files);
}

static void S_entry(struct process *p, const struct __ptrace_syscall_info *i)
{
	const uint64_t *args = (const uint64_t *)i->entry.args;
	const struct call *c = S_call(i->entry.nr);
	bool fails;

	p->in = *i;
	p->logged = S_counts(p, i, c);
	p->number = ++S_count;
	if (!p->logged) {
		S_count--;
		return;
	}
	if (S_count == S_asked.kill) {
		S_note(p, c, args);
		for (size_t k = 0; k < PROCESSES; k++)
			if (S_processes[k].pid)
				kill(S_processes[k].pid, SIGKILL);
		return;
	}
	fails = S_count == S_asked.fail;
	if ((long)i->entry.nr == S_hit_number &&
	    (!S_asked.times || S_failures < S_asked.times))
		fails = true;
	if (!fails)
		return;
	S_note(p, c, args);
	S_hit_number = (long)i->entry.nr;
	S_failures++;
	p->fails = true;
	S_set(p->pid, true, -1);
}

static void S_exit(struct process *p, const struct __ptrace_syscall_info *i)
{
	const struct call *c = S_call(p->in.entry.nr);
	char files[4 * PATH_MAX];

	if (p->fails)
		S_set(p->pid, false, -S_asked.error);
	p->fails = false;
	if (!S_asked.log || !p->logged || !c)
		return;
	if (c->shape == OPEN && i->exit.rval >= 0) {
		char path[PATH_MAX];

		S_of_fd(path, p->pid, (int)i->exit.rval);
		snprintf(files, sizeof files, "%s\t%llx", path,
			 (unsigned long long)p->in.entry.args[2]);
	} else {
		S_about(files, sizeof files, p->pid, c,
			(const uint64_t *)p->in.entry.args);
	}
	fprintf(S_asked.log, "%ld\t%d\t%s\t%lld\t%s\n", p->number, (int)p->pid, c->name,
		(long long)i->exit.rval, files);
}

/* The name of a file is gone once it is closed or renamed. */
static void S_log_before(struct process *p)
{
	const struct call *c = S_call(p->in.entry.nr);
	char files[4 * PATH_MAX];

	if (!S_asked.log || !p->logged || !c || strcmp(c->name, "close") != 0)
		return;
	S_about(files, sizeof files, p->pid, c, (const uint64_t *)p->in.entry.args);
	fprintf(S_asked.log, "%ld\t%d\t%s\t0\t%s\n", p->number, (int)p->pid, c->name,
		files);
	p->logged = false;
}

static void S_stop(struct process *p)
{
	struct __ptrace_syscall_info i;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, p->pid, sizeof i, &i) <= 0)
		return;
	if (i.op == PTRACE_SYSCALL_INFO_ENTRY) {
		S_entry(p, &i);
		S_log_before(p);
	} else if (i.op == PTRACE_SYSCALL_INFO_EXIT) {
		S_exit(p, &i);
	}
}

static int S_ended(int how)
{
	return WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
}

/* The one call has failed: what comes after it needs no tracer. */
static bool S_done(const struct process *p)
{
	return S_asked.fail && S_asked.times && S_failures >= S_asked.times &&
	       !p->fails && !S_asked.log;
}

static int S_follow(pid_t first)
{
	int how, result = 98;
	pid_t pid;

	while ((pid = waitpid(-1, &how, __WALL)) > 0 || errno == EINTR) {
		struct process *p;
		long next = PTRACE_SYSCALL;
		int deliver = 0;

		if (pid < 0)
			continue;
		p = S_process(pid);
		if (!WIFSTOPPED(how)) {
			p->pid = 0;
			if (pid == first)
				result = S_ended(how);
			continue;
		}
		if (WSTOPSIG(how) == (SIGTRAP | 0x80))
			S_stop(p);
		else if (how >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8)) {
			if (S_await_entry(p))
				next = PTRACE_CONT;
			else
				S_find_loader(p);
		} else if (WSTOPSIG(how) == SIGTRAP && !(how >> 16) && S_at_entry(p))
			S_find_loader(p);
		else if (how >> 16 || WSTOPSIG(how) == SIGSTOP)
			deliver = 0; /* a new process, or news of one */
		else
			deliver = WSTOPSIG(how);
		/* A child has its parent's loader. */
		if (!p->loader_end && pid != first) {
			p->loader = S_process(first)->loader;
			p->loader_end = S_process(first)->loader_end;
		}
		ptrace(S_done(p) ? PTRACE_DETACH : next, pid, 0, deliver);
	}
	return result;
}

static int S_run(char **command)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
			     PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
			     PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	pid_t pid = fork();
	int how;

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		execvp(command[0], command);
		_exit(97);
	}
	if (pid < 0 || waitpid(pid, &how, 0) != pid || !WIFSTOPPED(how) ||
	    ptrace(PTRACE_SETOPTIONS, pid, 0, options) != 0)
		return 98;
	S_process(pid);
	ptrace(PTRACE_SYSCALL, pid, 0, 0);
	return S_follow(pid);
}

static int S_error(const char *name)
{
	for (size_t i = 0; i < sizeof S_errors / sizeof *S_errors; i++)
		if (strcmp(S_errors[i].name, name) == 0)
			return S_errors[i].value;
	fprintf(stderr, "stepper: no such error: %s\n", name);
	exit(96);
}

int main(int argc, char **argv)
{
	int i = 1, result;
	FILE *report;

	for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
		const char *option = argv[i], *value = argv[i + 1];

		if (strcmp(option, "--files") == 0) {
			S_asked.files = true;
			continue;
		}
		i++;
		if (i >= argc)
			return 96;
		if (strcmp(option, "--kill") == 0)
			S_asked.kill = atol(value);
		else if (strcmp(option, "--fail") == 0)
			S_asked.fail = atol(value);
		else if (strcmp(option, "--times") == 0)
			S_asked.times = atol(value);
		else if (strcmp(option, "--errno") == 0)
			S_asked.error = S_error(value);
		else if (strcmp(option, "--log") == 0)
			S_asked.log = fopen(value, "we");
		else if (strcmp(option, "--report") == 0)
			S_asked.report = value;
		else
			return 96;
	}
	if (i >= argc)
		return 96;
	result = S_run(argv + i);
	if (S_asked.log)
		fclose(S_asked.log);
	report = S_asked.report ? fopen(S_asked.report, "we") : NULL;
	if (report) {
		fprintf(report, "calls %ld\n", S_count);
		if (S_hit[0])
			fprintf(report, "hit %s\n", S_hit);
		fclose(report);
	}
	return result;
}
