# The generated inputs, and the program that judges outputs by their .check files.
P	the files of test-data are what scripts/make_cases.py makes	-	$TOP/scripts/make_cases.py --check
P	the demo sample shows its two fusions	-	ntrkfuse call $TEST_DATA/demo.sam >out.tsv && $TOP/tests/cli/verify $TEST_DATA/demo.check out.tsv
P	verify: every kind of line that holds	-	printf '##x=1\na\tb\n1\tfoo\n2\tbar\n' >t; printf 'row\ta=1\tb=foo\nrow\ta>=2\tb~^ba\nrow\ta<=1\tb!=bar\nnorow\ta=1\tb=bar\nrows\t2\nhead\t^##x\n' >c; $TOP/tests/cli/verify c t
N	verify: a row that is not there	c:1: no row with a=1.*b is 'foo'	printf 'a\tb\n1\tfoo\n' >t; printf 'row\ta=1\tb=bar\n' >c; $TOP/tests/cli/verify c t
N	verify: a row that must not be there	c:1: a row with a=1	printf 'a\tb\n1\tfoo\n' >t; printf 'norow\ta=1\n' >c; $TOP/tests/cli/verify c t
N	verify: a wrong number of rows	c:1: 1 rows, not 0	printf 'a\tb\n1\tfoo\n' >t; printf 'rows\t0\n' >c; $TOP/tests/cli/verify c t
N	verify: a number that is too small	c:1: no row	printf 'a\tb\n1\tfoo\n' >t; printf 'row\ta>=2\n' >c; $TOP/tests/cli/verify c t
N	verify: a word is no number	c:1: no row	printf 'a\tb\n1\tfoo\n' >t; printf 'row\tb>=0\n' >c; $TOP/tests/cli/verify c t
N	verify: a missing ## line	c:1: no ## line	printf 'a\tb\n1\tfoo\n' >t; printf 'head\t^##x\n' >c; $TOP/tests/cli/verify c t
U	verify: an unknown column	no column 'z'	printf 'a\tb\n1\tfoo\n' >t; printf 'row\tz=1\n' >c; $TOP/tests/cli/verify c t
U	verify: a line of no kind	cannot read	printf 'a\tb\n' >t; printf 'column\ta\n' >c; $TOP/tests/cli/verify c t
U	verify: an empty output	no header line	: >t; printf 'rows\t0\n' >c; $TOP/tests/cli/verify c t
P	verify: words of a list and verdicts	-	printf '##verdict NTRK1=NEGATIVE limit 3\n##verdict NTRK2=POSITIVE\na\tflags\n1\tx;yy\n' >t; printf 'row\ta=1\tflags@yy\nnorow\tflags@y\nverdict\tNTRK1=NEGATIVE\nverdict\tNTRK2!=NEGATIVE\n' >c; $TOP/tests/cli/verify c t
N	verify: a word that is not in the list	c:1: no row with flags@y	printf 'flags\nx;yy\n' >t; printf 'row\tflags@y\n' >c; $TOP/tests/cli/verify c t
N	verify: another verdict	c:1: the verdict of NTRK1 is NEGATIVE	printf '##verdict NTRK1=NEGATIVE x\na\n' >t; printf 'verdict\tNTRK1=POSITIVE\n' >c; $TOP/tests/cli/verify c t
N	verify: a verdict that must not be	c:1: the verdict of NTRK1 is NEGATIVE	printf '##verdict NTRK1=NEGATIVE x\na\n' >t; printf 'verdict\tNTRK1!=NEGATIVE\n' >c; $TOP/tests/cli/verify c t
N	verify: no verdict	c:1: 0 lines '##verdict NTRK1='	printf '##verdict NTRK2=NEGATIVE x\na\n' >t; printf 'verdict\tNTRK1!=POSITIVE\n' >c; $TOP/tests/cli/verify c t
U	verify: a verdict of no kind	is no verdict	printf 'a\n' >t; printf 'verdict\tNTRK1~N\n' >c; $TOP/tests/cli/verify c t
P	bulk: equal files give equal bytes, in coordinate order	-	for i in 1 2; do $TOP/tests/cli/bulk $CASES/few_reads.sam $CASES/few_reads.bulk >$i.sam; done; cmp 1.sam 2.sam && samtools sort --no-PG -o s.bam 1.sam && grep -v "^@" 1.sam | cut -f 3,4 >p && samtools view s.bam | cut -f 3,4 | cmp - p && test "$(wc -l <p)" = "$((20000 + $(grep -vc '^@' $CASES/few_reads.sam)))"
P	bulk: DNA is not spliced, RNA is	-	$TOP/tests/cli/bulk $CASES/dna_reads.sam $CASES/dna_reads.bulk | awk '$1 ~ /^bulk-/ && $6 ~ /N/' >dna; $TOP/tests/cli/bulk $CASES/few_reads.sam $CASES/few_reads.bulk | awk '$1 ~ /^bulk-/ && $6 ~ /N/' >rna; test ! -s dna && test $(wc -l <rna) -gt 5000
P	bulk: copies of a fragment	-	printf 'copies\tcopied-0001\t2\n' >b; $TOP/tests/cli/bulk $CASES/copied_molecule_wts.sam b | grep -c '^copied-0001-c2' >n; test $(cat n) = 3
U	bulk: a fragment that the case lacks	no fragment 'x'	printf 'copies\tx\t2\n' >b; $TOP/tests/cli/bulk $CASES/empty.sam b
U	bulk: a line of no kind	cannot read	printf 'protein\tx\t2\n' >b; $TOP/tests/cli/bulk $CASES/empty.sam b
U	bulk: no such file	No such file	$TOP/tests/cli/bulk $CASES/empty.sam b
