/*
 * tries - loaded into a program (LD_PRELOAD); when the program ends it tries
 * what a program that was taken over would try, and says on standard error what
 * went: "went: read-index write-index ...".
 *
 *   TRIES_INDEX, TRIES_OTHER   two folders, each with a file "there"
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int S_open(const char *variable, const char *name, int flags)
{
	const char *folder = getenv(variable);
	char path[4096];

	snprintf(path, sizeof path, "%s/%s", folder ? folder : "/nowhere", name);
	return open(path, flags, 0600);
}

static int S_child(void)
{
	pid_t p = fork();

	if (p == 0)
		_exit(0);
	return p < 0 ? -1 : waitpid(p, NULL, 0) == p ? 0 : -1;
}

static void S_say(const char *what, int result)
{
	if (result >= 0)
		dprintf(STDERR_FILENO, " %s", what);
}

static __attribute__((destructor)) void S_try(void)
{
	static char *const nothing[] = {NULL};

	if (!getenv("TRIES_INDEX"))
		return;
	dprintf(STDERR_FILENO, "went:");
	S_say("read-index", S_open("TRIES_INDEX", "there", O_RDONLY));
	S_say("write-index", S_open("TRIES_INDEX", "new", O_WRONLY | O_CREAT));
	S_say("read-other", S_open("TRIES_OTHER", "there", O_RDONLY));
	S_say("write-other", S_open("TRIES_OTHER", "new", O_WRONLY | O_CREAT));
	S_say("fork", S_child());
	S_say("socket", socket(AF_INET, SOCK_STREAM, 0));
	S_say("local-socket", socket(AF_UNIX, SOCK_STREAM, 0));
	dprintf(STDERR_FILENO, " end\n");
	execve("/bin/true", nothing, nothing); /* succeeding, it ends with 0 */
}
