/* SPDX-License-Identifier: MIT */
/* meter: how long a command takes and how much memory it needs.
 *
 *     meter REPORT COMMAND [ARGUMENT…]
 *
 * Writes "seconds kilobytes" to the file REPORT: the wall time from the fork to the end of the
 * command, and the largest resident set of one of its processes. A program of its own because
 * the kernel counts the memory of the process that forks towards the peak of its child. Exits
 * as the command does; 127 when it cannot be started, 128 + N when signal N ended it. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The exit code of the command, or -1 when there is no process to run it. */
static int run(char **command)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        execvp(command[0], command);
        perror(command[0]);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
    struct rusage usage = {0};
    double start = now(), seconds;
    int code;
    FILE *report;

    if (argc < 3) {
        fputs("usage: meter REPORT COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    code = run(argv + 2);
    seconds = now() - start;
    if (code < 0 || getrusage(RUSAGE_CHILDREN, &usage)) {
        perror("meter");
        return 126;
    }
    report = fopen(argv[1], "w");
    if (!report || fprintf(report, "%.6f %ld\n", seconds, usage.ru_maxrss) < 0 ||
        fclose(report)) {
        perror(argv[1]);
        return 126;
    }
    return code;
}
