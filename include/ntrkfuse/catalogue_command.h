/* SPDX-License-Identifier: MIT */
/* catalogue_command: `ntrkfuse catalogue`, the tables to read for people. Level: application.
 */
#ifndef NTRKFUSE_CATALOGUE_COMMAND_H
#define NTRKFUSE_CATALOGUE_COMMAND_H

/* Runs `ntrkfuse catalogue …` (argv[0] = "catalogue"): list, show, histologies or check.
 * Results go to standard output, messages to the log. Returns the exit status: 0 done, 1
 * failed (nothing of that name, a problem in the tables), 2 wrong usage. */
int nf_catalogue_command(int argc, char **argv);

#endif
