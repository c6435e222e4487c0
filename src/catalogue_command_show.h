/* SPDX-License-Identifier: MIT */
/* What src/catalogue_command.c and src/catalogue_command_show.c share; nobody else includes
 * this. */
#ifndef NTRKFUSE_CATALOGUE_COMMAND_SHOW_H
#define NTRKFUSE_CATALOGUE_COMMAND_SHOW_H

#include <stdbool.h>
#include <stdio.h>

#include "ntrkfuse/catalogue.h"

/* The approved symbol `name` means, its case being of no matter when that leaves one; NULL. */
const char *nf_catalogue_resolve(const struct nf_catalogue *catalogue, struct nf_span name);

/* A partner's name: the approved symbol of a gene, or what the review prints where it names
 * none (IGR); NULL when it is neither. */
const char *nf_catalogue_partner_name(const struct nf_catalogue *catalogue,
                                      struct nf_span name);

/* How many published junctions the pair has; the target is the 3′ gene. */
size_t nf_catalogue_count_junctions(const struct nf_catalogue *catalogue, uint32_t target,
                                    const char *partner);

/* Prints all that is known of the pair "ETV6::NTRK3" (also with "--" or "-" between, aliases,
 * and the target first). Prints and fails when there is nothing of that name. */
enum nf_status nf_catalogue_show(FILE *out, const struct nf_catalogue *catalogue,
                                 const char *name) NF_RESULT_USED;

/* Writes "ETV6::NTRK3", "NTRK3::ETV6" (side 3prime) or "CLEC16A/NTRK2" (side unknown). */
void nf_catalogue_pair_name(char *text, size_t size, const char *target, const char *partner,
                            enum nf_partner_side side);

/* Fails with one line that says that `asked` is not known and names the nearest pairs. */
enum nf_status nf_catalogue_unknown_pair(const struct nf_catalogue *catalogue,
                                         const char *asked, const char *why);

/* Fails with one line that says that no gene is called `asked` and names the nearest. */
enum nf_status nf_catalogue_unknown_gene(const struct nf_catalogue *catalogue,
                                         const char *asked);

#endif
