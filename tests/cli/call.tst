# What `ntrkfuse call` says beside its rows.
P	prior: a histology and an age group	prior: 33.00 % \(Fibrosarcoma, children: 13 of 25	ntrkfuse call --histology FIBROSARCOMA --age-group child $TEST_DATA/demo.sam >t && grep -q '^##prior histology=Fibrosarcoma age_group=child prevalence=0.330025 cases=13/25 unlisted=.$' t
P	prior: an age group alone	prior: 1.34 %	ntrkfuse call --age-group child $TEST_DATA/demo.sam >t && grep -q '^##prior histology=. age_group=child prevalence=0.013400 cases=. unlisted=.$' t
P	prior: a histology that the table lacks	warning: --histology: 'synovial' is not in the table.*0.30 %; did you mean 'Synovial sarcoma'	ntrkfuse call --histology synovial $TEST_DATA/demo.sam >t && grep -q '^##prior histology=. age_group=any prevalence=0.003007 cases=. unlisted=synovial$' t
P	prior: posterior_flat does not depend on it	-	ntrkfuse call $TEST_DATA/demo.sam | grep -v '^#' | cut -f 3,32 >a; ntrkfuse call --histology fibrosarcoma --age-group child $TEST_DATA/demo.sam | grep -v '^#' | cut -f 3,32 >b; cmp a b && grep -q ETV6::NTRK3 a
P	verdict: a line for each target	-	ntrkfuse call --verdict v $TEST_DATA/demo.sam >t && test $(wc -l <v) = 4 && grep -q '^.*	NTRK3	POSITIVE	ETV6::NTRK3	1	HIGH' v
U	verdict: not where the table goes	both write to standard output	ntrkfuse call --verdict - $TEST_DATA/demo.sam
N	verdict: a full disk	/dev/full: .*	ntrkfuse call --verdict /dev/full $TEST_DATA/demo.sam
U	prior: an unknown age group	--age-group: '12' is not one of adult, child	ntrkfuse call --age-group 12 $TEST_DATA/demo.sam
P	abundance: the roads count alike	-	ntrkfuse call --json a $BAMS/star_hard.bam >t; ntrkfuse call --json b --full-scan -@ 4 $BAMS/star_hard.bam >t; cmp a b && grep -q '"partner_records": [0-9]' a
P	progress: results are the same with and without	-	ntrkfuse call $TEST_DATA/demo.sam >a && ntrkfuse call --progress 1 $TEST_DATA/demo.sam >b && ntrkfuse call --full-scan --progress 0 -@ 4 $TEST_DATA/demo.sam >c && cmp a b && cmp a c
P	progress: the same with four threads	-	samtools view -b -o in.bam $TEST_DATA/demo.sam && ntrkfuse call -@ 4 in.bam >a && ntrkfuse call -@ 4 --progress 1 in.bam >b && cmp a b
P	progress: none where only errors are wanted	-	ntrkfuse call --quiet --progress 1 $TEST_DATA/demo.sam >a 2>log && test ! -s log
U	progress: a word	--progress: 'x' is not a whole number from 0 to 86400	ntrkfuse call --progress x $TEST_DATA/demo.sam
U	progress: a fraction	--progress: '0.5' is not a whole number	ntrkfuse call --progress 0.5 $TEST_DATA/demo.sam
U	memory: no size	--max-memory: .12Q. is not a size of 32M or more	ntrkfuse call --max-memory 12Q $TEST_DATA/demo.sam
U	memory: a unit alone	--max-memory: .M. is not a size	ntrkfuse call --max-memory M $TEST_DATA/demo.sam
U	memory: under the least	--max-memory: .31M. is not a size	ntrkfuse call --max-memory 31M $TEST_DATA/demo.sam
U	memory: more than there can be	--max-memory: .99999999999999G. is not a size	ntrkfuse call --max-memory 99999999999999G $TEST_DATA/demo.sam
P	memory: enough changes nothing	-	ntrkfuse call $TEST_DATA/demo.sam >a; ntrkfuse call --max-memory 32M $TEST_DATA/demo.sam >b && ntrkfuse call --max-memory 33554432 $TEST_DATA/demo.sam >c; cmp a b && cmp a c
N	memory: too little, and no output	error: big.sam: no room for .* within --max-memory 32M: raise it, or leave the option out	{ grep "^@" $TEST_DATA/demo.sam; seq 200000 | awk -v OFS="\t" '{ print "read-with-a-long-name-" $1, 0, "chr15", 87940700 + $1 % 30, 60, "20M30S", "*", 0, 0, "ACGTTGCATGCAACGTGTCAACGTTGCATGCAACGTGTCAACGTTGCATG", "*" }'; } >big.sam; ntrkfuse call --max-memory 32M -o out.tsv big.sam; code=$?; test ! -e out.tsv && exit $code; exit 3
