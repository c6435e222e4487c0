/* SPDX-License-Identifier: MIT */
/* call: the sub-command `ntrkfuse call`. Level: application. */
#ifndef NTRKFUSE_CALL_H
#define NTRKFUSE_CALL_H

#include "ntrkfuse/status.h"

/* Runs `ntrkfuse call` with argv[0] = "call": parses the options, reads the input, calls
 * fusions and writes the outputs. NF_OK whether or not there is a fusion. Prints on error, and
 * then no output stands under its final name. */
enum nf_status nf_call_command(int argc, char **argv) NF_RESULT_USED;

#endif
