/* SPDX-License-Identifier: MIT */
/* support_mode: how copies of this sample are told from molecules. */
#include <stddef.h>

#include "ntrkfuse/junction.h"

bool nf_support_uses_umi(const struct nf_sample *sample)
{
    return sample->has_umi_tags || sample->has_umi_names;
}

/* All reads of an amplicon begin at its primers: without identifiers copies cannot be told
 * from molecules. */
bool nf_support_cannot_tell(const struct nf_sample *sample)
{
    return sample->library == NF_LIBRARY_AMPLICON && !nf_support_uses_umi(sample);
}

const char *nf_support_duplicate_mode(const struct nf_sample *sample)
{
    if (sample->has_umi_tags || sample->has_umi_names)
        return "umi";
    if (nf_support_cannot_tell(sample))
        return "none";
    return sample->has_duplicate_flags ? "flag" : "position";
}

struct nf_span nf_support_umi(const struct nf_sample *sample,
                              const struct nf_fragment *fragment)
{
    if (sample->has_umi_tags && fragment->umi)
        return nf_span_of(fragment->umi);
    if (sample->has_umi_names)
        return nf_umi_of_name((struct nf_span){fragment->name, fragment->name_length});
    return (struct nf_span){NULL, 0};
}
