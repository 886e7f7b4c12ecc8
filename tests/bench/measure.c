/*
 * measure - runs programs and says what they took.
 *
 *   measure run OUT -- COMMAND...
 *       Standard input and output are the command's.  OUT: wall, user and
 *       system seconds, exit status, the largest process's peak RSS, and the
 *       peak of private memory over the command and all its children together
 *       (sampled each 20 ms).
 *   measure batch PASSES REQUESTS ANSWERS -- COMMAND...
 *       One process that answers line by line.  Sends a request, waits for its
 *       answer; one pass to warm up, then PASSES.  Prints: pass, request, us on
 *       the clock, us of the process's CPU, us that the answer says it took
 *       (-1: does not say), bytes.  ANSWERS: those of the last pass.
 *   measure start RUNS -- COMMAND... [-- COMMAND...]
 *       Runs the commands in turn, RUNS times each after three that are not
 *       counted.  Prints: command, us on the clock, us of CPU, peak RSS in
 *       KiB, exit status.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void S_die(const char *what)
{
	fprintf(stderr, "measure: %s: %s\n", what, strerror(errno));
	exit(125);
}

static double S_clock(clockid_t which)
{
	struct timespec t;
	if (clock_gettime(which, &t))
		S_die("clock_gettime");
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double S_seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* in, out, error: descriptors that become the child's, or -1 to inherit. */
static pid_t S_spawn(char **argv, int in, int out, int error)
{
	posix_spawn_file_actions_t fa;
	pid_t pid;
	posix_spawn_file_actions_init(&fa);
	if (in >= 0)
		posix_spawn_file_actions_adddup2(&fa, in, 0);
	if (out >= 0)
		posix_spawn_file_actions_adddup2(&fa, out, 1);
	if (error >= 0)
		posix_spawn_file_actions_adddup2(&fa, error, 2);
	errno = posix_spawnp(&pid, argv[0], &fa, NULL, argv, environ);
	if (errno)
		S_die(argv[0]);
	posix_spawn_file_actions_destroy(&fa);
	return pid;
}

/* ---- run ---- */

struct process {
	pid_t pid, parent;
};

static pid_t S_parent(pid_t pid)
{
	char path[64], line[512];
	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	FILE *f = fopen(path, "r");
	if (!f)
		return 0;
	size_t n = fread(line, 1, sizeof line - 1, f);
	fclose(f);
	line[n] = '\0';
	char *p = strrchr(line, ')'); /* the name may hold anything */
	int parent = 0;
	if (p && strlen(p) > 4)
		sscanf(p + 4, "%d", &parent);
	return parent;
}

/* Resident pages of its own, KiB. */
static long S_private(pid_t pid)
{
	char path[64];
	long size, resident = 0, shared = 0;
	snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
	FILE *f = fopen(path, "r");
	if (!f)
		return 0;
	if (fscanf(f, "%ld %ld %ld", &size, &resident, &shared) != 3)
		resident = shared = 0;
	fclose(f);
	return (resident - shared) * (sysconf(_SC_PAGESIZE) / 1024);
}

static long S_tree(pid_t root)
{
	static struct process v[65536];
	size_t n = 0;
	DIR *d = opendir("/proc");
	if (!d)
		return 0;
	for (struct dirent *e; (e = readdir(d)) && n < 65536;) {
		pid_t pid = (pid_t)atoi(e->d_name);
		if (pid >= root)
			v[n++] = (struct process){pid, S_parent(pid)};
	}
	closedir(d);
	long sum = 0;
	for (size_t i = 0; i < n; i++) {
		pid_t up = v[i].pid;
		for (unsigned depth = 0; up && up != root && depth < 8; depth++) {
			size_t k = 0;
			while (k < n && v[k].pid != up)
				k++;
			up = k < n ? v[k].parent : 0;
		}
		if (up == root)
			sum += S_private(v[i].pid);
	}
	return sum;
}

static int S_run(const char *out, char **argv)
{
	double start = S_clock(CLOCK_MONOTONIC);
	pid_t pid = S_spawn(argv, -1, -1, -1), got;
	struct rusage use;
	long peak = 0;
	int status;
	while (!(got = wait4(pid, &status, WNOHANG, &use))) {
		long now = S_tree(pid);
		if (now > peak)
			peak = now;
		nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
	}
	if (got != pid)
		S_die("wait4");
	double wall = (S_clock(CLOCK_MONOTONIC) - start) / 1e6;
	/* Children that the command itself waited for are in its figures. */
	FILE *f = fopen(out, "w");
	if (!f)
		S_die(out);
	fprintf(f,
		"{\"wall_s\":%.4f,\"user_s\":%.4f,\"system_s\":%.4f,\"status\":%d,"
		"\"max_rss_kib\":%ld,\"tree_private_kib\":%ld}\n",
		wall, S_seconds(use.ru_utime), S_seconds(use.ru_stime),
		WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
		use.ru_maxrss, peak);
	if (fclose(f))
		S_die(out);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* ---- batch ---- */

static double S_said(const char *answer)
{
	const char *p = strstr(answer, "\"elapsed_ms\":");
	return p ? atof(p + 13) * 1000 : -1;
}

static int S_batch(int passes, const char *requests, const char *answers, char **argv)
{
	int to[2], from[2];
	char **request = NULL, *line = NULL;
	size_t n = 0, cap = 0;
	FILE *f = fopen(requests, "r"), *keep = fopen(answers, "w");
	if (!f || !keep)
		S_die(f ? answers : requests);
	while (getline(&line, &cap, f) > 0) {
		request = realloc(request, (n + 1) * sizeof *request);
		if (!request || !(request[n] = strdup(line)))
			S_die("memory");
		n++;
	}
	fclose(f);
	if (pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC))
		S_die("pipe");
	pid_t pid = S_spawn(argv, to[0], from[1], -1);
	close(to[0]);
	close(from[1]);
	clockid_t clock;
	if (clock_getcpuclockid(pid, &clock))
		S_die("the process's clock");
	FILE *reply = fdopen(from[0], "r");
	if (!reply)
		S_die("fdopen");
	for (int pass = 0; pass <= passes; pass++) {
		for (size_t i = 0; i < n; i++) {
			size_t size = strlen(request[i]);
			double wall = S_clock(CLOCK_MONOTONIC), cpu = S_clock(clock);
			for (size_t done = 0; done < size;) {
				ssize_t k =
					write(to[1], request[i] + done, size - done);
				if (k < 0)
					S_die("write");
				done += (size_t)k;
			}
			ssize_t got = getline(&line, &cap, reply);
			if (got <= 0)
				S_die("no answer");
			wall = S_clock(CLOCK_MONOTONIC) - wall;
			cpu = S_clock(clock) - cpu;
			if (pass == passes)
				fwrite(line, 1, (size_t)got, keep);
			if (pass)
				printf("%d\t%zu\t%.1f\t%.1f\t%.1f\t%zd\n", pass, i,
				       wall, cpu, S_said(line), got);
		}
	}
	close(to[1]);
	int status;
	struct rusage use;
	if (wait4(pid, &status, 0, &use) != pid)
		S_die("wait4");
	printf("rss\t%ld\n", use.ru_maxrss);
	if (fclose(keep))
		S_die(answers);
	return 0;
}

/* ---- start ---- */

static int S_start(int runs, char **argv)
{
	char **command[8];
	int n = 0, null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (char **p = argv; *p; p++) {
		if (p == argv || !p[-1])
			command[n++] = p;
		if (!strcmp(*p, "--"))
			*p = NULL;
		if (n == 8)
			break;
	}
	for (int run = -3; run < runs; run++) {
		for (int i = 0; i < n; i++) {
			struct rusage use;
			int status;
			double wall = S_clock(CLOCK_MONOTONIC);
			pid_t pid = S_spawn(command[i], null, null, null);
			if (wait4(pid, &status, 0, &use) != pid)
				S_die("wait4");
			wall = S_clock(CLOCK_MONOTONIC) - wall;
			if (run >= 0)
				printf("%d\t%.1f\t%.1f\t%ld\t%d\n", i, wall,
				       (S_seconds(use.ru_utime) +
					S_seconds(use.ru_stime)) *
					       1e6,
				       use.ru_maxrss,
				       WIFEXITED(status) ? WEXITSTATUS(status) : -1);
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	int at = 2;
	while (at < argc && strcmp(argv[at], "--"))
		at++;
	char **rest = argv + at + 1;
	if (at + 1 >= argc) {
		fputs("usage: measure run|batch|start ... -- COMMAND\n", stderr);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	if (!strcmp(argv[1], "run") && at == 3)
		return S_run(argv[2], rest);
	if (!strcmp(argv[1], "batch") && at == 5)
		return S_batch(atoi(argv[2]), argv[3], argv[4], rest);
	if (!strcmp(argv[1], "start") && at == 3) {
		/* Between commands stands --; S_start cuts there. */
		return S_start(atoi(argv[2]), rest);
	}
	return 2;
}
