/* SPDX-License-Identifier: MIT */
/* report_build: from annotated fusions to the frozen report. Level: output. */
#ifndef NTRKFUSE_REPORT_BUILD_H
#define NTRKFUSE_REPORT_BUILD_H

#include "ntrkfuse/assess.h"
#include "ntrkfuse/codon.h"
#include "ntrkfuse/coverage.h"
#include "ntrkfuse/fusion.h"
#include "ntrkfuse/panel.h"
#include "ntrkfuse/prior.h"
#include "ntrkfuse/report.h"
#include "ntrkfuse/scan.h"
#include "ntrkfuse/status.h"
#include "ntrkfuse/verdict.h"

/* What the run knows besides the fusions. */
struct nf_report_source {
    const struct nf_panel *panel;
    const struct nf_scan *scan;
    const struct nf_junction_set *junctions;
    const struct nf_fusion_set *fusions;
    const nf_verdict_list *verdicts;
    const struct nf_prior *prior;           /* NULL: none */
    const struct nf_assessment *assessment; /* of the scan; NULL: none, everything unknown */
    const struct nf_coverage *coverage;     /* NULL: not measured */
    const struct nf_codon_set *codons;      /* NULL: not counted */
    const char *sample;
    const char *tables; /* fingerprint of the reference tables */
    bool has_gtf;
};

/* Fills a zeroed report; all text is copied, so nothing of `source` need outlive the call.
 * Prints on error; free after a failure is legal. */
enum nf_status nf_report_build(struct nf_report *report, const struct nf_report_source *source)
    NF_RESULT_USED;

/* --- shared by the report_*.c files --- */

/* Fills the columns of the score. NF_ERR_MEMORY silently, as those below. */
enum nf_status nf_report_score(const struct nf_fusion *fusion, struct nf_call *call)
    NF_RESULT_USED;

/* Fills the verdicts. */
enum nf_status nf_report_verdicts(struct nf_report *report,
                                  const struct nf_report_source *source) NF_RESULT_USED;

/* Fills the report's quality and assessment. NF_OK or NF_ERR_MEMORY, silently. */
enum nf_status nf_report_add_quality(struct nf_report *report,
                                     const struct nf_report_source *source) NF_RESULT_USED;

/* What is told of each target besides its calls. Silent. */
enum nf_status nf_report_targets(struct nf_report *report,
                                 const struct nf_report_source *source) NF_RESULT_USED;

/* "NM_001987.5(ETV6):e.5::NM_001012338.3(NTRK3):e.15" (VICC gene fusion specification 1.0:
 * transcript segments; a break off an exon's edge carries the offset from that edge, "e.5-12";
 * a break outside genes is the genomic position). NULL when memory is short. */
const char *nf_report_vicc_name(struct nf_report *report, const struct nf_panel *panel,
                                const struct nf_fusion *fusion);

/* Display name of one side: the symbol, or for a break between genes the position with the
 * nearest genes, "chr4:1234(GENEA:-500,GENEB:+900)", distances from the break. */
const char *nf_report_side_name(struct nf_report *report, const struct nf_panel *panel,
                                const struct nf_side *side, struct nf_locus locus);

/* "ETV6::NTRK3"; a side between genes by its position alone. */
const char *nf_report_fusion_name(struct nf_report *report, const struct nf_panel *panel,
                                  const struct nf_fusion *fusion);

/* Fills the context of a fusion: its pair's row in the catalogue, the review's rows and, where
 * the target is 3' and the structure not NF_NON_ONCOGENIC, the entities. All zero where the
 * pair has no row or a neutral one. NF_OK or NF_ERR_MEMORY, silently. */
enum nf_status nf_report_context_build(struct nf_report *report, const struct nf_panel *panel,
                                       const struct nf_fusion *fusion,
                                       struct nf_report_context *context) NF_RESULT_USED;

/* The reference numbers of its rows of the review, "13,15"; "." where there is none, NULL when
 * memory is short. */
const char *nf_report_context_references(struct nf_report *report,
                                         const struct nf_report_context *context);

#endif
