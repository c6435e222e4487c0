/* SPDX-License-Identifier: MIT */
/* The program ntrkfuse, and the map of its source. Each module is src/NAME.c with its contract
 * in include/ntrkfuse/NAME.h; a module includes only those of lower levels, bottom to top
 * below.
 *
 * - main(): streams, signals, sub-command, exit status
 *     - main          (this file)
 *     - version.h     (which ntrkfuse this is)
 *
 * - nf_call_command(): `ntrkfuse call`, the steps of a run in order
 *     - call          (the sub-command)
 *     - call_log      (what it says of the input, the funnel and itself)
 *     - options       (the table of options: parser, --help)
 *     - options_judge (options that contradict each other, outputs that are inputs)
 *
 * - nf_catalogue_command(): `ntrkfuse catalogue`, a look into the reference tables
 *     - catalogue_command
 *
 * - What the run knows before it reads (reference)
 *     - annot         (gene models: genes, transcripts, exons, frames)
 *     - gtf           (gene models from a user's file)
 *     - model         (the numbers of the score)
 *     - catalogue     (targets, partners and junctions known from the literature)
 *     - panel         (the targets as places in this input's genome)
 *
 * - What it reads out of the input (signal)
 *     - scan          (which road through a file; a stream, record by record)
 *     - scan_targeted (by index: only what matters)
 *     - sieve         (passing over the records of a BAM that concern nothing)
 *     - scan_shard    (all of a local BAM, several shards at a time)
 *     - scan_cram     (all of a local CRAM, bases only of what matters)
 *     - scan_chimeric (STAR's separate chimeric files)
 *     - evidence      (one record → its observations; _join: pieces that meet, _clip: soft
 *                     clips, _codon: codons of resistance, _place: where else to look)
 *     - observation   (the store of observations and of the fragments they belong to)
 *     - abundance     (how many records begin around a place)
 *     - scan_abundance (the same by index, only where it is asked for)
 *     - clip_seed     (which piles of clips are worth a search of all partners)
 *     - selection     (which records of the control genes are learned from)
 *     - learn         (insert size, library type, duplicates: learned from the sample)
 *     - quality       (what the library looks like; _conclude: from sums to what they say)
 *
 * - What it makes of that (calls; junction.h and fusion.h are their contracts)
 *     - cluster       (joins → junctions)
 *     - piles         (two facing piles of clips → a junction)
 *     - clips         (soft clips against junctions already seen)
 *     - spanning      (pairs on the two sides of a junction)
 *     - support       (each fragment once; copies of one molecule collapse)
 *     - consensus     (the sequence over a break)
 *     - fusion        (a junction as an event: type, structure, flags)
 *     - side          (one end of it in the gene models)
 *     - frame         (reading frame, kinase domain)
 *     - fraction      (what the targets' coverage adds)
 *     - coverage      (the targets' exons and introns; _isoforms: truncated ones,
 *                     _imbalance: 3′ against 5′)
 *     - codon         (what the codons of resistance read)
 *     - prior         (how likely a fusion was before looking: histology, age group)
 *     - score         (terms, posterior, tier; _peers: what fusions say of each other)
 *     - filter        (the table of filters and what each one dropped)
 *     - assess        (could this library have shown a fusion?)
 *     - verdict       (the answer for each target)
 *
 * - What comes out (output)
 *     - report        (the frozen result)
 *     - report_build  (fusions → report; report_name: what a junction is called;
 *                     report_verdict: scores and verdicts; report_quality: the library;
 *                     report_context: the literature; report_targets: coverage and codons)
 *     - write_tsv     (the table; _quality, _targets, _context: lines of its head)
 *     - write_json    (everything; _values: numbers and text; _quality, _targets,
 *                     _context: parts of it)
 *     - write_util    (numbers and names in any format)
 *
 * - Files and their formats (data)
 *     - regions       (parts of a file by its index, each record once)
 *     - shard         (where blocks and records of a BAM begin)
 *     - bamio         (BAM, CRAM and SAM: opened, vetted, closed; _index: which index, and
 *                     where it leads; _parts: a BAM on a web server; _cram: the containers of
 *                     a CRAM, each by itself)
 *     - blocks        (the inflated blocks of a BAM)
 *     - remote        (byte ranges of files on web servers)
 *     - record        (the view of one record that evidence is taken from)
 *     - align         (CIGAR and SA tags as aligned pieces)
 *     - outfile       (output files that appear whole or not at all)
 *     - refdata       (the reference tables' text, compiled in or from a folder)
 *     - read_groups   (samples, libraries and programs of the header)
 *     - primers       (where a targeted library's primers lie)
 *     - genome        (contigs under all their names, assemblies)
 *     - table         (tab-separated tables, read strictly)
 *     - zline         (lines of plain and gzip files)
 *     - itree         (which intervals overlap)
 *     - hash          (names to numbers)
 *
 * - Everywhere (base)
 *     - str           (spans of text, strict numbers)
 *     - arena         (memory that lives and dies together)
 *     - vec           (growable arrays)
 *     - memory        (an account of what grows with the input, and its limit)
 *     - log           (messages on stderr)
 *     - interrupt     (whether to stop)
 *     - progress      (how far a pass has come)
 *     - library       (the ways in which a library is made)
 *     - status        (how functions fail)
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include <htslib/hts.h>

#include "ntrkfuse/call.h"
#include "ntrkfuse/catalogue_command.h"
#include "ntrkfuse/interrupt.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/options.h"
#include "ntrkfuse/outfile.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/version.h"

enum {
    EXIT_USAGE = 2,
    EXIT_SIGNAL = 128,          /* plus the signal's number, as shells have it */
    GRACE_MICROSECONDS = 200000 /* from the first signal to the end, however it hangs */
};

/* Each takes its own name as argv[0] and returns the exit status. */
static int run_call(int argc, char **argv);
static int run_catalogue(int argc, char **argv);
static int run_help(int argc, char **argv);
static int run_version(int argc, char **argv);

static const struct command {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"call", "find fusions in a BAM, CRAM or SAM file", run_call},
    {"catalogue", "list, show and check the reference tables", run_catalogue},
    {"help", "list the options of a command", run_help},
    {"version", "print the versions of ntrkfuse and of htslib", run_version},
};

enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

/* Removes what is half written and ends the program at once. */
static void stop_now(int signal_number)
{
    nf_outfile_unlink_all();
    _exit(EXIT_SIGNAL + signal_number);
}

/* The first signal asks: loops see nf_interrupted and the run cleans up behind itself. Where
 * it does not get there, waiting for a pipe or a server, a second signal or the timer ends it.
 * POSIX lists alarm, which counts whole seconds, as safe in a handler and not setitimer, which
 * is as safe on Linux, the BSDs and macOS: there either is one system call and nothing else.
 */
static void on_signal(int signal_number)
{
    const struct itimerval grace = {.it_value = {.tv_usec = GRACE_MICROSECONDS}};
    int saved_errno = errno;
    int cause = nf_interrupted();

    if (signal_number == SIGALRM)
        stop_now(cause ? cause : SIGALRM);
    if (nf_interrupt_set(signal_number))
        stop_now(signal_number);
    (void)setitimer(ITIMER_REAL, &grace, NULL);
    errno = saved_errno;
}

static enum nf_status install_handlers(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGALRM};
    struct sigaction action = {.sa_handler = on_signal}; /* no SA_RESTART: waiting reads end */
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction old;
    sigset_t timer;

    sigemptyset(&action.sa_mask);
    sigemptyset(&ignore.sa_mask);
    /* What started the program may have held the timer's signal back. */
    sigemptyset(&timer);
    sigaddset(&timer, SIGALRM);
    if (sigprocmask(SIG_UNBLOCK, &timer, NULL))
        return nf_fail(NF_ERR_INTERNAL, "sigprocmask: %s", strerror(errno));
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        if (sigaction(signals[i], NULL, &old))
            return nf_fail(NF_ERR_INTERNAL, "sigaction: %s", strerror(errno));
        if (signals[i] != SIGALRM && old.sa_handler == SIG_IGN)
            continue; /* as nohup and shells ask for programs in the background */
        if (sigaction(signals[i], &action, NULL))
            return nf_fail(NF_ERR_INTERNAL, "sigaction: %s", strerror(errno));
    }
    /* A reader that went away and a limit of file size are write errors. */
    if (sigaction(SIGPIPE, &ignore, NULL) || sigaction(SIGXFSZ, &ignore, NULL))
        return nf_fail(NF_ERR_INTERNAL, "sigaction: %s", strerror(errno));
    return NF_OK;
}

/* Where a standard stream is closed the next file opened would take its number, and results or
 * messages would be written into it. Something harmless takes the place: write-only for
 * standard input, so that reading it fails. */
static enum nf_status hold_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) != -1 || errno != EBADF)
            continue;
        if (open("/dev/null", O_WRONLY) != fd)
            return nf_fail(NF_ERR_IO, "standard stream %d is closed", fd);
        if (fd == STDOUT_FILENO)
            return nf_fail(NF_ERR_IO, "standard output is closed; redirect it to /dev/null "
                                      "if it is not wanted");
    }
    return NF_OK;
}

static int exit_status(enum nf_status status)
{
    if (status == NF_OK)
        return EXIT_SUCCESS;
    if (nf_interrupted())
        return EXIT_SIGNAL + nf_interrupted();
    return status == NF_ERR_USAGE ? EXIT_USAGE : EXIT_FAILURE;
}

static void print_usage(FILE *out)
{
    fputs("Usage: ntrkfuse COMMAND [options]\n\n"
          "Finds fusions of NTRK1, NTRK2 and NTRK3 in aligned RNA-seq reads.\n\nCommands:\n",
          out);
    for (size_t i = 0; i < N_COMMANDS; i++)
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
    fputs("\n`ntrkfuse help COMMAND` lists the options of one, `man ntrkfuse` explains all.\n",
          out);
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(name, commands[i].name) == 0)
            return &commands[i];
    }
    return NULL;
}

static int run_call(int argc, char **argv)
{
    return exit_status(nf_call_command(argc, argv));
}

static int run_catalogue(int argc, char **argv)
{
    return nf_catalogue_command(argc, argv);
}

static int run_version(int argc, char **argv)
{
    if (argc > 1)
        return exit_status(nf_fail(NF_ERR_USAGE, "%s takes no argument", argv[0]));
    printf("ntrkfuse %s\nhtslib %s\n", NF_VERSION, hts_version());
    return EXIT_SUCCESS;
}

static int unknown_command(const char *name)
{
    if (access(name, F_OK) == 0)
        return exit_status(nf_fail(NF_ERR_USAGE,
                                   "unknown command '%s'; to look for fusions in "
                                   "this file: ntrkfuse call %s",
                                   name, name));
    return exit_status(
        nf_fail(NF_ERR_USAGE, "unknown command '%s'; see `ntrkfuse --help`", name));
}

/* Every command answers --help. */
static int run_help(int argc, char **argv)
{
    char option[] = "--help";

    if (argc < 2) {
        print_usage(stdout);
        return EXIT_SUCCESS;
    }
    const struct command *command = find_command(argv[1]);
    if (!command)
        return unknown_command(argv[1]);
    if (argc > 2)
        return exit_status(
            nf_fail(NF_ERR_USAGE, "help takes one command, not '%s' as well", argv[2]));
    if (command->run == run_call)
        nf_call_options_help(stdout);
    else if (command->run == run_catalogue)
        return run_catalogue(2, (char *[]){argv[1], option, NULL});
    else
        print_usage(stdout);
    return EXIT_SUCCESS;
}

static int run(int argc, char **argv)
{
    if (argc < 2) {
        print_usage(stderr);
        return EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    else if (strcmp(name, "--version") == 0)
        name = "version";
    const struct command *command = find_command(name);
    return command ? command->run(argc - 1, argv + 1) : unknown_command(name);
}

int main(int argc, char **argv)
{
    int status;

    if (hold_standard_streams() || install_handlers())
        return EXIT_FAILURE;
    status = run(argc, argv);
    bool failed = fflush(stdout) || ferror(stdout);
    if ((fclose(stdout) || failed) && status == EXIT_SUCCESS)
        status = exit_status(nf_fail(NF_ERR_IO, "standard output cannot be written"));
    return status;
}
