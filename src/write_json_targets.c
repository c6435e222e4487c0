/* SPDX-License-Identifier: MIT */
/* The objects of the JSON's "targets". */
#include "ntrkfuse/write_json.h"

static json_t *exons_value(struct nf_json_builder *builder,
                           const struct nf_report_target *target)
{
    json_t *array = json_array();

    for (size_t i = 0; i < target->exons.n; i++) {
        const struct nf_report_exon *exon = &target->exons.items[i];
        json_t *object = json_object();
        nf_json_put(builder, object, "exon", json_integer(exon->number));
        nf_json_put(builder, object, "start", json_integer(exon->start0 + 1));
        nf_json_put(builder, object, "end", json_integer(exon->end0));
        nf_json_put(builder, object, "kinase", json_boolean(exon->has_kinase));
        nf_json_put(builder, object, "fragments", nf_json_count(exon->n_fragments, -1));
        nf_json_add(builder, array, object);
    }
    return array;
}

static json_t *introns_value(struct nf_json_builder *builder,
                             const struct nf_report_target *target)
{
    json_t *array = json_array();

    for (size_t i = 0; i < target->introns.n; i++) {
        const struct nf_report_intron *intron = &target->introns.items[i];
        json_t *object = json_object();
        nf_json_put(builder, object, "name", nf_json_text(builder, intron->name));
        nf_json_put(builder, object, "transcript", nf_json_text(builder, intron->transcript));
        nf_json_put(builder, object, "exon5", json_integer(intron->exon5));
        nf_json_put(builder, object, "exon3", json_integer(intron->exon3));
        nf_json_put(builder, object, "own", json_boolean(intron->is_own));
        nf_json_put(builder, object, "donor", json_integer(intron->donor0 + 1));
        nf_json_put(builder, object, "acceptor", json_integer(intron->acceptor0 + 1));
        nf_json_put(builder, object, "fragments", json_integer(intron->n_fragments));
        nf_json_add(builder, array, object);
    }
    return array;
}

static json_t *isoforms_value(struct nf_json_builder *builder,
                              const struct nf_report_target *target)
{
    json_t *array = json_array();

    for (size_t i = 0; i < target->isoforms.n; i++) {
        const struct nf_report_isoform *isoform = &target->isoforms.items[i];
        json_t *object = json_object();
        nf_json_put(builder, object, "transcripts",
                    nf_json_words(builder, isoform->transcripts, ','));
        nf_json_put(builder, object, "start", json_integer(isoform->start0 + 1));
        nf_json_put(builder, object, "end", json_integer(isoform->end0));
        nf_json_put(builder, object, "fragments", json_integer(isoform->n_covering));
        nf_json_put(builder, object, "spliced", json_integer(isoform->n_spliced));
        nf_json_add(builder, array, object);
    }
    return array;
}

static json_t *insert_value(struct nf_json_builder *builder,
                            const struct nf_report_insert *insert)
{
    if (insert->exon == 0)
        return json_null();
    json_t *object = json_object();

    nf_json_put(builder, object, "exon", json_integer(insert->exon));
    nf_json_put(builder, object, "start", json_integer(insert->start0 + 1));
    nf_json_put(builder, object, "end", json_integer(insert->end0));
    nf_json_put(builder, object, "with", json_integer(insert->n_with));
    nf_json_put(builder, object, "without", json_integer(insert->n_without));
    return object;
}

/* One of the two regions that are compared. */
static json_t *region_value(struct nf_json_builder *builder, uint32_t first, uint32_t last,
                            int64_t n_fragments, double length)
{
    json_t *object = json_object();

    nf_json_put(builder, object, "first_exon", nf_json_count(first, 0));
    nf_json_put(builder, object, "last_exon", nf_json_count(last, 0));
    nf_json_put(builder, object, "fragments", json_integer(n_fragments));
    nf_json_put(builder, object, "effective_length", nf_json_real(length));
    return object;
}

static json_t *imbalance_value(struct nf_json_builder *builder,
                               const struct nf_report_imbalance *imbalance)
{
    if (!imbalance->state)
        return json_null();
    json_t *object = json_object();

    nf_json_put(builder, object, "state", nf_json_word(builder, imbalance->state));
    nf_json_put(builder, object, "reasons", nf_json_words(builder, imbalance->reasons, ';'));
    nf_json_put(builder, object, "region3",
                region_value(builder, imbalance->first3, imbalance->last3, imbalance->n3,
                             imbalance->length3));
    nf_json_put(builder, object, "region5",
                region_value(builder, imbalance->first5, imbalance->last5, imbalance->n5,
                             imbalance->length5));
    nf_json_put(builder, object, "ratio", nf_json_real(imbalance->ratio));
    nf_json_put(builder, object, "low", nf_json_real(imbalance->low));
    nf_json_put(builder, object, "high", nf_json_real(imbalance->high));
    nf_json_put(builder, object, "truncated_fraction",
                nf_json_real(imbalance->truncated_fraction));
    return object;
}

static json_t *seen_value(struct nf_json_builder *builder, const nf_report_codon_list *seen)
{
    json_t *array = json_array();

    for (size_t i = 0; i < seen->n; i++) {
        const struct nf_report_codon_seen *codon = &seen->items[i];
        json_t *object = json_object();
        nf_json_put(builder, object, "codon", nf_json_text(builder, codon->codon));
        nf_json_put(builder, object, "protein", nf_json_text(builder, codon->protein));
        nf_json_put(builder, object, "cdna", nf_json_word(builder, codon->cdna));
        nf_json_put(builder, object, "kind", nf_json_word(builder, codon->kind));
        nf_json_put(builder, object, "change", json_boolean(codon->is_change));
        nf_json_put(builder, object, "fragments", json_integer(codon->n_fragments));
        nf_json_put(builder, object, "fraction", nf_json_real(codon->fraction));
        nf_json_add(builder, array, object);
    }
    return array;
}

static json_t *counts_value(struct nf_json_builder *builder,
                            const struct nf_report_codon_counts *counts)
{
    static const char *const letters[] = {"A", "C", "G", "T"};
    json_t *object = json_object(), *positions = json_array();

    for (int i = 0; i < 3; i++) {
        json_t *bases = json_object();
        for (int k = 0; k < 4; k++)
            nf_json_put(builder, bases, letters[k], json_integer(counts->bases[i][k]));
        nf_json_add(builder, positions, bases);
    }
    nf_json_put(builder, object, "depth", json_integer(counts->depth));
    nf_json_put(builder, object, "bases", positions);
    nf_json_put(builder, object, "seen", seen_value(builder, &counts->seen));
    return object;
}

static json_t *codons_value(struct nf_json_builder *builder,
                            const struct nf_report_target *target)
{
    json_t *array = json_array();

    for (size_t i = 0; i < target->codons.n; i++) {
        const struct nf_report_codon *codon = &target->codons.items[i];
        json_t *object = json_object();
        nf_json_put(builder, object, "variant", nf_json_text(builder, codon->variant));
        nf_json_put(builder, object, "class", nf_json_word(builder, codon->site_class));
        nf_json_put(builder, object, "transcript", nf_json_word(builder, codon->transcript));
        nf_json_put(builder, object, "cdna", nf_json_word(builder, codon->cdna));
        nf_json_put(builder, object, "reference_codon", nf_json_word(builder, codon->codon));
        nf_json_put(builder, object, "reference_residue",
                    nf_json_word(builder, codon->residue));
        nf_json_put(builder, object, "exon", json_integer(codon->exon));
        nf_json_put(builder, object, "start", json_integer(codon->start0 + 1));
        nf_json_put(builder, object, "end", json_integer(codon->end0));
        nf_json_put(builder, object, "state", nf_json_word(builder, codon->state));
        nf_json_put(builder, object, "detectable", nf_json_real(codon->detectable));
        nf_json_put(builder, object, "all", counts_value(builder, &codon->all));
        nf_json_put(builder, object, "fusion", counts_value(builder, &codon->fusion));
        nf_json_add(builder, array, object);
    }
    return array;
}

json_t *nf_json_targets(struct nf_json_builder *builder, const struct nf_report *report)
{
    json_t *array = json_array();

    for (size_t i = 0; i < report->targets.n; i++) {
        const struct nf_report_target *target = &report->targets.items[i];
        json_t *object = json_object();
        nf_json_put(builder, object, "symbol", nf_json_text(builder, target->symbol));
        nf_json_put(builder, object, "transcript", nf_json_word(builder, target->transcript));
        nf_json_put(builder, object, "fragments", json_integer(target->n_fragments));
        nf_json_put(builder, object, "records", json_integer(target->n_records));
        nf_json_put(builder, object, "contig", nf_json_word(builder, target->contig));
        nf_json_put(builder, object, "strand",
                    target->strand ? nf_json_strand(target->strand) : json_null());
        nf_json_put(builder, object, "exons", exons_value(builder, target));
        nf_json_put(builder, object, "junctions", introns_value(builder, target));
        nf_json_put(builder, object, "truncated_isoforms", isoforms_value(builder, target));
        nf_json_put(builder, object, "kinase_insert", insert_value(builder, &target->insert));
        nf_json_put(builder, object, "imbalance",
                    imbalance_value(builder, &target->imbalance));
        nf_json_put(builder, object, "resistance", codons_value(builder, target));
        nf_json_add(builder, array, object);
    }
    return array;
}
