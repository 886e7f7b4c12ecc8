#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "messages.h"

/* ---- Landlock: which files ---- */

/*
 * The kernel tells its version of the interface; each knows more rights than
 * the one before.  Rights that it does not know must not be asked for.  The
 * numbers are the kernel's (linux/landlock.h); the header of the machine that
 * compiles may be older than the kernel that runs.
 */
#define FS_EXECUTE    (1ull << 0)
#define FS_WRITE_FILE (1ull << 1)
#define FS_READ_FILE  (1ull << 2)
#define FS_READ_DIR   (1ull << 3)
#define FS_CHANGE     (0x1FFull << 4) /* remove and make */
#define FS_REFER      (1ull << 13)    /* version 2: from folder to folder */
#define FS_TRUNCATE   (1ull << 14)    /* version 3 */
#define FS_IOCTL_DEV  (1ull << 15)    /* version 5 */
#define NET_ALL	      (3ull)	      /* version 4: bind and connect, TCP */
#define SCOPE_SOCKET  (1ull << 0)     /* version 6: abstract sockets */
#define SCOPE_SIGNAL  (1ull << 1)

#define FS_READ (FS_READ_FILE | FS_READ_DIR)

/* Rights that mean something for what is no folder. */
#define FS_OF_FILES \
	(FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

struct ruleset_attr {
	uint64_t fs, net, scoped;
};

struct path_attr {
	uint64_t allowed;
	int32_t parent_fd;
} __attribute__((packed));

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule	    445
#define SYS_landlock_restrict_self  446
#endif

static bool S_add_paths(int ruleset, const char *const *paths, uint64_t rights)
{
	for (; paths && *paths; paths++) {
		struct path_attr rule = {.allowed = rights};
		struct stat sb;
		long ret;

		rule.parent_fd = open(*paths, O_PATH | O_CLOEXEC);
		if (rule.parent_fd < 0)
			continue; /* what is not there needs no right */
		if (fstat(rule.parent_fd, &sb) == 0 && !S_ISDIR(sb.st_mode))
			rule.allowed &= FS_OF_FILES;
		ret = syscall(SYS_landlock_add_rule, ruleset, 1, &rule, 0);
		close(rule.parent_fd);
		if (ret != 0)
			return false;
	}
	return true;
}

static bool S_files(const struct sandbox *s)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
	struct ruleset_attr attr = {0};
	uint64_t write = FS_EXECUTE | FS_WRITE_FILE | FS_CHANGE;
	size_t size = sizeof attr.fs;
	int ruleset;
	bool ok;

	if (version < 1)
		return false;
	if (version >= 2)
		write |= FS_REFER;
	if (version >= 3)
		write |= FS_TRUNCATE;
	if (version >= 5)
		write |= FS_IOCTL_DEV;
	attr.fs = write | (s->read ? FS_READ : 0);
	if (version >= 4) {
		attr.net = NET_ALL;
		size = offsetof(struct ruleset_attr, scoped);
	}
	if (version >= 6) {
		attr.scoped = SCOPE_SOCKET;
		if (s->kind != SANDBOX_WRITE)
			attr.scoped |= SCOPE_SIGNAL;
		size = sizeof attr;
	}
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
	if (ruleset < 0)
		return false;
	ok = (!s->read || S_add_paths(ruleset, s->read, FS_READ)) &&
	     S_add_paths(ruleset, s->write, attr.fs & ~(FS_EXECUTE | FS_IOCTL_DEV)) &&
	     syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	close(ruleset);
	return ok;
}

/* ---- seccomp: which calls ---- */

/*
 * The filter is a program for the kernel's classic BPF machine, which sees the
 * call's number, the architecture and the arguments:
 *
 *     another architecture than ours: kill
 *     a number that we do not know: ENOSYS, so the C library falls back; also
 *     those of x32, and the -1 by which a tracer leaves a call out
 *     the number, halved from both sides until all that is left have the same
 *     answer: that answer, or the question that it hangs on
 *
 * SANDBOX_COMPUTE lists what is allowed, the other two what is refused: their
 * libraries may change with the system, a parser of hostile files may not.
 * Refused calls fail with EPERM: none is worth a process that dies without a
 * word.
 *
 * The kernel tries a new filter for each number that there is (to know which
 * it need not ask for).  With a list of 200 comparisons, one after the other,
 * that took most of the 0.16 ms of entering; halving takes some eight.
 */
#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#endif

#define LAST_KNOWN 462 /* mseal, Linux 6.10 */

#ifdef ARCH
static const unsigned short S_compute[] = {
	SYS_read,
	SYS_write,
	SYS_mmap,     /* asked: not executable */
	SYS_mprotect, /* the same */
	SYS_munmap,
	SYS_mremap,
	SYS_brk,
	SYS_madvise,
	SYS_openat, /* asked: to read */
	SYS_close,
	SYS_fstat,
	SYS_newfstatat,
	SYS_statx,
	SYS_statfs,
	SYS_fstatfs,
	SYS_lseek,
	SYS_pread64,
	SYS_readv,
	SYS_writev,
	SYS_fcntl,
	SYS_getdents64,
	SYS_readlinkat,
	SYS_faccessat,
	SYS_futex,
	SYS_clock_gettime,
	SYS_clock_getres,
	SYS_gettimeofday,
	SYS_getrandom,
	SYS_getpid,
	SYS_gettid,
	SYS_getuid,
	SYS_geteuid,
	SYS_getgid,
	SYS_getegid,
	SYS_getcwd,
	SYS_uname,
	SYS_sysinfo,
	SYS_sched_yield,
	SYS_sched_getaffinity,
	SYS_rt_sigaction,
	SYS_rt_sigprocmask,
	SYS_rt_sigreturn,
	SYS_sigaltstack,
	SYS_restart_syscall,
	SYS_tgkill, /* asked: abort() */
	SYS_exit,
	SYS_exit_group,
#ifdef SYS_open
	SYS_open, /* asked */
	SYS_stat,
	SYS_lstat,
	SYS_access,
	SYS_readlink,
	SYS_time,
#endif
#ifdef SYS_rseq
	SYS_rseq,
#endif
};

/* What no program of ours has a use for. */
static const unsigned short S_refused[] = {
	SYS_execve,
	SYS_execveat,
	SYS_socket,
	SYS_socketpair,
	SYS_connect,
	SYS_bind,
	SYS_listen,
	SYS_accept,
	SYS_accept4,
	SYS_sendto,
	SYS_sendmsg,
	SYS_sendmmsg,
	SYS_ptrace,
	SYS_process_vm_readv,
	SYS_process_vm_writev,
	SYS_bpf,
	SYS_perf_event_open,
	SYS_userfaultfd,
	SYS_keyctl,
	SYS_add_key,
	SYS_request_key,
	SYS_mount,
	SYS_umount2,
	SYS_pivot_root,
	SYS_chroot,
	SYS_setns,
	SYS_unshare,
	SYS_init_module,
	SYS_finit_module,
	SYS_delete_module,
	SYS_kexec_load,
	SYS_reboot,
	SYS_swapon,
	SYS_swapoff,
	SYS_acct,
	SYS_open_by_handle_at,
	SYS_mknodat,
	SYS_personality,
	SYS_quotactl,
	SYS_settimeofday,
	SYS_clock_settime,
	SYS_sethostname,
	SYS_setdomainname,
	SYS_kcmp,
	SYS_setuid,
	SYS_setgid,
	SYS_setresuid,
	SYS_setresgid,
	SYS_setgroups,
#ifdef SYS_io_uring_setup
	SYS_io_uring_setup,
#endif
#ifdef SYS_pidfd_getfd
	SYS_pidfd_getfd,
#endif
#ifdef SYS_move_mount
	SYS_move_mount,
	SYS_open_tree,
	SYS_fsopen,
#endif
#ifdef SYS_kexec_file_load
	SYS_kexec_file_load,
#endif
#ifdef SYS_mknod
	SYS_mknod,
#endif
};

/* What writes by a name, or makes processes: refused to who only reads. */
static const unsigned short S_refused_to_readers[] = {
	SYS_clone,  /* asked: threads may be */
	SYS_openat, /* asked */
	SYS_unlinkat,	 SYS_renameat2, SYS_mkdirat,  SYS_linkat,    SYS_symlinkat,
	SYS_truncate,	 SYS_ftruncate, SYS_fchmod,   SYS_fchmodat,  SYS_fchown,
	SYS_fchownat,	 SYS_utimensat, SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr,
	SYS_removexattr, SYS_fallocate, SYS_kill,     SYS_tkill,
#ifdef SYS_open
	SYS_open, /* asked */
	SYS_creat,	 SYS_fork,	SYS_vfork,    SYS_unlink,    SYS_rename,
	SYS_mkdir,	 SYS_rmdir,	SYS_link,     SYS_symlink,   SYS_chmod,
	SYS_chown,	 SYS_lchown,	SYS_utime,    SYS_utimes,
#endif
#ifdef SYS_renameat
	SYS_renameat,
#endif
};

#define FILTER_MAX 512

struct filter {
	struct sock_filter v[FILTER_MAX];
	unsigned short n;
};

static void S_op(struct filter *f, unsigned code, unsigned long k, unsigned yes,
		 unsigned no)
{
	if (f->n < FILTER_MAX)
		f->v[f->n++] =
			(struct sock_filter){(unsigned short)code, (unsigned char)yes,
					     (unsigned char)no, (uint32_t)k};
}

static void S_load(struct filter *f, size_t offset)
{
	S_op(f, BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
}

static void S_verdict(struct filter *f, unsigned long verdict)
{
	S_op(f, BPF_RET | BPF_K, verdict, 0, 0);
}

#define REFUSE(e) (SECCOMP_RET_ERRNO | (e))
/* The low half of an argument; both architectures count bytes upwards. */
#define ARGUMENT(i) (offsetof(struct seccomp_data, args) + 8 * (i))
#define OPEN_WRITES \
	(O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY))
#define PROT_EXECUTE   4
#define CLONE_A_THREAD 0x10000

enum answer {
	ALLOWED,
	REFUSED,     /* EPERM */
	UNKNOWN,     /* ENOSYS */
	ASK_OPEN,    /* to read only */
	ASK_OPENAT,  /* the same */
	ASK_EXECUTE, /* memory that is not executable */
	ASK_CLONE,   /* a thread only */
	ASK_TGKILL,  /* itself only */
};

static enum answer S_question(unsigned short call, enum answer plain)
{
	switch (call) {
	case SYS_openat:
		return ASK_OPENAT;
#ifdef SYS_open
	case SYS_open:
		return ASK_OPEN;
#endif
	case SYS_mmap:
	case SYS_mprotect:
		return ASK_EXECUTE;
	case SYS_clone:
		return ASK_CLONE;
	case SYS_tgkill:
		return ASK_TGKILL;
	default:
		return plain;
	}
}

static void S_list(unsigned char *answers, const unsigned short *calls, size_t n,
		   enum answer plain)
{
	for (size_t i = 0; i < n; i++)
		answers[calls[i]] = (unsigned char)S_question(calls[i], plain);
}

#define LIST(answers, calls, plain) \
	S_list(answers, calls, sizeof calls / sizeof *calls, plain)

/* If the argument has one of the bits, the first verdict, else the second. */
static void S_ask(struct filter *f, unsigned argument, unsigned long bits,
		  unsigned long any, unsigned long none)
{
	S_load(f, ARGUMENT(argument));
	S_op(f, BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
	S_verdict(f, any);
	S_verdict(f, none);
}

static void S_answer(struct filter *f, enum answer answer)
{
	const unsigned long no = REFUSE(EPERM), yes = SECCOMP_RET_ALLOW;

	switch (answer) {
	case ALLOWED:
		S_verdict(f, yes);
		break;
	case REFUSED:
		S_verdict(f, no);
		break;
	case UNKNOWN:
		S_verdict(f, REFUSE(ENOSYS));
		break;
	case ASK_OPEN:
		S_ask(f, 1, OPEN_WRITES, no, yes);
		break;
	case ASK_OPENAT:
		S_ask(f, 2, OPEN_WRITES, no, yes);
		break;
	case ASK_EXECUTE:
		S_ask(f, 2, PROT_EXECUTE, no, yes);
		break;
	case ASK_CLONE:
		S_ask(f, 0, CLONE_A_THREAD, yes, no);
		break;
	case ASK_TGKILL:
		S_load(f, ARGUMENT(0));
		S_op(f, BPF_JMP | BPF_JEQ | BPF_K, (unsigned long)getpid(), 0, 1);
		S_verdict(f, yes);
		S_verdict(f, no);
		break;
	}
}

/* Neighbours of one answer are a run.  starts[] has the first of each. */
struct runs {
	unsigned short starts[LAST_KNOWN + 1];
	unsigned n;
};

static bool S_halve(struct filter *f, const unsigned char *answers,
		    const struct runs *r, unsigned from, unsigned to)
{
	unsigned middle = from + (to - from) / 2;
	unsigned short jump = f->n;

	if (to - from == 1) {
		S_answer(f, (enum answer)answers[r->starts[from]]);
		return true;
	}
	S_op(f, BPF_JMP | BPF_JGE | BPF_K, r->starts[middle], 0, 0);
	if (!S_halve(f, answers, r, from, middle) || f->n - jump - 1 > 255)
		return false;
	f->v[jump].jt = (unsigned char)(f->n - jump - 1);
	return S_halve(f, answers, r, middle, to);
}

static bool S_tree(struct filter *f, const unsigned char *answers)
{
	struct runs r = {.n = 0};

	for (unsigned short call = 0; call <= LAST_KNOWN; call++)
		if (call == 0 || answers[call] != answers[call - 1])
			r.starts[r.n++] = call;
	return S_halve(f, answers, &r, 0, r.n) && f->n < FILTER_MAX;
}

static bool S_calls(const struct sandbox *s)
{
	unsigned char answers[LAST_KNOWN + 1];
	struct filter f = {.n = 0};
	struct sock_fprog program;

	memset(answers, s->kind == SANDBOX_COMPUTE ? REFUSED : ALLOWED, sizeof answers);
	if (s->kind == SANDBOX_COMPUTE)
		LIST(answers, S_compute, ALLOWED);
	else
		LIST(answers, S_refused, REFUSED);
	if (s->kind == SANDBOX_READ) {
		LIST(answers, S_refused_to_readers, REFUSED);
		/* Their flags stand in memory, where a filter cannot look. */
#ifdef SYS_clone3
		answers[SYS_clone3] = UNKNOWN;
#endif
#ifdef SYS_openat2
		answers[SYS_openat2] = UNKNOWN;
#endif
	}

	S_load(&f, offsetof(struct seccomp_data, arch));
	S_op(&f, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	S_verdict(&f, SECCOMP_RET_KILL_PROCESS);
	S_load(&f, offsetof(struct seccomp_data, nr));
	S_op(&f, BPF_JMP | BPF_JGT | BPF_K, LAST_KNOWN, 0, 1);
	S_verdict(&f, REFUSE(ENOSYS));
	if (!S_tree(&f, answers))
		return false;
	program.len = f.n;
	program.filter = f.v;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}
#else
static bool S_calls(const struct sandbox *s)
{
	(void)s;
	return false;
}
#endif

/* Root without its powers is nobody in particular. */
static void S_drop_capabilities(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2];

	memset(none, 0, sizeof none);
	(void)syscall(SYS_capset, &head, none);
}

enum status sandbox_enter(unsigned *held, const struct sandbox *s, struct err *err)
{
	unsigned what = 0;

	if (held)
		*held = 0;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_errno(err, ST_INTERNAL, "prctl");
	if (S_files(s))
		what |= SANDBOX_FILES;
	if (s->kind == SANDBOX_COMPUTE)
		S_drop_capabilities();
	if (S_calls(s))
		what |= SANDBOX_CALLS;
	if (held)
		*held = what;
	return ST_OK;
}

enum status sandbox_program(const struct sandbox *s, struct err *err)
{
#ifdef FICHAS_SELF_REPORTING
	(void)s;
	(void)err;
	return ST_OK;
#else
	/* The catalogue is read at its first use. */
	(void)_("not enough memory");
	return sandbox_enter(NULL, s, err);
#endif
}

void sandbox_memory(size_t bytes)
{
#ifdef FICHAS_SELF_REPORTING
	(void)bytes;
#else
	struct rlimit now;

	if (getrlimit(RLIMIT_DATA, &now) != 0 || now.rlim_cur <= bytes)
		return;
	now.rlim_cur = bytes;
	(void)setrlimit(RLIMIT_DATA, &now);
#endif
}
