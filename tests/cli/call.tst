# What `ntrkfuse call` says beside its rows.
P	prior: a histology and an age group	prior: 33.00 % \(Fibrosarcoma, children: 13 of 25	ntrkfuse call --histology FIBROSARCOMA --age-group child $TEST_DATA/demo.sam >t && grep -q '^##prior histology=Fibrosarcoma age_group=child prevalence=0.330025 cases=13/25 unlisted=.$' t
P	prior: an age group alone	prior: 1.34 %	ntrkfuse call --age-group child $TEST_DATA/demo.sam >t && grep -q '^##prior histology=. age_group=child prevalence=0.013400 cases=. unlisted=.$' t
P	prior: a histology that the table lacks	warning: --histology: 'synovial' is not in the table.*0.30 %; did you mean 'Synovial sarcoma'	ntrkfuse call --histology synovial $TEST_DATA/demo.sam >t && grep -q '^##prior histology=. age_group=any prevalence=0.003007 cases=. unlisted=synovial$' t
P	prior: no row depends on it	-	ntrkfuse call $TEST_DATA/demo.sam | grep -v '^##prior' >a; ntrkfuse call --histology fibrosarcoma $TEST_DATA/demo.sam | grep -v '^##prior' >b; cmp a b
U	prior: an unknown age group	--age-group: '12' is not one of adult, child	ntrkfuse call --age-group 12 $TEST_DATA/demo.sam
P	abundance: the roads count alike	-	ntrkfuse call --json a $BAMS/star_hard.bam >t; ntrkfuse call --json b --full-scan -@ 4 $BAMS/multimapped_target_star.bam >t; cmp a b && grep -q '"partner_records": [0-9]' a
